//! Whoever means ill: slow, loud, huge, deep, many, mute or lying. Whatever they do, everybody else
//! is served meanwhile.

use std::{net::SocketAddr, time::Duration};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    device::{Device, EXTENSIONS},
    http,
    scene::Scene,
};

const NOTIFICATION: &str = "/api/devices/notification";
const MIB: usize = 1024 * 1024;
/// Longer than anything here takes; only a broken hub is waited for so long.
const PATIENCE: Duration = Duration::from_mins(3);

fn tea(device: &str) -> Value {
    json!({ "device_node_id": device, "title": "Tea", "body": "" })
}

/// A device that does nothing wrong, and its agent.
struct Witness<'s> {
    scene: &'s Scene,
    device: Device,
}

impl<'s> Witness<'s> {
    async fn come(scene: &'s Scene) -> Self {
        let device = Device::join(scene, "witness").await;
        Self { scene, device }
    }

    /// Is served.
    async fn look(&mut self) {
        let health = self.scene.get("/healthz", "").await;
        assert_eq!(health.status, 200, "{health:?}");
        let key = self.scene.key("autonomous");
        let pending = self.scene.post(NOTIFICATION, key, &tea("witness")).await;
        self.device.obey(json!({})).await;
        let reply = pending.reply().await;
        assert_eq!(reply.status, 200, "{reply:?}");
    }
}

/// A connection that says this, and then whatever the test has it say.
async fn say(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// A request for a device's socket, but for its end.
fn upgrade(scene: &Scene) -> String {
    format!(
        "GET /api/devices/ws?token={} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        scene.device_token, scene.address
    )
}

/// A device's socket without anything that would keep it from misbehaving.
async fn raw_socket(scene: &Scene) -> TcpStream {
    let mut stream = say(scene.address, &format!("{}\r\n", upgrade(scene))).await;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101"), "{head:?}");
    stream
}

/// A text frame of a client, which is masked with nothing.
fn frame(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).unwrap();
    assert!(length < 126);
    let mut frame = vec![0x81, 0x80 | length, 0, 0, 0, 0];
    frame.extend(text.as_bytes());
    frame
}

/// Reads until the other side ends it, in whatever way.
async fn ended(mut stream: TcpStream) {
    let mut rest = Vec::new();
    let end = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest));
    let _ = end.await.expect("it is ended");
}

/// Something `levels` deep.
fn deep(levels: usize) -> String {
    format!("{}0{}", "[".repeat(levels), "]".repeat(levels))
}

