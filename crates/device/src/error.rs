//! What can go wrong above a single command.

/// Why an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// It was answered, expired or taken back meanwhile.
    #[error("this request no longer waits")]
    Gone,
    /// What the person saw is not what waits.
    #[error("this request changed since it was shown")]
    Changed,
    /// Everything is paused.
    #[error("everything is paused")]
    Paused,
    /// The answer could not be written down, so nothing was done.
    #[error("writing the answer down")]
    Unrecorded(#[source] chaperone_vault::Error),
    /// The device is ending.
    #[error("the device is stopping")]
    Stopping,
}

/// Why nothing can be said about a command.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// It would have to come through a connection.
    #[error("there is no such connection")]
    NoConnection,
    /// What happened before could not be read.
    #[error("reading what was allowed before")]
    Vault(#[from] chaperone_vault::Error),
    /// The device is ending.
    #[error("the device is stopping")]
    Stopping,
}

/// Why a device did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// What it remembers could not be read or written.
    #[error("reading what this device remembers")]
    Vault(#[from] chaperone_vault::Error),
}
