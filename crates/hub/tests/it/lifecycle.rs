//! First start, later starts, and the end.

use std::{fs, time::Duration};

use chaperone_hub::{Error, agent_key_name};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    device::Device,
    scene::{Memory, Scene, open},
};

#[tokio::test]
async fn a_later_start_finds_everything_and_replaces_what_was_lost() {
    let scene = Scene::start().await;
    let levels: Vec<_> = scene
        .starters
        .iter()
        .map(|starter| {
            (
                starter.id.as_str(),
                starter.name.as_str(),
                starter.maturity.as_str(),
            )
        })
        .collect();
    assert_eq!(
        levels,
        [
            ("student", "Student agent", "student"),
            ("intern", "Intern agent", "intern"),
            ("supervised", "Supervised agent", "supervised"),
            ("autonomous", "Autonomous agent", "autonomous"),
        ]
    );
    let before = scene.starters.clone();
    let token = scene.owner_token.clone();

    let scene = scene.restart(|_| {}).await;
    assert_eq!(scene.starters, before);
    assert_eq!(scene.get("/api/devices", &token).await.status, 200);

    let lost = agent_key_name("intern");
    scene.secrets.0.lock().unwrap().remove(&lost);
    let scene = scene.restart(|_| {}).await;
    assert_ne!(scene.key("intern"), before[1].key);
    let old = scene.get("/api/devices", &before[1].key).await;
    assert_eq!(old.status, 401);
    for starter in &scene.starters {
        let reply = scene.get("/api/devices", &starter.key).await;
        assert_eq!(reply.status, 200, "{starter:?}");
    }
}

#[tokio::test]
async fn no_secret_is_in_the_folder() {
    let scene = Scene::start().await;
    scene.stop().await;
    let mut files = 0;
    for entry in fs::read_dir(scene.folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // Files on their way; there are none.
            assert_eq!(fs::read_dir(path).unwrap().count(), 0);
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        files += 1;
        for secret in scene.secrets.0.lock().unwrap().values() {
            let found = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
    assert!(files > 0);
}

#[tokio::test]
async fn an_answer_that_comes_after_a_restart_is_kept() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let body = json!({ "device_node_id": "pc", "title": "Tea", "body": "" });
    let pending = scene
        .post("/api/devices/notification", scene.key("intern"), &body)
        .await;
    let command = device.hear_a("command").await;
    let scene = scene.restart(|_| {}).await;
    assert_eq!(pending.reply().await.verdict(), (400, "interrupted"));
    assert_eq!(device.closed().await, 1012);

    let mut device = Device::join(&scene, "pc").await;
    let id = &command["command_id"];
    assert_eq!(device.hear_a("cancel").await["command_id"], *id);
    device.succeed(&command, json!({})).await;
    assert_eq!(device.hear_a("result_ack").await["command_id"], *id);
    let lines = scene.audit("pc").await;
    let codes: Vec<_> = lines
        .iter()
        .map(|line| (&line["code"], &line["late"]))
        .collect();
    assert_eq!(
        codes,
        [
            (&json!("interrupted"), &json!(false)),
            (&json!(null), &json!(true))
        ]
    );
}

#[tokio::test]
async fn stopping_takes_less_than_a_second() {
    let scene = Scene::start().await;
    let _quiet = Device::open(&scene).await;
    let mut device = Device::join(&scene, "pc").await;
    let body = json!({ "device_node_id": "pc", "title": "Tea", "body": "" });
    let pending = scene
        .post("/api/devices/notification", scene.key("intern"), &body)
        .await;
    device.hear_a("command").await;
    let took = scene.stop().await;
    assert!(took < Duration::from_millis(1_500), "{took:?}");
    assert_eq!(device.closed().await, 1012);
    assert_eq!(pending.reply().await.verdict(), (400, "interrupted"));
}

#[tokio::test]
async fn only_a_free_loopback_address_is_taken() {
    let folder = TempDir::new().unwrap();
    for everywhere in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let refused = open(folder.path(), Memory::default(), everywhere).await;
        assert!(
            matches!(refused, Err(Error::NotLoopback { .. })),
            "{everywhere}"
        );
    }
    let scene = Scene::start().await;
    let taken = scene.address.to_string();
    let refused = open(folder.path(), Memory::default(), &taken).await;
    assert!(
        matches!(refused, Err(Error::AddressInUse { .. })),
        "{refused:?}"
    );
    let second = open(scene.folder(), Memory::default(), "127.0.0.1:0").await;
    assert!(matches!(second, Err(Error::InUse { .. })), "{second:?}");
}
