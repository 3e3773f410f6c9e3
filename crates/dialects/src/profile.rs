//! A dialect's numbers and names.
//!
//! What the sessions interpret and the window shows; nothing here decides anything.

use std::time::Duration;

use crate::Extensions;

/// What sets one wire apart from another, as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its identity in settings and URLs.
    pub id: &'static str,
    /// The name people see.
    pub name: &'static str,
    /// Where hubs of this kind listen for devices.
    pub native_path: &'static str,
    /// The port hubs of this kind listen on, where they have a usual one.
    pub usual_port: Option<u16>,
    /// Where the token goes.
    pub credential: Credential,
    /// Under which name the device's id stands in the URL, where it does.
    pub id_query: Option<&'static str>,
    /// Whom a hub keeps one connection for.
    pub seat: Seat,
    /// Who introduces itself how.
    pub greeting: Greeting,
    /// Who says regularly that it is there.
    pub heartbeat: Heartbeat,
    /// When a hub gives a device up.
    pub given_up: GivenUp,
    /// How long opening the socket may take.
    pub open_within: Duration,
    /// How often either side sends a WebSocket ping, on wires where nothing else tells life.
    pub ping_every: Option<Duration>,
    /// How long either side hears nothing at all before it gives the socket up.
    pub silence_limit: Option<Duration>,
    /// How soon a device that has just woken from sleep must hear something.
    pub wake_limit: Duration,
    /// How long one frame may take to be written.
    pub write_within: Duration,
    /// How long a hub waits for an answer when it does not say.
    pub command_timeout: Duration,
    /// The largest frame a hub takes from a device.
    pub max_up_bytes: usize,
    /// The largest frame a device takes from a hub.
    pub max_down_bytes: usize,
    /// The most messages a device sends.
    pub pace: Pace,
    /// How the device tries again.
    pub retry: Retry,
    /// How often commands are fetched over HTTP while the socket is down, where the wire has that.
    pub poll_every: Option<Duration>,
    /// The extensions we have on this wire.
    pub extensions: Extensions,
}

/// Where a wire puts the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// There is none: whoever reaches the hub may speak to it.
    Nothing,
    /// In the URL's query, under that name.
    Query(&'static str),
    /// In the `Authorization` header of the upgrade.
    Bearer,
}

/// Whom a hub keeps one connection for; a newer one takes the place of the older.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// For each device.
    Device,
    /// For each account, whatever its devices.
    Account,
    /// For each socket: all of them hear the same.
    Socket,
}

/// How a connection begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Greeting {
    /// With nothing: the request for the socket has said everything.
    Nothing,
    /// The device says who it is, and nobody answers.
    Announced {
        /// How long the hub waits for it; where it does not, any frame may come first.
        within: Option<Duration>,
        /// How the hub refuses one that comes late, or something else in its place.
        refusals: Refusals,
    },
    /// The device says who it is and waits to be told that it was understood.
    Confirmed {
        /// How long the hub waits for it.
        within: Duration,
        /// How long the device waits for the answer.
        answer_within: Duration,
        /// How the hub refuses one that comes late, or something else in its place.
        refusals: Refusals,
    },
}

/// How a hub closes a socket that does not begin as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusals {
    /// When nothing comes.
    pub late: Refusal,
    /// When something else comes first.
    pub other: Refusal,
    /// When the hello makes no sense.
    pub senseless: Refusal,
}

/// A close code and its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The close code.
    pub code: u16,
    /// The reason; absent where the problem itself is the reason.
    pub reason: Option<&'static str>,
}

/// Who says regularly that it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heartbeat {
    /// The device does.
    Device {
        /// How often.
        every: Duration,
        /// How soon the hub must answer, on wires whose hubs may be deaf without knowing.
        answered_within: Option<Duration>,
        /// After how much silence the hub asks for one.
        asked_for_after: Option<Duration>,
    },
    /// The hub asks for one.
    Hub {
        /// How often.
        every: Duration,
    },
}

/// When a hub gives a device up that says nothing of itself any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenUp {
    /// When nothing at all is heard of it.
    OnSilence,
    /// So long after its last heartbeat, whatever else it says.
    WithoutHeartbeat(Duration),
    /// The same, but only if it ever sent one.
    WithoutFurtherHeartbeat(Duration),
}

/// The most messages in a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// So many.
    pub messages: u32,
    /// In so long.
    pub within: Duration,
}

impl Pace {
    /// What every wire keeps to unless it says otherwise.
    pub const USUAL: Self = Self {
        messages: 100,
        within: Duration::from_mins(1),
    };
}

/// How long a device waits before it tries again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// After the first failure; doubled after each further one.
    pub first: Duration,
    /// At most. It never gives up.
    pub most: Duration,
    /// After that many failures it tries at its slowest, and the person is told.
    pub patience: u32,
    /// After the hub refused who we are or how we speak: a person has to act, so there is no hurry.
    pub refused: Duration,
}

impl Profile {
    /// How often the device says that it is there, where it does so by itself.
    pub fn heartbeat_every(&self) -> Option<Duration> {
        match self.heartbeat {
            Heartbeat::Device { every, .. } => Some(every),
            Heartbeat::Hub { .. } => None,
        }
    }
}
