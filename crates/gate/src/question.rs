//! What is judged: who asks, over which connection, for what, where and when.
//!
//! Everything in a question but the folder and the time is what a hub says, and is believed only
//! where believing it cannot loosen anything.

use chaperone_protocol::{Action, Agent, Capability, ConnectionId, Program, Timestamp};

/// One command, as the gate sees it.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Who asks; a hub that names nobody leaves it out.
    pub agent: Option<&'a Agent>,
    /// The pairing it came through.
    pub connection: &'a ConnectionId,
    /// What is asked.
    pub action: &'a Action,
    /// What [`parse`](crate::parse) made of the line, for a shell command. Without it the command
    /// is taken for a script.
    pub program: Option<&'a Program>,
    /// The real path of the folder that a shell command would run in, where it is known.
    pub folder: Option<&'a str>,
    /// Whether a shell command would be let onto the network: that needs an answer of its own.
    pub network: bool,
    /// Whether a shell command would run in no sandbox at all: then it is asked each time.
    pub uncontained: bool,
    /// When it is asked.
    pub now: Timestamp,
}

impl<'a> Question<'a> {
    /// Every capability that it needs; each is judged, and the strictest answer counts.
    pub fn needs(&self) -> impl Iterator<Item = Capability> + use<> {
        let network = match self.action {
            Action::Execute(_) => self.network.then_some(Capability::Network),
            Action::Notify(_)
            | Action::Locate(_)
            | Action::Snap(_)
            | Action::Screenshot(_)
            | Action::StartRecording(_)
            | Action::StopRecording(_)
            | Action::RunAgent(_) => None,
        };
        std::iter::once(self.action.capability())
            .chain(self.action.also_needs())
            .chain(network)
    }

    /// The shell line, if there is one.
    pub(crate) fn line(&self) -> Option<&'a str> {
        match self.action {
            Action::Execute(execute) => Some(&execute.line),
            Action::Notify(_)
            | Action::Locate(_)
            | Action::Snap(_)
            | Action::Screenshot(_)
            | Action::StartRecording(_)
            | Action::StopRecording(_)
            | Action::RunAgent(_) => None,
        }
    }

    /// Whether the command asks for variables, which can change what any program does.
    pub(crate) fn sets_variables(&self) -> bool {
        matches!(self.action, Action::Execute(execute) if !execute.environment.is_empty())
    }
}

/// Every program of a line with its arguments, if the words of the line tell.
pub(crate) fn argvs(program: Option<&Program>) -> Option<impl Iterator<Item = &Vec<String>>> {
    match program {
        Some(Program::Plain { steps }) => Some(steps.iter().flat_map(|step| &step.pipeline)),
        Some(Program::Script { .. }) | None => None,
    }
}
