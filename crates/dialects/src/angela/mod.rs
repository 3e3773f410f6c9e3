//! The socket of the Angela backend: JSON objects, most of them `{type, data, timestamp}`, in one
//! group of clients that all hear the same.
//!
//! `README.md` beside this file tells where peers differ.

mod about;
mod event;
mod frames;
mod from_wire;
mod heard;
mod profile;
mod relays;
mod sign;
mod to_wire;
mod wire;

#[cfg(test)]
mod tests;

pub use sign::{angela_signature, is_angela_signature};

use chaperone_protocol::{Event, HubNews, HubSwitch, Report};

use crate::{
    Context, DecodeError, Decoded, Dialect, Downstream, EncodeError, FrameKind, Profile, Relay,
    Upstream,
};

const PING: &str = "ping";
const PONG: &str = "pong";
const MODULE_CONTROL: &str = "module_control";
const MODULE_STATUS_CHANGED: &str = "module_status_changed";
const STATUS_CHANGE: &str = "status_change";
const DATA_UPDATE: &str = "data_update";
const PET_STATE_CHANGED: &str = "pet_state_changed";
const PET_STATE_UPDATE: &str = "pet_state_update";

/// What the system says to what it cannot read.
const INVALID_JSON: &str = "Invalid JSON";
/// Our own sentences for the same.
const UNREADABLE: [&str; 2] = ["the frame is not JSON", "the frame is not a JSON object"];

/// The dialect.
pub(crate) static DIALECT: Angela = Angela;

pub(crate) struct Angela;

impl Dialect for Angela {
    fn profile(&self) -> &'static Profile {
        &profile::PROFILE
    }

    fn frames(&self) -> &'static [FrameKind] {
        frames::FRAMES
    }

    fn encode_up(&self, message: &Upstream, cx: Context<'_>) -> Result<String, EncodeError> {
        to_wire::up(message, cx)
    }

    fn decode_up(&self, text: &str, _cx: Context<'_>) -> Result<Decoded<Upstream>, DecodeError> {
        from_wire::up(text)
    }

    fn encode_down(&self, message: &Downstream, cx: Context<'_>) -> Result<String, EncodeError> {
        to_wire::down(message, cx)
    }

    fn decode_down(
        &self,
        text: &str,
        _cx: Context<'_>,
    ) -> Result<Decoded<Downstream>, DecodeError> {
        from_wire::down(text)
    }

    fn heard_up(&self, message: Upstream) -> Option<Upstream> {
        heard::up(message)
    }

    fn heard_down(&self, message: Downstream) -> Option<Downstream> {
        heard::down(message)
    }

    fn switches(&self) -> &'static [&'static str] {
        about::MODULES
    }

    fn tells(&self, heard: &Event) -> Option<HubNews> {
        about::told(heard)
    }

    fn switches_by(&self, wish: &HubSwitch) -> Option<Report> {
        Some(Report::Event(about::control(wish)))
    }

    fn relays(&self, heard: &Upstream, cx: Context<'_>) -> Vec<Relay> {
        relays::of(heard, cx)
    }
}
