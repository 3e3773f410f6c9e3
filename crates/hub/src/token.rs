//! Tokens: what people and their devices prove themselves with for a while.
//!
//! Two algorithms and no others: HS256 for clients that were written for other hubs, `EdDSA` for
//! what this hub gives out by OAuth, whose public half anybody may have. Whether an account or a
//! session still stands is for the store to say.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chaperone_protocol::Timestamp;
use ed25519_dalek::SigningKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::Error;

/// What stands before the seed of an Ed25519 key in the form of RFC 8410.
const PKCS8: &[u8] = &[
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// Of so many tokens it is remembered that they were good: callers show theirs with each request,
/// devices once an hour.
const REMEMBERED: usize = 1_000;

/// Signs tokens and checks them.
pub(crate) struct Tokens {
    shared: Pair,
    own: Pair,
    /// The public half of the key of `own`.
    public: [u8; 32],
    key_id: String,
    /// What tokens say whose signatures were good, by their digests: a caller shows the same one
    /// again and again.
    checked: RwLock<HashMap<[u8; 32], Claims>>,
}

struct Pair {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The account's id.
    pub(crate) sub: String,
    /// The second after which it is worth nothing.
    pub(crate) exp: i64,
    /// The session that it belongs to; it is worth nothing once that is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sid: Option<String>,
    /// What it is good for; a token that does not say is good for everything its person may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<Scope>,
    /// The only device it is good for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) device: Option<String>,
}

/// The only thing a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scope {
    /// Opening a device's socket, and bringing what it was asked for. Such tokens travel in a URL,
    /// so a leaked one must not also give orders.
    Device,
}

/// Which of the two a token is signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signed {
    /// With the secret, as other hubs do.
    Shared,
    /// With the hub's own key.
    Own,
}

impl Tokens {
    pub(crate) fn new(secret: &str, seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        let public = key.verifying_key().to_bytes();
        let private = [PKCS8, seed.as_slice()].concat();
        let id = Sha256::digest(public);
        Self {
            shared: Pair {
                encoding: EncodingKey::from_secret(secret.as_bytes()),
                decoding: DecodingKey::from_secret(secret.as_bytes()),
                validation: validation(Algorithm::HS256),
            },
            own: Pair {
                encoding: EncodingKey::from_ed_der(&private),
                decoding: DecodingKey::from_ed_der(&public),
                validation: validation(Algorithm::EdDSA),
            },
            public,
            key_id: BASE64_URL_SAFE_NO_PAD.encode(id.get(..12).unwrap_or_default()),
            checked: RwLock::default(),
        }
    }

    pub(crate) fn sign(&self, signed: Signed, claims: &Claims) -> Result<String, Error> {
        let (header, pair) = match signed {
            Signed::Shared => (Header::new(Algorithm::HS256), &self.shared),
            Signed::Own => {
                let mut header = Header::new(Algorithm::EdDSA);
                header.kid = Some(self.key_id.clone());
                (header, &self.own)
            }
        };
        jsonwebtoken::encode(&header, claims, &pair.encoding).map_err(Error::Sign)
    }

    /// The claims of a token that is ours and still good.
    pub(crate) fn check(&self, token: &str) -> Option<Claims> {
        let digest = Sha256::digest(token).into();
        let checked = self.checked.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(claims) = checked.get(&digest) {
            let good = claims.exp > Timestamp::now().as_second();
            return good.then(|| claims.clone());
        }
        drop(checked);
        let claims = self.verify(token)?;
        let mut checked = self.checked.write().unwrap_or_else(PoisonError::into_inner);
        if checked.len() >= REMEMBERED {
            checked.clear();
        }
        checked.insert(digest, claims.clone());
        Some(claims)
    }

    fn verify(&self, token: &str) -> Option<Claims> {
        // The errors may quote the token, so they are not even logged.
        let algorithm = jsonwebtoken::decode_header(token).ok()?.alg;
        let pair = match algorithm {
            Algorithm::HS256 => &self.shared,
            Algorithm::EdDSA => &self.own,
            _ => return None,
        };
        jsonwebtoken::decode(token, &pair.decoding, &pair.validation)
            .ok()
            .map(|data| data.claims)
    }

    /// The public keys, as RFC 7517 has them.
    pub(crate) fn key_set(&self) -> Value {
        json!({ "keys": [{
            "kty": "OKP",
            "crv": "Ed25519",
            "use": "sig",
            "alg": "EdDSA",
            "kid": self.key_id,
            "x": BASE64_URL_SAFE_NO_PAD.encode(self.public),
        }]})
    }
}

impl Claims {
    /// Good for everything its person may do, for so long.
    pub(crate) fn of(account: &str, now: Timestamp, valid_for: Duration) -> Self {
        Self {
            sub: account.to_owned(),
            exp: now.as_second().saturating_add_unsigned(valid_for.as_secs()),
            sid: None,
            scope: None,
            device: None,
        }
    }
}

fn validation(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_required_spec_claims(&["exp", "sub"]);
    // Tokens are made and checked on the same machine: no clock to be lenient with.
    validation.leeway = 0;
    validation
}
