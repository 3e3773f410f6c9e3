//! Declares what is left of any message on this wire.
//!
//! Written down beside the translation, not made from it, so that the tests can hold one to the
//! other.

use chaperone_protocol::{Event, Report};

use super::{
    MODULE_CONTROL, PET_STATE_CHANGED, PET_STATE_UPDATE, PING, PONG, event::is_synchronised,
    to_wire,
};
use crate::{Downstream, Upstream, json::shortened};

pub(super) fn up(message: Upstream) -> Option<Upstream> {
    match message {
        Upstream::Heartbeat => Some(Upstream::Heartbeat),
        Upstream::Report(Report::Event(event)) if event.name != PING => {
            let mut event = named(event);
            if event.name == MODULE_CONTROL {
                event
                    .data
                    .retain(|name, _| !["type", "timestamp", "data"].contains(&name.as_str()));
            }
            Some(Upstream::Report(Report::Event(event)))
        }
        Upstream::Report(_)
        | Upstream::Register(_)
        | Upstream::Proof { .. }
        | Upstream::Accepted { .. }
        | Upstream::Progress { .. }
        | Upstream::Part { .. }
        | Upstream::Result { .. }
        | Upstream::Error { .. } => None,
    }
}

pub(super) fn down(message: Downstream) -> Option<Downstream> {
    match message {
        Downstream::HeartbeatAck => Some(Downstream::HeartbeatAck),
        Downstream::Event(event) if event.name != PONG => {
            let mut event = named(event);
            if event.name == PET_STATE_UPDATE {
                PET_STATE_CHANGED.clone_into(&mut event.name);
            }
            if is_synchronised(&event.data) {
                event
                    .data
                    .retain(|name, _| !["type", "timestamp"].contains(&name.as_str()));
            }
            Some(Downstream::Event(event))
        }
        Downstream::Error { message } => Some(Downstream::Error {
            message: to_wire::complaint(&message).to_owned(),
        }),
        Downstream::Event(_)
        | Downstream::Connected { .. }
        | Downstream::Challenge { .. }
        | Downstream::Registered { .. }
        | Downstream::Command(_)
        | Downstream::Cancel { .. }
        | Downstream::ResultAck { .. }
        | Downstream::Heartbeat
        | Downstream::HeartbeatProbe
        | Downstream::Configure(_) => None,
    }
}

/// An absurdly long name is shortened when it is heard.
fn named(event: Event) -> Event {
    Event {
        name: shortened(&event.name),
        data: event.data,
    }
}
