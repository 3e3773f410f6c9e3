//! The bearer token a device makes for itself from a secret that it shares with its hub.
//!
//! `base64(id:phone:seconds:hmac)`, good for a day. Newer programs send the secret itself, so a hub
//! takes either. Where the secret is kept is not decided here.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chaperone_protocol::{DeviceId, SignedDuration, Timestamp};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What a device says of itself in a token that it signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBearer {
    /// The device.
    pub edge_agent_id: DeviceId,
    /// The number of the person whose device it is.
    pub user_phone: String,
    /// When it was signed, to the second.
    pub signed_at: Timestamp,
}

/// A token that is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// It is no token of this kind.
    #[error("the token is not one that an edge device signs")]
    Unreadable,
    /// A colon where the token has none to spare: it would read as another one.
    #[error("an id or a phone number with a colon in it cannot be signed")]
    Ambiguous,
    /// It was signed with another secret.
    #[error("the token is not signed with the secret of this hub")]
    Forged,
    /// It was good once.
    #[error("the token is older than a day: sign a new one")]
    Expired,
    /// It is not good yet.
    #[error("the token was signed in the future: set the device's clock")]
    Early,
}

impl SignedBearer {
    /// How long it is taken.
    pub const VALID_FOR: SignedDuration = SignedDuration::from_hours(24);
    /// A device signs a new one when less than this is left.
    pub const RENEWED_BEFORE: SignedDuration = SignedDuration::from_hours(1);
    /// How far the clocks of a device and its hub may be apart.
    const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

    /// The token.
    pub fn signed(&self, secret: &[u8]) -> Result<String, BearerError> {
        let Self {
            edge_agent_id,
            user_phone,
            signed_at,
        } = self;
        if edge_agent_id.as_str().contains(':') || user_phone.contains(':') {
            return Err(BearerError::Ambiguous);
        }
        let seconds = signed_at.as_second();
        let mut token = format!("{edge_agent_id}:{user_phone}:{seconds}");
        let signature = keyed(secret, token.as_bytes()).finalize().into_bytes();
        token.push(':');
        for byte in signature {
            let _ = write!(token, "{byte:02x}");
        }
        Ok(STANDARD.encode(token))
    }

    /// Takes a token for what it says, if it is signed with that secret and neither old nor early.
    pub fn verified(token: &str, secret: &[u8], now: Timestamp) -> Result<Self, BearerError> {
        let decoded = STANDARD
            .decode(token)
            .map_err(|_| BearerError::Unreadable)?;
        let text = String::from_utf8(decoded).map_err(|_| BearerError::Unreadable)?;
        let (message, signature) = text.rsplit_once(':').ok_or(BearerError::Unreadable)?;
        let signature = unhexed(signature).ok_or(BearerError::Unreadable)?;
        // The signature first: what is not signed is not looked at any further.
        keyed(secret, message.as_bytes())
            .verify_slice(&signature)
            .map_err(|_| BearerError::Forged)?;
        let bearer = Self::parsed(message).ok_or(BearerError::Unreadable)?;
        let age = now.duration_since(bearer.signed_at);
        if age > Self::VALID_FOR {
            return Err(BearerError::Expired);
        }
        if age < -Self::TOLERANCE {
            return Err(BearerError::Early);
        }
        Ok(bearer)
    }

    /// When a token was signed, as far as it says so; nothing of it is checked.
    pub fn signed_at(token: &str) -> Option<Timestamp> {
        let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
        let (message, _) = text.rsplit_once(':')?;
        Self::parsed(message).map(|bearer| bearer.signed_at)
    }

    /// Whether the device should sign a new one.
    pub fn is_due_for_renewal(&self, now: Timestamp) -> bool {
        now.duration_since(self.signed_at) > Self::VALID_FOR - Self::RENEWED_BEFORE
    }

    fn parsed(message: &str) -> Option<Self> {
        let mut parts = message.split(':');
        let (id, phone, seconds) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        Some(Self {
            edge_agent_id: DeviceId::new(id).ok()?,
            user_phone: phone.to_owned(),
            signed_at: Timestamp::from_second(seconds.parse().ok()?).ok()?,
        })
    }
}

/// Whether a bearer token is the shared secret itself. Takes as long for a wrong one as for the
/// right one.
pub fn is_shared_secret(token: &str, secret: &str) -> bool {
    let expected = keyed(secret.as_bytes(), secret.as_bytes()).finalize();
    keyed(secret.as_bytes(), token.as_bytes())
        .verify_slice(&expected.into_bytes())
        .is_ok()
        && !secret.is_empty()
}

fn keyed(secret: &[u8], message: &[u8]) -> Hmac<Sha256> {
    // HMAC takes a key of any length: a longer one than a block is hashed down, a shorter one
    // filled up. Done here, because the constructor that does it pretends that it can fail.
    let mut block = [0; 64];
    if secret.len() > block.len() {
        let hashed = <Sha256 as sha2::Digest>::digest(secret);
        block
            .iter_mut()
            .zip(hashed)
            .for_each(|(to, from)| *to = from);
    } else {
        block
            .iter_mut()
            .zip(secret)
            .for_each(|(to, from)| *to = *from);
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(message);
    mac
}

fn unhexed(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let bytes = text.as_bytes();
    if bytes.len() != 64 {
        return None;
    }
    bytes
        .chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? << 4 | digit(*low)?).ok(),
            _ => None,
        })
        .collect()
}
