//! What a hub costs, beside one written with `FastAPI`:
//! `cargo run --release -p chaperone-hub --example hub_load PYTHON SERVER.py`.
//!
//! Each is a process of its own and is asked the same: a notification for one of 100 devices, by
//! one caller and by 64, over kept connections; then 10,000 devices connect at once while a caller
//! goes on. `BENCH_DEVICES` sets how many.
//!
//! `hub_load crowd PYTHON SERVER.py` looks at what thousands of devices that stay cost: memory and
//! processor time by their number, whether heartbeats and commands go through for `BENCH_MINUTES`
//! (10), and what is given back when they go; `hub_load crowd memory` looks at that alone. With
//! `serve FOLDER` this program is the hub, with `be ADDRESS COUNT` it is a crowd of devices.
#![cfg_attr(
    target_os = "linux",
    expect(
        clippy::print_stdout,
        clippy::panic,
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a program for whoever measures: it prints, and stops at what it did not expect"
    )
)]

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
mod caller;
#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod crowd;
#[cfg(target_os = "linux")]
mod device;
#[cfg(target_os = "linux")]
mod measured;
#[cfg(target_os = "linux")]
mod staying;
#[cfg(target_os = "linux")]
mod storm;

/// As the program that serves a hub has it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[cfg(target_os = "linux")]
fn main() {
    use std::{env, path::Path};

    use tokio::runtime::Builder;

    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // Whoever plays callers and devices shares the cores with what is measured: in one thread they
    // cost it least. Thousands that connect at once are more than one thread can play.
    let calling = Builder::new_current_thread().enable_all().build().unwrap();
    match words.as_slice() {
        ["serve", folder] => {
            let runtime = chaperone_hub::runtime().unwrap();
            runtime.block_on(measured::serve(Path::new(folder)));
        }
        ["be", address, count] => crowd::be(address.parse().unwrap(), count.parse().unwrap()),
        ["crowd", python, server] => calling.block_on(staying::measure(python, server)),
        ["crowd", "memory"] => calling.block_on(staying::given_back()),
        [python, server] => {
            calling.block_on(calls::measure(python, server));
            println!();
            let storming = Builder::new_multi_thread().enable_all().build().unwrap();
            storming.block_on(storm::measure(python, server));
        }
        _ => panic!(
            "say PYTHON SERVER.py, or crowd PYTHON SERVER.py, or crowd memory, or serve FOLDER"
        ),
    }
}

/// The time that so large a share took no longer than.
#[cfg(target_os = "linux")]
fn at(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted[((last as f64) * share).round() as usize]
}
