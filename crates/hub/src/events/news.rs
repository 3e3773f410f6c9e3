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
    pub(super) data: Value,
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
    fn say(self, kind: &'static str, more: Value) -> News {
        let mut data = json!({
            "command_id": self.id,
            "device_id": self.device,
            "agent_id": self.agent,
        });
        if let (Some(data), Value::Object(more)) = (data.as_object_mut(), more) {
            data.extend(more);
        }
        News {
            account: self.account.clone(),
            kind,
            seen: Seen::By(self.agent.cloned()),
            data,
        }
    }

    /// It is in the books.
    pub(crate) fn created(self, action: &str, state: &str, deadline_at: Timestamp) -> News {
        let more = json!({
            "action_type": action,
            "state": state,
            "deadline_at": deadline_at,
        });
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
        let progress = self.say("command.progress", json!({ "state": state.as_str() }));
        let approval = approval.map(|kind| self.say(kind, json!({})));
        std::iter::once(progress).chain(approval)
    }

    /// It has ended, or nobody waits for it any more.
    pub(crate) fn settled(self, action: &str, code: Option<FailureCode>, late: bool) -> News {
        let more = json!({
            "action_type": action,
            "success": code.is_none(),
            "code": code.map(FailureCode::as_str),
            "late": late,
        });
        self.say("command.settled", more)
    }

    /// A person looks on at it.
    pub(crate) fn supervision_started(self) -> News {
        self.say("supervision.started", json!({}))
    }

    /// They stepped in, or said what they think of it.
    pub(crate) fn supervision_changed(self, change: &'static str) -> News {
        self.say("supervision.changed", json!({ "change": change }))
    }

    pub(crate) fn recording_started(self, session: &SessionId) -> News {
        self.say("recording.started", json!({ "session_id": session }))
    }

    pub(crate) fn recording_ended(self, session: &SessionId) -> News {
        self.say("recording.ended", json!({ "session_id": session }))
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
            data: json!({ "device_id": device }),
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
            data: json!({
                "proposal_id": id,
                "agent_id": agent,
                "device_id": device,
                "status": status,
            }),
            seen: Seen::By(Some(agent)),
        }
    }

    pub(crate) fn webhook_disabled(account: &AccountId, id: &str, reason: &str) -> Self {
        Self {
            account: account.clone(),
            kind: "webhook.disabled",
            seen: Seen::By(None),
            data: json!({ "webhook_id": id, "reason": reason }),
        }
    }
}
