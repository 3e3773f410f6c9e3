//! One command's way: received, judged, asked or let through, run, settled, delivered.

use std::{panic::AssertUnwindSafe, time::Duration};

use chaperone_dialects::{Asked as Wanted, RemoteCommand, command_name};
use chaperone_gate::{
    Because, Judgement, Past, Permissions, Policy, Question, RuleBook, Situation, Use, Verdict,
};
use chaperone_protocol::{
    Action, Agent, CommandId, CommandState, ConnectionId, FailureCode, Outcome, Timestamp,
};
use chaperone_shell::Containment;
use chaperone_vault::{Arrival, Error as VaultError, JournalEntry, Received, RecordEntry, Step};
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{Engine, Run, end::unrecorded};
use crate::{
    entry::{Approval, Asked, Entry, What},
    error::ExplainError,
    event::{Event, Supposed},
    request::{Asker, Plan, Request, Running},
    run::{self, Ended},
};

/// The longest a command may wait for its answer, whatever its hub says.
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// What the journal keeps of a command as it came.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) agent: Option<Agent>,
    pub(super) wish: Wish,
}

/// What was asked, if it could be understood.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wish {
    Action(Action),
    Unknown { name: String },
    Invalid { problem: String },
}

/// One command while it lives in memory.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) number: u64,
    pub(crate) id: CommandId,
    pub(crate) connection: ConnectionId,
    pub(crate) asked: Asked,
    pub(crate) judgement: Option<Box<Judgement>>,
    pub(crate) approval: Option<Approval>,
    pub(crate) expires_at: Timestamp,
}

impl Engine {
    /// A hub sent a command.
    pub(super) async fn on_command(&mut self, connection: ConnectionId, remote: RemoteCommand) {
        let now = Timestamp::now();
        let longest = now.saturating_add(LONGEST_WAIT).unwrap_or(now);
        let expires_at = remote
            .deadline_at
            .map_or(longest, |deadline| deadline.min(longest));
        let stored = Stored {
            agent: remote.agent,
            wish: match remote.asked {
                Wanted::Ability(action @ (Action::Notify(_) | Action::Execute(_))) => {
                    Wish::Action(action)
                }
                // Abilities that this device does not have are as foreign to it as any other.
                Wanted::Ability(action) => Wish::Unknown {
                    name: command_name(&action).to_owned(),
                },
                // A link answers wishes itself.
                Wanted::Wish(_) => Wish::Unknown {
                    name: "a wish".to_owned(),
                },
                Wanted::Foreign { name, .. } => Wish::Unknown { name },
                Wanted::Senseless { problem } => Wish::Invalid { problem },
            },
        };
        match self
            .journal(&connection, &remote.id, &stored, now, expires_at)
            .await
        {
            Ok(Received::New(entry)) => {
                self.written().await;
                self.stepped(CommandState::Received);
                let case = self.case(&entry, &stored);
                self.consider(case, stored).await;
            }
            // Sent again: the answer stands, or is being made.
            Ok(Received::Known(entry)) => {
                if let Some(outcome) = entry.outcome {
                    self.send_result(&entry.connection, &entry.id, outcome);
                }
            }
            Err(error) => {
                self.not_written(&error).await;
                let outcome = unrecorded(&error);
                self.send_result(&connection, &remote.id, outcome);
            }
        }
    }

    async fn journal(
        &self,
        connection: &ConnectionId,
        id: &CommandId,
        stored: &Stored,
        received_at: Timestamp,
        deadline_at: Timestamp,
    ) -> Result<Received, VaultError> {
        let request = serde_json::to_value(stored).map_err(|source| VaultError::Encode {
            what: "a command",
            source,
        })?;
        let asked = self.asked(connection, id, stored);
        let draft = Entry::Stepped {
            number: 0,
            state: CommandState::Received,
            asked: Some(asked),
            judgement: None,
            digest: None,
            approval: None,
        };
        let body = RecordEntry::new(draft.kind(), &draft, received_at)?;
        let arrival = Arrival {
            connection: connection.clone(),
            id: id.clone(),
            request,
            received_at,
            deadline_at,
        };
        self.vault
            .receive_recorded(arrival, move |number| {
                let mut entry = body;
                if let Some(fields) = entry.body.as_object_mut() {
                    fields.insert("number".to_owned(), number.into());
                }
                entry
            })
            .await
    }

