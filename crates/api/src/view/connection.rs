//! Connections with hubs: where each stands, what may be changed on it, and how it is kept.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Level, WayView, policy::given};

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionView {
    pub id: String,
    pub name: String,
    pub address: String,
    /// The kind of hub.
    pub dialect: String,
    /// The same, as people know it.
    pub dialect_name: String,
    pub phase: Phase,
    /// Since when; milliseconds since 1970.
    #[ts(type = "number")]
    pub since: i64,
    pub failed_attempts: u32,
    /// Milliseconds since 1970.
    #[ts(type = "number | null")]
    pub next_try_at: Option<i64>,
    pub round_trip_ms: Option<f64>,
    pub trouble: Option<String>,
    /// What only the person can do about the trouble.
    pub remedy: Option<RemedyView>,
    /// The highest level anybody behind this connection has here.
    pub ceiling: Level,
    /// Not connected, because the person said so.
    pub paused: bool,
    /// What may be changed; nothing of this computer's own hub and of those named at the start.
    pub changeable: Option<ChangeableView>,
    /// What the hub tells about itself; absent where that is nothing.
    pub told: Option<HubToldView>,
}

/// What a hub tells about itself, for the person to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HubToldView {
    /// No two have the same name.
    pub switches: Vec<HubSwitchView>,
    /// The hub names more than are shown.
    pub more_switches: bool,
    pub cards: Vec<HubCardView>,
}

/// A part of a hub that is on or off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HubSwitchView {
    /// The hub's name for it.
    pub name: String,
    /// What the hub said last; absent where it has not.
    pub on: Option<bool>,
    /// When; milliseconds since 1970.
    #[ts(type = "number | null")]
    pub told_at: Option<i64>,
    /// It was said since the hub was reached last; before that it is only what was known then.
    pub current: bool,
    /// The hub was asked to switch it so, and has not said yet that it is.
    pub asked: Option<bool>,
    /// The hub was asked to switch it so, and said nothing in time.
    pub unanswered: Option<bool>,
}

/// A few values that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HubCardView {
    pub kind: HubCardKind,
    /// The hub's name for it; empty where it has none.
    pub name: String,
    pub readings: Vec<ReadingView>,
    /// When the hub said so; milliseconds since 1970.
    #[ts(type = "number")]
    pub told_at: i64,
    /// It was said since the hub was reached last.
    pub current: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum HubCardKind {
    /// Somebody who lives at the hub, such as a pet.
    Companion,
    /// The hub, or what it watches over.
    Report,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReadingView {
    pub name: String,
    pub value: ReadingValueView,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ReadingValueView {
    /// Of 100.
    Percent {
        percent: u8,
    },
    Flag {
        yes: bool,
    },
    /// The hub's own words or number.
    Text {
        text: String,
    },
}

/// `connections/switch`: asks the hub to switch something of its own.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HubSwitchParams {
    pub id: String,
    /// The switch, by the name that is shown.
    pub name: String,
    pub on: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    Connecting,
    Connected,
    /// The socket is down, and the hub is asked for commands every few seconds instead.
    Polling,
    Waiting,
    Refused,
    Stopped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RemedyView {
    /// Sign in again.
    SignIn,
    /// Look at the address, or at the kind of hub that was chosen.
    CheckAddress,
}

/// What may be changed about how a connection is kept, within which bounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangeableView {
    /// The ways to sign in again, the best first; none where nobody has to.
    pub ways: Vec<WayView>,
    /// Commands can be fetched over HTTP, so that socket and fetching can be switched.
    pub polling: bool,
    /// How many tries come quickly before they come at the slowest rate.
    pub attempts: BoundsView,
    /// Seconds between two heartbeats; absent where the hub asks for them.
    pub heartbeat_seconds: Option<BoundsView>,
    /// Seconds between two fetchings; absent where there are none.
    pub poll_seconds: Option<BoundsView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BoundsView {
    pub least: u32,
    /// What holds where nothing is set.
    pub usual: u32,
    pub most: u32,
}

/// `connections/get`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetConnectionParams {
    pub id: String,
}

/// One connection, with everything there is to know of it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionDetails {
    pub connection: ConnectionView,
    /// What the hub calls this computer; absent where it was not signed in.
    pub device: Option<String>,
    /// What tells this computer's key from others, as the hub's page shows it.
    pub fingerprint: String,
    /// When it was paired; milliseconds since 1970.
    #[ts(type = "number | null")]
    pub paired_at: Option<i64>,
    /// How it is kept; absent where that cannot be changed.
    pub settings: Option<LinkSettingsView>,
    /// What went wrong last, also where that is over.
    pub last_trouble: Option<TroubleView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TroubleView {
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    /// What, and what to do about it, in plain words.
    pub message: String,
    pub remedy: Option<RemedyView>,
}

/// How a connection is kept; what is absent is as usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinkSettingsView {
    pub socket: bool,
    pub polling: bool,
    pub attempts: Option<u32>,
    pub heartbeat_seconds: Option<u32>,
    pub poll_seconds: Option<u32>,
    /// The token may cross a network in the clear.
    pub unencrypted: bool,
    /// The only certificate that the hub may show, by its SHA-256.
    pub pin: Option<String>,
}

/// How a connection is to be kept: what is absent stays, null is as usual.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LinkSettingsParams {
    #[ts(optional)]
    pub socket: Option<bool>,
    #[ts(optional)]
    pub polling: Option<bool>,
    #[serde(deserialize_with = "given")]
    #[ts(optional = nullable, as = "Option<u32>")]
    pub attempts: Option<Option<u32>>,
    #[serde(deserialize_with = "given")]
    #[ts(optional = nullable, as = "Option<u32>")]
    pub heartbeat_seconds: Option<Option<u32>>,
    #[serde(deserialize_with = "given")]
    #[ts(optional = nullable, as = "Option<u32>")]
    pub poll_seconds: Option<Option<u32>>,
    #[ts(optional)]
    pub unencrypted: Option<bool>,
    #[serde(deserialize_with = "given")]
    #[ts(optional = nullable, as = "Option<String>")]
    pub pin: Option<Option<String>>,
}
