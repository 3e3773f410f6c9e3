//! What is carried and what is not; the hub itself is tried in the system tests.

use std::collections::HashMap;

use serde_json::{Value, json};
use tokio::{
    io::{
        AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream,
        Lines, duplex,
    },
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::task::TaskTracker;

use super::{Address, Key, carry, sse::Reader};

#[test]
fn a_key_goes_nowhere_unencrypted() {
    for good in [
        "https://hub.example.org",
        "https://hub.example.org:8443/under/mcp",
        "http://127.0.0.1:7377",
        "http://[::1]:7377/mcp",
        "http://localhost:7377/",
    ] {
        assert!(Address::read(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "hub.example.org",
        "http://hub.example.org",
        "http://192.168.1.7:7377",
        "ws://127.0.0.1:7377",
        "https://me:secret@hub.example.org",
    ] {
        assert!(Address::read(bad).is_err(), "{bad}");
    }
    let address = Address::read("https://hub.example.org:443/under/mcp").unwrap();
    assert_eq!(address.to_string(), "https://hub.example.org/under");
}

#[test]
fn events_come_whole_however_they_are_cut() {
    let stream = "event: message\ndata: {\"a\":1}\n\n: still here\n\nid: 7\ndata:\n\ndata: one\r\ndata: two\r\n\r\n";
    for size in [1, 2, 3, 7, 1_000] {
        let mut reader = Reader::default();
        let pieces = stream.as_bytes().chunks(size);
        let events: Vec<_> = pieces
            .flat_map(|piece| reader.take(piece).unwrap())
            .collect();
        assert_eq!(events, ["{\"a\":1}", "one\ntwo"], "in pieces of {size}");
    }
}

/// A hub that answers as a test tells it to.
struct Scripted(TcpListener);

/// A request that a scripted hub got.
struct Asked {
    stream: TcpStream,
    start: String,
    headers: HashMap<String, String>,
    body: Value,
}

impl Scripted {
    async fn asked(&self) -> Asked {
        let (stream, _) = self.0.accept().await.unwrap();
        let mut reader = BufReader::new(stream);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).await.unwrap();
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let start = lines.remove(0);
        let headers: HashMap<_, _> = lines
            .iter()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length = headers.get("content-length");
        let length = length.map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).await.unwrap();
        Asked {
            stream: reader.into_inner(),
            start,
            headers,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        }
    }
}

impl Asked {
    async fn answer(mut self, status: &str, headers: &str, body: &str) {
        let length = body.len();
        let text = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    async fn answer_json(self, headers: &str, body: Value) {
        let headers = format!("Content-Type: application/json\r\n{headers}");
        self.answer("200 OK", &headers, &body.to_string()).await;
    }

    /// Whether the other side hangs up, without more.
    async fn hangs_up(mut self) -> bool {
        self.stream
            .read(&mut [0; 16])
            .await
            .is_ok_and(|read| read == 0)
    }
}

fn request(id: u32, method: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method })
}

fn result(id: u32) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "result": { "protocolVersion": "2025-06-18" } })
}

/// A client on one side, a scripted hub on the other.
struct Scene {
    input: DuplexStream,
    output: Lines<BufReader<DuplexStream>>,
    hub: Scripted,
    /// What was carried, once the input has ended.
    carried: JoinHandle<anyhow::Result<()>>,
}

