//! A device with everything around it, and the person who answers.

use std::{
    marker::PhantomData,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chaperone_device::{
    Answer, AnswerError, Change, ConnectionConfig, Device, Look, Parts, Request, Running as Run,
    Senses, Settings, StepHook, Update,
};
use chaperone_dialects::Dialect;
use chaperone_link::{Address, LinkConfig, LinkSettings, Secret};
use chaperone_protocol::{ConnectionId, DeviceId, DeviceInfo, Map, Maturity};
use chaperone_senses::fake::{
    RecordingNotifier, ScriptedCameras, ScriptedDisplays, ScriptedLocator,
};
use chaperone_shell::Surroundings;
use chaperone_vault::{ExportFormat, RecordQuery, SecretStore, Vault, export_file, verify};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{sync::watch, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{BRISK, Hub, Lamp, LateDisplays, Log, PATIENCE, WatchedCameras, place};

/// What stays when a device ends: its folders, its hub, its desktop.
pub(crate) struct Home {
    folder: TempDir,
    pub(crate) hub: Hub,
    pub(crate) log: Log,
    pub(crate) lamp: Lamp,
    pub(crate) notifier: RecordingNotifier,
    pub(crate) displays: ScriptedDisplays,
    tracker: TaskTracker,
}

/// How a device is set up.
pub(crate) struct Setup {
    pub(crate) ceiling: Maturity,
    pub(crate) dialect: &'static dyn Dialect,
    pub(crate) cameras: ScriptedCameras,
    pub(crate) locator: ScriptedLocator,
    pub(crate) notifier: Option<RecordingNotifier>,
    pub(crate) displays: Option<ScriptedDisplays>,
    pub(crate) late: Option<LateDisplays>,
    /// How long it is kept what the person only tries.
    pub(crate) trials_kept: Duration,
    pub(crate) hook: Option<Arc<StepHook>>,
}

/// A device that runs.
pub(crate) struct Running<'h> {
    _home: PhantomData<&'h Home>,
    pub(crate) device: Device,
    pub(crate) vault: Vault,
    /// How it stood before the first update.
    pub(crate) first: Look,
    updates: Arc<Mutex<Vec<Update>>>,
    change: watch::Receiver<u64>,
    tracker: TaskTracker,
    pub(crate) cancel: CancellationToken,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            ceiling: Maturity::Autonomous,
            dialect: &BRISK,
            cameras: ScriptedCameras::new([("cam-1", "Front"), ("cam-2", "Back")])
                .then_photo("first photo")
                .then_photo("second photo"),
            locator: ScriptedLocator::at(place()),
            notifier: None,
            displays: None,
            late: None,
            trials_kept: Duration::from_mins(10),
            hook: None,
        }
    }
}

impl Home {
    pub(crate) async fn new() -> Self {
        let tracker = TaskTracker::new();
        let log = Log::default();
        let home = Self {
            folder: tempfile::tempdir().unwrap(),
            hub: Hub::open(&tracker).await,
            lamp: Lamp::new(log.clone()),
            log,
            notifier: RecordingNotifier::new(),
            displays: ScriptedDisplays::new(),
            tracker,
        };
        for folder in [home.recordings(), home.work()] {
            std::fs::create_dir(folder).unwrap();
        }
        home
    }

    pub(crate) fn vault_dir(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    pub(crate) fn recordings(&self) -> PathBuf {
        self.folder.path().join("recordings")
    }

    /// Where programs run; its real path.
    pub(crate) fn work(&self) -> PathBuf {
        let folder = self.folder.path().canonicalize().unwrap();
        folder.join("work")
    }

    pub(crate) async fn start(&self) -> Running<'_> {
        self.start_with(Setup::default()).await
    }

    pub(crate) async fn start_with(&self, setup: Setup) -> Running<'_> {
        let running = self.start_unconnected(setup).await;
        running
            .until("a connection", |look| {
                let phase = look.connections[0].state.phase;
                (phase == chaperone_protocol::ConnectionPhase::Connected).then_some(())
            })
            .await;
        running
    }

    /// Starts one that need not reach its hub before the test goes on.
    pub(crate) async fn start_unconnected(&self, setup: Setup) -> Running<'_> {
        let store = SecretStore::file(&self.folder.path().join("secrets"));
        std::fs::create_dir_all(self.folder.path().join("secrets")).unwrap();
        let vault = Vault::open(&self.vault_dir(), store).unwrap();
        let parts = Parts {
            vault: vault.clone(),
            senses: Senses {
                notifier: Arc::new(setup.notifier.unwrap_or_else(|| self.notifier.clone())),
                locator: Arc::new(setup.locator),
                cameras: Arc::new(WatchedCameras {
                    cameras: setup.cameras,
                    log: self.log.clone(),
                }),
                displays: match (setup.late, setup.displays) {
                    (Some(late), _) => Arc::new(late),
                    (None, Some(displays)) => Arc::new(displays),
                    (None, None) => Arc::new(self.displays.clone()),
                },
            },
            indicator: Arc::new(self.lamp.clone()),
            recordings: self.recordings(),
            trials_kept: setup.trials_kept,
            surroundings: Surroundings::of(self.folder.path(), self.work(), [self.vault_dir()]),
            connections: vec![self.connection(setup.dialect, setup.ceiling)],
            version: "1.2.3".to_owned(),
            hook: setup.hook,
        };
        let (tracker, cancel) = (TaskTracker::new(), CancellationToken::new());
        let started = Device::start(parts, &tracker, cancel.clone()).await;
        let (device, first, mut outbox) = started.unwrap();
        let updates: Arc<Mutex<Vec<Update>>> = Arc::default();
        let (changed, change) = watch::channel(0);
        let kept = Arc::clone(&updates);
        tracker.spawn(async move {
            while let Some(update) = outbox.recv().await {
                kept.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(update);
                changed.send_modify(|count| *count += 1);
            }
        });
        Running {
            _home: PhantomData,
            device,
            vault,
            first,
            updates,
            change,
            tracker,
            cancel,
        }
    }

    pub(crate) fn connection(
        &self,
        dialect: &'static dyn Dialect,
        ceiling: Maturity,
    ) -> ConnectionConfig {
        let address = format!("ws://{}", self.hub.address());
        let link = LinkConfig::new(
            home_id(),
            dialect,
            Address::parse(&address).unwrap(),
            Secret::new("token"),
            info(),
            LinkSettings::default(),
        );
        ConnectionConfig {
            name: "Home".to_owned(),
            address,
            ceiling,
            paused: false,
            stored: false,
            link: link.unwrap(),
        }
    }

    /// The record holds together, and says nothing of these.
    pub(crate) fn check_record(&self, canaries: &[&str]) {
        let store = SecretStore::file(&self.folder.path().join("secrets"));
        let verified = verify(&self.vault_dir(), &store).unwrap();
        assert_eq!(verified.broken, None);
        let mut text = Vec::new();
        let file = self.vault_dir().join("vault.db");
        let all = RecordQuery::default();
        export_file(&file, ExportFormat::JsonLines, &all, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("settled"), "nothing is in the record");
        for canary in canaries {
            assert!(!text.contains(canary), "{canary:?} is in the record");
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.tracker.close();
    }
}

