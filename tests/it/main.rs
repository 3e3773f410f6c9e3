//! Whole conversations: a real process, real sockets, real sandboxed programs.
#![cfg(target_os = "linux")]
// The lints know helpers of tests by this.
#![cfg(test)]

mod bad_input;
mod calls;
mod crash;
mod crash_captures;
mod dialects;
mod doctor;
mod door;
mod explain;
mod first_request;
mod full_disk;
mod hub_flood;
mod hub_full_disk;
mod hub_storm;
mod keyring;
mod keys;
mod live;
mod logs;
mod mcp;
mod network;
mod noise;
mod pause;
mod readme;
mod record;
mod root;
mod server;
mod service;
mod stories;
mod storm;
mod told;
mod wishes;
mod words;

use anyhow::Result;
use support::Home;

/// A folder for the Chaperone under test.
fn home() -> Result<Home> {
    Home::new(env!("CARGO_BIN_EXE_chaperone-under-test"))
}
