//! Errors: a code and a sentence on the wire, one sentence here.
//!
//! A code stands before the sentence, unless it is the one for a frame that makes no sense, which
//! is what we have to complain about. What else an error says of itself is not kept.

use crate::json::Fields;

/// The code of a complaint that has no other.
const SENSELESS: &str = "INVALID_DATA";

/// The code and the sentence to be said.
pub(super) fn parted(message: &str) -> (&str, &str) {
    let code = |code: &str| {
        code.starts_with(|c: char| c.is_ascii_uppercase())
            && code
                .bytes()
                .all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
            && code != SENSELESS
    };
    match message.split_once(": ") {
        Some((start, rest)) if code(start) => (start, rest),
        _ => (SENSELESS, message),
    }
}

/// What was said: nested as written down, flat as programs say it, or both.
pub(super) fn joined(payload: Fields<'_>, beside: Fields<'_>) -> String {
    let said = [
        (payload, "errorMessage"),
        (payload, "message"),
        (beside, "message"),
    ]
    .into_iter()
    .find_map(|(fields, name)| fields.text(name).ok().flatten())
    .unwrap_or_default();
    match payload.text("errorCode").ok().flatten() {
        None | Some(SENSELESS) => said.to_owned(),
        Some(code) => format!("{code}: {said}"),
    }
}
