//! Each kind of asking: what goes to the device, what comes back, what is written down.

use serde_json::{Value, json};

use crate::{device::Device, scene::Scene};

const SNAP: &str = "/api/devices/camera/snap";
const LOCATION: &str = "/api/devices/location";
const START: &str = "/api/devices/screen/record/start";
const STOP: &str = "/api/devices/screen/record/stop";

/// What the device answers is fixed, so only the command's id differs from run to run.
fn with_id(mut expected: Value, command: &Value) -> Value {
    expected["command_id"] = command["command_id"].clone();
    expected
}

/// The two calls of the manual, as it has them: a person's token and no agent.
#[tokio::test]
async fn the_examples_of_the_manual_work_as_they_stand() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "test_device").await;
    let body = json!({ "device_node_id": "test_device", "resolution": "1920x1080" });
    let pending = scene.post(SNAP, &scene.owner_token, &body).await;
    let command = device.hear_a("command").await;
    assert_eq!(command["command"], "camera_snap");
    let params = json!({ "camera_id": "default", "resolution": "1920x1080", "save_path": null });
    assert_eq!(command["params"], params);
    assert_eq!(command["agent"]["name"], "You");
    device
        .send(&json!({
            "type": "result",
            "command_id": command["command_id"],
            "success": true,
            "data": { "base64_data": "data:image/jpeg;base64,/9j/4AAQ" },
            "file_path": "/tmp/camera_uuid-123.jpg",
            "timestamp": "2026-02-01T12:00:02Z",
        }))
        .await;
    device.hear_a("result_ack").await;
    let reply = pending.reply().await;
    let expected = json!({
        "success": true,
        "device_node_id": "test_device",
        "file_path": "/tmp/camera_uuid-123.jpg",
        "base64_data": "data:image/jpeg;base64,/9j/4AAQ",
        "artifact": null,
        "resolution": "1920x1080",
        "camera_id": "default",
        "captured_at": "2026-02-01T12:00:02Z",
    });
    assert_eq!(
        (reply.status, reply.body),
        (200, with_id(expected, &command))
    );

    let body = json!({ "device_node_id": "test_device", "accuracy": "high" });
    let pending = scene.post(LOCATION, &scene.owner_token, &body).await;
    let place = json!({
        "latitude": 37.7749,
        "longitude": -122.4194,
        "altitude": null,
        "timestamp": "2026-02-01T12:00:00Z",
    });
    let command = device.obey(place).await;
    assert_eq!(command["command"], "get_location");
    assert_eq!(command["params"], json!({ "accuracy": "high" }));
    let reply = pending.reply().await;
    let expected = json!({
        "success": true,
        "device_node_id": "test_device",
        "latitude": 37.7749,
        "longitude": -122.4194,
        "accuracy": "high",
        "altitude": null,
        "accuracy_meters": null,
        "heading": null,
        "speed": null,
        "source": null,
        "timestamp": "2026-02-01T12:00:00Z",
    });
    assert_eq!(
        (reply.status, reply.body),
        (200, with_id(expected, &command))
    );

    let lines = scene.audit("test_device").await;
    let summaries: Vec<_> = lines.iter().map(|line| &line["result_summary"]).collect();
    assert_eq!(
        summaries,
        ["Camera capture successful", "Location retrieved"]
    );
    // Where somebody was stands in no line.
    assert!(!json!(lines).to_string().contains("37.7749"));
    let path = "/api/devices/test_device";
    let device = scene.get(path, &scene.owner_token).await.body;
    assert!(device["last_command_at"].is_string(), "{device}");
}

#[tokio::test]
async fn what_the_device_brings_is_taken_as_it_is() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let key = scene.key("intern");
    let body = json!({ "device_node_id": "pc", "camera_id": "front" });
    let pending = scene.post(SNAP, key, &body).await;
    // As phones send it: bare base64 and the real extent.
    let command = device
        .obey(json!({ "base64_data": "/9j/4AAQ", "width": 640, "height": 480 }))
        .await;
    assert_eq!(command["params"]["camera_id"], "front");
    let reply = pending.reply().await;
    assert_eq!(reply.body["base64_data"], "data:image/jpeg;base64,/9j/4AAQ");
    assert_eq!(reply.body["resolution"], "640x480");
    assert_eq!(reply.body["camera_id"], "front");
    assert_eq!(reply.body["file_path"], Value::Null);

    // A success that has not what was asked for is none.
    for (path, lacking) in [
        (
            SNAP,
            "Camera snap failed: the device's answer has no picture",
        ),
        (
            LOCATION,
            "Get location failed: the device's answer has no place",
        ),
    ] {
        let pending = scene
            .post(path, key, &json!({ "device_node_id": "pc" }))
            .await;
        device.obey(json!({ "shown_as": 1 })).await;
        let reply = pending.reply().await;
        assert_eq!(
            (reply.verdict(), reply.detail()),
            ((400, "failed"), lacking)
        );
    }
    // The device's own failure comes as it is.
    let pending = scene
        .post(SNAP, key, &json!({ "device_node_id": "pc" }))
        .await;
    let command = device.hear_a("command").await;
    device
        .refuse(&command, "denied", "Camera permission not granted")
        .await;
    device.hear_a("result_ack").await;
    let reply = pending.reply().await;
    assert_eq!(reply.verdict(), (400, "denied"));
    let detail = "Camera snap failed: Camera permission not granted";
    assert_eq!(reply.detail(), detail);
}

