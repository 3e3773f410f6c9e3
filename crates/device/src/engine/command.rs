//! One command's way to the person or to its run: received, judged, planned.

use std::{sync::Arc, time::Duration};

use chaperone_gate::{Because, Judgement, Verdict};
use chaperone_protocol::{
    Action, Agent, CommandId, CommandState, ConnectionId, FailureCode, Timestamp,
};
use chaperone_vault::{Error as VaultError, Step};
use tokio::time::Instant;

use super::{
    Engine,
    arrival::{Stored, Wish},
    judge::Judged,
    planning::Draft,
};
use crate::{
    entry::{Approval, Asked, Entry},
    event::{Drafted, Event, Planned},
    request::{Asker, Request},
};

/// One command while it lives in memory.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) number: u64,
    pub(crate) id: CommandId,
    pub(crate) connection: ConnectionId,
    pub(crate) asked: Asked,
    /// What is asked in full, where it is something that this device can do.
    pub(crate) action: Option<Arc<Action>>,
    pub(crate) judgement: Option<Box<Judgement>>,
    pub(crate) approval: Option<Approval>,
    pub(crate) expires_at: Timestamp,
}

impl Engine {
    /// Why nothing comes of a command any more, whatever it is.
    fn hindrance(&self, case: &Case) -> Option<(FailureCode, &'static str)> {
        if self.paused {
            let message = "everything is paused on this device; a person must resume it";
            return Some((FailureCode::Paused, message));
        }
        let agent = case.asked.agent.as_ref()?;
        self.agents
            .is_muted(&case.connection, &agent.id)
            .then_some((
                FailureCode::Forbidden,
                "the person wants to hear nothing of this agent",
            ))
    }

    /// Goes on with a command that is journaled: finds out what it comes to, and judges it.
    pub(super) async fn consider(&mut self, case: Case, stored: Stored) {
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
        if let Some((code, message)) = self.hindrance(&case) {
            return self.fail(case, code, message).await;
        }
        let Action::Execute(execute) = &action else {
            let drafted = Drafted {
                case,
                action,
                program: None,
                risks: Vec::new(),
                prepared: None,
            };
            return Box::pin(self.judge_and_plan(drafted)).await;
        };
        let program = match chaperone_gate::parse(&execute.line) {
            Ok(program) => program,
            Err(error) => {
                let message = error.to_string();
                return self.fail(case, FailureCode::Invalid, message).await;
            }
        };
        let out_of_question = self.is_out_of_question(Judged {
            connection: &case.connection,
            agent: case.asked.agent.as_ref(),
            action: &action,
            program: Some(&program),
            prepared: None,
        });
        let out_of_question = match out_of_question.await {
            Ok(out_of_question) => out_of_question,
            Err(error) => return self.could_not_write(case, &error).await,
        };
        let risks = chaperone_gate::risks(&execute.line, &program);
        let (line, words) = (execute.clone(), program.clone());
        let mut drafted = Drafted {
            case,
            action,
            program: Some(program),
            risks,
            prepared: None,
        };
        // Whoever may not ask learns nothing of this computer's files either.
        if out_of_question {
            return Box::pin(self.judge_and_plan(drafted)).await;
        }
        self.planning
            .insert(drafted.case.number, drafted.case.clone());
        let lookout = self.lookout.clone();
        let preparing = lookout.prepare(line, words, Arc::clone(&self.settings));
        self.find_out(async move {
            drafted.prepared = Some(preparing.await);
            Event::Prepared(Box::new(drafted))
        });
    }

    /// It is known which programs a command line comes to.
    pub(super) async fn on_prepared(&mut self, drafted: Drafted) {
        // One that was taken back meanwhile has its answer.
        if self.planning.remove(&drafted.case.number).is_none() {
            return;
        }
        if let Some((code, message)) = self.hindrance(&drafted.case) {
            return self.fail(drafted.case, code, message).await;
        }
        Box::pin(self.judge_and_plan(drafted)).await;
    }

