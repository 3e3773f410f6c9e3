//! A process that is measured, ours or the peer's, and what Linux says of it.

use std::{
    collections::HashMap,
    env, fs,
    io::{BufRead as _, BufReader, Read as _},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chaperone_hub::{Hub, HubConfig, Limits, Place, Reach, Registration, Secrets, SecretsError};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

const HOST: [u8; 4] = [127, 0, 0, 1];

/// A process that is measured.
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) device_token: String,
    pub(crate) owner_token: String,
    /// Where ours keeps its books; gone with it.
    _folder: Option<Folder>,
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
pub(crate) async fn serve(folder: &Path) {
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
    pub(crate) fn ours() -> Self {
        Self::ours_in("ours", &env::temp_dir())
    }

    /// Where what is written waits for no disk, and all else is the same.
    pub(crate) fn ours_in_memory() -> Self {
        Self::ours_in("ours, in memory", Path::new("/dev/shm"))
    }

    fn ours_in(name: &'static str, folder: &Path) -> Self {
        let folder = Folder::new(folder);
        let mut child = Command::new(env::current_exe().unwrap())
            .arg("serve")
            .arg(&folder.0)
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
            name,
            child,
            address: text("address").parse().unwrap(),
            device_token: text("device"),
            owner_token: text("owner"),
            _folder: Some(folder),
        }
    }

    pub(crate) async fn fastapi(python: &str, server: &str) -> Self {
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
            _folder: None,
        }
    }

    /// Processor time so far, in seconds.
    pub(crate) fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        // The kernel tells them to programs a hundred a second, whatever it counts in.
        ticks as f64 / 100.0
    }

    pub(crate) fn resident_kilobytes(&self) -> f64 {
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

/// A folder for a hub's books, on the disk that everything else is on.
struct Folder(PathBuf);

impl Folder {
    fn new(within: &Path) -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("chaperone-hub-load-{}-{number}", std::process::id());
        let folder = within.join(name);
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
