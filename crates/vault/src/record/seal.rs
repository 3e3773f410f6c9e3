//! The seal: the device's signature on where the record ends.
//!
//! What it signs is `chaperone_chain`'s. It is renewed in the transaction that adds entries.
//! The key never leaves the secret store, and beside it stands a mark: a number that the record
//! had reached at some start or end of the device, so that an older copy of the file, whose seal
//! is genuine, is found too.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use super::{Head, hex};
use crate::{DeviceKey, Error, Secret, SecretStore, column};

const KEY_NAME: &str = "record-key";
const MARK_NAME: &str = "record-mark";

/// The key that seals the record. Its content is in no `Debug` and is wiped when dropped.
#[derive(Clone)]
pub(crate) struct SealKey(SigningKey);

impl SealKey {
    pub(crate) fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// Signs that the record ends so.
    pub(crate) fn sign(&self, head: Head) -> [u8; 64] {
        self.0.sign(&head.sealed()).to_bytes()
    }

    /// The same key, for what the device proves to hubs.
    pub(crate) fn device_key(&self) -> DeviceKey {
        DeviceKey::new(self.0.clone())
    }

    /// The half that can be shown.
    pub(crate) fn public(&self) -> VerifyingKey {
        self.0.verifying_key()
    }
}

/// As much of a key's hash as people compare: 64 bits.
const FINGERPRINT_BYTES: usize = 8;

/// A public key in a form that people can compare on two screens: the first 64 bits of the SHA-256
/// of its 32 bytes, in groups of four hexadecimal digits.
pub(crate) fn fingerprint(key: &VerifyingKey) -> String {
    let hash = Sha256::digest(key.as_bytes());
    let short = hash.get(..FINGERPRINT_BYTES).unwrap_or_default();
    let groups: Vec<String> = short.chunks(2).map(hex).collect();
    groups.join(" ")
}

/// The device's key, made when there is none.
pub(crate) fn load_key(secrets: &SecretStore) -> Result<SealKey, Error> {
    if let Some(key) = find_key(secrets)? {
        return Ok(key);
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(Error::Random)?;
    secrets.set(KEY_NAME, &Secret::new(seed))?;
    Ok(SealKey::from_seed(seed))
}

/// The device's key, where it has one.
pub(crate) fn find_key(secrets: &SecretStore) -> Result<Option<SealKey>, Error> {
    let Some(secret) = secrets.get(KEY_NAME)? else {
        return Ok(None);
    };
    let seed: [u8; 32] = secret.expose().try_into().map_err(|_| Error::SealKey)?;
    Ok(Some(SealKey::from_seed(seed)))
}

/// A number that the record had reached once.
pub(crate) fn find_mark(secrets: &SecretStore) -> Result<u64, Error> {
    let secret = secrets.get(MARK_NAME)?;
    // A mark that makes no sense promises nothing: it only ever adds to what is found.
    Ok(secret
        .and_then(|secret| secret.expose().try_into().ok())
        .map_or(0, u64::from_be_bytes))
}

/// Remembers how far the record has come.
pub(crate) fn remember_mark(secrets: &SecretStore, seq: u64) -> Result<(), Error> {
    if find_mark(secrets)? == seq {
        return Ok(());
    }
    secrets.set(MARK_NAME, &Secret::new(seq.to_be_bytes()))
}

/// Renews the seal.
pub(crate) fn write_seal(
    connection: &Connection,
    head: Head,
    key: &SealKey,
) -> rusqlite::Result<()> {
    let signature = key.sign(head);
    connection
        .prepare_cached(
            "INSERT INTO seal (one, seq, hash, key, signature) VALUES (1, ?1, ?2, ?3, ?4)
             ON CONFLICT (one) DO UPDATE
             SET seq = excluded.seq, hash = excluded.hash,
                 key = excluded.key, signature = excluded.signature",
        )?
        .execute(params![
            column::to_row(head.seq),
            head.hash,
            key.public().to_bytes(),
            signature
        ])?;
    Ok(())
}

/// What a seal turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seal {
    /// There is none.
    Missing,
    /// There is one that this device's key did not make.
    Foreign,
    /// This device sealed the record so.
    Ours(Head),
}

/// Reads the seal and checks its signature.
pub(crate) fn read_seal(connection: &Connection, key: &VerifyingKey) -> Result<Seal, Error> {
    let stored = connection
        .prepare_cached("SELECT seq, hash, key, signature FROM seal")?
        .query_row([], |row| {
            let seq: i64 = row.get(0)?;
            Ok((
                seq,
                bytes::<32>(row, 1)?,
                bytes::<32>(row, 2)?,
                bytes::<64>(row, 3)?,
            ))
        })
        .optional()?;
    Ok(match stored {
        None => Seal::Missing,
        Some((seq, Some(hash), Some(public), Some(signature))) => {
            let head = u64::try_from(seq).ok().map(|seq| Head { seq, hash });
            let signature = Signature::from_bytes(&signature);
            match head {
                Some(head) if public == key.to_bytes() && is_signed(head, key, &signature) => {
                    Seal::Ours(head)
                }
                Some(_) | None => Seal::Foreign,
            }
        }
        Some(_) => Seal::Foreign,
    })
}

/// Whether the owner of this key said that the record ended so.
pub(super) fn is_signed(head: Head, key: &VerifyingKey, signature: &Signature) -> bool {
    key.verify_strict(&head.sealed(), signature).is_ok()
}

/// Exactly as many bytes as there should be.
fn bytes<const N: usize>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<[u8; N]>> {
    let value = row.get_ref(column)?;
    Ok(value
        .as_bytes()
        .ok()
        .and_then(|bytes| bytes.try_into().ok()))
}
