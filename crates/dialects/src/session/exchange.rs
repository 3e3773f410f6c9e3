//! What goes into a device's session and what comes out of it.
//!
//! Vocabulary only; `device.rs` beside this file acts on it.

use std::time::Duration;

use chaperone_protocol::{CommandId, ConnectionState};

use super::{Close, CloseReason};
use crate::{DecodeError, Downstream, Upstream};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Something to say. Results are kept until delivered; anything else is said now or never.
    Send(Upstream),
    /// The result of the last [`Action::SendResult`] is on its way.
    Written(CommandId),
    /// The person does not want to wait for the next try.
    TryNow,
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
    /// It was not reached. A sentence for people, without the URL.
    Network(String),
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
    /// Close the socket, or stop opening it, and report nothing about it any more.
    Close(Close),
    /// Hand a command, a cancellation or the hub's complaint to the device.
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
