//! All rules of a person, checked and ready to be asked.

use std::collections::HashSet;

use chaperone_protocol::Timestamp;

use super::{Rule, RuleId, RuleProblem, check::check, index::Index};

/// All rules that count.
#[derive(Debug, Clone, Default)]
pub struct RuleBook {
    pub(super) rules: Vec<Rule>,
    pub(super) index: Index,
}

/// A rule that cannot be what the person meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRule {
    /// The rule.
    pub rule: Rule,
    /// What is wrong with it, in one sentence.
    pub problem: RuleProblem,
    /// Whether it counts nevertheless: a rule that holds something back goes on doing so until a
    /// person mends it, because leaving it out would let through what somebody wanted stopped.
    pub counts: bool,
}

impl RuleBook {
    /// Takes every rule that is what its own examples say, and hands back those that are not.
    pub fn load(rules: Vec<Rule>) -> (Self, Vec<RefusedRule>) {
        let mut names = HashSet::new();
        let mut kept = Vec::with_capacity(rules.len());
        let mut refused = Vec::new();
        for rule in rules {
            let checked = if names.insert(rule.id.clone()) {
                check(&rule)
            } else {
                Err(RuleProblem::SameId)
            };
            match checked {
                Ok(()) => kept.push(rule),
                Err(problem) => {
                    let counts = !rule.is_grant();
                    if counts {
                        kept.push(rule.clone());
                    }
                    refused.push(RefusedRule {
                        rule,
                        problem,
                        counts,
                    });
                }
            }
        }
        (Self::of(kept), refused)
    }

    fn of(rules: Vec<Rule>) -> Self {
        let index = Index::of(&rules);
        Self { rules, index }
    }

    /// Every rule that counts, in the order they were given.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of that name.
    pub fn rule(&self, id: &RuleId) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == *id)
    }

    /// Notes that a verdict rested on these rules. A clock that was set back takes nothing away.
    pub fn note_use<'i>(&mut self, ids: impl IntoIterator<Item = &'i RuleId>, at: Timestamp) {
        let ids: HashSet<&RuleId> = ids.into_iter().collect();
        for rule in &mut self.rules {
            if ids.contains(&rule.id) {
                rule.last_used_at = rule.last_used_at.max(Some(at));
            }
        }
    }

    /// Rules that let something run and that no verdict has rested on since then: worth removing.
    pub fn unused_since(&self, then: Timestamp) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| {
            let last = rule.last_used_at.unwrap_or(rule.created_at);
            rule.is_grant() && last < then
        })
    }

    /// The screen was locked: takes out the rules that let something run until then, and hands
    /// them back.
    pub fn on_lock(&mut self) -> Vec<Rule> {
        let rules = std::mem::take(&mut self.rules);
        let (ended, kept) = rules
            .into_iter()
            .partition(|rule| rule.until_lock && rule.is_grant());
        *self = Self::of(kept);
        ended
    }
}