#[tokio::test]
async fn a_display_is_pictured_for_the_supervised() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let body = json!({ "device_node_id": "pc", "display": "2" });
    let path = "/api/devices/screen/snap";
    let refused = scene.post(path, scene.key("intern"), &body).await;
    assert_eq!(refused.reply().await.verdict(), (403, "forbidden"));
    let pending = scene.post(path, scene.key("supervised"), &body).await;
    let command = device.obey(json!({ "base64_data": "/9j/4AAQ" })).await;
    assert_eq!(command["command"], "screen_snap");
    assert_eq!(command["params"], json!({ "display": "2" }));
    let reply = pending.reply().await;
    assert_eq!((reply.status, &reply.body["display"]), (200, &json!("2")));

    // A device that never said that it can is not asked.
    let mut plain = Device::open(&scene).await;
    plain.register("plain", &["cancel"]).await;
    let body = json!({ "device_node_id": "plain" });
    let reply = scene.post(path, scene.key("supervised"), &body).await;
    assert_eq!(reply.reply().await.verdict(), (400, "unsupported"));
}

async fn sessions(scene: &Scene) -> Vec<Value> {
    let path = "/api/devices/sessions/active";
    let reply = scene.get(path, &scene.owner_token).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.body.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_recording_is_begun_listed_and_ended_by_whoever_may() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let supervised = scene.key("supervised");
    let body = json!({ "device_node_id": "pc", "duration_seconds": 60 });
    let refused = scene.post(START, scene.key("intern"), &body).await;
    assert_eq!(refused.reply().await.verdict(), (403, "forbidden"));
    let long = json!({ "device_node_id": "pc", "duration_seconds": 4000 });
    let refused = scene.post(START, supervised, &long).await.reply().await;
    assert_eq!(refused.verdict(), (400, "invalid"));
    let detail = "Screen record start failed: Duration 4000s exceeds maximum 3600s";
    assert_eq!(refused.detail(), detail);

    let pending = scene.post(START, supervised, &body).await;
    let command = device.hear_a("command").await;
    assert_eq!(command["command"], "screen_record_start");
    let session = command["params"]["session_id"].clone();
    let configuration = json!({
        "duration_seconds": 60,
        "audio_enabled": false,
        "resolution": "1920x1080",
        "output_format": "mp4",
    });
    let mut params = configuration.clone();
    params["session_id"] = session.clone();
    assert_eq!(command["params"], params);
    // Nothing runs before the device says so.
    assert_eq!(sessions(&scene).await, Vec::<Value>::new());
    device.succeed(&command, json!({})).await;
    device.hear_a("result_ack").await;
    let reply = pending.reply().await;
    let expected = json!({
        "success": true,
        "session_id": session,
        "device_node_id": "pc",
        "configuration": configuration,
        "started_at": "2026-02-01T12:00:02Z",
    });
    assert_eq!(
        (reply.status, reply.body),
        (200, with_id(expected, &command))
    );
    let mut running = sessions(&scene).await;
    assert!(running[0]["created_at"].take().is_string());
    let expected = json!({
        "session_id": session,
        "session_type": "screen_record",
        "device_node_id": "pc",
        "status": "active",
        "configuration": configuration,
        "created_at": null,
        "agent_id": "supervised",
    });
    assert_eq!(running, [expected]);

    let stop = json!({ "session_id": session });
    let stranger = scene.post(STOP, scene.key("autonomous"), &stop).await;
    let stranger = stranger.reply().await;
    assert_eq!(stranger.verdict(), (400, "forbidden"));
    let session_text = session.as_str().unwrap();
    let detail =
        format!("Screen record stop failed: Session {session_text} does not belong to user owner");
    assert_eq!(stranger.detail(), detail);
    let unknown = scene
        .post(STOP, supervised, &json!({ "session_id": "X" }))
        .await;
    let unknown = unknown.reply().await;
    assert_eq!(unknown.verdict(), (400, "not_found"));
    assert_eq!(
        unknown.detail(),
        "Screen record stop failed: Session X not found"
    );

    // A device that cannot end it is believed, and the recording still runs.
    let pending = scene.post(STOP, supervised, &stop).await;
    let command = device.hear_a("command").await;
    device.refuse(&command, "failed", "the disk is full").await;
    device.hear_a("result_ack").await;
    let reply = pending.reply().await;
    assert_eq!(reply.verdict(), (400, "failed"));
    assert_eq!(sessions(&scene).await.len(), 1);

    // The person may end what their agent began.
    let pending = scene.post(STOP, &scene.owner_token, &stop).await;
    let recorded = json!({ "duration_seconds": 12.5, "file_path": "/v/r.mp4" });
    let command = device.obey(recorded).await;
    assert_eq!(command["command"], "screen_record_stop");
    assert_eq!(command["params"], json!({ "session_id": session }));
    let reply = pending.reply().await;
    let expected = json!({
        "success": true,
        "session_id": session,
        "device_node_id": "pc",
        "file_path": "/v/r.mp4",
        "base64_data": null,
        "artifact": null,
        "duration_seconds": 12.5,
        "stopped_at": "2026-02-01T12:00:02Z",
    });
    assert_eq!(
        (reply.status, reply.body),
        (200, with_id(expected, &command))
    );
    assert_eq!(sessions(&scene).await, Vec::<Value>::new());
}

