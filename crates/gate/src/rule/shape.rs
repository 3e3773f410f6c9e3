//! What kind of commands a rule answers.

use chaperone_protocol::{
    Action, AgentId, Capability, Locate, Precision, RunAgent, Screenshot, Snap, StartRecording,
};
use serde::{Deserialize, Serialize};

use super::{Argument, Certainty, TextDigest, WhyNot, argument, index::file_name};

/// The commands that a rule answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Shape {
    /// A program with such arguments. Where the rule lets something run, it never means a script,
    /// nor a program that runs others, and every program of a line needs such a rule.
    Argv {
        /// A bare name, which means no path; or an absolute path, which means no other. Where the
        /// rule holds something back, a bare name means every program of that name.
        program: String,
        /// The arguments, in order; none at all means that there may be none.
        #[serde(default)]
        arguments: Vec<Argument>,
    },
    /// Exactly this command line, whatever it does.
    Script {
        /// Of the whole line.
        sha256: TextDigest,
    },
    /// Any notification.
    Notification {},
    /// A place.
    Location {
        /// At most so exact. Where the rule holds something back: at least so exact.
        precision: Precision,
    },
    /// A picture.
    Camera {
        /// With this camera; absent means any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        camera: Option<String>,
    },
    /// The sound of a recording.
    Microphone {},
    /// A display.
    Screen {
        /// This one; absent means any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        display: Option<String>,
        /// What is made of it.
        captures: ScreenUse,
    },
    /// A program that the person has set up for a hub.
    Agents {
        /// This one; absent means any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        program: Option<AgentId>,
    },
    /// That a shell command reaches other computers.
    Network {},
}

/// What is made of a display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScreenUse {
    /// A picture.
    Snapshot,
    /// A recording.
    Recording,
    /// Either.
    Any,
}

impl Shape {
    /// The capability it is about.
    pub fn capability(&self) -> Capability {
        match self {
            Self::Argv { .. } | Self::Script { .. } => Capability::Shell,
            Self::Notification {} => Capability::Notification,
            Self::Location { .. } => Capability::Location,
            Self::Camera { .. } => Capability::Camera,
            Self::Microphone {} => Capability::Microphone,
            Self::Screen { .. } => Capability::Screen,
            Self::Agents { .. } => Capability::Agents,
            Self::Network {} => Capability::Network,
        }
    }

    /// Whether it means one program of a line that runs in `folder`.
    pub(crate) fn means_argv(
        &self,
        argv: &[String],
        folder: Option<&str>,
        certainty: Certainty,
    ) -> Result<(), WhyNot> {
        let (Self::Argv { program, arguments }, Some((name, words))) = (self, argv.split_first())
        else {
            return Err(WhyNot::OtherProgram);
        };
        if !is_program(program, name, certainty) {
            return Err(WhyNot::OtherProgram);
        }
        argument::fit(arguments, words, folder, certainty)
    }

    /// Whether it means what an action does with the capability it is about; a shell line is no
    /// matter of this.
    pub(crate) fn means_action(&self, action: &Action, certainty: Certainty) -> Result<(), WhyNot> {
        match (self, action) {
            (Self::Notification {}, Action::Notify(_))
            | (Self::Microphone {}, Action::StartRecording(StartRecording { audio: true, .. }))
            | (Self::Network {}, Action::Execute(_)) => Ok(()),
            (Self::Location { precision }, Action::Locate(Locate { precision: asked })) => {
                let meant = match certainty {
                    Certainty::Sure => asked <= precision,
                    Certainty::Possible => asked >= precision,
                };
                if meant {
                    Ok(())
                } else {
                    Err(WhyNot::OtherPrecision)
                }
            }
            (Self::Camera { camera }, Action::Snap(Snap { camera: asked, .. })) => {
                one_of_them(camera.as_ref(), asked.as_ref(), certainty)
            }
            (
                Self::Screen {
                    display,
                    captures: ScreenUse::Snapshot | ScreenUse::Any,
                },
                Action::Screenshot(Screenshot { display: asked, .. }),
            )
            | (
                Self::Screen {
                    display,
                    captures: ScreenUse::Recording | ScreenUse::Any,
                },
                Action::StartRecording(StartRecording { display: asked, .. }),
            ) => one_of_them(display.as_ref(), asked.as_ref(), certainty),
            (Self::Agents { program }, Action::RunAgent(RunAgent { program: asked, .. })) => {
                one_of_them(program.as_ref(), asked.as_ref(), certainty)
            }
            _ => Err(WhyNot::OtherKind),
        }
    }
}

/// A command that names no camera may get the one that the rule is about, or another.
fn one_of_them<Id: PartialEq>(
    own: Option<&Id>,
    asked: Option<&Id>,
    certainty: Certainty,
) -> Result<(), WhyNot> {
    let meant = match (own, asked) {
        (None, _) => true,
        (Some(own), Some(asked)) => own == asked,
        (Some(_), None) => certainty == Certainty::Possible,
    };
    if meant {
        Ok(())
    } else {
        Err(WhyNot::OtherSource)
    }
}

fn is_program(own: &str, asked: &str, certainty: Certainty) -> bool {
    let nowhere = |program: &str| !program.starts_with('/');
    match certainty {
        Certainty::Sure => own == asked,
        // A bare name is looked for in folders that are not known here.
        Certainty::Possible => {
            own == asked || ((nowhere(own) || nowhere(asked)) && file_name(own) == file_name(asked))
        }
    }
}
