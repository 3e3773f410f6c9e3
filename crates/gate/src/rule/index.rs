//! Finds the few rules that could mean a command, however many there are.

use std::collections::{BTreeMap, HashMap};

use chaperone_protocol::Capability;

use super::{Argument, Rule, Shape, TextDigest};

/// Where each rule stands in the book, by what a command would have to say for the rule to mean it.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    /// Rules that let a program run, by exactly its name.
    grants: HashMap<String, Bucket>,
    /// The same, by the file's name alone, to say why they do not match.
    grants_nearby: HashMap<String, Vec<usize>>,
    /// Rules that hold a program back, by the file's name.
    holds: HashMap<String, Vec<usize>>,
    /// Rules for exact texts.
    scripts: BTreeMap<TextDigest, Vec<usize>>,
    /// Rules for everything but the shell.
    others: BTreeMap<Capability, Vec<usize>>,
}

/// Rules for one program.
#[derive(Debug, Clone, Default)]
struct Bucket {
    /// Those that need a certain first argument.
    first: HashMap<String, Vec<usize>>,
    /// All others.
    open: Vec<usize>,
}

impl Index {
    pub(super) fn of(rules: &[Rule]) -> Self {
        let mut index = Self::default();
        for (place, rule) in rules.iter().enumerate() {
            index.add(place, rule);
        }
        index
    }

    fn add(&mut self, place: usize, rule: &Rule) {
        match &rule.shape {
            Shape::Argv { program, arguments } => {
                let by_name = if rule.is_grant() {
                    let bucket = self.grants.entry(program.clone()).or_default();
                    bucket.add(place, arguments.first());
                    &mut self.grants_nearby
                } else {
                    &mut self.holds
                };
                by_name.entry(file_name(program)).or_default().push(place);
            }
            Shape::Script { sha256 } => self.scripts.entry(*sha256).or_default().push(place),
            other => self
                .others
                .entry(other.capability())
                .or_default()
                .push(place),
        }
    }

    /// Rules that may let this program run.
    pub(super) fn grants(&self, argv: &[String]) -> impl Iterator<Item = usize> {
        let bucket = argv.first().and_then(|name| self.grants.get(name));
        let first = bucket
            .zip(argv.get(1))
            .and_then(|(bucket, word)| bucket.first.get(word));
        let open = bucket.map(|bucket| &bucket.open);
        first.into_iter().chain(open).flatten().copied()
    }

    /// Rules that let a program of that name run, from wherever.
    pub(super) fn grants_nearby(&self, argv: &[String]) -> impl Iterator<Item = usize> {
        by_name(&self.grants_nearby, argv)
    }

    /// Rules that may hold this program back.
    pub(super) fn holds(&self, argv: &[String]) -> impl Iterator<Item = usize> {
        by_name(&self.holds, argv)
    }

    /// Rules for exactly this text.
    pub(super) fn text(&self, line: &str) -> impl Iterator<Item = usize> {
        // The digest of a long line takes a while.
        let digest = (!self.scripts.is_empty()).then(|| TextDigest::of(line));
        digest
            .and_then(|digest| self.scripts.get(&digest))
            .into_iter()
            .flatten()
            .copied()
    }

    /// Rules for any exact text.
    pub(super) fn texts(&self) -> impl Iterator<Item = usize> {
        self.scripts.values().flatten().copied()
    }

    /// Rules for a capability other than the shell.
    pub(super) fn others(&self, capability: Capability) -> impl Iterator<Item = usize> {
        self.others.get(&capability).into_iter().flatten().copied()
    }
}

impl Bucket {
    fn add(&mut self, place: usize, first: Option<&Argument>) {
        let words = match first {
            Some(Argument::Exact { word }) => std::slice::from_ref(word),
            Some(Argument::OneOf { words }) => words,
            Some(Argument::Any {} | Argument::Below { .. } | Argument::Rest { .. }) | None => {
                self.open.push(place);
                return;
            }
        };
        for word in words {
            self.first.entry(word.clone()).or_default().push(place);
        }
    }
}

fn by_name(map: &HashMap<String, Vec<usize>>, argv: &[String]) -> impl Iterator<Item = usize> {
    // Most people hold nothing back: then no name is made.
    let name = argv.first().filter(|_| !map.is_empty());
    name.and_then(|name| map.get(&file_name(name)))
        .into_iter()
        .flatten()
        .copied()
}

/// The name of a program's file, as a system that knows no case would compare it.
pub(super) fn file_name(program: &str) -> String {
    let file = program.rsplit(['/', '\\']).next().unwrap_or_default();
    let lower = file.to_ascii_lowercase();
    lower.strip_suffix(".exe").unwrap_or(&lower).to_owned()
}
