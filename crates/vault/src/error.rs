//! What can go wrong with what is remembered.

use std::{io, path::PathBuf, sync::Arc};

use chaperone_protocol::CommandState;

/// An operation of the vault that did not work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process holds this folder.
    #[error("the vault in {} is in use by another Chaperone", dir.display())]
    InUse {
        /// The folder.
        dir: PathBuf,
    },
    /// A file or folder could not be made, read, moved or locked.
    #[error("could not {operation} {}", path.display())]
    File {
        /// What was tried.
        operation: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// Nothing can be made durable now: the disk is full, read-only or failing. Nothing was
    /// written, and the next attempt works again once the cause is gone.
    #[error("could not write the journal and the record")]
    Unwritable {
        /// The cause, shared by everything that was to be committed together.
        #[source]
        source: Arc<rusqlite::Error>,
    },
    /// What is stored could not be read back.
    #[error("could not read the vault")]
    Unreadable(#[from] rusqlite::Error),
    /// A stored value is not what this version writes.
    #[error("could not understand the stored {what}")]
    Decode {
        /// Which value.
        what: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A value could not be turned into JSON.
    #[error("could not turn the {what} into JSON")]
    Encode {
        /// Which value.
        what: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The file was written by a newer version.
    #[error(
        "the vault has format {found}, newer than the {known} this version knows: update Chaperone"
    )]
    NewerFormat {
        /// The file's format.
        found: u32,
        /// The newest known here.
        known: u32,
    },
    /// A command cannot go from where it stands to there.
    #[error("command {number} cannot go from {from} to {to}")]
    IllegalStep {
        /// The journal's number.
        number: u64,
        /// Where it stands.
        from: CommandState,
        /// Where it was to go.
        to: CommandState,
    },
    /// The journal has no such entry.
    #[error("the journal has no command {number}")]
    UnknownEntry {
        /// The number asked for.
        number: u64,
    },
    /// A record entry with a kind that only the vault itself may write.
    #[error("the record kind {kind:?} is kept for the vault itself")]
    ReservedKind {
        /// The kind.
        kind: String,
    },
    /// The record holds the highest number there is, which only tampering brings about.
    #[error("the record's numbers are used up: its last entry was not written by this device")]
    NumbersUsedUp,
    /// A secret's name is empty or too long.
    #[error("a secret needs a name of 1 to 60 bytes")]
    SecretName,
    /// A file with secrets that others can read; using it would hide that it leaked.
    #[error(
        "{} can be read by other users of this computer (mode {mode:03o}): \
         if nobody else had access, run `chmod 600` on it, otherwise delete it and sign in again",
        path.display()
    )]
    Loose {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The system's keyring refused or failed.
    #[error("could not {operation} in the system's keyring")]
    Keyring {
        /// What was tried.
        operation: &'static str,
        /// Why it failed; never holds the secret.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The system's keyring did not answer in time.
    #[error("could not {operation} in the system's keyring: it did not answer in time")]
    KeyringSilent {
        /// What was tried.
        operation: &'static str,
    },
    /// The stored key that seals the record is no key.
    #[error("the key that seals the record is damaged")]
    SealKey,
    /// The system gave no random bytes.
    #[error("could not get random bytes from the system")]
    Random(#[source] getrandom::Error),
    /// A thread of the vault could not be started.
    #[error("could not start the vault's thread")]
    Thread(#[source] io::Error),
    /// The vault's thread has ended; only its own fault ends it while a handle is left.
    #[error("the vault is closed")]
    Closed,
}

impl Error {
    /// Whether nothing can be made durable right now, so that nothing may run.
    pub fn is_unwritable(&self) -> bool {
        matches!(self, Self::Unwritable { .. } | Self::Closed)
    }

    pub(crate) fn unwritable(source: rusqlite::Error) -> Self {
        Self::Unwritable {
            source: Arc::new(source),
        }
    }

    /// The same failure, met while writing: a file that cannot be read cannot be written either.
    pub(crate) fn in_writing(self) -> Self {
        match self {
            Self::Unreadable(source) => Self::unwritable(source),
            other => other,
        }
    }

    pub(crate) fn decode(
        what: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Decode {
            what,
            source: source.into(),
        }
    }
}
