//! The abilities of a device as JSON: the words that commands and results have on every wire.
//!
//! They were written down for one wire and serve on the others as well; only the frame around them
//! differs.

mod ask;
mod bring;
mod content;

pub use ask::name;
pub(crate) use ask::{Parameters, asked, parameters};
pub(crate) use bring::{Brought, brought, read};
