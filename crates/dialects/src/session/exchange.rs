//! What goes into a device's session and what comes out of it.
//!
//! Vocabulary only; `device.rs` beside this file acts on it.

use std::time::Duration;

use chaperone_protocol::{CommandId, ConnectionState, Health};

use super::{Close, CloseReason};
use crate::{DecodeError, Downstream, Upstream};

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The socket is open.
    Opened,
    /// A text frame came.
    Text(String),
    /// Something else came, which shows that the peer is there: a ping, a pong, a binary frame.
    Heard,
    /// The hub closed the socket, or it broke.
    Closed(CloseReason),
    /// The socket could not be opened.
    ConnectFailed(ConnectFailure),
    /// The moment of the last [`Action::SetTimer`] has come. Too early or too often does no harm.
    Timer,
    /// Something to say. Results are kept until delivered, parts and reports until they were said;
    /// anything else is said now or never.
    Send(Upstream),
    /// Something that is worth saying at this moment only: said if the hub is there and the pace
    /// allows it, or never.
    SendNow(Upstream),
    /// The result of the last [`Action::SendResult`] has left this computer, and as far as can be told
    /// has reached the hub.
    Written(CommandId),
    /// An HTTP request of [`Action::Request`] has ended.
    Answered {
        /// What it was for.
        purpose: Purpose,
        /// The status and the body, or why there is none, as a sentence for people.
        answer: Result<(u16, String), String>,
    },
    /// How this computer is, for wires that say so regularly.
    Health(Health),
    /// The person does not want to wait for the next try.
    TryNow,
    /// This computer has another way to the network, or has one again.
    NetworkChanged,
    /// The connection is switched off.
    Stop,
}

/// Why a socket could not be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectFailure {
    /// The hub answered the upgrade with this HTTP status.
    Refused {
        /// The status.
        status: u16,
    },
    /// There is no token to offer it, and only signing in gives one. A sentence for people.
    SignIn(String),
    /// What answered could not show that it is the hub. A sentence for people.
    Untrusted(String),
    /// It was not reached. A sentence for people, without the URL.
    Network(String),
}

/// What an HTTP request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// To fetch commands.
    Poll,
    /// To deliver the result of this command.
    Result(CommandId),
}

/// What is to be done.
#[derive(Debug)]
pub enum Action {
    /// Open a socket.
    Connect,
    /// Write a text frame.
    SendText(String),
    /// Write a result's frame, then report [`Input::Written`].
    SendResult {
        /// The command it answers.
        id: CommandId,
        /// The frame.
        text: String,
    },
    /// Write a WebSocket ping.
    Ping,
    /// Send a body of JSON to the hub over HTTP, then report [`Input::Answered`].
    Request {
        /// What for.
        purpose: Purpose,
        /// Where at the hub.
        path: &'static str,
        /// The body.
        body: String,
    },
    /// Close the socket, or stop opening it, and report nothing about it any more.
    Close(Close),
    /// Hand a command, a cancellation, a challenge, an event, a wish or the hub's complaint to the
    /// device.
    Deliver(Downstream),
    /// Report [`Input::Timer`] at that moment; replaces the one before.
    SetTimer(Duration),
    /// The state changed.
    StateChanged(ConnectionState),
    /// The hub has the result, or as much of that as its protocol lets us know.
    Delivered(CommandId),
    /// A frame made no sense. The hub has been told.
    Malformed(DecodeError),
    /// A frame of a kind we do not know was passed over.
    Ignored {
        /// The kind.
        kind: String,
    },
}
