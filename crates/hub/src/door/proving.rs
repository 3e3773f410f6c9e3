//! How a device shows that it holds the key it was paired with, before it is let in.

use chaperone_dialects::{Close, Extension, HubInput, KeyProof, Proving, Registration};
use chaperone_protocol::{DeviceId, Timestamp};

use super::{guest::Bound, hearing::internal, socket::Conversation};
use crate::{device_key::DeviceKey, secrets::random_text};

/// What a device hears that has another key than the one it was paired with.
const OTHER_KEY: &str = "this hub knows this device by another key: pair it again";

/// A device that is to prove its key.
pub(super) struct Challenged {
    registration: Registration,
    nonce: String,
}

impl Conversation {
    /// Has a device prove the key that it was paired with, as far as it does not show already that
    /// it cannot.
    pub(super) async fn challenge(
        &mut self,
        registration: Registration,
        bound: &Bound,
    ) -> Vec<HubInput> {
        let device = &registration.device.id;
        if !registration.extensions.has(Extension::DeviceKey) {
            let why = "this device was paired with a key and does not offer to prove it";
            return self.unproven(device, why).await;
        }
        let named = registration.public_key.as_deref().and_then(DeviceKey::read);
        if named.is_some_and(|named| named != bound.key) {
            return self.unproven(device, OTHER_KEY).await;
        }
        let nonce = match random_text() {
            Ok(nonce) => nonce,
            Err(error) => {
                tracing::error!(%error, "a device could not be challenged");
                return vec![internal()];
            }
        };
        self.challenged = Some(Box::new(Challenged {
            registration,
            nonce: nonce.clone(),
        }));
        vec![HubInput::Challenge { nonce }]
    }

    /// The answer to the one challenge that was put on this socket.
    pub(super) async fn proof(&mut self, signature: &str) -> Vec<HubInput> {
        let (Some(challenged), Some(bound)) = (self.challenged.take(), self.guest.key.clone())
        else {
            return Vec::new();
        };
        let Challenged {
            registration,
            nonce,
        } = *challenged;
        let asked = KeyProof {
            proving: Proving::Connection { nonce: &nonce },
            hub: &bound.hub,
            device: registration.device.id.as_str(),
            credential: bound.credential,
        };
        if !bound.key.signed(&asked, signature) {
            return self.unproven(&registration.device.id, OTHER_KEY).await;
        }
        let Registration {
            device, extensions, ..
        } = registration;
        let inputs = self.admitted(device, extensions, Some(bound.key)).await;
        // The pairing may have ended between the proof and its taking the place.
        let standing = self.app.store.standing(bound.session, Timestamp::now());
        match standing.await {
            Ok(Some(_)) => inputs,
            Ok(None) => {
                let reason = "the pairing has ended; pair this device again".to_owned();
                vec![HubInput::Refuse { reason }]
            }
            Err(error) => {
                tracing::error!(%error, "whether a pairing stands could not be read");
                vec![internal()]
            }
        }
    }

    /// Takes down that a device did not prove its key, and ends its connection.
    pub(super) async fn unproven(&mut self, device: &DeviceId, why: &'static str) -> Vec<HubInput> {
        tracing::warn!(%device, why, "a device is refused");
        let (account, now) = (self.guest.account.clone(), Timestamp::now());
        let store = &self.app.store;
        let taken = store.device_unproven(account, device.to_string(), why, now);
        if let Err(error) = taken.await {
            tracing::error!(%error, "that a device was refused could not be taken down");
        }
        vec![HubInput::Close(Close::new(Close::UNPROVEN, why))]
    }
}
