//! What callers may look at, and every request that is none.

use serde_json::{Value, json};

use crate::{device::Device, http, scene::Scene};

#[tokio::test]
async fn devices_are_listed_with_their_state() {
    let scene = Scene::start().await;
    let _here = Device::join(&scene, "here").await;
    let scene = scene.restart(|_| {}).await;
    let _back = Device::join(&scene, "back").await;
    let key = scene.key("student");
    let ids = async |query: &str| -> Vec<Value> {
        let reply = scene.get(&format!("/api/devices{query}"), key).await;
        let devices = reply.body.as_array().unwrap().clone();
        devices
            .iter()
            .map(|device| device["device_id"].clone())
            .collect()
    };
    assert_eq!(ids("").await, ["back", "here"]);
    assert_eq!(ids("?status=online").await, ["back"]);
    assert_eq!(ids("?status=offline").await, ["here"]);
    assert_eq!(ids("?status=busy").await, Vec::<Value>::new());

    let mut device = scene.get("/api/devices/here", key).await.body;
    let last_seen = device["last_seen"].take();
    assert!(last_seen.as_str().unwrap().ends_with('Z'), "{last_seen}");
    let expected = json!({
        "id": "here",
        "device_id": "here",
        "name": "The here",
        "node_type": "desktop_linux",
        "status": "offline",
        "platform": "linux",
        "platform_version": "",
        "architecture": "",
        "capabilities": ["notification"],
        "capabilities_detailed": { "camera": { "count": 1 } },
        "hardware_info": null,
        "app_type": null,
        "app_version": null,
        "tauri_version": null,
        "version": null,
        "metadata_json": { "colour": "grey" },
        "user_id": "owner",
        "last_seen": null,
        "last_command_at": null,
    });
    assert_eq!(device, expected);
    let unknown = scene.get("/api/devices/unknown", key).await;
    assert_eq!(unknown.verdict(), (404, "not_found"));
    for query in [
        "devices?status=gone",
        "devices/here/audit?limit=0",
        "devices/here/audit?limit=x",
    ] {
        let reply = scene.get(&format!("/api/{query}"), key).await;
        assert_eq!(reply.verdict(), (422, "unprocessable"), "{query}");
    }
}

#[tokio::test]
async fn health_needs_no_key_and_tells_nothing() {
    let scene = Scene::start().await;
    let headers = [&scene.host(), "Connection: close"];
    let reply = http::send(scene.address, "GET /healthz", &headers, "")
        .await
        .reply()
        .await;
    assert_eq!((reply.status, reply.body), (200, json!({ "status": "ok" })));
    assert!(
        reply.head.contains("cache-control: no-store"),
        "{}",
        reply.head
    );
}

#[tokio::test]
async fn nobody_reads_or_asks_without_a_credential() {
    let scene = Scene::start().await;
    let key = scene.key("autonomous");
    let device = format!("Authorization: Bearer {}", scene.device_token);
    let spoilt = format!("Authorization: Bearer {key}x");
    let basic = format!("Authorization: Basic {key}");
    let body = json!({ "device_node_id": "pc", "title": "T", "body": "" }).to_string();
    for start in [
        "GET /api/devices",
        "GET /api/devices/x/audit",
        "POST /api/devices/notification",
    ] {
        for credential in [
            "X-Nothing: here",
            "Authorization: Bearer ",
            &device,
            &spoilt,
            &basic,
        ] {
            let headers = [
                &scene.host(),
                credential,
                "Content-Type: application/json",
                "Connection: close",
            ];
            let pending = http::send(scene.address, start, &headers, &body).await;
            let reply = pending.reply().await;
            assert_eq!(
                reply.verdict(),
                (401, "unauthorized"),
                "{start} {credential}"
            );
            assert_eq!(reply.detail(), "Could not validate credentials");
            assert!(reply.head.contains("www-authenticate: bearer"));
        }
    }
}

#[tokio::test]
async fn every_other_request_gets_a_reason_in_json() {
    let scene = Scene::start().await;
    let key = format!("Authorization: Bearer {}", scene.key("autonomous"));
    let json_type = "Content-Type: application/json";
    let notification = "POST /api/devices/notification";
    let whole = json!({ "device_node_id": "pc", "title": "T", "body": "" });
    let with = |more: Value| {
        let mut body = whole.clone();
        let fields = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(fields);
        body.to_string()
    };
    let large = format!("\"{}\"", "x".repeat(1024 * 1024));
    for (start, kind, body, status, code, detail) in [
        (
            "GET /nowhere",
            json_type,
            "",
            404,
            "not_found",
            "no such path",
        ),
        (
            "DELETE /api/devices",
            json_type,
            "",
            405,
            "method_not_allowed",
            "this path",
        ),
        (
            "GET /api/devices/execute",
            json_type,
            "",
            405,
            "method_not_allowed",
            "this path",
        ),
        (
            notification,
            json_type,
            "{",
            422,
            "unprocessable",
            "the body is not JSON",
        ),
        (
            notification,
            json_type,
            "",
            422,
            "unprocessable",
            "the body is not JSON",
        ),
        (
            notification,
            json_type,
            "{}",
            422,
            "unprocessable",
            "missing field `device_node_id`",
        ),
        (notification, json_type, "[]", 422, "unprocessable", ""),
        (
            notification,
            json_type,
            &with(json!({ "title": 7 })),
            422,
            "unprocessable",
            "title: invalid type",
        ),
        (
            notification,
            json_type,
            &with(json!({ "device_node_id": "" })),
            422,
            "unprocessable",
            "device_node_id: an id needs",
        ),
        (
            notification,
            json_type,
            &with(json!({ "deadline_seconds": 601 })),
            422,
            "unprocessable",
            "deadline_seconds: must be between 1 and 600",
        ),
        (
            "POST /api/devices/execute",
            json_type,
            r#"{"device_node_id":"pc","command":"ls","environment":{"A":1}}"#,
            422,
            "unprocessable",
            "environment.A: invalid type",
        ),
        (
            notification,
            "Content-Type: text/plain",
            "{}",
            415,
            "unsupported_media_type",
            "",
        ),
        (
            notification,
            json_type,
            &large,
            413,
            "too_large",
            "the body is larger",
        ),
    ] {
        let headers = [&scene.host(), key.as_str(), kind, "Connection: close"];
        let reply = http::send(scene.address, start, &headers, body)
            .await
            .reply()
            .await;
        assert_eq!(reply.verdict(), (status, code), "{start} {reply:?}");
        assert!(reply.detail().starts_with(detail), "{start} {reply:?}");
        assert_eq!(reply.body["success"], false);
    }
}
