//! What agents may do, and what a person has to say first.

use serde_json::{Value, json};

use crate::{device::Device, scene::Scene};

async fn call(scene: &Scene, start: &str, credential: &str, body: &Value) -> (u16, Value) {
    let reply = scene.call(start, credential, &[], body).await.reply().await;
    (reply.status, reply.body)
}

fn automated() -> Value {
    json!({ "device_node_id": "pc", "title": "Tea", "body": "", "trigger": "automated" })
}

async fn propose(scene: &Scene) -> String {
    let start = "POST /api/devices/notification";
    let reply = scene
        .call(start, scene.key("intern"), &[], &automated())
        .await;
    let reply = reply.reply().await;
    assert_eq!(
        (reply.status, &reply.body["status"]),
        (202, &json!("pending_approval"))
    );
    let id = reply.body["proposal_id"].as_str().unwrap().to_owned();
    assert!(
        reply
            .head
            .contains(&format!("location: /api/maturity/proposals/{id}"))
    );
    id
}

#[tokio::test]
async fn names_are_matched_whole_and_the_unknown_needs_the_most() {
    let scene = Scene::start().await;
    let check = "POST /api/agent-governance/check-deployment";
    for (agent, action, allowed, complexity) in [
        // Its name begins like one that needs nothing.
        ("student", "device_get_location", false, 2),
        ("student", "get", true, 1),
        ("intern", "device_get_location", true, 2),
        ("intern", "browser_navigate", true, 2),
        ("intern", "device_screen_record", false, 3),
        ("supervised", "device_screen_record_start", true, 3),
        ("supervised", "device_execute_command", false, 4),
        ("supervised", "no_such_thing", false, 4),
        ("autonomous", "no_such_thing", true, 4),
    ] {
        let body = json!({ "agent_id": agent, "action_type": action });
        let (status, answer) = call(&scene, check, &scene.owner_token, &body).await;
        assert_eq!(
            (status, &answer["allowed"]),
            (200, &json!(allowed)),
            "{agent} {action}"
        );
        assert_eq!(answer["checks"][action]["action_complexity"], complexity);
        assert_eq!(answer["checks"][action]["agent_status"], agent);
    }
    let enforce = "POST /api/agent-governance/enforce-action";
    for (agent, action, expected) in [
        (
            "intern",
            "delete",
            json!(["BLOCKED", false, "HUMAN_APPROVAL"]),
        ),
        (
            "supervised",
            "create",
            json!(["PENDING_APPROVAL", true, "WAIT_FOR_APPROVAL"]),
        ),
        ("autonomous", "delete", json!(["APPROVED", true, null])),
    ] {
        let body = json!({ "action_type": action, "action_details": {} });
        let (_, answer) = call(&scene, enforce, scene.key(agent), &body).await;
        let said = json!([
            answer["status"],
            answer["proceed"],
            answer["action_required"]
        ]);
        assert_eq!(said, expected);
    }
    let rules = scene
        .get("/api/agent-governance/rules", scene.key("student"))
        .await
        .body;
    assert_eq!(rules["action_complexity"]["device_camera_snap"], 2);
    assert_eq!(rules["maturity_levels"][3]["min_confidence"], 0.9);

    let agents = scene
        .get("/api/agent-governance/agents", &scene.owner_token)
        .await
        .body;
    assert_eq!(agents.as_array().unwrap().len(), 4);
    let path = "/api/agent-governance/agents/intern";
    assert_eq!(
        scene.get(path, &scene.owner_token).await.body["max_complexity"],
        2
    );
    // An agent knows itself only.
    assert_eq!(
        scene.get(path, scene.key("autonomous")).await.verdict(),
        (404, "not_found")
    );
    let path = format!("{path}/capabilities");
    let can = scene.get(&path, scene.key("intern")).await.body;
    assert!(
        can["allowed_actions"]
            .as_array()
            .unwrap()
            .contains(&json!("device_camera_snap"))
    );
    assert!(
        can["restricted_actions"]
            .as_array()
            .unwrap()
            .contains(&json!("device_execute_command"))
    );
}

