//! What the person does: answers, denies, stops, pauses.

use chaperone_protocol::{AgentId, ConnectionId, FailureCode, Outcome, Timestamp, in_full};
use chaperone_vault::{Ending, Error as VaultError};

use super::{
    Engine, Stopped,
    command::{Case, agent_id, capability},
};
use crate::{
    entry::Approval,
    error::AnswerError,
    event::Update,
    pause::{self, set_paused},
    request::{Answer, Asker, Request},
};

impl Engine {
    pub(super) async fn on_answer(
        &mut self,
        number: u64,
        digest: &str,
        answer: Answer,
    ) -> Result<(), AnswerError> {
        if answer == Answer::AllowOnce && self.paused {
            return Err(AnswerError::Paused);
        }
        let (mut case, request) = self.desk.take(number, digest)?;
        self.tell_requests().await;
        match answer {
            Answer::Deny => {
                self.deny(case).await;
                Ok(())
            }
            Answer::AllowOnce => {
                self.acquaint(&request).await;
                case.approval = Some(Approval::Person);
                self.approve(case, request.asker, request.plan, request.digest)
                    .await
                    .map_err(AnswerError::Unrecorded)
            }
        }
    }

    /// Remembers that the person let this agent do such a thing before. Not remembered only means
    /// being asked once more.
    async fn acquaint(&self, request: &Request) {
        let Asker {
            connection, agent, ..
        } = &request.asker;
        let id = agent_id(agent.as_ref());
        let remembered = self
            .vault
            .remember_allowed(
                connection,
                id.as_ref(),
                capability(&request.plan),
                Timestamp::now(),
            )
            .await;
        if let Err(error) = remembered {
            tracing::warn!(error = in_full(&error), "a first yes is not remembered");
        }
    }

    pub(super) async fn on_deny_all(
        &mut self,
        agent: Option<(ConnectionId, AgentId)>,
    ) -> Result<(), AnswerError> {
        let agent = agent.as_ref().map(|(connection, id)| (connection, id));
        for number in self.desk.of(agent) {
            if let Some((case, _)) = self.desk.remove(number) {
                self.deny(case).await;
            }
        }
        self.tell_requests().await;
        Ok(())
    }

    async fn deny(&mut self, case: Case) {
        let message = "the person said no";
        let outcome = Outcome::failure(FailureCode::Denied, message, Timestamp::now());
        self.settle(case, Ending::Denied, outcome).await;
    }

    pub(super) fn on_stop(&mut self, number: u64) -> Result<(), AnswerError> {
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
        for run in self.running.values_mut() {
            run.stopped.get_or_insert(Stopped::Pause);
            run.stop.cancel();
        }
        self.tell(Update::Paused(true)).await;
        let written = self.write_pause(true).await;
        for number in self.desk.of(None) {
            self.withdraw(number, FailureCode::Paused, "the person stopped everything")
                .await;
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
