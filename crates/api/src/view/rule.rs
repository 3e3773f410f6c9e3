//! The person's standing answers, as faces show and set them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::{CapabilityView, PrecisionView, VerdictView};

/// A standing answer of the person.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RuleView {
    pub id: String,
    /// The rule itself, as it is kept; it comes back as it is.
    #[ts(type = "unknown")]
    pub document: Value,
    /// What it says, in plain words.
    pub sentence: String,
    /// The same, for faces that have words of their own.
    #[serde(flatten)]
    #[ts(flatten)]
    pub terms: RuleTermsView,
    pub capability: CapabilityView,
    /// What it covers and does not cover. They are its tests.
    pub examples: Vec<ExampleView>,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub created_at: i64,
    /// Milliseconds since 1970; never used where absent.
    #[ts(type = "number | null")]
    pub last_used_at: Option<i64>,
    /// How often something ran because of it.
    #[ts(type = "number")]
    pub uses: u64,
}

/// All that a rule says.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RuleTermsView {
    pub answer: VerdictView,
    /// The commands it answers.
    pub matches: RuleMatchView,
    /// Only what comes through this connection, by its id.
    pub connection: Option<String>,
    /// Only this agent of that connection's hub, by its id.
    pub agent: Option<String>,
    /// Only for commands that run in this folder or below it.
    pub folder: Option<String>,
    /// From when on it says nothing; milliseconds since 1970.
    #[ts(type = "number | null")]
    pub expires_at: Option<i64>,
    /// It ends when the screen is locked.
    pub until_lock: bool,
}

/// The commands that a rule answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum RuleMatchView {
    /// A program with such arguments.
    Argv {
        program: String,
        arguments: Vec<ArgumentView>,
    },
    /// Exactly one command line.
    Script {
        sha256: String,
    },
    Notification,
    Location {
        /// At most so exact; at least, where it holds something back.
        precision: PrecisionView,
    },
    Camera {
        /// Any, where absent.
        camera: Option<String>,
    },
    Microphone,
    Screen {
        /// Any, where absent.
        display: Option<String>,
        captures: ScreenUseView,
    },
    Agents {
        /// Any, where absent.
        program: Option<String>,
    },
    Network,
}

/// What an argument may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ArgumentView {
    Exact {
        word: String,
    },
    OneOf {
        words: Vec<String>,
    },
    Any,
    /// A path in that folder.
    Below {
        folder: String,
    },
    /// Everything that is left.
    Rest {
        /// Options as well.
        options: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ScreenUseView {
    Snapshot,
    Recording,
    Any,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExampleView {
    /// A command line; absent where it is about something else.
    pub line: Option<String>,
    /// The same, or what it is about, in plain words.
    pub sentence: String,
    pub covers: bool,
}

/// A rule that is not what its own examples say.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RefusedRuleView {
    pub rule: RuleView,
    /// What is wrong with it, in plain words.
    pub problem: String,
    pub because: RuleProblemView,
    /// It holds something back, and goes on doing so.
    pub counts: bool,
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum RuleProblemView {
    SameId,
    NoProgram,
    RelativeProgram {
        program: String,
    },
    RestNotLast,
    RelativeFolder {
        folder: String,
    },
    FolderWithoutCommand,
    AgentWithoutConnection,
    NoExample,
    NotCovered {
        sample: String,
    },
    Covered {
        sample: String,
    },
    TooMany {
        limit: u32,
    },
    /// See the sentence.
    Other,
}

/// `rules/list`
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RulesResponse {
    pub rules: Vec<RuleView>,
    pub refused: Vec<RefusedRuleView>,
}

/// `rules/add`: the rule as its document, or as it was listed or suggested.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddRuleParams {
    #[ts(type = "unknown")]
    pub rule: Value,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddRuleResponse {
    pub id: String,
}

/// `rules/remove`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoveRuleParams {
    pub id: String,
}

/// `rules/suggest`: rules that would have let a waiting request run.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SuggestParams {
    pub id: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SuggestResponse {
    pub rules: Vec<RuleView>,
}

/// `requests/allowAlways`: yes, and from now on what this rule says.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AllowAlwaysParams {
    pub id: String,
    pub digest: String,
    /// A rule that the request came with; its answer, end and name may differ.
    #[ts(type = "unknown")]
    pub rule: Value,
}

/// A rule that nearly fits, and why it does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MissView {
    pub rule: String,
    pub why: WhyNotView,
    /// The word of the command that it is about.
    pub word: Option<String>,
}

/// Why a rule does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum WhyNotView {
    Expired,
    /// The clock shows a time before it was made.
    NotYet,
    OtherConnection,
    OtherAgent,
    OtherFolder,
    OtherProgram,
    /// An argument is another one, or one too many; the first behind the program's name is 0.
    Argument {
        at: u32,
    },
    TooFewArguments,
    OtherText,
    /// The program runs others.
    RunsOthers,
    /// The command sets variables.
    Variables,
    OtherKind,
    OtherPrecision,
    OtherSource,
}
