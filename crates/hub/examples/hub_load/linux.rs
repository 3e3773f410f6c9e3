//! Measuring, which takes what Linux says of a process.
#![expect(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a program for whoever measures: it prints, and stops at what it did not expect"
)]

use std::{
    collections::HashMap,
    env, fs,
    io::{BufRead as _, BufReader, Read as _},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chaperone_hub::{Hub, HubConfig, Limits, Place, Reach, Registration, Secrets, SecretsError};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Semaphore,
    task::JoinSet,
};
use tokio_tungstenite::{
    client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};
use tokio_util::sync::CancellationToken;

/// A device may say 100 things in a minute; these many commands for each leave room for the rest.
const ANSWERS_EACH: usize = 85;
const DEVICES: usize = 100;
/// Devices that are called while the others connect.
const PROBED: usize = 20;
/// So many of their answers are for when all are connected.
const AFTERWARDS_EACH: usize = 50;
/// So many connect at the same moment.
const AT_ONCE: usize = 1_000;
const HOST: [u8; 4] = [127, 0, 0, 1];

/// A process that is measured.
struct Measured {
    name: &'static str,
    child: Child,
    address: SocketAddr,
    device_token: String,
    owner_token: String,
}

#[derive(Clone)]
struct Figures {
    median: f64,
    p99: f64,
    per_second: f64,
    cpu_each: f64,
}

pub(super) fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    match words.as_slice() {
        [word, folder] if word == "serve" => runtime.block_on(serve(Path::new(folder))),
        [python, server] => runtime.block_on(measure(python, server)),
        _ => panic!("say PYTHON SERVER.py, or serve FOLDER"),
    }
}

#[derive(Default)]
struct Memory(Mutex<HashMap<String, String>>);

impl Secrets for Memory {
    fn get(&self, name: &str) -> Result<Option<String>, SecretsError> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn set(&self, name: &str, text: &str) -> Result<(), SecretsError> {
        self.0
            .lock()
            .unwrap()
            .insert(name.to_owned(), text.to_owned());
        Ok(())
    }
}

/// The hub, until the standard input ends.
async fn serve(folder: &Path) {
    let hub = Hub::open(HubConfig {
        data_dir: folder.to_owned(),
        place: Place::File,
        secrets: Box::new(Memory::default()),
        listen: SocketAddr::from((HOST, 0)),
        registration: Registration::Closed,
        reach: Reach::default(),
        limits: Limits::default(),
    })
    .await
    .unwrap();
    println!(
        "{}",
        json!({
            "address": hub.address(),
            "device": hub.owner_device_token().unwrap(),
            "owner": hub.owner_token().unwrap(),
        })
    );
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        stop.cancel();
    });
    hub.serve(cancel).await.unwrap();
}

