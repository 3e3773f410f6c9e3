//! The secrets of a hub: made once, kept by whoever embeds it.
//!
//! The hub's own files hold hashes only. Nothing here decides what a key may do.

use std::{error, fmt};

use base64::{
    Engine as _,
    prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD},
};
use chaperone_protocol::{AgentId, Maturity, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::{
    Error,
    store::{NewAgent, SealKey},
};

/// Why a secret could not be reached.
pub type SecretsError = Box<dyn error::Error + Send + Sync>;

/// Where the texts of keys are kept, outside the hub's own files.
///
/// Called while the hub opens, on a thread that may block.
pub trait Secrets: Send + Sync + 'static {
    /// The text of that name; `None` when there is none.
    fn get(&self, name: &str) -> Result<Option<String>, SecretsError>;
    /// Keeps a text under that name, in place of any other.
    fn set(&self, name: &str, text: &str) -> Result<(), SecretsError>;
}

/// An agent that every hub has from its first start, one for each level.
#[derive(Clone, PartialEq, Eq)]
pub struct Starter {
    /// Its id.
    pub id: AgentId,
    /// The name people see.
    pub name: String,
    /// Its level.
    pub maturity: Maturity,
    /// What it proves itself with. Secret.
    pub key: String,
}

impl fmt::Debug for Starter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Starter")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("maturity", &self.maturity)
            .finish_non_exhaustive()
    }
}

/// The start of every agent key, by which keys are told from tokens and found in leaks.
pub(crate) const KEY_PREFIX: &str = "chap_";

const SIGNING_SECRET: &str = "hub.signing-secret";
const AUDIT_KEY: &str = "hub.audit-key";
const TOKEN_KEY: &str = "hub.token-key";
const SEALING_KEY: &str = "hub.sealing-key";
const EDGE_SECRET: &str = "hub.edge-secret";
const REQUEST_KEY: &str = "hub.request-key";
const SECRET_BYTES: usize = 32;
/// The length of 32 bytes in base64 without padding.
const ENCODED_BYTES: usize = 43;

/// The secret that tokens are signed with, made if there is none. A new one ends every old token.
pub(crate) fn signing_secret(secrets: &dyn Secrets) -> Result<String, Error> {
    let whole = |text: &str| text.len() >= ENCODED_BYTES;
    kept_or_new(secrets, SIGNING_SECRET, whole, random_text)
}

/// Replaces what tokens are signed with.
pub(crate) fn rotate_token_keys(secrets: &dyn Secrets) -> Result<(), Error> {
    for name in [SIGNING_SECRET, TOKEN_KEY] {
        let fresh = random_text()?;
        secrets.set(name, &fresh).map_err(|source| Error::Secrets {
            name: name.to_owned(),
            source,
        })?;
    }
    Ok(())
}

/// The key that seals the audit, made if there is none. With a new one an older seal is found to be
/// another's.
pub(crate) fn audit_key(secrets: &dyn Secrets) -> Result<SealKey, Error> {
    Ok(SealKey::from_seed(&key(secrets, AUDIT_KEY)?))
}

/// The key that the hub's own tokens are signed with. A new one ends them.
pub(crate) fn token_key(secrets: &dyn Secrets) -> Result<[u8; SECRET_BYTES], Error> {
    key(secrets, TOKEN_KEY)
}

/// The key that seals what the books must not show. With a new one it is lost.
pub(crate) fn sealing_key(secrets: &dyn Secrets) -> Result<[u8; SECRET_BYTES], Error> {
    key(secrets, SEALING_KEY)
}

fn key(secrets: &dyn Secrets, name: &str) -> Result<[u8; SECRET_BYTES], Error> {
    let whole = |text: &str| seed(text).is_some();
    let text = kept_or_new(secrets, name, whole, random_text)?;
    seed(&text).ok_or_else(|| Error::Damaged {
        what: "key",
        row: name.to_owned(),
    })
}

/// The secret that devices share with this hub on a wire that has but one, made if there is none.
pub(crate) fn edge_secret(secrets: &dyn Secrets) -> Result<String, Error> {
    let whole = |text: &str| text.len() >= ENCODED_BYTES;
    kept_or_new(secrets, EDGE_SECRET, whole, random_text)
}

