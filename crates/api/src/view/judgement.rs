//! What the gate said, as a face shows it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{CapabilityView, Level, MissView, NeedsShellView, UnreadView};

/// Something in the command worth a second look.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RiskView {
    pub kind: RiskKind,
    /// The part of the line it is about, exactly as in the line.
    pub part: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RiskKind {
    /// Needs a shell; what it does cannot be told from its words alone.
    Script,
    /// Runs another program or code given in its arguments (`env`, `sh -c`, `find -exec`…).
    Wrapper,
    /// Deletes or overwrites (`rm`, `--force`, `-delete`…).
    Destructive,
    /// Becomes another user.
    Privilege,
    /// Talks to the network.
    Network,
    /// Letters of different scripts look alike.
    LookAlike,
    /// Holds characters that cannot be seen.
    Hidden,
}

/// One step of the judgement.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReasonView {
    pub said: VerdictView,
    pub because: BecauseView,
    /// Whether this step decided.
    pub decided: bool,
    /// Whether a rule of the person answered what this step asked, so that it no longer counts.
    pub answered: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum VerdictView {
    Forbid,
    Ask,
    Watch,
    Free,
}

/// What a step looked at.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum BecauseView {
    /// It ends something that runs, which nothing forbids.
    Ending,
    /// Everything is paused.
    Paused,
    /// What the operating system says.
    Permission {
        capability: CapabilityView,
        granted: bool,
    },
    /// A harmless command line, which a level below the shell's own may ask for.
    Graduated { needs: Level, has: Level },
    /// The person's table, where an earlier yes still counts.
    Remembered {
        capability: CapabilityView,
        level: Level,
        /// Milliseconds since 1970.
        #[ts(type = "number")]
        until: i64,
    },
    /// A more exact place is wanted than is given without a question.
    Precision { limit: String },
    /// It sets variables.
    Variables { names: Vec<String> },
    /// It would run in no sandbox.
    Uncontained,
    /// What the hub itself wants held tighter.
    Policy { capability: CapabilityView },
    /// A rule of the person.
    Rule {
        rule: String,
        capability: CapabilityView,
    },
    /// The capability's switch.
    Switch {
        capability: CapabilityView,
        on: bool,
    },
    /// Claim and ceiling, and what counts.
    Level {
        claimed: Level,
        ceiling: Level,
        effective: Level,
    },
    /// The level the capability needs at least.
    Floor {
        capability: CapabilityView,
        needs: Level,
        has: Level,
    },
    /// The person's table.
    Standing {
        capability: CapabilityView,
        level: Level,
    },
    /// This agent was never allowed this here before.
    FirstUse { capability: CapabilityView },
    /// A script is asked each time.
    Script { because: UnreadView },
    /// More often than it may.
    Rate {
        capability: CapabilityView,
        limit: u32,
        recent: u32,
    },
}

/// A command line that somebody might send.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExplainParams {
    /// The line.
    pub line: String,
    /// The level that its hub claims for whoever asks.
    pub level: Level,
    /// An agent that is known already, by its hub's id for it.
    pub agent: Option<String>,
    /// The connection it would come through; the first one, where none is named.
    pub connection: Option<String>,
}

/// What would happen with it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExplainResponse {
    pub verdict: VerdictView,
    /// The whole chain; the step that decided stands last.
    pub reasons: Vec<ReasonView>,
    /// The same in English, each step with what would change it.
    pub sentences: Vec<String>,
    /// Rules that nearly fit, and why they do not.
    pub missed: Vec<String>,
    /// The same, for faces that have words of their own.
    pub misses: Vec<MissView>,
    pub risks: Vec<RiskView>,
    /// Why it needs a shell, where it does.
    pub script_because: Option<String>,
    /// The same, for faces that have words of their own.
    pub needs_shell: Option<NeedsShellView>,
}
