//! What can go wrong above a single command.

use chaperone_protocol::Capability;

use crate::trial::Hindrance;

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
    /// An answer to another question.
    #[error("this request does not take that answer")]
    NotOffered,
    /// The rule that was to come with the answer does not let exactly this run.
    #[error("this rule would not let the request run that it was made for")]
    RuleMisses,
    /// The rule that was to come with the answer cannot be kept.
    #[error(transparent)]
    Rule(#[from] ChangeError),
    /// The answer could not be written down, so nothing was done.
    #[error("writing the answer down")]
    Unrecorded(#[source] chaperone_vault::Error),
    /// The device is ending.
    #[error("the device is stopping")]
    Stopping,
}

/// Why something the person wants otherwise stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The rule is not what it says.
    #[error("this rule cannot be kept: {0}")]
    Rule(chaperone_gate::RuleProblem),
    /// There is no such rule.
    #[error("there is no such rule")]
    NoRule,
    /// Nobody of that name was ever met there.
    #[error("there is no such agent")]
    NoAgent,
    /// There is no such connection.
    #[error("there is no such connection")]
    NoConnection,
    /// A number out of bounds.
    #[error("{0}")]
    Invalid(&'static str),
    /// It could not be written down, so it was not done.
    #[error("writing the change down")]
    Unrecorded(#[source] chaperone_vault::Error),
    /// The device is ending.
    #[error("the device is stopping")]
    Stopping,
}

/// Why a recording stays as long as it is.
#[derive(Debug, thiserror::Error)]
pub enum TrimError {
    /// It was sent, deleted or taken back meanwhile, or never waited.
    #[error("this recording does not wait to be sent")]
    Gone,
    /// Recordings of its kind are not cut.
    #[error("only recordings of the kind mp4 can be cut: send it whole, or discard it")]
    OtherKind,
    /// Somebody cuts it right now.
    #[error("this recording is being cut already: wait for that")]
    Busy,
    /// There is no such part.
    #[error(transparent)]
    Part(#[from] chaperone_senses::SenseError),
    /// The part could not be kept, so the whole was.
    #[error("keeping what was cut")]
    Unkept(#[source] chaperone_vault::Error),
    /// The device is ending.
    #[error("the device is stopping")]
    Stopping,
}

/// Why a test of the person brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The person switched off what it needs.
    #[error("{0} is switched off: switch it on to try it")]
    SwitchedOff(Capability),
    /// Everything is paused, and it would sense something.
    #[error("everything is paused")]
    Paused,
    /// The same is being tried.
    #[error("this is being tried already: wait for that")]
    Going,
    /// It was tried, and something was in the way.
    #[error("{message}")]
    Hindered {
        /// What.
        hindrance: Hindrance,
        /// The same as a sentence.
        message: String,
    },
    /// The device is ending.
    #[error("the device is stopping")]
    Stopping,
}

/// Why something of a hub stays on or off.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// There is no such connection.
    #[error("there is no such connection")]
    NoConnection,
    /// The hub has nothing of that name.
    #[error("this hub has no such switch")]
    NoSwitch,
    /// Only the hub could do it.
    #[error("this hub is not connected: wait until it is")]
    NotConnected,
    /// The hub was asked a moment ago.
    #[error("the hub was asked to switch this already: wait for its answer")]
    Asked,
    /// It could not be written down, so the hub was not asked.
    #[error("writing it down")]
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
