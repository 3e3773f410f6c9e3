//! One request for one capability.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Action, AgentId, CommandId, Confidence, ConnectionId, Maturity};

/// Who asks, as its hub describes it. A claim: what it may do here is for the gate to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// The hub's id for it.
    pub id: AgentId,
    /// The name shown to the person.
    pub name: String,
    /// The level the hub claims for it.
    pub maturity: Maturity,
    /// The score the hub keeps for it, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
}

impl Agent {
    /// The level its hub's words amount to: the lower one, where level and score disagree.
    pub fn claim(&self) -> Maturity {
        self.confidence.map_or(self.maturity, |confidence| {
            self.maturity.min(confidence.maturity())
        })
    }
}

/// A command as the device keeps it, whatever wire it came over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The hub's id; a repeated one is answered from the journal.
    pub id: CommandId,
    /// The pairing it came through.
    pub connection: ConnectionId,
    /// Who asks; a hub that names nobody leaves it out.
    pub agent: Option<Agent>,
    /// What is asked.
    pub action: Action,
    /// When this device first saw it.
    pub received_at: Timestamp,
    /// After this moment nobody waits for the answer any more.
    pub deadline_at: Timestamp,
}
