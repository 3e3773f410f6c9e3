//! Which file it is: enough of its metadata to notice another file, or other content, in its place.
//! Does not read content.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::{Identity, may_be_executed};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{Identity, may_be_executed};
