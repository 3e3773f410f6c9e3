//! Where this computer is.
//!
//! A place comes from the system or from the person, never from a guess, and is told no more
//! exactly than it is asked for. Nothing follows the computer: each question is asked once. Who may
//! ask is not decided here.

mod coarse;
pub(crate) mod fake;
mod native;
mod typed;

use std::pin::Pin;

use chaperone_protocol::{Locate, Located};

use crate::SenseError;

pub use coarse::coarse;
pub use native::NativeLocator;
pub use typed::{NoPlace, TypedPlace};

/// A place on its way. Dropping it ends the search.
pub type Locating<'a> = Pin<Box<dyn Future<Output = Result<Located, SenseError>> + Send + 'a>>;

/// Whatever knows where this computer is.
pub trait Locator: Send + Sync {
    /// Finds the place, and tells it as exactly as asked and no more. Ends in time.
    fn locate<'a>(&'a self, locate: &'a Locate) -> Locating<'a>;
}
