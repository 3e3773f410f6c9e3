//! A hub that keeps what it hears, and says what a test wants said.

use std::{
    net::SocketAddr,
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chaperone_dialects::{
    Context, DecodeError, Decoded, Dialect, Downstream, EncodeError, FrameKind, Pace, Profile,
    Upstream, dialect,
};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    time::timeout,
};
use tokio_tungstenite::{accept_async, tungstenite::Message};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::PATIENCE;

/// A wire without its patience.
pub(crate) struct Paced(&'static LazyLock<Profile>);

/// Quick to come back, and never held up by its own pace.
pub(crate) static BRISK: Paced = Paced(&BRISK_PROFILE);
/// Takes next to nothing at once.
pub(crate) static SMALL: Paced = Paced(&SMALL_PROFILE);

static BRISK_PROFILE: LazyLock<Profile> = LazyLock::new(|| {
    let mut profile = atom().profile().clone();
    profile.retry.first = Duration::from_millis(20);
    profile.retry.most = Duration::from_millis(100);
    profile.pace = Pace {
        messages: 1_000_000,
        within: Duration::from_secs(1),
    };
    profile
});

static SMALL_PROFILE: LazyLock<Profile> = LazyLock::new(|| {
    let mut profile = BRISK_PROFILE.clone();
    profile.max_up_bytes = 64 * 1024 + 16;
    profile
});

fn atom() -> &'static dyn Dialect {
    dialect("atom").unwrap()
}

impl Dialect for Paced {
    fn profile(&self) -> &'static Profile {
        self.0
    }

    fn encode_up(&self, message: &Upstream, cx: Context<'_>) -> Result<String, EncodeError> {
        atom().encode_up(message, cx)
    }

    fn decode_up(&self, text: &str, cx: Context<'_>) -> Result<Decoded<Upstream>, DecodeError> {
        atom().decode_up(text, cx)
    }

    fn encode_down(&self, message: &Downstream, cx: Context<'_>) -> Result<String, EncodeError> {
        atom().encode_down(message, cx)
    }

    fn decode_down(&self, text: &str, cx: Context<'_>) -> Result<Decoded<Downstream>, DecodeError> {
        atom().decode_down(text, cx)
    }

    fn frames(&self) -> &'static [FrameKind] {
        atom().frames()
    }

    fn heard_up(&self, message: Upstream) -> Option<Upstream> {
        atom().heard_up(message)
    }

    fn heard_down(&self, message: Downstream) -> Option<Downstream> {
        atom().heard_down(message)
    }
}

/// A hub on loopback that takes every device, one at a time.
pub(crate) struct Hub {
    address: SocketAddr,
    says: mpsc::Sender<Value>,
    heard: Arc<Heard>,
    change: watch::Receiver<u64>,
    cancel: CancellationToken,
}

#[derive(Default)]
struct Heard {
    frames: Mutex<Vec<Value>>,
    deaf: AtomicBool,
}

struct Ear {
    listener: TcpListener,
    lines: mpsc::Receiver<Value>,
    heard: Arc<Heard>,
    changed: watch::Sender<u64>,
}

