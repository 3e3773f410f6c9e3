//! A hub from its opening to its end.

use std::{fmt, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use chaperone_protocol::{FailureCode, Timestamp};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Error, Secrets, Starter,
    app::App,
    artifacts::{self, Shelf},
    audience::Audiences,
    call::Calls,
    door,
    entrance::{self, Certificate, Handshakes},
    events::Events,
    mcp::Sessions,
    meter::Meter,
    own_agents::OwnAgents,
    paces::Paces,
    people::{Attempts, Passwords},
    queue,
    reach::{Entrance, Limits, Reach},
    rest::{self, Names, Pace},
    runs::Running,
    secrets,
    store::{AccountId, GivenUp, NewAgent, Place, Store},
    switchboard::Switchboard,
    token::{Claims, Scope, Signed, Tokens},
    webhooks::{self, Client, Inbox},
};

/// How long connections have to end in good order once the hub is told to stop.
const STOP_WITHIN: Duration = Duration::from_millis(900);
/// How long it may take to take down what happened meanwhile.
const FINISH_WITHIN: Duration = Duration::from_millis(500);

/// The embedded device gets a new token at every start; this only has to outlast one run.
const DEVICE_TOKEN_VALID_FOR: Duration = Duration::from_hours(365 * 24);

const OWNER_TOKEN_VALID_FOR: Duration = Duration::from_hours(24);

/// What a hub needs to know.
pub struct HubConfig {
    /// The folder for whatever the hub keeps in files; made if it is not there.
    pub data_dir: PathBuf,
    /// Where the books are kept.
    pub place: Place,
    /// Where the texts of keys are kept.
    pub secrets: Box<dyn Secrets>,
    /// Where to listen: a loopback address, unless `reach` says how others come in. Port 0 takes any
    /// free one.
    pub listen: SocketAddr,
    /// Whether people may make accounts for themselves.
    pub registration: Registration,
    /// From where it can be reached.
    pub reach: Reach,
    /// How much is taken from one place.
    pub limits: Limits,
}

/// Whether people may make accounts for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Only an owner makes them.
    Closed,
    /// Anybody who reaches the hub may.
    Open,
}

