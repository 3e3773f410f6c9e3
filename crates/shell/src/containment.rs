//! The ways a program may be kept from doing harm, as names, and what enforces them. How each is
//! enforced is the platform's business.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::Serialize;

/// How one command is kept from doing harm.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Containment {
    /// Reads the system and the working folder, writes nothing, reaches no network.
    #[default]
    ReadOnly,
    /// Beyond that, writes in one folder.
    Write {
        /// The folder; its real path, once prepared.
        folder: PathBuf,
    },
    /// Beyond that, talks to others over the network.
    WriteNetwork {
        /// The folder; its real path, once prepared.
        folder: PathBuf,
    },
    /// Not contained. Whoever runs something like this asks first, each time.
    None,
}

impl Containment {
    /// What kind it is.
    pub fn profile(&self) -> Profile {
        match self {
            Self::ReadOnly => Profile::ReadOnly,
            Self::Write { .. } => Profile::Write,
            Self::WriteNetwork { .. } => Profile::WriteNetwork,
            Self::None => Profile::None,
        }
    }

    /// The folder it may write in, where there is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Write { folder } | Self::WriteNetwork { folder } => Some(folder),
            Self::ReadOnly | Self::None => None,
        }
    }

    pub(crate) fn in_folder(&self, folder: PathBuf) -> Self {
        match self {
            Self::ReadOnly => Self::ReadOnly,
            Self::Write { .. } => Self::Write { folder },
            Self::WriteNetwork { .. } => Self::WriteNetwork { folder },
            Self::None => Self::None,
        }
    }
}

impl fmt::Display for Containment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReadOnly => f.write_str("read-only, no network"),
            Self::Write { folder } => write!(f, "writes in {}, no network", folder.display()),
            Self::WriteNetwork { folder } => {
                write!(f, "writes in {}, reaches the network", folder.display())
            }
            Self::None => f.write_str("not contained"),
        }
    }
}

/// A kind of containment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// See [`Containment::ReadOnly`].
    ReadOnly,
    /// See [`Containment::Write`].
    Write,
    /// See [`Containment::WriteNetwork`].
    WriteNetwork,
    /// See [`Containment::None`].
    None,
}

impl Profile {
    /// All of them, strictest first.
    pub const ALL: [Self; 4] = [Self::ReadOnly, Self::Write, Self::WriteNetwork, Self::None];

    /// Whether there is a folder it may write in.
    pub fn writes(self) -> bool {
        matches!(self, Self::Write | Self::WriteNetwork)
    }

    /// Whether it may talk to others.
    pub fn reaches_network(self) -> bool {
        matches!(self, Self::WriteNetwork | Self::None)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReadOnly => "read-only, no network",
            Self::Write => "write in one folder, no network",
            Self::WriteNetwork => "write in one folder, network",
            Self::None => "not contained",
        })
    }
}

/// What enforces a containment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Backend {
    /// Linux: namespaces made by the `bwrap` program, and a system call filter.
    Bubblewrap,
    /// Linux: the kernel's Landlock, and a system call filter.
    Landlock,
    /// Windows: a token of low integrity without privileges, in a job.
    LowIntegrity,
    /// Nothing. The processes are only held together, so that all of them can be ended.
    Unconfined,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bubblewrap => "bubblewrap",
            Self::Landlock => "Landlock",
            Self::LowIntegrity => "low integrity",
            Self::Unconfined => "no sandbox",
        })
    }
}
