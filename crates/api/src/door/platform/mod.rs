//! How the command line comes in, on each system.

#[cfg(not(unix))]
mod loopback;
#[cfg(unix)]
mod socket;

#[cfg(not(unix))]
pub(super) use loopback::{Threshold, Wire, connect, is_there};
#[cfg(unix)]
pub(super) use socket::{Threshold, Wire, connect, is_there};
