//! Whole conversations, written down as they happen.

use std::{fmt::Write as _, time::Duration};

use chaperone_dialects::{
    Action, CloseReason, DeviceSession, Dialect, HubAction, HubInput, HubSession, Input, Upstream,
};
use chaperone_protocol::{ConnectionState, Timestamp};

use crate::support::{NOW, desktop};

/// One half of a conversation: what happened to it, and what it did.
pub(crate) struct Transcript<Session> {
    session: Session,
    now: Duration,
    timer_at: Option<Duration>,
    text: String,
}

impl<Session> Transcript<Session> {
    fn of(session: Session) -> Self {
        Self {
            session,
            now: Duration::ZERO,
            timer_at: None,
            text: String::new(),
        }
    }

    fn wall(&self) -> Timestamp {
        NOW.now + self.now
    }

    fn happens(&mut self, what: &str) {
        writeln!(self.text, "{:>5} s  {what}", self.now.as_secs_f64()).unwrap();
    }

    fn does(&mut self, what: &str) {
        writeln!(self.text, "           > {what}").unwrap();
    }

    /// A line that tells the reader what comes.
    pub(crate) fn chapter(&mut self, title: &str) {
        writeln!(self.text, "\n# {title}").unwrap();
    }

    /// Lets time pass without telling anybody.
    pub(crate) fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    fn alarm(&mut self) {
        let at = self.timer_at.take().expect("a timer is set");
        self.now = self.now.max(at);
    }

    pub(crate) fn text(self) -> String {
        self.text
    }
}

impl Transcript<DeviceSession> {
    /// The device `desk`, about to connect.
    pub(crate) fn device(dialect: &'static dyn Dialect) -> Self {
        Self::of(DeviceSession::new(dialect, desktop(), 1))
    }

    /// The same, with its socket open and whatever the session says at first said.
    pub(crate) fn connected(dialect: &'static dyn Dialect) -> Self {
        let mut device = Self::device(dialect);
        device.feed("starts", Input::Timer);
        device.feed("opened", Input::Opened);
        device
    }

    pub(crate) fn feed(&mut self, what: &str, input: Input) {
        self.happens(what);
        let actions = self.session.handle(input, self.now, self.wall());
        for action in actions {
            let line = match action {
                Action::Connect => "connect".to_owned(),
                Action::SendText(text) => format!("send {text}"),
                Action::SendResult { id, text } => format!("send {text} as the answer to {id}"),
                Action::Ping => "ping".to_owned(),
                Action::Request { path, body, .. } => format!("post {path} {body}"),
                Action::Close(close) => format!("close {} {:?}", close.code, close.reason),
                Action::Deliver(message) => format!("deliver {message:?}"),
                Action::Delivered(id) => format!("delivered {id}"),
                Action::Malformed(error) => format!("malformed: {error}"),
                Action::Ignored { kind } => format!("ignored {kind}"),
                Action::StateChanged(state) => state_in_words(&state),
                Action::SetTimer(at) => {
                    self.timer_at = Some(at);
                    continue;
                }
            };
            self.does(&line);
        }
    }

    pub(crate) fn hears(&mut self, text: &str) {
        self.feed(&format!("hears {text}"), Input::Text(text.to_owned()));
    }

    pub(crate) fn says(&mut self, message: Upstream) {
        self.feed("is told to speak", Input::Send(message));
    }

    pub(crate) fn closed(&mut self, code: Option<u16>, reason: &str) {
        let what = match code {
            Some(code) => format!("is closed with {code} {reason:?}"),
            None => "loses the socket".to_owned(),
        };
        let reason = reason.to_owned();
        self.feed(&what, Input::Closed(CloseReason { code, reason }));
    }

    pub(crate) fn rings(&mut self) {
        self.alarm();
        self.feed("timer", Input::Timer);
    }

    pub(crate) fn state(&self) -> ConnectionState {
        self.session.state()
    }
}

fn state_in_words(state: &ConnectionState) -> String {
    let mut words = format!("state {:?}", state.phase);
    if let Some(trouble) = &state.trouble {
        write!(words, ", trouble {trouble:?}").unwrap();
    }
    if let Some(remedy) = state.remedy {
        write!(words, ", remedy {remedy:?}").unwrap();
    }
    if let Some(at) = state.next_try_at {
        let seconds = at.duration_since(NOW.now).as_secs_f64();
        write!(words, ", next try at {seconds} s").unwrap();
    }
    if let Some(trip) = state.round_trip {
        write!(words, ", round trip {} s", trip.as_secs_f64()).unwrap();
    }
    words
}

impl Transcript<HubSession> {
    /// A hub whose socket is about to be opened by the device `desk`.
    pub(crate) fn hub(dialect: &'static dyn Dialect) -> Self {
        Self::of(HubSession::new(dialect).of(desktop().id))
    }

    pub(crate) fn feed(&mut self, what: &str, input: HubInput) {
        self.happens(what);
        let actions = self.session.handle(input, self.now, self.wall());
        for action in actions {
            let line = match action {
                HubAction::SendText(text) => format!("send {text}"),
                HubAction::Ping => "ping".to_owned(),
                HubAction::Deliver(message) => format!("deliver {message:?}"),
                HubAction::Close(close) => format!("close {} {:?}", close.code, close.reason),
                HubAction::Unsendable { error, .. } => format!("cannot: {error}"),
                HubAction::Malformed(error) => format!("malformed: {error}"),
                HubAction::Ignored { kind } => format!("ignored {kind}"),
                HubAction::SetTimer(at) => {
                    self.timer_at = Some(at);
                    continue;
                }
            };
            self.does(&line);
        }
    }

    pub(crate) fn hears(&mut self, text: &str) {
        self.feed(&format!("hears {text}"), HubInput::Text(text.to_owned()));
    }

    pub(crate) fn rings(&mut self) {
        self.alarm();
        self.feed("timer", HubInput::Timer);
    }
}
