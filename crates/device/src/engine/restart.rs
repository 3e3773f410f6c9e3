//! Taking up what an earlier run left.
//!
//! **Invariant:** what was running is never run again; what was not yet running is judged and
//! asked anew, while somebody still waits for its answer.

use chaperone_gate::{RefusedRule, Rule, RuleBook};
use chaperone_protocol::{CommandState, FailureCode, Outcome, Timestamp};
use chaperone_vault::{Ending, JournalEntry, Vault};

use super::{Engine, arrival::Stored, command::instant};

/// The rules that count, and those that are not what they say.
pub(super) async fn rules(
    vault: &Vault,
) -> Result<(RuleBook, Vec<RefusedRule>), chaperone_vault::Error> {
    let mut rules = Vec::new();
    for stored in vault.rules().await? {
        match serde_json::from_value::<Rule>(stored.document) {
            Ok(mut rule) => {
                rule.last_used_at = rule.last_used_at.max(stored.last_used_at);
                rules.push(rule);
            }
            // Written by a version that knows more of rules. What it lets run is asked here; what it
            // forbids cannot be known, which a person must hear of.
            Err(error) => {
                tracing::error!(rule = stored.id, %error, "a rule cannot be read");
            }
        }
    }
    Ok(RuleBook::load(rules))
}

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
        // Nobody waits for what a pairing that was ended asked.
        if !self.links.contains_key(&entry.connection) {
            return;
        }
        self.undelivered
            .insert((entry.connection.clone(), entry.id.clone()), entry.number);
        self.answer_again(entry);
    }

    /// Sends the outcome that the journal has, where it has one.
    pub(super) fn answer_again(&mut self, entry: JournalEntry) {
        if let Some(outcome) = entry.outcome {
            self.deliver(&entry.connection, entry.id, outcome);
        }
    }

    /// A picture that nobody let leave is not kept, whatever kept anybody from saying so. A
    /// recording outlives its command, and is none of this.
    async fn erase_taken(&mut self, number: u64) {
        match self.vault.artifacts_of(number).await {
            Ok(taken) => {
                for picture in taken {
                    self.erase(picture.as_str()).await;
                }
            }
            Err(error) => {
                tracing::error!(number, %error, "what was captured cannot be looked for");
            }
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
        if matches!(entry.state, CommandState::Running | CommandState::Reviewing) {
            self.erase_taken(entry.number).await;
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
