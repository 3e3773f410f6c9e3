//! Files brought and fetched, and pictures that devices bring beforehand.

use std::fs;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{device::Device, http::Reply, scene::Scene};

const PIECE: &str = "Content-Type: application/offset+octet-stream";

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    format!("Repr-Digest: sha-256=:{}:", BASE64_STANDARD.encode(digest))
}

fn hex(text: &str) -> String {
    chaperone_chain::hex(&Sha256::digest(text.as_bytes()))
}

async fn bring(scene: &Scene, credential: &str, more: &[&str], text: &str) -> Reply {
    scene
        .send(
            "POST /api/artifacts?name=n%C3%B6te.txt",
            credential,
            more,
            text,
        )
        .await
        .reply()
        .await
}

fn lying(scene: &Scene) -> usize {
    fs::read_dir(scene.folder().join("artifacts"))
        .unwrap()
        .count()
}

#[tokio::test]
async fn a_file_comes_back_whole_or_in_part_to_its_account_only() {
    let scene = Scene::start().await;
    let text = "0123456789";
    let headers = ["Content-Type: text/html", &digest(text)];
    let made = bring(&scene, scene.key("intern"), &headers, text).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.body["complete"], true);
    assert_eq!(made.body["sha256"], hex(text));
    assert_eq!(made.body["agent_id"], "intern");
    let id = made.body["id"].as_str().unwrap().to_owned();
    let get = format!("GET /api/artifacts/{id}");
    let fetch = async |range: &[&str]| {
        let pending = scene.send(&get, &scene.owner_token, range, "").await;
        pending.raw().await
    };
    let (status, head, body) = fetch(&[]).await;
    assert_eq!((status, body.as_slice()), (200, text.as_bytes()));
    assert!(head.contains("content-disposition: attachment; filename*=utf-8''n%c3%b6te.txt"));
    assert!(
        head.contains("content-security-policy: default-src 'none'; sandbox"),
        "{head}"
    );
    assert!(head.contains("x-content-type-options: nosniff"), "{head}");
    assert!(head.contains(&format!("etag: \"{}\"", hex(text))), "{head}");
    let (status, head, body) = fetch(&["Range: bytes=3-5"]).await;
    assert_eq!((status, body.as_slice()), (206, b"345".as_slice()));
    assert!(head.contains("content-range: bytes 3-5/10"), "{head}");
    let (status, head, _) = fetch(&["Range: bytes=10-"]).await;
    assert_eq!(status, 416);
    assert!(head.contains("content-range: bytes */10"), "{head}");
    let (status, _, body) = fetch(&["Range: bytes=3-5", "If-Range: \"another\""]).await;
    assert_eq!((status, body.len()), (200, 10));

    // Somebody else's account cannot even tell that it is there.
    let register = json!({ "email": "b@example.org", "password": "a long enough password" });
    let other = scene
        .post("/api/auth/register", "", &register)
        .await
        .reply()
        .await;
    let token = other.body["access_token"].as_str().unwrap().to_owned();
    for method in ["GET", "DELETE"] {
        let start = format!("{method} /api/artifacts/{id}");
        for stranger in [&token, scene.key("student")] {
            let reply = scene.send(&start, stranger, &[], "").await.reply().await;
            assert_eq!(reply.verdict(), (404, "not_found"));
        }
    }
    let reply = scene
        .send(&get, &scene.device_token, &[], "")
        .await
        .reply()
        .await;
    assert_eq!(reply.verdict(), (401, "unauthorized"));
    for stranger in [&token, scene.key("student")] {
        assert_eq!(scene.get("/api/artifacts", stranger).await.body, json!([]));
    }

    let list = scene.get("/api/artifacts", scene.key("intern")).await;
    assert_eq!(list.body[0]["id"], id);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = scene.folder().join("artifacts").join(&id);
        assert_eq!(
            fs::metadata(file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    let start = format!("DELETE /api/artifacts/{id}");
    let (status, ..) = scene
        .send(&start, scene.key("intern"), &[], "")
        .await
        .raw()
        .await;
    assert_eq!((status, lying(&scene)), (204, 0));
    let (status, ..) = fetch(&[]).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_file_that_is_not_what_it_was_said_to_be_is_gone() {
    let scene = Scene::start().await;
    let key = scene.key("intern");
    let reply = bring(&scene, key, &[&digest("something else")], "text").await;
    assert_eq!(reply.verdict(), (422, "digest_mismatch"));
    let reply = bring(&scene, key, &["Repr-Digest: sha-256=abc"], "text").await;
    assert_eq!(reply.verdict(), (422, "unprocessable"));
    let large = format!("Upload-Length: {}", 100 * 1024 * 1024 + 1);
    let reply = bring(&scene, key, &[&large], "").await;
    assert_eq!(reply.verdict(), (413, "too_large"));
    let reply = scene
        .send("POST /api/artifacts?name=a%2Fb", key, &[], "text")
        .await
        .reply()
        .await;
    assert_eq!(reply.verdict(), (422, "unprocessable"));
    assert_eq!(lying(&scene), 0);
    assert_eq!(scene.get("/api/artifacts", key).await.body, json!([]));
}

#[tokio::test]
async fn an_upload_goes_on_where_it_was_left_off() {
    let scene = Scene::start().await;
    let key = scene.key("intern").to_owned();
    let text = "0123456789";
    let headers = ["Tus-Resumable: 1.0.0", "Upload-Length: 10", &digest(text)];
    let made = bring(&scene, &key, &headers, "").await;
    assert_eq!(made.status, 201, "{made:?}");
    assert!(made.head.contains("tus-resumable: 1.0.0"), "{made:?}");
    let id = made.body["id"].as_str().unwrap().to_owned();
    let piece = async |scene: &Scene, offset: u64, text: &str| {
        let offset = format!("Upload-Offset: {offset}");
        let start = format!("PATCH /api/artifacts/{id}");
        let pending = scene.send(&start, &key, &[PIECE, &offset], text).await;
        pending.head().await
    };
    let (status, head) = piece(&scene, 0, "0123").await;
    assert_eq!(status, 204, "{head}");
    assert!(head.contains("upload-offset: 4"), "{head}");
    let (status, _) = piece(&scene, 0, "0123").await;
    assert_eq!(status, 409, "what came already is not taken again");
    let (status, _) = piece(&scene, 4, "456789 and more").await;
    assert_eq!(status, 413);
    let start = format!("GET /api/artifacts/{id}");
    let early = scene.send(&start, &key, &[], "").await.reply().await;
    assert_eq!(early.verdict(), (409, "incomplete"));

    let scene = scene.restart(|_| {}).await;
    let start = format!("HEAD /api/artifacts/{id}");
    let (status, head) = scene.send(&start, &key, &[], "").await.head().await;
    assert_eq!(status, 200);
    assert!(head.contains("upload-offset: 4"), "{head}");
    assert!(head.contains("upload-length: 10"), "{head}");
    let (status, head) = piece(&scene, 4, "456789").await;
    assert_eq!(status, 204, "{head}");
    let start = format!("GET /api/artifacts/{id}");
    let (status, _, body) = scene.send(&start, &key, &[], "").await.raw().await;
    assert_eq!((status, body.as_slice()), (200, text.as_bytes()));
}

#[tokio::test]
async fn files_go_when_their_time_comes_and_strays_at_the_start() {
    let scene = Scene::start().await;
    let key = scene.key("intern").to_owned();
    for _ in 0..2 {
        let made = bring(&scene, &key, &[], "text").await;
        assert_eq!(made.status, 201);
    }
    fs::write(scene.folder().join("artifacts").join("stray"), "x").unwrap();
    assert_eq!(lying(&scene), 3);
    let scene = scene
        .restart(|books| {
            books.change(
                "UPDATE artifacts SET expires_at = 1
                 WHERE id = (SELECT id FROM artifacts ORDER BY id LIMIT 1)",
            );
        })
        .await;
    scene.until(|| lying(&scene) == 1).await;
    let left = scene.get("/api/artifacts", &key).await;
    assert_eq!(left.body.as_array().unwrap().len(), 1);
}

async fn ask(scene: &Scene, device: &mut Device) -> (crate::http::Pending, Value) {
    let body = json!({ "device_node_id": "pc", "title": "Tea", "body": "" });
    let pending = scene
        .post("/api/devices/notification", scene.key("intern"), &body)
        .await;
    (pending, device.hear_a("command").await)
}

fn named(command: &Value, id: &str, text: &str) -> Value {
    let artifact = json!({
        "id": id,
        "media_type": "image/jpeg",
        "bytes": text.len(),
        "sha256": hex(text),
    });
    json!({
        "type": "result",
        "command_id": command["command_id"],
        "success": true,
        "data": { "kind": "pictured", "artifact": artifact },
        "timestamp": "2026-02-01T12:00:02Z",
    })
}

#[tokio::test]
async fn a_device_brings_what_it_was_asked_for_and_nothing_else() {
    let scene = Scene::start().await;
    let mut device = Device::open(&scene).await;
    let [_, registered] = device.register("pc", &["upload", "result_ack"]).await;
    assert_eq!(registered["uploads"], "/api/devices/artifacts");
    assert_eq!(registered["extensions"], json!(["result_ack", "upload"]));
    let (pending, command) = ask(&scene, &mut device).await;
    let id = command["command_id"].as_str().unwrap();
    let text = "a picture";
    let upload = async |query: &str| {
        let start = format!("POST /api/devices/artifacts{query}");
        let headers = ["Content-Type: image/jpeg", &digest(text)];
        let pending = scene
            .send(&start, &scene.device_token, &headers, text)
            .await;
        pending.reply().await
    };
    assert_eq!(upload("").await.verdict(), (422, "unprocessable"));
    assert_eq!(
        upload("?command_id=none").await.verdict(),
        (404, "not_found")
    );
    let made = upload(&format!("?command_id={id}")).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.body["device_id"], "pc");
    assert_eq!(made.body["agent_id"], "intern");
    let artifact = made.body["id"].as_str().unwrap().to_owned();
    device.send(&named(&command, &artifact, text)).await;
    assert_eq!(pending.reply().await.status, 200);
    assert_eq!(
        upload(&format!("?command_id={id}")).await.verdict(),
        (409, "settled")
    );
    let get = format!("GET /api/artifacts/{artifact}");
    let (status, _, body) = scene
        .send(&get, scene.key("intern"), &[], "")
        .await
        .raw()
        .await;
    assert_eq!((status, body.as_slice()), (200, text.as_bytes()));

    // What was brought for one command is no answer to another.
    let _ = device.hear_a("result_ack").await;
    let (pending, command) = ask(&scene, &mut device).await;
    device.send(&named(&command, &artifact, text)).await;
    let reply = pending.reply().await;
    assert_eq!(reply.verdict(), (400, "failed"), "{reply:?}");
    assert!(reply.detail().contains("did not bring"), "{reply:?}");
}

/// Room enough for the books, soon too little for a file: 4 MiB, in the blocks of the shell.
#[cfg(unix)]
const CRAMPED: &str = "trap '' XFSZ; ulimit -f 8192; exec \"$0\" \"$@\"";
#[cfg(unix)]
const IS_CRAMPED: &str = "CHAPERONE_TEST_CRAMPED";

/// A disk without room, which only a process of its own can have.
#[cfg(unix)]
#[tokio::test]
async fn without_room_nothing_is_half_there() {
    if std::env::var_os(IS_CRAMPED).is_none() {
        let output = std::process::Command::new("sh")
            .args(["-c", CRAMPED])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "artifacts::without_room_nothing_is_half_there"])
            .env(IS_CRAMPED, "yes")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("1 passed"), "{output:?}");
        return;
    }
    let scene = Scene::start().await;
    let key = scene.key("intern");
    let large = "x".repeat(6 * 1024 * 1024);
    let refused = bring(&scene, key, &[], &large).await;
    assert_eq!(refused.verdict(), (507, "disk_full"), "{refused:?}");
    assert!(refused.detail().contains("disk is full"), "{refused:?}");
    assert_eq!(lying(&scene), 0);
    assert_eq!(scene.get("/api/artifacts", key).await.body, json!([]));

    // In pieces, what came before stays and can be gone on with.
    let length = format!("Upload-Length: {}", large.len());
    let made = bring(&scene, key, &["Tus-Resumable: 1.0.0", &length], "").await;
    let id = made.body["id"].as_str().unwrap().to_owned();
    let (start, rest) = large.split_at(1024 * 1024);
    for (offset, piece, expected) in [(0, start, 204), (start.len(), rest, 507)] {
        let offset = format!("Upload-Offset: {offset}");
        let patch = format!("PATCH /api/artifacts/{id}");
        let pending = scene.send(&patch, key, &[PIECE, &offset], piece).await;
        let (status, head) = pending.head().await;
        assert_eq!(status, expected, "{head}");
    }
    let look = format!("HEAD /api/artifacts/{id}");
    let (_, head) = scene.send(&look, key, &[], "").await.head().await;
    assert!(
        head.contains(&format!("upload-offset: {}", start.len())),
        "{head}"
    );
    assert!(head.contains("upload-expires: "), "{head}");
    let file = scene.folder().join("artifacts").join(&id);
    assert_eq!(fs::metadata(file).unwrap().len(), 1024 * 1024);
}