    pub(super) fn case(&self, entry: &JournalEntry, stored: &Stored) -> Case {
        Case {
            number: entry.number,
            id: entry.id.clone(),
            connection: entry.connection.clone(),
            asked: self.asked(&entry.connection, &entry.id, stored),
            judgement: None,
            approval: None,
            expires_at: entry.deadline_at,
        }
    }

    fn asked(&self, connection: &ConnectionId, id: &CommandId, stored: &Stored) -> Asked {
        let name = self.links.get(connection).map_or_else(
            || connection.to_string(),
            |linked| linked.connection.name.clone(),
        );
        Asked {
            id: id.clone(),
            connection: name,
            agent: stored.agent.clone(),
            what: match &stored.wish {
                Wish::Action(action) => What::of(action),
                Wish::Unknown { name } => What::Unknown { name: name.clone() },
                Wish::Invalid { .. } => What::Unreadable,
            },
        }
    }

    /// Judges a command that is journaled, and goes on as the judgement says.
    pub(super) async fn consider(&mut self, mut case: Case, stored: Stored) {
        let action = match stored.wish {
            Wish::Action(action) => action,
            Wish::Unknown { name } => {
                let message = format!("Unknown command: {name}");
                return self.fail(case, FailureCode::Unsupported, message).await;
            }
            Wish::Invalid { problem } => {
                return self.fail(case, FailureCode::Invalid, problem).await;
            }
        };
        if self.paused {
            let message = "everything is paused on this device; a person must resume it";
            return self.fail(case, FailureCode::Paused, message).await;
        }
        let (program, risks) = match &action {
            Action::Notify(_)
            | Action::Locate(_)
            | Action::Snap(_)
            | Action::Screenshot(_)
            | Action::StartRecording(_)
            | Action::StopRecording(_)
            | Action::RunAgent(_) => (None, Vec::new()),
            Action::Execute(execute) => match chaperone_gate::parse(&execute.line) {
                Ok(program) => {
                    let risks = chaperone_gate::risks(&execute.line, &program);
                    (Some(program), risks)
                }
                Err(error) => {
                    return self
                        .fail(case, FailureCode::Invalid, error.to_string())
                        .await;
                }
            },
        };

        let judgement = match self
            .judge(
                &case.connection,
                stored.agent.as_ref(),
                &action,
                program.as_ref(),
            )
            .await
        {
            Ok(judgement) => judgement,
            Err(error) => return self.could_not_write(case, &error).await,
        };
        case.judgement = Some(Box::new(judgement.clone()));
        let step = match serde_json::to_value(&judgement) {
            Ok(judgement) => Step::Judged { judgement },
            Err(source) => {
                let error = VaultError::Encode {
                    what: "a judgement",
                    source,
                };
                return self.could_not_write(case, &error).await;
            }
        };
        if let Err(error) = self.step(&case, step, None).await {
            return self.could_not_write(case, &error).await;
        }
        if judgement.verdict == Verdict::Forbid {
            return self.forbid(case, &judgement).await;
        }

        let asker = Asker {
            connection: case.connection.clone(),
            connection_name: case.asked.connection.clone(),
            agent: stored.agent,
            level: judgement.level,
        };
        let plan = match (action, program) {
            (Action::Execute(execute), Some(program)) => {
                let containment = Containment::ReadOnly;
                let prepared =
                    chaperone_shell::prepare(&execute, program, &containment, &self.surroundings);
                match prepared {
                    Ok(prepared) => Plan::Shell {
                        line: execute.line,
                        prepared: Box::new(prepared),
                    },
                    Err(error) => {
                        return self
                            .fail(case, FailureCode::Invalid, error.to_string())
                            .await;
                    }
                }
            }
            (Action::Notify(notify), _) => Plan::Notification(notify),
            (Action::Execute(_), None) => {
                return self
                    .fail(case, FailureCode::Invalid, "the command is empty")
                    .await;
            }
            // Taken out on arrival already.
            (
                action @ (Action::Locate(_)
                | Action::Snap(_)
                | Action::Screenshot(_)
                | Action::StartRecording(_)
                | Action::StopRecording(_)
                | Action::RunAgent(_)),
                _,
            ) => {
                let message = format!("Unknown command: {}", command_name(&action));
                return self.fail(case, FailureCode::Unsupported, message).await;
            }
        };
        let digest = match plan.digest(case.number, &asker) {
            Ok(digest) => digest,
            Err(source) => {
                let error = VaultError::Encode {
                    what: "a request",
                    source,
                };
                return self.could_not_write(case, &error).await;
            }
        };
        match judgement.verdict {
            Verdict::Ask => {
                let request = Request {
                    number: case.number,
                    digest,
                    asker,
                    plan,
                    judgement,
                    risks,
                    asked_at: Timestamp::now(),
                    expires_at: case.expires_at,
                };
                self.wait(case, request).await;
            }
            Verdict::Free | Verdict::Watch => {
                let key = (
                    case.connection.clone(),
                    agent_id(asker.agent.as_ref()),
                    capability(&plan),
                );
                self.rates.count(key, Instant::now());
                case.approval = Some(Approval::Table);
                // Nobody waits for this approval; a write that fails has settled the command.
                let _ = self.approve(case, asker, plan, digest).await;
            }
            Verdict::Forbid => {}
        }
    }

