//! What can go wrong with a sense, in sentences a person can act on.

use chaperone_protocol::FailureCode;

/// Why nothing was shown or sensed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SenseError {
    /// What it needs is not there right now.
    #[error("{0}")]
    Unavailable(String),
    /// There is none on this computer, or no service that has it.
    #[error("{0}")]
    Missing(String),
    /// The system, or the person through it, does not let this program.
    #[error("{0}")]
    Refused(String),
    /// Something else is using it.
    #[error("{0}")]
    Busy(String),
    /// What was asked for does not exist.
    #[error("{0}")]
    Invalid(String),
    /// This device cannot do such things.
    #[error("{0}")]
    Unsupported(String),
    /// It took longer than it may.
    #[error("{0}")]
    TimedOut(String),
    /// It was tried and did not work.
    #[error("{0}")]
    Failed(String),
}

impl SenseError {
    /// The code that says the same to programs.
    pub fn code(&self) -> FailureCode {
        match self {
            // To whoever asked from outside it is all the same: not now, and not by asking again.
            Self::Unavailable(_) | Self::Missing(_) | Self::Refused(_) => FailureCode::Unavailable,
            Self::Busy(_) => FailureCode::Busy,
            Self::Invalid(_) => FailureCode::Invalid,
            Self::Unsupported(_) => FailureCode::Unsupported,
            Self::TimedOut(_) => FailureCode::TimedOut,
            Self::Failed(_) => FailureCode::Failed,
        }
    }
}
