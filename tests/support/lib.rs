//! What the system tests share: a Chaperone of their own, started as a user would start it, and a
//! client that speaks to it as an agent would.

mod chaperone;
mod client;
#[cfg(unix)]
mod desktop;
#[cfg(unix)]
mod diary;
mod dice;
mod elsewhere;
#[cfg(unix)]
mod fake_door;
mod fifo;
mod fleet;
mod names;
mod network;
mod noise;
mod scripted;
mod server;

#[cfg(unix)]
pub use chaperone::is_private;
pub use chaperone::{Chaperone, Home};
pub use client::{Answer, Call, exchange, exchange_inside};
#[cfg(unix)]
pub use desktop::Desktop;
#[cfg(unix)]
pub use diary::Diary;
pub use dice::Dice;
pub use elsewhere::{DEVICE, Elsewhere};
#[cfg(unix)]
pub use fake_door::FakeDoor;
pub use fifo::Fifo;
pub use fleet::{Asked, Fleet};
pub use names::Names;
pub use network::{Network, Weather};
pub use noise::Noise;
pub use scripted::Scripted;
pub use server::Server;

/// Ends a process that the caller started, at once and without its knowing.
#[cfg(unix)]
pub fn kill_hard(process: u32) {
    let Ok(process) = libc::pid_t::try_from(process) else {
        return;
    };
    #[expect(
        unsafe_code,
        reason = "the standard library cannot send a signal to its own process"
    )]
    // SAFETY: `kill` takes two numbers and touches no memory of ours.
    unsafe {
        libc::kill(process, libc::SIGKILL);
    }
    loop {
        std::thread::park();
    }
}

/// Ends this process, at once.
#[cfg(not(unix))]
pub fn kill_hard(_process: u32) {
    std::process::abort();
}
