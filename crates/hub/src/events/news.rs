//! What the hub says about devices and commands, in one place so that it stays one vocabulary.

use chaperone_protocol::{
    AgentId, CommandId, CommandState, DeviceId, FailureCode, SessionId, Timestamp,
};
use serde_json::{Value, json};

use super::Seen;
use crate::store::AccountId;

/// Something to be told, before it has its place.
#[derive(Debug, Clone)]
pub(crate) struct News {
    pub(super) account: AccountId,
    pub(super) kind: &'static str,
    pub(super) seen: Seen,
    pub(super) data: Data,
}

/// What is said, as far as it was put into words: most of what happens nobody ever hears.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Data {
    /// An object.
    Whole(Value),
    Command(Box<Command>),
}

/// Something about a command.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Command {
    id: CommandId,
    device: DeviceId,
    agent: Option<AgentId>,
    more: Vec<(&'static str, Value)>,
}

impl Data {
    pub(super) fn value(&self) -> Value {
        let command = match self {
            Self::Whole(value) => return value.clone(),
            Self::Command(command) => command,
        };
        let mut data = json!({
            "command_id": command.id,
            "device_id": command.device,
            "agent_id": command.agent,
        });
        if let Some(data) = data.as_object_mut() {
            let more = command.more.iter();
            data.extend(more.map(|(name, value)| ((*name).to_owned(), value.clone())));
        }
        data
    }

    /// One of its members, if that is text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let command = match self {
            Self::Whole(value) => return value.get(name)?.as_str(),
            Self::Command(command) => command,
        };
        match name {
            "command_id" => Some(command.id.as_str()),
            "device_id" => Some(command.device.as_str()),
            "agent_id" => command.agent.as_ref().map(AgentId::as_str),
            _ => {
                let mut more = command.more.iter();
                more.find(|(known, _)| *known == name)?.1.as_str()
            }
        }
    }
}

/// A command, as far as everything that is said of one names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) account: &'a AccountId,
    pub(crate) device: &'a DeviceId,
    /// Who asked; none: the person.
    pub(crate) agent: Option<&'a AgentId>,
    pub(crate) id: &'a CommandId,
}

impl Subject<'_> {
    fn say(
        self,
        kind: &'static str,
        more: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> News {
        News {
            account: self.account.clone(),
            kind,
            seen: Seen::By(self.agent.cloned()),
            data: Data::Command(Box::new(Command {
                id: self.id.clone(),
                device: self.device.clone(),
                agent: self.agent.cloned(),
                more: more.into_iter().collect(),
            })),
        }
    }

    /// It is in the books.
    pub(crate) fn created(self, action: &str, state: &str, deadline_at: Timestamp) -> News {
        let more = [
            ("action_type", action.into()),
            ("state", state.into()),
            ("deadline_at", json!(deadline_at)),
        ];
        self.say("command.created", more)
    }

    /// It has come further; what that means for the person is said as well.
    pub(crate) fn progress(self, state: CommandState) -> impl Iterator<Item = News> {
        let approval = match state {
            CommandState::Waiting => Some("approval.pending"),
            CommandState::Approved => Some("approval.granted"),
            CommandState::Denied => Some("approval.denied"),
            _ => None,
        };
        let progress = self.say("command.progress", [("state", state.as_str().into())]);
        let approval = approval.map(|kind| self.say(kind, []));
        std::iter::once(progress).chain(approval)
    }

    /// It has ended, or nobody waits for it any more.
    pub(crate) fn settled(self, action: &str, code: Option<FailureCode>, late: bool) -> News {
        let more = [
            ("action_type", action.into()),
            ("success", code.is_none().into()),
            ("code", code.map(FailureCode::as_str).into()),
            ("late", late.into()),
        ];
        self.say("command.settled", more)
    }

    /// A person looks on at it.
    pub(crate) fn supervision_started(self) -> News {
        self.say("supervision.started", [])
    }

    /// They stepped in, or said what they think of it.
    pub(crate) fn supervision_changed(self, change: &'static str) -> News {
        self.say("supervision.changed", [("change", change.into())])
    }

    pub(crate) fn recording_started(self, session: &SessionId) -> News {
        self.say("recording.started", [("session_id", json!(session))])
    }

    pub(crate) fn recording_ended(self, session: &SessionId) -> News {
        self.say("recording.ended", [("session_id", json!(session))])
    }
}

impl News {
    pub(crate) fn device_connected(account: &AccountId, device: &DeviceId) -> Self {
        Self::of_device(account, device, "device.connected")
    }

    pub(crate) fn device_disconnected(account: &AccountId, device: &DeviceId) -> Self {
        Self::of_device(account, device, "device.disconnected")
    }

    fn of_device(account: &AccountId, device: &DeviceId, kind: &'static str) -> Self {
        Self {
            account: account.clone(),
            kind,
            seen: Seen::ByAll,
            data: Data::Whole(json!({ "device_id": device })),
        }
    }

    pub(crate) fn proposal(
        account: &AccountId,
        agent: AgentId,
        device: Option<&str>,
        id: &str,
        status: &'static str,
    ) -> Self {
        let kind = if status == "pending_approval" {
            "proposal.pending"
        } else {
            "proposal.changed"
        };
        Self {
            account: account.clone(),
            kind,
            data: Data::Whole(json!({
                "proposal_id": id,
                "agent_id": agent,
                "device_id": device,
                "status": status,
            })),
            seen: Seen::By(Some(agent)),
        }
    }

    pub(crate) fn webhook_disabled(account: &AccountId, id: &str, reason: &str) -> Self {
        Self {
            account: account.clone(),
            kind: "webhook.disabled",
            seen: Seen::By(None),
            data: Data::Whole(json!({ "webhook_id": id, "reason": reason })),
        }
    }
}
