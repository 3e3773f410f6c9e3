//! Why the words of a command line do not tell what it does.

use serde::Serialize;
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum UnreadView {
    /// Only a shell can make sense of them.
    NeedsShell { because: NeedsShellView },
    /// A program that runs other programs or code.
    Wraps { program: String },
    /// Nothing has taken the line apart.
    NotTakenApart,
}

/// What in a line only a shell can make sense of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum NeedsShellView {
    Arithmetic,
    Background,
    Backquote,
    Braces,
    /// A command that no program stands for.
    Builtin {
        name: String,
    },
    Condition,
    DoubleNegation,
    /// `$`.
    Expansion,
    Function,
    Group,
    HereDocument,
    /// `!` before a word.
    History,
    Loop,
    /// `!` before a command.
    Negation,
    NoProgram,
    NotUnderstood,
    /// A file name pattern.
    Pattern,
    ProcessSubstitution,
    Redirection,
    /// `[[ … ]]`.
    Test,
    /// `~`.
    Tilde,
    Timing,
    TooInvolved,
    UnclearQuotes,
    Variable,
}
