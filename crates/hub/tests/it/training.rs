//! What is proposed when a student is refused, and what a person's word moves.

use serde_json::{Value, json};

use crate::{device::Device, scene::Scene};

async fn call(scene: &Scene, start: &str, credential: &str, body: &Value) -> (u16, Value) {
    let reply = scene.call(start, credential, &[], body).await.reply().await;
    (reply.status, reply.body)
}

/// A student's automatic wish, refused; the training that is proposed for it.
async fn refused(scene: &Scene, title: &str) -> Value {
    let wish =
        json!({ "device_node_id": "pc", "title": title, "body": "", "trigger": "automated" });
    let start = "POST /api/devices/notification";
    let (status, refused) = call(scene, start, scene.key("student"), &wish).await;
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")));
    refused["proposal_id"].clone()
}

fn path(id: &Value) -> String {
    let id = id.as_str().expect("a training is proposed");
    format!("/api/maturity/training/proposals/{id}")
}

async fn decide(scene: &Scene, id: &Value, approve: bool) -> (u16, Value) {
    let start = format!("POST {}/approve", path(id));
    call(
        scene,
        &start,
        &scene.owner_token,
        &json!({ "approve": approve }),
    )
    .await
}

async fn complete(scene: &Scene, id: &Value, score: f64) -> (u16, Value) {
    let id = id.as_str().unwrap();
    let start = format!("POST /api/maturity/training/sessions/{id}/complete");
    let outcome = json!({
        "performance_score": score,
        "supervisor_feedback": "polite",
        "errors_count": 1,
        "tasks_completed": 9,
        "total_tasks": 10,
        "capabilities_developed": ["send_notification"],
    });
    call(scene, &start, &scene.owner_token, &outcome).await
}

#[tokio::test]
async fn a_student_that_is_refused_is_to_be_trained() {
    let scene = Scene::start().await;
    let _device = Device::join(&scene, "pc").await;
    let id = refused(&scene, "Tea").await;
    // The same wish in other words is the same training.
    assert_eq!(refused(&scene, "Coffee").await, id);
    let proposed = scene.get(&path(&id), scene.key("student")).await.body;
    assert_eq!(proposed["proposal_type"], "training");
    assert_eq!(proposed["capability_gaps"], json!(["send_notification"]));
    assert_eq!(
        proposed["description"],
        "Student agent is a student and was refused send_notification on pc, \
         which takes intern or above"
    );
    assert_eq!(scene.get(&path(&id), scene.key("intern")).await.status, 404);
    // It is no action that somebody could approve.
    let as_action = format!("/api/maturity/proposals/{}", id.as_str().unwrap());
    assert_eq!(scene.get(&as_action, &scene.owner_token).await.status, 404);

    let (status, too_early) = complete(&scene, &id, 1.0).await;
    assert_eq!((status, &too_early["code"]), (409, &json!("not_active")));
    let (status, begun) = decide(&scene, &id, true).await;
    assert_eq!((status, &begun["session_id"]), (200, &id));
    // A training is a promise, not a permission.
    assert_eq!(refused(&scene, "Tea").await, id);

    let (status, done) = complete(&scene, &id, 0.9).await;
    assert_eq!(status, 200, "{done}");
    assert_eq!(done["old_confidence"], 0.25);
    assert_eq!(done["new_confidence"], 0.3);
    assert_eq!(done["new_status"], "student");
    assert_eq!(complete(&scene, &id, 0.9).await.0, 409);
    let history = scene
        .get("/api/agents/student/history", &scene.owner_token)
        .await
        .body;
    assert_eq!(history[0]["reason"], "trained, with a score of 0.9: polite");
    assert_eq!(history[0]["by"], "owner");
    let trainings = scene
        .get(
            "/api/maturity/agents/student/training-history",
            scene.key("student"),
        )
        .await
        .body;
    let outcome = &trainings["training_history"][0]["outcome"];
    assert_eq!(outcome["tasks_completed"], 9);
    let listed = scene
        .get(
            "/api/maturity/training/proposals?status_filter=executed",
            &scene.owner_token,
        )
        .await
        .body;
    assert_eq!(listed["proposals"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn enough_praise_makes_an_intern_and_blame_weighs_twice() {
    let scene = Scene::start().await;
    let _device = Device::join(&scene, "pc").await;
    let set = json!({ "confidence": 0.46 });
    let start = "PATCH /api/agents/student";
    call(&scene, start, &scene.owner_token, &set).await;
    let id = refused(&scene, "Tea").await;
    decide(&scene, &id, true).await;
    let (_, done) = complete(&scene, &id, 1.0).await;
    assert_eq!(
        (&done["new_status"], &done["promoted_to_intern"]),
        (&json!("intern"), &json!(true))
    );
    let start = "POST /api/devices/notification";
    let manual = json!({ "device_node_id": "pc", "title": "Tea", "body": "" });
    let pending = scene.call(start, scene.key("student"), &[], &manual).await;
    drop(pending);

    call(
        &scene,
        "PATCH /api/agents/student",
        &scene.owner_token,
        &set,
    )
    .await;
    let id = refused(&scene, "Tea").await;
    decide(&scene, &id, true).await;
    let (_, done) = complete(&scene, &id, 0.0).await;
    assert_eq!(done["new_confidence"], 0.36);
}

#[tokio::test]
async fn what_a_person_rejected_is_not_proposed_again_at_once() {
    let scene = Scene::start().await;
    let _device = Device::join(&scene, "pc").await;
    let id = refused(&scene, "Tea").await;
    for agent in ["student", "autonomous"] {
        let start = format!("POST {}/reject", path(&id));
        let (status, _) = call(&scene, &start, scene.key(agent), &json!({ "reason": "" })).await;
        assert_eq!(status, 403, "{agent}");
    }
    let start = format!("POST {}/reject", path(&id));
    let no = json!({ "reason": "not this one" });
    let (status, rejected) = call(&scene, &start, &scene.owner_token, &no).await;
    assert_eq!((status, &rejected["status"]), (200, &json!("rejected")));
    assert_eq!(refused(&scene, "Tea").await, Value::Null);
    assert_eq!(decide(&scene, &id, true).await.0, 409);
    // Nor for a device that is not this person's, nor where a person set it off.
    let wish = json!({ "device_node_id": "pc", "title": "Tea", "body": "" });
    let start = "POST /api/devices/notification";
    let (_, refused) = call(&scene, start, scene.key("student"), &wish).await;
    assert_eq!(refused["proposal_id"], Value::Null);
}
