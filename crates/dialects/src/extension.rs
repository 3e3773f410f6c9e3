//! What two Chaperones can say to each other beyond a borrowed wire.
//!
//! Each extension is offered by the device, taken up by the hub, and used by a sender only after
//! both have named it. `docs/atom-extensions.md` specifies the frames.

use std::fmt;

/// One addition to a wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Extension {
    /// Commands name the agent that asks.
    Agent,
    /// Commands say until when somebody waits.
    Deadline,
    /// The hub can take a command back.
    Cancel,
    /// The device says where a command stands.
    Progress,
    /// The hub confirms every result.
    ResultAck,
    /// The device confirms every command before it has an answer.
    Accepted,
    /// Pictures and recordings are uploaded beforehand, and results only name them.
    Upload,
    /// The device proves that it holds the key it was paired with.
    DeviceKey,
    /// The hub can ask for a picture of a display.
    Screenshot,
}

impl Extension {
    /// Every extension.
    pub const ALL: [Self; 9] = [
        Self::Agent,
        Self::Deadline,
        Self::Cancel,
        Self::Progress,
        Self::ResultAck,
        Self::Accepted,
        Self::Upload,
        Self::DeviceKey,
        Self::Screenshot,
    ];

    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Deadline => "deadline",
            Self::Cancel => "cancel",
            Self::Progress => "progress",
            Self::ResultAck => "result_ack",
            Self::Accepted => "accepted",
            Self::Upload => "upload",
            Self::DeviceKey => "device_key",
            Self::Screenshot => "screenshot",
        }
    }

    const fn bit(self) -> u16 {
        match self {
            Self::Agent => 1,
            Self::Deadline => 1 << 1,
            Self::Cancel => 1 << 2,
            Self::Progress => 1 << 3,
            Self::ResultAck => 1 << 4,
            Self::Accepted => 1 << 5,
            Self::Upload => 1 << 6,
            Self::DeviceKey => 1 << 7,
            Self::Screenshot => 1 << 8,
        }
    }
}

/// A set of extensions.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Extensions(u16);

impl Extensions {
    /// No extension: the wire as its inventors wrote it down.
    pub const NONE: Self = Self(0);
    /// Every extension.
    pub const ALL: Self = Self((1 << Extension::ALL.len()) - 1);

    /// Those of the names that we know; a newer peer may well name others.
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let known = names.into_iter().filter_map(|name| {
            Extension::ALL
                .into_iter()
                .find(|extension| extension.as_str() == name)
        });
        known.fold(Self::NONE, Self::with)
    }

    /// The set and one more.
    #[must_use]
    pub const fn with(self, extension: Extension) -> Self {
        Self(self.0 | extension.bit())
    }

    /// Whether it is in the set.
    pub const fn has(self, extension: Extension) -> bool {
        self.0 & extension.bit() != 0
    }

    /// Those that both sets hold.
    #[must_use]
    pub const fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each in the set.
    pub fn iter(self) -> impl Iterator<Item = Extension> {
        Extension::ALL
            .into_iter()
            .filter(move |extension| self.has(*extension))
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(Extension::as_str))
            .finish()
    }
}
