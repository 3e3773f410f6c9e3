//! Keys and tokens: in the system's keyring, or else in files that only the person can read.
//!
//! Every call blocks, for three seconds at most where a keyring is asked. What is kept here is
//! never in the vault's file, in a log or in an error.

mod file;
mod keyring;

use std::{fmt, path::Path};

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

/// Where secrets are kept.
#[derive(Debug, Clone)]
pub struct SecretStore(Place);

#[derive(Debug, Clone)]
enum Place {
    Keyring(Keyring),
    Files(Files),
}

impl SecretStore {
    /// The system's keyring where it really keeps something, else files in this folder. The
    /// sentence, if any, is for the person. A folder that has kept its secrets in files goes on
    /// doing so, silently: they would not be found elsewhere.
    pub fn choose(dir: &Path) -> Result<(Self, Option<String>), Error> {
        platform::private_dir(dir)?;
        let files = Files::new(dir);
        let known = Keyring::known(dir)?;
        if known.is_none() && files.in_use() {
            return Ok((Self(Place::Files(files)), None));
        }
        let before = known.is_some();
        let keyring = known.map_or_else(Keyring::new, Ok)?;
        match keyring.probe() {
            Ok(()) => {
                keyring.remember(dir)?;
                Ok((Self(Place::Keyring(keyring)), None))
            }
            Err(error) => {
                tracing::warn!(%error, "the system's keyring cannot be used");
                let notice = fallback_notice(&error, &files, before);
                Ok((Self(Place::Files(files)), Some(notice)))
            }
        }
    }

    /// Files in this folder, whatever else there is.
    pub fn file(dir: &Path) -> Self {
        Self(Place::Files(Files::new(dir)))
    }

    /// Whether the system's keyring keeps the secrets.
    pub fn is_keyring(&self) -> bool {
        matches!(self.0, Place::Keyring(_))
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

fn fallback_notice(error: &Error, files: &Files, before: bool) -> String {
    let cause =
        std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    let place = files.dir().display();
    if before {
        format!(
            "This computer's keyring, which keeps your sign-ins, cannot be used now ({cause}). \
             Unlock it and start Chaperone again. Until then earlier sign-ins are missing, and \
             new ones are kept in files that only you can read, in {place}."
        )
    } else {
        format!(
            "This computer's keyring cannot be used ({cause}). Sign-ins and keys are kept in \
             files that only you can read, in {place}."
        )
    }
}

#[cfg(test)]
mod tests;
