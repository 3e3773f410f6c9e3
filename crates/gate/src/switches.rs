//! The person's switches: whether a capability may be used at all, by anybody.

use std::collections::BTreeSet;

use chaperone_protocol::Capability;
use serde::{Deserialize, Serialize};

/// Which capabilities are on. Stored as a list of those; one that is not named is off, so that a
/// capability which a later version brings stays off until the person has met it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Switches(BTreeSet<Capability>);

impl Switches {
    /// Whether anybody may use it.
    pub fn is_on(&self, capability: Capability) -> bool {
        self.0.contains(&capability)
    }

    /// Turns one switch.
    pub fn set(&mut self, capability: Capability, on: bool) {
        if on {
            self.0.insert(capability);
        } else {
            self.0.remove(&capability);
        }
    }
}

impl Default for Switches {
    /// All on: the table of a fresh install lets nothing run without a yes anyway.
    fn default() -> Self {
        Self(BTreeSet::from(Capability::ALL))
    }
}
