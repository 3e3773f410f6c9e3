//! The levels that no table can lower, and the level that counts.

use chaperone_protocol::{Agent, Capability, Maturity};

/// The level a capability needs at least, whatever any table says.
pub fn floor(capability: Capability) -> Maturity {
    match capability {
        Capability::Notification | Capability::Location | Capability::Camera => Maturity::Intern,
        Capability::Microphone | Capability::Screen => Maturity::Supervised,
        Capability::Agents | Capability::Network | Capability::Shell => Maturity::Autonomous,
    }
}

/// The level that counts here: the lower of claim and ceiling. Where a hub names no agent, the
/// ceiling is all there is.
pub fn effective(agent: Option<&Agent>, ceiling: Maturity) -> Maturity {
    agent.map_or(ceiling, |agent| agent.claim().min(ceiling))
}
