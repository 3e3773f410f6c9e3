//! What agents do of their own accord while a person looks on.

use serde_json::{Value, json};

use crate::{device::Device, scene::Scene, stream::Stream};

const NOTIFICATION: &str = "POST /api/devices/notification";
const ALL: &str = "/api/supervision/sessions";

async fn call(scene: &Scene, start: &str, credential: &str, body: &Value) -> (u16, Value) {
    let reply = scene.call(start, credential, &[], body).await.reply().await;
    (reply.status, reply.body)
}

fn automated() -> Value {
    json!({ "device_node_id": "pc", "title": "Tea", "body": "", "trigger": "automated" })
}

/// A person who looks on at everything.
async fn person(scene: &Scene) -> Stream {
    let mut person = Stream::open(scene, "/api/events", &scene.owner_token, &[]).await;
    person.next_of("ready").await;
    person
}

/// Waits until a session stands so.
async fn until(scene: &Scene, id: &Value, status: &str) -> Value {
    let path = format!("/api/supervision/sessions/{}", id.as_str().unwrap());
    loop {
        let session = scene.get(&path, &scene.owner_token).await.body;
        if session["status"] == status {
            return session;
        }
        tokio::task::yield_now().await;
    }
}

async fn intervene(scene: &Scene, id: &Value, kind: &str, guidance: &str) -> (u16, Value) {
    let id = id.as_str().unwrap();
    let start = format!("POST /api/supervision/sessions/{id}/intervene");
    let body = json!({ "intervention_type": kind, "guidance": guidance });
    call(scene, &start, &scene.owner_token, &body).await
}

#[tokio::test]
async fn who_is_supervised_acts_alone_only_while_somebody_looks_on() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let key = scene.key("supervised");
    let (status, waits) = call(&scene, NOTIFICATION, key, &automated()).await;
    assert_eq!(
        (status, &waits["status"]),
        (202, &json!("pending_approval"))
    );

    // Another agent that looks on is nobody.
    let mut agent = Stream::open(&scene, "/api/events", scene.key("autonomous"), &[]).await;
    agent.next_of("ready").await;
    assert_eq!(call(&scene, NOTIFICATION, key, &automated()).await.0, 202);

    let mut person = person(&scene).await;
    let pending = scene.call(NOTIFICATION, key, &[], &automated()).await;
    let command = device.hear_a("command").await;
    let id = &command["command_id"];
    let active = "/api/supervision/sessions/active";
    let sessions = scene.get(active, &scene.owner_token).await.body;
    assert_eq!(sessions[0]["session_id"], *id);
    assert_eq!(sessions[0]["agent_name"], "Supervised agent");
    assert_eq!(scene.get(active, scene.key("intern")).await.body, json!([]));

    let path = format!("/api/supervision/{}/stream", id.as_str().unwrap());
    let mut stream = Stream::open(&scene, &path, &scene.owner_token, &[]).await;
    assert_eq!(stream.next().await["execution_id"], *id);
    device.succeed(&command, json!({})).await;
    device.hear_a("result_ack").await;
    assert_eq!(pending.reply().await.status, 200);
    let mut kinds = Vec::new();
    loop {
        let event = stream.next().await;
        let Some(kind) = event["event_type"].as_str() else {
            assert_eq!(event["execution_id"], *id);
            break;
        };
        kinds.push(kind.to_owned());
    }
    assert_eq!(kinds.last().unwrap(), "execution_completed", "{kinds:?}");
    assert!(
        kinds.iter().any(|kind| kind == "command.settled"),
        "{kinds:?}"
    );
    // And it ends there.
    assert!(
        stream
            .rest()
            .await
            .trim_matches(['\r', '\n', '0'])
            .is_empty()
    );

    let begun = loop {
        let event = person.next().await;
        if event["type"] == "supervision.started" {
            break event;
        }
    };
    assert_eq!(begun["data"]["command_id"], *id);
    let manual = json!({ "device_node_id": "pc", "title": "Tea", "body": "" });
    let pending = scene.call(NOTIFICATION, key, &[], &manual).await;
    device.obey(json!({})).await;
    assert_eq!(pending.reply().await.status, 200);
    for path in ["/api/supervision/agents/supervised/sessions", ALL] {
        let all = scene.get(path, &scene.owner_token).await.body;
        assert_eq!(all.as_array().unwrap().len(), 1, "{all}");
    }
    assert_eq!(scene.get(ALL, scene.key("intern")).await.body, json!([]));
}

