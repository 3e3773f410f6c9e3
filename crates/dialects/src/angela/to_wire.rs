//! Says frames.
//!
//! Exactly as the system's document has them, with times that name their zone.

use chaperone_protocol::{Event, Report};
use serde::Serialize;

use super::{
    INVALID_JSON,
    event::{OWN_OF_EVENT, OWN_OF_MODULE_CONTROL, is_synchronised},
    profile::PROFILE,
    wire::{Complaint, Envelope, ModuleControl, Ping, Pong, Synchronised},
};
use crate::{Context, Downstream, EncodeError, Upstream, except::Except, shorten::written};

pub(super) fn up(message: &Upstream, cx: Context<'_>) -> Result<String, EncodeError> {
    match message {
        Upstream::Heartbeat => said_up(&Ping {}),
        Upstream::Report(Report::Event(event)) => report(event, cx),
        Upstream::Report(Report::Health(_)) => unsupported("how a device is"),
        Upstream::Register(_) => unsupported("a hello"),
        Upstream::Proof { .. } => unsupported("the proof of a key"),
        Upstream::Accepted { .. }
        | Upstream::Progress { .. }
        | Upstream::Part { .. }
        | Upstream::Result { .. } => unsupported("commands, nor for what becomes of them"),
        // The hub would pass it on to everybody.
        Upstream::Error { .. } => unsupported("a device's complaint"),
    }
}

pub(super) fn down(message: &Downstream, cx: Context<'_>) -> Result<String, EncodeError> {
    match message {
        Downstream::HeartbeatAck => said_down(&Pong { timestamp: cx.now }),
        Downstream::Event(event) => news(event, cx),
        Downstream::Error { message } => said_down(&Complaint {
            error: complaint(message),
        }),
        Downstream::Connected { .. } | Downstream::Registered { .. } => {
            unsupported("an answer to a hello")
        }
        Downstream::Challenge { .. } => unsupported("a challenge"),
        Downstream::Command(_) | Downstream::Cancel { .. } | Downstream::ResultAck { .. } => {
            unsupported("commands, nor for what becomes of them")
        }
        Downstream::Heartbeat | Downstream::HeartbeatProbe => {
            unsupported("a heartbeat that nobody asked for")
        }
        Downstream::Configure(_) => unsupported("a hub's wishes"),
    }
}

fn unsupported(what: &'static str) -> Result<String, EncodeError> {
    Err(EncodeError::Unsupported { what })
}

fn said_up(frame: &impl Serialize) -> Result<String, EncodeError> {
    written(frame, PROFILE.max_up_bytes)
}

fn said_down(frame: &impl Serialize) -> Result<String, EncodeError> {
    written(frame, PROFILE.max_down_bytes)
}

fn report(event: &Event, cx: Context<'_>) -> Result<String, EncodeError> {
    match event.name.as_str() {
        // It would be heard as something else.
        super::PING => unsupported("an event of a heartbeat's name"),
        super::MODULE_CONTROL => said_up(&ModuleControl {
            members: Except {
                map: &event.data,
                names: OWN_OF_MODULE_CONTROL,
            },
        }),
        kind => said_up(&Envelope {
            kind,
            data: &event.data,
            timestamp: cx.now,
        }),
    }
}

fn news(event: &Event, cx: Context<'_>) -> Result<String, EncodeError> {
    let kind = match event.name.as_str() {
        super::PONG => return unsupported("an event of a heartbeat's name"),
        super::PET_STATE_UPDATE => super::PET_STATE_CHANGED,
        kind => kind,
    };
    let timestamp = cx.now;
    if is_synchronised(&event.data) {
        return said_down(&Synchronised {
            kind,
            members: Except {
                map: &event.data,
                names: OWN_OF_EVENT,
            },
            timestamp,
        });
    }
    said_down(&Envelope {
        kind,
        data: &event.data,
        timestamp,
    })
}

/// The words the system has for what is no JSON object; ours for anything else.
pub(super) fn complaint(message: &str) -> &str {
    if super::UNREADABLE.contains(&message) {
        INVALID_JSON
    } else {
        message
    }
}