    /// Judges a command, and goes on as the judgement says.
    async fn judge_and_plan(&mut self, drafted: Drafted) {
        let Drafted {
            mut case,
            action,
            program,
            risks,
            prepared,
        } = drafted;
        let agent = case.asked.agent.clone();
        let judged = || Judged {
            connection: &case.connection,
            agent: agent.as_ref(),
            action: &action,
            program: program.as_ref(),
            prepared: prepared
                .as_ref()
                .and_then(|prepared| prepared.as_ref().ok()),
        };
        let judgement = match self.judge(judged()).await {
            Ok(judgement) => judgement,
            Err(error) => return self.could_not_write(case, &error).await,
        };
        let rules = if judgement.verdict == Verdict::Ask {
            self.suggestions(judged()).await
        } else {
            Vec::new()
        };
        if let Err(error) = self.write_judgement(&mut case, &judgement).await {
            return self.could_not_write(case, &error).await;
        }
        if judgement.verdict == Verdict::Forbid {
            return self.forbid(case, &judgement).await;
        }

        let planned = Draft {
            action,
            prepared,
            precision: judgement.duties.precision,
            asks: judgement.verdict == Verdict::Ask,
            camera: self.settings.camera.clone(),
            display: self.settings.display.clone(),
            heard: self.settings.recording_sound,
        };
        let of = |plan| Planned {
            case,
            judgement,
            risks,
            rules,
            plan,
        };
        match planned.at_once() {
            Ok(plan) => self.on_planned(of(plan)).await,
            // What asks the system takes its time, in which the loop has other things to do.
            Err(draft) => {
                let mut planned = of(Err((FailureCode::Failed, String::new())));
                self.planning
                    .insert(planned.case.number, planned.case.clone());
                let senses = self.bench.senses.clone();
                self.find_out(async move {
                    planned.plan = draft.look_around(&senses).await;
                    Event::Planned(Box::new(planned))
                });
            }
        }
    }

    /// Finds something out beside the loop, which hears of it. The end waits for none of this.
    pub(super) fn find_out(&self, finding: impl Future<Output = Event> + Send + 'static) {
        let (events, cancel) = (self.events.clone(), self.cancel.clone());
        self.tracker.spawn(async move {
            if let Some(found) = cancel.run_until_cancelled(finding).await {
                // The loop being gone means that the app ends: the journal has the command.
                let _ = events.send(found).await;
            }
        });
    }

    async fn write_judgement(
        &mut self,
        case: &mut Case,
        judgement: &Judgement,
    ) -> Result<(), VaultError> {
        case.judgement = Some(Box::new(judgement.clone()));
        let judgement = serde_json::to_value(judgement).map_err(|source| VaultError::Encode {
            what: "a judgement",
            source,
        })?;
        self.step(case, Step::Judged { judgement }, None).await
    }

    /// What a command comes to was found out in a while, in which the person may have changed what
    /// holds, and other commands of the same agent may have run: it is judged by what holds now.
    pub(super) async fn on_looked_around(&mut self, mut planned: Planned) {
        // One that was taken back meanwhile has its answer.
        if self.planning.remove(&planned.case.number).is_none() {
            return;
        }
        if let Some((code, message)) = self.hindrance(&planned.case) {
            return self.fail(planned.case, code, message).await;
        }
        let Some(action) = planned.case.action.clone() else {
            return;
        };
        let (connection, agent) = (
            planned.case.connection.clone(),
            planned.case.asked.agent.clone(),
        );
        let judged = || Judged {
            connection: &connection,
            agent: agent.as_ref(),
            action: &action,
            program: None,
            prepared: None,
        };
        let judgement = match self.judge(judged()).await {
            Ok(judgement) => judgement,
            Err(error) => return self.could_not_write(planned.case, &error).await,
        };
        let before = &planned.judgement;
        if judgement.verdict != before.verdict || judgement.duties != before.duties {
            planned.rules = match judgement.verdict {
                Verdict::Ask => self.suggestions(judged()).await,
                Verdict::Free | Verdict::Watch | Verdict::Forbid => Vec::new(),
            };
            if let Err(error) = self.write_judgement(&mut planned.case, &judgement).await {
                return self.could_not_write(planned.case, &error).await;
            }
        }
        if judgement.verdict == Verdict::Forbid {
            return self.forbid(planned.case, &judgement).await;
        }
        planned.judgement = judgement;
        self.on_planned(planned).await;
    }

