//! What can go wrong with a sense, in sentences a person can act on.

use chaperone_protocol::FailureCode;

/// Why nothing was shown or sensed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SenseError {
    /// What it needs is not there right now.
    #[error("{0}")]
    Unavailable(String),
    /// It was tried and did not work.
    #[error("{0}")]
    Failed(String),
}

impl SenseError {
    /// The code that says the same to programs.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::Unavailable(_) => FailureCode::Unavailable,
            Self::Failed(_) => FailureCode::Failed,
        }
    }
}