    /// What would happen with a command that nobody has sent.
    pub(super) async fn explain(&mut self, supposed: Supposed) -> Result<Judgement, ExplainError> {
        let Supposed {
            connection,
            agent,
            action,
            program,
        } = supposed;
        let connection = match connection {
            Some(named) => Some(named).filter(|named| self.links.contains_key(named)),
            None => self.links.keys().next().cloned(),
        };
        let connection = connection.ok_or(ExplainError::NoConnection)?;
        let judged = self.judge(&connection, Some(&agent), &action, program.as_ref());
        Ok(judged.await?)
    }

    async fn judge(
        &mut self,
        connection: &ConnectionId,
        agent: Option<&Agent>,
        action: &Action,
        program: Option<&chaperone_protocol::Program>,
    ) -> Result<Judgement, VaultError> {
        let capability = action.capability();
        let id = agent_id(agent);
        let acquainted = self
            .vault
            .allowed_before(connection, id.as_ref(), capability)
            .await?;
        let key = (connection.clone(), id, capability);
        let mut past = Past::default();
        past.set(
            capability,
            Use {
                acquainted,
                allowed_at: None,
                recent: self.rates.recent(&key, Instant::now()),
            },
        );
        let question = Question {
            agent,
            connection,
            action,
            program,
            folder: None,
            network: false,
            now: Timestamp::now(),
        };
        let situation = Situation {
            paused: self.paused,
            switches: &self.settings.switches,
            // No system of ours asks anybody about notifications or programs.
            permissions: &Permissions::granted(),
            graduated_shell: false,
            standing: &self.settings.standing,
            ceiling: self
                .links
                .get(connection)
                .map_or(chaperone_protocol::Maturity::Student, |linked| {
                    linked.connection.ceiling
                }),
            rules: &RuleBook::default(),
            policy: &Policy::default(),
            past: &past,
        };
        Ok(chaperone_gate::judge(&question, &situation))
    }

    async fn forbid(&mut self, case: Case, judgement: &Judgement) {
        let decisive = judgement.decisive();
        let code = match decisive.map(|reason| &reason.because) {
            Some(Because::Rate { .. }) => FailureCode::RateLimited,
            _ => FailureCode::Forbidden,
        };
        let message = decisive.map_or_else(String::new, |reason| reason.because.to_string());
        self.fail(case, code, message).await;
    }

