//! How the next token is had. Requests and answers only; who makes them is decided elsewhere.

use chaperone_dialects::{PasswordForm, Refresh, SignedBearer};
use chaperone_protocol::{DeviceId, SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Token, TokenError, jwt};
use crate::{
    Secret,
    http::{Answer, Asking, Body},
};

/// How tokens of one kind are renewed. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Renewal {
    /// Not at all: at its end the person signs in again.
    Never,
    /// By showing the old one, while it is good.
    Showing {
        /// Where.
        path: String,
        /// Where the hub is told that it is not needed any more.
        logout_path: Option<String>,
    },
    /// By a refresh token in a body of JSON.
    RefreshToken {
        /// Where.
        path: String,
    },
    /// By signing a new one with the secret shared with the hub.
    Signed {
        /// The device's id at its hub.
        device: DeviceId,
        /// The number of the person whose device it is.
        phone: String,
    },
    /// By a refresh token that is used once.
    OAuth {
        /// What this program is called at the hub.
        client_id: String,
    },
}

/// What leads to the next token.
pub(super) enum Step {
    Ask(Asking),
    Have(Token),
    /// Nothing does.
    Impossible,
}

impl Renewal {
    /// How a token that a password gave is renewed.
    pub(crate) fn of_password(form: &PasswordForm) -> Self {
        match form.refresh {
            Refresh::ByShowing { path } => Self::Showing {
                path: path.to_owned(),
                logout_path: form.logout_path.map(str::to_owned),
            },
            Refresh::ByRefreshToken { path } => Self::RefreshToken {
                path: path.to_owned(),
            },
        }
    }

    /// How long before its end a token is replaced.
    pub(super) fn ahead(&self) -> SignedDuration {
        match self {
            Self::Signed { .. } => SignedBearer::RENEWED_BEFORE,
            Self::Never | Self::Showing { .. } | Self::RefreshToken { .. } | Self::OAuth { .. } => {
                SignedDuration::from_mins(5)
            }
        }
    }

    /// Whether there can be a next token at all.
    pub(super) fn is_possible(&self, token: &Token) -> bool {
        match self {
            Self::Never => false,
            Self::Showing { .. } => true,
            Self::RefreshToken { .. } | Self::Signed { .. } | Self::OAuth { .. } => {
                token.refresh.is_some()
            }
        }
    }

    /// What leads to the next token. `prove` signs for a refresh token, where the device has a key.
    pub(super) fn step(
        &self,
        token: &Token,
        prove: impl Fn(&Secret) -> Option<String>,
        now: Timestamp,
    ) -> Result<Step, TokenError> {
        let step = match (self, &token.refresh) {
            (Self::Showing { path, .. }, _) => {
                let asking = Asking::new(path, Body::Nothing);
                Step::Ask(asking.bearing(&token.access))
            }
            (Self::RefreshToken { path }, Some(refresh)) => Step::Ask(Asking::new(
                path,
                Body::json(&json!({"refresh_token": refresh.expose()})),
            )),
            (Self::Signed { device, phone }, Some(secret)) => {
                Step::Have(signed(device, phone, secret, now)?)
            }
            (Self::OAuth { client_id }, Some(refresh)) => {
                let signature = prove(refresh);
                let mut fields = vec![
                    ("grant_type", "refresh_token"),
                    ("refresh_token", refresh.expose()),
                    ("client_id", client_id),
                ];
                // Hubs that know nothing of it pass it over, as the standard says.
                fields.extend(signature.as_deref().map(|text| ("device_signature", text)));
                Step::Ask(Asking::new("/oauth/token", Body::form(&fields)))
            }
            (
                Self::Never | Self::RefreshToken { .. } | Self::Signed { .. } | Self::OAuth { .. },
                _,
            ) => Step::Impossible,
        };
        Ok(step)
    }

    /// What tells the hub that the token is not needed any more, where it can be told.
    pub(super) fn farewell(&self, token: &Token) -> Option<Asking> {
        match (self, &token.refresh) {
            (
                Self::Showing {
                    logout_path: Some(path),
                    ..
                },
                _,
            ) => Some(Asking::new(path, Body::Nothing).bearing(&token.access)),
            (Self::OAuth { client_id }, Some(refresh)) => Some(Asking::new(
                "/oauth/revoke",
                Body::form(&[
                    ("token", refresh.expose()),
                    ("token_type_hint", "refresh_token"),
                    ("client_id", client_id),
                ]),
            )),
            (
                Self::Never
                | Self::Showing { .. }
                | Self::RefreshToken { .. }
                | Self::Signed { .. }
                | Self::OAuth { .. },
                _,
            ) => None,
        }
    }
}

/// A token that this device signs itself.
pub(crate) fn signed(
    device: &DeviceId,
    phone: &str,
    secret: &Secret,
    now: Timestamp,
) -> Result<Token, TokenError> {
    let bearer = SignedBearer {
        edge_agent_id: device.clone(),
        user_phone: phone.to_owned(),
        signed_at: now,
    };
    let access = bearer
        .signed(secret.expose().as_bytes())
        .map_err(TokenError::Unsigned)?;
    Ok(Token {
        access: Secret::new(access),
        refresh: Some(secret.clone()),
        expires_at: now.checked_add(SignedBearer::VALID_FOR).ok(),
    })
}

/// Reads the answer to a renewal.
pub(super) fn renewed(answer: &Answer, old: &Token, now: Timestamp) -> Result<Token, TokenError> {
    match answer.status {
        200..=299 => {
            let mut token = issued(&answer.json(), now).ok_or(TokenError::NoToken)?;
            // A hub that names no new refresh token goes on taking the old one.
            token.refresh = token.refresh.or_else(|| old.refresh.clone());
            Ok(token)
        }
        400 if answer.json().get("error") == Some(&json!("invalid_proof")) => {
            Err(TokenError::OtherKey)
        }
        400 | 401 | 403 | 404 => Err(TokenError::SignIn),
        status => Err(TokenError::Status { status }),
    }
}

/// Reads a token out of any of the bodies that hubs answer with.
pub(crate) fn issued(fields: &Map<String, Value>, now: Timestamp) -> Option<Token> {
    let text = |name: &str| {
        let text = fields.get(name)?.as_str()?;
        Some(text.trim()).filter(|text| !text.is_empty())
    };
    let access = text("access_token")?;
    let after = fields.get("expires_in").and_then(Value::as_i64);
    let expires_at = after
        .and_then(|seconds| now.checked_add(SignedDuration::from_secs(seconds)).ok())
        .or_else(|| jwt::moment(fields.get("expires_at")?))
        .or_else(|| jwt::expires_at(access));
    Some(Token {
        access: Secret::new(access),
        refresh: text("refresh_token").map(Secret::new),
        expires_at,
    })
}
