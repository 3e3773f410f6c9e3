//! Checkpoints: where the record stood, signed, to be kept somewhere else.
//!
//! Whoever owns this machine can rewrite everything on it, keys included. A checkpoint on paper,
//! in a mail or at a hub cannot be rewritten with it.

use std::{fmt, path::Path, str::FromStr};

use ed25519_dalek::{Signature, VerifyingKey};

use super::{
    Head, SealKey, hex,
    seal::{Seal, find_key, is_signed, read_seal},
};
use crate::{Error, SecretStore, store};

/// What a checkpoint's text begins with.
const FORMAT: &str = "chaperone-record-1";

/// Where the record stood at some moment, signed by its device. It is public, and one line of
/// text: `chaperone-record-1`, number, hash, key and signature, the last three in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    head: Head,
    key: VerifyingKey,
    signature: Signature,
}

/// A text that is no checkpoint, or that somebody changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is no checkpoint of a record: it is one line that begins with `chaperone-record-1`, and \
     not a letter of it may be changed"
)]
pub struct InvalidCheckpoint;

impl Checkpoint {
    pub(crate) fn sign(head: Head, key: &SealKey) -> Self {
        Self {
            head,
            key: key.public(),
            signature: Signature::from_bytes(&key.sign(head)),
        }
    }

    /// How many entries the record had.
    pub fn entries(&self) -> u64 {
        self.head.seq
    }

    /// The hash of the last one, in hexadecimal.
    pub fn hash(&self) -> String {
        hex(&self.head.hash)
    }

    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// Whether this key's owner made it.
    pub(super) fn is_by(&self, key: &VerifyingKey) -> bool {
        self.key == *key && is_signed(self.head, key, &self.signature)
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{FORMAT} {} {} {} {}",
            self.head.seq,
            hex(&self.head.hash),
            hex(self.key.as_bytes()),
            hex(&self.signature.to_bytes())
        )
    }
}

impl FromStr for Checkpoint {
    type Err = InvalidCheckpoint;

    fn from_str(text: &str) -> Result<Self, InvalidCheckpoint> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [FORMAT, seq, hash, key, signature] = words.as_slice() else {
            return Err(InvalidCheckpoint);
        };
        let head = Head {
            seq: seq.parse().map_err(|_| InvalidCheckpoint)?,
            hash: unhex(hash)?,
        };
        let key = VerifyingKey::from_bytes(&unhex(key)?).map_err(|_| InvalidCheckpoint)?;
        let signature = Signature::from_bytes(&unhex(signature)?);
        if !is_signed(head, &key, &signature) {
            return Err(InvalidCheckpoint);
        }
        Ok(Self {
            head,
            key,
            signature,
        })
    }
}

/// The checkpoint of the vault in this folder, whoever has it open; none while its seal is not
/// this device's, which `verify` says more about.
pub fn checkpoint(dir: &Path, secrets: &SecretStore) -> Result<Option<Checkpoint>, Error> {
    let Some(key) = find_key(secrets)? else {
        return Ok(None);
    };
    let connection = store::open_for_reading(&store::path_in(dir))?;
    Ok(match read_seal(&connection, &key.public())? {
        Seal::Ours(head) => Some(Checkpoint::sign(head, &key)),
        Seal::Missing | Seal::Foreign => None,
    })
}

fn unhex<const N: usize>(text: &str) -> Result<[u8; N], InvalidCheckpoint> {
    let mut bytes = [0; N];
    if text.len() != N * 2 || !text.is_ascii() {
        return Err(InvalidCheckpoint);
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        let digits = text
            .get(place * 2..place * 2 + 2)
            .ok_or(InvalidCheckpoint)?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| InvalidCheckpoint)?;
    }
    Ok(bytes)
}
