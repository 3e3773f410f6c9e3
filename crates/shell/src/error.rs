//! What can go wrong before, around and during a run, in sentences a person can act on.

use std::{fmt, io, path::PathBuf, time::Duration};

use chaperone_protocol::{Executed, FailureCode, InvalidAction};

use crate::{Backend, Profile};

/// Why a command line could not be made ready.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// A parameter out of bounds.
    #[error(transparent)]
    Invalid(#[from] InvalidAction),
    /// Not one word to run.
    #[error("the command names no program: give one to run")]
    Empty,
    /// No such program.
    #[error(
        "there is no program {name:?} in {path}: check its name, or give its full path if it is elsewhere"
    )]
    NotFound {
        /// As the command named it.
        name: String,
        /// Where it was looked for.
        path: String,
    },
    /// A file that is no program.
    #[error("{} is not a program: it must be a file that may be executed", path.display())]
    NotExecutable {
        /// The file.
        path: PathBuf,
    },
    /// A program that the sandbox would not let start.
    #[error(
        "{} lies outside what a contained program may read: use a program of the system, or one in the working folder",
        path.display()
    )]
    OutOfReach {
        /// The program's real path.
        path: PathBuf,
    },
    /// No such folder.
    #[error("the working folder {} does not exist: give one that does", path.display())]
    FolderMissing {
        /// The folder.
        path: PathBuf,
    },
    /// A file where a folder is needed.
    #[error("{} is not a folder: give a folder to work in", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// A folder that agents never get.
    #[error(
        "the working folder {} belongs to {}, which is kept from agents: give another folder",
        path.display(),
        secret.display()
    )]
    SecretFolder {
        /// The folder.
        path: PathBuf,
        /// The secret it is, or is in.
        secret: PathBuf,
    },
    /// A folder that nothing may write in, however contained.
    #[error(
        "nothing may be written in {}, because {because}: give a folder made for the work",
        path.display()
    )]
    NotForWriting {
        /// The folder.
        path: PathBuf,
        /// Why.
        because: &'static str,
    },
    /// A path whose name is no text, and so could not be shown exactly.
    #[error("{path:?} is not named in readable text: rename it, or use another")]
    Unshowable {
        /// The path.
        path: PathBuf,
    },
    /// The path could not be looked at.
    #[error("could not look at {}: {source}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What is no longer as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Changed {
    /// Another file, or other content, where the program was.
    #[error(
        "{} is not the program any more that was shown: ask again, to see what is there now",
        path.display()
    )]
    Executable {
        /// The path that was shown.
        path: PathBuf,
    },
    /// Another folder where the working folder, or the one to write in, was.
    #[error(
        "{} is not the folder any more that was shown: ask again, to see what is there now",
        path.display()
    )]
    WorkingDir {
        /// The path that was shown.
        path: PathBuf,
    },
}

/// A sandbox that was tried and does not serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Which.
    pub backend: Backend,
    /// Why it does not serve, as a sentence.
    pub because: String,
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.backend, self.because)
    }
}

fn all(tried: &[Tried]) -> String {
    let said: Vec<String> = tried.iter().map(Tried::to_string).collect();
    said.join("; ")
}

/// Why the sandbox is not to be had. Nothing that needs it runs without it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Uncontained {
    /// No sandbox of ours on this system.
    #[error(
        "programs can not be contained on {system} yet: only what is not contained can run, and each time somebody must be asked"
    )]
    NotBuilt {
        /// The system's name.
        system: &'static str,
    },
    /// Everything there is was tried.
    #[error(
        "nothing here can contain a program like this ({profile}): {}",
        all(tried)
    )]
    Nowhere {
        /// How it should have been contained.
        profile: Profile,
        /// What was tried.
        tried: Vec<Tried>,
    },
    /// The sandbox has no such profile.
    #[error("{backend} is not made for this ({profile})")]
    NotOffered {
        /// The sandbox.
        backend: Backend,
        /// The profile.
        profile: Profile,
    },
    /// No `bwrap` where it belongs.
    #[error("the program bwrap is not there: install bubblewrap to have this sandbox")]
    NoBubblewrap,
    /// A name that must be kept from change, and is a link.
    #[error(
        "{} is a link, which could be exchanged: give another folder, or put in its place what it leads to",
        path.display()
    )]
    LinkedGuard {
        /// The link.
        path: PathBuf,
    },
    /// A folder that could not be looked through for what must be kept from change.
    #[error("could not look through {}: {source}", path.display())]
    NotLookedThrough {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The kernel lacks what is needed.
    #[error(
        "this kernel offers no Landlock, without which programs can not be contained: Linux 5.13 or newer is needed, with landlock among its security modules"
    )]
    NoLandlock,
    /// The sandbox's own program gave up before the command's began.
    #[error("{backend} could not be set up: {said}")]
    Broken {
        /// The sandbox.
        backend: Backend,
        /// What it printed.
        said: String,
    },
    /// A part of it could not be set up.
    #[error("the sandbox could not be set up ({what}): {source}")]
    Setup {
        /// Which part.
        what: &'static str,
        /// Why.
        source: io::Error,
    },
    /// It started, and did not hold.
    #[error("the sandbox does not hold: a program inside could {0}")]
    Leaks(&'static str),
    /// It could not be tried out.
    #[error("the sandbox could not be tried out: {0}")]
    Untried(String),
}

impl Uncontained {
    #[cfg(any(windows, target_os = "linux"))]
    pub(crate) fn setup(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Setup { what, source }
    }
}

/// Why a command did not run to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// Its time was up; all of it was stopped.
    #[error("it was stopped after {} s, which is its time limit", after.as_secs())]
    TimedOut {
        /// The limit.
        after: Duration,
        /// What it had printed by then.
        partial: Box<Executed>,
    },
    /// It was stopped from outside.
    #[error("it was stopped")]
    Cancelled {
        /// What it had printed by then.
        partial: Box<Executed>,
    },
    /// It could not be contained, and so did not start.
    #[error(transparent)]
    Uncontained(#[from] Uncontained),
    /// What was shown is not what is there, and so it did not start.
    #[error(transparent)]
    Changed(#[from] Changed),
    /// The system did not start it.
    #[error("could not start {what}: {source}")]
    Spawn {
        /// What should have started.
        what: String,
        /// Why it did not.
        source: io::Error,
    },
}

impl RunError {
    /// The code that says the same to programs.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::TimedOut { .. } => FailureCode::TimedOut,
            Self::Cancelled { .. } => FailureCode::Cancelled,
            Self::Uncontained(_) => FailureCode::Uncontained,
            Self::Changed(_) | Self::Spawn { .. } => FailureCode::Failed,
        }
    }
}
