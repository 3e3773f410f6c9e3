//! Devices that are paired with a key: what a token is worth with its proof, and without.

use chaperone_dialects::{KeyProof, Proving, credential_hash};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use sha2::{Digest as _, Sha256};

use crate::{device::Device, http::Reply, scene::Scene};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const UNPROVEN: u16 = 4003;

/// What makes a signature of a nonce.
type Made<'a> = Box<dyn Fn(&str) -> String + 'a>;

/// A device with a key, as it stands with the hub.
struct Paired {
    key: SigningKey,
    access: String,
    refresh: String,
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn public(key: &SigningKey) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(key.verifying_key())
}

fn sign(key: &SigningKey, proof: &KeyProof<'_>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(key.sign(proof.text().as_bytes()).to_bytes())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Scene {
    fn authority(&self) -> String {
        self.address.to_string()
    }

    /// The codes for a device that wants to go by that key.
    async fn applied(&self, id: &str, key: &SigningKey) -> (String, String) {
        let public = public(key);
        let fields = [
            ("client_id", "chaperone"),
            ("device_id", id),
            ("device_name", "The desk"),
            ("device_public_key", &public),
        ];
        let grant = self.form("/oauth/device_authorization", &fields).await;
        assert_eq!(grant.status, 200, "{grant:?}");
        (
            text(&grant.body["device_code"]),
            text(&grant.body["user_code"]),
        )
    }

    async fn allow(&self, user_code: &str) {
        let path = format!("/api/pairing/{user_code}");
        let allowed = self
            .post(&path, &self.owner_token, &json!({ "allow": true }))
            .await;
        assert_eq!(allowed.reply().await.status, 200);
    }

    async fn collect(&self, device_code: &str, signature: Option<&str>) -> Reply {
        let mut fields = vec![
            ("grant_type", DEVICE_CODE),
            ("device_code", device_code),
            ("client_id", "chaperone"),
        ];
        fields.extend(signature.map(|text| ("device_signature", text)));
        self.form("/oauth/token", &fields).await
    }

    async fn paired(&self, id: &str, key: SigningKey) -> Paired {
        let (device_code, user_code) = self.applied(id, &key).await;
        self.allow(&user_code).await;
        let proof = KeyProof {
            proving: Proving::Pairing {
                user_code: &user_code,
            },
            hub: &self.authority(),
            device: id,
            credential: credential_hash(&device_code),
        };
        let signature = sign(&key, &proof);
        let given = self.collect(&device_code, Some(&signature)).await;
        assert_eq!(given.status, 200, "{given:?}");
        Paired {
            key,
            access: text(&given.body["access_token"]),
            refresh: text(&given.body["refresh_token"]),
        }
    }

    async fn renew(&self, refresh: &str, signature: Option<&str>) -> Reply {
        let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", refresh)];
        fields.extend(signature.map(|text| ("device_signature", text)));
        self.form("/oauth/token", &fields).await
    }

    /// Opens a socket, says hello as that device with that key, and brings the nonce.
    async fn challenged(&self, id: &str, access: &str, key: &SigningKey) -> (Device, String) {
        let mut device = Device::open_with(self, access).await;
        device.send(&hello(id, Some(&public(key)))).await;
        let challenge = device.hear_a("challenge").await;
        (device, text(&challenge["nonce"]))
    }

    async fn connected(&self, id: &str, paired: &Paired) -> Device {
        let (mut device, nonce) = self.challenged(id, &paired.access, &paired.key).await;
        let signature = self.signature(id, paired, &nonce);
        device.send(&proof(&signature)).await;
        device.hear_a("connected").await;
        device.hear_a("registered").await;
        device
    }

    fn signature(&self, id: &str, paired: &Paired, nonce: &str) -> String {
        let proof = KeyProof {
            proving: Proving::Connection { nonce },
            hub: &self.authority(),
            device: id,
            credential: credential_hash(&paired.access),
        };
        sign(&paired.key, &proof)
    }

    fn renewal(&self, id: &str, key: &SigningKey, refresh: &str) -> String {
        let proof = KeyProof {
            proving: Proving::Renewal,
            hub: &self.authority(),
            device: id,
            credential: credential_hash(refresh),
        };
        sign(key, &proof)
    }

    async fn status(&self, access: &str) -> u16 {
        let url = format!("ws://{}/api/devices/ws?token={access}", self.address);
        match tokio_tungstenite::connect_async(url).await {
            Ok(_) => 101,
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => {
                response.status().as_u16()
            }
            Err(other) => panic!("{other}"),
        }
    }
}

