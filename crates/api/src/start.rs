//! Putting the parts together, and taking them apart again.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use chaperone_device::{
    ConnectionConfig, Device, Indicator, Parts, Senses, Settings, StepHook, Update,
};
use chaperone_hub::{
    Hub, HubConfig, Limits, OwnAgents, Place, Reach, Registration, Starter, WebhookReach,
};
use chaperone_link::{Address, LinkConfig, LinkSettings, Secret};
use chaperone_protocol::{ConnectionId, DeviceId, Maturity, in_full};
use chaperone_senses::{NativeCameras, NativeDisplays, NativeLocator, NativeNotifier, ScreenLocks};
use chaperone_shell::Surroundings;
use chaperone_vault::{SecretStore, Vault};
use tokio::sync::{Mutex, mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    connection::{Linking, this_device},
    convert,
    error::StartError,
    indicator::DesktopNotice,
    kept, keyring, memory,
    notices::Notices,
    place,
    sign_in::SignIns,
    stream::{Pulse, Stream, Subscription},
    table,
    view::{Change, DeviceView, RevisionsView, Snapshot},
};

/// The port agents call, unless it is taken or another is set.
pub(crate) const HUB_PORT: u16 = 7377;
/// As many ports after it are tried when it is taken.
const HUB_PORTS: u16 = 10;
/// The end takes no longer than this, whatever hangs.
const END: Duration = Duration::from_secs(5);
/// Long enough to look at what was only tried; nobody means to keep it.
const TRIALS_KEPT: Duration = Duration::from_mins(10);
/// The dialect of every hub there is so far.
const DIALECT: &str = "atom";
/// This computer's name at its own hub.
pub(crate) const EMBEDDED: &str = "this-computer";

/// How to start.
#[derive(Default)]
pub struct StartOptions {
    /// The folder that holds everything; see [`crate::data_dir`].
    pub data_dir: PathBuf,
    /// The hub's port; 0 takes any. None is the usual one, or one after it.
    pub hub_port: Option<u16>,
    /// Where the webhooks of the hub may lead.
    pub webhooks: WebhookReach,
    /// The folder agents' commands run in when they name none.
    pub work_dir: Option<PathBuf>,
    /// Hubs elsewhere to connect to, beside the embedded one.
    pub joins: Vec<Join>,
    /// What shows that something is captured; a notice of the desktop where it is none.
    pub indicator: Option<Arc<dyn Indicator>>,
    /// What this computer can sense and show; its own where it is none.
    pub senses: Option<Senses>,
    /// Told of each journal step; tests end the process at a certain one.
    pub hook: Option<Arc<StepHook>>,
}

/// A hub elsewhere.
pub struct Join {
    /// Its address; `ws://` only on this computer.
    pub address: Address,
    /// What this computer is called there.
    pub device: DeviceId,
    /// What lets this computer in.
    pub token: Secret,
    /// The highest level anybody there has here.
    pub ceiling: Maturity,
}

/// A running Chaperone. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) data_dir: PathBuf,
    pub(crate) vault: Vault,
    pub(crate) device: Device,
    pub(crate) stream: Stream,
    pub(crate) senses: Senses,
    pub(crate) linking: Linking,
    pub(crate) sign_ins: SignIns,
    /// Held by whoever changes what was read before.
    pub(crate) changing: Mutex<()>,
    pub(crate) starters: Vec<Starter>,
    pub(crate) hub_address: SocketAddr,
    pub(crate) own_agents: OwnAgents,
    tracker: TaskTracker,
    /// Ends the doors; the engine and the hub go after them.
    closing: CancellationToken,
    cancel: CancellationToken,
}

