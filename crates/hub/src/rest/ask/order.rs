//! What every ask goes through, whatever is asked.
//!
//! In order: was it asked before, who asks, may that level ask at all, is the device theirs, does
//! the command make sense, is the device there. From the level check on every attempt leaves an
//! audit line.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use chaperone_dialects::command_name;
use chaperone_protocol::{
    Action, AgentId, CommandId, DeviceId, FailureCode, InvalidAction, Maturity, Timestamp, Value,
};

use super::{
    answer::{self, Reply},
    kind::{Kind, LONGEST_WAIT, Trigger},
};
use crate::{
    Error,
    app::App,
    asker::{self, Asker},
    call::{self, Ask, Ending},
    governance,
    rest::{Refusal, caller::Caller, proposals, training},
    store::{Added, Attempt, COMMANDS_PER_MINUTE, Key, NewSupervision, State},
};

/// What a caller wants of a device.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) device: DeviceId,
    pub(crate) agent: Option<AgentId>,
    pub(crate) wait: Duration,
    pub(crate) action: Action,
    /// What a proposal would be made of.
    pub(crate) wish: Option<Wish>,
    pub(crate) manner: Manner,
}

/// A call as it came.
#[derive(Clone)]
pub(crate) struct Wish {
    pub(crate) kind: Kind,
    pub(crate) body: Arc<Value>,
}

/// How it is asked.
#[derive(Clone, Default)]
pub(crate) struct Manner {
    /// The caller asks again later rather than wait.
    pub(crate) later: bool,
    pub(crate) key: Option<Key>,
    /// The device on which the asker says that it runs.
    pub(crate) from_device: Option<DeviceId>,
    pub(crate) trigger: Trigger,
    /// Whether it may wait for a device that is away.
    pub(crate) queue: bool,
    pub(crate) batch: Option<String>,
    /// Where whoever asks finds the command's id, from before it goes out.
    pub(crate) told: Option<Arc<OnceLock<CommandId>>>,
}

/// What became of an order.
pub(crate) enum Taken {
    Done(Box<Reply>),
    /// It is on its way, or kept.
    Later {
        id: CommandId,
        state: State,
    },
    /// A person has to decide first.
    Proposed {
        id: String,
    },
}

impl Wish {
    /// As a proposal says it.
    fn about(&self, device: &DeviceId) -> Value {
        let mut parameters = self.body.as_object().cloned().unwrap_or_default();
        for name in [
            "device_node_id",
            "agent_id",
            "trigger",
            "queue",
            "deadline_seconds",
        ] {
            parameters.remove(name);
        }
        proposals::device_command(self.kind, device, &parameters)
    }
}

impl Taken {
    fn done(reply: Reply) -> Self {
        Self::Done(Box::new(reply))
    }
}

/// Why an asker may not ask.
struct Denial {
    asker: Asker,
    reason: String,
}

impl Order {
    /// Asks the device, for a caller.
    pub(crate) async fn carry_out(self, app: &Arc<App>, caller: &Caller) -> Result<Taken, Refusal> {
        if let Some(key) = self.manner.key.clone() {
            match app.store.known(caller.account().clone(), key).await? {
                Some(Added::Known(id)) => return self.again(app, &id).await,
                Some(Added::Mismatched) => return Err(mismatched()),
                Some(Added::New | Added::Full) | None => {}
            }
        }
        match self.asker(app, caller).await? {
            Ok(asker) => self.proceed(app, asker).await,
            Err(Denial { asker, reason }) => self.deny(app, &asker, reason).await,
        }
    }