fn hello(id: &str, public_key: Option<&str>) -> Value {
    json!({
        "type": "register",
        "device_node_id": id,
        "device_info": {
            "name": "The desk",
            "extensions": public_key.map_or(vec!["result_ack"], |_| vec!["result_ack", "device_key"]),
            "public_key": public_key,
        },
    })
}

fn proof(signature: &str) -> Value {
    json!({ "type": "proof", "signature": signature })
}

#[tokio::test]
async fn a_pairing_shows_the_very_key_and_gives_its_token_to_nobody_else() {
    let scene = Scene::start().await;
    let key = key(1);
    let (device_code, user_code) = scene.applied("desk", &key).await;
    let path = format!("/api/pairing/{user_code}");
    let seen = scene.get(&path, &scene.owner_token).await;
    let hash = Sha256::digest(key.verifying_key());
    let digits = chaperone_chain::hex(&hash[..8]);
    let shown = text(&seen.body["fingerprint"]).replace(' ', "");
    assert_eq!(shown, digits, "{seen:?}");
    scene.allow(&user_code).await;

    // Whoever has seen the code has not got the key.
    let pairing = |hub: &str, user_code: &str, device: &str, by: &SigningKey| {
        let proof = KeyProof {
            proving: Proving::Pairing { user_code },
            hub,
            device,
            credential: credential_hash(&device_code),
        };
        sign(by, &proof)
    };
    let hub = scene.authority();
    let wrong = [
        None,
        Some("c2lnbmF0dXJl".to_owned()),
        Some(pairing(&hub, &user_code, "desk", &self::key(2))),
        Some(pairing("elsewhere.example", &user_code, "desk", &key)),
        Some(pairing(&hub, "BCDF-GHJK", "desk", &key)),
        Some(pairing(&hub, &user_code, "other", &key)),
    ];
    for signature in wrong {
        let reply = scene.collect(&device_code, signature.as_deref()).await;
        assert_eq!(reply.body["error"], "invalid_proof", "{signature:?}");
    }
    let right = pairing(&hub, &user_code, "desk", &key);
    let given = scene.collect(&device_code, Some(&right)).await;
    assert_eq!(given.status, 200, "{given:?}");
    let again = scene.collect(&device_code, Some(&right)).await;
    assert_eq!(again.body["error"], "invalid_grant");

    let sessions = scene.get("/api/auth/sessions", &scene.owner_token).await;
    let session = sessions.body.as_array().unwrap().iter();
    let session = session.clone().find(|one| one["device_id"] == "desk");
    assert_eq!(session.unwrap()["bound_to_key"], true, "{sessions:?}");
    assert_eq!(session.unwrap()["fingerprint"], digits);
}

#[tokio::test]
async fn what_is_no_key_or_has_another_fingerprint_is_refused() {
    let scene = Scene::start().await;
    let public = public(&key(1));
    for fields in [
        [("client_id", "chaperone"), ("device_public_key", "a-key")].as_slice(),
        &[
            ("client_id", "chaperone"),
            ("device_public_key", &public),
            ("device_fingerprint", "0000 0000 0000 0000"),
        ],
    ] {
        let reply = scene.form("/oauth/device_authorization", fields).await;
        assert_eq!(reply.body["error"], "invalid_request", "{reply:?}");
    }
}

