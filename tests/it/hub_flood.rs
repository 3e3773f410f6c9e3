//! A million frames that mean nothing: the hub's memory does not grow by them, and everybody else is
//! served meanwhile.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::{Value, json};
use support::{Fleet, Server};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chaperone-under-test");
const FRAMES: usize = 1_000_000;
const TOGETHER: usize = 10_000;
/// A tenth of what these frames would take if each were kept.
const ROOM_KIB: u64 = 24 * 1024;
/// Whoever is not read from for so long has said enough.
const STUCK: Duration = Duration::from_secs(2);

/// A text frame of a client, which is masked with nothing.
fn frame(text: &str) -> Result<Vec<u8>> {
    let length = u8::try_from(text.len())?;
    ensure!(length < 126, "longer frames are written otherwise");
    let mut frame = vec![0x81, 0x80 | length, 0, 0, 0, 0];
    frame.extend(text.as_bytes());
    Ok(frame)
}

/// Opens a socket, and says something again and again.
fn shout(hub: SocketAddr, target: &str, token: &str, first: &str, then: &str) -> Result<()> {
    let mut stream = TcpStream::connect(hub)?;
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nHost: {hub}\r\nAuthorization: Bearer {token}\r\n\
         Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )?;
    let mut start = [0; 12];
    stream.read_exact(&mut start)?;
    ensure!(start == *b"HTTP/1.1 101", "{target} is no socket");
    stream.write_all(&frame(first)?)?;
    let many = frame(then)?.repeat(TOGETHER);
    stream.set_write_timeout(Some(STUCK))?;
    for _ in 0..FRAMES / TOGETHER {
        if stream.write_all(&many).is_err() {
            break;
        }
    }
    // It stays there, with whatever it has not been read of.
    thread::park_timeout(STUCK);
    Ok(())
}

fn resident_kib(process: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.context("no VmRSS")?.parse()?)
}

#[test]
fn a_million_frames_take_no_room() -> Result<()> {
    let mut server = Server::new(PROGRAM)?;
    server.start()?;
    let token = server.sign_in()?;
    let key = server.key(&token)?;
    let _fleet = Fleet::start(server.address(), &token, 1)?;
    let serve = || {
        let body = json!({ "device_node_id": Fleet::name(0), "title": "Tea", "body": "" });
        server.call("POST /api/devices/notification", &key, "", &body)
    };
    server.soon("it works", || Ok(serve()?.status == 200))?;
    let before = resident_kib(server.process()?)?;

    let device = format!("/api/devices/ws?token={token}");
    let hello = r#"{"type":"register","device_node_id":"loud"}"#;
    let shouting: Vec<_> = [
        (device.as_str(), hello, r#"{"type":"heartbeat"}"#),
        // Not even a hello.
        (device.as_str(), "{}", "{}"),
        // Nothing that is said here means anything.
        ("/api/events/ws", "", "a"),
        (
            "/dialects/blueprint/ws",
            r#"{"type":"ping"}"#,
            r#"{"type":"ping"}"#,
        ),
    ]
    .into_iter()
    .map(|(target, first, then)| {
        let (hub, token) = (server.address(), token.clone());
        let [target, first, then] = [target, first, then].map(str::to_owned);
        thread::spawn(move || shout(hub, &target, &token, &first, &then))
    })
    .collect();
    let mut most = before;
    while shouting.iter().any(|one| !one.is_finished()) {
        let answer = serve()?;
        ensure!(answer.status == 200, "{}", answer.body);
        let well = server.call("GET /healthz", "", "", &Value::Null)?;
        ensure!(well.status == 200, "{}", well.body);
        most = most.max(resident_kib(server.process()?)?);
        // The device that answers is heard a hundred times a minute.
        thread::sleep(Duration::from_millis(200));
    }
    for one in shouting {
        one.join().map_err(|_| anyhow!("it broke"))??;
    }
    let grown = most.saturating_sub(before);
    assert!(grown < ROOM_KIB, "it grew from {before} by {grown} KiB");
    Ok(())
}
