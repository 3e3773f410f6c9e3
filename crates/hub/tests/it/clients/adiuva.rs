//! The Electron client: hello at once, a pong for each ping, runs and calls told apart by their ids.

use serde_json::{Value, json};
use tokio::time::{self, Instant};

use super::{Peer, until};
use crate::{http, scene::Scene};

const HELLO: &str = r#"{"type":"device_hello","device_id":"pc-01","agent_ids":["a-12","a-31"]}"#;

async fn open(scene: &Scene) -> Peer {
    let target = format!("/api/v1/ws/device?token={}", scene.device_token);
    Peer::connect(scene, &target).await
}

async fn join(scene: &Scene, hello: &str) -> Peer {
    let mut client = open(scene).await;
    client.say(hello).await;
    let device = serde_json::from_str::<Value>(hello).unwrap()["device_id"].clone();
    let path = format!("/api/devices/{}", device.as_str().unwrap());
    until(async || {
        let reply = scene.get(&path, &scene.owner_token).await;
        (reply.body["status"] == "online").then_some(())
    })
    .await;
    client
}

async fn trigger(scene: &Scene, agent: &str) -> http::Reply {
    let body = json!({ "agent_id": agent, "folders": ["/home/me/docs"] });
    let path = "/api/v1/agents/trigger";
    scene
        .post(path, &scene.owner_token, &body)
        .await
        .reply()
        .await
}

async fn runs(scene: &Scene) -> Value {
    scene
        .get("/api/v1/agents/runs", &scene.owner_token)
        .await
        .body
}

/// Waits until the newest run has ended.
async fn ended(scene: &Scene) -> Value {
    until(async || {
        let run = runs(scene).await[0].clone();
        run["ended_at"].is_string().then_some(run)
    })
    .await
}

#[tokio::test]
async fn a_bad_token_is_refused_and_a_bad_hello_closed_without_a_word() {
    let scene = Scene::start().await;
    for path in ["/api/v1/ws/device", "/dialects/adiuva/ws"] {
        for query in ["", "?token=garbage"] {
            let refused = Peer::connect_with(&scene, &format!("{path}{query}"), &[]).await;
            assert_eq!(refused.err(), Some(403), "{path}{query}");
        }
    }
    for hello in [
        "{",
        "[]",
        r#""hello""#,
        r#"{"type":"pong"}"#,
        r#"{"type":"device_hello"}"#,
    ] {
        let mut client = open(&scene).await;
        client.say(hello).await;
        assert_eq!(client.closed().await, (1008, String::new()), "{hello}");
    }
    let mut client = open(&scene).await;
    let binary = tokio_tungstenite::tungstenite::Message::binary(HELLO.as_bytes().to_vec());
    client.say_message(binary).await;
    assert_eq!(client.closed().await.0, 1008);
}