#[tokio::test]
async fn a_person_steps_in() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let _person = person(&scene).await;
    let key = scene.key("supervised");
    let pending = scene.call(NOTIFICATION, key, &[], &automated()).await;
    let command = device.hear_a("command").await;
    let id = &command["command_id"];

    let (status, paused) = intervene(&scene, id, "pause", "wait").await;
    assert_eq!(
        (status, &paused["session_state"]),
        (200, &json!("interrupted"))
    );
    let (status, refused) = call(&scene, NOTIFICATION, key, &automated()).await;
    assert_eq!(
        (status, &refused["detail"]),
        (403, &json!("Agent 'Supervised agent' is paused"))
    );
    let (_, corrected) = intervene(&scene, id, "correct", "in German, please").await;
    assert_eq!(corrected["session_state"], "running");
    let path = format!("/api/supervision/sessions/{}", id.as_str().unwrap());
    let seen = scene.get(&path, key).await.body;
    assert_eq!(
        (&seen["guidance"], &seen["intervention_count"]),
        (&json!("in German, please"), &json!(2))
    );
    let (status, wrong) = intervene(&scene, id, "shout", "").await;
    assert_eq!((status, &wrong["code"]), (422, &json!("unprocessable")));

    let (_, ended) = intervene(&scene, id, "terminate", "enough").await;
    assert_eq!(ended["session_state"], "terminated");
    assert_eq!(device.hear_a("cancel").await["command_id"], *id);
    assert_eq!(pending.reply().await.verdict(), (400, "cancelled"));
    let over = until(&scene, id, "terminated").await;
    assert!(over["completed_at"].is_string(), "{over}");
    let (status, late) = intervene(&scene, id, "pause", "").await;
    assert_eq!((status, &late["code"]), (409, &json!("not_active")));
    // It was let go on before.
    let agent = scene
        .get("/api/agents/supervised", &scene.owner_token)
        .await;
    assert_eq!(agent.body["status"], "supervised");
}

#[tokio::test]
async fn a_recording_is_looked_on_at_until_it_ends() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let _person = person(&scene).await;
    let start = "POST /api/devices/screen/record/start";
    let body = json!({ "device_node_id": "pc", "trigger": "automated" });
    let pending = scene.call(start, scene.key("supervised"), &[], &body).await;
    let command = device.obey(json!({})).await;
    assert_eq!(pending.reply().await.status, 200);
    let id = &command["command_id"];
    until(&scene, id, "running").await;

    let ending = intervene(&scene, id, "terminate", "that is private");
    let obeying = device.obey(json!({ "duration_seconds": 1.0 }));
    let ((status, ended), stop) = tokio::join!(ending, obeying);
    assert_eq!(stop["command"], "screen_record_stop");
    assert_eq!(
        (status, &ended["session_state"]),
        (200, &json!("terminated"))
    );
    until(&scene, id, "terminated").await;
}

#[tokio::test]
async fn a_persons_stars_move_the_score_once() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let _person = person(&scene).await;
    let key = scene.key("supervised");
    let rate = |id: &Value, stars: u8| {
        let id = id.as_str().unwrap();
        let said = format!("supervisor_rating={stars}&feedback=so");
        format!("POST /api/supervision/sessions/{id}/complete?{said}")
    };
    let mut scores = Vec::new();
    for (stars, boost) in [(5, 0.05), (4, 0.01), (3, 0.0), (2, -0.02), (1, -0.1)] {
        let pending = scene.call(NOTIFICATION, key, &[], &automated()).await;
        let command = device.hear_a("command").await;
        let id = &command["command_id"];
        let start = rate(id, stars);
        let (status, early) = call(&scene, &start, &scene.owner_token, &Value::Null).await;
        assert_eq!((status, &early["code"]), (409, &json!("active")));
        device.succeed(&command, json!({})).await;
        device.hear_a("result_ack").await;
        assert_eq!(pending.reply().await.status, 200);
        until(&scene, id, "completed").await;

        assert_eq!(call(&scene, &start, key, &Value::Null).await.0, 403);
        let six = rate(id, 6);
        let wrong = call(&scene, &six, &scene.owner_token, &Value::Null).await;
        assert_eq!(wrong.0, 422);
        let (status, rated) = call(&scene, &start, &scene.owner_token, &Value::Null).await;
        assert_eq!((status, &rated["confidence_boost"]), (200, &json!(boost)));
        let again = call(&scene, &start, &scene.owner_token, &Value::Null).await;
        assert_eq!(again.0, 409);
        scores.push(rated["new_confidence"].clone());
    }
    assert_eq!(json!(scores), json!([0.85, 0.86, 0.86, 0.84, 0.74]));
    let history = "/api/agents/supervised/history";
    let history = scene.get(history, &scene.owner_token).await.body;
    assert_eq!(history[0]["reason"], "1 of 5 stars: so");
}

