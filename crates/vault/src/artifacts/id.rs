//! Names of artifacts on this device: sixteen random bytes, in hexadecimal.

use std::{fmt, str::FromStr};

use crate::{Error, record::hex};

/// An artifact's name on this device, and its file's. Nobody can guess one, and one that came
/// from outside can name nothing but such a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalArtifactId(String);

const DIGITS: usize = 32;

impl LocalArtifactId {
    /// A name that was never used.
    pub(super) fn random() -> Result<Self, Error> {
        let mut bytes = [0; DIGITS / 2];
        getrandom::fill(&mut bytes).map_err(Error::Random)?;
        Ok(Self(hex(&bytes)))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LocalArtifactId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != DIGITS || !text.bytes().all(digit) {
            return Err(Error::ArtifactName);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for LocalArtifactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
