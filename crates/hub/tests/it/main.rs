//! The hub over real sockets: a scripted device on one side, a plain HTTP client on the other.

// The lints know helpers of tests by this.
#![cfg(test)]

mod asking;
mod clients;
mod device;
mod docs;
mod door;
mod governance;
mod groups;
mod http;
mod kinds;
mod later;
mod lifecycle;
mod operating;
mod people;
mod queue;
mod reading;
mod scene;