#[tokio::test]
async fn no_agent_approves_in_a_persons_place() {
    let scene = Scene::start().await;
    let _device = Device::join(&scene, "pc").await;
    let (_, waits) = call(&scene, NOTIFICATION, scene.key("intern"), &automated()).await;
    let id = waits["proposal_id"].as_str().unwrap();
    let start = format!("POST /api/supervision/proposals/{id}/autonomous-approve");
    for (credential, expected) in [
        (scene.owner_token.as_str(), (409, "person_decides")),
        (scene.key("autonomous"), (403, "forbidden")),
    ] {
        let reply = scene.call(&start, credential, &[], &Value::Null).await;
        assert_eq!(reply.reply().await.verdict(), expected);
    }
    let path = format!("/api/maturity/proposals/{id}");
    let kept = scene.get(&path, &scene.owner_token).await.body;
    assert_eq!(kept["status"], "pending_approval");
}

#[tokio::test]
async fn a_correction_lifts_its_own_pause_and_no_other() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let _person = person(&scene).await;
    let key = scene.key("supervised");
    let mut ids = Vec::new();
    for _ in 0..2 {
        let pending = scene.call(NOTIFICATION, key, &[], &automated()).await;
        let command = device.hear_a("command").await;
        ids.push((pending, command));
    }
    let standing = async || {
        let agent = scene
            .get("/api/agents/supervised", &scene.owner_token)
            .await;
        agent.body["status"].clone()
    };
    let [first, second] = [0, 1].map(|at| ids[at].1["command_id"].clone());
    intervene(&scene, &first, "pause", "").await;
    intervene(&scene, &second, "pause", "").await;
    let (status, _) = intervene(&scene, &first, "correct", "").await;
    assert_eq!((status, standing().await), (200, json!("paused")));

    // Also long after the command is over.
    for (pending, command) in ids {
        device.succeed(&command, json!({})).await;
        device.hear_a("result_ack").await;
        pending.reply().await;
    }
    let over = until(&scene, &second, "completed").await;
    assert_eq!(over["paused"], true);
    let (status, late) = intervene(&scene, &second, "correct", "").await;
    assert_eq!(
        (status, standing().await),
        (200, json!("supervised")),
        "{late}"
    );
    assert_eq!(intervene(&scene, &second, "correct", "").await.0, 409);

    // Where the person paused the agent itself, a session does not let it go on.
    let pending = scene.call(NOTIFICATION, key, &[], &automated()).await;
    let command = device.hear_a("command").await;
    let id = &command["command_id"];
    let start = "PATCH /api/agents/supervised";
    call(
        &scene,
        start,
        &scene.owner_token,
        &json!({ "paused": true }),
    )
    .await;
    intervene(&scene, id, "pause", "").await;
    intervene(&scene, id, "correct", "").await;
    assert_eq!(standing().await, "paused");
    drop(pending);
}

#[tokio::test]
async fn what_waits_for_a_device_waits_for_a_person_too() {
    let scene = Scene::start().await;
    let device = Device::join(&scene, "pc").await;
    drop(device);
    let _person = person(&scene).await;
    let mut wish = automated();
    wish["queue"] = json!(true);
    let (status, waits) = call(&scene, NOTIFICATION, scene.key("supervised"), &wish).await;
    assert_eq!(
        (status, &waits["status"]),
        (202, &json!("pending_approval"))
    );
}
