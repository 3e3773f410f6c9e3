//! Programs on this device that a hub may start.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::InvalidAction;
use crate::AgentId;

/// Which of the programs that the person has set up, and with what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunAgent {
    /// The program, as its hub names it; absent where the hub has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<AgentId>,
    /// Everything else that the hub says about this run, handed to the program as it came.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub details: Map<String, Value>,
}

impl RunAgent {
    /// The most that a hub may say about a run, as JSON.
    pub const MAX_DETAILS_BYTES: usize = 100_000;

    pub(super) fn validate(&self) -> Result<(), InvalidAction> {
        let bytes = serde_json::to_vec(&self.details).map_or(usize::MAX, |json| json.len());
        if bytes > Self::MAX_DETAILS_BYTES {
            return Err(InvalidAction::TooLong {
                field: "agent_run",
                bytes,
                limit: Self::MAX_DETAILS_BYTES,
            });
        }
        Ok(())
    }
}
