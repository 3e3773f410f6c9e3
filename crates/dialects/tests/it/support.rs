//! Sessions in the hands of a test: a clock to turn by hand, and actions one can read.

use std::{fs, path::PathBuf, time::Duration};

use chaperone_dialects::{
    Action, CloseReason, Context, DeviceSession, Dialect, HubAction, HubInput, HubSession, Input,
    Upstream, dialect,
};
use chaperone_protocol::{
    CommandId, ConnectionState, DeviceId, DeviceInfo, FailureCode, Map, Outcome, Timestamp,
};
use serde_json::Value;

pub(crate) const NOW: Context<'static> = Context {
    now: Timestamp::constant(1_770_026_400, 0),
    device: None,
    health: None,
};

pub(crate) fn atom() -> &'static dyn Dialect {
    dialect("atom").unwrap()
}

pub(crate) fn id(text: &str) -> CommandId {
    CommandId::new(text).unwrap()
}

pub(crate) fn desktop() -> DeviceInfo {
    DeviceInfo {
        id: DeviceId::new("desk").unwrap(),
        name: "Desk".to_owned(),
        kind: "desktop_linux".to_owned(),
        platform: "linux".to_owned(),
        platform_version: "6".to_owned(),
        architecture: "x86_64".to_owned(),
        capabilities: vec!["notification".to_owned()],
        more: Map::new(),
    }
}

pub(crate) fn denied() -> Outcome {
    Outcome::failure(FailureCode::Denied, "no", NOW.now)
}

/// A dialect's fixtures: `up` or `down`, file name, text.
pub(crate) fn fixtures(dialect: &str, direction: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("src")
        .join(dialect)
        .join("fixtures")
        .join(direction);
    let Ok(files) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = files
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// The ignored ones among a dialect's fixtures.
pub(crate) fn ignored_fixtures(dialect: &str, direction: &str) -> Vec<(String, String)> {
    fixtures(dialect, &format!("{direction}/ignored"))
}

/// A frame in short: its type and whatever tells it from others.
fn frame(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap();
    let mut words: Vec<String> = value["type"]
        .as_str()
        .map(str::to_owned)
        .into_iter()
        .collect();
    for name in ["command_id", "command", "state", "error"] {
        if let Some(text) = value[name].as_str() {
            words.push(text.to_owned());
        }
    }
    for name in ["agent", "deadline_at", "extensions"] {
        if !value[name].is_null() {
            words.push(format!("+{name}"));
        }
    }
    words.join(" ")
}

/// A device's session under test.
pub(crate) struct Device {
    session: DeviceSession,
    now: Duration,
    wall: Timestamp,
    pub(crate) timer_at: Option<Duration>,
    pub(crate) states: Vec<ConnectionState>,
    /// The command whose result was handed over last and is not reported as written.
    pub(crate) writing: Option<String>,
}

impl Device {
    pub(crate) fn new(seed: u64) -> Self {
        Self::of(DeviceSession::new(atom(), desktop(), seed))
    }

    /// One that speaks another language than most of these tests.
    pub(crate) fn speaking(dialect: &'static dyn Dialect) -> Self {
        Self::of(DeviceSession::new(dialect, desktop(), 1))
    }

    pub(crate) fn of(session: DeviceSession) -> Self {
        Self {
            session,
            now: Duration::ZERO,
            wall: NOW.now,
            timer_at: None,
            states: Vec::new(),
            writing: None,
        }
    }

    /// One that has just been registered, with those extensions.
    pub(crate) fn registered(extensions: &str) -> Self {
        let mut device = Self::new(1);
        assert_eq!(device.feed(Input::Timer), ["connect"]);
        assert_eq!(device.feed(Input::Opened), ["send register"]);
        device.hears(&registered(extensions));
        assert_eq!(device.phase(), "Connected");
        device
    }

    pub(crate) fn feed(&mut self, input: Input) -> Vec<String> {
        let actions = self.session.handle(input, self.now, self.wall);
        let mut done = Vec::new();
        for action in actions {
            done.push(match action {
                Action::Connect => "connect".to_owned(),
                Action::SendText(text) => format!("send {}", frame(&text)),
                Action::SendResult { id, text } => {
                    assert!(text.contains(id.as_str()));
                    self.writing = Some(id.to_string());
                    format!("send {}", frame(&text))
                }
                Action::Ping => "ping".to_owned(),
                Action::Request { path, body, .. } => format!("post {path} {body}"),
                Action::Close(close) => format!("close {} {}", close.code, close.reason),
                Action::Deliver(message) => format!("deliver {message:?}"),
                Action::Delivered(id) => format!("delivered {id}"),
                Action::Malformed(error) => format!("malformed {error}"),
                Action::Ignored { kind } => format!("ignored {kind}"),
                Action::SetTimer(at) => {
                    self.timer_at = Some(at);
                    continue;
                }
                Action::StateChanged(state) => {
                    assert_ne!(self.states.last(), Some(&state), "told twice");
                    self.states.push(state);
                    continue;
                }
            });
        }
        assert_eq!(self.states.last(), Some(&self.session.state()));
        done
    }

    pub(crate) fn hears(&mut self, text: &str) -> Vec<String> {
        self.feed(Input::Text(text.to_owned()))
    }

    pub(crate) fn closed(&mut self, code: impl Into<Option<u16>>, reason: &str) -> Vec<String> {
        self.feed(Input::Closed(CloseReason {
            code: code.into(),
            reason: reason.to_owned(),
        }))
    }

    /// Lets time pass, on both clocks, without telling the session.
    pub(crate) fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        self.wall += Duration::from_secs(seconds);
    }

    /// The computer sleeps: only the wall clock goes on.
    pub(crate) fn sleep(&mut self, seconds: u64) {
        self.wall += Duration::from_secs(seconds);
    }

    /// Lets the timer ring, and says after how long.
    pub(crate) fn ring(&mut self) -> (Duration, Vec<String>) {
        let at = self.timer_at.take().expect("a timer is set");
        let waited = at.saturating_sub(self.now);
        self.now += waited;
        self.wall += waited;
        (waited, self.feed(Input::Timer))
    }

    pub(crate) fn state(&self) -> &ConnectionState {
        self.states.last().unwrap()
    }

    pub(crate) fn phase(&self) -> String {
        format!("{:?}", self.state().phase)
    }
}

