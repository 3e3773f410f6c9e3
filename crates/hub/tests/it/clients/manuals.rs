//! What the systems' own manuals show, as it stands: nothing but the host, the token, ids that the
//! hub makes up and the name of an agent are replaced.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{Peer, post};
use crate::scene::Scene;

/// "Manual Testing".
const WSCAT: &str = r#"wscat -c "ws://localhost:8000/api/devices/ws?token=YOUR_JWT_TOKEN""#;
#[cfg(unix)]
const REGISTER: &str = r#"{"type":"register","device_node_id":"test_device","device_info":{"name":"Test","platform":"ios","capabilities":["camera"]}}"#;

/// "Test Device Commands".
#[cfg(unix)]
const CURL: &str = r#"
# Test camera snap
curl -X POST http://localhost:8000/api/devices/camera/snap \
  -H "Authorization: Bearer YOUR_TOKEN" \
  -H "Content-Type: application/json" \
  -d '{"device_node_id":"test_device","resolution":"1920x1080"}'

# Test location
curl -X POST http://localhost:8000/api/devices/location \
  -H "Authorization: Bearer YOUR_TOKEN" \
  -H "Content-Type: application/json" \
  -d '{"device_node_id":"test_device","accuracy":"high"}'
"#;

/// "Connection Flow".
const MOBILE: &str = r#"{
  "type": "register",
  "device_node_id": "mobile_device_001",
  "device_info": {
    "name": "iPhone 14 Pro",
    "node_type": "mobile",
    "platform": "ios",
    "platform_version": "16.0",
    "architecture": "arm64",
    "capabilities": ["camera", "location", "notification"]
  }
}"#;
const RESULT: &str = r#"{
  "type": "result",
  "command_id": "uuid-123",
  "success": true,
  "data": {
    "base64_data": "data:image/jpeg;base64,..."
  },
  "file_path": "/tmp/camera_uuid-123.jpg",
  "timestamp": "2026-02-01T12:00:02Z"
}"#;

/// "REST API Endpoints": path, body, what the device brings, and the answer.
const ENDPOINTS: [[&str; 4]; 3] = [
    [
        "/api/devices/camera/snap",
        r#"{
          "device_node_id": "mobile_device_001",
          "camera_id": "default",
          "resolution": "1920x1080",
          "save_path": "/tmp/photo.jpg",
          "agent_id": "agent_uuid"
        }"#,
        r#"{ "base64_data": "data:image/jpeg;base64,...", "file_path": "/tmp/photo.jpg" }"#,
        r#"{
          "success": true,
          "file_path": "/tmp/photo.jpg",
          "base64_data": "data:image/jpeg;base64,...",
          "resolution": "1920x1080",
          "captured_at": "2026-02-01T12:00:00Z"
        }"#,
    ],
    [
        "/api/devices/location",
        r#"{
          "device_node_id": "mobile_device_001",
          "accuracy": "high",
          "agent_id": "agent_uuid"
        }"#,
        r#"{ "latitude": 37.7749, "longitude": -122.4194, "altitude": null }"#,
        r#"{
          "success": true,
          "latitude": 37.7749,
          "longitude": -122.4194,
          "accuracy": "high",
          "altitude": null,
          "timestamp": "2026-02-01T12:00:00Z"
        }"#,
    ],
    [
        "/api/devices/notification",
        r#"{
          "device_node_id": "mobile_device_001",
          "title": "Test Notification",
          "body": "This is a test notification",
          "agent_id": "agent_uuid"
        }"#,
        "{}",
        r#"{
          "success": true,
          "device_node_id": "mobile_device_001",
          "title": "Test Notification",
          "body": "This is a test notification",
          "sent_at": "2026-02-01T12:00:00Z"
        }"#,
    ],
];

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Connects as the line for `wscat` says, and says the line that is typed then.
async fn wscat(scene: &Scene, line: &str) -> Peer {
    let url = WSCAT.split('"').nth(1).unwrap();
    let target = url.strip_prefix("ws://localhost:8000").unwrap();
    let target = target.replace("YOUR_JWT_TOKEN", &scene.owner_token);
    let mut device = Peer::connect(scene, &target).await;
    device.say(line).await;
    // Which the system's own hub says first, and its manual leaves out.
    device.hear_a("connected").await;
    let registered = device.hear_a("registered").await;
    assert_eq!(registered["device_node_id"], read(line)["device_node_id"]);
    assert!(registered["registered_at"].is_string(), "{registered}");
    device
}

/// The manual's result, for a command that came.
fn result(command: &Value) -> Value {
    let mut result = read(RESULT);
    result["command_id"] = command["command_id"].clone();
    result
}