#[tokio::test]
async fn a_paused_agent_asks_for_nothing() {
    let scene = Scene::start().await;
    let pause = |books: &crate::scene::Books<'_>| {
        books.change("UPDATE agents SET state = 'paused' WHERE id = 'autonomous'");
    };
    let scene = scene.restart(pause).await;
    let _device = Device::join(&scene, "pc").await;
    let body = json!({ "device_node_id": "pc", "title": "T", "body": "" });
    let named =
        json!({ "device_node_id": "pc", "title": "T", "body": "", "agent_id": "autonomous" });
    for (credential, body) in [
        (scene.key("autonomous"), &body),
        (&scene.owner_token, &named),
    ] {
        let reply = scene
            .post("/api/devices/notification", credential, body)
            .await;
        let reply = reply.reply().await;
        assert_eq!(reply.verdict(), (403, "forbidden"));
        assert_eq!(reply.detail(), "Agent 'Autonomous agent' is paused");
    }
    let check = "POST /api/agent-governance/check-deployment";
    let body = json!({ "agent_id": "autonomous", "action_type": "read" });
    let (_, answer) = call(&scene, check, &scene.owner_token, &body).await;
    assert_eq!(answer["allowed"], false);
    assert_eq!(answer["checks"]["read"]["agent_status"], "paused");
}

#[tokio::test]
async fn an_interns_automatic_wish_waits_for_a_person() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let id = propose(&scene).await;
    let path = format!("/api/maturity/proposals/{id}");
    let proposal = scene.get(&path, scene.key("intern")).await.body;
    let action = json!({
        "action_type": "device_command",
        "device_id": "pc",
        "command_type": "notification",
        "parameters": { "title": "Tea", "body": "" },
    });
    assert_eq!(proposal["proposed_action"], action);
    assert_eq!(scene.get(&path, scene.key("student")).await.status, 404);
    let list = "/api/maturity/proposals?agent_id=intern&status_filter=pending_approval&limit=5";
    assert_eq!(
        scene.get(list, &scene.owner_token).await.body[0]["id"],
        json!(id)
    );

    // No agent approves, not even the best.
    let approve = format!("POST {path}/approve");
    let yes = json!({ "approve": true, "modifications": { "title": "Coffee" } });
    for agent in ["intern", "autonomous"] {
        let (status, _) = call(&scene, &approve, scene.key(agent), &yes).await;
        assert_eq!(status, 403);
    }
    let pending = scene.call(&approve, &scene.owner_token, &[], &yes).await;
    // The first thing that the device hears of it.
    let command = device.obey(json!({})).await;
    assert_eq!(command["params"]["title"], "Coffee");
    assert_eq!(command["agent"]["id"], "intern");
    let decided = pending.reply().await.body;
    assert_eq!(decided["status"], "executed");
    assert_eq!(decided["message"], "Proposal approved and executed");
    assert_eq!(decided["execution_result"]["title"], "Coffee");
    let (status, again) = call(&scene, &approve, &scene.owner_token, &yes).await;
    assert_eq!((status, &again["code"]), (409, &json!("not_pending")));
    let kept = scene.get(&path, &scene.owner_token).await.body;
    assert_eq!(
        (&kept["status"], &kept["decided_by"]),
        (&json!("executed"), &json!("owner"))
    );
    assert_eq!(kept["execution_result"], decided["execution_result"]);

    // The other levels: below it nothing, above it no waiting where nobody need look on.
    let start = "POST /api/devices/notification";
    let (status, _) = call(&scene, start, scene.key("student"), &automated()).await;
    assert_eq!(status, 403);
    let pending = scene
        .call(start, scene.key("autonomous"), &[], &automated())
        .await;
    device.obey(json!({})).await;
    assert_eq!(pending.reply().await.status, 200);
}

