//! Why a command line is no plain list of programs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What in a line only a shell can make sense of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NeedsShell {
    /// `((…))`.
    Arithmetic,
    /// A program that nobody waits for (`&`, `coproc`).
    Background,
    /// Backquotes, whose content runs first.
    Backquote,
    /// `{a,b}`, which becomes several words.
    Braces,
    /// A command that no program stands for (`cd`).
    Builtin {
        /// Which.
        name: String,
    },
    /// `if` or `case`.
    Condition,
    /// Two `!` in a row.
    DoubleNegation,
    /// `$`, which is replaced before anything runs.
    Expansion,
    /// A function's definition.
    Function,
    /// Parentheses or braces around commands.
    Group,
    /// `<<`, or what looks like it.
    HereDocument,
    /// `!` before a word, an earlier command to some shells.
    History,
    /// `for`, `while` or `until`.
    Loop,
    /// `!` before a command.
    Negation,
    /// No name of a program where one belongs.
    NoProgram,
    /// The reader could not make sense of it.
    NotUnderstood,
    /// `*`, `?` or `[…]`, which stand for the files there are.
    Pattern,
    /// `<(…)`, a program's output in place of a file.
    ProcessSubstitution,
    /// `<` or `>`.
    Redirection,
    /// `[[ … ]]`.
    Test,
    /// `~`, which stands for a folder.
    Tilde,
    /// `time`.
    Timing,
    /// More inside of each other than is read.
    TooInvolved,
    /// Quotes that readers disagree about.
    UnclearQuotes,
    /// `a=b` before a command.
    Variable,
}

impl fmt::Display for NeedsShell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Arithmetic => "it holds arithmetic",
            Self::Background => "it runs a program in the background",
            Self::Backquote => "it holds a backquote, whose content a shell runs first",
            Self::Braces => "it holds braces, which a shell turns into several words",
            Self::Builtin { name } => return write!(f, "`{name}` exists only inside a shell"),
            Self::Condition => "it holds a condition",
            Self::DoubleNegation => "it negates a result twice",
            Self::Expansion => "it holds `$`, which a shell replaces before anything runs",
            Self::Function => "it defines a function",
            Self::Group => "it groups commands",
            Self::HereDocument => "it holds a here-document, or what looks like one",
            Self::History => "it holds `!`, which some shells replace with an earlier command",
            Self::Loop => "it holds a loop",
            Self::Negation => "it turns a result around with `!`",
            Self::NoProgram => "it names no program",
            Self::NotUnderstood => "it is written in a way that cannot be checked here",
            Self::Pattern => {
                "it holds a file name pattern, which a shell replaces with the files it finds"
            }
            Self::ProcessSubstitution => "it passes a program's output as a file",
            Self::Redirection => "it redirects a file",
            Self::Test => "it holds a `[[ ]]` test",
            Self::Tilde => "it holds `~`, which a shell replaces with a folder",
            Self::Timing => "it asks the shell to measure time",
            Self::TooInvolved => "it is more involved than can be checked here",
            Self::UnclearQuotes => "its quotes can be read in more than one way",
            Self::Variable => "it sets a variable",
        })
    }
}