#[cfg(unix)]
#[tokio::test]
async fn the_typed_device_answers_both_calls() {
    let scene = Scene::start().await;
    let mut device = wscat(&scene, REGISTER).await;
    let script = CURL
        .replace("localhost:8000", &scene.address.to_string())
        .replace("YOUR_TOKEN", &scene.owner_token);
    let calling = tokio::task::spawn_blocking(move || {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-e", "-c", &script]).output().unwrap()
    });
    let snap = device.hear_a("command").await;
    assert_eq!(snap["command"], "camera_snap");
    let params = json!({ "camera_id": "default", "resolution": "1920x1080", "save_path": null });
    assert_eq!(snap["params"], params);
    device.say(&result(&snap).to_string()).await;
    let location = device.hear_a("command").await;
    assert_eq!(location["command"], "get_location");
    let mut place = result(&location);
    place["data"] = read(ENDPOINTS[1][2]);
    device.say(&place.to_string()).await;

    let called = calling.await.unwrap();
    let said = String::from_utf8(called.stdout).unwrap();
    assert!(called.status.success(), "{said}");
    let answers = serde_json::Deserializer::from_str(&said).into_iter::<Value>();
    let answers: Vec<Value> = answers.map(Result::unwrap).collect();
    let [photo, place] = answers.as_slice() else {
        panic!("{said}");
    };
    assert_eq!(photo["success"], true);
    assert_eq!(photo["base64_data"], "data:image/jpeg;base64,...");
    assert_eq!(photo["file_path"], "/tmp/camera_uuid-123.jpg");
    assert_eq!(
        (&place["success"], &place["latitude"]),
        (&json!(true), &json!(37.7749))
    );
}

#[tokio::test]
async fn every_endpoint_answers_what_is_written_down() {
    let scene = Scene::start().await;
    let mut device = wscat(&scene, MOBILE).await;
    for [path, body, brought, answer] in ENDPOINTS {
        let body = body.replace("agent_uuid", "autonomous");
        let key = scene.key("autonomous");
        let pending = scene.post(path, key, &read(&body)).await;
        let command = device.hear_a("command").await;
        let mut brought_back = result(&command);
        brought_back["timestamp"] = json!("2026-02-01T12:00:00Z");
        let mut data = read(brought);
        let fields = data.as_object_mut().unwrap();
        brought_back["file_path"] = fields.remove("file_path").unwrap_or_default();
        brought_back["data"] = data;
        device.say(&brought_back.to_string()).await;
        let reply = pending.reply().await;
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        for (name, value) in read(answer).as_object().unwrap() {
            assert_eq!(reply.body[name], *value, "{path}: {name}");
        }
    }
    let run = r#"{
      "device_node_id": "mobile_device_001",
      "command": "ls -la",
      "working_dir": "/home/user",
      "timeout_seconds": 30,
      "agent_id": "autonomous"
    }"#;
    let key = scene.key("autonomous");
    let pending = scene.post("/api/devices/execute", key, &read(run)).await;
    let command = device.hear_a("command").await;
    assert_eq!(command["command"], "execute_command");
    assert_eq!(command["params"]["command"], "ls -la");
    assert_eq!(command["params"]["working_dir"], "/home/user");
    assert_eq!(command["params"]["timeout_seconds"], 30);
    let mut ran = result(&command);
    ran["data"] = json!({ "exit_code": 0, "stdout": "total 0\n", "stderr": "" });
    device.say(&ran.to_string()).await;
    let reply = pending.reply().await;
    assert_eq!(
        (reply.status, &reply.body["stdout"]),
        (200, &json!("total 0\n"))
    );
}