#[tokio::test]
async fn what_is_rejected_or_fails_is_said_to_be() {
    let scene = Scene::start().await;
    let device = Device::join(&scene, "pc").await;
    let (rejected, failing) = (propose(&scene).await, propose(&scene).await);
    let owner = &scene.owner_token;
    let reject = format!("POST /api/agent-governance/reject/{rejected}?reason=not%20now");
    let (status, decided) = call(&scene, &reject, owner, &Value::Null).await;
    assert_eq!((status, &decided["status"]), (200, &json!("rejected")));
    let path = format!("/api/maturity/proposals/{rejected}");
    assert_eq!(scene.get(&path, owner).await.body["reason"], "not now");
    let pending = scene
        .get("/api/agent-governance/pending-approvals", owner)
        .await
        .body;
    assert_eq!(pending.as_array().unwrap().len(), 1);

    drop(device);
    // Until the hub has noticed that the device went.
    while scene.get("/api/devices/pc", owner).await.body["status"] == "online" {
        tokio::task::yield_now().await;
    }
    let approve = format!("POST /api/agent-governance/approve/{failing}");
    let (status, decided) = call(&scene, &approve, owner, &Value::Null).await;
    assert_eq!((status, &decided["success"]), (200, &json!(false)));
    assert_eq!(decided["status"], "execution_failed");
    assert_eq!(decided["execution_result"]["code"], "device_offline");
}

#[tokio::test]
async fn an_approval_raises_nobodys_level() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let submit = "POST /api/agent-governance/submit-for-approval";
    let wish = |command_type: &str| {
        json!({
            "action_type": "device_command",
            "action_details": {
                "device_id": "pc",
                "command_type": command_type,
                "parameters": { "command": "ls" },
            },
        })
    };
    let (status, unknown) = call(&scene, submit, scene.key("intern"), &wish("rocket")).await;
    assert_eq!(status, 422, "{unknown}");
    let (status, made) = call(&scene, submit, scene.key("intern"), &wish("command")).await;
    assert_eq!((status, &made["status"]), (201, &json!("pending_approval")));
    let id = made["approval_id"].as_str().unwrap();
    let approve = format!("POST /api/agent-governance/approve/{id}");
    let (_, decided) = call(&scene, &approve, &scene.owner_token, &Value::Null).await;
    assert_eq!(decided["status"], "execution_failed");
    assert_eq!(decided["execution_result"]["code"], "forbidden");
    device.send(&json!({ "type": "heartbeat" })).await;
    device.hear_a("heartbeat_ack").await;

    // What is no matter of devices is only decided.
    let mail = json!({ "action_type": "send_email", "action_details": { "to": "me" } });
    let (_, made) = call(&scene, submit, scene.key("intern"), &mail).await;
    let id = made["approval_id"].as_str().unwrap();
    let approve = format!("POST /api/agent-governance/approve/{id}");
    let (_, decided) = call(&scene, &approve, &scene.owner_token, &Value::Null).await;
    assert_eq!(
        (&decided["status"], &decided["success"]),
        (&json!("approved"), &json!(true))
    );
}

#[tokio::test]
async fn nothing_is_decided_too_late_or_left_half_done() {
    let scene = Scene::start().await;
    let _device = Device::join(&scene, "pc").await;
    let (late, half) = (propose(&scene).await, propose(&scene).await);
    let change: &'static str = format!(
        "UPDATE proposals SET expires_at = 1 WHERE id = '{late}';
         UPDATE proposals SET status = 'approved' WHERE id = '{half}';"
    )
    .leak();
    let scene = scene.restart(|books| books.change(change)).await;
    let owner = &scene.owner_token;
    let approve = format!("POST /api/maturity/proposals/{late}/approve");
    let (status, _) = call(&scene, &approve, owner, &json!({ "approve": true })).await;
    assert_eq!(status, 409);
    for (id, expected) in [(late, "cancelled"), (half, "execution_failed")] {
        let path = format!("/api/maturity/proposals/{id}");
        assert_eq!(scene.get(&path, owner).await.body["status"], expected);
    }
}
