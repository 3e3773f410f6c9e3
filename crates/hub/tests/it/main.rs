//! The hub over real sockets: a scripted device on one side, a plain HTTP client on the other.

// The lints know helpers of tests by this.
#![cfg(test)]

mod abuse;
mod artifacts;
mod asking;
mod authorization;
mod clients;
mod device;
mod docs;
mod door;
mod events;
mod governance;
mod groups;
mod http;
mod keys;
mod kinds;
mod later;
mod lifecycle;
// The only transport of the client that needs no other HTTP stack is a Unix socket.
#[cfg(unix)]
mod mcp;
mod operating;
mod pages;
mod people;
mod queue;
mod reading;
mod scene;
mod stream;
mod supervision;
mod training;
mod webhooks;
