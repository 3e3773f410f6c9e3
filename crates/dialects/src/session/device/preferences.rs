//! What a person wants otherwise than the wire's profile says.
//!
//! Taken as it is: whoever asks the person checks the bounds.

use std::time::Duration;

use super::{DeviceSession, Phase, polling::Poller};

/// How one connection is kept. The default keeps to the profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Which ways to the hub are used.
    pub ways: Ways,
    /// After how many failures the session tries at its slowest.
    pub patience: Option<u32>,
    /// How often the device says that it is there; a hub may want it more often still.
    pub heartbeat_every: Option<Duration>,
    /// How often commands are fetched over HTTP; what the hub wishes is not asked then.
    pub poll_every: Option<Duration>,
}

/// The ways to a hub.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ways {
    /// The socket, and requests while it is down, on wires that have them.
    #[default]
    Both,
    /// The socket alone.
    Socket,
    /// Requests alone. Without any on its wire such a session rests for ever.
    Polling,
}

impl DeviceSession {
    /// Keeps the connection as the person wants it.
    #[must_use]
    pub fn preferring(mut self, preferences: Preferences) -> Self {
        if let Some(patience) = preferences.patience {
            self.retry.patience = patience;
        }
        if let (Some(every), Some(most)) = (preferences.heartbeat_every, self.heartbeat_most) {
            self.heartbeat_most = Some(every.min(most));
            self.heartbeat_every = self.heartbeat_most;
        }
        if let (Some(every), Some(poller)) = (preferences.poll_every, &mut self.poller) {
            poller.insist(every);
        }
        match preferences.ways {
            Ways::Both => {}
            Ways::Socket => self.poller = None,
            Ways::Polling => self.phase = Phase::Unused,
        }
        self
    }

    /// Whether requests are the only way there is.
    pub(super) fn only_polls(&self) -> bool {
        matches!(self.phase, Phase::Unused)
    }

    /// How many requests in a row have failed, where they are the only way.
    pub(super) fn failed_polls(&self) -> Option<u32> {
        let poller = self.poller.as_ref().filter(|_| self.only_polls())?;
        Some(Poller::failures(poller))
    }
}
