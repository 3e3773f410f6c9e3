//! Two people at one hub: neither hears, takes over or switches what is the other's.

use serde_json::json;

use super::{Peer, post};
use crate::{door::forged, scene::Scene};

/// A hub with a second person, to whom the device `edge_1` belongs, and that person's token.
async fn two() -> (Scene, String) {
    let scene = Scene::start().await;
    let scene = scene
        .restart(|books| {
            books.change(
                "INSERT INTO accounts (id, name, role, created_at)
                     VALUES ('another', 'Another', 'member', 0);
                 INSERT INTO devices (id, account, dialect, name, kind, platform,
                     platform_version, architecture, capabilities, more, created_at, last_seen_at)
                     VALUES ('edge_1', 'another', 'archety', 'edge_1', '', '', '', '', '[]', '{}',
                         0, 0);",
            );
        })
        .await;
    let secret = scene.secrets.0.lock().unwrap()["hub.signing-secret"].clone();
    let token = forged(
        &secret,
        &json!({ "sub": "another", "exp": 4_102_444_800_u64 }),
    );
    (scene, token)
}

#[tokio::test]
async fn a_group_is_of_one_person() {
    let (scene, token) = two().await;
    for wire in ["angela", "blueprint"] {
        let own = format!("/dialects/{wire}/ws");
        let mut mine = Peer::connect(&scene, &own).await;
        let mut theirs = Peer::connect(&scene, &format!("{own}?token={token}")).await;
        // Each hears what it says itself, and what it hears first is that.
        for (peer, text) in [(&mut theirs, "theirs"), (&mut mine, "mine")] {
            let said = json!({ "type": "ping", "ping": { "host": text } });
            let event = json!({ "type": "speech", "data": { "host": text } });
            let said = if wire == "angela" { event } else { said };
            peer.say(&said.to_string()).await;
            let heard = peer.hear().await;
            let host = if wire == "angela" {
                &heard["data"]["host"]
            } else {
                &heard["ping"]["host"]
            };
            assert_eq!(host, text, "{heard}");
        }
    }
}

#[tokio::test]
async fn a_token_in_a_hello_changes_the_group() {
    let (scene, token) = two().await;
    let own = "/dialects/blueprint/ws";
    let mut theirs = Peer::connect(&scene, &format!("{own}?token={token}")).await;
    theirs.say(r#"{"type":"ping","ping":{"host":"a"}}"#).await;
    theirs.hear_a("ping_update").await;
    let mut agent = Peer::connect(&scene, own).await;
    let hello =
        json!({ "type": "agent_register", "agentId": "agent-x", "data": { "token": token } });
    agent.say(&hello.to_string()).await;
    let connected = theirs.hear_a("agent_register").await;
    assert!(!connected.to_string().contains(&token), "{connected}");
}

#[tokio::test]
async fn the_shared_secret_is_the_first_persons() {
    let (scene, token) = two().await;
    let secret = scene.secrets.0.lock().unwrap()["hub.edge-secret"].clone();
    let bearer = format!("Bearer {secret}");
    let headers = [("authorization", bearer.as_str())];
    let target = "/edge/ws?edge_agent_id=edge_1";
    let mut agent = Peer::connect_with(&scene, target, &headers).await.unwrap();
    assert_eq!(agent.closed().await.0, 1008);
    let authorization = format!("Authorization: {bearer}");
    let body = r#"{"edge_agent_id":"edge_1"}"#;
    let refused = post(&scene, "/edge/sync", &[&authorization], body).await;
    assert_eq!(refused.verdict(), (403, "forbidden"));
    let register = json!({ "user_phone": "1", "auth_token": secret }).to_string();
    let refused = post(&scene, "/edge/register", &[], &register).await;
    assert_eq!(refused.verdict(), (403, "forbidden"));
    // Its own person may, and is given back what it registered with.
    let register = json!({ "user_phone": "1", "auth_token": token }).to_string();
    let registered = post(&scene, "/edge/register", &[], &register).await;
    let expected = json!({ "edge_agent_id": "edge_1", "auth_token": token });
    assert_eq!(registered.body, expected);
    let authorization = format!("Authorization: Bearer {token}");
    let synced = post(&scene, "/edge/sync", &[&authorization], body).await;
    assert_eq!(synced.status, 200);
}
