//! A device that goes by a key: what it proves, to whom, and what it says where that is not taken.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chaperone_dialects::{KeyProof, Proving, credential_hash};
use chaperone_link::{DeviceKey, Signer};
use chaperone_protocol::{ConnectionPhase, Remedy};
use serde_json::json;
use sha2::{Digest as _, Sha512};

use crate::{
    device::{Device, Setup, TOKEN},
    hub::{Hub, Socket},
};

/// Signs so that a test can tell what was signed.
pub(crate) struct Telltale;

impl Signer for Telltale {
    fn public(&self) -> [u8; 32] {
        [7; 32]
    }

    fn sign(&self, text: &str) -> [u8; 64] {
        Sha512::digest(text).into()
    }
}

pub(crate) fn key() -> DeviceKey {
    DeviceKey::new(Telltale)
}

pub(crate) fn public() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Telltale.public())
}

/// What the key of the device called `desk` says to that.
pub(crate) fn signature(proving: Proving<'_>, hub: &str, credential: &str) -> String {
    let proof = KeyProof {
        proving,
        hub,
        device: "desk",
        credential: credential_hash(credential),
    };
    BASE64_URL_SAFE_NO_PAD.encode(Telltale.sign(&proof.text()))
}

async fn hello(hub: &Hub) -> (Socket, serde_json::Value) {
    let (mut socket, _) = hub.accept().await;
    let hello = socket.next("register").await;
    (socket, hello["device_info"].clone())
}

#[tokio::test]
async fn a_challenge_is_answered_once_for_this_hub_and_token() {
    let hub = Hub::listen().await;
    let mut device: Device = Setup::at(hub.address()).proving(key()).start();
    let (mut socket, info) = hello(&hub).await;
    assert_eq!(info["public_key"], public());
    let offered = info["extensions"].as_array().unwrap();
    assert!(offered.contains(&json!("device_key")), "{info}");
    // The second is one that another hub was asked, or would be.
    for nonce in ["n-1", "n-2"] {
        socket
            .say(json!({"type": "challenge", "nonce": nonce}))
            .await;
    }
    let proof = socket.next("proof").await;
    let authority = hub.address().to_string();
    let nonce = "n-1";
    let expected = signature(Proving::Connection { nonce }, &authority, TOKEN);
    assert_eq!(proof["signature"], expected);
    socket
        .say(json!({"type": "registered", "device_node_id": "desk"}))
        .await;
    device.reaches(ConnectionPhase::Connected).await;
    socket
        .say(json!({"type": "challenge", "nonce": "n-3"}))
        .await;
    // Only heartbeats follow.
    socket.next("heartbeat").await;
    socket.next("heartbeat").await;
}

#[tokio::test]
async fn a_device_without_a_key_offers_none() {
    let hub = Hub::listen().await;
    let _device = Device::of(&hub);
    let (mut socket, info) = hello(&hub).await;
    assert!(info.get("public_key").is_none(), "{info}");
    let offered = info["extensions"].as_array().unwrap();
    assert!(!offered.contains(&json!("device_key")), "{info}");
    socket.say(json!({"type": "challenge", "nonce": "n"})).await;
    socket
        .say(json!({"type": "registered", "device_node_id": "desk"}))
        .await;
    socket.next("heartbeat").await;
}

#[tokio::test]
async fn a_hub_that_knows_another_key_is_told_of_plainly_and_left_alone() {
    let hub = Hub::listen().await;
    let mut device: Device = Setup::at(hub.address()).proving(key()).start();
    let (mut socket, _) = hello(&hub).await;
    socket.say(json!({"type": "challenge", "nonce": "n"})).await;
    socket.next("proof").await;
    socket.close(4003, "whatever the hub says").await;
    let state = device.reaches(ConnectionPhase::Refused).await;
    assert_eq!(
        state.trouble.as_deref(),
        Some("this hub knows this device by another key: pair it again")
    );
    assert_eq!(state.remedy, Some(Remedy::SignIn));
    assert!(!hub.knocked_within(Duration::from_millis(300)).await);
}
