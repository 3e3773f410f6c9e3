//! A hub in another process than the device: here, in the test itself.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use chaperone_hub::{Hub, HubConfig, Secrets, SecretsError};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::{
    chaperone::post,
    client::{Answer, Call, exchange},
};

/// What the device is called at this hub.
pub const DEVICE: &str = "desk";

pub struct Elsewhere {
    folder: TempDir,
    runtime: Runtime,
    address: SocketAddr,
    key: String,
    cancel: CancellationToken,
}

impl Elsewhere {
    pub fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let config = HubConfig {
            data_dir: folder.path().join("hub"),
            secrets: Box::new(InMemory::default()),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        };
        let hub = runtime.block_on(Hub::open(config))?;
        let address = hub.address();
        std::fs::write(folder.path().join("token"), hub.owner_device_token()?)?;
        let key = hub
            .starters()
            .iter()
            .find(|starter| starter.id.as_str() == "autonomous")
            .map(|starter| starter.key.clone())
            .context("no autonomous agent")?;
        let cancel = CancellationToken::new();
        let ended = cancel.clone();
        runtime.spawn(async move { hub.serve(ended).await });
        Ok(Self {
            folder,
            runtime,
            address,
            key,
            cancel,
        })
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
            self.address,
            post(self.address, path, &self.key, &body.to_string()),
        )
    }

    pub fn get(&self, path: &str) -> Result<Answer> {
        let (hub, key) = (self.address, &self.key);
        exchange(
            hub,
            &format!("GET {path} HTTP/1.0\r\nHost: {hub}\r\nAuthorization: Bearer {key}\r\n\r\n"),
        )
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.cancel.cancel();
        let _entered = self.runtime.enter();
    }
}

#[derive(Default)]
struct InMemory(Mutex<HashMap<String, String>>);

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
