//! Fetching commands over HTTP while the socket is down, as pure code for both halves.
//!
//! Bodies only: whoever drives a session makes the requests.

use chaperone_protocol::CommandId;

use crate::{Context, DecodeError, Downstream, EncodeError, Upstream};

/// The HTTP side of a wire.
pub trait Polling: Sync {
    /// The path that is asked for commands.
    fn path(&self) -> &'static str;

    /// What a request says beside its body and its token, as names and values of headers.
    fn headers(&self, _token: &str, _cx: Context<'_>) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// The body that asks.
    fn ask(&self, poll: &Poll, cx: Context<'_>) -> Result<String, EncodeError>;

    /// Reads such a body.
    fn asked(&self, text: &str, cx: Context<'_>) -> Result<Poll, DecodeError>;

    /// The body that answers.
    fn answer(&self, polled: &Polled, cx: Context<'_>) -> Result<String, EncodeError>;

    /// Reads such a body.
    fn answered(&self, text: &str, cx: Context<'_>) -> Result<Polled, DecodeError>;

    /// The path that takes results.
    fn result_path(&self) -> &'static str;

    /// The body of one result.
    fn result(&self, message: &Upstream, cx: Context<'_>) -> Result<String, EncodeError>;

    /// Reads such a body.
    fn result_taken(&self, text: &str, cx: Context<'_>) -> Result<Upstream, DecodeError>;
}

/// What a device says when it asks for commands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Poll {
    /// The last command it has seen.
    pub last_command: Option<CommandId>,
    /// What happened since; said again until the hub has named it.
    pub events: Vec<PolledEvent>,
}

/// An event with the name by which the hub acknowledges it.
#[derive(Debug, Clone, PartialEq)]
pub struct PolledEvent {
    /// The device's name for it.
    pub id: String,
    /// What happened.
    pub event: chaperone_protocol::Event,
}

/// What a hub answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Polled {
    /// Commands and wishes, in order.
    pub messages: Vec<Downstream>,
    /// The events it has kept.
    pub kept_events: Vec<String>,
}