    /// Asks the device, for somebody who is known to ask.
    pub(crate) async fn proceed(self, app: &Arc<App>, asker: Asker) -> Result<Taken, Refusal> {
        let asker = match self.placed(app, asker).await? {
            Ok(asker) => asker,
            Err(Denial { asker, reason }) => return self.deny(app, &asker, reason).await,
        };
        let automated = self.manner.trigger == Trigger::Automated && asker.by_agent;
        let level = asker.agent.claim();
        if let Some(reason) = governance::action_refusal(&asker.agent, &self.action) {
            let training = if automated && level == Maturity::Student {
                training::propose(app, &asker, &self.device, &self.action).await?
            } else {
                None
            };
            let denied = self.deny(app, &asker, reason).await;
            return denied.map_err(|refusal: Refusal| match training {
                Some(id) => refusal.of_proposal(id),
                None => refusal,
            });
        }
        paced(app, &asker).await?;
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
        if self.manner.queue && !governance::may_wait(&self.action) {
            return Err(Refusal::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "not_queueable",
                "queue: only notifications are kept for a device that is away",
            ));
        }
        let supervised = automated && level == Maturity::Supervised;
        // Nobody knows who will look on when a device comes back.
        let watched = supervised && !self.manner.queue && app.events.is_watched(&asker.account);
        if (automated && level == Maturity::Intern) || (supervised && !watched) {
            let wish = self.wish.as_ref().map(|wish| wish.about(&self.device));
            let wish = wish.unwrap_or_default();
            let id = proposals::make(app, &asker, Some(self.device.clone()), wish).await?;
            return Ok(Taken::Proposed { id });
        }
        if !app.switchboard.is_connected(&self.device) {
            if self.manner.queue {
                return self.keep(app, &asker).await;
            }
            let reason = call::offline(&self.device);
            return self.fail(app, &asker, "device_offline", &reason).await;
        }
        let id = call::fresh_id()?;
        if watched {
            self.supervise(app, &asker, &id).await?;
        }
        let ask = self.ask(&asker);
        let Ok(mut waiter) = call::begin(app, &id, ask) else {
            if watched {
                app.store.forget_supervision(id).await?;
            }
            let reason = "too many commands wait for this device already";
            let code = FailureCode::Busy.as_str();
            return self.fail(app, &asker, code, reason).await;
        };
        if let Some(told) = &self.manner.told {
            let _ = told.set(id.clone());
        }
        let ending = if self.manner.later {
            let Some(ending) = waiter.underway().await? else {
                let state = State::Waiting;
                return Ok(Taken::Later { id, state });
            };
            ending
        } else {
            waiter.ended().await?
        };
        if watched && matches!(ending, Ending::Known(_) | Ending::Mismatched) {
            app.store.forget_supervision(id.clone()).await?;
        }
        match ending {
            Ending::Over(outcome) => {
                answer::reply(&id, &self.device, &self.action, outcome).map(Taken::done)
            }
            Ending::Known(id) => self.again(app, &id).await,
            Ending::Mismatched => Err(mismatched()),
            Ending::Broken(trouble) => Err(trouble.into()),
        }
    }

    fn ask(&self, asker: &Asker) -> Ask {
        Ask {
            account: asker.account.clone(),
            device: self.device.clone(),
            asker: asker.agent.clone(),
            by_agent: asker.by_agent,
            from_device: asker.from_device.clone(),
            action: self.action.clone(),
            wait: self.wait.min(LONGEST_WAIT),
            key: self.manner.key.clone(),
            batch: self.manner.batch.clone(),
            // Whoever asks again under the same key must find what they asked for.
            kept: self.manner.later || self.manner.key.is_some(),
        }
    }

    async fn supervise(&self, app: &App, asker: &Asker, id: &CommandId) -> Result<(), Error> {
        let recording = match &self.action {
            Action::StartRecording(start) => Some(start.session.clone()),
            _ => None,
        };
        let new = NewSupervision {
            command: id.clone(),
            account: asker.account.clone(),
            agent: asker.agent.id.clone(),
            agent_name: asker.agent.name.clone(),
            device: self.device.clone(),
            action: command_name(&self.action),
            recording,
            started_at: Timestamp::now(),
        };
        app.store.supervise(new).await
    }

    async fn keep(&self, app: &Arc<App>, asker: &Asker) -> Result<Taken, Refusal> {
        let ask = Ask {
            wait: self.wait,
            ..self.ask(asker)
        };
        match call::keep(app, ask).await? {
            (id, Added::New) => {
                if app.switchboard.is_connected(&self.device) {
                    // It came while this was taken down, and was not told.
                    crate::queue::deliver(app, &self.device);
                }
                let state = State::Queued;
                Ok(Taken::Later { id, state })
            }
            (_, Added::Known(id)) => self.again(app, &id).await,
            (_, Added::Mismatched) => Err(mismatched()),
            (_, Added::Full) => {
                let reason = "too much is kept for this device already";
                let code = FailureCode::Busy.as_str();
                self.fail(app, asker, code, reason).await
            }
        }
    }

    /// The answer to what was asked before.
    async fn again(&self, app: &Arc<App>, id: &CommandId) -> Result<Taken, Refusal> {
        let waiter = call::join(app, id);
        if let Some(mut waiter) = waiter {
            if self.manner.later {
                return Ok(Taken::Later {
                    id: id.clone(),
                    state: State::Waiting,
                });
            }
            return match waiter.ended().await? {
                Ending::Over(outcome) => {
                    answer::reply(id, &self.device, &self.action_of(app, id).await?, outcome)
                        .map(Taken::done)
                }
                Ending::Broken(trouble) => Err(trouble.into()),
                Ending::Known(_) | Ending::Mismatched => Err(broken()),
            };
        }
        let row = app.store.command(id.clone()).await?;
        let row = row.ok_or_else(broken)?;
        match (row.state, row.outcome) {
            (State::Queued, _) => Ok(Taken::Later {
                id: row.id,
                state: State::Queued,
            }),
            (_, Some(outcome)) => {
                answer::reply(&row.id, &row.device, &row.action, outcome).map(Taken::done)
            }
            (_, None) => Err(broken()),
        }
    }

    /// What was asked before may differ in what the hub made up: a recording's name.
    async fn action_of(&self, app: &App, id: &CommandId) -> Result<Action, Refusal> {
        let row = app.store.command(id.clone()).await?;
        Ok(row.ok_or_else(broken)?.action)
    }

    /// Who asks, or why nobody may.
    async fn asker(&self, app: &App, caller: &Caller) -> Result<Result<Asker, Denial>, Refusal> {
        let themself = |account| {
            asker::themself(account)
                .ok_or_else(|| Refusal::unprocessable("this account cannot ask devices"))
        };
        let denied = |asker, reason: &str| {
            let reason = reason.to_owned();
            Ok(Err(Denial { asker, reason }))
        };
        match (caller, &self.agent) {
            (Caller::Agent(row), named) => {
                let asker = Asker {
                    account: row.account.clone(),
                    agent: row.agent.clone(),
                    by_agent: true,
                    from_device: None,
                };
                if named.as_ref().is_some_and(|id| *id != row.agent.id) {
                    let reason = "the key belongs to another agent than agent_id names";
                    return denied(asker, reason);
                }
                match governance::standing_refusal(row) {
                    Some(reason) => denied(asker, &reason),
                    None => Ok(Ok(asker)),
                }
            }
            (Caller::Person(person), None) => {
                let asker = themself(&person.id)?;
                if matches!(self.action, Action::Execute(_)) {
                    let reason = "Command execution requires an AUTONOMOUS agent";
                    return denied(asker, reason);
                }
                Ok(Ok(asker))
            }
            (Caller::Person(person), Some(id)) => match asker::agent(app, &person.id, id).await? {
                Ok(asker) => Ok(Ok(asker)),
                Err(reason) => denied(themself(&person.id)?, &reason),
            },
        }
    }

    /// The asker, on the device that it says it runs on.
    async fn placed(&self, app: &App, asker: Asker) -> Result<Result<Asker, Denial>, Refusal> {
        let Some(from) = &self.manner.from_device else {
            return Ok(Ok(asker));
        };
        let account = app.store.device_account(from.clone()).await?;
        let reason = if !asker.by_agent {
            "only an agent can ask from a device".to_owned()
        } else if account.as_ref() != Some(&asker.account) {
            format!("Device {from} is not yours")
        } else if !app.switchboard.is_connected(from) {
            call::offline(from)
        } else {
            return Ok(Ok(asker.on(app, from).await?));
        };
        Ok(Err(Denial { asker, reason }))
    }

    async fn deny<T>(&self, app: &App, asker: &Asker, reason: String) -> Result<T, Refusal> {
        let code = FailureCode::Forbidden.as_str();
        self.write_down(app, asker, false, code, &reason).await?;
        Err(Refusal::forbidden(reason))
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
        Err(answer::failure(&self.action, code, reason))
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
            from_device: asker.from_device.clone(),
            allowed,
            code,
            reason: reason.to_owned(),
        };
        Ok(app.store.refused(refused, Timestamp::now()).await?)
    }
}

