//! Judges what an agent may do, purely, and says why.
//!
//! [`judge()`] weighs a [`Question`] against a [`Situation`] and answers with a [`Judgement`]: a
//! [`Verdict`], its whole chain of reasons, and what has to be done if it runs. The strictest word
//! counts. A [`RuleBook`] holds the person's standing answers, [`Rule`] by rule.
//! [`parse`] takes a command line apart so that it can be judged by what would run, and [`risks`]
//! points at what in it deserves a second look.
//!
//! There is no clock, file, environment or memory in here: the same question always has the same
//! answer, and nothing a hub says can reach the person's switches, table, rules or limits, because
//! no function here takes them from a hub. A hub's own policy is one more word among which the
//! strictest counts.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod error;
mod floor;
mod graduated;
mod judge;
mod judgement;
mod question;
mod reason;
mod rule;
mod shell;
mod situation;
mod standing;
mod switches;
mod verdict;

pub use error::Unparsable;
pub use floor::{effective, floor};
pub use judge::judge;
pub use judgement::{Duties, Judgement};
pub use question::Question;
pub use reason::{Because, Reason, Unread};
pub use rule::{
    Argument, Example, InvalidDigest, InvalidRuleId, Miss, RefusedRule, Rule, RuleBook, RuleId,
    RuleProblem, Sample, Scope, ScreenUse, Shape, TextDigest, WhyNot,
};
pub use shell::{Risk, RiskKind, parse, risks};
pub use situation::{Past, Permission, Permissions, Policy, Situation, Use};
pub use standing::{Cell, Memory, Standing};
pub use switches::Switches;
pub use verdict::Verdict;
