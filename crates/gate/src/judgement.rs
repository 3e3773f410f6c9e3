//! An answer, with everything that led to it.

use std::fmt;

use chaperone_protocol::{Maturity, Precision};
use serde::{Deserialize, Serialize};

use crate::{Because, Miss, Reason, RuleId, Verdict};

/// An answer, and everything that led to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// What may happen.
    pub verdict: Verdict,
    /// Every step in the order it was taken, except that the one which decided stands last.
    pub reasons: Vec<Reason>,
    /// The level that counted.
    pub level: Maturity,
    /// What has to be done if it runs.
    #[serde(default)]
    pub duties: Duties,
    /// Rules that were looked at because they seem to fit and do not; the first few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Miss>,
}

/// What has to be done if a command runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duties {
    /// The person looks at what was captured before it leaves.
    pub preview: bool,
    /// The most exact place that may leave unless the person, being asked, allows more; absent
    /// where no place is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
}

impl Judgement {
    /// The step that decided.
    pub fn decisive(&self) -> Option<&Reason> {
        self.reasons.iter().find(|reason| reason.decided)
    }

    /// The rules that the verdict rests on: those that let it run, or those that said as strict a
    /// word as the verdict.
    pub fn rules_used(&self) -> impl Iterator<Item = &RuleId> {
        let runs = self.verdict < Verdict::Ask;
        self.reasons
            .iter()
            .filter_map(move |reason| match &reason.because {
                Because::Rule { rule, .. } if runs || reason.said == self.verdict => Some(rule),
                _ => None,
            })
    }

    /// The strictest word counts. Among equals the one decides that is hardest to change, so that
    /// nobody is sent to turn a knob that does not help.
    pub(crate) fn settle(mut reasons: Vec<Reason>, level: Maturity) -> Self {
        let verdict = reasons
            .iter()
            .filter(|reason| !reason.answered)
            .map(|reason| reason.said)
            .max()
            .unwrap_or(Verdict::Forbid);
        let decisive = reasons
            .iter()
            .enumerate()
            .filter(|(_, reason)| reason.said == verdict && !reason.answered)
            .min_by_key(|(_, reason)| rank(verdict, &reason.because))
            .map(|(index, _)| index);
        if let Some(index) = decisive {
            let mut reason = reasons.remove(index);
            reason.decided = true;
            reasons.push(reason);
        }
        Self {
            verdict,
            reasons,
            level,
            duties: Duties::default(),
            missed: Vec::new(),
        }
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.verdict)?;
        for reason in &self.reasons {
            let mark = if reason.decided { '*' } else { '-' };
            write!(f, "\n  {mark} {reason}")?;
        }
        for miss in &self.missed {
            write!(f, "\n  ? {miss}")?;
        }
        Ok(())
    }
}

fn rank(verdict: Verdict, because: &Because) -> u8 {
    match because {
        // Only the table and the rules grant anything; every other step merely does not object.
        Because::Standing { .. } | Because::Remembered { .. } if verdict < Verdict::Ask => 0,
        Because::Rule { .. } if verdict < Verdict::Ask => 1,
        Because::Ending => 2,
        Because::Paused => 3,
        Because::Switch { .. } => 4,
        Because::Permission { .. } => 5,
        Because::Floor { .. } => 6,
        Because::Policy { .. } => 7,
        Because::Rate { .. } => 8,
        Because::Rule { .. } => 9,
        Because::Variables { .. } | Because::Uncontained => 10,
        Because::Script { .. } => 11,
        Because::Graduated { .. } => 12,
        Because::Standing { .. } | Because::Remembered { .. } => 13,
        Because::Precision { .. } => 14,
        Because::FirstUse { .. } => 15,
        Because::Level { .. } => 16,
    }
}
