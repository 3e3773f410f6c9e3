//! The person's standing answers for commands of one shape.
//!
//! An answer that lets something run needs to be *sure* that the command is of its shape; an
//! answer that holds something back applies as soon as it is *possible*. Rules come from the
//! person alone: nothing in here reads one from a hub.

mod argument;
mod book;
mod check;
mod digest;
mod example;
mod find;
mod index;
mod miss;
mod path;
mod shape;
mod suggest;
mod text;

#[cfg(test)]
mod tests;

use std::fmt;

use chaperone_protocol::{AgentId, ConnectionId, Timestamp};
use serde::{Deserialize, Serialize};

pub use argument::Argument;
pub use book::{RefusedRule, RuleBook};
pub use check::RuleProblem;
pub use digest::{InvalidDigest, TextDigest};
pub use example::{Example, Sample};
pub use miss::{Miss, WhyNot};
pub use shape::{ScreenUse, Shape};

use crate::{Question, Verdict};

/// One standing answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name in the record.
    pub id: RuleId,
    /// The answer: to forbid beats to ask, and to ask beats both ways of running.
    pub answer: Verdict,
    /// The commands it answers.
    pub shape: Shape,
    /// Whom it answers.
    #[serde(default)]
    pub scope: Scope,
    /// Only for commands that run in this folder or below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// From when on it says nothing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Whether it ends, if it lets something run, when the screen is locked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub until_lock: bool,
    /// What it must and must not cover. They are its tests, run whenever it is loaded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
    /// When the person made it.
    pub created_at: Timestamp,
    /// When a verdict last rested on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

/// Whom a rule answers; what is absent is anybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Only what comes through this pairing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
    /// Only this agent of that pairing's hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
}

/// A rule's name in the record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RuleId(String);

/// A rule's name that is empty, too long, or holds a control character.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a rule's id needs 1 to {} printable characters", RuleId::MAX_BYTES)]
pub struct InvalidRuleId;

impl RuleId {
    /// The longest name taken.
    pub const MAX_BYTES: usize = 200;

    /// Takes any printable text of at most 200 bytes.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidRuleId> {
        let text = text.into();
        let printable = !text.chars().any(char::is_control);
        if text.is_empty() || text.len() > Self::MAX_BYTES || !printable {
            return Err(InvalidRuleId);
        }
        Ok(Self(text))
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for RuleId {
    type Error = InvalidRuleId;

    fn try_from(text: String) -> Result<Self, InvalidRuleId> {
        Self::new(text)
    }
}

impl From<RuleId> for String {
    fn from(id: RuleId) -> Self {
        id.0
    }
}

/// How much has to be known before a rule applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// Only to what is surely meant: the rule lets something run.
    Sure,
    /// Also to what may be meant: the rule holds something back.
    Possible,
}

impl Rule {
    /// Whether it lets something run.
    pub fn is_grant(&self) -> bool {
        self.answer < Verdict::Ask
    }

    pub(crate) fn certainty(&self) -> Certainty {
        if self.is_grant() {
            Certainty::Sure
        } else {
            Certainty::Possible
        }
    }

    /// Whether it speaks at this time, to this agent, in this folder; not yet whether it means
    /// this command.
    pub(crate) fn applies(&self, question: &Question<'_>) -> Result<(), WhyNot> {
        if self.expires_at.is_some_and(|end| end <= question.now) {
            return Err(WhyNot::Expired);
        }
        // With the clock set back, an end that has passed would seem to lie ahead again.
        if self.is_grant() && self.expires_at.is_some() && question.now < self.created_at {
            return Err(WhyNot::NotYet);
        }
        let known = self.certainty() == Certainty::Possible;
        let Scope { connection, agent } = &self.scope;
        if connection
            .as_ref()
            .is_some_and(|own| own != question.connection)
        {
            return Err(WhyNot::OtherConnection);
        }
        let meant = match (agent, question.agent) {
            (None, _) => true,
            (Some(own), Some(asking)) => *own == asking.id,
            // A hub could otherwise escape an answer by naming nobody.
            (Some(_), None) => known,
        };
        if !meant {
            return Err(WhyNot::OtherAgent);
        }
        let inside = match (&self.folder, question.folder) {
            (None, _) => true,
            (Some(own), Some(asked)) => path::within(asked, own),
            (Some(_), None) => known,
        };
        if inside {
            Ok(())
        } else {
            Err(WhyNot::OtherFolder)
        }
    }
}