impl Api {
    /// Starts vault, hub and device on a data folder.
    pub async fn start(options: StartOptions) -> Result<Self, StartError> {
        let data_dir = options.data_dir;
        let work_dir = options.work_dir.unwrap_or_else(|| beside(&data_dir));
        make_folder(&data_dir)?;
        make_folder(&work_dir)?;

        let (vault, secrets, mut notices) = open_vault(&data_dir).await?;
        let hub = open_hub(&data_dir, &secrets, options.hub_port, options.webhooks).await?;
        let hub_address = hub.address();
        if options.hub_port.is_none() && hub_address.port() != HUB_PORT {
            notices.push(format!(
                "Port {HUB_PORT} is taken by another program, so agents call this computer's hub at http://{hub_address}."
            ));
        }
        let token = hub.owner_device_token().map_err(StartError::Hub)?;
        let starters = hub.starters().to_vec();
        let own_agents = hub.own_agents();
        let embedded = embedded(hub_address, &token)?;
        let mut connections = vec![connection(embedded, EMBEDDED, "This computer".to_owned())?];
        for join in options.joins {
            // One connection a hub: its address names it, also over a restart.
            let name = join.address.to_string();
            connections.push(connection(join, &name, name.clone())?);
        }

        let tracker = TaskTracker::new();
        let linking = Linking {
            vault: vault.clone(),
            tracker: tracker.clone(),
        };
        for stored in vault.connections().await? {
            match linking.config(&stored) {
                Ok(config) => connections.push(config),
                Err(error) => notices.push(format!(
                    "The connection “{}” cannot be kept up: {}",
                    stored.name,
                    in_full(&error)
                )),
            }
        }
        let (closing, cancel) = (CancellationToken::new(), CancellationToken::new());
        let hub_cancel = cancel.child_token();
        tracker.spawn(async move {
            if let Err(error) = hub.serve(hub_cancel).await {
                tracing::error!(%error, "the hub ended");
            }
        });

        let notices = Notices::new(notices);
        let senses = options.senses.unwrap_or_else(native_senses);
        let recordings = data_dir.join("recordings");
        make_folder(&recordings)?;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let recent = crate::answer::recent(&vault).await?;
        let stream = Stream::new(Snapshot {
            seq: 0,
            device: DeviceView {
                name: place::computer_name(),
                version: version.clone(),
                hub_address: Some(format!("http://{hub_address}")),
            },
            paused: false,
            connections: Vec::new(),
            requests: Vec::new(),
            running: Vec::new(),
            standing: Vec::new(),
            recent,
            notices: notices.all(),
            revisions: first_revisions(),
        });
        let indicator = if let Some(indicator) = options.indicator {
            indicator
        } else {
            let notice = DesktopNotice::new(&data_dir);
            let (left, cancel) = (notice.clone(), cancel.child_token());
            // A desktop that does not answer holds nobody up.
            tracker.spawn(async move { cancel.run_until_cancelled(left.take_away_left()).await });
            Arc::new(notice)
        };
        let parts = Parts {
            vault: vault.clone(),
            senses: senses.clone(),
            indicator,
            recordings,
            trials_kept: TRIALS_KEPT,
            surroundings: Surroundings::of_this_user(work_dir, vec![data_dir.clone()]),
            connections,
            version,
            hook: options.hook,
        };
        let (device, look, updates) = Device::start(parts, &tracker, cancel.child_token()).await?;
        // Before any change to it, or what is older would be shown for good.
        stream.publish(Change::Paused {
            paused: look.paused,
        });
        stream.publish(Change::Connections {
            connections: look.connections.iter().map(kept::connection).collect(),
        });
        stream.publish(standing(&look.settings));
        tracker.spawn(pump(updates, stream.clone(), notices, look.settings));
        tracker.spawn(hear_locks(device.clone(), cancel.child_token()));
        let until = cancel.child_token();
        tracker.spawn(async move {
            until
                .run_until_cancelled(memory::let_go_now_and_then())
                .await
        });
        Ok(Self {
            inner: Arc::new(Inner {
                data_dir,
                vault,
                device,
                stream,
                senses,
                linking,
                sign_ins: SignIns::default(),
                changing: Mutex::default(),
                starters,
                hub_address,
                own_agents,
                tracker,
                closing,
                cancel,
            }),
        })
    }

