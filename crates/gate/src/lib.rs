//! Judges what an agent may do, purely, and says why.
//!
//! [`judge()`] weighs who asks and for what against what the person decided, and answers with a
//! [`Verdict`] and its whole chain of reasons; the strictest reason wins.
//! [`parse`] takes a command line apart so that it can be judged by what would run, and [`risks`]
//! points at what in it deserves a second look.
//!
//! There is no clock, file, environment or memory in here: the same question always has the same
//! answer, and nothing a hub says can reach the person's switches, table or limits, because no
//! function here takes them from a hub.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod error;
mod judge;
mod reason;
mod shell;
mod standing;
mod switches;
mod verdict;

pub use error::Unparsable;
pub use judge::{Judgement, Situation, effective, floor, judge};
pub use reason::{Because, Reason};
pub use shell::{Risk, RiskKind, parse, risks};
pub use standing::{Cell, Standing};
pub use switches::Switches;
pub use verdict::Verdict;

#[cfg(test)]
mod tests;
