//! What checking the record can find, in words for people.

use std::fmt;

/// What checking the record found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many entries were sound, from the first on.
    pub entries: u64,
    /// The hash of the last sound entry, in hexadecimal: noted elsewhere, it proves later that
    /// nothing up to it has changed.
    pub head: String,
    /// The first thing that is not as this device wrote it.
    pub broken: Option<Broken>,
}

/// Something in the record is not as this device wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The first entry concerned.
    pub seq: u64,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Its content is not what was written.
    Changed,
    /// It is gone, and so are those up to `through`.
    Removed {
        /// The last of them.
        through: u64,
    },
    /// It was written as another number.
    Moved {
        /// That number.
        from: u64,
    },
    /// It is sound in itself but does not follow the one before it.
    Unlinked,
    /// It is gone, with everything after it up to `through`.
    Truncated {
        /// The last entry known to have been written.
        through: u64,
    },
    /// It was added after the last one that this device sealed.
    Unsealed,
    /// It, or something before it, was written anew: the chain is whole, but is not the one that
    /// this device sealed.
    Rewritten,
    /// The seal is gone.
    SealMissing,
    /// The seal was not made with this device's key.
    SealForeign,
    /// It is not the entry that the checkpoint names: what was there then was changed or replaced.
    NotAsNoted,
    /// The checkpoint was not made with this device's key.
    CheckpointForeign,
    /// This device has no key to check the seal with.
    KeyMissing,
    /// It is the vault's own statement that the record before it could not be continued.
    BegunAnew {
        /// Why.
        because: String,
    },
    /// There is a number that no entry can have.
    Foreign {
        /// The number.
        number: i64,
    },
    /// The file cannot be read from here on.
    Unreadable {
        /// Why.
        because: String,
    },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seq = self.seq;
        match &self.problem {
            Problem::Changed => write!(f, "entry {seq} was changed after it was written"),
            Problem::Removed { through } if *through == seq => {
                write!(f, "entry {seq} was removed")
            }
            Problem::Removed { through } => {
                write!(f, "entries {seq} to {through} were removed")
            }
            Problem::Moved { from } => write!(f, "entry {seq} was written as entry {from}"),
            Problem::Unlinked => write!(
                f,
                "entry {seq} does not follow the one before it: something was put in or replaced"
            ),
            Problem::Truncated { through } => write!(
                f,
                "the record was cut off before entry {seq}: it went on to entry {through} at least"
            ),
            Problem::Unsealed => write!(f, "entry {seq} was not written by this device"),
            Problem::Rewritten => write!(
                f,
                "entry {seq}, or one before it, is not the one that this device sealed"
            ),
            Problem::SealMissing => write!(f, "the seal on entry {seq} was removed"),
            Problem::SealForeign => {
                write!(
                    f,
                    "the seal on entry {seq} was not made with the key that this device has"
                )
            }
            Problem::NotAsNoted => write!(
                f,
                "entry {seq} is not the one that the checkpoint names: it, or something before \
                 it, was changed since"
            ),
            Problem::CheckpointForeign => write!(
                f,
                "the checkpoint of entry {seq} was not made with the key that this device has"
            ),
            Problem::KeyMissing => write!(
                f,
                "the seal on entry {seq} cannot be checked: this device's key is not in its \
                 secret store"
            ),
            Problem::BegunAnew { because } => {
                write!(f, "the record begins anew at entry {seq}: {because}")
            }
            Problem::Foreign { number } => write!(
                f,
                "there is an entry numbered {number}, which this device cannot have written"
            ),
            Problem::Unreadable { because } => {
                write!(f, "the file cannot be read from entry {seq} on: {because}")
            }
        }
    }
}
