//! The hub's own gate: which level an agent needs before its command goes out at all.
//!
//! It can only tighten. What passes here is judged again by the device and its owner. Actions are
//! found by their whole names; one that is not known needs the highest level.

use chaperone_protocol::{Action, Agent, Capability, Confidence, Maturity};
use schemars::JsonSchema;
use serde::Serialize;

use crate::store::{AgentRow, Standing};

/// The names of actions, with how much is at stake: 1 to 4.
pub(crate) const ACTIONS: [(&str, u8); 41] = [
    ("search", 1),
    ("read", 1),
    ("list", 1),
    ("get", 1),
    ("fetch", 1),
    ("summarize", 1),
    ("present_chart", 1),
    ("present_markdown", 1),
    ("device_camera_snap", 2),
    ("device_get_location", 2),
    ("device_send_notification", 2),
    ("analyze", 2),
    ("suggest", 2),
    ("draft", 2),
    ("generate", 2),
    ("recommend", 2),
    ("stream_chat", 2),
    ("llm_stream", 2),
    ("present_form", 2),
    ("update_canvas", 2),
    ("device_screen_snap", 3),
    ("device_screen_record", 3),
    ("device_screen_record_start", 3),
    ("device_screen_record_stop", 3),
    ("create", 3),
    ("update", 3),
    ("send_email", 3),
    ("post_message", 3),
    ("schedule", 3),
    ("submit_form", 3),
    ("device_execute_command", 4),
    ("device_run_agent", 4),
    ("delete", 4),
    ("execute", 4),
    ("deploy", 4),
    ("transfer", 4),
    ("payment", 4),
    ("approve", 4),
    ("canvas_execute_javascript", 4),
    ("device_command", 4),
    ("browser_execute_script", 4),
];

/// What is at stake where nobody knows what an action is.
const UNKNOWN: u8 = 4;
/// What actions within a web page have at stake, whatever they are called.
const BROWSER: (&str, u8) = ("browser_", 2);

/// How well an agent did, by a person's word. What is bad weighs twice what is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feedback {
    VeryGood,
    Good,
    Fair,
    Bad,
    VeryBad,
}

impl Feedback {
    /// Of one to five stars.
    pub(crate) fn of_stars(stars: u8) -> Option<Self> {
        Some(match stars {
            1 => Self::VeryBad,
            2 => Self::Bad,
            3 => Self::Fair,
            4 => Self::Good,
            5 => Self::VeryGood,
            _ => return None,
        })
    }

    /// Of how much of a task was done well, from 0 to 1: a fifth of it is a star.
    pub(crate) fn of_performance(score: Confidence) -> Self {
        match score.score() {
            score if score >= 0.8 => Self::VeryGood,
            score if score >= 0.6 => Self::Good,
            score if score >= 0.4 => Self::Fair,
            score if score >= 0.2 => Self::Bad,
            _ => Self::VeryBad,
        }
    }

    /// By how much it moves the agent's score.
    pub(crate) fn thousandths(self) -> i64 {
        match self {
            Self::VeryGood => 50,
            Self::Good => 10,
            Self::Fair => 0,
            Self::Bad => -20,
            Self::VeryBad => -100,
        }
    }
}

/// Whether an agent may do something, and why.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Check {
    pub(crate) allowed: bool,
    pub(crate) reason: String,
    pub(crate) agent_status: String,
    pub(crate) action_complexity: u8,
    pub(crate) required_status: String,
    pub(crate) requires_human_approval: bool,
    pub(crate) confidence: Option<f64>,
}

/// How much is at stake.
pub(crate) fn complexity(action: &str) -> u8 {
    let known = ACTIONS.into_iter().find(|(name, _)| *name == action);
    let family = || {
        let (start, complexity) = BROWSER;
        action.starts_with(start).then_some(complexity)
    };
    known
        .map(|(_, complexity)| complexity)
        .or_else(family)
        .unwrap_or(UNKNOWN)
}

/// The least level for as much.
pub(crate) fn level(complexity: u8) -> Maturity {
    match complexity {
        0 | 1 => Maturity::Student,
        2 => Maturity::Intern,
        3 => Maturity::Supervised,
        _ => Maturity::Autonomous,
    }
}

/// Judges an agent's wish by its name alone.
pub(crate) fn check(row: &AgentRow, action: &str) -> Check {
    let complexity = complexity(action);
    let required = level(complexity);
    let (agent, current) = (&row.agent, row.agent.claim());
    let active = row.standing == Standing::Active;
    let allowed = active && current >= required;
    let reason = if !active {
        standing_refusal(row).unwrap_or_default()
    } else if allowed {
        format!("Agent '{}' ({current}) may do {action}", agent.name)
    } else {
        format!(
            "Agent '{}' ({current}) may not do {action}: it takes {required} or above",
            agent.name
        )
    };
    Check {
        allowed,
        reason,
        agent_status: if active {
            current.to_string()
        } else {
            row.standing.as_str().to_owned()
        },
        action_complexity: complexity,
        required_status: required.to_string(),
        requires_human_approval: !allowed || (current == Maturity::Supervised && complexity >= 3),
        confidence: agent.confidence.map(Confidence::score),
    }
}

/// The reason for which an agent may ask for nothing at all, if it may not.
pub(crate) fn standing_refusal(row: &AgentRow) -> Option<String> {
    let name = &row.agent.name;
    match row.standing {
        Standing::Active => None,
        Standing::Paused => Some(format!("Agent '{name}' is paused")),
        Standing::Deleted => Some("Agent not found".to_owned()),
    }
}

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
    let current = agent.claim();
    if current >= minimum {
        return None;
    }
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

/// The reason for which the agent may not ask for this, if it may not. Ending a recording takes no
/// level: whoever may name it may end it.
pub(crate) fn action_refusal(agent: &Agent, action: &Action) -> Option<String> {
    if matches!(action, Action::StopRecording(_)) {
        return None;
    }
    refusal(agent, action.capability()).or_else(|| refusal(agent, action.also_needs()?))
}

/// Whether such a command may be kept for a device that is away. What looks at a person or acts
/// for them must meet the moment it was asked for.
pub(crate) fn may_wait(action: &Action) -> bool {
    match action {
        Action::Notify(_) => true,
        Action::Locate(_)
        | Action::Snap(_)
        | Action::Screenshot(_)
        | Action::StartRecording(_)
        | Action::StopRecording(_)
        | Action::Execute(_)
        | Action::RunAgent(_) => false,
    }
}
