//! The one certificate that a hub must show.

use std::{fmt, fmt::Write as _, str::FromStr};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::Error;

/// The SHA-256 of a certificate, or of the public key in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pin([u8; 32]);

impl Pin {
    /// Takes hexadecimal digits, with or without colons, and base64; `sha256:`, `sha256/` and
    /// `sha256//` in front are passed over, as other programs write them.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let bare = text
            .strip_prefix("sha256")
            .map_or(text, |rest| rest.trim_start_matches([':', '/']));
        let digits: String = bare.chars().filter(|digit| *digit != ':').collect();
        let bytes = if digits.len() == 64 {
            unhexed(&digits).ok_or(Error::Pin)?
        } else {
            STANDARD
                .decode(bare)
                .or_else(|_| STANDARD_NO_PAD.decode(bare))
                .map_err(|_| Error::Pin)?
        };
        bytes.try_into().map(Self).map_err(|_| Error::Pin)
    }

    /// The fingerprint of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

fn unhexed(digits: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    digits
        .as_bytes()
        .chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(value(*high)? << 4 | value(*low)?).ok(),
            _ => None,
        })
        .collect()
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_char(':')?;
            }
            write!(f, "{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pin({self})")
    }
}

impl FromStr for Pin {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl Serialize for Pin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Pin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