#[tokio::test]
async fn fifteen_seconds_for_a_hello_and_a_ping_every_thirty() {
    let scene = Scene::start().await;
    let mut silent = open(&scene).await;
    let opened = Instant::now();
    time::pause();
    assert_eq!(silent.closed_whenever().await, (1008, String::new()));
    assert!((14..20).contains(&opened.elapsed().as_secs()));
    time::resume();

    let mut client = join(&scene, HELLO).await;
    // Nobody answers a hello: the first frame is the ping. What makes no sense is passed over.
    client.say("[]").await;
    client.say("{").await;
    client.say(HELLO).await;
    time::pause();
    assert_eq!(client.hear_whenever().await, json!({ "type": "ping" }));
    client.say(r#"{"type":"pong"}"#).await;
    assert_eq!(client.hear_whenever().await, json!({ "type": "ping" }));
}

#[tokio::test]
async fn a_call_is_answered_and_ends_with_the_connection() {
    let scene = Scene::start().await;
    let mut client = join(&scene, HELLO).await;
    let body = json!({ "device_node_id": "pc-01", "title": "Tea", "body": "is ready" });
    let path = "/api/devices/notification";
    let pending = scene.post(path, scene.key("intern"), &body).await;
    let call = client.hear_a("tool_call").await;
    assert_eq!(call["action"], "send_notification");
    assert_eq!(call["data"]["title"], "Tea");
    let answer = json!({ "type": "tool_result", "id": call["id"], "ok": true });
    client.say(&answer.to_string()).await;
    assert_eq!(pending.reply().await.status, 200);

    let pending = scene.post(path, scene.key("intern"), &body).await;
    client.hear_a("tool_call").await;
    client.close().await;
    // At once, and not when the caller's two minutes are over.
    let reply = pending.reply().await;
    assert_eq!(reply.verdict(), (400, "unavailable"), "{reply:?}");
    let line = scene.audit("pc-01").await.pop().unwrap();
    assert_eq!(line["error_message"], "device disconnected");
}

#[tokio::test]
async fn an_account_has_one_connection() {
    let scene = Scene::start().await;
    let mut first = join(&scene, HELLO).await;
    let mut second = join(&scene, r#"{"type":"device_hello","device_id":"pc-02"}"#).await;
    assert_eq!(first.closed().await.0, 4009);
    drop(first);
    // The end of the first has not taken the second off.
    let triggered = trigger(&scene, "a-12").await;
    assert_eq!(triggered.status, 202, "{triggered:?}");
    second.hear_a("agent_run").await;
    let status = scene.get("/api/devices/pc-01", &scene.owner_token).await;
    assert_eq!(status.body["status"], "offline");
}

#[tokio::test]
async fn an_overdue_run_begins_at_the_hello_and_goes_to_its_end() {
    let scene = Scene::start().await;
    let triggered = trigger(&scene, "a-12").await;
    assert_eq!(triggered.status, 202, "{triggered:?}");
    let run_id = triggered.body["run_id"].clone();
    let again = trigger(&scene, "a-12").await;
    assert_eq!(again.verdict(), (409, "conflict"));
    assert_eq!(runs(&scene).await[0]["status"], "due");

    let mut client = open(&scene).await;
    client.say(HELLO).await;
    let run = client.hear_a("agent_run").await;
    let expected = json!({ "type": "agent_run", "run_id": run_id, "agent_id": "a-12",
        "folders": ["/home/me/docs"] });
    assert_eq!(run, expected);
    let data = json!({ "type": "agent_data", "run_id": run_id,
        "files": [{ "path": "/home/me/docs/a.md", "content": "…" }, { "path": "b.md" }] });
    client.say(&data.to_string()).await;
    let unknown = json!({ "type": "agent_data", "run_id": "nobody's", "files": [] });
    client.say(&unknown.to_string()).await;
    let complete = json!({ "type": "agent_complete", "run_id": run_id });
    client.say(&complete.to_string()).await;
    let run = ended(&scene).await;
    assert_eq!(run["status"], "success");
    assert_eq!(run["errors"], json!([]));
    assert_eq!(run["items"], 2);
    assert_eq!(run["device_id"], "pc-01");
    // It is over: another may begin.
    assert_eq!(trigger(&scene, "a-12").await.status, 202);
}

#[tokio::test]
async fn a_run_fails_with_its_connection_and_no_other() {
    let scene = Scene::start().await;
    let mut client = join(&scene, HELLO).await;
    trigger(&scene, "a-12").await;
    client.hear_a("agent_run").await;
    client.close().await;
    let run = ended(&scene).await;
    assert_eq!(run["status"], "error");
    assert_eq!(run["errors"], json!(["device disconnected"]));

    let mut client = join(&scene, HELLO).await;
    trigger(&scene, "a-12").await;
    let run = client.hear_a("agent_run").await;
    let failed = json!({ "type": "agent_complete", "run_id": run["run_id"], "ok": false,
        "error": "the folder is gone" });
    client.say(&failed.to_string()).await;
    assert_eq!(ended(&scene).await["errors"], json!(["the folder is gone"]));

    trigger(&scene, "a-31").await;
    client.hear_a("agent_run").await;
    let scene = scene.restart(|_| {}).await;
    let run = ended(&scene).await;
    assert_eq!(run["status"], "error", "{run}");
}

#[tokio::test]
async fn whoever_follows_a_run_hears_every_part() {
    let scene = Scene::start().await;
    let mut client = join(&scene, HELLO).await;
    let headers = [
        &scene.host(),
        &format!("Authorization: Bearer {}", scene.owner_token),
        "Content-Type: application/json",
        "Accept: text/event-stream",
        "Connection: close",
    ];
    let path = "POST /api/v1/agents/trigger";
    let pending = http::send(scene.address, path, &headers, r#"{"agent_id":"a-12"}"#).await;
    let run = client.hear_a("agent_run").await;
    for path in ["a.md", "b.md"] {
        let data = json!({ "type": "agent_data", "run_id": run["run_id"], "path": path });
        client.say(&data.to_string()).await;
    }
    let complete = json!({ "type": "agent_complete", "run_id": run["run_id"] });
    client.say(&complete.to_string()).await;
    let text = pending.text().await;
    let told: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("event: ") || line.starts_with("data: "))
        .collect();
    let first = format!("data: {}", json!({ "run_id": run["run_id"] }));
    assert_eq!(
        told,
        [
            "event: run",
            &first,
            "event: part",
            r#"data: {"path":"a.md"}"#,
            "event: part",
            r#"data: {"path":"b.md"}"#,
            "event: end",
            r#"data: {"errors":[],"status":"success"}"#,
        ]
    );
}

#[tokio::test]
async fn only_an_autonomous_agent_begins_runs_and_only_its_own() {
    let scene = Scene::start().await;
    let path = "/api/v1/agents/trigger";
    for (agent, body, status) in [
        ("supervised", json!({}), 403),
        ("autonomous", json!({ "agent_id": "a-12" }), 403),
        ("autonomous", json!({}), 202),
    ] {
        let reply = scene
            .post(path, scene.key(agent), &body)
            .await
            .reply()
            .await;
        assert_eq!(reply.status, status, "{agent} {body}: {reply:?}");
    }
}
