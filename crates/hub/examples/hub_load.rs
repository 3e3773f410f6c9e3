//! What a hub costs, beside one written with `FastAPI`:
//! `cargo run --release -p chaperone-hub --example hub_load PYTHON SERVER.py`.
//!
//! Each is a process of its own and is asked the same: a notification for one of 100 devices, by
//! one caller and by 64, over kept connections; then 10,000 devices connect at once while a caller
//! goes on. `BENCH_DEVICES` sets how many. With `serve FOLDER` this program is the hub.

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
fn main() {
    linux::main();
}

#[cfg(target_os = "linux")]
#[path = "hub_load/linux.rs"]
mod linux;
