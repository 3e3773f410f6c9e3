//! The key that this device goes by at hubs that ask for it. Where it is kept is the caller's
//! matter.

use std::{fmt, sync::Arc};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chaperone_dialects::{KeyProof, Proving, credential_hash};
use chaperone_protocol::DeviceId;

use crate::{Address, Secret};

/// An Ed25519 key.
pub trait Signer: Send + Sync {
    /// The half that anybody may have.
    fn public(&self) -> [u8; 32];
    /// Signs this text.
    fn sign(&self, text: &str) -> [u8; 64];
}

/// This device's key. Cheap to clone.
#[derive(Clone)]
pub struct DeviceKey(Arc<dyn Signer>);

impl DeviceKey {
    /// A key that is kept there.
    pub fn new(signer: impl Signer + 'static) -> Self {
        Self(Arc::new(signer))
    }

    /// The half that hubs keep, as they want to read it.
    pub(crate) fn public(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0.public())
    }

    /// The proof for the hub at that address. It is good for nothing else, so it may be shown to
    /// any hub.
    pub(crate) fn prove(
        &self,
        proving: Proving<'_>,
        hub: &Address,
        device: &DeviceId,
        credential: &Secret,
    ) -> String {
        let proof = KeyProof {
            proving,
            hub: hub.authority(),
            device: device.as_str(),
            credential: credential_hash(credential.expose()),
        };
        BASE64_URL_SAFE_NO_PAD.encode(self.0.sign(&proof.text()))
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKey(…)")
    }
}