#[tokio::test]
async fn a_stolen_token_opens_nothing_without_the_key() {
    let scene = Scene::start().await;
    let desk = scene.paired("desk", key(1)).await;
    let stolen = &desk.access;

    // It does not offer to prove anything, or names a key of its own.
    let thief = public(&key(2));
    for public_key in [None, Some(thief.as_str())] {
        let mut device = Device::open_with(&scene, stolen).await;
        device.send(&hello("desk", public_key)).await;
        assert_eq!(device.closed().await, UNPROVEN);
    }
    // It names the right one, and signs with its own; or signs nothing.
    let (mut device, nonce) = scene.challenged("desk", stolen, &desk.key).await;
    let of_thief = Paired {
        key: key(2),
        access: stolen.clone(),
        refresh: String::new(),
    };
    device
        .send(&proof(&scene.signature("desk", &of_thief, &nonce)))
        .await;
    assert_eq!(device.closed().await, UNPROVEN);
    let (mut device, _) = scene.challenged("desk", stolen, &desk.key).await;
    device.send(&proof("")).await;
    assert_eq!(device.closed().await, UNPROVEN);
    // It cannot say anything in place of the proof either.
    let (mut device, _) = scene.challenged("desk", stolen, &desk.key).await;
    let result = json!({ "type": "result", "command_id": "c", "success": true, "data": {} });
    device.send(&result).await;
    assert_eq!(device.closed().await, 1002);

    // The wires that know no challenge do not let it in at all.
    for path in ["/api/v1/ws/device", "/ws", "/dialects/blueprint/ws"] {
        let url = format!("ws://{}{path}?token={stolen}", scene.address);
        let refused = tokio_tungstenite::connect_async(url).await;
        let Err(tokio_tungstenite::tungstenite::Error::Http(response)) = refused else {
            panic!("{path}: {refused:?}")
        };
        assert_eq!(response.status(), 403, "{path}");
    }
    let sync = json!({ "edge_agent_id": "desk", "pending_events": [], "status": {} });
    let reply = scene.post("/edge/sync", stolen, &sync).await.reply().await;
    assert_eq!(reply.verdict(), (403, "forbidden"), "{reply:?}");

    // And once the device is known, no other token of its person makes it another's.
    let device = scene.connected("desk", &desk).await;
    for token in [&scene.owner_token, &scene.device_token] {
        let mut other = Device::open_with(&scene, token).await;
        other.send(&hello("desk", None)).await;
        assert_eq!(other.closed().await, UNPROVEN);
    }
    let sync = scene.post("/edge/sync", &scene.owner_token, &sync).await;
    assert_eq!(sync.reply().await.verdict(), (403, "forbidden"));
    drop(device);

    let scene = scene.restart(|_| ()).await;
    let verified = scene.get("/api/audit/verify", &scene.owner_token).await;
    assert_eq!(verified.status, 200, "{verified:?}");
    let mut again = scene.connected("desk", &desk).await;
    again.send(&json!({ "type": "heartbeat" })).await;
    again.hear_a("heartbeat_ack").await;
}

#[tokio::test]
async fn a_proof_is_good_once_for_one_hub_device_and_token() {
    let scene = Scene::start().await;
    let desk = scene.paired("desk", key(1)).await;
    let (mut first, nonce) = scene.challenged("desk", &desk.access, &desk.key).await;
    let used = scene.signature("desk", &desk, &nonce);
    first.send(&proof(&used)).await;
    first.hear_a("connected").await;
    first.hear_a("registered").await;

    // Heard by somebody, and said again on another connection.
    let (mut replay, other_nonce) = scene.challenged("desk", &desk.access, &desk.key).await;
    assert_ne!(nonce, other_nonce);
    replay.send(&proof(&used)).await;
    assert_eq!(replay.closed().await, UNPROVEN);
    // The one whose it was goes on.
    first.send(&json!({ "type": "heartbeat" })).await;
    first.hear_a("heartbeat_ack").await;

    // Had from the device by another hub, for another device, with another token, or for another
    // purpose.
    let usual = |hub: &str, device: &str, access: &str, nonce: &str| {
        let proof = KeyProof {
            proving: Proving::Connection { nonce },
            hub,
            device,
            credential: credential_hash(access),
        };
        sign(&desk.key, &proof)
    };
    let hub = scene.authority();
    let made: [Made<'_>; 4] = [
        Box::new(|nonce| usual("elsewhere.example", "desk", &desk.access, nonce)),
        Box::new(|nonce| usual(&hub, "other", &desk.access, nonce)),
        Box::new(|nonce| usual(&hub, "desk", "another token", nonce)),
        Box::new(|nonce| {
            let proof = KeyProof {
                proving: Proving::Upload { of: nonce },
                hub: &hub,
                device: "desk",
                credential: credential_hash(&desk.access),
            };
            sign(&desk.key, &proof)
        }),
    ];
    for sign in made {
        let (mut device, nonce) = scene.challenged("desk", &desk.access, &desk.key).await;
        device.send(&proof(&sign(&nonce))).await;
        assert_eq!(device.closed().await, UNPROVEN);
    }
    // A second try on the same socket is none.
    let (mut device, nonce) = scene.challenged("desk", &desk.access, &desk.key).await;
    device.send(&proof("")).await;
    let right = proof(&scene.signature("desk", &desk, &nonce)).to_string();
    device.try_send_message(right.into()).await;
    assert_eq!(device.closed().await, UNPROVEN);
}