impl Scene {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (input, to_read) = duplex(64 * 1024);
        let (output, to_write) = duplex(64 * 1024);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "chap_test\n").unwrap();
        let key = Key::read(Some(&path)).unwrap();
        let address = Address::read(&url).unwrap();
        let carried = TaskTracker::new().spawn(carry(to_read, to_write, address, key));
        Self {
            input,
            output: BufReader::new(output).lines(),
            hub: Scripted(listener),
            carried,
        }
    }

    async fn say(&mut self, message: &Value) {
        let line = format!("{message}\n");
        self.input.write_all(line.as_bytes()).await.unwrap();
    }

    async fn hear(&mut self) -> Value {
        let line = self.output.next_line().await.unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Begins a session.
    async fn begin(&mut self) {
        self.say(&request(0, "initialize")).await;
        let asked = self.hub.asked().await;
        assert_eq!(asked.headers.get("mcp-session-id"), None);
        asked
            .answer_json("Mcp-Session-Id: one\r\n", result(0))
            .await;
        assert_eq!(self.hear().await, result(0));
    }

    async fn end(self) {
        drop(self.input);
        self.carried.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_session_is_kept_and_ended() {
    let mut scene = Scene::start().await;
    scene.begin().await;
    scene
        .say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }))
        .await;
    // The next is not handed over before this one has arrived.
    scene.say(&request(1, "tools/list")).await;
    let ready = scene.hub.asked().await;
    assert_eq!(ready.body["method"], "notifications/initialized");
    ready.answer("202 Accepted", "", "").await;
    let asked = scene.hub.asked().await;
    assert_eq!(asked.start, "POST /mcp HTTP/1.1");
    assert_eq!(asked.body, request(1, "tools/list"));
    for (name, value) in [
        ("authorization", "Bearer chap_test"),
        ("mcp-session-id", "one"),
        ("mcp-protocol-version", "2025-06-18"),
        ("mcp-method", "tools/list"),
        ("accept", "application/json, text/event-stream"),
    ] {
        assert_eq!(asked.headers[name], value, "{name}");
    }
    let progress = json!({ "jsonrpc": "2.0", "method": "notifications/progress" });
    let events = format!("data: {progress}\n\ndata: {}\n\n", result(1));
    asked
        .answer("200 OK", "Content-Type: text/event-stream\r\n", &events)
        .await;
    assert_eq!(scene.hear().await, progress);
    assert_eq!(scene.hear().await, result(1));
    drop(scene.input);
    let ended = scene.hub.asked().await;
    assert_eq!(ended.start, "DELETE /mcp HTTP/1.1");
    assert_eq!(ended.headers["mcp-session-id"], "one");
    ended.answer("204 No Content", "", "").await;
    scene.carried.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_session_that_the_hub_forgot_is_begun_anew() {
    let mut scene = Scene::start().await;
    scene.begin().await;
    scene.say(&request(1, "tools/list")).await;
    let asked = scene.hub.asked().await;
    asked.answer("404 Not Found", "", "").await;
    let hello = scene.hub.asked().await;
    assert_eq!(hello.body, request(0, "initialize"));
    assert_eq!(hello.headers.get("mcp-session-id"), None);
    hello
        .answer_json("Mcp-Session-Id: two\r\n", result(0))
        .await;
    let ready = scene.hub.asked().await;
    assert_eq!(ready.body["method"], "notifications/initialized");
    assert_eq!(ready.headers["mcp-session-id"], "two");
    ready.answer("202 Accepted", "", "").await;
    let again = scene.hub.asked().await;
    assert_eq!(again.body, request(1, "tools/list"));
    assert_eq!(again.headers["mcp-session-id"], "two");
    again.answer_json("", result(1)).await;
    assert_eq!(
        scene.hear().await,
        result(1),
        "the client hears of none of it"
    );
}

#[tokio::test]
async fn without_a_session_to_cancel_is_to_hang_up() {
    let mut scene = Scene::start().await;
    let mut call = request(7, "tools/call");
    call["params"] = json!({
        "name": "locate",
        "_meta": { "io.modelcontextprotocol/protocolVersion": "2026-07-28" },
    });
    scene.say(&call).await;
    let asked = scene.hub.asked().await;
    assert_eq!(asked.headers["mcp-protocol-version"], "2026-07-28");
    assert_eq!(asked.headers["mcp-name"], "locate");
    let cancelled = json!({
        "jsonrpc": "2.0",
        "method": "notifications/cancelled",
        "params": { "requestId": 7 },
    });
    scene.say(&cancelled).await;
    assert!(asked.hangs_up().await);
    scene.end().await;
}

#[tokio::test]
async fn the_end_of_the_input_gives_up_what_is_underway() {
    let mut scene = Scene::start().await;
    scene.say(&request(1, "tools/call")).await;
    let asked = scene.hub.asked().await;
    drop(scene.input);
    assert!(asked.hangs_up().await);
    scene.carried.await.unwrap().unwrap();
}

#[tokio::test]
async fn whatever_goes_wrong_a_request_is_answered() {
    let mut scene = Scene::start().await;
    scene.say(&request(1, "tools/list")).await;
    let refusal = json!({ "detail": "Could not validate credentials", "code": "unauthorized" });
    let asked = scene.hub.asked().await;
    asked
        .answer("401 Unauthorized", "", &refusal.to_string())
        .await;
    let heard = scene.hear().await;
    assert_eq!(heard["id"], 1);
    assert_eq!(
        heard["error"]["data"],
        json!({ "status": 401, "code": "unauthorized" })
    );
    let said = heard["error"]["message"].as_str().unwrap();
    assert!(said.contains("give the key of an agent"), "{said}");
    assert!(!heard.to_string().contains("chap_test"), "{heard}");

    scene.say(&request(2, "tools/list")).await;
    let asked = scene.hub.asked().await;
    asked
        .answer(
            "200 OK",
            "Content-Type: text/event-stream\r\n",
            ": nothing\n\n",
        )
        .await;
    let heard = scene.hear().await;
    assert_eq!(
        heard["error"]["message"],
        "the hub ended before it had answered"
    );

    scene.say(&request(3, "tools/list")).await;
    drop(scene.hub.asked().await);
    let heard = scene.hear().await;
    assert!(
        heard["error"]["message"]
            .as_str()
            .unwrap()
            .contains("hung up"),
        "{heard}"
    );

    for (line, code) in [("{", -32_700), ("[]", -32_600)] {
        scene
            .input
            .write_all(format!("{line}\n").as_bytes())
            .await
            .unwrap();
        assert_eq!(scene.hear().await["error"]["code"], code);
    }
    scene.hub = Scripted(TcpListener::bind("127.0.0.1:0").await.unwrap());
    scene.say(&request(4, "tools/list")).await;
    let heard = scene.hear().await;
    assert!(
        heard["error"]["message"]
            .as_str()
            .unwrap()
            .contains("cannot be reached"),
        "{heard}"
    );
    scene.end().await;
}