    async fn wait(&mut self, case: Case, request: Request) {
        if self.desk.is_full() {
            let message = "too many requests wait for the person already";
            return self.fail(case, FailureCode::Busy, message).await;
        }
        let Some(until) = instant(case.expires_at) else {
            return self.expire_case(case).await;
        };
        let step = Step::Waiting {
            digest: request.digest.clone(),
        };
        if let Err(error) = self.step(&case, step, None).await {
            return self.could_not_write(case, &error).await;
        }
        self.send_progress(&case, CommandState::Waiting);
        self.desk.put(case, request, until);
        self.tell_requests().await;
    }

    /// Lets a command run. Once this returns well, the approval is durable.
    pub(super) async fn approve(
        &mut self,
        case: Case,
        asker: Asker,
        plan: Plan,
        digest: String,
    ) -> Result<(), VaultError> {
        let approved = self
            .step(&case, Step::Approved { digest }, case.approval)
            .await;
        let started = match approved {
            Ok(()) => self.step(&case, Step::Running, None).await,
            Err(error) => Err(error),
        };
        if let Err(error) = started {
            self.could_not_write(case, &error).await;
            return Err(error);
        }
        let now = Instant::now();
        let until = instant(case.expires_at)
            .unwrap_or(now)
            .min(now + plan.time_limit() + Duration::from_secs(5));
        let view = Running {
            number: case.number,
            asker,
            plan: plan.clone(),
            started_at: Timestamp::now(),
        };
        let stop = self.cancel.child_token();
        self.send_progress(&case, CommandState::Running);
        let (number, events) = (case.number, self.events.clone());
        let work = run::run(plan, self.notifier.clone(), stop.clone());
        self.tracker.spawn(async move {
            let ended = AssertUnwindSafe(work)
                .catch_unwind()
                .await
                .unwrap_or_else(|_| {
                    let message =
                        "the program that was to do this broke; this is a defect of Chaperone";
                    Ended::With(Outcome::failure(
                        FailureCode::Failed,
                        message,
                        Timestamp::now(),
                    ))
                });
            // The loop being gone means that the app ends: the journal calls it interrupted.
            let _ = events.send(Event::Ended { number, ended }).await;
        });
        self.running.insert(
            number,
            Run {
                case,
                view,
                stop,
                stopped: None,
                until,
            },
        );
        self.tell_running().await;
        Ok(())
    }

    /// One step before the end, in journal and record.
    async fn step(
        &mut self,
        case: &Case,
        step: Step,
        approval: Option<Approval>,
    ) -> Result<(), VaultError> {
        let (state, digest, judgement) = match &step {
            Step::Judged { .. } => (CommandState::Judged, None, case.judgement.clone()),
            Step::Waiting { digest } => (CommandState::Waiting, Some(digest.clone()), None),
            Step::Approved { digest } => (CommandState::Approved, Some(digest.clone()), None),
            Step::Running => (CommandState::Running, None, None),
            Step::Reviewing => (CommandState::Reviewing, None, None),
            Step::Ended { ending, .. } => (CommandState::from(*ending), None, None),
            Step::Delivered => (CommandState::Delivered, None, None),
        };
        let entry = Entry::Stepped {
            number: case.number,
            state,
            asked: None,
            judgement,
            digest,
            approval,
        };
        let at = Timestamp::now();
        let row = RecordEntry::new(entry.kind(), &entry, at)?;
        self.vault
            .transition(case.number, step, at, Some(row))
            .await?;
        self.stepped(state);
        Ok(())
    }
}

pub(super) fn agent_id(agent: Option<&Agent>) -> Option<chaperone_protocol::AgentId> {
    agent.map(|agent| agent.id.clone())
}

pub(super) fn capability(plan: &Plan) -> chaperone_protocol::Capability {
    match plan {
        Plan::Notification(_) => chaperone_protocol::Capability::Notification,
        Plan::Shell { .. } => chaperone_protocol::Capability::Shell,
    }
}

/// The same moment on the clock that does not jump; `None` when it is over.
pub(super) fn instant(at: Timestamp) -> Option<Instant> {
    let left = at.duration_since(Timestamp::now());
    Duration::try_from(left)
        .ok()
        .filter(|left| !left.is_zero())
        .map(|left| Instant::now() + left)
}