#[tokio::test]
async fn a_new_pairing_replaces_the_key_and_ends_the_old_session() {
    let scene = Scene::start().await;
    let old = scene.paired("desk", key(1)).await;
    let mut device = scene.connected("desk", &old).await;
    // Whoever is to allow it sees what it ends.
    let (_, user_code) = scene.applied("desk", &key(2)).await;
    let path = format!("/api/pairing/{user_code}");
    let seen = scene.get(&path, &scene.owner_token).await;
    assert_eq!(seen.body["replaces"]["device_name"], "The desk", "{seen:?}");
    assert_ne!(
        seen.body["replaces"]["fingerprint"],
        seen.body["fingerprint"]
    );
    let new = scene.paired("desk", key(2)).await;
    assert_eq!(device.closed().await, 4009);
    assert_eq!(scene.status(&old.access).await, 403);
    let signature = scene.renewal("desk", &old.key, &old.refresh);
    let reply = scene.renew(&old.refresh, Some(&signature)).await;
    assert_eq!(reply.body["error"], "invalid_grant");

    // The new token is no use to the old key.
    let mut device = Device::open_with(&scene, &new.access).await;
    device.send(&hello("desk", Some(&public(&old.key)))).await;
    assert_eq!(device.closed().await, UNPROVEN);
    let mut device = scene.connected("desk", &new).await;
    let sessions = scene.get("/api/auth/sessions", &scene.owner_token).await;
    let of_desk = |sessions: &Reply| {
        let sessions = sessions.body.as_array().unwrap().clone();
        let mut of_desk = sessions
            .into_iter()
            .filter(|one| one["device_id"] == "desk");
        let session = of_desk.next();
        assert!(of_desk.next().is_none());
        session
    };
    let session = of_desk(&sessions).unwrap();

    // Its person ends the pairing: the device goes, and is bound to nothing any more.
    let path = format!("DELETE /api/auth/sessions/{}", text(&session["id"]));
    let ended = scene
        .call(&path, &scene.owner_token, &[], &Value::Null)
        .await;
    assert_eq!(ended.reply().await.status, 200);
    assert_eq!(device.closed().await, 4009);
    assert_eq!(scene.status(&new.access).await, 403);
    let mut pasted = Device::open_with(&scene, &scene.owner_token).await;
    pasted.register("desk", &[]).await;
}

#[tokio::test]
async fn a_refresh_token_is_renewed_by_the_key_alone() {
    let scene = Scene::start().await;
    let mut desk = scene.paired("desk", key(1)).await;
    let renewed = async |refresh: &str| {
        let signature = scene.renewal("desk", &key(1), refresh);
        scene.renew(refresh, Some(&signature)).await
    };
    let elsewhere = scene.renewal("desk", &key(2), &desk.refresh);
    let of_another = scene.renewal("desk", &desk.key, "another token");
    for signature in [None, Some(elsewhere.as_str()), Some(&of_another)] {
        let reply = scene.renew(&desk.refresh, signature).await;
        assert_eq!(reply.body["error"], "invalid_proof", "{reply:?}");
    }
    // None of that cost the device anything.
    let reply = renewed(&desk.refresh).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let old = std::mem::replace(&mut desk.refresh, text(&reply.body["refresh_token"]));
    desk.access = text(&reply.body["access_token"]);
    let mut device = scene.connected("desk", &desk).await;

    // A copy of an old one that comes without the key does not end the session; one with it does.
    let reply = scene.renew(&old, None).await;
    assert_eq!(reply.body["error"], "invalid_proof");
    assert_eq!(scene.status(&desk.access).await, 101);
    assert_eq!(renewed(&old).await.body["error"], "invalid_grant");
    assert_eq!(device.closed().await, 4009);
    assert_eq!(scene.status(&desk.access).await, 403);
}

