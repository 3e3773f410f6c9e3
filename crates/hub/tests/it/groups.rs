//! Groups of devices, and asking all of one.

use serde_json::{Value, json};

use crate::{device::Device, scene::Scene};

async fn call(scene: &Scene, start: &str, body: &Value) -> (u16, Value) {
    let pending = scene.call(start, &scene.owner_token, &[], body).await;
    let reply = pending.reply().await;
    (reply.status, reply.body)
}

async fn make(scene: &Scene, devices: &[&str]) -> String {
    let body = json!({ "name": "Desk", "device_node_ids": devices });
    let (status, group) = call(scene, "POST /api/groups", &body).await;
    assert_eq!(status, 201, "{group}");
    assert_eq!(group["device_node_ids"], json!(devices));
    group["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn groups_are_made_changed_and_ended_by_people() {
    let scene = Scene::start().await;
    let _pc = Device::join(&scene, "pc").await;
    let _laptop = Device::join(&scene, "laptop").await;
    let id = make(&scene, &["pc"]).await;
    let body = json!({ "name": "Desk" });
    let (status, taken) = call(&scene, "POST /api/groups", &body).await;
    assert_eq!((status, &taken["code"]), (409, &json!("name_taken")));
    let body = json!({ "name": "Others", "device_node_ids": ["nobody"] });
    assert_eq!(call(&scene, "POST /api/groups", &body).await.0, 404);
    let body = json!({ "name": " " });
    assert_eq!(call(&scene, "POST /api/groups", &body).await.0, 422);

    let one = format!("/api/groups/{id}");
    let member = format!("PUT {one}/members/laptop");
    let (_, group) = call(&scene, &member, &Value::Null).await;
    assert_eq!(group["device_node_ids"], json!(["laptop", "pc"]));
    let (_, group) = call(&scene, &format!("DELETE {one}/members/pc"), &Value::Null).await;
    assert_eq!(group["device_node_ids"], json!(["laptop"]));
    let missing = format!("DELETE {one}/members/pc");
    assert_eq!(call(&scene, &missing, &Value::Null).await.0, 404);
    let change = json!({ "name": "All", "device_node_ids": ["pc", "laptop"] });
    let (_, group) = call(&scene, &format!("PATCH {one}"), &change).await;
    assert_eq!(
        (&group["name"], &group["device_node_ids"]),
        (&json!("All"), &json!(["laptop", "pc"]))
    );
    let listed = scene.get("/api/groups", scene.key("student")).await.body;
    assert_eq!(listed, json!([group]));

    let remove = format!("DELETE {one}");
    let key = scene.key("autonomous");
    let refused = scene.call(&remove, key, &[], &Value::Null).await;
    let refused = refused.reply().await;
    assert_eq!(refused.verdict(), (403, "forbidden"));
    assert_eq!(
        call(&scene, &format!("DELETE {one}"), &Value::Null).await.0,
        200
    );
    assert_eq!(
        call(&scene, &format!("GET {one}"), &Value::Null).await.0,
        404
    );
}

#[tokio::test]
async fn each_device_of_a_group_answers_for_itself() {
    let scene = Scene::start().await;
    drop(Device::join(&scene, "away").await);
    let scene = scene.restart(|_| {}).await;
    let mut pc = Device::join(&scene, "pc").await;
    let mut laptop = Device::join(&scene, "laptop").await;
    let id = make(&scene, &["away", "laptop", "pc"]).await;
    let key = scene.key("intern");
    let start = format!("POST /api/groups/{id}/notification");
    let body = json!({ "title": "Tea", "body": "" });
    let pending = scene.call(&start, key, &[], &body).await;
    pc.obey(json!({})).await;
    let command = laptop.hear_a("command").await;
    laptop.refuse(&command, "denied", "no").await;
    let reply = pending.reply().await;
    assert_eq!((reply.status, &reply.body["success"]), (200, &json!(false)));
    let results: Vec<_> = reply.body["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            json!([
                result["device_node_id"],
                result["status"],
                result["success"],
                result["code"]
            ])
        })
        .collect();
    let expected = [
        json!(["away", 400, false, "device_offline"]),
        json!(["laptop", 400, false, "denied"]),
        json!(["pc", 200, true, null]),
    ];
    assert_eq!(results, expected);
    let batch = reply.body["batch_id"].as_str().unwrap();
    let listed = scene
        .get(&format!("/api/commands?batch={batch}"), key)
        .await;
    assert_eq!(listed.body.as_array().unwrap().len(), 2);

    // No level is higher for many than for one.
    let line = json!({ "command": "ls" });
    let start = format!("POST /api/groups/{id}/execute");
    let reply = scene.call(&start, key, &[], &line).await.reply().await;
    let results = reply.body["results"].as_array().unwrap();
    assert!(
        results.iter().all(|result| result["status"] == 403),
        "{results:?}"
    );
    let unknown = "POST /api/groups/none/notification";
    let reply = scene.call(unknown, key, &[], &body).await.reply().await;
    assert_eq!(reply.verdict(), (404, "not_found"));
}

#[tokio::test]
async fn a_caller_that_goes_takes_back_what_a_group_was_asked() {
    let scene = Scene::start().await;
    let mut pc = Device::join(&scene, "pc").await;
    let mut laptop = Device::join(&scene, "laptop").await;
    let id = make(&scene, &["laptop", "pc"]).await;
    let start = format!("POST /api/groups/{id}/location");
    let pending = scene
        .call(&start, scene.key("intern"), &[], &json!({}))
        .await;
    let asked = [pc.hear_a("command").await, laptop.hear_a("command").await];
    drop(pending);
    let taken_back = [pc.hear_a("cancel").await, laptop.hear_a("cancel").await];
    for (asked, taken_back) in asked.iter().zip(&taken_back) {
        assert_eq!(asked["command_id"], taken_back["command_id"]);
    }
}

#[tokio::test]
async fn more_devices_than_are_asked_at_a_time_are_all_asked() {
    let scene = Scene::start().await;
    let mut devices = Vec::new();
    let names: Vec<_> = (0..20).map(|number| format!("d{number:02}")).collect();
    for name in &names {
        devices.push(Device::join(&scene, name).await);
    }
    let ids: Vec<&str> = names.iter().map(String::as_str).collect();
    let id = make(&scene, &ids).await;
    let start = format!("POST /api/groups/{id}/notification");
    let body = json!({ "title": "Tea", "body": "" });
    let headers = ["Idempotency-Key: all"];
    let pending = scene
        .call(&start, scene.key("intern"), &headers, &body)
        .await;
    let answering = devices.iter_mut().map(|device| device.obey(json!({})));
    futures_util::future::join_all(answering).await;
    let first = pending.reply().await;
    assert_eq!((first.status, &first.body["success"]), (200, &json!(true)));
    let again = scene
        .call(&start, scene.key("intern"), &headers, &body)
        .await;
    assert_eq!(again.reply().await.body["results"], first.body["results"]);
}