#[tokio::test]
async fn a_paired_device_brings_nothing_for_another() {
    let scene = Scene::start().await;
    let fields = [
        ("client_id", "chaperone"),
        ("device_id", "desk"),
        ("device_name", "The desk"),
    ];
    let grant = scene
        .form("/oauth/device_authorization", &fields)
        .await
        .body;
    let path = format!("POST /api/pairing/{}", grant["user_code"].as_str().unwrap());
    let allow = json!({ "allow": true });
    let allowed = scene.call(&path, &scene.owner_token, &[], &allow).await;
    assert_eq!(allowed.reply().await.status, 200);
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", grant["device_code"].as_str().unwrap()),
        ("client_id", "chaperone"),
    ];
    let given = scene.form("/oauth/token", &fields).await.body;
    let token = given["access_token"].as_str().unwrap();
    let mut device = Device::open(&scene).await;
    device.register("pc", &["upload"]).await;
    let (_pending, command) = ask(&scene, &mut device).await;
    let id = command["command_id"].as_str().unwrap();
    let start = format!("POST /api/devices/artifacts?command_id={id}");
    let refused = scene.send(&start, token, &[], "a picture").await;
    assert_eq!(refused.reply().await.verdict(), (404, "not_found"));
    let made = scene
        .send(&start, &scene.device_token, &[], "a picture")
        .await;
    assert_eq!(made.reply().await.status, 201);
    assert_eq!(
        scene.get("/api/events", token).await.verdict(),
        (401, "unauthorized")
    );
}

#[tokio::test]
async fn half_an_upload_goes_when_nothing_more_comes() {
    let scene = Scene::start().await;
    let key = scene.key("intern").to_owned();
    let made = bring(&scene, &key, &["Upload-Length: 10", PIECE], "0123").await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(lying(&scene), 1);
    // It was to stay for an hour.
    let scene = scene
        .restart(|books| books.change("UPDATE artifacts SET expires_at = created_at"))
        .await;
    scene.until(|| lying(&scene) == 0).await;
    let look = format!("HEAD /api/artifacts/{}", made.body["id"].as_str().unwrap());
    let (status, _) = scene.send(&look, &key, &[], "").await.head().await;
    assert_eq!(status, 404);
}
