//! The signature of the system's HTTP requests.
//!
//! It proves that the sender has the key, and nothing else: it holds no time, so whoever has seen a
//! signed body can send it again. The socket is never signed.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The value of the `X-Angela-Signature` header: the HMAC-SHA256 of the body, in lower-case
/// hexadecimal. The key is the text it is written as, never what that text may encode.
pub fn angela_signature(key: &str, body: &[u8]) -> String {
    let mut signature = String::with_capacity(64);
    if let Some(code) = code(key, body) {
        for byte in code.finalize().into_bytes() {
            // Writing to a text cannot fail.
            let _ = write!(signature, "{byte:02x}");
        }
    }
    signature
}

/// Whether the header's value is that of this body. Takes the same time wherever it differs.
pub fn is_angela_signature(key: &str, body: &[u8], signature: &str) -> bool {
    let given: Option<Vec<u8>> = signature
        .as_bytes()
        .chunks(2)
        .map(|digits| match digits {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect();
    match (code(key, body), given) {
        (Some(code), Some(given)) => code.verify_slice(&given).is_ok(),
        _ => false,
    }
}

fn code(key: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    // A key of any length will do, so there always is one.
    let mut code = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    code.update(body);
    Some(code)
}

/// The value of a lower-case hexadecimal digit; the system takes no others.
fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}
