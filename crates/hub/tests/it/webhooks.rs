//! Telling others what happens: signed, again until it is taken, and only where it may go.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use futures_util::FutureExt as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::{device::Device, http::Reply, scene::Scene};

/// Takes one request and answers it; returns its head and its body.
async fn take(listener: &TcpListener, answer: &str) -> (String, String) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut all = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.unwrap();
        all.extend(&piece[..read]);
        let text = String::from_utf8_lossy(&all).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length: usize = header(head, "content-length").parse().unwrap();
        if body.len() >= length {
            let answer = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            return (head.to_owned(), body.to_owned());
        }
    }
}

fn header<'h>(head: &'h str, name: &str) -> &'h str {
    let line = head
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")));
    line.unwrap().split_once(':').unwrap().1.trim()
}

/// Has a listener told when a device connects.
async fn make(scene: &Scene, listener: &TcpListener) -> Reply {
    let url = format!("http://{}/hook?x=1", listener.local_addr().unwrap());
    let new = json!({ "url": url, "events": ["device.connected", "webhook.disabled"] });
    let pending = scene.post("/api/webhooks", &scene.owner_token, &new).await;
    let made = pending.reply().await;
    assert_eq!(made.status, 201, "{made:?}");
    made
}

/// What it was told, once the newest of it is so.
async fn told(scene: &Scene, id: &str, status: &str) -> Value {
    let path = format!("/api/webhooks/{id}/deliveries");
    for _ in 0..1_000 {
        let told = scene.get(&path, &scene.owner_token).await.body;
        if told[0]["status"] == status {
            return told;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it never came to be {status}");
}

/// The example that readers of the manual copy.
fn example() -> String {
    let manual = include_str!("../../README.md");
    let (_, rest) = manual.split_once("```python\n").unwrap();
    rest.split_once("\n```").unwrap().0.to_owned()
}

/// Whether the manual's example takes a body for ours; none where there is no Python.
fn python_says(secret: &str, signature: &str, body: &str) -> Option<bool> {
    let program = format!(
        "{}\n\nimport sys\nbody = sys.stdin.buffer.read()\nprint(is_from_hub(sys.argv[1], sys.argv[2], body))\n",
        example()
    );
    let mut child = Command::new("python3")
        .args(["-c", &program, secret, signature])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    child
        .stdin
        .take()
        .unwrap()
        .write_all(body.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap().trim() == "True")
}

#[tokio::test]
async fn an_event_is_told_signed_and_again_until_it_is_taken() {
    let scene = Scene::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let made = make(&scene, &listener).await;
    let secret = made.body["secret"].as_str().unwrap();
    let id = made.body["id"].as_str().unwrap();
    let shown = scene.get("/api/webhooks", &scene.owner_token).await;
    assert_eq!(shown.body[0]["id"], id);
    assert_eq!(shown.body[0]["secret"], Value::Null, "it is shown once");

    let device = Device::join(&scene, "pc").await;
    let (head, first) = take(&listener, "500 No").await;
    assert!(head.starts_with("POST /hook?x=1 HTTP/1.1"), "{head}");
    let event: Value = serde_json::from_str(&first).unwrap();
    assert_eq!(event["type"], "device.connected");
    assert_eq!(event["data"], json!({ "device_id": "pc" }));
    let delivery = header(&head, "x-chaperone-delivery").to_owned();
    let waits = told(&scene, id, "waiting").await;
    assert_eq!(waits[0]["id"], delivery);

    // What waits outlives the hub; its pause need not be waited for here.
    drop(device);
    let scene = scene
        .restart(|books| books.change("UPDATE deliveries SET next_at = 1"))
        .await;
    let (head, body) = take(&listener, "200 OK").await;
    assert_eq!(body, first, "the same again");
    assert_eq!(header(&head, "x-chaperone-delivery"), delivery);
    let signature = header(&head, "x-chaperone-signature");
    let (time, code) = signature.split_once(",v1=").unwrap();
    let time = time.strip_prefix("t=").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{time}.{body}").as_bytes());
    assert_eq!(code, chaperone_chain::hex(&mac.finalize().into_bytes()));
    if let Some(true_one) = python_says(secret, signature, &body) {
        assert!(true_one, "the manual's example does not know our signature");
        assert_eq!(python_says(secret, signature, "{}"), Some(false));
        let old = format!("t=1700000000,v1={code}");
        assert_eq!(python_says(secret, &old, &body), Some(false));
    }
    let told = told(&scene, id, "delivered").await;
    assert_eq!(told[0]["attempts"], 2);
    assert_eq!(told.as_array().unwrap().len(), 1);
    let shown = scene.get("/api/webhooks", &scene.owner_token).await;
    assert_eq!(shown.body[0]["failures"], 0);
}

#[tokio::test]
async fn what_happens_while_the_hub_stops_is_told_by_the_next() {
    let scene = Scene::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let new = json!({ "url": url, "events": ["command.settled"] });
    let made = scene.post("/api/webhooks", &scene.owner_token, &new).await;
    assert_eq!(made.reply().await.status, 201);
    let mut device = Device::join(&scene, "pc").await;
    let wish = json!({ "device_node_id": "pc", "title": "Tea", "body": "" });
    let pending = scene
        .post("/api/devices/notification", scene.key("intern"), &wish)
        .await;
    let command = device.hear_a("command").await;
    // It stops for what it could still tell no one of.
    let _scene = scene.restart(|_| ()).await;
    assert_eq!(pending.reply().await.verdict(), (400, "interrupted"));
    let (_, body) = take(&listener, "200 OK").await;
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(event["data"]["command_id"], command["command_id"]);
    assert_eq!(event["data"]["code"], "interrupted");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_who_never_answers_well_is_told_no_more() {
    let scene = Scene::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let made = make(&scene, &listener).await;
    let id = made.body["id"].as_str().unwrap().to_owned();
    let witness = TcpListener::bind("127.0.0.1:0").await.unwrap();
    make(&scene, &witness).await;
    let scene = scene
        .restart(|books| {
            books.change(
                "UPDATE webhooks SET failures = 15 WHERE created_at =
                    (SELECT MIN(created_at) FROM webhooks)",
            );
        })
        .await;
    let _device = Device::join(&scene, "pc").await;
    let answer = format!(
        "302 Found\r\nLocation: http://{}/",
        elsewhere.local_addr().unwrap()
    );
    take(&listener, &answer).await;
    let (_, connected) = take(&witness, "204 No Content").await;
    assert!(connected.contains("device.connected"), "{connected}");
    let (_, disabled) = take(&witness, "204 No Content").await;
    let disabled: Value = serde_json::from_str(&disabled).unwrap();
    assert_eq!(disabled["type"], "webhook.disabled");
    assert_eq!(disabled["data"]["webhook_id"], id);
    let reason = "16 attempts in a row failed; the last: answered 302: redirects are not followed";
    assert_eq!(disabled["data"]["reason"], reason);
    let path = format!("/api/webhooks/{id}");
    let shown = scene.get(&path, &scene.owner_token).await;
    assert_eq!(shown.body["enabled"], false);
    assert_eq!(shown.body["disabled_because"], reason);
    told(&scene, &id, "given_up").await;

    // Whoever mended it switches it on again.
    let on = json!({ "enabled": true });
    let again = scene
        .call(&format!("PATCH {path}"), &scene.owner_token, &[], &on)
        .await;
    let again = again.reply().await;
    assert_eq!(again.body["enabled"], true, "{again:?}");
    assert_eq!(again.body["failures"], 0);
    let _laptop = Device::join(&scene, "laptop").await;
    let (_, body) = take(&listener, "200 OK").await;
    assert!(body.contains("laptop"), "{body}");
    let followed = elsewhere.accept().now_or_never();
    assert!(followed.is_none(), "the redirect was followed");
}

#[tokio::test]
async fn only_its_person_sees_a_webhook_and_only_good_ones_are_made() {
    let scene = Scene::start().await;
    let make = async |credential: &str, body: Value| {
        let pending = scene.post("/api/webhooks", credential, &body).await;
        pending.reply().await
    };
    for (url, reason) in [
        ("http://93.184.216.34/", "url: leads to a network"),
        ("https://169.254.169.254/", "url: leads to a network"),
        ("ftp://example.org/", "url: must be https"),
        ("https://me:pass@example.org/", "url: must not hold a name"),
    ] {
        let reply = make(&scene.owner_token, json!({ "url": url })).await;
        assert_eq!(reply.verdict(), (422, "unprocessable"), "{url}");
        assert!(reply.detail().starts_with(reason), "{reply:?}");
    }
    let good = json!({ "url": "https://example.org/" });
    let unknown = json!({ "url": "https://example.org/", "events": ["device.eaten"] });
    let reply = make(&scene.owner_token, unknown).await;
    assert_eq!(reply.verdict(), (422, "unprocessable"));
    for key in [scene.key("autonomous"), &scene.device_token] {
        let reply = make(key, good.clone()).await;
        assert!([401, 403].contains(&reply.status), "{reply:?}");
    }
    let kept = make(&scene.owner_token, good).await;
    let id = kept.body["id"].as_str().unwrap();

    let register = json!({ "email": "b@example.org", "password": "a long enough password" });
    let other = scene
        .post("/api/auth/register", "", &register)
        .await
        .reply()
        .await;
    let token = other.body["access_token"].as_str().unwrap();
    for (method, path) in [("GET", ""), ("DELETE", ""), ("GET", "/deliveries")] {
        let start = format!("{method} /api/webhooks/{id}{path}");
        let reply = scene.send(&start, token, &[], "").await.reply().await;
        assert_eq!(reply.verdict(), (404, "not_found"), "{start}");
    }
    let start = format!("PATCH /api/webhooks/{id}");
    let off = json!({ "enabled": false });
    let reply = scene.call(&start, &scene.owner_token, &[], &off).await;
    assert_eq!(reply.reply().await.body["enabled"], false);
    let start = format!("DELETE /api/webhooks/{id}");
    let reply = scene
        .send(&start, &scene.owner_token, &[], "")
        .await
        .reply()
        .await;
    assert_eq!(reply.status, 200);
    let left = scene.get("/api/webhooks", &scene.owner_token).await;
    assert_eq!(left.body, json!([]));
}

#[tokio::test]
async fn whoever_is_locked_out_is_told_nothing_more() {
    let scene = Scene::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let register = json!({ "email": "b@example.org", "password": "a long enough password" });
    let pending = scene.post("/api/auth/register", "", &register).await;
    let token = pending.reply().await.body["access_token"].clone();
    let token = token.as_str().unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let new = json!({ "url": url, "events": ["device.connected", "device.disconnected"] });
    let made = scene.post("/api/webhooks", token, &new).await.reply().await;
    assert_eq!(made.status, 201, "{made:?}");
    let mut device = Device::open_with(&scene, token).await;
    device.register("theirs", &[]).await;
    let (_, body) = take(&listener, "200 OK").await;
    assert!(body.contains("device.connected"), "{body}");

    let who = scene.get("/api/auth/me", token).await.body["id"].clone();
    let path = format!("PATCH /api/accounts/{}", who.as_str().unwrap());
    let locked = json!({ "disabled": true });
    let locked = scene.call(&path, &scene.owner_token, &[], &locked).await;
    assert_eq!(locked.reply().await.status, 200);
    drop(device);
    // The next event of somebody else comes after theirs, and is told.
    let witness = TcpListener::bind("127.0.0.1:0").await.unwrap();
    make(&scene, &witness).await;
    let _mine = Device::join(&scene, "pc").await;
    take(&witness, "200 OK").await;
    assert!(listener.accept().now_or_never().is_none(), "they were told");
}