/// The key that requests are signed with on a wire that signs them, made if there is none. Its programs
/// expect the form of a Fernet key.
pub(crate) fn request_key(secrets: &dyn Secrets) -> Result<String, Error> {
    let whole = |text: &str| text.len() > ENCODED_BYTES;
    let fresh = || Ok(BASE64_URL_SAFE.encode(random_bytes::<SECRET_BYTES>()?));
    kept_or_new(secrets, REQUEST_KEY, whole, fresh)
}

fn seed(text: &str) -> Option<[u8; SECRET_BYTES]> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// The starters and their keys. A lost or spoilt key is replaced, so the caller must store the
/// hashes of whatever comes back.
pub(crate) fn starters(secrets: &dyn Secrets) -> Result<Vec<(Starter, NewAgent)>, Error> {
    Maturity::ALL
        .into_iter()
        .map(|maturity| starter(secrets, maturity))
        .collect()
}

/// The name under which [`Secrets`] hold the key of a starter, by the starter's id.
pub fn agent_key_name(agent: &str) -> String {
    format!("hub.agent-key.{agent}")
}

/// What the database keeps of a key. Keys are 256 random bits, so nothing slower is needed, and
/// looking a hash up tells nothing about how much of a guess was right.
pub(crate) fn key_hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// A random id in the form of a version 4 UUID.
pub(crate) fn fresh_id() -> Result<String, Error> {
    Ok(uuid(u128::from_be_bytes(random_bytes()?), 0x4))
}

/// A random id in the form of a version 7 UUID: those made later come later, to the millisecond, so
/// that a table of many has its new rows beside each other.
pub(crate) fn fresh_id_in_order(now: Timestamp) -> Result<String, Error> {
    let random = u128::from_be_bytes(random_bytes()?) >> 48;
    let since = u128::try_from(now.as_millisecond()).unwrap_or(0);
    Ok(uuid(since << 80 | random, 0x7))
}

fn uuid(bits: u128, version: u128) -> String {
    let variant = 0b10 << 62;
    let id = bits & !(0xF << 76) & !(0b11 << 62) | version << 76 | variant;
    let mut text = chaperone_chain::hex(&id.to_be_bytes());
    for dash in [20, 16, 12, 8] {
        text.insert(dash, '-');
    }
    text
}

fn starter(secrets: &dyn Secrets, maturity: Maturity) -> Result<(Starter, NewAgent), Error> {
    let name = agent_key_name(maturity.as_str());
    let whole = |text: &str| text.len() == KEY_PREFIX.len() + ENCODED_BYTES;
    let fresh = || Ok(format!("{KEY_PREFIX}{}", random_text()?));
    let key = kept_or_new(secrets, &name, whole, fresh)?;
    let id = AgentId::new(maturity.as_str()).map_err(|_| Error::Damaged {
        what: "id",
        row: maturity.to_string(),
    })?;
    let mut letters = maturity.as_str().chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let name: String = first.into_iter().chain(letters).collect();
    let agent = NewAgent {
        id: id.clone(),
        name: format!("{name} agent"),
        maturity,
        key_hash: key_hash(&key),
    };
    let starter = Starter {
        id,
        name: agent.name.clone(),
        maturity,
        key,
    };
    Ok((starter, agent))
}

fn kept_or_new(
    secrets: &dyn Secrets,
    name: &str,
    whole: impl Fn(&str) -> bool,
    fresh: impl Fn() -> Result<String, Error>,
) -> Result<String, Error> {
    let failed = |source| Error::Secrets {
        name: name.to_owned(),
        source,
    };
    if let Some(kept) = secrets.get(name).map_err(failed)?
        && whole(&kept)
    {
        return Ok(kept);
    }
    let fresh = fresh()?;
    secrets.set(name, &fresh).map_err(failed)?;
    Ok(fresh)
}

/// 256 random bits as text.
pub(crate) fn random_text() -> Result<String, Error> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<SECRET_BYTES>()?))
}

pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Error::Random)?;
    Ok(bytes)
}