#[tokio::test]
async fn an_upload_is_signed_too() {
    let scene = Scene::start().await;
    let desk = scene.paired("desk", key(1)).await;
    let mut device = scene.connected("desk", &desk).await;
    let body = json!({ "device_node_id": "desk", "camera_id": "0" });
    let pending = scene
        .post("/api/devices/camera/snap", scene.key("autonomous"), &body)
        .await;
    let command = device.hear_a("command").await;
    let id = text(&command["command_id"]);
    let signature = |of: &str| {
        let proof = KeyProof {
            proving: Proving::Upload { of },
            hub: &scene.authority(),
            device: "desk",
            credential: credential_hash(&desk.access),
        };
        format!("Chaperone-Proof: {}", sign(&desk.key, &proof))
    };
    let bring = async |credential: &str, proof: &str| {
        let digest = BASE64_STANDARD.encode(Sha256::digest(b"picture"));
        let digest = format!("Repr-Digest: sha-256=:{digest}:");
        let mut headers = vec!["Content-Type: image/jpeg", &digest];
        headers.extend(Some(proof).filter(|proof| !proof.is_empty()));
        let start = format!("POST /api/devices/artifacts?command_id={id}");
        let pending = scene.send(&start, credential, &headers, "picture").await;
        pending.reply().await
    };
    for proof in [String::new(), signature("another")] {
        let reply = bring(&desk.access, &proof).await;
        assert_eq!(reply.verdict(), (403, "forbidden"), "{reply:?}");
    }
    // Nor does the token of another device of the same person do.
    let reply = bring(&scene.device_token, "").await;
    assert_eq!(reply.verdict(), (403, "forbidden"), "{reply:?}");
    let reply = bring(&desk.access, &signature(&id)).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    device.refuse(&command, "failed", "enough").await;
    assert_eq!(pending.reply().await.status, 400);
}

#[tokio::test]
async fn whoever_goes_by_no_key_is_asked_for_none() {
    let scene = Scene::start().await;
    // It offers to prove one, but was let in without.
    let mut device = Device::open_with(&scene, &scene.device_token).await;
    device.send(&hello("desk", Some(&public(&key(1))))).await;
    device.hear_a("connected").await;
    device.hear_a("registered").await;
    // Paired with a key, it is bound to it, and what is connected under its name goes.
    let desk = scene.paired("desk", key(1)).await;
    assert_eq!(device.closed().await, 4009);
    let mut other = Device::open_with(&scene, &scene.device_token).await;
    other.send(&hello("desk", None)).await;
    assert_eq!(other.closed().await, UNPROVEN);
    scene.connected("desk", &desk).await;
}

#[tokio::test]
async fn books_from_before_there_were_keys_are_brought_up() {
    let first = if std::env::var_os("CHAPERONE_TEST_DATABASE").is_some() {
        "UPDATE version SET number = 1;"
    } else {
        "PRAGMA user_version = 1;"
    };
    let before = format!(
        "DROP TABLE supervisions;
         DROP INDEX commands_queued;
         DROP INDEX commands_unanswered;
         CREATE INDEX commands_open ON commands (device) WHERE state <> 'settled';
         CREATE INDEX audit_by_account ON audit (account, seq);
         CREATE INDEX audit_by_agent ON audit (agent, seq);
         ALTER TABLE sessions DROP COLUMN public_key;
         ALTER TABLE applications DROP COLUMN public_key;
         {first}"
    );
    let scene = Scene::start().await;
    let scene = scene.restart(|books| books.change(&before)).await;
    let desk = scene.paired("desk", key(1)).await;
    scene.connected("desk", &desk).await;
}
