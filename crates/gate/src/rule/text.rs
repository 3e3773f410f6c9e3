//! Rules in plain words, and commands as a shell would read them.

use std::fmt;

use chaperone_protocol::{AgentId, Precision, visible};

use super::{Argument, Rule, Sample, ScreenUse, Shape};
use crate::Verdict;

/// An argv as a line that a shell takes apart into the same words.
pub(super) fn quoted(argv: &[String]) -> String {
    let words: Vec<String> = argv.iter().map(|word| quote(word)).collect();
    words.join(" ")
}

fn quote(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./+:@%,".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answer = match self.answer {
            Verdict::Free => "run",
            Verdict::Watch => "run, watched,",
            Verdict::Ask => "ask about",
            Verdict::Forbid => "forbid",
        };
        write!(f, "{answer} {}", self.shape)?;
        if let Some(folder) = &self.folder {
            write!(f, " in {} or below it", visible(folder))?;
        }
        match (&self.scope.agent, &self.scope.connection) {
            (Some(agent), Some(connection)) => {
                write!(f, ", for the agent {agent} of the connection {connection}")?;
            }
            (Some(agent), None) => write!(f, ", for any agent called {agent}")?,
            (None, Some(connection)) => {
                write!(f, ", for any agent of the connection {connection}")?;
            }
            (None, None) => f.write_str(", for any agent")?,
        }
        if let Some(end) = self.expires_at {
            write!(f, ", until {end}")?;
        }
        if self.until_lock {
            f.write_str(", until the screen is locked")?;
        }
        Ok(())
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = |f: &mut fmt::Formatter<'_>, what: &str, id: Option<&str>| match id {
            Some(id) => write!(f, "the {what} {}", visible(id)),
            None => write!(f, "any {what}"),
        };
        match self {
            Self::Argv { program, arguments } => {
                write!(f, "`{}`", visible(&quote(program)))?;
                arguments
                    .iter()
                    .try_for_each(|argument| write!(f, " {argument}"))
            }
            Self::Script { sha256 } => {
                write!(f, "exactly the command line with the digest {sha256}")
            }
            Self::Notification {} => f.write_str("any notification"),
            Self::Location { precision } => f.write_str(match precision {
                Precision::Low => "the location, as exact as the town",
                Precision::Medium => "the location, as exact as the street",
                Precision::High => "the location, however exact",
            }),
            Self::Camera { camera } => {
                f.write_str("pictures with ")?;
                what(f, "camera", camera.as_deref())
            }
            Self::Microphone {} => f.write_str("the sound of recordings"),
            Self::Screen { display, captures } => {
                f.write_str(match captures {
                    ScreenUse::Snapshot => "snapshots of ",
                    ScreenUse::Recording => "recordings of ",
                    ScreenUse::Any => "snapshots and recordings of ",
                })?;
                what(f, "display", display.as_deref())
            }
            Self::Agents { program } => what(
                f,
                "program set up for a hub",
                program.as_ref().map(AgentId::as_str),
            ),
            Self::Network {} => f.write_str("commands that reach other computers"),
        }
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact { word } => write!(f, "`{}`", visible(&quote(word))),
            Self::OneOf { words } => {
                let words: Vec<String> = words.iter().map(|word| visible(&quote(word))).collect();
                write!(f, "(`{}`)", words.join("` or `"))
            }
            Self::Any {} => f.write_str("(any word)"),
            Self::Below { folder } => write!(f, "(a path in {})", visible(folder)),
            Self::Rest { options: true } => f.write_str("(any further words)"),
            Self::Rest { options: false } => f.write_str("(any further words but options)"),
        }
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { line, folder } => {
                write!(f, "`{}`", visible(line))?;
                folder
                    .iter()
                    .try_for_each(|folder| write!(f, " in {}", visible(folder)))
            }
            Self::Action { action } => write!(f, "for the {}", action.capability()),
        }
    }
}
