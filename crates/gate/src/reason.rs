//! One step of a judgement, as data and as an English sentence.

use std::fmt;

use chaperone_protocol::{Capability, Maturity};
use serde::{Deserialize, Serialize};

use crate::Verdict;

/// What one step looked at and what it said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The verdict, had this step been the only one.
    pub said: Verdict,
    /// What it looked at.
    pub because: Because,
    /// Whether the judgement rests on it.
    pub decided: bool,
}

/// What a step looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Because {
    /// The capability's switch.
    Switch {
        /// Whose.
        capability: Capability,
        /// How it stands.
        on: bool,
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
    /// The person's table.
    Standing {
        /// The row.
        capability: Capability,
        /// The column.
        level: Maturity,
    },
    /// The person never allowed this agent this capability before.
    FirstUse {
        /// Which.
        capability: Capability,
    },
    /// What it does cannot be told from its words.
    Script {
        /// Why not.
        because: String,
    },
    /// How often it ran without asking in the last minute.
    Rate {
        /// How often it may.
        limit: u32,
        /// How often it did.
        recent: u32,
    },
}

impl Reason {
    pub(crate) fn new(said: Verdict, because: Because) -> Self {
        Self {
            said,
            because,
            decided: false,
        }
    }

    /// The single change that would make this step say something else.
    pub fn change(&self) -> String {
        let objects = self.said >= Verdict::Ask;
        match &self.because {
            Because::Switch { on: true, .. } => "switching it off would forbid this".to_owned(),
            Because::Switch { on: false, .. } => "switching it on would lift this".to_owned(),
            Because::Level {
                claimed: Some(claimed),
                ceiling,
                ..
            } if claimed > ceiling => {
                format!("raising your limit to {claimed} would let the claim count")
            }
            Because::Level {
                claimed: Some(_), ..
            } => "raising your limit changes nothing while its hub claims no more".to_owned(),
            Because::Level { claimed: None, .. } => {
                "another limit for this connection would change it".to_owned()
            }
            Because::Floor { needs, .. } if objects => format!(
                "only an agent that its hub calls {needs}, and that you let count as {needs}, gets past this"
            ),
            Because::Floor { needs, .. } => {
                format!("a level below {needs} would forbid this")
            }
            Because::Standing { .. } => "another answer in that cell would change it".to_owned(),
            Because::FirstUse { .. } => "allowing it once would lift this".to_owned(),
            Because::Script { .. } => {
                "a line of plain words that names each program itself would lift this".to_owned()
            }
            Because::Rate { .. } if objects => {
                "waiting a minute would lift this, or a higher limit in your table".to_owned()
            }
            Because::Rate { limit, .. } => {
                format!("reaching {limit} within a minute would forbid this")
            }
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.said, self.because, self.change())
    }
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch { capability, on } => {
                let position = if *on { "on" } else { "off" };
                write!(f, "the switch for {} is {position}", subject(*capability))
            }
            Self::Level {
                claimed: Some(claimed),
                ceiling,
                effective,
            } => write!(
                f,
                "its hub calls the agent {claimed}, you let it be {ceiling} at most, so it counts as {effective}"
            ),
            Self::Level {
                claimed: None,
                effective,
                ..
            } => write!(
                f,
                "its hub names no agent, so your limit for the connection counts: {effective}"
            ),
            Self::Floor {
                capability,
                needs,
                has,
            } => write!(
                f,
                "the least level for {} is {needs}, and this agent counts as {has}",
                subject(*capability)
            ),
            Self::Standing { capability, level } => write!(
                f,
                "so says your table on {} for the level {level}",
                subject(*capability)
            ),
            Self::FirstUse { capability } => write!(
                f,
                "you have never allowed this agent {} before",
                subject(*capability)
            ),
            Self::Script { because } => {
                write!(f, "what it does cannot be told from its words: {because}")
            }
            Self::Rate { limit, recent } => write!(
                f,
                "it ran {recent} times without asking in the last minute, and may {limit} times"
            ),
        }
    }
}

fn subject(capability: Capability) -> &'static str {
    match capability {
        Capability::Notification => "notifications",
        Capability::Location => "the location",
        Capability::Camera => "the camera",
        Capability::Screen => "the screen",
        Capability::Shell => "shell commands",
    }
}
