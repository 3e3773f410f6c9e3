//! Why a rule that looks as if it could let a command run does not.

use std::fmt;

use chaperone_protocol::visible;
use serde::{Deserialize, Serialize};

use super::RuleId;

/// A rule that was looked at and does not match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Miss {
    /// Which.
    pub rule: RuleId,
    /// Why not.
    pub why: WhyNot,
    /// The word of the command that it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
}

/// Why a rule does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum WhyNot {
    /// It ended.
    Expired,
    /// The clock shows a time before it was made.
    NotYet,
    /// It is for another pairing.
    OtherConnection,
    /// It is for another agent.
    OtherAgent,
    /// It is for another folder.
    OtherFolder,
    /// It is for another program, perhaps of the same name.
    OtherProgram,
    /// An argument is another one, or one too many.
    Argument {
        /// Which; the first behind the program's name is 0.
        at: usize,
    },
    /// It needs more arguments.
    TooFewArguments,
    /// It is for another text.
    OtherText,
    /// The program runs others, and no rule for a program means what those do.
    RunsOthers,
    /// The command sets variables, which can change what any program does.
    Variables,
    /// It is for another kind of command.
    OtherKind,
    /// It is for a less exact place.
    OtherPrecision,
    /// It is for another camera, display or program.
    OtherSource,
}

impl Miss {
    /// The longest part of a word that is shown.
    const MAX_WORD_CHARS: usize = 200;

    pub(super) fn new(rule: RuleId, why: WhyNot) -> Self {
        Self {
            rule,
            why,
            word: None,
        }
    }

    /// Notes the word that it is about.
    pub(super) fn show(&mut self, argv: &[String]) {
        let word = match self.why {
            WhyNot::Argument { at } => argv.get(at.saturating_add(1)),
            WhyNot::OtherProgram | WhyNot::RunsOthers => argv.first(),
            _ => None,
        };
        self.word = word.map(|word| {
            let mut shown: String = word.chars().take(Self::MAX_WORD_CHARS).collect();
            if shown.len() < word.len() {
                shown.push('…');
            }
            shown
        });
    }
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the rule {} does not match: {}", self.rule, self.why)?;
        if let Some(word) = &self.word {
            write!(f, " (`{}`)", visible(word))?;
        }
        Ok(())
    }
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "it has expired",
            Self::NotYet => "the clock shows a time before the rule was made",
            Self::OtherConnection => "it is for another connection",
            Self::OtherAgent => "it is for another agent",
            Self::OtherFolder => "it is for another folder",
            Self::OtherProgram => "it is for another program",
            Self::Argument { at } => {
                return write!(f, "argument {} is not what it allows", at.saturating_add(1));
            }
            Self::TooFewArguments => "it needs more arguments",
            Self::OtherText => "it is for another text",
            Self::RunsOthers => "the program runs others, which no rule for a program means",
            Self::Variables => "the command sets variables, which can change what any program does",
            Self::OtherKind => "it is for another kind of command",
            Self::OtherPrecision => "it is for a less exact place",
            Self::OtherSource => "it is for another camera, display or program",
        })
    }
}
