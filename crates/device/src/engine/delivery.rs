//! Outcomes on their way to their hubs. Pictures and recordings lie encrypted on this device, and
//! are in memory only for a few outcomes at a time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chaperone_protocol::{
    ArtifactId, CommandId, ConnectionId, ConnectionPhase, Content, Data, FailureCode, Outcome,
    in_full,
};
use chaperone_vault::Vault;

use super::Engine;
use crate::event::Event;

/// Outcomes with a picture that one link holds at once.
const LOADED: usize = 2;
/// More than a frame needs around what is in it.
const AROUND: usize = 64 * 1024;

/// Outcomes with pictures, by connection.
#[derive(Debug, Default)]
pub(super) struct Deliveries(BTreeMap<ConnectionId, Lane>);

#[derive(Debug, Default)]
struct Lane {
    /// With their link, or about to be.
    loaded: BTreeSet<CommandId>,
    /// Not yet.
    queue: VecDeque<Parcel>,
}

#[derive(Debug)]
struct Parcel {
    id: CommandId,
    outcome: Outcome,
}

impl Deliveries {
    /// Nothing more goes there.
    pub(super) fn forget(&mut self, connection: &ConnectionId) {
        self.0.remove(connection);
    }
}

impl Engine {
    /// Sends an outcome, as soon as there is room for what is in it.
    pub(super) fn deliver(&mut self, connection: &ConnectionId, id: CommandId, outcome: Outcome) {
        if !self.links.contains_key(connection) {
            return;
        }
        if kept(&outcome).is_none() {
            return self.send_result(connection, &id, outcome);
        }
        let lane = self.deliveries.0.entry(connection.clone()).or_default();
        // Sent again because its hub asked again: it is on its way already.
        let known = lane.loaded.contains(&id) || lane.queue.iter().any(|one| one.id == id);
        if known {
            return;
        }
        lane.queue.push_back(Parcel { id, outcome });
        self.load(connection);
    }

    /// An outcome is with its hub: there is room for the next.
    pub(super) fn next_delivery(&mut self, connection: &ConnectionId, id: &CommandId) {
        if let Some(lane) = self.deliveries.0.get_mut(connection)
            && lane.loaded.remove(id)
        {
            self.load(connection);
        }
    }

    fn load(&mut self, connection: &ConnectionId) {
        let Some(linked) = self.links.get(connection) else {
            return;
        };
        let largest = linked.largest.saturating_sub(AROUND);
        let Some(lane) = self.deliveries.0.get_mut(connection) else {
            return;
        };
        while lane.loaded.len() < LOADED {
            let Some(parcel) = lane.queue.pop_front() else {
                return;
            };
            lane.loaded.insert(parcel.id.clone());
            let (vault, events) = (self.vault.clone(), self.events.clone());
            let connection = connection.clone();
            self.tracker.spawn(async move {
                let Parcel { id, outcome } = parcel;
                let outcome = Box::new(filled(&vault, outcome, largest).await);
                let loaded = Event::Loaded {
                    connection,
                    id,
                    outcome,
                };
                // The loop being gone means that the app ends: the journal has the outcome.
                let _ = events.send(loaded).await;
            });
        }
    }

    /// What is in an outcome is in memory: it goes to its link.
    pub(super) fn on_loaded(&self, connection: &ConnectionId, id: &CommandId, outcome: Outcome) {
        // What was loaded for a link that ended meanwhile is loaded again for the new one.
        let lane = self.deliveries.0.get(connection);
        if lane.is_some_and(|lane| lane.loaded.contains(id)) {
            self.send_result(connection, id, outcome);
        }
    }

    /// Whether a hub that can be reached is about to get an outcome.
    pub(super) fn is_anything_on_its_way(&self) -> bool {
        self.undelivered.keys().any(|key| {
            let phase = self
                .links
                .get(&key.0)
                .filter(|linked| linked.link.is_some())
                .map(|linked| linked.connection.state.phase);
            let reached = matches!(
                phase,
                Some(ConnectionPhase::Connected | ConnectionPhase::Polling)
            );
            reached && !self.unmarked.contains(key)
        })
    }

