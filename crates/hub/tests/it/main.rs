//! The hub over real sockets: a scripted device on one side, a plain HTTP client on the other.

// The lints know helpers of tests by this.
#![cfg(test)]

mod asking;
mod clients;
mod device;
mod door;
mod http;
mod lifecycle;
mod people;
mod reading;
mod scene;
