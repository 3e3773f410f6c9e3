//! The edge agents: the one of the first summary, which signs its tokens and says `status`, and the
//! newest, which sends the secret and dies without a `pong`.

use chaperone_dialects::SignedBearer;
use chaperone_protocol::{DeviceId, Timestamp};
use serde_json::{Value, json};
use tokio::time::{self, Instant};

use super::{Peer, post, until};
use crate::{
    http::{Pending, Reply},
    scene::Scene,
};

const ID: &str = "edge_15550100";
const SOCKET: &str = "/edge/ws?edge_agent_id=edge_15550100";
const NOTIFICATION: &str = "/api/devices/notification";

fn secret(scene: &Scene) -> String {
    scene.secrets.0.lock().unwrap()["hub.edge-secret"].clone()
}

fn signed(scene: &Scene, id: &str, signed_at: Timestamp) -> String {
    let bearer = SignedBearer {
        edge_agent_id: DeviceId::new(id).unwrap(),
        user_phone: "+15550100".to_owned(),
        signed_at,
    };
    bearer.signed(secret(scene).as_bytes()).unwrap()
}

async fn connect(scene: &Scene, target: &str, token: &str) -> Result<Peer, u16> {
    let bearer = format!("Bearer {token}");
    Peer::connect_with(scene, target, &[("authorization", &bearer)]).await
}

