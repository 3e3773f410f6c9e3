//! What the rules say to a question.

use std::collections::BTreeSet;

use chaperone_protocol::Capability;

use super::{Miss, Rule, RuleBook, WhyNot};
use crate::{Question, Verdict, question::argvs, shell::wraps};

/// Rules that mean the command.
#[derive(Debug, Default)]
pub(crate) struct Found<'b> {
    /// Those that hold it back.
    pub(crate) holds: Vec<&'b Rule>,
    /// Those that let it run, if together they do.
    pub(crate) grants: Option<Grants<'b>>,
}

/// Rules that together let a command run.
#[derive(Debug)]
pub(crate) struct Grants<'b> {
    pub(crate) rules: Vec<&'b Rule>,
    /// Whether they mean exactly this text, so that it needs no understanding.
    pub(crate) exact: bool,
}

impl Grants<'_> {
    /// The strictest of their answers, since each is for a part of the command.
    pub(crate) fn verdict(&self) -> Verdict {
        self.rules
            .iter()
            .map(|rule| rule.answer)
            .max()
            .unwrap_or(Verdict::Ask)
    }
}

/// How many rules that do not match are named; more would not be read.
const MAX_MISSES: usize = 8;

impl RuleBook {
    /// The rules that mean what the question asks of this capability.
    pub(crate) fn find(&self, question: &Question<'_>, capability: Capability) -> Found<'_> {
        if self.rules.is_empty() {
            return Found::default();
        }
        if capability == Capability::Shell {
            return self.find_for_line(question);
        }
        let mut found = Found::default();
        let mut loosest: Option<&Rule> = None;
        for rule in self.at(self.index.others(capability)) {
            if means(rule, question).is_err() {
                continue;
            }
            if rule.is_grant() {
                loosest = Some(looser(loosest, rule));
            } else {
                found.holds.push(rule);
            }
        }
        found.grants = loosest.map(|rule| Grants {
            rules: vec![rule],
            exact: false,
        });
        found
    }

    fn find_for_line(&self, question: &Question<'_>) -> Found<'_> {
        let mut holds = BTreeSet::new();
        let mut text: Option<&Rule> = None;
        for (place, rule) in self.for_text(question) {
            if rule.applies(question).is_err() {
                continue;
            }
            if rule.is_grant() {
                text = Some(looser(text, rule));
            } else {
                holds.insert(place);
            }
        }
        for argv in argvs(question.program).into_iter().flatten() {
            let held = self.placed(self.index.holds(argv));
            let held = held.filter(|(_, rule)| means_argv(rule, question, argv).is_ok());
            holds.extend(held.map(|(place, _)| place));
        }
        let text = text.map(|rule| Grants {
            rules: vec![rule],
            exact: true,
        });
        let words = self.grants_for_words(question);
        let grants = match (text, words) {
            (Some(text), Some(words)) if words.verdict() < text.verdict() => Some(words),
            (text, words) => text.or(words),
        };
        Found {
            holds: self.at(holds.into_iter()).collect(),
            // Variables change what any program does, and no rule knows them.
            grants: grants.filter(|_| !question.sets_variables()),
        }
    }

    /// For every program of the line the loosest rule that means it, if there is one for each.
    fn grants_for_words(&self, question: &Question<'_>) -> Option<Grants<'_>> {
        let mut places = BTreeSet::new();
        for argv in argvs(question.program)? {
            let (place, _) = self.grant(question, argv)?;
            places.insert(place);
        }
        let rules = self.at(places.into_iter()).collect();
        Some(Grants {
            rules,
            exact: false,
        })
    }

    fn grant(&self, question: &Question<'_>, argv: &[String]) -> Option<(usize, &Rule)> {
        self.placed(self.index.grants(argv))
            .filter(|(_, rule)| means_argv(rule, question, argv).is_ok())
            .min_by_key(|(place, rule)| (rule.answer, *place))
            .filter(|_| !wraps(argv))
    }

    /// Rules that nearly let the command run, and why they do not.
    pub(crate) fn misses(&self, question: &Question<'_>, capability: Capability) -> Vec<Miss> {
        let mut misses = Vec::new();
        if capability != Capability::Shell {
            self.note(self.index.others(capability), &mut misses, |rule| {
                means(rule, question)
            });
            return misses;
        }
        let Some(mut argvs) = argvs(question.program) else {
            let same: BTreeSet<usize> = self.for_text(question).map(|(place, _)| place).collect();
            let others = self.index.texts().filter(|place| !same.contains(place));
            self.note(others, &mut misses, |rule| {
                rule.applies(question)?;
                Err(WhyNot::OtherText)
            });
            return misses;
        };
        let variables = question.sets_variables();
        let uncovered = argvs.find(|argv| variables || self.grant(question, argv).is_none());
        if let Some(argv) = uncovered {
            self.note(self.index.grants_nearby(argv), &mut misses, |rule| {
                means_argv(rule, question, argv)?;
                // Everything about it fits, and still it lets nothing run.
                Err(if variables {
                    WhyNot::Variables
                } else {
                    WhyNot::RunsOthers
                })
            });
            for miss in &mut misses {
                miss.show(argv);
            }
        }
        misses
    }

    fn note(
        &self,
        places: impl Iterator<Item = usize>,
        misses: &mut Vec<Miss>,
        means: impl Fn(&Rule) -> Result<(), WhyNot>,
    ) {
        let grants = self.at(places).filter(|rule| rule.is_grant());
        let refusals =
            grants.filter_map(|rule| Some(Miss::new(rule.id.clone(), means(rule).err()?)));
        misses.extend(refusals.take(MAX_MISSES));
    }

    /// Rules for exactly the line that is asked about.
    fn for_text(&self, question: &Question<'_>) -> impl Iterator<Item = (usize, &Rule)> {
        let line = question.line();
        self.placed(line.into_iter().flat_map(|line| self.index.text(line)))
    }

    fn at(&self, places: impl Iterator<Item = usize>) -> impl Iterator<Item = &Rule> {
        self.placed(places).map(|(_, rule)| rule)
    }

    fn placed(&self, places: impl Iterator<Item = usize>) -> impl Iterator<Item = (usize, &Rule)> {
        places.filter_map(|place| Some((place, self.rules.get(place)?)))
    }
}

fn means(rule: &Rule, question: &Question<'_>) -> Result<(), WhyNot> {
    rule.applies(question)?;
    rule.shape.means_action(question.action, rule.certainty())
}

/// The words first, because most rules differ in them.
fn means_argv(rule: &Rule, question: &Question<'_>, argv: &[String]) -> Result<(), WhyNot> {
    rule.shape
        .means_argv(argv, question.folder, rule.certainty())?;
    rule.applies(question)
}

/// The one that lets more; among equals the earlier one.
fn looser<'b>(one: Option<&'b Rule>, other: &'b Rule) -> &'b Rule {
    one.filter(|one| one.answer <= other.answer)
        .unwrap_or(other)
}
