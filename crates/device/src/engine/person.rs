//! What the person does: answers, denies, stops, pauses.

use chaperone_gate::{Because, RuleBook, Verdict};
use chaperone_protocol::{
    Action, AgentId, Capability, ConnectionId, FailureCode, Outcome, Precision, Timestamp, in_full,
};
use chaperone_vault::{Answer as Said, Asker as AnswersOf, Ending, Error as VaultError, Lasting};

use super::{
    Engine, Run, Stopped,
    command::{Case, agent_id},
    judge::Judged,
};
use crate::{
    entry::Approval,
    error::AnswerError,
    event::Update,
    pause::{self, set_paused},
    plan::Plan,
    request::{Answer, Request},
};

impl Engine {
    pub(super) async fn on_answer(
        &mut self,
        number: u64,
        digest: &str,
        answer: Answer,
    ) -> Result<(), AnswerError> {
        let is_no = matches!(answer, Answer::Deny | Answer::Discard);
        if self.paused && !is_no {
            return Err(AnswerError::Paused);
        }
        let request = self.desk.look(number, digest)?;
        if !request.decisions().contains(&answer.decision()) {
            // Closing what shows a capture is a no as well.
            let closes = answer == Answer::Deny && request.review.is_some();
            if !closes {
                return Err(AnswerError::NotOffered);
            }
        }
        if answer == Answer::Send && self.desk.is_being_cut(number) {
            // What was shown is more than the person wants to send by now.
            return Err(AnswerError::Changed);
        }
        if let Answer::AllowAlways(rule) = &answer {
            self.check_rule(number, rule).await?;
            self.add_rule((**rule).clone()).await?;
        }
        let (mut case, request) = self.desk.take(number, digest)?;
        self.tell_requests().await;
        match answer {
            Answer::Deny | Answer::Discard => {
                self.no(case, request).await;
                Ok(())
            }
            Answer::AllowOnce | Answer::AllowAlways(_) => {
                self.remember(&request, Said::Allowed).await;
                case.approval = Some(Approval::Person);
                self.approve(case, request.asker, request.plan, request.digest)
                    .await
                    .map_err(AnswerError::Unrecorded)
            }
            Answer::AllowCoarse => {
                self.remember(&request, Said::Allowed).await;
                self.note_exactness(&request, Precision::Low);
                case.approval = Some(Approval::Person);
                let plan = Plan::Place {
                    precision: Precision::Low,
                };
                self.approve(case, request.asker, plan, request.digest)
                    .await
                    .map_err(AnswerError::Unrecorded)
            }
            Answer::Send => {
                if let Some(captured) = request.review {
                    self.release(case, &request.plan, captured).await;
                }
                Ok(())
            }
            Answer::Retake => {
                if let Some(captured) = &request.review {
                    self.retake(case, request.asker, request.plan, captured)
                        .await;
                }
                Ok(())
            }
        }
    }

    /// A rule that comes with an answer has to let exactly that request run: anything else is not
    /// what the person was shown.
    async fn check_rule(
        &mut self,
        number: u64,
        rule: &chaperone_gate::Rule,
    ) -> Result<(), AnswerError> {
        let (case, request) = self.desk.case(number).ok_or(AnswerError::Gone)?;
        let (case, request) = (case.clone(), request.clone());
        let shown = request.rules.iter().any(|shown| {
            // Its answer, end and name may be chosen; what it covers is what was shown.
            shown.shape == rule.shape && shown.scope == rule.scope && shown.folder == rule.folder
        });
        let (_, refused) = RuleBook::load(vec![rule.clone()]);
        if !shown || !refused.is_empty() || rule.answer >= Verdict::Ask {
            return Err(AnswerError::RuleMisses);
        }
        let Some(action) = &case.action else {
            return Err(AnswerError::RuleMisses);
        };
        // One that is over already, or that something else outweighs, lets nothing run.
        if self
            .would_let_run(judged(&case, action, &request.plan), rule)
            .await
        {
            Ok(())
        } else {
            Err(AnswerError::RuleMisses)
        }
    }

    /// What holds is stricter now: what waits and would not even be asked any more waits no longer,
    /// and what is switched off ends.
    pub(super) async fn look_again(&mut self) {
        let switches = self.settings.switches.clone();
        self.recordings.stop_without(&switches);
        self.trials.stop_without(&switches);
        self.stop_runs(Stopped::Person, |run| {
            let needs = run.view.plan.needs();
            needs.iter().any(|need| !switches.is_on(*need))
        });
        for number in self.desk.to_be_done() {
            let Some((case, request)) = self.desk.case(number) else {
                continue;
            };
            let (case, plan) = (case.clone(), request.plan.clone());
            let Some(action) = &case.action else { continue };
            let Ok(judgement) = self.judge(judged(&case, action, &plan)).await else {
                continue;
            };
            let Some(decisive) = judgement.decisive() else {
                continue;
            };
            // That others ran meanwhile is no reason to take this one away from the person.
            let counted = matches!(decisive.because, Because::Rate { .. });
            if judgement.verdict == Verdict::Forbid && !counted {
                let message = decisive.because.to_string();
                self.withdraw(number, FailureCode::Forbidden, &message)
                    .await;
            }
        }
    }

    /// Stops some of what runs.
    pub(super) fn stop_runs(&mut self, why: Stopped, which: impl Fn(&Run) -> bool) {
        for run in self.running.values_mut().filter(|run| which(run)) {
            run.stopped.get_or_insert(why);
            run.stop.cancel();
        }
    }

