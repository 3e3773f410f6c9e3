//! What waits for the person, what runs, and what exactly is shown of it.

use std::time::Duration;

use chaperone_gate::{Judgement, Risk};
use chaperone_protocol::{Agent, ConnectionId, Maturity, Notify, Timestamp};
use chaperone_shell::Prepared;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Who asks, and how far that counts here.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Asker {
    /// The connection it comes through.
    pub connection: ConnectionId,
    /// That connection's name.
    pub connection_name: String,
    /// The agent; a hub may name none.
    pub agent: Option<Agent>,
    /// The level that counts here.
    pub level: Maturity,
}

/// Exactly what will happen if the person says yes; nothing else is run.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Plan {
    /// Show this.
    Notification(Notify),
    /// Run this.
    Shell {
        /// The line as it came.
        line: String,
        /// The programs, folder, variables and sandbox it comes to.
        prepared: Box<Prepared>,
    },
}

/// A command that waits for the person.
#[derive(Debug, Clone)]
pub struct Request {
    /// The journal's number.
    pub number: u64,
    /// Names exactly what is shown; an answer must carry it.
    pub digest: String,
    /// Who asks.
    pub asker: Asker,
    /// For what.
    pub plan: Plan,
    /// Why the person is asked.
    pub judgement: Judgement,
    /// What deserves a second look.
    pub risks: Vec<Risk>,
    /// Since when.
    pub asked_at: Timestamp,
    /// Until when; no answer by then is a no.
    pub expires_at: Timestamp,
}

/// A command that runs.
#[derive(Debug, Clone)]
pub struct Running {
    /// The journal's number.
    pub number: u64,
    /// Who asked.
    pub asker: Asker,
    /// What runs.
    pub plan: Plan,
    /// Since when.
    pub started_at: Timestamp,
}

/// What the person says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// No.
    Deny,
    /// Yes, this once.
    AllowOnce,
}

impl Plan {
    /// Names exactly this plan for exactly this asker, as command `number`.
    pub fn digest(&self, number: u64, asker: &Asker) -> Result<String, serde_json::Error> {
        let shown = serde_json::to_vec(&(number, asker, self))?;
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(&shown) {
            use std::fmt::Write as _;
            let _ = write!(hex, "{byte:02x}");
        }
        Ok(hex)
    }

    /// How long it may run once it does.
    pub fn time_limit(&self) -> Duration {
        match self {
            Self::Notification(_) => Duration::from_secs(5),
            Self::Shell { prepared, .. } => prepared.timeout(),
        }
    }
}
