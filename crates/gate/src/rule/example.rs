//! A rule's own tests.

use chaperone_protocol::{Action, Capability, Program};
use serde::{Deserialize, Serialize};

use super::{Rule, Shape, TextDigest, path};
use crate::{parse, shell::wraps};

/// One command, and whether the rule covers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The command.
    pub sample: Sample,
    /// Whether the rule covers it.
    pub covers: bool,
}

/// A command to try a rule on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Sample {
    /// A command line.
    Line {
        /// As an agent would send it.
        line: String,
        /// Where it would run; absent means the folder of the rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        folder: Option<String>,
    },
    /// Anything else that an agent could ask.
    Action {
        /// What it would ask.
        action: Action,
    },
}

impl Rule {
    /// Whether the rule means this command, whoever asks it and whenever. A rule that lets
    /// something run must mean all of a line, one that holds something back any of it.
    pub fn covers(&self, sample: &Sample) -> bool {
        match sample {
            Sample::Line { line, folder } => {
                let folder = folder.as_deref().or(self.folder.as_deref());
                self.covers_line(line, folder)
            }
            Sample::Action {
                action: Action::Execute(execute),
            } if self.shape.capability() == Capability::Shell => {
                let folder = execute.working_dir.as_deref().or(self.folder.as_deref());
                let untouched = execute.environment.is_empty();
                (untouched || !self.is_grant()) && self.covers_line(&execute.line, folder)
            }
            Sample::Action { action } => self.shape.means_action(action, self.certainty()).is_ok(),
        }
    }

    fn covers_line(&self, line: &str, folder: Option<&str>) -> bool {
        if let (Some(own), Some(folder)) = (&self.folder, folder)
            && !path::within(folder, own)
        {
            return false;
        }
        match (&self.shape, parse(line)) {
            (Shape::Script { sha256 }, _) => *sha256 == TextDigest::of(line),
            (Shape::Argv { .. }, Ok(Program::Plain { steps })) => {
                let mut argvs = steps.iter().flat_map(|step| &step.pipeline);
                let means = |argv: &Vec<String>| {
                    self.shape
                        .means_argv(argv, folder, self.certainty())
                        .is_ok()
                };
                if self.is_grant() {
                    argvs.all(|argv| means(argv) && !wraps(argv))
                } else {
                    argvs.any(means)
                }
            }
            _ => false,
        }
    }
}