/// An agent that the hub has let in.
async fn join(scene: &Scene) -> Peer {
    let mut agent = connect(scene, SOCKET, &secret(scene)).await.unwrap();
    agent.say(r#"{"type":"ping"}"#).await;
    assert_eq!(agent.hear().await, json!({ "type": "pong" }));
    agent
}

async fn ask(scene: &Scene) -> Pending {
    let body = json!({ "device_node_id": ID, "title": "Tea", "body": "" });
    scene.post(NOTIFICATION, scene.key("intern"), &body).await
}

/// What the older agent sends over HTTP.
async fn call(scene: &Scene, path: &str, body: &Value) -> Reply {
    let now = Timestamp::now();
    let headers = [
        &format!("Authorization: Bearer {}", signed(scene, ID, now)),
        "X-Edge-Protocol-Version: 1.0",
        &format!("X-Edge-Timestamp: {}", now.as_second()),
    ];
    post(scene, path, &headers, &body.to_string()).await
}

async fn sync(scene: &Scene) -> Value {
    let body = json!({ "edge_agent_id": ID, "last_command_id": null, "pending_events": [],
        "status": { "scheduled_messages": 0, "active_rules": 0, "uptime_seconds": 12 } });
    let reply = call(scene, "/edge/sync", &body).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.body
}

#[tokio::test]
async fn whoever_does_not_know_the_secret_is_refused() {
    let scene = Scene::start().await;
    let now = Timestamp::now();
    let old = Timestamp::from_second(now.as_second() - 90_000).unwrap();
    for (what, target, token) in [
        ("nothing", SOCKET, String::new()),
        ("garbage", SOCKET, "garbage".to_owned()),
        ("another's", SOCKET, signed(&scene, "edge_2", now)),
        ("an old one", SOCKET, signed(&scene, ID, old)),
        ("no name", "/edge/ws", secret(&scene)),
        ("an agent's key", SOCKET, scene.key("autonomous").to_owned()),
    ] {
        let refused = connect(&scene, target, &token).await;
        assert_eq!(refused.err(), Some(403), "{what}");
    }
    assert!(connect(&scene, SOCKET, &secret(&scene)).await.is_ok());
    assert!(
        connect(&scene, SOCKET, &signed(&scene, ID, now))
            .await
            .is_ok()
    );
    assert!(
        connect(&scene, "/edge/ws", &signed(&scene, ID, now))
            .await
            .is_ok()
    );
    assert!(connect(&scene, SOCKET, &scene.device_token).await.is_ok());
    let bearer = format!("Bearer {}", secret(&scene));
    let headers = [("authorization", bearer.as_str()), ("x-edge-agent-id", ID)];
    let named = Peer::connect_with(&scene, "/dialects/archety/ws", &headers).await;
    assert!(named.is_ok(), "by a header");
    for path in ["/edge/sync", "/edge/command/ack", "/edge/message"] {
        assert_eq!(post(&scene, path, &[], "{}").await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn either_acknowledgement_counts() {
    let scene = Scene::start().await;
    let mut agent = join(&scene).await;
    for answer in [
        json!({ "success": true, "error": null, "timestamp": "2026-01-01T10:00:00Z" }),
        json!({ "status": "completed" }),
    ] {
        let pending = ask(&scene).await;
        let command = agent.hear_a("command").await["data"].clone();
        assert_eq!(command["command_type"], "send_notification");
        assert_eq!(command["payload"]["title"], "Tea");
        assert_eq!(command["payload"], command["parameters"]);
        assert_eq!(command["priority"], "normal");
        let id = &command["command_id"];
        for status in ["received", "executing"] {
            let step = json!({ "command_id": id, "status": status });
            let step = json!({ "type": "command_ack", "data": step });
            agent.say(&step.to_string()).await;
        }
        let mut answer = answer;
        answer["command_id"] = id.clone();
        let answer = json!({ "type": "command_ack", "data": answer });
        agent.say(&answer.to_string()).await;
        assert_eq!(pending.reply().await.status, 200);
    }
    let pending = ask(&scene).await;
    let command = agent.hear_a("command").await;
    let failed = json!({ "command_id": command["data"]["command_id"], "status": "failed",
        "error": "Unknown command type: send_notification" });
    let failed = json!({ "type": "command_ack", "data": failed });
    agent.say(&failed.to_string()).await;
    let reply = pending.reply().await;
    assert_eq!(reply.status, 400);
    assert!(reply.detail().contains("Unknown command type"), "{reply:?}");
}

#[tokio::test]
async fn a_device_without_a_socket_asks_for_commands() {
    let scene = Scene::start().await;
    let register = json!({ "user_phone": "+1 555 0100", "apple_id": null, "version": "2.0.0",
        "capabilities": ["transport", "scheduler"], "auth_token": secret(&scene) });
    let registered = post(&scene, "/edge/register", &[], &register.to_string()).await;
    assert_eq!(registered.body, json!({ "edge_agent_id": ID }));
    let mut wrong = register;
    wrong["auth_token"] = json!("garbage");
    let refused = post(&scene, "/edge/register", &[], &wrong.to_string()).await;
    assert_eq!(refused.status, 403);

    // Nobody has heard of it yet.
    assert_eq!(
        ask(&scene).await.reply().await.verdict(),
        (400, "device_offline")
    );
    let empty = json!({ "commands": [], "ack_events": [] });
    assert_eq!(sync(&scene).await, empty);
    let pending = ask(&scene).await;
    let command = until(async || sync(&scene).await["commands"].get(0).cloned()).await;
    assert_eq!(command["payload"]["title"], "Tea");
    // It is given out once, by whichever way.
    assert_eq!(sync(&scene).await, empty);
    let _agent = join(&scene).await;
    let done = json!({ "command_id": command["command_id"], "success": true, "error": null,
        "timestamp": "2026-01-01T10:00:00Z" });
    assert_eq!(call(&scene, "/edge/command/ack", &done).await.status, 200);
    assert_eq!(pending.reply().await.status, 200);
    // What it said of itself when it registered is still known.
    let device = scene
        .get(&format!("/api/devices/{ID}"), &scene.owner_token)
        .await;
    assert_eq!(
        device.body["capabilities"],
        json!(["transport", "scheduler"])
    );
}

#[tokio::test]
async fn what_was_kept_comes_with_an_answer_too() {
    let scene = Scene::start().await;
    let register = json!({ "user_phone": "+15550100", "apple_id": null, "version": "2.0.0",
        "capabilities": ["transport"], "auth_token": secret(&scene) });
    post(&scene, "/edge/register", &[], &register.to_string()).await;
    let tea = json!({ "device_node_id": ID, "title": "Tea", "body": "", "queue": true });
    let kept = scene.post(NOTIFICATION, scene.key("intern"), &tea).await;
    assert_eq!(kept.reply().await.status, 202);
    let command = until(async || sync(&scene).await["commands"].get(0).cloned()).await;
    assert_eq!(command["payload"]["title"], "Tea");
    assert_eq!(sync(&scene).await["commands"], json!([]));
}

#[tokio::test]
async fn a_command_whose_socket_broke_is_offered_again_once() {
    let scene = Scene::start().await;
    let mut agent = join(&scene).await;
    let pending = ask(&scene).await;
    let command = agent.hear_a("command").await["data"].clone();
    // Also while the socket is up a device may ask, and hears nothing twice.
    assert_eq!(sync(&scene).await["commands"], json!([]));
    drop(agent);
    let again = until(async || sync(&scene).await["commands"].get(0).cloned()).await;
    assert_eq!(again["command_id"], command["command_id"]);
    assert_eq!(sync(&scene).await["commands"], json!([]));
    let done = json!({ "command_id": command["command_id"], "result": "sent", "success": true });
    let bearer = format!("Authorization: Bearer {}", secret(&scene));
    let path = "/edge/ack_command";
    let taken = post(&scene, path, &[&bearer], &done.to_string()).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    assert_eq!(pending.reply().await.status, 200);
    let unknown = json!({ "command_id": "nobody's", "success": true });
    let refused = post(&scene, path, &[&bearer], &unknown.to_string()).await;
    assert_eq!(refused.status, 404);
}

#[tokio::test]
async fn a_command_that_was_acknowledged_is_not_offered_again() {
    let scene = Scene::start().await;
    let mut agent = join(&scene).await;
    let _pending = ask(&scene).await;
    let command = agent.hear_a("command").await["data"].clone();
    let step = json!({ "command_id": command["command_id"], "status": "executing" });
    let step = json!({ "type": "command_ack", "data": step });
    agent.say(&step.to_string()).await;
    // The answer to this shows that the step was heard.
    agent.say(r#"{"type":"ping"}"#).await;
    agent.hear_a("pong").await;
    agent.close().await;
    let path = format!("/api/devices/{ID}");
    until(async || {
        let reply = scene.get(&path, &scene.owner_token).await;
        (reply.body["status"] == "offline").then_some(())
    })
    .await;
    assert_eq!(sync(&scene).await["commands"], json!([]));
}

#[tokio::test]
async fn events_are_said_until_they_are_named() {
    let scene = Scene::start().await;
    let events: Vec<Value> = (0..101)
        .map(|number| {
            json!({ "event_id": format!("e{number}"), "event_type": "message_sent",
                "thread_id": "+15550100", "details": { "message_text": "private" } })
        })
        .collect();
    let body = json!({ "edge_agent_id": ID, "pending_events": events });
    let reply = call(&scene, "/edge/sync", &body).await;
    let kept = reply.body["ack_events"].as_array().unwrap().clone();
    assert_eq!((kept.len(), &kept[0]), (100, &json!("e0")));
    let other = json!({ "edge_agent_id": "edge_2", "pending_events": [] });
    assert_eq!(call(&scene, "/edge/sync", &other).await.status, 422);
}

#[tokio::test]
async fn a_wish_reaches_the_device_by_whichever_way() {
    let scene = Scene::start().await;
    sync(&scene).await;
    let path = format!("PUT /dialects/archety/agents/{ID}/config");
    let wish = async |token: &str, body: &str| {
        let headers = [
            &scene.host(),
            &format!("Authorization: Bearer {token}"),
            "Content-Type: application/json",
            "Connection: close",
        ];
        let pending = crate::http::send(scene.address, &path, &headers, body).await;
        pending.reply().await
    };
    let refused = wish(scene.key("autonomous"), "{}").await;
    assert_eq!(refused.status, 403);
    let kept = wish(
        &scene.owner_token,
        r#"{"sync_interval":60,"log_level":"info"}"#,
    )
    .await;
    assert_eq!(kept.body, json!({ "success": true, "delivered": false }));
    let expected = json!({ "sync_interval": 60, "log_level": "info" });
    assert_eq!(sync(&scene).await["config_updates"], expected);
    assert!(sync(&scene).await.get("config_updates").is_none());

    let mut agent = join(&scene).await;
    wish(&scene.owner_token, r#"{"log_level":"debug"}"#).await;
    let update = agent.hear_a("config_update").await;
    assert_eq!(update["data"], json!({ "log_level": "debug" }));
}

#[tokio::test]
async fn a_message_is_taken_and_nobody_answers_it() {
    let scene = Scene::start().await;
    let message = json!({ "thread_id": "+15550100", "sender": "+15550101", "filtered_text": "Hi",
        "original_timestamp": "2026-01-01T10:00:00Z", "is_group": false, "participants": [],
        "was_redacted": false, "redacted_fields": [], "filter_reason": "phase1_transport" });
    let reply = call(&scene, "/edge/message", &message).await;
    assert_eq!(reply.body, json!({ "should_respond": false }));
}

#[tokio::test]
async fn an_agent_that_never_pings_is_dropped_after_a_minute() {
    let scene = Scene::start().await;
    let mut agent = join(&scene).await;
    let alive = Instant::now();
    time::pause();
    assert_eq!(agent.closed_whenever().await.0, 1008);
    assert!((58..65).contains(&alive.elapsed().as_secs()));
}

#[tokio::test]
async fn a_newer_connection_takes_the_place_of_the_older() {
    let scene = Scene::start().await;
    let mut old = join(&scene).await;
    let mut new = join(&scene).await;
    assert_eq!(old.closed().await.0, 4009);
    drop(old);
    let _pending = ask(&scene).await;
    new.hear_a("command").await;
    scene.stop().await;
    assert_eq!(new.closed().await.0, 1012);
}
