//! A command's arrival: heard or not, written into the journal, or answered again.

use std::sync::Arc;
use std::time::Duration;

use chaperone_dialects::{Asked as Wanted, RemoteCommand};
use chaperone_protocol::{
    Action, Agent, CommandId, CommandState, ConnectionId, FailureCode, Outcome, Timestamp,
};
use chaperone_vault::{Arrival, Error as VaultError, JournalEntry, Received};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{Engine, command::Case, end::unrecorded};
use crate::{
    entry::{Asked, Entry, What},
    event::Update,
    rate::Heard,
};

/// The longest a command may wait for its answer, whatever its hub says.
const LONGEST_WAIT: Duration = Duration::from_mins(10);
/// Outcomes that one hub may leave unconfirmed. One that leaves more gets nothing done: each outcome
/// is kept until it is confirmed.
const UNCONFIRMED: usize = 1_000;
/// A longer name is no name, and every copy of it costs memory.
const LONGEST_NAME: usize = 200;

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

impl Engine {
    /// A hub sent a command.
    pub(super) async fn on_command(&mut self, connection: ConnectionId, mut remote: RemoteCommand) {
        // What an ended link still had is asked again by its hub, should there be another one.
        if self.link(&connection).is_none() {
            return;
        }
        let now = Timestamp::now();
        match self.hear(&connection).await {
            Heard::Yes | Heard::AfterRefusing(_) => {}
            Heard::NotAnswered => return,
            Heard::No => {
                // What is being done gets the answer that comes of it, and no other.
                if !self.is_in_hand(&connection, &remote.id) {
                    let message =
                        "this hub asks more often than this device answers: ask again in a minute";
                    let outcome = Outcome::failure(FailureCode::RateLimited, message, now);
                    self.send_result(&connection, &remote.id, outcome);
                }
                return;
            }
        }
        if self.is_deaf(&connection) {
            tracing::warn!(%connection, "a hub that confirms no outcomes asks for more");
            return;
        }
        if let Some(agent) = &mut remote.agent {
            shorten(&mut agent.name);
            self.see(&connection, agent, now).await;
        }
        let longest = now.saturating_add(LONGEST_WAIT).unwrap_or(now);
        let expires_at = remote
            .deadline_at
            .map_or(longest, |deadline| deadline.min(longest));
        let stored = Stored {
            agent: remote.agent,
            wish: match remote.asked {
                // Programs that a hub may start are nothing that this device has.
                Wanted::Ability(Action::RunAgent(_)) => Wish::Unknown {
                    name: "agent_run".to_owned(),
                },
                Wanted::Ability(action) => Wish::Action(action),
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
            Ok(Received::Known(entry)) => self.answer_again(entry),
            Ok(Received::Past { .. }) => {
                let message = "this was answered long ago, and is not done again";
                let outcome = Outcome::failure(FailureCode::Interrupted, message, now);
                self.send_result(&connection, &remote.id, outcome);
            }
            Err(error) => {
                self.not_written(&error).await;
                let outcome = unrecorded(&error);
                self.send_result(&connection, &remote.id, outcome);
            }
        }
    }

    /// Whether one more command of this hub is heard.
    async fn hear(&mut self, connection: &ConnectionId) -> Heard {
        let limit = self.settings.commands_per_minute;
        let heard = self.hearing.hear(connection, limit, Instant::now());
        if let Heard::AfterRefusing(refused) = heard {
            self.note_flood(connection, refused).await;
        }
        heard
    }

    pub(super) async fn note_flood(&mut self, connection: &ConnectionId, refused: u64) {
        let connection = self.name_of(connection);
        self.note(Entry::Flooded {
            connection,
            refused,
        })
        .await;
    }

    /// Whether a command is somewhere between its arrival and its hub's word that it has the answer.
    fn is_in_hand(&self, connection: &ConnectionId, id: &CommandId) -> bool {
        let is = |case: &Case| case.connection == *connection && case.id == *id;
        self.planning.values().any(is)
            || self.desk.find(connection, id).is_some()
            || self.running.values().any(|run| is(&run.case))
            || self.recordings.wanted_by(connection, id).is_some()
            || self
                .undelivered
                .contains_key(&(connection.clone(), id.clone()))
    }

    /// Whether a hub leaves more unconfirmed than is kept for it.
    fn is_deaf(&self, connection: &ConnectionId) -> bool {
        let unconfirmed = self.undelivered.keys().filter(|(of, _)| of == connection);
        unconfirmed.count() >= UNCONFIRMED
    }

    /// An agent asked for something: it is known from now on.
    async fn see(&mut self, connection: &ConnectionId, agent: &Agent, now: Timestamp) {
        if self.agents.see(connection, agent, now) {
            self.tell(Update::Agents).await;
        }
        let (vault, connection, agent) = (self.vault.clone(), connection.clone(), agent.clone());
        // Not noted only means that it looks as if it had not been here.
        self.tracker.spawn(async move {
            if let Err(error) = vault.see_agent(&connection, &agent, now).await {
                tracing::warn!(%error, "an agent is not noted");
            }
        });
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
        let row = draft.row(received_at)?;
        let arrival = Arrival {
            connection: connection.clone(),
            id: id.clone(),
            request,
            received_at,
            deadline_at,
        };
        self.vault
            .receive_recorded(arrival, move |number| {
                let mut row = row;
                if let Some(fields) = row.body.as_object_mut() {
                    fields.insert("number".to_owned(), number.into());
                }
                row
            })
            .await
    }

    pub(super) fn case(&self, entry: &JournalEntry, stored: &Stored) -> Case {
        Case {
            number: entry.number,
            id: entry.id.clone(),
            connection: entry.connection.clone(),
            asked: self.asked(&entry.connection, &entry.id, stored),
            action: match &stored.wish {
                Wish::Action(action) => Some(Arc::new(action.clone())),
                Wish::Unknown { .. } | Wish::Invalid { .. } => None,
            },
            judgement: None,
            approval: None,
            expires_at: entry.deadline_at,
        }
    }

    fn asked(&self, connection: &ConnectionId, id: &CommandId, stored: &Stored) -> Asked {
        Asked {
            id: id.clone(),
            connection: self.name_of(connection),
            pairing: Some(connection.clone()),
            agent: stored.agent.clone(),
            what: match &stored.wish {
                Wish::Action(action) => What::of(action),
                Wish::Unknown { name } => What::Unknown { name: name.clone() },
                Wish::Invalid { .. } => What::Unreadable,
            },
        }
    }
}

/// Cuts a name that nobody could read, and shows that it is cut.
fn shorten(name: &mut String) {
    if let Some((end, _)) = name.char_indices().nth(LONGEST_NAME) {
        name.truncate(end);
        name.push('…');
    }
}
