//! Taking up what an earlier run left.
//!
//! **Invariant:** what was running is never run again; what was not yet running is judged and
//! asked anew, while somebody still waits for its answer.

use chaperone_protocol::{CommandState, FailureCode, Outcome, Timestamp};
use chaperone_vault::{Ending, JournalEntry};

use super::{
    Engine,
    command::{Stored, instant},
};

impl Engine {
    pub(super) async fn take_up(&mut self) {
        match self.vault.undelivered().await {
            Ok(entries) => {
                for entry in entries {
                    self.deliver_again(entry);
                }
            }
            Err(error) => self.not_written(&error).await,
        }
        match self.vault.unsettled().await {
            Ok(entries) => {
                for entry in entries {
                    self.take_up_one(entry).await;
                }
            }
            Err(error) => self.not_written(&error).await,
        }
    }

    fn deliver_again(&mut self, entry: JournalEntry) {
        if let Some(outcome) = entry.outcome {
            self.send_result(&entry.connection, &entry.id, outcome);
            self.undelivered
                .insert((entry.connection, entry.id), entry.number);
        }
    }

    async fn take_up_one(&mut self, entry: JournalEntry) {
        let stored: Stored = match serde_json::from_value(entry.request.clone()) {
            Ok(stored) => stored,
            Err(error) => {
                // Written by a version that put other things there: left for that one.
                tracing::error!(number = entry.number, %error, "a command in the journal cannot be read");
                return;
            }
        };
        let case = self.case(&entry, &stored);
        if entry.state == CommandState::Running {
            let message = "the device stopped while this ran; it is not run again";
            let outcome = Outcome::failure(FailureCode::Interrupted, message, Timestamp::now());
            self.settle(case, Ending::Interrupted, outcome).await;
        } else if instant(entry.deadline_at).is_none() {
            self.expire_case(case).await;
        } else {
            self.consider(case, stored).await;
        }
    }
}
