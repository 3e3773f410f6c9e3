//! A hub of any kind that does what a test tells it to, over real sockets, encrypted or not.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail};
use chaperone_dialects::{
    Asked, Dialect, Downstream, HubAction, HubInput, HubSession, RemoteCommand, Upstream,
};
use chaperone_protocol::{Action, Agent, CommandId, DeviceId, Outcome, Timestamp};
use futures_util::{SinkExt as _, StreamExt as _};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ServerConfig, crypto::ring::default_provider, pki_types::PrivateKeyDer};
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    sync::broadcast,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::{WebSocketStream, accept_async, tungstenite::Message};

/// Longer than anything here takes on a busy machine; only a broken test waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a test wants said or done.
#[derive(Clone)]
enum Order {
    Say(Box<Downstream>),
    Raw(Message),
    /// Lets go of the socket without a word.
    Drop,
}

/// A listening hub. Ends with the value.
pub struct Scripted {
    address: SocketAddr,
    pin: Option<String>,
    heard: Receiver<Upstream>,
    /// Heard and not asked for yet.
    kept: Mutex<Vec<Upstream>>,
    orders: broadcast::Sender<Order>,
    transcript: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    raw_sent: Arc<AtomicUsize>,
    _runtime: Runtime,
}

struct Seat {
    dialect: &'static dyn Dialect,
    heard: Sender<Upstream>,
    orders: broadcast::Sender<Order>,
    transcript: Arc<Mutex<Vec<String>>>,
    tls: Option<TlsAcceptor>,
    connections: Arc<AtomicUsize>,
    raw_sent: Arc<AtomicUsize>,
}

impl Scripted {
    /// One that speaks this dialect in the clear, which is for this computer alone.
    pub fn plain(dialect: &str) -> Result<Self> {
        Self::start(dialect, None, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    /// The same at a certain address.
    pub fn plain_at(dialect: &str, address: SocketAddr) -> Result<Self> {
        Self::start(dialect, None, address)
    }

    /// One that speaks it encrypted, with a certificate of its own making.
    pub fn encrypted(dialect: &str) -> Result<Self> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["hub.test".to_owned()])?;
        let key = PrivateKeyDer::try_from(signing_key.serialize_der())
            .map_err(|problem| anyhow!("a key that is none: {problem}"))?;
        let pin = hex(&Sha256::digest(cert.der()));
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)?;
        let tls = TlsAcceptor::from(Arc::new(config));
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self::start(dialect, Some((tls, pin)), anywhere)
    }

    fn start(
        dialect: &str,
        tls: Option<(TlsAcceptor, String)>,
        address: SocketAddr,
    ) -> Result<Self> {
        let dialect = chaperone_dialects::dialect(dialect).context("no such dialect")?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let listener = runtime.block_on(listen(address))?;
        let address = listener.local_addr()?;
        let (tell, heard) = channel();
        let (orders, _) = broadcast::channel(4_096);
        let (tls, pin) = tls.map_or((None, None), |(tls, pin)| (Some(tls), Some(pin)));
        let transcript = Arc::default();
        let connections = Arc::default();
        let raw_sent = Arc::default();
        let seat = Arc::new(Seat {
            dialect,
            heard: tell,
            orders: orders.clone(),
            transcript: Arc::clone(&transcript),
            tls,
            connections: Arc::clone(&connections),
            raw_sent: Arc::clone(&raw_sent),
        });
        runtime.spawn(async move {
            // They end with this task, which ends with the runtime.
            let mut served = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                // As a good hub does; it only says when a frame leaves.
                let _ = stream.set_nodelay(true);
                let seat = Arc::clone(&seat);
                served.spawn(async move {
                    // Whoever goes away in the middle has gone away.
                    let _ = seat.serve(stream).await;
                });
            }
        });
        Ok(Self {
            address,
            pin,
            heard,
            kept: Mutex::default(),
            orders,
            transcript,
            connections,
            raw_sent,
            _runtime: runtime,
        })
    }

    pub fn socket_address(&self) -> SocketAddr {
        self.address
    }

    pub fn address(&self) -> String {
        let scheme = if self.pin.is_some() { "wss" } else { "ws" };
        format!("{scheme}://{}", self.address)
    }

    /// The fingerprint of the certificate it shows.
    pub fn pin(&self) -> Option<&str> {
        self.pin.as_deref()
    }

    /// How often somebody connected.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many of the frames that were to go out as they are have gone out.
    pub fn raw_sent(&self) -> usize {
        self.raw_sent.load(Ordering::SeqCst)
    }

    /// Every text frame so far: `<` from the device, `>` to it.
    pub fn transcript(&self) -> Vec<String> {
        self.transcript
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Says something to whoever is connected.
    pub fn say(&self, message: Downstream) {
        // Nobody being there is a part of some tests.
        let _ = self.orders.send(Order::Say(Box::new(message)));
    }

    /// Sends a frame as it is.
    pub fn raw(&self, message: Message) {
        let _ = self.orders.send(Order::Raw(message));
    }

    /// Cuts everybody off.
    pub fn cut(&self) {
        let _ = self.orders.send(Order::Drop);
    }

    /// Has an agent ask for something.
    pub fn ask(&self, id: &str, agent: Option<&Agent>, action: Action) -> Result<()> {
        self.say(Downstream::Command(RemoteCommand {
            id: CommandId::new(id)?,
            agent: agent.cloned(),
            deadline_at: None,
            asked: Asked::Ability(action),
        }));
        Ok(())
    }

    /// Takes a command back.
    pub fn cancel(&self, id: &str) -> Result<()> {
        self.say(Downstream::Cancel {
            id: CommandId::new(id)?,
        });
        Ok(())
    }

    /// How a command ended.
    pub fn outcome(&self, id: &str) -> Result<Outcome> {
        self.outcome_within(id, PATIENCE)?
            .with_context(|| format!("no outcome of {id}; so far: {:#?}", self.transcript()))
    }

    /// How a command ended, if it does within that time.
    pub fn outcome_within(&self, id: &str, time: Duration) -> Result<Option<Outcome>> {
        let is_it = |message: &Upstream| match message {
            Upstream::Result { id: of, .. } => of.as_str() == id,
            _ => false,
        };
        match self.find(is_it, time)? {
            Some(Upstream::Result { outcome, .. }) => Ok(Some(outcome)),
            Some(_) | None => Ok(None),
        }
    }

    /// Waits until a device has said hello, where its wire has that, or until it is connected.
    pub fn registered(&self) -> Result<()> {
        let hello = |message: &Upstream| matches!(message, Upstream::Register(_));
        if self.find(hello, PATIENCE)?.is_some() {
            return Ok(());
        }
        bail!("no device came; so far: {:#?}", self.transcript())
    }

    fn find(&self, is_it: impl Fn(&Upstream) -> bool, time: Duration) -> Result<Option<Upstream>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(&is_it) {
            return Ok(Some(kept.remove(at)));
        }
        let until = Instant::now() + time;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.heard.recv_timeout(left) {
                Ok(message) if is_it(&message) => return Ok(Some(message)),
                Ok(message) => kept.push(message),
                Err(RecvTimeoutError::Timeout) => return Ok(None),
                Err(RecvTimeoutError::Disconnected) => bail!("the hub is gone"),
            }
        }
    }
}

