//! What a question is judged by: what the person decided, what this computer allows and counted.
//!
//! One thing in here comes from a hub, its own [`Policy`], and that can only tighten.

use std::collections::BTreeMap;

use chaperone_protocol::{Capability, Maturity, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{RuleBook, Standing, Switches, Verdict};

/// Everything that a judgement rests on besides the question. A dry run is a judgement with
/// another situation.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// Whether the person has paused everything.
    pub paused: bool,
    /// What is switched on.
    pub switches: &'a Switches,
    /// What the operating system lets this program do.
    pub permissions: &'a Permissions,
    /// Whether agents below the floor of the shell may ask for harmless commands.
    pub graduated_shell: bool,
    /// What agents of each level may do.
    pub standing: &'a Standing,
    /// The highest level that this agent, or this connection, has here.
    pub ceiling: Maturity,
    /// The person's standing answers.
    pub rules: &'a RuleBook,
    /// What the hub itself wants held tighter.
    pub policy: &'a Policy,
    /// What happened before between the person and this agent.
    pub past: &'a Past,
}

/// What the operating system says about a capability.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// It lets this program.
    Granted,
    /// It does not; only a person can change that, in the system's own settings.
    Denied,
    /// It would ask, or nobody knows.
    #[default]
    NotYetAsked,
}

/// What the operating system says about every capability; one that is not named was not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(BTreeMap<Capability, Permission>);

impl Permissions {
    /// Where the system asks nobody about anything.
    pub fn granted() -> Self {
        Self(
            Capability::ALL
                .into_iter()
                .map(|capability| (capability, Permission::Granted))
                .collect(),
        )
    }

    /// What it says about one.
    pub fn of(&self, capability: Capability) -> Permission {
        self.0.get(&capability).copied().unwrap_or_default()
    }

    /// Notes what it says about one.
    pub fn set(&mut self, capability: Capability, permission: Permission) {
        self.0.insert(capability, permission);
    }
}

/// What a hub wants held tighter than the person does. It is folded in as one more word among
/// which the strictest counts, so that nothing in it can loosen anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Policy(BTreeMap<Capability, Verdict>);

impl Policy {
    /// What the hub said about a capability, if it said anything.
    pub fn of(&self, capability: Capability) -> Option<Verdict> {
        self.0.get(&capability).copied()
    }

    /// Notes what the hub says now. It may take back what it tightened itself.
    pub fn set(&mut self, capability: Capability, verdict: Verdict) {
        self.0.insert(capability, verdict);
    }
}

/// What happened before between the person and one agent, by capability.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Past(BTreeMap<Capability, Use>);

/// What happened before with one capability.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Use {
    /// Whether the person ever allowed this agent this capability.
    pub acquainted: bool,
    /// When the person last said yes to it; a later no takes that away.
    pub allowed_at: Option<Timestamp>,
    /// How often it ran without asking in the last minute, this time not counted.
    pub recent: u32,
}

impl Past {
    /// What happened with one capability.
    pub fn of(&self, capability: Capability) -> Use {
        self.0.get(&capability).copied().unwrap_or_default()
    }

    /// Notes what happened with one capability.
    pub fn set(&mut self, capability: Capability, past: Use) {
        self.0.insert(capability, past);
    }
}