    /// A new link knows nothing of what the old one had.
    pub(super) fn give_undelivered(&mut self, connection: &ConnectionId) {
        self.deliveries.0.remove(connection);
        let mut of_it: Vec<u64> = self
            .undelivered
            .iter()
            .filter(|((of, _), _)| of == connection)
            .map(|(_, number)| *number)
            .collect();
        if of_it.is_empty() {
            return;
        }
        of_it.sort_unstable();
        let (vault, events) = (self.vault.clone(), self.events.clone());
        self.tracker.spawn(async move {
            for number in of_it {
                match vault.entry(number).await {
                    Ok(Some(entry)) => {
                        let _ = events.send(Event::Undelivered(Box::new(entry))).await;
                    }
                    Ok(None) => {}
                    Err(error) => {
                        tracing::error!(%error, number, "an outcome cannot be read");
                    }
                }
            }
        });
    }
}

/// The artifact in an outcome, where there is one.
fn kept(outcome: &Outcome) -> Option<(&ArtifactId, &str, u64)> {
    let Outcome::Success { data, .. } = outcome else {
        return None;
    };
    let content = match data {
        Data::Pictured(pictured) => pictured.content.as_ref(),
        Data::Recorded(recorded) => recorded.content.as_ref(),
        Data::Notified(_)
        | Data::Executed(_)
        | Data::Located(_)
        | Data::Recording(_)
        | Data::Other(_) => None,
    };
    match content? {
        Content::Kept {
            id,
            media_type,
            bytes,
        } => Some((id, media_type, *bytes)),
        Content::Inline { .. } | Content::Uploaded { .. } => None,
    }
}

/// The outcome with the bytes in it, or why it has none.
async fn filled(vault: &Vault, mut outcome: Outcome, largest: usize) -> Outcome {
    let Some((id, media_type, bytes)) = kept(&outcome) else {
        return outcome;
    };
    let finished_at = outcome.finished_at();
    let encoded = usize::try_from(bytes)
        .unwrap_or(usize::MAX)
        .div_ceil(3)
        .saturating_mul(4);
    if encoded > largest {
        let message = format!(
            "it is {bytes} bytes long, and this hub takes at most {} at once: ask for a smaller \
             picture or a shorter recording; what was captured stays on this device",
            largest / 4 * 3
        );
        return Outcome::failure(FailureCode::Unsupported, message, finished_at);
    }
    let base64 = match read(vault, id).await {
        Ok(content) => STANDARD.encode(content),
        Err(problem) => {
            let message = format!("what was captured cannot be read: {problem}");
            return Outcome::failure(FailureCode::Failed, message, finished_at);
        }
    };
    let inline = Content::Inline {
        media_type: media_type.to_owned(),
        base64,
    };
    if let Outcome::Success { data, .. } = &mut outcome {
        match data {
            Data::Pictured(pictured) => pictured.content = Some(inline),
            Data::Recorded(recorded) => recorded.content = Some(inline),
            _ => {}
        }
    }
    outcome
}

async fn read(vault: &Vault, id: &ArtifactId) -> Result<Vec<u8>, String> {
    let gone = || "its time was over, and it was deleted".to_owned();
    let id = id.as_str().parse().map_err(|_| gone())?;
    let reader = vault.read_artifact(&id).await;
    let reader = reader.map_err(|error| in_full(&error))?.ok_or_else(gone)?;
    let size = usize::try_from(reader.artifact().size_bytes).unwrap_or(usize::MAX);
    let mut content = Vec::with_capacity(size);
    while content.len() < size {
        let offset = u64::try_from(content.len()).unwrap_or(u64::MAX);
        let part = reader.read_at(offset, size - content.len()).await;
        let part = part.map_err(|error| in_full(&error))?;
        if part.is_empty() {
            return Err("it ends before its end".to_owned());
        }
        content.extend_from_slice(&part);
    }
    Ok(content)
}