pub(crate) fn registered(extensions: &str) -> String {
    let names: Vec<&str> = extensions.split_whitespace().collect();
    serde_json::json!({"type": "registered", "device_node_id": "desk", "extensions": names})
        .to_string()
}

pub(crate) fn command(id: &str) -> String {
    serde_json::json!({"type": "command", "command_id": id, "command": "send_notification",
        "params": {"title": "Hi"}})
    .to_string()
}

/// A hub's session under test.
pub(crate) struct Hub {
    session: HubSession,
    now: Duration,
    wall: Timestamp,
    timer_at: Option<Duration>,
}

impl Hub {
    pub(crate) fn opened() -> Self {
        let mut hub = Self::of(HubSession::new(atom()));
        assert!(hub.feed(HubInput::Opened).is_empty());
        hub
    }

    /// One that speaks another language than most of these tests, about to be opened. The request
    /// for the socket named the device `desk`.
    pub(crate) fn speaking(dialect: &'static dyn Dialect) -> Self {
        Self::of(HubSession::new(dialect).of(desktop().id))
    }

    pub(crate) fn of(session: HubSession) -> Self {
        Self {
            session,
            now: Duration::from_secs(1000),
            wall: NOW.now,
            timer_at: None,
        }
    }

    /// One whose device is registered, with those extensions.
    pub(crate) fn registered(extensions: &str) -> Self {
        let mut hub = Self::opened();
        let names: Vec<&str> = extensions.split_whitespace().collect();
        let hello = serde_json::json!({"type": "register", "device_node_id": "desk",
            "device_info": {"extensions": names}});
        assert_eq!(hub.hears(&hello.to_string()), ["deliver hello of desk"]);
        hub.feed(HubInput::Admit);
        hub
    }

    pub(crate) fn feed(&mut self, input: HubInput) -> Vec<String> {
        let actions = self.session.handle(input, self.now, self.wall);
        let mut done = Vec::new();
        for action in actions {
            done.push(match action {
                HubAction::SendText(text) => format!("send {}", frame(&text)),
                HubAction::Deliver(Upstream::Register(hello)) => {
                    format!("deliver hello of {}", hello.device.id)
                }
                HubAction::Ping => "ping".to_owned(),
                HubAction::Deliver(message) => format!("deliver {message:?}"),
                HubAction::Close(close) => format!("close {} {}", close.code, close.reason),
                HubAction::Unsendable { error, .. } => format!("unsendable {error}"),
                HubAction::Malformed(error) => format!("malformed {error}"),
                HubAction::Ignored { kind } => format!("ignored {kind}"),
                HubAction::SetTimer(at) => {
                    self.timer_at = Some(at);
                    continue;
                }
            });
        }
        done
    }

    pub(crate) fn hears(&mut self, text: &str) -> Vec<String> {
        self.feed(HubInput::Text(text.to_owned()))
    }

    pub(crate) fn ring(&mut self) -> (Duration, Vec<String>) {
        let at = self.timer_at.take().expect("a timer is set");
        let waited = at.saturating_sub(self.now);
        self.now += waited;
        self.wall += waited;
        (waited, self.feed(HubInput::Timer))
    }
}