    /// Everything a face draws, now.
    pub fn snapshot(&self) -> Snapshot {
        self.inner.stream.snapshot()
    }

    /// The state and every change to it.
    pub fn subscribe(&self) -> Subscription {
        self.inner.stream.subscribe()
    }

    /// The few numbers a tray needs.
    pub fn pulse(&self) -> watch::Receiver<Pulse> {
        self.inner.stream.pulse()
    }

    /// The folder that holds everything.
    pub fn data_dir(&self) -> &Path {
        &self.inner.data_dir
    }

    pub(crate) fn tracker(&self) -> &TaskTracker {
        &self.inner.tracker
    }

    pub(crate) fn closing(&self) -> CancellationToken {
        self.inner.closing.child_token()
    }

    /// Ends everything in order, within five seconds: requests are taken back, programs stopped,
    /// outcomes delivered, then doors, hub and device close.
    pub async fn shutdown(&self) {
        let orderly = async {
            self.inner.device.shutdown().await;
            self.inner.closing.cancel();
            self.inner.cancel.cancel();
            self.inner.tracker.close();
            self.inner.tracker.wait().await;
        };
        if tokio::time::timeout(END, orderly).await.is_err() {
            tracing::warn!("something did not end in time; leaving anyway");
        }
    }
}

async fn open_vault(dir: &Path) -> Result<(Vault, SecretStore, Vec<String>), StartError> {
    let (secrets, notice) = keyring::choose(dir).await?;
    let (folder, store) = (dir.to_owned(), secrets.clone());
    let vault = tokio::task::spawn_blocking(move || Vault::open(&folder, store)).await??;
    let notices = notice
        .into_iter()
        .chain(vault.notices().iter().cloned())
        .collect();
    Ok((vault, secrets, notices))
}

async fn open_hub(
    data_dir: &Path,
    secrets: &SecretStore,
    port: Option<u16>,
    webhooks: WebhookReach,
) -> Result<Hub, StartError> {
    let ports = match port {
        Some(port) => port..=port,
        None => HUB_PORT..=HUB_PORT + HUB_PORTS,
    };
    let mut taken = None;
    for port in ports {
        let opened = Hub::open(HubConfig {
            data_dir: data_dir.to_owned(),
            place: Place::File,
            secrets: Box::new(HubSecrets(secrets.clone())),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            registration: Registration::Closed,
            reach: Reach {
                webhooks,
                ..Reach::default()
            },
            limits: Limits::default(),
        })
        .await;
        match opened {
            Err(error @ chaperone_hub::Error::AddressInUse { .. }) => taken = Some(error),
            opened => return opened.map_err(StartError::Hub),
        }
    }
    match taken {
        Some(error) => Err(StartError::Hub(error)),
        // The range is never empty; without a port there is nothing to report but that.
        None => Err(StartError::NoHome),
    }
}

/// The hub inside. Its agents are the person's own; each still is asked for at its first use.
fn embedded(hub: SocketAddr, token: &str) -> Result<Join, StartError> {
    Ok(Join {
        address: Address::parse(&format!("ws://{hub}")).map_err(StartError::Link)?,
        device: DeviceId::new(EMBEDDED)?,
        token: Secret::new(token),
        ceiling: Maturity::Autonomous,
    })
}

/// The table as it is drawn.
fn standing(settings: &Settings) -> Change {
    Change::Standing {
        standing: table::standing(&settings.standing),
    }
}

/// What this computer has.
pub(crate) fn native_senses() -> Senses {
    Senses {
        notifier: Arc::new(NativeNotifier::new("Chaperone")),
        locator: Arc::new(NativeLocator::new()),
        cameras: Arc::new(NativeCameras::new()),
        displays: Arc::new(NativeDisplays::new()),
    }
}

