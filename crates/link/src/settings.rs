//! How a person wants one connection kept, as data, within bounds.

use std::time::Duration;

use chaperone_dialects::{Dialect, Preferences, Ways};
use serde::{Deserialize, Serialize};

use crate::{Address, Error, Pin};

/// What may be set for one connection. The default leaves everything to the hub's kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkSettings {
    /// Whether the socket is used. Without it commands are fetched over HTTP only.
    pub socket: bool,
    /// Whether commands are fetched over HTTP while there is no socket, where the hub has that.
    pub polling: bool,
    /// How many tries come quickly before they come at the slowest rate.
    pub attempts_before_slowest: Option<u32>,
    /// How often this device says that it is there, in whole seconds.
    #[serde(rename = "heartbeat_seconds", with = "seconds")]
    pub heartbeat_every: Option<Duration>,
    /// How often commands are fetched over HTTP, in whole seconds.
    #[serde(rename = "poll_seconds", with = "seconds")]
    pub poll_every: Option<Duration>,
    /// Whether the token may cross a network in the clear, because the person said so.
    pub unencrypted: bool,
    /// The only certificate that the hub may show.
    pub pin: Option<Pin>,
}

impl Default for LinkSettings {
    fn default() -> Self {
        Self {
            socket: true,
            polling: true,
            attempts_before_slowest: None,
            heartbeat_every: None,
            poll_every: None,
            unencrypted: false,
            pin: None,
        }
    }
}

impl LinkSettings {
    const FEWEST_ATTEMPTS: u32 = 1;
    const MOST_ATTEMPTS: u32 = 1_000;
    const LEAST_HEARTBEAT: Duration = Duration::from_secs(1);
    const LEAST_POLL: Duration = Duration::from_secs(5);
    const MOST_POLL: Duration = Duration::from_mins(5);

    /// What may be set for hubs of that kind.
    pub fn bounds(dialect: &dyn Dialect) -> Bounds {
        let profile = dialect.profile();
        let polling = dialect.polling().is_some();
        Bounds {
            polling,
            attempts: Within {
                least: Self::FEWEST_ATTEMPTS,
                usual: profile.retry.patience,
                most: Self::MOST_ATTEMPTS,
            },
            heartbeat: profile.heartbeat_every().map(|most| Within {
                least: Self::LEAST_HEARTBEAT.min(most),
                usual: most,
                most,
            }),
            poll: profile.poll_every.filter(|_| polling).map(|usual| Within {
                least: Self::LEAST_POLL,
                usual,
                most: Self::MOST_POLL,
            }),
        }
    }

    /// Whether a hub of that kind at that address can be spoken to in this way.
    pub fn check(&self, dialect: &dyn Dialect, address: &Address) -> Result<(), Error> {
        let profile = dialect.profile();
        let bounds = Self::bounds(dialect);
        if !self.socket && (!self.polling || !bounds.polling) {
            return Err(Error::NothingToPoll {
                dialect: profile.name,
            });
        }
        let attempts = bounds.attempts;
        if self
            .attempts_before_slowest
            .is_some_and(|number| !attempts.holds(&number))
        {
            return Err(Error::Attempts {
                least: attempts.least,
                most: attempts.most,
            });
        }
        if let Some(every) = self.heartbeat_every {
            let heartbeat = bounds.heartbeat.ok_or(Error::NoHeartbeat {
                dialect: profile.name,
            })?;
            if !heartbeat.holds(&every) {
                return Err(Error::Heartbeat {
                    least: heartbeat.least,
                    most: heartbeat.most,
                });
            }
        }
        let polls = Self::LEAST_POLL..=Self::MOST_POLL;
        if self.poll_every.is_some_and(|every| !polls.contains(&every)) {
            return Err(Error::PollInterval {
                least: Self::LEAST_POLL,
                most: Self::MOST_POLL,
            });
        }
        self.check_address(address)
    }

    /// Whether that address may be spoken to at all, also before anybody has signed in there.
    pub fn check_address(&self, address: &Address) -> Result<(), Error> {
        if address.is_exposed() && !self.unencrypted {
            return Err(Error::Unencrypted {
                host: address.host().to_owned(),
            });
        }
        if self.pin.is_some() && !address.is_encrypted() {
            return Err(Error::PinUnencrypted);
        }
        Ok(())
    }

    pub(crate) fn preferences(&self) -> Preferences {
        Preferences {
            ways: match (self.socket, self.polling) {
                (true, true) => Ways::Both,
                (true, false) => Ways::Socket,
                (false, _) => Ways::Polling,
            },
            patience: self.attempts_before_slowest,
            heartbeat_every: self.heartbeat_every,
            poll_every: self.poll_every,
        }
    }
}

/// What may be set for hubs of one kind, and what holds where nothing is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// Whether commands can be fetched over HTTP, so that the socket can be switched off.
    pub polling: bool,
    /// How many tries come quickly.
    pub attempts: Within<u32>,
    /// How often the device says that it is there; none where the hub asks for it.
    pub heartbeat: Option<Within<Duration>>,
    /// How often commands are fetched over HTTP; none where they cannot be.
    pub poll: Option<Within<Duration>>,
}

/// The least and the most that may be set, and what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within<T> {
    /// The least.
    pub least: T,
    /// What holds where nothing is set.
    pub usual: T,
    /// The most.
    pub most: T,
}

impl<T: PartialOrd> Within<T> {
    fn holds(&self, value: &T) -> bool {
        *value >= self.least && *value <= self.most
    }
}

/// Durations as people write them.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    #[expect(clippy::ref_option, reason = "the signature serde calls")]
    pub(super) fn serialize<S: Serializer>(
        every: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        every.map(|every| every.as_secs()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(deserializer)?.map(Duration::from_secs))
    }
}