    /// Of what is still being found out what it comes to, some comes to nothing.
    pub(super) async fn drop_planning(
        &mut self,
        code: FailureCode,
        message: &str,
        which: impl Fn(&Case) -> bool,
    ) {
        let dropped: Vec<u64> = self
            .planning
            .values()
            .filter(|case| which(case))
            .map(|case| case.number)
            .collect();
        for number in dropped {
            if let Some(case) = self.planning.remove(&number) {
                let outcome = Outcome::failure(code, message, Timestamp::now());
                self.settle(case, Ending::Cancelled, outcome).await;
            }
        }
    }

    /// Remembers what the person said. Not remembered only means being asked once more.
    async fn remember(&mut self, request: &Request, said: Said) {
        let agent = agent_id(request.asker.agent.as_ref());
        if let (Plan::Place { precision }, Said::Allowed) = (&request.plan, said) {
            self.note_exactness(request, *precision);
        }
        // What was set when this was asked is what was allowed, and not what is set by now.
        let heard_otherwise = matches!(
            &request.plan,
            Plan::Recording(film) if film.heard != self.settings.recording_sound
        );
        for capability in request.plan.needs() {
            let allowed = said == Said::Allowed;
            if allowed && capability == Capability::Microphone && heard_otherwise {
                continue;
            }
            let asker = AnswersOf {
                connection: request.asker.connection.clone(),
                agent: agent.clone(),
                capability,
            };
            let remembered = self
                .vault
                .remember_answer(asker, said, Lasting::UntilDenied, Timestamp::now())
                .await;
            if let Err(error) = remembered {
                tracing::warn!(error = in_full(&error), "an answer is not remembered");
            }
        }
    }

    /// A yes to a coarse place is none to an exact one.
    fn note_exactness(&mut self, request: &Request, precision: Precision) {
        let agent = agent_id(request.asker.agent.as_ref());
        let key = (request.asker.connection.clone(), agent);
        self.exactness.insert(key, precision);
    }

    pub(super) async fn on_deny_all(
        &mut self,
        agent: Option<(ConnectionId, AgentId)>,
    ) -> Result<(), AnswerError> {
        let agent = agent.as_ref().map(|(connection, id)| (connection, id));
        for number in self.desk.of(agent) {
            if let Some((case, request)) = self.desk.remove(number) {
                self.no(case, request).await;
            }
        }
        self.tell_requests().await;
        Ok(())
    }

    async fn no(&mut self, case: Case, request: Request) {
        if let Some(captured) = &request.review {
            return self.discard(case, captured).await;
        }
        self.remember(&request, Said::Denied).await;
        let message = "the person said no";
        let outcome = Outcome::failure(FailureCode::Denied, message, Timestamp::now());
        self.settle(case, Ending::Denied, outcome).await;
    }

    pub(super) fn on_stop(&mut self, number: u64) -> Result<(), AnswerError> {
        if self.recordings.stop_number(number) || self.trials.stop_number(number) {
            return Ok(());
        }
        let run = self.running.get_mut(&number).ok_or(AnswerError::Gone)?;
        run.stopped.get_or_insert(Stopped::Person);
        run.stop.cancel();
        Ok(())
    }

    pub(super) async fn on_pause(&mut self, paused: bool) -> Result<(), AnswerError> {
        if paused == self.paused {
            return Ok(());
        }
        if !paused {
            // Lifted only once that is written: a pause must not come back by itself, nor go.
            self.write_pause(false)
                .await
                .map_err(AnswerError::Unrecorded)?;
            self.paused = false;
            self.tell(Update::Paused(false)).await;
            return Ok(());
        }
        // Stopped first, written after: a full disk is no reason to go on.
        self.paused = true;
        self.stop_runs(Stopped::Pause, |_| true);
        self.trials.stop(Stopped::Pause);
        self.recordings.stop(None);
        self.tell(Update::Paused(true)).await;
        let written = self.write_pause(true).await;
        let (code, message) = (FailureCode::Paused, "the person stopped everything");
        for number in self.desk.of(None) {
            self.withdraw(number, code, message).await;
        }
        self.drop_planning(code, message, |_| true).await;
        for case in self.recordings.take_all_wanted(None) {
            let outcome = Outcome::failure(code, message, Timestamp::now());
            self.settle(case, Ending::Cancelled, outcome).await;
        }
        written.map_err(AnswerError::Unrecorded)
    }

    async fn write_pause(&mut self, paused: bool) -> Result<(), VaultError> {
        if let Err(error) = set_paused(&self.vault, paused).await {
            self.not_written(&error).await;
            return Err(error);
        }
        self.written().await;
        let entry = pause::of(paused);
        // Its number is only for the timeline, which finds it there at the next look anyway.
        if let Ok(rows) = self.vault.record_page(None, 1, &[entry.kind()]).await
            && let Some(row) = rows.first()
        {
            let (seq, at) = (row.seq, row.at);
            self.tell(Update::Recorded {
                seq,
                at,
                entry: Box::new(entry),
            })
            .await;
        }
        Ok(())
    }
}

/// A command that waits, as it is judged again.
fn judged<'a>(case: &'a Case, action: &'a Action, plan: &'a Plan) -> Judged<'a> {
    let prepared = match plan {
        Plan::Shell { prepared, .. } => Some(&**prepared),
        _ => None,
    };
    Judged {
        connection: &case.connection,
        agent: case.asked.agent.as_ref(),
        action,
        program: prepared.map(chaperone_shell::Prepared::program),
        prepared,
    }
}
