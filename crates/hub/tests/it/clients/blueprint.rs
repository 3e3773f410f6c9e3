//! The desktop agents of the plan: the hardened one, the one that only measures, and one with the
//! tunnel's commands.

use serde_json::{Value, json};
use tokio::time::{self, Instant};

use super::{Peer, post, until};
use crate::{http, scene::Scene};

const HARDENED: &str = r#"{"type":"agent_register","timestamp":"2026-01-01T10:00:00.000Z","agentId":"agent-x","capabilities":["network_scan"],"systemInfo":{"platform":"linux","arch":"x64","hostname":"h","totalMemory":1,"cpuCount":2,"nodeVersion":"v20","agentVersion":"1.0.0"}}"#;
const HEALTH: &str = r#"{"type":"health_analysis","agentId":"agent-x","deviceId":"agent-x","telemetryData":{},"systemMetrics":{},"wsStatus":{}}"#;
const OWN: &str = "/dialects/blueprint/ws";
const DEVICES: &str = "/dialects/blueprint/api/devices";

/// A client of the plan that is known to be there.
async fn viewer(scene: &Scene) -> Peer {
    let mut viewer = Peer::connect(scene, OWN).await;
    viewer.say(r#"{"type":"ping","ping":{"host":"a"}}"#).await;
    viewer.hear_a("ping_update").await;
    viewer
}

async fn request(scene: &Scene, start: &str, body: &Value) -> http::Reply {
    let host = scene.host();
    let headers = [
        host.as_str(),
        "Content-Type: application/json",
        "Connection: close",
    ];
    let pending = http::send(scene.address, start, &headers, &body.to_string()).await;
    pending.reply().await
}

#[tokio::test]
async fn the_first_frame_shows_which_wire_the_shared_path_is() {
    let scene = Scene::start().await;
    let mut viewer = viewer(&scene).await;
    // Nothing but the frame tells them apart.
    let mut angela = Peer::connect(&scene, "/ws").await;
    angela.say(r#"{"type":"ping"}"#).await;
    angela.hear_a("pong").await;
    let mut agent = Peer::connect(&scene, "/ws").await;
    agent.say(HARDENED).await;
    let written_down = viewer.hear_a("agent_register").await;
    assert_eq!(written_down["agentId"], "agent-x");
    assert_eq!(
        written_down["data"]["capabilities"],
        json!(["network_scan"])
    );
    let connected = viewer.hear_a("agent_connected").await;
    assert_eq!(connected["agentId"], "agent-x");
    assert_eq!(connected["capabilities"], json!(["network_scan"]));
    assert_eq!(connected["systemInfo"]["hostname"], "h");
    // The one that spoke hears nothing of it, nor do the others of what it says next.
    agent.say(HEALTH).await;
    let mut measuring = Peer::connect(&scene, "/ws").await;
    measuring
        .say(r#"{"type":"ping_measurement","measurements":[],"metadata":{}}"#)
        .await;
    measuring
        .say(r#"{"type":"probe","rtt":{"aa:bb":8.5},"ping":{"192.168.1.1":8.2}}"#)
        .await;
    for peer in [&mut agent, &mut viewer, &mut measuring] {
        let results = peer.hear_a("probe_results").await;
        let rtt = json!([{ "mac": "aa:bb", "rtt": 8.5 }]);
        assert_eq!(results["rttMeasurements"], rtt);
        let ping = json!([{ "host": "192.168.1.1", "rtt": 8.2 }]);
        assert_eq!(results["pingMeasurements"], ping);
    }
    // A documented event goes to the others, with the name of the agent that said it.
    agent
        .say(r#"{"type":"deviceLeave","data":{"deviceId":"d1","reason":"timeout"}}"#)
        .await;
    let left = viewer.hear_a("deviceLeave").await;
    assert_eq!(left["agentId"], "agent-x");
    assert_eq!(left["data"]["deviceId"], "d1");
    // None of it reached the other wire.
    angela.say(r#"{"type":"ping"}"#).await;
    angela.hear_a("pong").await;
    // Who has no token is no device.
    let devices = scene.get("/api/devices", &scene.owner_token).await;
    assert_eq!(devices.body, json!([]));
}

#[tokio::test]
async fn nonsense_is_told_in_both_forms() {
    let scene = Scene::start().await;
    let mut agent = Peer::connect(&scene, OWN).await;
    for text in ["{", "[]", r#"{"type":"deviceLeave","data":{"deviceId":7}}"#] {
        agent.say(text).await;
        let error = agent.hear_a("error").await;
        assert_eq!(error["data"]["errorCode"], "INVALID_DATA", "{error}");
        assert_eq!(error["message"], error["data"]["errorMessage"]);
    }
    agent.say(r#"{"type":"scan_request"}"#).await;
    agent.say(r#"{"type":"ping","ping":{"host":"a"}}"#).await;
    agent.hear_a("ping_update").await;
}

#[tokio::test]
async fn with_a_token_it_is_a_device_and_takes_commands() {
    let scene = Scene::start().await;
    let token = scene.device_token.clone();
    let in_url = format!("{OWN}?token={token}");
    let bearer = format!("Bearer {token}");
    let header = [("authorization", bearer.as_str())];
    let in_hello = json!({ "type": "agent_register", "agentId": "agent-3",
        "data": { "capabilities": [], "token": token } });
    let hello = |id: &str| json!({ "type": "agent_register", "agentId": id }).to_string();
    for (mut agent, id, hello) in [
        (
            Peer::connect(&scene, &in_url).await,
            "agent-1",
            hello("agent-1"),
        ),
        (
            Peer::connect_with(&scene, "/ws", &header).await.unwrap(),
            "agent-2",
            hello("agent-2"),
        ),
        (
            Peer::connect(&scene, "/ws").await,
            "agent-3",
            in_hello.to_string(),
        ),
    ] {
        agent.say(&hello).await;
        let path = format!("/api/devices/{id}");
        until(async || {
            let reply = scene.get(&path, &scene.owner_token).await;
            (reply.body["status"] == "online").then_some(())
        })
        .await;
        let body = json!({ "device_node_id": id, "title": "Tea", "body": "" });
        let pending = scene
            .post("/api/devices/notification", scene.key("intern"), &body)
            .await;
        let command = agent.hear_a("device_command").await;
        assert_eq!(command["command"], "send_notification");
        let answer = json!({ "type": "command_response", "commandId": command["commandId"],
            "success": true, "result": {} });
        agent.say(&answer.to_string()).await;
        assert_eq!(pending.reply().await.status, 200, "{id}");
        agent.close().await;
    }
    let mut agent = Peer::connect(&scene, "/ws").await;
    let bad = json!({ "type": "agent_register", "agentId": "a", "data": { "token": "garbage" } });
    agent.say(&bad.to_string()).await;
    let (code, reason) = agent.closed().await;
    assert_eq!(code, 1008);
    assert!(reason.starts_with("AUTH_FAILED"), "{reason}");
    let refused = Peer::connect_with(&scene, "/ws?token=garbage", &[]).await;
    assert_eq!(refused.err(), Some(403));
}

#[tokio::test]
async fn two_agents_of_one_name_are_both_kept() {
    let scene = Scene::start().await;
    let target = format!("{OWN}?token={}", scene.device_token);
    let mut viewer = viewer(&scene).await;
    let mut agents = Vec::new();
    for _ in 0..2 {
        let mut agent = Peer::connect(&scene, &target).await;
        agent.say(HARDENED).await;
        viewer.hear_a("agent_register").await;
        viewer.hear_a("agent_connected").await;
        agents.push(agent);
    }
    let [mut first, second] = <[Peer; 2]>::try_from(agents).ok().unwrap();
    first.hear_a("agent_register").await;
    first.hear_a("agent_connected").await;
    let body = json!({ "device_node_id": "agent-x", "title": "Tea", "body": "" });
    second.close().await;
    // Once the newer one has gone, the older one is the device again.
    until(async || {
        let path = "/api/devices/notification";
        let pending = scene.post(path, scene.key("intern"), &body).await;
        let heard = tokio::time::timeout(std::time::Duration::from_millis(200), first.hear()).await;
        drop(pending);
        heard.ok()
    })
    .await;
}

#[tokio::test]
async fn an_agent_is_given_up_ninety_seconds_after_its_last_heartbeat() {
    let scene = Scene::start().await;
    let mut agent = Peer::connect(&scene, OWN).await;
    agent.say(HARDENED).await;
    agent
        .say(r#"{"type":"agent_heartbeat","agentId":"agent-x","data":{"status":"active"}}"#)
        .await;
    agent.say(r#"{"type":"ping","ping":{"host":"a"}}"#).await;
    assert!(agent.hear().await["type"].is_string());
    let beat = Instant::now();
    time::pause();
    // It answers the hub's pings all the while.
    assert_eq!(agent.closed_whenever().await.0, 1008);
    assert!((88..95).contains(&beat.elapsed().as_secs()));
}

#[tokio::test]
async fn the_table_of_devices_is_told_to_everybody() {
    let scene = Scene::start().await;
    let mut viewer = viewer(&scene).await;
    let lamp = json!({ "name": "Lamp", "macAddress": "aa:bb", "deviceType": "light",
        "protocol": "zigbee", "rssi": -50 });
    let added = request(&scene, &format!("POST {DEVICES}"), &lamp).await;
    assert_eq!(added.status, 200, "{added:?}");
    assert_eq!(added.body["device"]["id"], 1);
    assert_eq!(added.body["device"]["isOnline"], true);
    let told = viewer.hear_a("device_added").await;
    assert_eq!(told["device"], added.body["device"]);

    let again = request(&scene, &format!("POST {DEVICES}"), &lamp).await;
    assert_eq!(again.verdict(), (409, "conflict"));
    for missing in ["name", "macAddress", "deviceType", "protocol", "rssi"] {
        let mut part = lamp.clone();
        part.as_object_mut().unwrap().remove(missing);
        let refused = request(&scene, &format!("POST {DEVICES}"), &part).await;
        assert_eq!(refused.status, 422);
        let message = refused.body["message"].as_str().unwrap();
        assert!(message.starts_with(missing), "{message}");
    }
    let change = json!({ "rssi": -60, "id": 9 });
    let changed = request(&scene, &format!("PUT {DEVICES}/1"), &change).await;
    assert_eq!(changed.body["device"]["rssi"], -60);
    assert_eq!(changed.body["device"]["id"], 1);
    let told = viewer.hear_a("device_updated").await;
    assert_eq!(told["device"]["rssi"], -60);

    let scene = scene.restart(|_| {}).await;
    let list = scene.get(DEVICES, &scene.owner_token).await;
    assert_eq!(list.body["devices"][0]["name"], "Lamp");
    let mut viewer = super::blueprint::viewer(&scene).await;
    let removed = request(&scene, &format!("DELETE {DEVICES}/1"), &json!({})).await;
    assert_eq!(removed.body["success"], true);
    assert_eq!(viewer.hear_a("device_deleted").await["deviceId"], 1);
    let unknown = request(&scene, &format!("DELETE {DEVICES}/1"), &json!({})).await;
    assert_eq!(unknown.status, 404);
    let garbage = post(&scene, DEVICES, &["Authorization: Bearer garbage"], "{}").await;
    assert_eq!(garbage.status, 403);
}