pub(crate) fn home_id() -> ConnectionId {
    ConnectionId::new("home").unwrap()
}

fn info() -> DeviceInfo {
    DeviceInfo {
        id: DeviceId::new("desk").unwrap(),
        name: "Desk".to_owned(),
        kind: "desktop_linux".to_owned(),
        more: Map::new(),
        platform: "linux".to_owned(),
        platform_version: String::new(),
        architecture: String::new(),
        capabilities: Vec::new(),
    }
}

impl Running<'_> {
    pub(crate) async fn look(&self) -> Look {
        self.device.look().await.unwrap()
    }

    /// Waits until the state is such.
    pub(crate) async fn until<T>(&self, what: &str, find: impl Fn(&Look) -> Option<T>) -> T {
        let mut change = self.change.clone();
        let found = async {
            loop {
                change.mark_unchanged();
                if let Some(found) = find(&self.look().await) {
                    return found;
                }
                change.changed().await.unwrap();
            }
        };
        let Ok(found) = timeout(PATIENCE, found).await else {
            panic!("never: {what}; {:#?}", self.look().await);
        };
        found
    }

    /// The only request, as soon as there is one.
    pub(crate) async fn request(&self) -> Request {
        self.until("a request", |look| look.requests.first().cloned())
            .await
    }

    /// So many requests.
    pub(crate) async fn requests(&self, count: usize) -> Vec<Request> {
        self.until("requests", |look| {
            (look.requests.len() == count).then(|| look.requests.clone())
        })
        .await
    }

    /// The only thing that runs, as soon as something does.
    pub(crate) async fn runs(&self) -> Run {
        self.until("a run", |look| look.running.first().cloned())
            .await
    }

    /// Waits until nothing runs.
    pub(crate) async fn rests(&self) {
        self.until("rest", |look| look.running.is_empty().then_some(()))
            .await;
    }

    pub(crate) async fn try_answer(
        &self,
        request: &Request,
        answer: Answer,
    ) -> Result<(), AnswerError> {
        self.device
            .answer(request.number, request.digest.clone(), answer)
            .await
    }

    pub(crate) async fn answer(&self, request: &Request, answer: Answer) {
        self.try_answer(request, answer).await.unwrap();
    }

    /// Answers what waits next.
    pub(crate) async fn say(&self, answer: Answer) -> Request {
        let request = self.request().await;
        self.answer(&request, answer).await;
        request
    }

    pub(crate) async fn change(&self, change: Change) {
        self.device.change(change).await.unwrap();
    }

    pub(crate) async fn set(&self, set: impl FnOnce(&mut Settings)) {
        let mut settings = self.look().await.settings;
        set(&mut settings);
        self.change(Change::Settings(Box::new(settings))).await;
    }

    /// The entries of these kinds that the record has, oldest first.
    pub(crate) async fn recorded(&self, kinds: &[&str]) -> Vec<Value> {
        let mut rows = self.vault.record_page(None, 500, kinds).await.unwrap();
        rows.reverse();
        rows.into_iter().map(|row| row.body).collect()
    }

    pub(crate) async fn artifacts(&self) -> usize {
        self.vault.artifacts(None, 100).await.unwrap().len()
    }

    pub(crate) fn updates(&self) -> Vec<Update> {
        let updates = self.updates.lock();
        updates.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends it in good order.
    pub(crate) async fn shut(self) {
        self.device.shutdown().await;
        self.end().await;
    }

    /// Ends it as the loss of power does, as far as a task can.
    pub(crate) async fn kill(self) {
        self.end().await;
    }

    async fn end(self) {
        self.cancel.cancel();
        drop(self.device);
        self.tracker.close();
        timeout(PATIENCE, self.tracker.wait())
            .await
            .expect("the device should end");
    }
}
