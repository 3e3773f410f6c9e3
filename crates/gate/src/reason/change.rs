//! For each step the single change that would make it say something else.

use chaperone_protocol::Maturity;

use super::{Because, Reason};
use crate::{Permission, Verdict};

pub(super) fn of(reason: &Reason) -> String {
    let objects = reason.said >= Verdict::Ask;
    let text = match &reason.because {
        Because::Ending => "nothing on this device forbids an end",
        Because::Paused => "a person at this computer can resume",
        Because::Switch { on: true, .. } => "switching it off would forbid this",
        Because::Switch { on: false, .. } => "switching it on would lift this",
        Because::Permission { permission, .. } => match permission {
            Permission::Granted => {
                "taking it away in this computer's privacy settings would forbid this"
            }
            Permission::Denied => {
                "a person has to allow it in this computer's privacy settings; no agent and no hub can"
            }
            Permission::NotYetAsked => "answering this computer's own question would lift this",
        },
        Because::Level {
            claimed: Some(claimed),
            ceiling,
            ..
        } if claimed > ceiling => {
            return format!("raising your limit to {claimed} would let the claim count");
        }
        Because::Level {
            claimed: Some(_), ..
        } => "raising your limit changes nothing while its hub claims no more",
        Because::Level { claimed: None, .. } => "another limit for this connection would change it",
        Because::Floor { needs, .. } if objects => {
            return format!(
                "only an agent that its hub calls {needs}, and that you let count as {needs}, gets past this"
            );
        }
        Because::Floor {
            needs: Maturity::Student,
            ..
        } => "no level is lower",
        Because::Floor { needs, .. } => {
            return format!("a level below {needs} would forbid this");
        }
        Because::Graduated { .. } => "switching the graduated shell off would forbid this",
        Because::Standing { .. } => "another answer in that cell would change it",
        Because::Remembered { until, .. } => return format!("from {until} on you are asked again"),
        Because::FirstUse { .. } => "allowing it once would lift this",
        Because::Precision { limit, .. } => {
            return format!(
                "asking for a place of {} precision would lift this",
                limit.as_str()
            );
        }
        Because::Script { .. } => {
            "a line of plain words that names each program itself would lift this"
        }
        Because::Variables { .. } => "the same line without variables would lift this",
        Because::Uncontained => "a folder whose programs are contained would lift this",
        Because::Rate { .. } if objects => {
            "waiting a minute would lift this, or a higher limit in your table"
        }
        Because::Rate { limit, .. } => {
            return format!("reaching {limit} within a minute would forbid this");
        }
        Because::Policy { .. } if objects => "only the hub can take back what it tightened",
        Because::Policy { .. } => "the hub could tighten this, and cannot loosen it",
        Because::Rule { rule, .. } if objects => {
            return format!("removing the rule {rule} would lift this");
        }
        Because::Rule { rule, .. } => {
            return format!("removing the rule {rule} would make this stricter");
        }
    };
    text.to_owned()
}
