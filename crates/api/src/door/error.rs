//! What can go wrong at the door, on either side of it.

use std::path::PathBuf;

/// Why a call through the door failed.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// No Chaperone runs on this data folder.
    #[error("Chaperone is not running (start it, or name its data folder with --data-dir)")]
    NotRunning,
    /// Somebody else's Chaperone runs there.
    #[error(
        "the Chaperone at {} belongs to another user; run this as that user, or name your own data folder with --data-dir",
        path.display()
    )]
    AnotherUser {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// How to reach it is written down and cannot be read.
    #[error("finding the running Chaperone failed; see whether its data folder is yours")]
    Find(#[source] std::io::Error),
    /// It runs and does not answer.
    #[error("the running Chaperone does not answer; see `chaperone-headless logs`")]
    Talk(#[source] std::io::Error),
    /// It answered with something else than JSON.
    #[error("the running Chaperone gave an answer that makes no sense; restart it if it is older")]
    Nonsense,
    /// What it sent could not be written down.
    #[error("what the running Chaperone sent could not be written; see whether there is room")]
    Write(#[source] std::io::Error),
    /// It refused.
    #[error("{message}{}", hint.as_ref().map(|hint| format!("\n{hint}")).unwrap_or_default())]
    Refused {
        /// Of which kind the refusal is.
        refusal: Refusal,
        /// The sentence it refused with.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
}

/// Why the running Chaperone refused a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// What it is about is answered, expired or was never there.
    Gone,
    /// It is not any more what was shown.
    Changed,
    /// The call makes no sense.
    Invalid,
    /// This must not be done from the command line, or not now.
    NotAllowed,
    /// It tried, and it did not work.
    Failed,
}

/// Why the door could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum DoorOpenError {
    /// The system has no room for so long a name.
    #[error(
        "{} is too long a name for a socket; use a shorter --data-dir, or set XDG_RUNTIME_DIR to a folder of your own",
        path.display()
    )]
    TooLong {
        /// What it would be called.
        path: PathBuf,
    },
    /// Something else has the name.
    #[error("{} is in the way of the command line's socket; move it elsewhere", path.display())]
    InTheWay {
        /// Its name.
        path: PathBuf,
    },
    /// Another process listens there.
    #[error("another Chaperone listens at {}; use that one, or end it", path.display())]
    Alive {
        /// Where.
        path: PathBuf,
    },
    /// The folder belongs to somebody else.
    #[error("{} belongs to another user; use a folder of your own", path.display())]
    AnotherUser {
        /// The folder.
        path: PathBuf,
    },
    /// The system refused.
    #[error("{} cannot be made; see whether its folder can be written", path.display())]
    Make {
        /// What could not be made.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}
