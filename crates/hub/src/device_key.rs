//! The key that a device was paired with: read, shown to people, and checked.
//!
//! What is signed is the dialects' to say; who must sign is decided where a credential is taken.

use std::fmt::Write as _;

use axum::http::{HeaderMap, header};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chaperone_dialects::{KeyProof, Proving};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// As much of a key's hash as people compare on two screens.
const FINGERPRINT_BYTES: usize = 8;

/// The public half of a device's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DeviceKey([u8; 32]);

/// What came with a request to prove a key.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    /// The hub, as the request called it; whoever let the request in knows that it means this one.
    pub(crate) hub: String,
    pub(crate) signature: Option<String>,
}

impl DeviceKey {
    /// From base64url. None, where it is no key, or one that anybody can sign for.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let key = VerifyingKey::from_bytes(&bytes).ok()?;
        (!key.is_weak()).then_some(Self(bytes))
    }

    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// What people compare: the first 64 bits of its SHA-256, in hexadecimal.
    pub(crate) fn fingerprint(self) -> String {
        let hash = Sha256::digest(self.0);
        hash.iter()
            .take(FINGERPRINT_BYTES)
            .fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
    }

    /// Whether its owner signed that.
    pub(crate) fn signed(self, proof: &KeyProof<'_>, signature: &str) -> bool {
        let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(signature) else {
            return false;
        };
        let (Ok(signature), Ok(key)) = (
            Signature::from_slice(&bytes),
            VerifyingKey::from_bytes(&self.0),
        ) else {
            return false;
        };
        key.verify_strict(proof.text().as_bytes(), &signature)
            .is_ok()
    }
}

impl Proof {
    pub(crate) fn new(headers: &HeaderMap, signature: Option<String>) -> Self {
        Self {
            hub: authority(headers),
            signature,
        }
    }

    /// Whether it is that of this key, for this.
    pub(crate) fn is_of(
        &self,
        key: DeviceKey,
        proving: Proving<'_>,
        device: &str,
        credential: [u8; 32],
    ) -> bool {
        let proof = KeyProof {
            proving,
            hub: &self.hub,
            device,
            credential,
        };
        let signature = self.signature.as_deref();
        signature.is_some_and(|signature| key.signed(&proof, signature))
    }
}

/// The hub, as a request calls it.
pub(crate) fn authority(headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    host.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    use chaperone_dialects::{KeyProof, Proving};
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::DeviceKey;

    fn proof<'a>(hub: &'a str, nonce: &'a str) -> KeyProof<'a> {
        KeyProof {
            proving: Proving::Connection { nonce },
            hub,
            device: "desk",
            credential: [7; 32],
        }
    }

    #[test]
    fn only_the_keys_owner_signs_and_only_what_was_asked() {
        let secret = SigningKey::from_bytes(&[1; 32]);
        let text = BASE64_URL_SAFE_NO_PAD.encode(secret.verifying_key());
        let key = DeviceKey::read(&text).unwrap();
        let asked = proof("hub.example.org", "n");
        let signature = secret.sign(asked.text().as_bytes()).to_bytes();
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature);
        assert!(key.signed(&asked, &signature));
        assert!(!key.signed(&proof("hub.example.org", "m"), &signature));
        assert!(!key.signed(&proof("elsewhere.example.org", "n"), &signature));
        for wrong in ["", "c2lnbmF0dXJl", &signature[1..]] {
            assert!(!key.signed(&asked, wrong), "{wrong}");
        }
        let other = SigningKey::from_bytes(&[2; 32]).verifying_key();
        let other = DeviceKey::from_bytes(other.to_bytes());
        assert!(!other.signed(&asked, &signature));
    }

    #[test]
    fn a_key_is_read_only_where_it_is_one() {
        // The neutral point: every text is signed for it.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        for wrong in ["", "key", &BASE64_URL_SAFE_NO_PAD.encode(neutral)] {
            assert_eq!(DeviceKey::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_fingerprint_is_the_one_that_the_device_shows() {
        let bytes = [
            0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64,
            0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68,
            0xf7, 0x07, 0x51, 0x1a,
        ];
        assert_eq!(
            DeviceKey::from_bytes(bytes).fingerprint(),
            "21fe31dfa154a261"
        );
    }
}