fn mismatched() -> Refusal {
    Refusal::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency_mismatch",
        "Idempotency-Key: it stands for another request already",
    )
}

fn broken() -> Refusal {
    Refusal::from(Error::Stopped)
}

/// Refuses an agent that sends more than its person lets it.
async fn paced(app: &App, asker: &Asker) -> Result<(), Refusal> {
    if !asker.by_agent {
        return Ok(());
    }
    let row = app.store.agent_by_id(&asker.agent.id).await?;
    let limit = row.map_or(COMMANDS_PER_MINUTE, |row| row.commands_per_minute);
    app.paces
        .take(&asker.agent.id, limit, Instant::now())
        .map_err(|after| {
            let seconds = after.as_secs() + 1;
            let detail =
                format!("this agent may send {limit} commands a minute; try again in {seconds} s");
            Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too_many", detail).after(seconds)
        })
}

fn sentence(problem: &InvalidAction) -> String {
    match problem {
        // The protocol's own words, which clients may look for.
        InvalidAction::Timeout { seconds, limit } if seconds > limit => {
            format!("Timeout {seconds}s exceeds maximum {limit}s")
        }
        InvalidAction::Duration { seconds, limit } if seconds > limit => {
            format!("Duration {seconds}s exceeds maximum {limit}s")
        }
        problem => problem.to_string(),
    }
}