impl Hub {
    pub(crate) async fn open(tracker: &TaskTracker) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (says, lines) = mpsc::channel(4_096);
        let heard = Arc::new(Heard::default());
        let (changed, change) = watch::channel(0);
        let cancel = CancellationToken::new();
        let mut ear = Ear {
            listener,
            lines,
            heard: Arc::clone(&heard),
            changed,
        };
        let until = cancel.clone();
        tracker.spawn(async move {
            until
                .run_until_cancelled(async {
                    loop {
                        let (stream, _) = ear.listener.accept().await.unwrap();
                        ear.listen(stream).await;
                    }
                })
                .await;
        });
        Self {
            address,
            says,
            heard,
            change,
            cancel,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on no result is confirmed.
    pub(crate) fn goes_deaf(&self) {
        self.heard.deaf.store(true, Ordering::SeqCst);
    }

    pub(crate) fn hears_again(&self) {
        self.heard.deaf.store(false, Ordering::SeqCst);
    }

    pub(crate) async fn say(&self, frame: Value) {
        self.says.send(frame).await.unwrap();
    }

    /// Asks for something.
    pub(crate) async fn ask(&self, id: &str, command: &str, params: Value, agent: &Value) {
        self.say(json!({
            "type": "command", "command_id": id, "command": command, "params": params,
            "agent": agent,
        }))
        .await;
    }

    /// The same, for so long.
    pub(crate) async fn ask_for(
        &self,
        time: Duration,
        id: &str,
        command: &str,
        params: Value,
        agent: &Value,
    ) {
        let now = chaperone_protocol::Timestamp::now();
        self.say(json!({
            "type": "command", "command_id": id, "command": command, "params": params,
            "agent": agent, "timestamp": now, "deadline_at": now + time,
        }))
        .await;
    }

    pub(crate) async fn notify(&self, id: &str, agent: &Value) {
        let params = json!({"title": format!("Title of {id}"), "body": "Body"});
        self.ask(id, "send_notification", params, agent).await;
    }

    pub(crate) async fn cancel(&self, id: &str) {
        self.say(json!({"type": "cancel", "command_id": id})).await;
    }

    /// The answer to a command.
    pub(crate) async fn answer(&self, id: &str) -> Value {
        self.nth_answer(id, 1).await
    }

    /// The answer that makes it so many.
    pub(crate) async fn nth_answer(&self, id: &str, nth: usize) -> Value {
        self.until(&format!("answer {nth} to {id}"), |_| {
            self.answers(id).into_iter().nth(nth - 1)
        })
        .await
    }

    /// Every answer to a command so far.
    pub(crate) fn answers(&self, id: &str) -> Vec<Value> {
        let frames = self.frames();
        let is = |frame: &Value| frame["type"] == "result" && frame["command_id"] == id;
        frames.into_iter().filter(is).collect()
    }

    /// Waits until a command is said to be at that step.
    pub(crate) async fn progress(&self, id: &str, state: &str) {
        self.until(&format!("{id} {state}"), |frames| {
            let is = |frame: &Value| {
                frame["type"] == "progress" && frame["command_id"] == id && frame["state"] == state
            };
            frames.iter().any(is).then_some(())
        })
        .await;
    }

    pub(crate) fn frames(&self) -> Vec<Value> {
        let frames = self.heard.frames.lock();
        frames.unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn until<T>(&self, what: &str, mut find: impl FnMut(&[Value]) -> Option<T>) -> T {
        let mut change = self.change.clone();
        let found = async {
            loop {
                change.mark_unchanged();
                if let Some(found) = find(&self.frames()) {
                    return found;
                }
                change.changed().await.unwrap();
            }
        };
        let Ok(found) = timeout(PATIENCE, found).await else {
            panic!("never heard: {what}; heard: {:#?}", self.frames());
        };
        found
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl Ear {
    /// Talks to one device until it goes.
    async fn listen(&mut self, stream: TcpStream) {
        let Ok(mut socket) = accept_async(stream).await else {
            return;
        };
        let mut known = false;
        loop {
            let said = tokio::select! {
                said = socket.next() => said,
                Some(line) = self.lines.recv(), if known => {
                    if socket.send(Message::text(line.to_string())).await.is_err() {
                        return;
                    }
                    continue;
                }
            };
            let Some(Ok(message)) = said else { return };
            let Message::Text(text) = message else {
                continue;
            };
            let frame: Value = serde_json::from_str(text.as_str()).unwrap();
            let reply = match frame["type"].as_str() {
                Some("register") => {
                    known = true;
                    Some(json!({
                        "type": "registered", "device_node_id": frame["device_node_id"],
                        "extensions": ["agent", "deadline", "cancel", "progress", "result_ack"],
                    }))
                }
                Some("result") if !self.heard.deaf.load(Ordering::SeqCst) => Some(json!({
                    "type": "result_ack", "command_id": frame["command_id"],
                })),
                _ => None,
            };
            let frames = self.heard.frames.lock();
            frames.unwrap_or_else(PoisonError::into_inner).push(frame);
            self.changed.send_modify(|count| *count += 1);
            if let Some(reply) = reply
                && socket.send(Message::text(reply.to_string())).await.is_err()
            {
                return;
            }
        }
    }
}
