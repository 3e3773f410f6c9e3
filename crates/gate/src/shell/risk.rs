//! Points at what in a command line deserves a second look.
//!
//! A hint for the person's eye: no permission depends on a risk being found or not. In scripts and
//! behind wrappers every word that could name a program is taken for one, so a hint may be wrong
//! there; better one too many.

use std::collections::BTreeSet;

use chaperone_protocol::Program;
use serde::{Deserialize, Serialize};

use super::{look_alike, programs, wraps::wraps};

/// Something worth a second look.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Risk {
    /// What.
    pub kind: RiskKind,
    /// The part of the line it is about, exactly as it stands there; absent where it is about the
    /// whole line, or where quotes tear the part to pieces.
    pub part: Option<String>,
}

/// What deserves the second look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskKind {
    /// It needs a shell; what it does cannot be told from its words.
    Script,
    /// It runs another program, or code, that it is given.
    Wrapper,
    /// It deletes or overwrites.
    Destructive,
    /// It becomes another user.
    Privilege,
    /// It talks to the network.
    Network,
    /// It holds letters that look like others.
    LookAlike,
    /// It holds characters that cannot be seen.
    Hidden,
}

/// More would not be read anyway; the bound keeps a hostile line from making a long list.
const MAX_RISKS: usize = 32;
/// How far behind a program's name its options are looked for in a text that is not taken apart.
const REACH: usize = 32;

/// What deserves a second look in `line`, which was read as `program`: by kind, each once.
pub fn risks(line: &str, program: &Program) -> Vec<Risk> {
    let mut found = Found::new(line);
    match program {
        Program::Plain { steps } => {
            for argv in steps.iter().flat_map(|step| &step.pipeline) {
                let argv: Vec<&str> = argv.iter().map(String::as_str).collect();
                found.program(&argv);
                if wraps(&argv) {
                    for argument in argv.iter().skip(1) {
                        found.text(argument);
                    }
                    found.anywhere(argv.get(1..).unwrap_or_default());
                }
                if let Some(name) = argv.first()
                    && !name.is_ascii()
                {
                    found.add(RiskKind::LookAlike, name);
                }
            }
        }
        Program::Script { text, .. } => {
            found.whole(RiskKind::Script);
            found.text(text);
            if overwrites(text) {
                found.add(RiskKind::Destructive, ">");
            }
        }
    }
    for word in look_alike::words(line) {
        found.add(RiskKind::LookAlike, word);
    }
    for hidden in look_alike::hidden(line) {
        found.add(RiskKind::Hidden, hidden);
    }
    found.risks.into_iter().collect()
}

/// Whether output goes into a file other than the one that swallows everything.
fn overwrites(text: &str) -> bool {
    text.split('>').skip(1).any(|target| {
        let target = target.trim_start_matches(['|', ' ', '\t']);
        !target.is_empty() && !target.starts_with('&') && !target.starts_with("/dev/null")
    })
}

struct Found<'a> {
    line: &'a str,
    risks: BTreeSet<Risk>,
}

impl<'a> Found<'a> {
    fn new(line: &'a str) -> Self {
        Self {
            line,
            risks: BTreeSet::new(),
        }
    }

    fn whole(&mut self, kind: RiskKind) {
        self.risks.insert(Risk { kind, part: None });
    }

    fn add(&mut self, kind: RiskKind, part: &str) {
        if self.risks.len() < MAX_RISKS {
            let part = self.line.contains(part).then(|| part.to_owned());
            self.risks.insert(Risk { kind, part });
        }
    }

    /// One program with its arguments.
    fn program(&mut self, argv: &[&str]) {
        for (kind, part) in programs::about(argv) {
            self.add(kind, part);
        }
    }

    /// Any of the words could be a program, with the words behind it as its arguments.
    fn anywhere(&mut self, words: &[&str]) {
        for start in 0..words.len() {
            let reach = words.len().min(start.saturating_add(REACH));
            self.program(words.get(start..reach).unwrap_or_default());
        }
    }

    /// Any run of letters in the text could be a word of a command.
    fn text(&mut self, text: &str) {
        let words: Vec<&str> = text
            .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '+')))
            .filter(|word| !word.is_empty())
            .collect();
        self.anywhere(&words);
    }
}
