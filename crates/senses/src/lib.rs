//! What this machine can sense and show: so far, notifications.
//!
//! Each ability is a trait with a native implementation and a fake one. Whether a thing may be
//! shown, and how often, is not decided here.

mod error;
mod notification;

pub use error::SenseError;
pub use notification::{NativeNotifier, Notifier, Showing, fake};
