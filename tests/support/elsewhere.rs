//! A hub in another process than the device: here, in the test itself.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result, bail, ensure};
use chaperone_hub::{Hub, HubConfig, Limits, Place, Reach, Registration, Secrets, SecretsError};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{runtime::Runtime, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    Network,
    chaperone::post,
    client::{Answer, Call, exchange},
};

/// What the device is called at this hub.
pub const DEVICE: &str = "desk";

pub struct Elsewhere {
    folder: TempDir,
    runtime: Runtime,
    /// As it is called.
    address: SocketAddr,
    /// Where it listens.
    place: SocketAddr,
    key: String,
    secrets: InMemory,
    cancel: CancellationToken,
    serving: Option<JoinHandle<()>>,
}

impl Elsewhere {
    pub fn start() -> Result<Self> {
        Self::start_at(Ipv4Addr::LOCALHOST)
    }

    /// One that devices reach over a network.
    pub fn start_behind_network() -> Result<(Self, Network)> {
        const TRIES: u32 = 20;

        // It answers to one name only, so that the network has to have its port.
        for _ in 0..TRIES {
            let elsewhere = Self::start_at(Ipv4Addr::new(127, 0, 0, 2))?;
            if let Ok(network) = Network::before_at(elsewhere.address, elsewhere.place) {
                return Ok((elsewhere, network));
            }
        }
        bail!("no port is free on both sides of a network")
    }

    fn start_at(ip: Ipv4Addr) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let secrets = InMemory::default();
        let anywhere = SocketAddr::from((ip, 0));
        let hub = open(&runtime, folder.path(), &secrets, anywhere)?;
        let place = hub.address();
        std::fs::write(folder.path().join("token"), hub.owner_device_token()?)?;
        let key = hub
            .starters()
            .iter()
            .find(|starter| starter.id.as_str() == "autonomous")
            .map(|starter| starter.key.clone())
            .context("no autonomous agent")?;
        let mut elsewhere = Self {
            folder,
            runtime,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, place.port())),
            place,
            key,
            secrets,
            cancel: CancellationToken::new(),
            serving: None,
        };
        elsewhere.serve(hub);
        Ok(elsewhere)
    }

    fn serve(&mut self, hub: Hub) {
        self.cancel = CancellationToken::new();
        let ended = self.cancel.clone();
        self.serving = Some(self.runtime.spawn(async move {
            // How it ended is what a test looks at from outside.
            let _ = hub.serve(ended).await;
        }));
    }

    /// Ends it in order, and starts it again where it was.
    pub fn restart(&mut self) -> Result<()> {
        self.cancel.cancel();
        if let Some(serving) = self.serving.take() {
            self.runtime.block_on(serving)?;
        }
        let hub = open(&self.runtime, self.folder.path(), &self.secrets, self.place)?;
        self.serve(hub);
        Ok(())
    }

    /// Whether it has the device.
    pub fn is_connected(&self) -> Result<bool> {
        let device = self.get(&format!("/api/devices/{DEVICE}"))?.json();
        Ok(device.pointer("/status") == Some(&json!("online")))
    }

    pub fn address(&self) -> String {
        format!("ws://{}", self.address)
    }

    pub fn token_file(&self) -> PathBuf {
        self.folder.path().join("token")
    }

    pub fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    /// The autonomous agent posts, and waits on a thread of its own.
    pub fn post(&self, path: &str, body: &Value) -> Call {
        Call::start(
            self.place,
            post(self.address, path, &self.key, &body.to_string()),
        )
    }

    /// What it keeps of its commands, newest first.
    pub fn audit(&self) -> Result<Vec<Value>> {
        let answer = self.get(&format!("/api/devices/{DEVICE}/audit?limit=1000"))?;
        ensure!(answer.status == 200, "{}", answer.body);
        Ok(answer.json().as_array().cloned().unwrap_or_default())
    }

    /// Has the autonomous agent ask for a command line.
    pub fn execute(&self, line: &str) -> Call {
        let body = json!({ "device_node_id": DEVICE, "command": line, "deadline_seconds": 600 });
        self.post("/api/devices/execute", &body)
    }

    pub fn get(&self, path: &str) -> Result<Answer> {
        let (hub, key) = (self.address, &self.key);
        exchange(
            self.place,
            &format!("GET {path} HTTP/1.0\r\nHost: {hub}\r\nAuthorization: Bearer {key}\r\n\r\n"),
        )
    }
}

fn open(runtime: &Runtime, folder: &Path, secrets: &InMemory, listen: SocketAddr) -> Result<Hub> {
    let config = HubConfig {
        data_dir: folder.join("hub"),
        place: Place::File,
        secrets: Box::new(secrets.clone()),
        listen,
        registration: Registration::Closed,
        reach: Reach::default(),
        limits: Limits::default(),
    };
    Ok(runtime.block_on(Hub::open(config))?)
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.cancel.cancel();
        let _entered = self.runtime.enter();
    }
}

#[derive(Clone, Default)]
struct InMemory(Arc<Mutex<HashMap<String, String>>>);

impl Secrets for InMemory {
    fn get(&self, name: &str) -> Result<Option<String>, SecretsError> {
        Ok(self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned())
    }

    fn set(&self, name: &str, text: &str) -> Result<(), SecretsError> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), text.to_owned());
        Ok(())
    }
}
