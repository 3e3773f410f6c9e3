//! One command's end: by itself, stopped, taken back, expired or impossible; told to its hub once
//! it is durable.

use chaperone_protocol::{
    CommandId, CommandState, ConnectionId, Data, Executed, FailureCode, Outcome, Timestamp, in_full,
};
use chaperone_vault::{Ending, Error as VaultError, Step};
use tokio::time::Instant;

use super::{Engine, RETRY, Stopped, command::Case};
use crate::{
    entry::{Entry, Settled},
    event::Update,
    pause::PAUSED,
    request::Request,
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
            match ended {
                // Stopped, and told so, before this came.
                Ended::Captured(captured) => self.erase(captured.artifact.as_str()).await,
                // What saw a recording through broke, and the recording with it.
                Ended::With(outcome) => self.on_recording_broken(number, &outcome).await,
                Ended::Stopped(_) | Ended::Recording => {}
            }
            return;
        };
        let (ending, outcome) = match (run.stopped, ended) {
            // What was sensed before the stop came, and has not left, does not leave any more.
            (Some(stopped), Ended::With(outcome)) if is_sensed(&outcome) => stopped.ends(None),
            // What ended by itself is told as it ended, even when a stop was on its way.
            (_, Ended::With(outcome)) => (Ending::Finished, outcome),
            (None, Ended::Captured(captured)) => {
                self.tell_running().await;
                return self.on_captured(run.case, run.view, captured).await;
            }
            (stopped, Ended::Recording) => {
                if stopped.is_some() {
                    run.stop.cancel();
                }
                return self.on_recording(run.case, run.view, run.stop).await;
            }
            // The stop came in time: what was captured goes.
            (Some(stopped), Ended::Captured(captured)) => {
                self.erase(captured.artifact.as_str()).await;
                stopped.ends(None)
            }
            (stopped, Ended::Stopped(partial)) => {
                stopped.unwrap_or(Stopped::Shutdown).ends(partial)
            }
        };
        self.tell_running().await;
        self.settle(run.case, ending, outcome).await;
    }

    pub(super) async fn on_cancel(&mut self, connection: &ConnectionId, id: &CommandId) {
        let planning = self
            .planning
            .values()
            .find(|case| case.connection == *connection && case.id == *id)
            .map(|case| case.number);
        if let Some(case) = planning.and_then(|number| self.planning.remove(&number)) {
            let code = FailureCode::Cancelled;
            let outcome = Outcome::failure(code, "the hub took it back", Timestamp::now());
            return self.settle(case, Ending::Cancelled, outcome).await;
        }
        if let Some(case) = self.recordings.take_wanted(connection, id) {
            let code = FailureCode::Cancelled;
            let outcome = Outcome::failure(code, "the hub took it back", Timestamp::now());
            return self.settle(case, Ending::Cancelled, outcome).await;
        }
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
        self.next_delivery(&connection, &id);
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
                self.unmarked.remove(&key);
                self.stepped(CommandState::Delivered);
            }
            Err(error) if is_final(&error) => {
                tracing::error!(number, %error, "an outcome is not noted as delivered");
                self.undelivered.remove(&key);
                self.unmarked.remove(&key);
            }
            // Tried again when there is room.
            Err(error) => {
                self.unmarked.insert(key);
                self.not_written(&error).await;
            }
        }
    }

    /// Takes a waiting request back.
    pub(super) async fn withdraw(&mut self, number: u64, code: FailureCode, message: &str) {
        if let Some((case, request)) = self.desk.remove(number) {
            self.tell_requests().await;
            self.forget_captured(&request).await;
            let outcome = Outcome::failure(code, message, Timestamp::now());
            self.settle(case, Ending::Cancelled, outcome).await;
        }
    }

    pub(super) async fn expire(&mut self, number: u64) {
        if let Some((case, request)) = self.desk.remove(number) {
            self.tell_requests().await;
            self.forget_captured(&request).await;
            self.expire_case(case).await;
        }
    }

    /// What nobody let leave is not kept.
    pub(super) async fn forget_captured(&mut self, request: &Request) {
        if let Some(captured) = &request.review {
            self.erase(captured.artifact.as_str()).await;
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
        self.reviewing.remove(&case.number);
        if let Err(error) = self.write_end(&case, ending, &outcome).await {
            if is_final(&error) {
                // Trying again would not help, and what the journal has counts.
                tracing::error!(number = case.number, %error, "an end is not noted");
                return;
            }
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
        // Nobody waits for what a pairing that was ended asked.
        if self.links.contains_key(&connection) {
            self.undelivered
                .insert((connection.clone(), id.clone()), number);
            self.deliver(&connection, id, outcome);
        }
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
        let row = entry.row(at)?;
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
        for (connection, id) in std::mem::take(&mut self.unmarked) {
            self.on_delivered(connection, id).await;
        }
        if self.lock_pending {
            self.on_screen_locked().await;
        }
        if self.unsaved.is_empty() && self.unwritable.is_some() {
            // A small write of no meaning tells whether there is room again.
            let probe = self
                .vault
                .set_setting(PAUSED, &self.paused, None, None)
                .await;
            match probe {
                Ok(()) => self.written().await,
                Err(error) => self.not_written(&error).await,
            }
        }
    }

    /// A step could not be written: nothing happens, and the hub hears so at once. The end is
    /// written when there is room again.
    pub(super) async fn could_not_write(&mut self, case: Case, error: &VaultError) {
        self.reviewing.remove(&case.number);
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

impl Stopped {
    /// How a command ends that was stopped so.
    fn ends(self, partial: Option<Box<Executed>>) -> (Ending, Outcome) {
        let (ending, code, message) = match self {
            Self::Person => (
                Ending::Cancelled,
                FailureCode::Cancelled,
                "the person stopped it",
            ),
            Self::Hub => (
                Ending::Cancelled,
                FailureCode::Cancelled,
                "the hub took it back",
            ),
            Self::Pause => (
                Ending::Cancelled,
                FailureCode::Paused,
                "the person stopped everything",
            ),
            Self::Deadline => (
                Ending::Finished,
                FailureCode::TimedOut,
                "it ran longer than anybody waits for its answer, and was stopped",
            ),
            Self::Shutdown => (
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
}

/// Whether it tells something of this computer that leaves with it.
fn is_sensed(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Success {
            data: Data::Located(_),
            ..
        }
    )
}

/// Whether a step failed in a way that does not pass.
fn is_final(error: &VaultError) -> bool {
    matches!(
        error,
        VaultError::IllegalStep { .. } | VaultError::UnknownEntry { .. }
    )
}

/// The answer to a command that could not be written down.
pub(super) fn unrecorded(error: &VaultError) -> Outcome {
    let message = format!(
        "this device cannot keep its record, so it does nothing: {}",
        in_full(error),
    );
    Outcome::failure(FailureCode::Unrecorded, message, Timestamp::now())
}
