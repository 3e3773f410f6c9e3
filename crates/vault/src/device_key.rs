//! The device's key, for what it signs besides the record: the proofs by which hubs know it.
//!
//! What is signed is the caller's to say. A proof begins with its own name, as a seal does, so
//! neither is ever taken for the other.

use ed25519_dalek::{Signer as _, SigningKey};

/// A handle on the key. Its content is in no `Debug` and is wiped when dropped.
#[derive(Clone)]
pub struct DeviceKey(SigningKey);

impl DeviceKey {
    pub(crate) fn new(key: SigningKey) -> Self {
        Self(key)
    }

    /// The half that anybody may have.
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs a proof.
    pub fn sign(&self, proof: &str) -> [u8; 64] {
        self.0.sign(proof.as_bytes()).to_bytes()
    }
}

impl std::fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceKey")
    }
}
