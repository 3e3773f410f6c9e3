//! What every ask goes through, whatever is asked.
//!
//! In order: who asks, may that level ask at all, is the device theirs, does the command make
//! sense, is the device there. From the level check on every attempt leaves an audit line.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use chaperone_dialects::command_name;
use chaperone_protocol::{
    Action, Agent, AgentId, CommandId, Data, DeviceId, FailureCode, InvalidAction, Maturity,
    Outcome, Timestamp,
};

use crate::{
    app::App,
    call::{self, Answer, Ask},
    governance,
    rest::{Refusal, caller::Caller},
    store::{AccountId, Attempt},
};

/// What a caller wants of a device.
pub(super) struct Order {
    pub(super) device: DeviceId,
    pub(super) agent: Option<AgentId>,
    pub(super) wait: Duration,
    pub(super) action: Action,
    /// How a failure's sentence begins.
    pub(super) failed: &'static str,
}

/// Who asks, once that is settled.
struct Asker {
    account: AccountId,
    agent: Agent,
    by_agent: bool,
}

/// What a device did, and as which command.
pub(super) struct Done {
    pub(super) id: CommandId,
    pub(super) data: Data,
    pub(super) finished_at: Timestamp,
}

/// Why an asker may not ask.
struct Denial {
    asker: Asker,
    reason: String,
}

impl Order {
    /// Asks the device and waits for it.
    pub(super) async fn carry_out(self, app: &Arc<App>, caller: &Caller) -> Result<Done, Refusal> {
        let asker = match self.asker(app, caller).await? {
            Ok(asker) => asker,
            Err(Denial { asker, reason }) => {
                let code = FailureCode::Forbidden.as_str();
                self.write_down(app, &asker, false, code, &reason).await?;
                return Err(Refusal::forbidden(reason));
            }
        };
        let account = app.store.device_account(self.device.clone()).await?;
        let account = account.ok_or_else(|| Refusal::unknown_device(&self.device))?;
        if account != asker.account {
            let detail = format!("Device {} is not yours", self.device);
            return Err(Refusal::forbidden(detail));
        }
        if let Err(problem) = self.action.validate() {
            let code = FailureCode::Invalid.as_str();
            return self.fail(app, &asker, code, &sentence(&problem)).await;
        }
        if !app.switchboard.is_connected(&self.device) {
            let reason = call::offline(&self.device);
            return self.fail(app, &asker, "device_offline", &reason).await;
        }
        let ask = Ask {
            account: asker.account.clone(),
            device: self.device.clone(),
            asker: asker.agent.clone(),
            by_agent: asker.by_agent,
            action: self.action.clone(),
            wait: self.wait,
        };
        let (id, code, message) = match call::ask(app, ask).await? {
            Answer::Settled(id, Outcome::Success { data, finished_at }) => {
                return Ok(Done {
                    id,
                    data,
                    finished_at,
                });
            }
            Answer::Settled(id, Outcome::Failure { code, message, .. }) => (id, code, message),
            Answer::GivenUp(id, reason) => (id, reason.code, reason.message),
            Answer::Crowded => {
                let reason = "too many commands wait for this device already";
                let code = FailureCode::Busy.as_str();
                return self.fail(app, &asker, code, reason).await;
            }
        };
        Err(self.failure(code.as_str(), &message).of_command(id))
    }

    /// Who asks, or why nobody may.
    async fn asker(&self, app: &App, caller: &Caller) -> Result<Result<Asker, Denial>, Refusal> {
        let denied = |asker, reason: &str| {
            let reason = reason.to_owned();
            Ok(Err(Denial { asker, reason }))
        };
        let asker = match (caller, &self.agent) {
            (Caller::Agent(row), named) => {
                let asker = Asker {
                    account: row.account.clone(),
                    agent: row.agent.clone(),
                    by_agent: true,
                };
                if named.as_ref().is_some_and(|id| *id != row.agent.id) {
                    return denied(
                        asker,
                        "the key belongs to another agent than agent_id names",
                    );
                }
                asker
            }
            (Caller::Person(person), None) => {
                let asker = themself(&person.id)?;
                if matches!(self.action, Action::Execute(_)) {
                    let reason = "Command execution requires an AUTONOMOUS agent";
                    return denied(asker, reason);
                }
                asker
            }
            (Caller::Person(person), Some(id)) => match app.store.agent_by_id(id).await? {
                Some(row) if row.account == person.id => Asker {
                    account: person.id.clone(),
                    agent: row.agent,
                    by_agent: true,
                },
                Some(_) | None => return denied(themself(&person.id)?, "Agent not found"),
            },
        };
        match governance::refusal(&asker.agent, self.action.capability()) {
            Some(reason) => Ok(Err(Denial { asker, reason })),
            None => Ok(Ok(asker)),
        }
    }

    /// Writes down that the attempt failed before it became a command, and refuses.
    async fn fail<T>(
        &self,
        app: &App,
        asker: &Asker,
        code: &'static str,
        reason: &str,
    ) -> Result<T, Refusal> {
        self.write_down(app, asker, true, code, reason).await?;
        Err(self.failure(code, reason))
    }

    fn failure(&self, code: &'static str, reason: &str) -> Refusal {
        let detail = format!("{}: {reason}", self.failed);
        Refusal::new(StatusCode::BAD_REQUEST, code, detail)
    }

    async fn write_down(
        &self,
        app: &App,
        asker: &Asker,
        allowed: bool,
        code: &'static str,
        reason: &str,
    ) -> Result<(), Refusal> {
        let refused = Attempt {
            account: asker.account.clone(),
            device: self.device.clone(),
            asker: asker.agent.clone(),
            by_agent: asker.by_agent,
            action: command_name(&self.action),
            allowed,
            code,
            reason: reason.to_owned(),
        };
        Ok(app.store.refused(refused, Timestamp::now()).await?)
    }
}

/// The caller as an asker: a person, but one who is not at the device, so with no more standing
/// than the least agent that may ask.
fn themself(account: &AccountId) -> Result<Asker, Refusal> {
    let id = AgentId::new(account.as_str())
        .map_err(|_| Refusal::unprocessable("this account cannot ask devices"))?;
    Ok(Asker {
        account: account.clone(),
        agent: Agent {
            id,
            name: "You".to_owned(),
            maturity: Maturity::Intern,
            confidence: None,
        },
        by_agent: false,
    })
}

fn sentence(problem: &InvalidAction) -> String {
    match problem {
        // The protocol's own words, which clients may look for.
        InvalidAction::Timeout { seconds, limit } if seconds > limit => {
            format!("Timeout {seconds}s exceeds maximum {limit}s")
        }
        problem => problem.to_string(),
    }
}