#[tokio::test]
async fn who_dawdles_keeps_nobody_waiting() {
    let scene = Scene::start().await;
    let mut witness = Witness::come(&scene).await;
    let body = format!(
        "POST {NOTIFICATION} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{",
        scene.address,
        scene.key("intern")
    );
    let head = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\nX-A: ", scene.address);
    let begun = [upgrade(&scene), head, body, String::new()];
    let mut slow = Vec::new();
    for _ in 0..100 {
        for text in &begun {
            slow.push(say(scene.address, text).await);
        }
    }
    // Each says a little more now and then, so that none is silent.
    for _ in 0..3 {
        for stream in &mut slow {
            // On a slow machine some have had their ten seconds already, and were ended.
            let _ = stream.write_all(b"a").await;
        }
        witness.look().await;
    }
    // Time leaps; but for them nobody is there to be confused by it.
    drop(witness);
    tokio::time::pause();
    for stream in slow {
        let mut stream = stream;
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    }
    tokio::time::resume();
    Witness::come(&scene).await.look().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_million_frames_of_one_keep_nobody_waiting() {
    const FRAMES: usize = 1_000_000;

    let scene = Scene::start().await;
    let mut witness = Witness::come(&scene).await;
    let many = frame("{}").repeat(10_000);
    let stream = raw_socket(&scene).await;
    let (mut reading, mut writing) = stream.into_split();
    let loud = scene.until_stopped(async move {
        for _ in 0..FRAMES / 10_000 {
            // Once its share is used up it is read slowly, or it is ended for its bad hello.
            if writing.write_all(&many).await.is_err() {
                return;
            }
        }
    });
    let loud = scene.tasks().spawn(loud);
    for _ in 0..10 {
        witness.look().await;
    }
    let mut said = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, reading.read_to_end(&mut said)).await;
    // What makes no hello is shown out; it is not answered a million times.
    assert!(said.len() < 1_000, "{} bytes were said", said.len());
    drop(loud);

    // Likewise one that was let in: it is told once that it is too loud.
    let stream = raw_socket(&scene).await;
    let (mut reading, mut writing) = stream.into_split();
    let hello = r#"{"type":"register","device_node_id":"loud"}"#;
    writing.write_all(&frame(hello)).await.unwrap();
    let many = frame(r#"{"type":"heartbeat"}"#).repeat(10_000);
    let loud = scene.until_stopped(async move {
        for _ in 0..FRAMES / 10_000 {
            if writing.write_all(&many).await.is_err() {
                return;
            }
        }
        std::future::pending::<()>().await;
    });
    scene.tasks().spawn(loud);
    let mut said = String::new();
    while !said.contains("rate limit") {
        let mut some = [0; 4_096];
        let read = tokio::time::timeout(PATIENCE, reading.read(&mut some));
        let read = read.await.expect("it is told").unwrap();
        assert!(read > 0, "it was ended: {said}");
        said.push_str(&String::from_utf8_lossy(&some[..read]));
    }
    assert_eq!(said.matches("heartbeat_ack").count(), 99, "{said}");
    for _ in 0..10 {
        witness.look().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_long_is_refused_where_it_begins() {
    let scene = Scene::start().await;
    let mut witness = Witness::come(&scene).await;
    let long = "x".repeat(10 * MIB);
    for (path, code) in [
        ("/api/devices/ws", 1009),
        // Larger ones are taken here, but this is no hello.
        ("/api/v1/ws/device", 1008),
        ("/dialects/blueprint/ws", 1009),
    ] {
        let mut device = Device::open_at(&scene, path).await;
        device.try_send_message(Message::text(long.clone())).await;
        assert_eq!(device.closed().await, code, "{path}");
        witness.look().await;
    }
    // Only announced: four exbibytes, in a frame and as a body.
    let mut stream = raw_socket(&scene).await;
    let huge = [&[0x81, 0xff, 0x40][..], &[0; 7], &[0; 4], b"{"].concat();
    stream.write_all(&huge).await.unwrap();
    ended(stream).await;
    let key = format!("Authorization: Bearer {}", scene.key("intern"));
    let body = |length: &str| {
        format!(
            "POST {NOTIFICATION} HTTP/1.1\r\nHost: {}\r\n{key}\r\nContent-Length: {length}\r\n\
             Content-Type: application/json\r\nConnection: close\r\n\r\n{{",
            scene.address
        )
    };
    for length in ["4611686018427387904", "10485760"] {
        let mut stream = say(scene.address, &body(length)).await;
        // Somewhere in it the hub has enough.
        let _ = stream.write_all(&long.as_bytes()[..2 * MIB]).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        // The answer may be lost to a reset, because something was still unread.
        let refused = answer.starts_with("HTTP/1.1 413") && answer.contains("too_large");
        assert!(answer.is_empty() || refused, "{answer}");
    }
    // In pieces without an end.
    let stream = raw_socket(&scene).await;
    let (reading, mut writing) = stream.into_split();
    let piece = |kind: u8| [&[kind, 0xfe, 0x40, 0x00, 0, 0, 0, 0][..], &[b'x'; 0x4000]].concat();
    writing.write_all(&piece(0x01)).await.unwrap();
    let mut pieces = 0;
    while writing.write_all(&piece(0x00)).await.is_ok() {
        pieces += 1;
        assert!(pieces < 10_000, "all of it was taken");
    }
    drop(reading);
    witness.look().await;
}

#[tokio::test]
async fn what_is_too_deep_makes_no_sense() {
    let scene = Scene::start().await;
    let mut witness = Witness::come(&scene).await;
    let mut device = Device::join(&scene, "deep").await;
    let abyss = deep(10_000);
    for text in [
        abyss.clone(),
        format!(r#"{{"type":"result","command_id":"a","success":true,"data":{abyss}}}"#),
        "{\"a\":".repeat(10_000),
    ] {
        device.send_message(Message::text(text)).await;
        device.hear_a("error").await;
    }
    let key = scene.key("autonomous");
    let headers = ["Content-Type: application/json"];
    for (path, body) in [
        (NOTIFICATION, abyss.clone()),
        (
            "/api/agent-governance/submit-for-approval",
            format!(r#"{{"action_type":"search","action_details":{{"a":{abyss}}}}}"#),
        ),
    ] {
        let start = format!("POST {path}");
        let reply = scene.send(&start, key, &headers, &body).await.reply().await;
        assert_eq!(reply.verdict(), (422, "unprocessable"), "{path}");
    }
    witness.look().await;
}

/// What is just not too deep to be understood must not be too deep to be kept and told.
#[tokio::test]
async fn what_is_deep_and_understood_can_be_told_again() {
    let scene = Scene::start().await;
    let key = scene.key("autonomous");
    let headers = ["Content-Type: application/json"];
    let mut device = Device::join(&scene, "deep").await;
    for levels in 90..130 {
        let deep = deep(levels);
        let wish = format!(r#"{{"action_type":"search","action_details":{{"a":{deep}}}}}"#);
        let start = "POST /api/agent-governance/submit-for-approval";
        let reply = scene.send(start, key, &headers, &wish).await.reply().await;
        assert!([201, 422].contains(&reply.status), "{levels}: {reply:?}");

        let entry = format!(
            r#"{{"name":"a","macAddress":"{levels}","deviceType":"b","protocol":"c","rssi":1,"d":{deep}}}"#
        );
        let start = "POST /dialects/blueprint/api/devices";
        let token = &scene.owner_token;
        let reply = scene
            .send(start, token, &headers, &entry)
            .await
            .reply()
            .await;
        assert!([200, 422].contains(&reply.status), "{levels}: {reply:?}");

        let pending = scene.post(NOTIFICATION, key, &tea("deep")).await;
        let command = device.hear_a("command").await;
        let id = command["command_id"].as_str().unwrap();
        let result = format!(
            r#"{{"type":"result","command_id":"{id}","success":true,"data":{{"a":{deep}}}}}"#
        );
        device.send_message(Message::text(result)).await;
        if device.hear().await["type"] == "error" {
            device.succeed(&command, json!({})).await;
            device.hear_a("result_ack").await;
        }
        let reply = pending.reply().await;
        assert_eq!(reply.status, 200, "{levels}: {reply:?}");
        let hello = format!(
            r#"{{"type":"register","device_node_id":"deep-{levels}","device_info":{{"a":{deep}}}}}"#
        );
        let mut other = Device::open(&scene).await;
        other.send_message(Message::text(hello)).await;
    }
    for path in [
        "/api/maturity/proposals",
        "/api/commands?limit=1000",
        "/api/devices",
        "/dialects/blueprint/api/devices",
        "/api/devices/deep/audit",
    ] {
        let reply = scene.get(path, &scene.owner_token).await;
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
    }
}

/// As many at once as the system lets one process have, both ends of each being in this one.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_at_the_door_is_let_in_whole() {
    use rustix::process::{Resource, getrlimit, setrlimit};

    const CROWD: u64 = 5_000;
    /// For everything else in this process.
    const SPARE: u64 = 4_000;

    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    let most = limit.current.unwrap_or(u64::MAX).saturating_sub(SPARE) / 2;
    let crowd = CROWD.min(most.max(100));
    let scene = Scene::start().await;
    let mut witness = Witness::come(&scene).await;
    let all = join_all((0..crowd).map(|_| raw_socket(&scene)));
    let sockets = tokio::time::timeout(PATIENCE, all).await.unwrap();
    assert_eq!(sockets.len() as u64, crowd);
    for _ in 0..5 {
        witness.look().await;
    }
    drop(sockets);
    witness.look().await;
}

#[tokio::test]
async fn who_never_answers_holds_up_nobody_else() {
    const WAITING: usize = 64;

    let scene = Scene::start().await;
    let mut witness = Witness::come(&scene).await;
    let _mute = Device::join(&scene, "mute").await;
    let owner = &scene.owner_token;
    let mut body = tea("mute");
    body["deadline_seconds"] = json!(1);
    let waiting = (0..WAITING).map(|_| scene.post(NOTIFICATION, owner, &body));
    let waiting = join_all(waiting).await;
    let mut expired = 0;
    // One more than may wait, unless one of them has given up by then.
    let one_more = scene.post(NOTIFICATION, owner, &body).await;
    witness.look().await;
    for pending in waiting.into_iter().chain([one_more]) {
        let reply = pending.reply().await;
        match reply.verdict() {
            (400, "expired") => expired += 1,
            (400, "busy") => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(expired >= WAITING, "{expired}");
    witness.look().await;
}

#[tokio::test]
async fn only_the_first_word_of_the_right_device_counts() {
    let scene = Scene::start().await;
    let mut witness = Witness::come(&scene).await;
    let mut right = Device::join(&scene, "right").await;
    let mut liar = Device::join(&scene, "liar").await;
    let key = scene.key("autonomous");
    let pending = scene.post(NOTIFICATION, key, &tea("right")).await;
    let command = right.hear_a("command").await;
    // It is taken off the liar, and believed by nobody.
    liar.refuse(&command, "denied", "in somebody else's name")
        .await;
    liar.hear_a("result_ack").await;
    witness.look().await;
    let id = command["command_id"].as_str().unwrap().to_owned();
    let open = scene.get(&format!("/api/commands/{id}"), key).await;
    assert_eq!(open.body["state"], "waiting");
    right.succeed(&command, json!({})).await;
    right.hear_a("result_ack").await;
    assert_eq!(pending.reply().await.status, 200);
    right.refuse(&command, "denied", "on second thoughts").await;
    right.hear_a("result_ack").await;
    let over = scene.get(&format!("/api/commands/{id}"), key).await;
    assert_eq!(over.body["outcome_status"], 200, "{over:?}");
    assert_eq!(scene.audit("right").await.len(), 1);
    assert_eq!(scene.audit("liar").await, Vec::<Value>::new());
    witness.look().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_connection_is_none() {
    let scene = Scene::start().await;
    let mut witness = Witness::come(&scene).await;
    let hello = |id: &str| frame(&json!({ "type": "register", "device_node_id": id }).to_string());
    let is_online = async |id: &str| {
        let path = format!("/api/devices/{id}");
        scene.get(&path, &scene.owner_token).await.body["status"] == "online"
    };
    // It says nothing more, and still would hear.
    let mut half = raw_socket(&scene).await;
    half.write_all(&hello("half")).await.unwrap();
    while !is_online("half").await {
        tokio::task::yield_now().await;
    }
    half.shutdown().await.unwrap();
    while is_online("half").await {
        tokio::task::yield_now().await;
    }
    ended(half).await;
    // It hears nothing of what is said to it, and says nothing.
    let mut deaf = raw_socket(&scene).await;
    deaf.write_all(&hello("deaf")).await.unwrap();
    while !is_online("deaf").await {
        tokio::task::yield_now().await;
    }
    let body = json!({
        "device_node_id": "deaf", "title": "Tea", "body": "x".repeat(4_000), "deadline_seconds": 1,
    });
    let calls = (0..60).map(|_| scene.post(NOTIFICATION, &scene.owner_token, &body));
    let calls = join_all(calls).await;
    witness.look().await;
    for pending in calls {
        let reply = pending.reply().await;
        assert_eq!(reply.status, 400, "{reply:?}");
    }
    // Requests of which only a half comes, and then the end.
    for text in [
        "GET / HTTP/1.1\r\nHo",
        "",
        "\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = say(scene.address, text).await;
        stream.shutdown().await.unwrap();
        ended(stream).await;
    }
    witness.look().await;
}

#[tokio::test]
async fn nonsense_in_the_place_of_a_request_is_refused() {
    let scene = Scene::start().await;
    let mut witness = Witness::come(&scene).await;
    let host = scene.host();
    let long = format!("X-Long: {}", "x".repeat(MIB));
    let many: Vec<String> = (0..1_000).map(|number| format!("X-{number}: a")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for headers in [
        &[host.as_str(), long.as_str()][..],
        &[&[host.as_str()], &many[..]].concat(),
    ] {
        let pending = http::send(scene.address, "GET /healthz", headers, "").await;
        let mut stream = pending.stream();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        // Refused, or ended while it still spoke.
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer}"
        );
    }
    let mut device = Device::open(&scene).await;
    device.register("nonsense", &EXTENSIONS).await;
    witness.look().await;
}