impl Measured {
    fn ours(folder: &Path) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .arg("serve")
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = child.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| said[key].as_str().unwrap().to_owned();
        Self {
            name: "ours",
            child,
            address: text("address").parse().unwrap(),
            device_token: text("device"),
            owner_token: text("owner"),
        }
    }

    async fn fastapi(python: &str, server: &str) -> Self {
        let port = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let address = SocketAddr::from((HOST, port));
        let folder = Path::new(server).parent().unwrap();
        let child = Command::new(python)
            .args(["-m", "uvicorn", "server:app", "--log-level", "warning"])
            .args(["--no-access-log", "--backlog", "4096"])
            .args(["--port", &port.to_string()])
            .current_dir(folder)
            .env("PEER_DEVICE_TOKEN", "device-token")
            .env("PEER_OWNER_TOKEN", "owner-token")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .spawn()
            .unwrap();
        let until = Instant::now() + Duration::from_mins(1);
        while TcpStream::connect(address).await.is_err() {
            assert!(Instant::now() < until, "the peer does not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Self {
            name: "FastAPI",
            child,
            address,
            device_token: "device-token".to_owned(),
            owner_token: "owner-token".to_owned(),
        }
    }

    /// Processor time so far, in seconds.
    fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        // The kernel tells them to programs a hundred a second, whatever it counts in.
        ticks as f64 / 100.0
    }

    fn resident_kilobytes(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.unwrap().trim().trim_end_matches("kB").trim();
        kilobytes.parse().unwrap()
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn measure(python: &str, server: &str) {
    let many = env::var("BENCH_DEVICES").map_or(10_000, |text| text.parse().unwrap());
    println!("| what | | median | p99 | a second | processor each |");
    println!("|---|---|---|---|---|---|");
    for callers in [1, 64] {
        let calls = if callers == 1 {
            2_000
        } else {
            DEVICES * ANSWERS_EACH
        };
        // A hub of its own for each row: devices may say so much in a minute and no more.
        let ours = {
            let folder = Folder::new();
            let hub = Measured::ours(&folder.0);
            calls_to(&hub, callers, calls).await
        };
        let theirs = calls_to(&Measured::fastapi(python, server).await, callers, calls).await;
        let what = format!("{calls} commands, {callers} at a time");
        row(&what, "ours", &ours);
        row(&what, "FastAPI", &theirs);
        println!(
            "| ratio | | {:.2} | {:.2} | {:.2} | {:.2} |",
            ours.median / theirs.median,
            ours.p99 / theirs.p99,
            ours.per_second / theirs.per_second,
            ours.cpu_each / theirs.cpu_each
        );
    }
    println!();
    println!(
        "| {many} devices connect | connected after | failed | memory each | commands meanwhile | \
         their median | slowest | median of {} afterwards | p99 |",
        PROBED * AFTERWARDS_EACH
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    {
        let folder = Folder::new();
        storm(&Measured::ours(&folder.0), many).await;
    }
    storm(&Measured::fastapi(python, server).await, many).await;
}

fn row(what: &str, whose: &str, figures: &Figures) {
    println!(
        "| {what} | {whose} | {:.2} ms | {:.2} ms | {:.0} | {:.0} µs |",
        figures.median * 1e3,
        figures.p99 * 1e3,
        figures.per_second,
        figures.cpu_each * 1e6
    );
}

async fn calls_to(hub: &Measured, callers: usize, calls: usize) -> Figures {
    let mut devices = JoinSet::new();
    let stop = CancellationToken::new();
    let names: Arc<Vec<String>> = Arc::new((0..DEVICES).map(|n| format!("device-{n}")).collect());
    for name in names.iter() {
        let device = join(hub.address, &hub.device_token, name).await.unwrap();
        devices.spawn(answer(device, stop.clone()));
    }
    // What is slow the first time is not what is measured.
    let mut caller = Caller::new(hub).await;
    for name in names.iter() {
        caller.notify(name).await;
    }
    let next = Arc::new(AtomicUsize::new(0));
    let (cpu, begun) = (hub.cpu(), Instant::now());
    let mut running = JoinSet::new();
    for _ in 0..callers {
        let (names, next) = (Arc::clone(&names), Arc::clone(&next));
        let mut caller = Caller::new(hub).await;
        running.spawn(async move {
            let mut times = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= calls {
                    return times;
                }
                times.push(caller.notify(&names[number % names.len()]).await);
            }
        });
    }
    let mut times = running.join_all().await.concat();
    let (took, cpu) = (begun.elapsed().as_secs_f64(), hub.cpu() - cpu);
    times.sort_by(f64::total_cmp);
    stop.cancel();
    devices.join_all().await;
    Figures {
        median: at(&times, 0.5),
        p99: at(&times, 0.99),
        per_second: calls as f64 / took,
        cpu_each: cpu / calls as f64,
    }
}

async fn storm(hub: &Measured, many: usize) {
    let stop = CancellationToken::new();
    let mut devices = JoinSet::new();
    let probed: Vec<String> = (0..PROBED).map(|n| format!("probed-{n}")).collect();
    for name in &probed {
        let device = join(hub.address, &hub.device_token, name).await.unwrap();
        devices.spawn(answer(device, stop.clone()));
    }
    let mut caller = Caller::new(hub).await;
    for name in &probed {
        caller.notify(name).await;
    }
    let empty = hub.resident_kilobytes();

    let over = Arc::new(AtomicBool::new(false));
    let done = Arc::clone(&over);
    let mut calling = JoinSet::new();
    calling.spawn(async move {
        let mut times = Vec::new();
        for name in probed
            .iter()
            .cycle()
            .take(PROBED * (ANSWERS_EACH - AFTERWARDS_EACH))
        {
            if done.load(Ordering::Relaxed) {
                break;
            }
            times.push(caller.notify(name).await);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        (caller, probed, times)
    });
    let doors = Arc::new(Semaphore::new(AT_ONCE));
    let begun = Instant::now();
    let mut joining = JoinSet::new();
    for number in 0..many {
        let (doors, address, token) = (Arc::clone(&doors), hub.address, hub.device_token.clone());
        joining.spawn(async move {
            let _turn = doors.acquire().await.unwrap();
            let name = format!("device-{number}");
            tokio::time::timeout(Duration::from_mins(1), join(address, &token, &name))
                .await
                .ok()?
        });
    }
    let mut failed = 0;
    while let Some(joined) = joining.join_next().await {
        match joined.unwrap() {
            Some(device) => drop(devices.spawn(answer(device, stop.clone()))),
            None => failed += 1,
        }
    }
    let took = begun.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    let (mut caller, probed, mut times) = calling.join_next().await.unwrap().unwrap();
    times.sort_by(f64::total_cmp);
    let each = (hub.resident_kilobytes() - empty) / (many - failed).max(1) as f64;
    // All of them are still there, and are heard.
    let mut later = Vec::new();
    for name in probed.iter().cycle().take(PROBED * AFTERWARDS_EACH) {
        later.push(caller.notify(name).await);
    }
    later.sort_by(f64::total_cmp);
    assert!(
        devices.try_join_next().is_none(),
        "a device was thrown out again"
    );
    println!(
        "| {} | {took:.1} s | {failed} | {each:.1} KB | {} | {:.1} ms | {:.1} ms | {:.2} ms | {:.2} ms |",
        hub.name,
        times.len(),
        at(&times, 0.5) * 1e3,
        at(&times, 1.0) * 1e3,
        at(&later, 0.5) * 1e3,
        at(&later, 0.99) * 1e3
    );
    stop.cancel();
    devices.shutdown().await;
}

fn at(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted[((last as f64) * share).round() as usize]
}

type Device = tokio_tungstenite::WebSocketStream<TcpStream>;

/// Connects a device and has it registered.
async fn join(address: SocketAddr, token: &str, name: &str) -> Option<Device> {
    let stream = TcpStream::connect(address).await.ok()?;
    stream.set_nodelay(true).ok()?;
    // Thousands of these live in this process.
    let config = WebSocketConfig::default()
        .read_buffer_size(4 * 1024)
        .write_buffer_size(0);
    let url = format!("ws://{address}/api/devices/ws?token={token}");
    let (mut device, _) = client_async_with_config(url, stream, Some(config))
        .await
        .ok()?;
    let hello = json!({
        "type": "register",
        "device_node_id": name,
        "device_info": {
            "name": name,
            "node_type": "desktop_linux",
            "platform": "linux",
            "capabilities": ["notification"],
            "extensions": [],
        },
    });
    device.send(Message::text(hello.to_string())).await.ok()?;
    loop {
        if let Message::Text(text) = device.next().await?.ok()?
            && text.contains("\"registered\"")
        {
            return Some(device);
        }
    }
}

/// Answers every command with success.
async fn answer(mut device: Device, stop: CancellationToken) {
    while let Some(Some(Ok(message))) = stop.run_until_cancelled(device.next()).await {
        let Message::Text(text) = message else {
            continue;
        };
        let frame: Value = serde_json::from_str(&text).unwrap();
        if frame["type"] != "command" {
            continue;
        }
        let result = json!({
            "type": "result",
            "command_id": frame["command_id"],
            "success": true,
            "data": {},
            "timestamp": "2026-02-01T12:00:02Z",
        });
        if device
            .send(Message::text(result.to_string()))
            .await
            .is_err()
        {
            return;
        }
    }
}

/// Somebody who calls, over a connection that is kept.
struct Caller {
    stream: tokio::io::BufReader<TcpStream>,
    head: String,
}

impl Caller {
    async fn new(hub: &Measured) -> Self {
        let stream = TcpStream::connect(hub.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream: tokio::io::BufReader::new(stream),
            head: format!(
                "POST /api/devices/notification HTTP/1.1\r\nHost: {}\r\n\
                 Authorization: Bearer {}\r\nContent-Type: application/json\r\n",
                hub.address, hub.owner_token
            ),
        }
    }

    /// Has a device notified; says how many seconds that took.
    async fn notify(&mut self, device: &str) -> f64 {
        let body = json!({ "device_node_id": device, "title": "Tea", "body": "is ready" });
        let body = body.to_string();
        let request = format!("{}Content-Length: {}\r\n\r\n{body}", self.head, body.len());
        let begun = Instant::now();
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let (mut length, mut line, mut status) = (0, String::new(), String::new());
        loop {
            line.clear();
            assert!(
                self.stream.read_line(&mut line).await.unwrap() > 0,
                "it hung up"
            );
            if status.is_empty() {
                status.clone_from(&line);
            }
            let lower = line.to_ascii_lowercase();
            if let Some(text) = lower.strip_prefix("content-length:") {
                length = text.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).await.unwrap();
        let took = begun.elapsed().as_secs_f64();
        let answer = String::from_utf8_lossy(&answer);
        assert!(status.contains(" 200 "), "{status}{answer}");
        took
    }
}

/// A folder for a hub's books, on the disk that everything else is on.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("chaperone-hub-load-{}", std::process::id());
        let folder = env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
