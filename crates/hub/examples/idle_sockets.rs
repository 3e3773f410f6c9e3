//! What idle sockets cost: opens many devices in another process and says what the hub's memory
//! has grown by for each.
//!
//! `cargo run --release -p chaperone-hub --example idle_sockets -- 5000`

use std::{
    collections::HashMap,
    env, fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Command, Stdio},
    sync::Mutex,
};

use chaperone_hub::{Hub, HubConfig, Limits, Place, Reach, Registration, Secrets, SecretsError};
use tokio_util::sync::CancellationToken;

type Problem = Box<dyn std::error::Error>;

#[derive(Default)]
struct Memory(Mutex<HashMap<String, String>>);

impl Secrets for Memory {
    fn get(&self, name: &str) -> Result<Option<String>, SecretsError> {
        let texts = self.0.lock().map_err(|_| "poisoned")?;
        Ok(texts.get(name).cloned())
    }

    fn set(&self, name: &str, text: &str) -> Result<(), SecretsError> {
        let mut texts = self.0.lock().map_err(|_| "poisoned")?;
        texts.insert(name.to_owned(), text.to_owned());
        Ok(())
    }
}

fn main() -> Result<(), Problem> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [address, token, count] => devices(address.parse()?, token, count.parse()?),
        [count] => hub(count),
        _ => Err("say how many sockets to open".into()),
    }
}

fn hub(count: &str) -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let folder = tempfile::tempdir()?;
        let hub = Hub::open(HubConfig {
            registration: Registration::Closed,
            reach: Reach::default(),
            limits: Limits::default(),
            data_dir: folder.path().to_owned(),
            place: Place::File,
            secrets: Box::new(Memory::default()),
            listen: "127.0.0.1:0".parse()?,
        })
        .await?;
        let (address, token) = (hub.address().to_string(), hub.owner_device_token()?);
        let cancel = CancellationToken::new();
        let serving = hub.serve(cancel.clone());
        let count = count.to_owned();
        let measuring = tokio::task::spawn_blocking(move || {
            measure(&address, &token, &count).map_err(|problem| problem.to_string())
        });
        let both = async {
            let measured = measuring.await;
            cancel.cancel();
            measured
        };
        let (served, measured) = tokio::join!(serving, both);
        served?;
        measured??;
        Ok(())
    })
}

fn measure(address: &str, token: &str, count: &str) -> Result<(), Problem> {
    let mut out = io::stdout();
    let mut before = 0;
    // The first round pays for what is only paid once.
    for (round, wanted) in [("first", "200"), ("all", count)] {
        let mut devices = Command::new(env::current_exe()?)
            .args([address, token, wanted])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(said) = devices.stdout.take() {
            BufReader::new(said).read_line(&mut line)?;
        }
        let now = resident_kib()?;
        let number: usize = wanted.parse()?;
        if round == "all" {
            let each = (now.saturating_sub(before) * 1024) / number.max(1);
            writeln!(out, "{number} sockets: {now} KiB, {each} bytes each")?;
        }
        drop(devices.stdin.take());
        devices.wait()?;
        std::thread::sleep(std::time::Duration::from_secs(1));
        before = resident_kib()?;
        writeln!(out, "after the {round} round: {before} KiB")?;
    }
    Ok(())
}

fn resident_kib() -> Result<usize, Problem> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("no VmRSS")?.parse()?)
}

fn devices(address: SocketAddr, token: &str, count: usize) -> Result<(), Problem> {
    let mut sockets = Vec::new();
    for number in 0..count {
        let mut socket = TcpStream::connect(address)?;
        write!(
            socket,
            "GET /api/devices/ws?token={token} HTTP/1.1\r\nHost: {address}\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )?;
        let hello = format!(r#"{{"type":"register","device_node_id":"device-{number}"}}"#);
        let length = u8::try_from(hello.len())?;
        let mut frame = vec![0x81, 0x80 | length, 0, 0, 0, 0];
        frame.extend(hello.as_bytes());
        socket.write_all(&frame)?;
        sockets.push(socket);
    }
    for socket in &mut sockets {
        let mut heard = Vec::new();
        while !String::from_utf8_lossy(&heard).contains("registered_at") {
            let mut part = [0; 512];
            let read = socket.read(&mut part)?;
            if read == 0 {
                return Err("the hub hung up".into());
            }
            heard.extend_from_slice(part.get(..read).unwrap_or_default());
        }
    }
    writeln!(io::stdout(), "open")?;
    // Until whoever measures has measured.
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
