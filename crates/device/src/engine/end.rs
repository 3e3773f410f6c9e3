//! One command's end: by itself, stopped, taken back, expired or impossible; told to its hub once
//! it is durable.

use chaperone_protocol::{
    CommandId, CommandState, ConnectionId, FailureCode, Outcome, Timestamp, in_full,
};
use chaperone_vault::{Ending, Error as VaultError, RecordEntry, Step};
use tokio::time::Instant;

use super::{Engine, RETRY, Stopped, command::Case};
use crate::{
    entry::{Entry, Settled},
    event::Update,
    pause::PAUSED,
    run::Ended,
};

/// An end that could not be written down yet.
pub(super) struct Unsaved {
    case: Case,
    ending: Ending,
    outcome: Outcome,
}

impl Engine {
    pub(super) async fn on_ended(&mut self, number: u64, ended: Ended) {
        let Some(run) = self.running.remove(&number) else {
            return;
        };
        let (ending, outcome) = match (run.stopped, ended) {
            // What ended by itself is told as it ended, even when a stop was on its way.
            (_, Ended::With(outcome)) => (Ending::Finished, outcome),
            (stopped, Ended::Stopped(partial)) => {
                let (ending, code, message) = match stopped {
                    Some(Stopped::Person) => (
                        Ending::Cancelled,
                        FailureCode::Cancelled,
                        "the person stopped it",
                    ),
                    Some(Stopped::Hub) => (
                        Ending::Cancelled,
                        FailureCode::Cancelled,
                        "the hub took it back",
                    ),
                    Some(Stopped::Pause) => (
                        Ending::Cancelled,
                        FailureCode::Paused,
                        "the person stopped everything",
                    ),
                    Some(Stopped::Deadline) => (
                        Ending::Finished,
                        FailureCode::TimedOut,
                        "it ran longer than anybody waits for its answer, and was stopped",
                    ),
                    Some(Stopped::Shutdown) | None => (
                        Ending::Cancelled,
                        FailureCode::Cancelled,
                        "Chaperone was closed",
                    ),
                };
                let outcome = Outcome::Failure {
                    code,
                    message: message.to_owned(),
                    finished_at: Timestamp::now(),
                    partial,
                };
                (ending, outcome)
            }
        };
        self.tell_running().await;
        self.settle(run.case, ending, outcome).await;
    }

    pub(super) async fn on_cancel(&mut self, connection: &ConnectionId, id: &CommandId) {
        let waits = self.desk.find(connection, id);
        if let Some(number) = waits {
            self.withdraw(number, FailureCode::Cancelled, "the hub took it back")
                .await;
            return;
        }
        let run = self
            .running
            .values_mut()
            .find(|run| run.case.connection == *connection && run.case.id == *id);
        if let Some(run) = run {
            run.stopped.get_or_insert(Stopped::Hub);
            run.stop.cancel();
        }
    }

    pub(super) async fn on_delivered(&mut self, connection: ConnectionId, id: CommandId) {
        let key = (connection, id);
        let Some(number) = self.undelivered.get(&key).copied() else {
            return;
        };
        match self
            .vault
            .transition(number, Step::Delivered, Timestamp::now(), None)
            .await
        {
            Ok(_) => {
                self.undelivered.remove(&key);
                self.stepped(CommandState::Delivered);
            }
            // Told again after the next start; the hub knows it by its id.
            Err(error) => self.not_written(&error).await,
        }
    }

    /// Takes a waiting request back.
    pub(super) async fn withdraw(&mut self, number: u64, code: FailureCode, message: &str) {
        if let Some((case, _)) = self.desk.remove(number) {
            self.tell_requests().await;
            let outcome = Outcome::failure(code, message, Timestamp::now());
            self.settle(case, Ending::Cancelled, outcome).await;
        }
    }

    pub(super) async fn expire(&mut self, number: u64) {
        if let Some((case, _)) = self.desk.remove(number) {
            self.tell_requests().await;
            self.expire_case(case).await;
        }
    }

    pub(super) async fn expire_case(&mut self, case: Case) {
        let message = "nobody answered in time";
        let outcome = Outcome::failure(FailureCode::Expired, message, Timestamp::now());
        self.settle(case, Ending::Expired, outcome).await;
    }

    pub(super) async fn fail(&mut self, case: Case, code: FailureCode, message: impl Into<String>) {
        let outcome = Outcome::failure(code, message, Timestamp::now());
        self.settle(case, Ending::Finished, outcome).await;
    }

    /// Ends a command: journal and record first, then its hub hears of it.
    pub(super) async fn settle(&mut self, case: Case, ending: Ending, outcome: Outcome) {
        if let Err(error) = self.write_end(&case, ending, &outcome).await {
            self.not_written(&error).await;
            self.keep_unsaved(case, ending, outcome);
            return;
        }
        let Case {
            number,
            id,
            connection,
            ..
        } = case;
        self.send_result(&connection, &id, outcome);
        self.undelivered.insert((connection, id), number);
    }

    async fn write_end(
        &mut self,
        case: &Case,
        ending: Ending,
        outcome: &Outcome,
    ) -> Result<(), VaultError> {
        let state = CommandState::from(ending);
        let mut settled = Settled::new(case.number, case.asked.clone(), state, outcome);
        settled.judgement.clone_from(&case.judgement);
        settled.approval = case.approval;
        let entry = Entry::Settled(Box::new(settled));
        let at = Timestamp::now();
        let row = RecordEntry::new(entry.kind(), &entry, at)?;
        let step = Step::Ended {
            ending,
            outcome: outcome.clone(),
        };
        let seq = self
            .vault
            .transition(case.number, step, at, Some(row))
            .await?;
        self.stepped(state);
        self.written().await;
        if let Some(seq) = seq {
            self.tell(Update::Recorded {
                seq,
                at,
                entry: Box::new(entry),
            })
            .await;
        }
        Ok(())
    }

    /// Tries again what could not be written.
    pub(super) async fn retry(&mut self) {
        self.retry_at = None;
        for unsaved in std::mem::take(&mut self.unsaved) {
            self.settle(unsaved.case, unsaved.ending, unsaved.outcome)
                .await;
        }
        if self.unsaved.is_empty() && self.unwritable.is_some() {
            // A small write of no meaning tells whether there is room again.
            let probe = self.vault.set_setting(PAUSED, &self.paused, None).await;
            match probe {
                Ok(()) => self.written().await,
                Err(error) => self.not_written(&error).await,
            }
        }
    }

    /// A step could not be written: nothing happens, and the hub hears so at once. The end is
    /// written when there is room again.
    pub(super) async fn could_not_write(&mut self, case: Case, error: &VaultError) {
        self.not_written(error).await;
        let outcome = unrecorded(error);
        self.send_result(&case.connection, &case.id, outcome.clone());
        self.keep_unsaved(case, Ending::Finished, outcome);
    }

    fn keep_unsaved(&mut self, case: Case, ending: Ending, outcome: Outcome) {
        self.unsaved.push(Unsaved {
            case,
            ending,
            outcome,
        });
        self.retry_at.get_or_insert_with(|| Instant::now() + RETRY);
    }
}

/// The answer to a command that could not be written down.
pub(super) fn unrecorded(error: &VaultError) -> Outcome {
    let message = format!(
        "this device cannot keep its record, so it does nothing: {}",
        in_full(error),
    );
    Outcome::failure(FailureCode::Unrecorded, message, Timestamp::now())
}