#[tokio::test]
async fn the_desktop_client_is_answered_as_the_report_says() {
    let scene = Scene::start().await;
    let mut client = Peer::connect(&scene, "/ws").await;
    client.say(r#"{"type": "ping"}"#).await;
    let pong = client.hear_a("pong").await;
    assert!(pong["timestamp"].is_string(), "{pong}");
    let control = r#"{
      "type": "module_control",
      "module": "vision",
      "enabled": true
    }"#;
    client.say(control).await;
    let changed = client.hear_a("module_status_changed").await;
    assert_eq!(
        changed["data"],
        json!({ "module": "vision", "enabled": true })
    );
    assert!(changed["timestamp"].is_string(), "{changed}");
    // Anything else is told to everybody.
    client.hear_a("status_change").await;
    let message = r#"{ "type": "message_type", "data": {}, "timestamp": "ISO 8601 timestamp" }"#;
    let mut other = Peer::connect(&scene, "/ws").await;
    other.say(r#"{"type":"ping"}"#).await;
    other.hear_a("pong").await;
    client.say(message).await;
    other.hear_a("data_update").await;
}

/// All that the summary says of the client: it names itself in the query, pings, takes commands by
/// socket and asks for them over HTTP while it is refused.
#[tokio::test]
async fn the_least_edge_client_is_served_by_socket_and_without() {
    const TARGET: &str = "/edge/ws?edge_agent_id=edge_13106781670";

    let scene = Scene::start().await;
    let secret = scene.secrets.0.lock().unwrap()["hub.edge-secret"].clone();
    let bearer = format!("Bearer {secret}");
    let refused = Peer::connect_with(&scene, TARGET, &[]).await;
    assert_eq!(refused.err(), Some(403));

    let registration = json!({ "user_phone": "+1 310 678 1670", "auth_token": secret });
    let registered = post(&scene, "/edge/register", &[], &registration.to_string()).await;
    assert_eq!(registered.body["edge_agent_id"], "edge_13106781670");
    let poll = json!({ "edge_agent_id": "edge_13106781670", "pending_events": [], "status": {} });
    let authorization = format!("Authorization: {bearer}");
    let headers = [authorization.as_str()];
    let synced = post(&scene, "/edge/sync", &headers, &poll.to_string()).await;
    assert_eq!(synced.body["commands"], json!([]));
    let tea = json!({ "device_node_id": "edge_13106781670", "title": "Tea", "body": "" });
    let ask = || scene.post("/api/devices/notification", scene.key("intern"), &tea);
    let pending = ask().await;
    let command = loop {
        let synced = post(&scene, "/edge/sync", &headers, &poll.to_string()).await;
        if let Some(command) = synced.body["commands"].get(0) {
            break command.clone();
        }
    };
    let done = json!({ "command_id": command["command_id"], "success": true });
    let taken = post(&scene, "/edge/command/ack", &headers, &done.to_string()).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    assert_eq!(pending.reply().await.status, 200);

    let headers = [("authorization", bearer.as_str())];
    let mut client = Peer::connect_with(&scene, TARGET, &headers).await.unwrap();
    client.say(r#"{"type":"ping"}"#).await;
    client.hear_a("pong").await;
    let pending = ask().await;
    let command = client.hear_a("command").await["data"].clone();
    let done = json!({ "command_id": command["command_id"], "success": true });
    let done = json!({ "type": "command_ack", "data": done });
    client.say(&done.to_string()).await;
    assert_eq!(pending.reply().await.status, 200);
}

/// Every frame of the protocol's document is taken, and each event is told to the others as it came.
#[tokio::test]
async fn every_documented_frame_of_an_agent_is_taken_and_told() {
    const EVENTS: [&str; 11] = [
        "deviceJoin",
        "deviceLeave",
        "deviceUpdate",
        "pingResult",
        "pingCalibration",
        "trustAlert",
        "trustUpdate",
        "anomalyDetected",
        "mlScoreUpdate",
        "systemHealth",
        "dataIntegrityReport",
    ];

    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../dialects/src/blueprint/fixtures/up");
    let frame = |kind: &str| fs::read_to_string(folder.join(format!("{kind}.json"))).unwrap();
    let scene = Scene::start().await;
    let own = "/dialects/blueprint/ws";
    let mut viewer = Peer::connect(&scene, own).await;
    viewer.say(r#"{"type":"ping","ping":{"host":"a"}}"#).await;
    viewer.hear_a("ping_update").await;
    let target = format!("/ws?token={}", scene.device_token);
    let mut agent = Peer::connect(&scene, &target).await;
    agent.say(&frame("agent_register")).await;
    viewer.hear_a("agent_register").await;
    viewer.hear_a("agent_connected").await;
    // Neither of these is told to anybody.
    agent.say(&frame("agent_heartbeat")).await;
    agent.say(&frame("error")).await;
    for kind in EVENTS {
        let said = read(&frame(kind));
        agent.say(&said.to_string()).await;
        let told = loop {
            let told = viewer.hear().await;
            if told["type"] == kind {
                break told;
            }
            // What the agent said before is told in other ways as well.
            assert!(
                !EVENTS.contains(&told["type"].as_str().unwrap()),
                "{kind}: {told}"
            );
        };
        assert_eq!(told["agentId"], "desktop_agent_001", "{kind}");
        assert_eq!(told["data"], said["data"], "{kind}");
    }
    let path = "/api/devices/desktop_agent_001";
    let device = scene.get(path, &scene.owner_token).await;
    assert_eq!(device.body["status"], "online", "{device:?}");
}