/// A port that was used a moment ago may take a moment.
async fn listen(address: SocketAddr) -> Result<TcpListener> {
    let until = Instant::now() + PATIENCE;
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return Ok(listener),
            Err(error) if Instant::now() > until => return Err(error.into()),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

impl Seat {
    async fn serve(&self, stream: TcpStream) -> Result<()> {
        match &self.tls {
            None => self.talk(accept_async(stream).await?).await,
            Some(tls) => {
                let stream = tls.accept(stream).await?;
                self.talk(accept_async(stream).await?).await
            }
        }
    }

    async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut socket: WebSocketStream<S>,
    ) -> Result<()> {
        self.connections.fetch_add(1, Ordering::SeqCst);
        let began = Instant::now();
        let mut session = HubSession::new(self.dialect).of(DeviceId::new("desk")?);
        let mut orders = self.orders.subscribe();
        let mut timer = None;
        let mut input = HubInput::Opened;
        loop {
            let mut inputs = vec![input];
            while let Some(input) = inputs.pop() {
                for action in session.handle(input, began.elapsed(), Timestamp::now()) {
                    match action {
                        HubAction::SendText(text) => {
                            self.note('>', &text);
                            socket.send(Message::text(text)).await?;
                        }
                        HubAction::Ping => socket.send(Message::Ping(Vec::new().into())).await?,
                        HubAction::Deliver(message) => {
                            match &message {
                                Upstream::Register(_) => inputs.push(HubInput::Admit),
                                Upstream::Result { id, .. } => {
                                    let id = id.clone();
                                    inputs.push(HubInput::Send(Downstream::ResultAck { id }));
                                }
                                _ => {}
                            }
                            // A test that has ended hears nothing.
                            let _ = self.heard.send(message);
                        }
                        HubAction::SetTimer(at) => timer = Some(at),
                        HubAction::Close(_) => {
                            let _ = socket.close(None).await;
                            return Ok(());
                        }
                        HubAction::Unsendable { .. }
                        | HubAction::Malformed(_)
                        | HubAction::Ignored { .. } => {}
                    }
                }
            }
            let until = timer.map_or(Duration::from_hours(1), |at: Duration| {
                at.saturating_sub(began.elapsed())
            });
            input = tokio::select! {
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        self.note('<', &text);
                        HubInput::Text(text.to_string())
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
                    Some(Ok(_)) => HubInput::Heard,
                },
                order = orders.recv() => match order {
                    Ok(Order::Say(message)) => HubInput::Send(*message),
                    Ok(Order::Raw(message)) => {
                        socket.send(message).await?;
                        self.raw_sent.fetch_add(1, Ordering::SeqCst);
                        HubInput::Heard
                    }
                    Ok(Order::Drop) | Err(_) => return Ok(()),
                },
                () = tokio::time::sleep(until) => {
                    timer = None;
                    HubInput::Timer
                }
            };
        }
    }

    fn note(&self, direction: char, text: &str) {
        let mut transcript = self
            .transcript
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // A flood is no conversation.
        if transcript.len() < 10_000 {
            transcript.push(format!("{direction} {text}"));
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