fn connection(join: Join, id: &str, name: String) -> Result<ConnectionConfig, StartError> {
    Ok(ConnectionConfig {
        name,
        address: join.address.to_string(),
        ceiling: join.ceiling,
        paused: false,
        stored: false,
        link: LinkConfig::new(
            ConnectionId::new(id)?,
            chaperone_dialects::dialect(DIALECT).ok_or(StartError::NoDialect)?,
            join.address,
            join.token,
            this_device(join.device),
            LinkSettings::default(),
        )
        .map_err(StartError::Link)?,
    })
}

/// Carries the device's updates into the stream.
async fn pump(
    mut updates: mpsc::Receiver<Update>,
    stream: Stream,
    notices: Notices,
    mut settings: Settings,
) {
    while let Some(update) = updates.recv().await {
        match &update {
            Update::Agents => stream.revise(|revisions| revisions.agents += 1),
            Update::Rules => stream.revise(|revisions| revisions.rules += 1),
            Update::Settings(new) => {
                // A look at what this computer can do takes long.
                let looked_at = |settings: &Settings| (settings.switches.clone(), settings.place);
                let other = looked_at(new) != looked_at(&settings);
                settings = (**new).clone();
                stream.revise(|revisions| {
                    revisions.settings += 1;
                    revisions.capabilities += u64::from(other);
                });
            }
            _ => {}
        }
        show(update, &stream, &notices);
    }
}

/// No two runs begin with the same, so that a face that outlives one asks again.
fn first_revisions() -> RevisionsView {
    let now = u64::try_from(chaperone_protocol::Timestamp::now().as_millisecond()).unwrap_or(0);
    RevisionsView {
        agents: now,
        rules: now,
        settings: now,
        capabilities: now,
    }
}

fn show(update: Update, stream: &Stream, notices: &Notices) {
    let change = match update {
        Update::Paused(paused) => Change::Paused { paused },
        Update::Connections(connections) => Change::Connections {
            connections: connections.iter().map(kept::connection).collect(),
        },
        Update::Requests(requests) => Change::Requests {
            requests: requests.iter().map(convert::request).collect(),
        },
        Update::Running(running) => Change::Running {
            running: running.iter().map(convert::running).collect(),
        },
        Update::Settings(settings) => standing(&settings),
        // Told by their revision.
        Update::Agents | Update::Rules => return,
        Update::Recorded { seq, at, entry } => match convert::activity(seq, at, &entry) {
            Some(entry) => Change::Activity {
                entry: Box::new(entry),
            },
            None => return,
        },
        Update::Unwritable(cause) => {
            notices.unwritable(cause);
            Change::Notices {
                notices: notices.all(),
            }
        }
    };
    stream.publish(change);
}

/// Tells the device of each lock of the screen.
async fn hear_locks(device: Device, cancel: CancellationToken) {
    let mut locks = ScreenLocks::default();
    while cancel.run_until_cancelled(locks.next()).await.is_some() {
        device.screen_locked().await;
    }
}

/// The hub's secrets lie where the device's do.
pub(crate) struct HubSecrets(pub(crate) SecretStore);

impl chaperone_hub::Secrets for HubSecrets {
    fn get(&self, name: &str) -> Result<Option<String>, chaperone_hub::SecretsError> {
        let secret = self.0.get(name)?;
        Ok(secret.and_then(|secret| secret.expose_str().map(str::to_owned)))
    }

    fn set(&self, name: &str, text: &str) -> Result<(), chaperone_hub::SecretsError> {
        Ok(self.0.set(name, &chaperone_vault::Secret::new(text))?)
    }
}

/// Beside the data folder: agents' programs may see this one, and must not see that one.
fn beside(data_dir: &Path) -> PathBuf {
    let mut name = data_dir.file_name().unwrap_or_default().to_owned();
    name.push("-work");
    data_dir.with_file_name(name)
}

fn make_folder(path: &Path) -> Result<(), StartError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path).map_err(|source| StartError::DataDir {
        path: path.to_owned(),
        source,
    })
}
