//! Each step as an English sentence.

use std::fmt;

use chaperone_protocol::{Capability, visible};

use super::{Because, Reason};
use crate::Permission;

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answered = if self.answered {
            ", answered by your rules"
        } else {
            ""
        };
        write!(
            f,
            "{}{answered}: {}; {}",
            self.said,
            self.because,
            self.change()
        )
    }
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ending => f.write_str("it ends something that runs"),
            Self::Paused => f.write_str("everything is paused on this device"),
            Self::Switch { capability, on } => {
                let position = if *on { "on" } else { "off" };
                write!(f, "the switch for {} is {position}", subject(*capability))
            }
            Self::Permission {
                capability,
                permission,
            } => {
                let subject = subject(*capability);
                match permission {
                    Permission::Granted => write!(f, "this computer lets Chaperone use {subject}"),
                    Permission::Denied => {
                        write!(f, "this computer does not let Chaperone use {subject}")
                    }
                    Permission::NotYetAsked => write!(
                        f,
                        "nobody has told this computer yet whether Chaperone may use {subject}"
                    ),
                }
            }
            Self::Level {
                claimed: Some(claimed),
                ceiling,
                effective,
            } => write!(
                f,
                "its hub calls the agent {claimed}, you let it be {ceiling} at most, so it counts as {effective}"
            ),
            Self::Level {
                claimed: None,
                effective,
                ..
            } => write!(
                f,
                "its hub names no agent, so your limit for the connection counts: {effective}"
            ),
            Self::Floor {
                capability,
                needs,
                has,
            } => write!(
                f,
                "the least level for {} is {needs}, and this agent counts as {has}",
                subject(*capability)
            ),
            Self::Graduated { needs, has } => write!(
                f,
                "the graduated shell is on, {needs} is enough to ask for this line, and this agent counts as {has}"
            ),
            Self::Standing { capability, level } => write!(
                f,
                "so says your table on {} for the level {level}",
                subject(*capability)
            ),
            Self::Remembered {
                capability,
                level,
                allowed_at,
                until,
            } => write!(
                f,
                "you said yes at {allowed_at}, and your table on {} for the level {level} takes that for an answer until {until}",
                subject(*capability)
            ),
            Self::FirstUse { capability } => write!(
                f,
                "you have never allowed this agent {} before",
                subject(*capability)
            ),
            Self::Precision { asked, limit } => write!(
                f,
                "it wants a place of {} precision, and your table gives {} without a question",
                asked.as_str(),
                limit.as_str()
            ),
            Self::Script { because } => {
                write!(f, "what it does cannot be told from its words: {because}")
            }
            Self::Variables { names } => write!(
                f,
                "it sets variables, which can change what a program does: {}",
                visible(&names.join(", "))
            ),
            Self::Uncontained => f.write_str("it would run in no sandbox"),
            Self::Rate { limit, recent, .. } => write!(
                f,
                "it ran {recent} times without asking in the last minute, and may {limit} times"
            ),
            Self::Policy { capability } => {
                write!(f, "so says its hub itself about {}", subject(*capability))
            }
            Self::Rule { rule, capability } => {
                write!(f, "so says your rule {rule} about {}", subject(*capability))
            }
        }
    }
}

fn subject(capability: Capability) -> &'static str {
    match capability {
        Capability::Notification => "notifications",
        Capability::Location => "the location",
        Capability::Camera => "the camera",
        Capability::Microphone => "the microphone",
        Capability::Screen => "the screen",
        Capability::Agents => "programs set up for a hub",
        Capability::Network => "the network for commands",
        Capability::Shell => "shell commands",
    }
}