/// A hub that listens. It answers once it is served.
pub struct Hub {
    app: Arc<App>,
    listener: TcpListener,
    tls: Option<Handshakes>,
    address: SocketAddr,
    starters: Vec<Starter>,
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Hub {
    /// Binds the address and opens the books. On the first start this makes the owner, one agent
    /// for each level, their keys and the signing secret; later starts find them.
    pub async fn open(config: HubConfig) -> Result<Self, Error> {
        let HubConfig {
            data_dir,
            place,
            secrets,
            listen,
            registration,
            reach,
            limits,
        } = config;
        let tls = match &reach.entrance {
            Entrance::Tls(files) => {
                let certificate = Certificate::read(files.clone())?;
                Some(Handshakes::new(certificate, limits.handshakes))
            }
            Entrance::Local | Entrance::BehindProxy => None,
        };
        let listener = entrance::bind(listen, &reach)?;
        let bind_error = |source| Error::Bind {
            address: listen,
            source,
        };
        let address = listener.local_addr().map_err(bind_error)?;

        let events = Arc::new(Events::new(Inbox::default())?);
        let told = Arc::clone(&events);
        let folder = data_dir.clone();
        let opened = tokio::task::spawn_blocking(move || {
            let books = open_books(&folder, &place, secrets.as_ref(), told)?;
            // Only now is the folder this hub's alone.
            Ok::<_, Error>((books, Shelf::open(&folder)?))
        });
        let (books, shelf) = opened.await.map_err(|_| Error::Stopped)??;
        let Books {
            store,
            signing_secret,
            token_key,
            sealing_key,
            edge_secret,
            request_key,
            starters,
            agents,
        } = books;
        let now = Timestamp::now();
        events.inbox().renew(&store).await?;
        store.provide_first(now).await?;
        store.provide_agents(agents, now).await?;
        let reason = GivenUp {
            code: FailureCode::Interrupted,
            message: "the hub stopped before the device answered".to_owned(),
        };
        store.give_up_all(reason, now).await?;
        store.end_all_runs("the hub stopped", now).await?;
        store.fail_unfinished().await?;
        let known = store.artifact_ids().await?;
        let shelved = shelf.clone();
        tokio::task::spawn_blocking(move || shelved.tidy(&known))
            .await
            .map_err(|_| Error::Stopped)??;

        Ok(Self {
            app: Arc::new(App {
                store,
                tokens: Tokens::new(&signing_secret, &token_key),
                passwords: Passwords::default(),
                attempts: Attempts::of(limits.sign_in_failures_per_minute),
                paces: Paces::default(),
                sealing_key,
                registration,
                switchboard: Arc::new(Switchboard::new(Arc::clone(&events))),
                events,
                mcp: Sessions::default(),
                shelf,
                client: Client::default(),
                webhooks: reach.webhooks,
                audiences: Arc::new(Audiences::default()),
                running: Running::default(),
                sockets: Arc::new(door::Limits::default()),
                edge_secret,
                request_key,
                calls: Calls::default(),
                tasks: TaskTracker::new(),
                stopping: CancellationToken::new(),
                local: address.ip().is_loopback() && !reach.is_open(),
                names: Names::new(reach, address),
                pace: Pace::new(limits.requests_per_minute),
                meter: Arc::new(Meter::default()),
                data_dir,
                health: tokio::sync::Mutex::default(),
            }),
            listener,
            tls,
            address,
            starters,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate in use, which can be read again while the hub serves.
    pub fn certificate(&self) -> Option<Certificate> {
        self.tls.as_ref().map(Handshakes::certificate)
    }

    /// A token for the socket of the owner's device, and for nothing else.
    pub fn owner_device_token(&self) -> Result<String, Error> {
        self.token(Some(Scope::Device), DEVICE_TOKEN_VALID_FOR)
    }

    /// A token with which the owner may call the REST paths, for a day.
    pub fn owner_token(&self) -> Result<String, Error> {
        self.token(None, OWNER_TOKEN_VALID_FOR)
    }

    /// What devices prove themselves with on a wire that shares one secret among them. Secret.
    pub fn edge_secret(&self) -> &str {
        &self.app.edge_secret
    }

    /// What requests are signed with on a wire that signs them. Secret.
    pub fn request_key(&self) -> &str {
        &self.app.request_key
    }

    /// The agents that every hub has, lowest level first, with their keys.
    pub fn starters(&self) -> &[Starter] {
        &self.starters
    }

    /// The owner's agents, to be looked at and made while the hub is served.
    pub fn own_agents(&self) -> OwnAgents {
        OwnAgents::new(Arc::clone(&self.app))
    }

    /// Answers until told to stop, then ends every call and closes every socket within a second.
    pub async fn serve(self, cancel: CancellationToken) -> Result<(), Error> {
        let Self {
            app, listener, tls, ..
        } = self;
        app.tasks.spawn(queue::sweep(Arc::clone(&app)));
        app.tasks.spawn(artifacts::sweep(Arc::clone(&app)));
        app.tasks.spawn(webhooks::run(Arc::clone(&app)));
        // Also when this future is dropped: whoever waits must not wait for a hub that is gone.
        let stop = app.stopping.clone().drop_guard();
        let serving = entrance::run(listener, tls, rest::router(&app), cancel.clone());
        let mut serving = std::pin::pin!(serving);
        tokio::select! {
            // First: where nobody is connected both are over at once.
            biased;
            () = cancel.cancelled() => {
                drop(stop);
                app.tasks.close();
                let ending = async {
                    serving.await;
                    app.tasks.wait().await;
                };
                // Whoever does not end in time is left to the end of the runtime.
                let _ = tokio::time::timeout(STOP_WITHIN, ending).await;
                let _ = tokio::time::timeout(FINISH_WITHIN, webhooks::finish(&app)).await;
            }
            () = &mut serving => {}
        }
        app.store.close().await;
        Ok(())
    }

    fn token(&self, scope: Option<Scope>, valid_for: Duration) -> Result<String, Error> {
        let account = AccountId::first();
        let tokens = &self.app.tokens;
        let mut claims = Claims::of(account.as_str(), Timestamp::now(), valid_for);
        claims.scope = scope;
        tokens.sign(Signed::Shared, &claims)
    }
}

/// What a hub needs to begin.
pub(crate) struct Books {
    pub(crate) store: Store,
    signing_secret: String,
    token_key: [u8; 32],
    sealing_key: [u8; 32],
    edge_secret: String,
    request_key: String,
    starters: Vec<Starter>,
    pub(crate) agents: Vec<NewAgent>,
}

/// Opens them, or makes them. Blocks.
pub(crate) fn open_books(
    data_dir: &std::path::Path,
    place: &Place,
    secrets: &dyn Secrets,
    events: Arc<Events>,
) -> Result<Books, Error> {
    // The lock on the books first, so that two hubs never make keys at the same time.
    let lock = Store::lock(data_dir)?;
    let store = Store::open(lock, place, secrets::audit_key(secrets)?, events)?;
    let signing_secret = secrets::signing_secret(secrets)?;
    let edge_secret = secrets::edge_secret(secrets)?;
    let request_key = secrets::request_key(secrets)?;
    let (starters, agents) = secrets::starters(secrets)?.into_iter().unzip();
    Ok(Books {
        store,
        signing_secret,
        token_key: secrets::token_key(secrets)?,
        sealing_key: secrets::sealing_key(secrets)?,
        edge_secret,
        request_key,
        starters,
        agents,
    })
}
