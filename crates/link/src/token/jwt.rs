//! When a JWT ends, by its own word. Nothing is verified: that takes the hub's key.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chaperone_protocol::Timestamp;
use serde_json::Value;

pub(super) fn expires_at(token: &str) -> Option<Timestamp> {
    let mut parts = token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    moment(claims.get("exp")?)
}

/// Seconds since 1970, whole or not, or a time as text.
pub(super) fn moment(value: &Value) -> Option<Timestamp> {
    if let Some(text) = value.as_str() {
        return text
            .parse()
            .ok()
            // Some hubs leave the zone out.
            .or_else(|| format!("{text}Z").parse().ok());
    }
    let seconds = match value.as_i64() {
        Some(seconds) => seconds,
        #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
        None => value.as_f64()? as i64,
    };
    Timestamp::from_second(seconds).ok()
}
