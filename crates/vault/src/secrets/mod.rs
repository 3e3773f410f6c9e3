//! Keys and tokens: in the system's keyring, or else in files that only the person can read.
//!
//! Every call blocks, for three seconds at most where a keyring is asked. What is kept here is
//! never in the vault's file, in a log or in an error.

mod file;
mod keyring;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::{Error, platform};
use file::Files;
use keyring::Keyring;

/// Longer names would not fit a file's name once escaped.
const LONGEST_NAME: usize = 60;

/// Bytes that no log, error or crash report may hold. Wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Wraps these bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes, for the one place that needs them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, where they are text.
    pub fn expose_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Which place keeps the secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretPlace {
    /// The system's keyring.
    Keyring {
        /// What people call it.
        name: &'static str,
    },
    /// Files that only the person can read, and every program that runs as the person.
    Files {
        /// The folder they are in.
        dir: PathBuf,
    },
}

impl fmt::Display for SecretPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyring { name } => f.write_str(name),
            Self::Files { dir } => write!(f, "files that only you can read, in {}", dir.display()),
        }
    }
}

/// Why the system's keyring does not serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyringTrouble {
    /// It is locked; the person can unlock it.
    Locked,
    /// There is none in this session, or not yet.
    Absent,
    /// It did not answer in time; it may be asking the person something.
    Silent,
    /// It failed in another way.
    Failed,
}

impl KeyringTrouble {
    /// Whether the same call works once that is seen to. Otherwise a new process has to make it.
    pub fn is_passing(self) -> bool {
        match self {
            Self::Locked | Self::Absent | Self::Silent => true,
            Self::Failed => false,
        }
    }
}

impl fmt::Display for KeyringTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Locked => "is locked: unlock it, then try again",
            Self::Absent => {
                "is not running: start Chaperone from your desktop session, or start the keyring, \
                 then try again"
            }
            Self::Silent => {
                "does not answer: look for a window that asks for its password, then try again"
            }
            Self::Failed => "does not work: see to it, then start Chaperone again",
        })
    }
}

/// Where secrets are kept.
#[derive(Debug, Clone)]
pub struct SecretStore(Place);

#[derive(Debug, Clone)]
enum Place {
    Keyring(Keyring),
    Files(Files),
}

impl SecretStore {
    /// The system's keyring where there is one that really keeps something, else files in this
    /// folder. The sentence, if any, is for the person, and is said once.
    ///
    /// A folder stays with what it has used: secrets would not be found elsewhere, and without its
    /// key the record could only begin anew. So a keyring that is locked, or gone since, is
    /// [`Error::KeyringUnavailable`]: have it unlocked and call again while its trouble is a passing
    /// one, or, where that error says that nothing is in it yet, take [`SecretStore::file`].
    pub fn choose(dir: &Path) -> Result<(Self, Option<String>), Error> {
        platform::private_dir(dir)?;
        let files = Files::new(dir);
        let known = Keyring::known(dir)?;
        if known.is_none() && files.in_use() {
            return Ok((Self(Place::Files(files)), None));
        }
        let holds_secrets = known.is_some();
        let keyring = known.map_or_else(Keyring::new, Ok)?;
        let Err(error) = keyring.probe() else {
            return Ok((Self(Place::Keyring(keyring.remember(dir)?)), None));
        };
        let trouble = error.keyring_trouble().unwrap_or(KeyringTrouble::Failed);
        let stays = match trouble {
            KeyringTrouble::Absent | KeyringTrouble::Failed => holds_secrets,
            // Somebody can unlock it, and nobody should be surprised by keys lying in files then.
            KeyringTrouble::Locked | KeyringTrouble::Silent => true,
        };
        if stays {
            return Err(Error::KeyringUnavailable {
                trouble,
                holds_secrets,
                source: Box::new(error),
            });
        }
        tracing::warn!(%error, "the system's keyring cannot be used");
        let notice = fallback_notice(&error, &files);
        Ok((Self(Place::Files(files)), Some(notice)))
    }

    /// Files in this folder, whatever else there is.
    pub fn file(dir: &Path) -> Self {
        Self(Place::Files(Files::new(dir)))
    }

    /// Whether the system's keyring keeps the secrets.
    pub fn is_keyring(&self) -> bool {
        matches!(self.0, Place::Keyring(_))
    }

    /// Where secrets are kept, for a person who wants to know.
    pub fn place(&self) -> SecretPlace {
        match &self.0 {
            Place::Keyring(_) => SecretPlace::Keyring {
                name: platform::KEYRING,
            },
            Place::Files(files) => SecretPlace::Files {
                dir: files.dir().to_owned(),
            },
        }
    }

    /// Really keeps something for a moment, and says what is wrong if that does not work.
    pub fn examine(&self) -> Result<(), Error> {
        match &self.0 {
            Place::Keyring(keyring) => keyring.probe(),
            Place::Files(files) => files.probe(),
        }
    }

    /// Reads a secret; one that was never set is none.
    pub fn get(&self, name: &str) -> Result<Option<Secret>, Error> {
        check_name(name)?;
        match &self.0 {
            Place::Keyring(keyring) => keyring.get(name),
            Place::Files(files) => files.get(name),
        }
    }

    /// Sets a secret, in place of one of that name.
    pub fn set(&self, name: &str, secret: &Secret) -> Result<(), Error> {
        check_name(name)?;
        match &self.0 {
            Place::Keyring(keyring) => keyring.set(name, secret),
            Place::Files(files) => files.set(name, secret),
        }
    }

    /// Removes a secret; one that was never set is no error.
    pub fn delete(&self, name: &str) -> Result<(), Error> {
        check_name(name)?;
        match &self.0 {
            Place::Keyring(keyring) => keyring.delete(name),
            Place::Files(files) => files.delete(name),
        }
    }
}

fn check_name(name: &str) -> Result<(), Error> {
    if name.is_empty() || name.len() > LONGEST_NAME {
        return Err(Error::SecretName);
    }
    Ok(())
}

fn fallback_notice(error: &Error, files: &Files) -> String {
    let cause =
        std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    let place = files.dir().display();
    format!(
        "This computer's keyring cannot be used ({cause}). Sign-ins and keys are kept in files \
         that only you can read, in {place}."
    )
}

#[cfg(test)]
mod tests;
