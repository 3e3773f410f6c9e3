//! One step of a judgement, as data and as an English sentence.

mod change;
mod sentence;
mod unread;

use chaperone_protocol::{Capability, Maturity, Precision, Timestamp};
use serde::{Deserialize, Serialize};

pub use unread::Unread;

use crate::{Permission, RuleId, Verdict};

/// What one step looked at and what it said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The verdict, had this step been the only one.
    pub said: Verdict,
    /// What it looked at.
    pub because: Because,
    /// Whether the judgement rests on it.
    pub decided: bool,
    /// Whether rules of the person answered in its place, so that it no longer counts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answered: bool,
}

/// What a step looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Because {
    /// It ends something that runs. Nothing forbids that.
    Ending,
    /// Everything is paused.
    Paused,
    /// The capability's switch.
    Switch {
        /// Whose.
        capability: Capability,
        /// How it stands.
        on: bool,
    },
    /// What the operating system says.
    Permission {
        /// About what.
        capability: Capability,
        /// What it says.
        permission: Permission,
    },
    /// The hub's claim and the person's ceiling.
    Level {
        /// What the hub claims; a hub that names no agent claims nothing.
        claimed: Option<Maturity>,
        /// The highest that the person lets count.
        ceiling: Maturity,
        /// What counts.
        effective: Maturity,
    },
    /// The level that the capability needs at least.
    Floor {
        /// Which.
        capability: Capability,
        /// What it needs.
        needs: Maturity,
        /// What counts for the agent.
        has: Maturity,
    },
    /// A harmless command line, in place of floor and table.
    Graduated {
        /// The level that may ask for this line.
        needs: Maturity,
        /// What counts for the agent.
        has: Maturity,
    },
    /// The person's table.
    Standing {
        /// The row.
        capability: Capability,
        /// The column.
        level: Maturity,
    },
    /// The person's table, where an earlier yes still counts.
    Remembered {
        /// The row.
        capability: Capability,
        /// The column.
        level: Maturity,
        /// When the person said yes.
        allowed_at: Timestamp,
        /// From when on it counts no more.
        until: Timestamp,
    },
    /// The person never allowed this agent this capability before.
    FirstUse {
        /// Which.
        capability: Capability,
    },
    /// A more exact place is wanted than the person's table gives without a question.
    Precision {
        /// How exact a place is wanted.
        asked: Precision,
        /// How exact a place is given.
        limit: Precision,
    },
    /// What it does cannot be told from its words.
    Script {
        /// Why not.
        because: Unread,
    },
    /// It sets variables, which can change what any program does.
    Variables {
        /// Their names, or the first of many.
        names: Vec<String>,
    },
    /// It would run in no sandbox.
    Uncontained,
    /// How often it ran without asking in the last minute.
    Rate {
        /// Of what.
        capability: Capability,
        /// How often it may.
        limit: u32,
        /// How often it did.
        recent: u32,
    },
    /// What the hub itself wants held tighter.
    Policy {
        /// About what.
        capability: Capability,
    },
    /// A rule of the person.
    Rule {
        /// Which.
        rule: RuleId,
        /// About what.
        capability: Capability,
    },
}

impl Reason {
    pub(crate) fn new(said: Verdict, because: Because) -> Self {
        Self {
            said,
            because,
            decided: false,
            answered: false,
        }
    }

    /// The single change that would make this step say something else.
    pub fn change(&self) -> String {
        change::of(self)
    }
}
