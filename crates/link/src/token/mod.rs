//! What a hub knows this device by, and how it is kept good.
//!
//! Where tokens are kept at rest is the caller's matter.

mod due;
mod jwt;
mod renewal;
mod source;
mod store;
#[cfg(test)]
mod tests;

use chaperone_protocol::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub(crate) use self::renewal::{issued, signed};
pub use self::{
    renewal::Renewal,
    source::{Outlook, TokenError, TokenSource},
    store::{BoxFuture, StoreError, TokenStore},
};
use crate::Secret;

/// A token with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What is shown to the hub.
    pub access: Secret,
    /// What gets the next one: a refresh token, or the secret that tokens are signed with.
    pub refresh: Option<Secret>,
    /// When the hub stops taking it, where that is known.
    pub expires_at: Option<Timestamp>,
}

impl Token {
    /// A token that somebody pasted. If it is a JWT its end is read from it; nothing is verified,
    /// which only the hub can.
    pub fn pasted(text: &str) -> Self {
        let access = text.trim();
        let access = access.strip_prefix("Bearer ").unwrap_or(access).trim();
        Self {
            access: Secret::new(access),
            refresh: None,
            expires_at: jwt::expires_at(access),
        }
    }

    /// What to tell the person ahead of the end of a token that nothing renews.
    pub fn warning(&self, now: Timestamp) -> Option<String> {
        const AHEAD: SignedDuration = SignedDuration::from_hours(7 * 24);

        let left = self.expires_at?.duration_since(now);
        if left > AHEAD {
            return None;
        }
        let hours = left.as_hours();
        Some(match hours {
            _ if !left.is_positive() => "the token has ended: sign in again".to_owned(),
            0 => "the token ends within the hour: sign in again before".to_owned(),
            1..48 => format!("the token ends in {hours} hours: sign in again before"),
            _ => format!(
                "the token ends in {} days: sign in again before",
                hours / 24
            ),
        })
    }

    /// The token as one secret text, for a store.
    pub fn to_text(&self) -> Secret {
        let stored = Stored {
            access: self.access.expose().to_owned(),
            refresh: self
                .refresh
                .as_ref()
                .map(|secret| secret.expose().to_owned()),
            expires_at: self.expires_at,
        };
        // A struct of texts and a time always has a JSON form.
        Secret::new(serde_json::to_string(&stored).unwrap_or_default())
    }

    /// Reads [`Token::to_text`]. None, where it is something else.
    pub fn from_text(text: &str) -> Option<Self> {
        let stored: Stored = serde_json::from_str(text).ok()?;
        Some(Self {
            access: Secret::new(stored.access),
            refresh: stored.refresh.map(Secret::new),
            expires_at: stored.expires_at,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    access: String,
    #[serde(default)]
    refresh: Option<String>,
    #[serde(default)]
    expires_at: Option<Timestamp>,
}
