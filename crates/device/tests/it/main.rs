//! A whole device, from the socket of a hub to the answer of a person and back.

// The lints know helpers of tests by this.
#![cfg(test)]

mod support;

mod agents;
mod capture;
mod command;
mod flood;
mod memory;
mod pause;
mod recording;
mod restart;
mod rules;
mod settings;
// Elsewhere no program is run.
#[cfg(target_os = "linux")]
mod shell;
mod state;
mod thumbnail;
mod trial;
mod trim;
