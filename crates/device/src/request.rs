//! What waits for the person, what runs, and what exactly is shown of it.

use chaperone_gate::{Judgement, Risk, Rule};
use chaperone_protocol::{
    Agent, ArtifactId, ConnectionId, Maturity, Precision, Resolution, Timestamp,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::plan::Plan;

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

impl Asker {
    /// What people know whoever asks by.
    pub fn name(&self) -> &str {
        self.agent
            .as_ref()
            .map_or(&self.connection_name, |agent| &agent.name)
    }
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
    /// What was captured, where the question is whether that may leave.
    pub review: Option<Captured>,
    /// Why the person is asked.
    pub judgement: Judgement,
    /// What deserves a second look.
    pub risks: Vec<Risk>,
    /// Rules that would have let exactly this run, the narrowest first.
    pub rules: Vec<Rule>,
    /// Since when.
    pub asked_at: Timestamp,
    /// Until when; no answer by then is a no.
    pub expires_at: Timestamp,
}

/// Something that was captured and has not left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Captured {
    /// The name it is kept by on this device.
    pub artifact: ArtifactId,
    /// `image/jpeg`, `video/mp4`…
    pub media_type: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
    /// Its extent.
    pub resolution: Option<Resolution>,
    /// How long it is, where that means something.
    pub length: Option<std::time::Duration>,
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
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// No.
    Deny,
    /// Yes, this once.
    AllowOnce,
    /// Yes, this once, but the place no more exactly than about the town.
    AllowCoarse,
    /// Yes, and from now on what this rule says.
    AllowAlways(Box<Rule>),
    /// What was captured may leave.
    Send,
    /// Capture it once more.
    Retake,
    /// What was captured is deleted.
    Discard,
}

/// A kind of answer that a request takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// See [`Answer::Deny`].
    Deny,
    /// See [`Answer::AllowOnce`].
    AllowOnce,
    /// See [`Answer::AllowCoarse`].
    AllowCoarse,
    /// See [`Answer::AllowAlways`].
    AllowAlways,
    /// See [`Answer::Send`].
    Send,
    /// See [`Answer::Retake`].
    Retake,
    /// See [`Answer::Discard`].
    Discard,
}

impl Answer {
    /// Of which kind it is.
    pub fn decision(&self) -> Decision {
        match self {
            Self::Deny => Decision::Deny,
            Self::AllowOnce => Decision::AllowOnce,
            Self::AllowCoarse => Decision::AllowCoarse,
            Self::AllowAlways(_) => Decision::AllowAlways,
            Self::Send => Decision::Send,
            Self::Retake => Decision::Retake,
            Self::Discard => Decision::Discard,
        }
    }
}

impl Request {
    /// The answers it takes. The first is the safe one.
    pub fn decisions(&self) -> Vec<Decision> {
        if self.review.is_some() {
            return match self.plan {
                // What a recording shows does not come again.
                Plan::EndRecording { .. } => vec![Decision::Discard, Decision::Send],
                _ => vec![Decision::Discard, Decision::Retake, Decision::Send],
            };
        }
        let mut decisions = vec![Decision::Deny];
        if matches!(self.plan, Plan::Place { precision } if precision > Precision::Low) {
            decisions.push(Decision::AllowCoarse);
        }
        decisions.push(Decision::AllowOnce);
        if !self.rules.is_empty() {
            decisions.push(Decision::AllowAlways);
        }
        decisions
    }

    /// Names exactly this plan, and what came of it, for exactly this asker, as command `number`.
    pub fn digest(
        number: u64,
        asker: &Asker,
        plan: &Plan,
        review: Option<&Captured>,
    ) -> Result<String, serde_json::Error> {
        let shown = serde_json::to_vec(&(number, asker, plan, review))?;
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(&shown) {
            use std::fmt::Write as _;
            let _ = write!(hex, "{byte:02x}");
        }
        Ok(hex)
    }
}
