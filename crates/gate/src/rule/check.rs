//! Whether a rule can be what the person meant.

use super::{Argument, Rule, Shape, path};
use chaperone_protocol::Capability;

/// Why a rule is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleProblem {
    /// Two rules of one name.
    #[error("another rule has the same id")]
    SameId,
    /// A program without a name.
    #[error("it names no program")]
    NoProgram,
    /// A path that depends on the folder the command runs in.
    #[error("the program {program:?} must be a bare name or an absolute path")]
    RelativeProgram {
        /// As the rule has it.
        program: String,
    },
    /// Arguments behind the one that takes all that are left.
    #[error("nothing can follow the argument that takes all the rest")]
    RestNotLast,
    /// A folder that depends on another, or climbs.
    #[error("the folder {folder:?} must be an absolute path without `..`")]
    RelativeFolder {
        /// As the rule has it.
        folder: String,
    },
    /// A folder where none matters.
    #[error("only a rule for commands can be limited to a folder")]
    FolderWithoutCommand,
    /// An agent's id means nothing without its hub.
    #[error("it names an agent, but not the connection that the agent belongs to")]
    AgentWithoutConnection,
    /// No test of its own.
    #[error("it has no example of a command that it covers")]
    NoExample,
    /// It does not mean what it should.
    #[error("its example {sample} should be covered, and is not")]
    NotCovered {
        /// The example.
        sample: String,
    },
    /// It means more than it should.
    #[error("its example {sample} should not be covered, and is")]
    Covered {
        /// The example.
        sample: String,
    },
    /// More than anybody would read.
    #[error("it has more than {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many are taken.
        limit: usize,
    },
}

/// The most arguments of a rule, and the most words of one argument.
const MAX_ARGUMENTS: usize = 100;
/// The most examples of a rule.
const MAX_EXAMPLES: usize = 50;

pub(super) fn check(rule: &Rule) -> Result<(), RuleProblem> {
    check_shape(&rule.shape)?;
    if let Some(folder) = &rule.folder {
        check_folder(folder)?;
        if !matches!(
            rule.shape.capability(),
            Capability::Shell | Capability::Network
        ) {
            return Err(RuleProblem::FolderWithoutCommand);
        }
    }
    if rule.scope.agent.is_some() && rule.scope.connection.is_none() {
        return Err(RuleProblem::AgentWithoutConnection);
    }
    check_examples(rule)
}

fn check_shape(shape: &Shape) -> Result<(), RuleProblem> {
    let Shape::Argv { program, arguments } = shape else {
        return Ok(());
    };
    if program.is_empty() {
        return Err(RuleProblem::NoProgram);
    }
    if program.contains('/') && !path::is_plain_folder(program) {
        return Err(RuleProblem::RelativeProgram {
            program: program.clone(),
        });
    }
    few("arguments", arguments.len(), MAX_ARGUMENTS)?;
    let rest = |argument: &Argument| matches!(argument, Argument::Rest { .. });
    if arguments.iter().rev().skip(1).any(rest) {
        return Err(RuleProblem::RestNotLast);
    }
    for argument in arguments {
        match argument {
            Argument::Below { folder } => check_folder(folder)?,
            Argument::OneOf { words } => few("words for one argument", words.len(), MAX_ARGUMENTS)?,
            Argument::Exact { .. } | Argument::Any {} | Argument::Rest { .. } => {}
        }
    }
    Ok(())
}

fn check_folder(folder: &str) -> Result<(), RuleProblem> {
    if path::is_plain_folder(folder) {
        return Ok(());
    }
    Err(RuleProblem::RelativeFolder {
        folder: folder.to_owned(),
    })
}

fn check_examples(rule: &Rule) -> Result<(), RuleProblem> {
    few("examples", rule.examples.len(), MAX_EXAMPLES)?;
    let needed = matches!(rule.shape, Shape::Argv { .. });
    if needed && !rule.examples.iter().any(|example| example.covers) {
        return Err(RuleProblem::NoExample);
    }
    for example in &rule.examples {
        if rule.covers(&example.sample) != example.covers {
            let sample = example.sample.to_string();
            return Err(if example.covers {
                RuleProblem::NotCovered { sample }
            } else {
                RuleProblem::Covered { sample }
            });
        }
    }
    Ok(())
}

fn few(what: &'static str, count: usize, limit: usize) -> Result<(), RuleProblem> {
    if count > limit {
        return Err(RuleProblem::TooMany { what, limit });
    }
    Ok(())
}
