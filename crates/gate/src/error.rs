//! Why a command line cannot be read at all, in sentences for people.
//!
//! A line that merely needs a shell is no error: it is a script.

/// A line that a shell would refuse, too.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unparsable {
    /// Nothing but blanks and comments.
    #[error("the command is empty: give a program to run")]
    Empty,
    /// Beyond the limit of every command line here.
    #[error("the command is {bytes} bytes long: at most {limit} are taken")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A NUL, which no program can receive.
    #[error("the command holds a NUL character, which no program can receive")]
    Nul,
    /// Something is opened and never closed.
    #[error("the command ends inside {what}: close it")]
    Unclosed {
        /// What was opened.
        what: &'static str,
    },
    /// A word where none can stand.
    #[error("the command cannot be understood: look at line {line}, column {column}")]
    Misplaced {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// More would have to follow.
    #[error("the command cannot be understood: something is missing or out of place at its end")]
    Unfinished,
}
