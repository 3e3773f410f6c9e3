//! The hub's own gate: which level an agent needs before its command goes out at all.
//!
//! It can only tighten. What passes here is judged again by the device and its owner.

use chaperone_protocol::{Agent, Capability, Maturity};

/// The least level for a capability.
pub(crate) fn minimum(capability: Capability) -> Maturity {
    match capability {
        Capability::Notification | Capability::Location | Capability::Camera => Maturity::Intern,
        Capability::Screen | Capability::Microphone => Maturity::Supervised,
        Capability::Shell | Capability::Network | Capability::Agents => Maturity::Autonomous,
    }
}

/// The reason for which the agent may not, if it may not.
pub(crate) fn refusal(agent: &Agent, capability: Capability) -> Option<String> {
    let minimum = minimum(capability);
    if agent.maturity >= minimum {
        return None;
    }
    let current = agent.maturity;
    Some(match capability {
        Capability::Shell => {
            format!("Command execution requires AUTONOMOUS agent. Current: {current}")
        }
        Capability::Notification
        | Capability::Location
        | Capability::Camera
        | Capability::Microphone
        | Capability::Screen
        | Capability::Agents
        | Capability::Network => format!(
            "Agent '{}' ({current}) may not use {capability}: it takes {minimum} or above",
            agent.name
        ),
    })
}
