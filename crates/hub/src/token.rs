//! Tokens: what the owner and the owner's devices prove themselves with.
//!
//! HS256 and nothing else, `exp` and `sub` required. Whether the owner still exists is for the
//! store to say.

use std::time::Duration;

use chaperone_protocol::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::Error;

/// Signs tokens and checks them.
pub(crate) struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The owner's id.
    pub(crate) sub: String,
    /// The second after which it is worth nothing.
    pub(crate) exp: i64,
    /// What it is good for; a token that does not say is good for everything its owner may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<Scope>,
}

/// The only thing a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scope {
    /// Opening a device's socket. Such tokens travel in a URL, so a leaked one must not also give
    /// orders.
    Device,
}

impl Tokens {
    pub(crate) fn new(secret: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "sub"]);
        // Tokens are made and checked on the same machine: no clock to be lenient with.
        validation.leeway = 0;
        Self {
            encoding: EncodingKey::from_secret(secret.as_bytes()),
            decoding: DecodingKey::from_secret(secret.as_bytes()),
            validation,
        }
    }

    pub(crate) fn sign(
        &self,
        owner: &str,
        scope: Option<Scope>,
        now: Timestamp,
        valid_for: Duration,
    ) -> Result<String, Error> {
        let claims = Claims {
            sub: owner.to_owned(),
            exp: now.as_second().saturating_add_unsigned(valid_for.as_secs()),
            scope,
        };
        let header = Header::new(Algorithm::HS256);
        jsonwebtoken::encode(&header, &claims, &self.encoding).map_err(Error::Sign)
    }

    /// The claims of a token that is ours and still good.
    pub(crate) fn check(&self, token: &str) -> Option<Claims> {
        // The error may quote the token, so it is not even logged.
        jsonwebtoken::decode(token, &self.decoding, &self.validation)
            .ok()
            .map(|data| data.claims)
    }
}