#[tokio::test]
async fn parameters_of_every_kind_are_checked() {
    let scene = Scene::start().await;
    let key = scene.key("supervised");
    for (path, more, detail) in [
        (
            SNAP,
            json!({ "resolution": "big" }),
            "resolution: a resolution is written",
        ),
        (
            START,
            json!({ "output_format": "avi" }),
            "output_format: unknown variant",
        ),
        (
            START,
            json!({ "audio_enabled": 1 }),
            "audio_enabled: invalid type",
        ),
        (
            LOCATION,
            json!({ "accuracy": "exact" }),
            "accuracy: unknown variant",
        ),
        (
            SNAP,
            json!({ "trigger": "maybe" }),
            "trigger: unknown variant",
        ),
    ] {
        let mut body = json!({ "device_node_id": "pc" });
        let fields = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(fields);
        let reply = scene.post(path, key, &body).await.reply().await;
        assert_eq!(reply.verdict(), (422, "unprocessable"), "{reply:?}");
        assert!(reply.detail().starts_with(detail), "{reply:?}");
    }
}

#[tokio::test]
async fn an_agent_on_one_device_asks_another_by_its_whole_name() {
    let scene = Scene::start().await;
    let mut target = Device::join(&scene, "pc").await;
    let body = json!({ "device_node_id": "pc", "title": "Hello", "body": "" });
    let start = "POST /api/devices/notification";
    let key = scene.key("intern");
    let from = ["X-Chaperone-From-Device: laptop"];
    // Nobody asks from a device that is not theirs, or not there.
    let refused = scene.call(start, key, &from, &body).await.reply().await;
    assert_eq!(
        (refused.verdict(), refused.detail()),
        ((403, "forbidden"), "Device laptop is not yours")
    );
    let _source = Device::join(&scene, "laptop").await;
    // A person is not on a device.
    let refused = scene.call(start, &scene.owner_token, &from, &body).await;
    assert_eq!(refused.reply().await.verdict(), (403, "forbidden"));
    // The levels stay what they are.
    let refused = scene.call(start, scene.key("student"), &from, &body).await;
    assert_eq!(refused.reply().await.verdict(), (403, "forbidden"));

    let pending = scene.call(start, key, &from, &body).await;
    let command = target.obey(json!({})).await;
    assert_eq!(command["agent"]["id"], "intern");
    assert_eq!(command["agent"]["name"], "Intern agent on The laptop");
    assert_eq!(pending.reply().await.status, 200);
    let lines = scene.audit("pc").await;
    assert_eq!(lines.last().unwrap()["from_device"], "laptop");
}

#[tokio::test]
async fn the_older_paths_of_nodes_still_work() {
    let scene = Scene::start().await;
    let register = "POST /api/devices/nodes/register";
    let node = json!({
        "deviceId": "phone",
        "name": "Phone",
        "type": "mobile",
        "capabilities": ["camera"],
        "metadata": { "platform": "ios" },
    });
    let owner = &scene.owner_token;
    for _ in 0..2 {
        let reply = scene.call(register, owner, &[], &node).await.reply().await;
        let expected = json!({ "status": "success", "node_id": "phone" });
        assert_eq!((reply.status, reply.body), (200, expected));
    }
    let refused = scene
        .call(register, scene.key("autonomous"), &[], &node)
        .await;
    assert_eq!(refused.reply().await.verdict(), (403, "forbidden"));
    let beat = "POST /api/devices/nodes/phone/heartbeat";
    let reply = scene
        .call(beat, owner, &[], &Value::Null)
        .await
        .reply()
        .await;
    assert_eq!((reply.status, reply.body), (200, json!({ "status": "ok" })));
    let reply = scene.get("/api/devices/nodes/", owner).await;
    let expected =
        json!([{ "id": "phone", "name": "Phone", "status": "active", "type": "mobile" }]);
    assert_eq!(reply.body, expected);
    let device = scene.get("/api/devices/phone", owner).await.body;
    assert_eq!(
        (&device["platform"], &device["status"]),
        (&json!("ios"), &json!("offline"))
    );
}