    /// It is known what a command comes to: asks, or runs it.
    async fn on_planned(&mut self, planned: Planned) {
        let Planned {
            mut case,
            judgement,
            risks,
            rules,
            plan,
        } = planned;
        let plan = match plan {
            Ok(plan) => plan,
            Err((code, message)) => return self.fail(case, code, message).await,
        };
        if instant(case.expires_at).is_none() {
            return self.expire_case(case).await;
        }
        let asker = Asker {
            connection: case.connection.clone(),
            connection_name: case.asked.connection.clone(),
            agent: case.asked.agent.clone(),
            level: judgement.level,
        };
        let digest = match Request::digest(case.number, &asker, &plan, None) {
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
                    review: None,
                    judgement,
                    risks,
                    rules,
                    asked_at: Timestamp::now(),
                    expires_at: case.expires_at,
                };
                self.wait(case, request).await;
            }
            Verdict::Free | Verdict::Watch => {
                for capability in plan.needs() {
                    let key = (
                        case.connection.clone(),
                        agent_id(asker.agent.as_ref()),
                        capability,
                    );
                    self.rates.count(key, Instant::now());
                }
                case.approval = Some(self.unasked(&judgement));
                // Nobody waits for this approval; a write that fails has settled the command.
                let _ = self.approve(case, asker, plan, digest).await;
            }
            Verdict::Forbid => {}
        }
    }

    /// What lets a command run that nobody was asked about.
    fn unasked(&mut self, judgement: &Judgement) -> Approval {
        let used: Vec<_> = judgement.rules_used().cloned().collect();
        if used.is_empty() {
            return Approval::Table;
        }
        let now = Timestamp::now();
        self.rules.note_use(&used, now);
        let vault = self.vault.clone();
        // Not noted only means that a rule looks older than it is.
        self.tracker.spawn(async move {
            let ids: Vec<&str> = used.iter().map(chaperone_gate::RuleId::as_str).collect();
            if let Err(error) = vault.note_rule_use(&ids, now).await {
                tracing::warn!(%error, "a rule's use is not noted");
            }
        });
        Approval::Rule
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

    /// Puts a request on the desk.
    pub(super) async fn wait(&mut self, case: Case, request: Request) {
        let Some(until) = instant(request.expires_at) else {
            self.forget_captured(&request).await;
            return self.expire_case(case).await;
        };
        if self.desk.is_full() {
            self.forget_captured(&request).await;
            let message = "too many requests wait for the person already";
            return self.fail(case, FailureCode::Busy, message).await;
        }
        // What was captured waits in a state of its own, which it is in already.
        if request.review.is_none() {
            let digest = request.digest.clone();
            if let Err(error) = self.step(&case, Step::Waiting { digest }, None).await {
                return self.could_not_write(case, &error).await;
            }
            self.send_progress(&case, CommandState::Waiting);
        }
        self.desk.put(case, request, until);
        self.tell_requests().await;
    }

    /// One step before the end, in journal and record.
    pub(super) async fn step(
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
        let row = entry.row(at)?;
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

/// The same moment on the clock that does not jump; `None` when it is over.
pub(super) fn instant(at: Timestamp) -> Option<Instant> {
    let left = at.duration_since(Timestamp::now());
    Duration::try_from(left)
        .ok()
        .filter(|left| !left.is_zero())
        .map(|left| Instant::now() + left)
}
