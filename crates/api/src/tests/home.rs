//! A whole Chaperone for tests, on a folder of its own, with senses that follow a script.

use std::{path::PathBuf, pin::Pin, sync::Arc, time::Duration};

use chaperone_device::{Capture, Indicator, Light, Lighting, NoLight, Senses};
use chaperone_protocol::Located;
use chaperone_senses::fake::{
    RecordingNotifier, ScriptedCameras, ScriptedDisplays, ScriptedLocator,
};
use chaperone_vault::{Secret, SecretStore};
use serde_json::Value;

use crate::{Api, Face, StartOptions, view::ApiError};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Says that it shows.
struct Lamp;

impl Indicator for Lamp {
    fn show<'a>(&'a self, _: &'a Capture) -> Lighting<'a> {
        Box::pin(async { Ok(Box::new(NoLight) as Box<dyn Light>) })
    }
}

pub(crate) struct Home {
    folder: tempfile::TempDir,
    pub(crate) api: Api,
}

fn place() -> Located {
    Located {
        latitude: 52.516_27,
        longitude: 13.377_70,
        accuracy: Some(5.0),
        ..Located::default()
    }
}

/// What this computer seems to have.
pub(crate) fn senses() -> Senses {
    Senses {
        notifier: Arc::new(RecordingNotifier::default()),
        locator: Arc::new(ScriptedLocator::at(place())),
        cameras: Arc::new(ScriptedCameras::new([
            ("front", "Front camera"),
            ("desk", "Desk camera"),
        ])),
        displays: Arc::new(ScriptedDisplays::new()),
    }
}

impl Home {
    pub(crate) async fn new() -> Self {
        Self::with(senses()).await
    }

    pub(crate) async fn with(senses: Senses) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // In use, so that nobody's keyring is.
        let data_dir = folder.path().join("data");
        std::fs::create_dir(&data_dir).unwrap();
        let store = SecretStore::file(&data_dir);
        store.set("made-for-a-test", &Secret::new("one")).unwrap();
        let api = started(data_dir, senses).await;
        Self { folder, api }
    }

    /// Ends it and starts it anew.
    pub(crate) async fn again(self, senses: Senses) -> Self {
        self.api.shutdown().await;
        drop(self.api);
        let api = started(self.folder.path().join("data"), senses).await;
        Self {
            api,
            folder: self.folder,
        }
    }

    pub(crate) async fn try_call(&self, name: &str, params: Value) -> Result<Value, ApiError> {
        self.api.call(Face::Panel, name, params).await
    }

    pub(crate) async fn call(&self, name: &str, params: Value) -> Value {
        let answered = self.try_call(name, params).await;
        answered.unwrap_or_else(|error| panic!("{name}: {error:?}"))
    }

    /// Waits until the state is so, and answers what was looked for.
    pub(crate) async fn until<T>(&self, seen: impl Fn(&Value) -> Option<T>) -> T {
        let mut subscription = self.api.subscribe();
        let waiting: Pin<Box<dyn Future<Output = T>>> = Box::pin(async {
            loop {
                let state = serde_json::to_value(self.api.snapshot()).unwrap();
                if let Some(found) = seen(&state) {
                    return found;
                }
                subscription.next().await.unwrap();
            }
        });
        tokio::time::timeout(PATIENCE, waiting).await.unwrap()
    }

    pub(crate) async fn end(self) {
        self.api.shutdown().await;
    }
}

async fn started(data_dir: PathBuf, senses: Senses) -> Api {
    let started = Api::start(StartOptions {
        data_dir,
        hub_port: Some(0),
        indicator: Some(Arc::new(Lamp)),
        senses: Some(senses),
        ..StartOptions::default()
    });
    started.await.unwrap()
}
