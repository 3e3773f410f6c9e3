//! What can go wrong with what is remembered.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use chaperone_protocol::CommandState;

use crate::{KeyringTrouble, LocalArtifactId};

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
    /// There is no room for a file, or no more of it.
    #[error("no room for {}: free some space on that disk, then try again", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
        /// What the system said.
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
    /// What an entry is about cannot be put into its body.
    #[error("a record entry's body has to be an object without a key `about`")]
    AboutTaken,
    /// The record could not be written to where it was to go.
    #[error("could not write the exported record")]
    Export(#[source] io::Error),
    /// Somebody changed it meanwhile: look at what stands there now.
    #[error("the {what} was changed meanwhile: look at it again, then repeat the change")]
    Conflict {
        /// What it is.
        what: &'static str,
        /// The version that stands now; none when it is gone.
        found: Option<u64>,
    },
    /// There is nothing of that name.
    #[error("there is no such {what}")]
    Unknown {
        /// What was looked for.
        what: &'static str,
    },
    /// There is something of that name already.
    #[error("there is such a {what} already: choose another name")]
    Taken {
        /// What it is.
        what: &'static str,
    },
    /// A text that is no name of an artifact here.
    #[error("this is no name of a picture or recording on this device")]
    ArtifactName,
    /// The file of an artifact is not as it was written: torn, changed or exchanged.
    #[error("a picture or recording ({id}) is damaged from byte {offset} on")]
    ArtifactDamaged {
        /// Which.
        id: LocalArtifactId,
        /// How far it is sound.
        offset: u64,
    },
    /// The file of an artifact could not be read.
    #[error("could not read a picture or recording ({id})")]
    ArtifactUnread {
        /// Which.
        id: LocalArtifactId,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The key of an artifact cannot be had: it was deleted, its row was changed, or this
    /// device's master key is another one now.
    #[error("a picture or recording ({id}) cannot be decrypted any more")]
    ArtifactLocked {
        /// Which.
        id: LocalArtifactId,
    },
    /// A thumbnail that is none.
    #[error("a thumbnail of {size_bytes} bytes is too large: {most_bytes} at most")]
    ThumbnailTooLarge {
        /// Its size.
        size_bytes: usize,
        /// The largest taken.
        most_bytes: usize,
    },
    /// The stored key that wraps the artifacts' keys is no key.
    #[error("the key of the pictures and recordings is damaged")]
    MasterKey,
    /// The cipher refused.
    #[error("could not encrypt")]
    Encrypt,
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
    /// The keyring that this folder's secrets are in, or that is to keep them, cannot be used now.
    #[error("this computer's keyring {trouble}")]
    KeyringUnavailable {
        /// What is the matter with it.
        trouble: KeyringTrouble,
        /// Whether it holds this folder's secrets already: without them nothing can be opened.
        /// Where it does not, files can keep them instead.
        holds_secrets: bool,
        /// What was tried.
        #[source]
        source: Box<Error>,
    },
    /// The system's keyring refused or failed.
    #[error("could not {operation} in the system's keyring")]
    Keyring {
        /// What was tried.
        operation: &'static str,
        /// What is the matter with it.
        trouble: KeyringTrouble,
        /// Why it failed; never holds the secret.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
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

    /// What is the matter with the system's keyring, where that is the cause. Where that is passing,
    /// the same call works once it is seen to.
    pub fn keyring_trouble(&self) -> Option<KeyringTrouble> {
        match self {
            Self::Keyring { trouble, .. } | Self::KeyringUnavailable { trouble, .. } => {
                Some(*trouble)
            }
            _ => None,
        }
    }

    /// Whether the disk has no room.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::DiskFull { .. } => true,
            Self::Unwritable { source } => {
                source.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
            }
            _ => false,
        }
    }

    /// An operation on a file that failed.
    pub(crate) fn file(operation: &'static str, path: &Path, source: io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        let path = path.to_owned();
        if matches!(source.kind(), StorageFull | QuotaExceeded | FileTooLarge) {
            return Self::DiskFull { path, source };
        }
        Self::File {
            operation,
            path,
            source,
        }
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
