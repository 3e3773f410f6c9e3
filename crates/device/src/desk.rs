//! The desk: what waits for the person, and until when. Pure; time comes in.

use std::collections::BTreeMap;

use chaperone_protocol::{AgentId, ArtifactId, CommandId, ConnectionId};
use tokio::time::Instant;

use crate::{
    engine::Case,
    error::AnswerError,
    request::{Captured, Request},
};

/// Requests that wait at once. A person cannot answer more, and each costs memory.
const LIMIT: usize = 100;

/// The requests, by the journal's number: oldest first.
#[derive(Debug, Default)]
pub(crate) struct Desk(BTreeMap<u64, Waiting>);

#[derive(Debug)]
struct Waiting {
    case: Case,
    request: Request,
    /// Measured on a clock that does not jump.
    until: Instant,
    /// What was captured is being cut: what was shown is not what the person means to send.
    cutting: bool,
}

impl Desk {
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() >= LIMIT
    }

    pub(crate) fn put(&mut self, case: Case, request: Request, until: Instant) {
        self.0.insert(
            request.number,
            Waiting {
                case,
                request,
                until,
                cutting: false,
            },
        );
    }

    /// What was captured by that name, and the number of the request that asks about it.
    pub(crate) fn captured(&self, artifact: &ArtifactId) -> Option<(u64, Captured)> {
        let mut waiting = self.0.values();
        waiting.find_map(|waiting| {
            let captured = waiting.request.review.as_ref()?;
            (captured.artifact == *artifact).then(|| (waiting.request.number, captured.clone()))
        })
    }

    /// What was captured is cut from now on; false if it is being cut already.
    pub(crate) fn begin_cut(&mut self, number: u64) -> bool {
        let waiting = self.0.get_mut(&number);
        waiting.is_some_and(|waiting| !std::mem::replace(&mut waiting.cutting, true))
    }

    /// What was captured is not being cut any more.
    pub(crate) fn end_cut(&mut self, number: u64) {
        if let Some(waiting) = self.0.get_mut(&number) {
            waiting.cutting = false;
        }
    }

    pub(crate) fn is_being_cut(&self, number: u64) -> bool {
        self.0.get(&number).is_some_and(|waiting| waiting.cutting)
    }

    /// Asks about something else than before, in the same place.
    pub(crate) fn exchange(&mut self, request: Request) {
        if let Some(waiting) = self.0.get_mut(&request.number) {
            waiting.request = request;
        }
    }

    /// The request, if what the person saw is what waits.
    pub(crate) fn look(&self, number: u64, digest: &str) -> Result<&Request, AnswerError> {
        let waiting = self.0.get(&number).ok_or(AnswerError::Gone)?;
        if waiting.request.digest == digest {
            Ok(&waiting.request)
        } else {
            Err(AnswerError::Changed)
        }
    }

    /// Takes a request off the desk, if what the person saw is what waits.
    pub(crate) fn take(
        &mut self,
        number: u64,
        digest: &str,
    ) -> Result<(Case, Request), AnswerError> {
        self.look(number, digest)?;
        self.remove(number).ok_or(AnswerError::Gone)
    }

    /// Takes a request off the desk, whatever it shows.
    pub(crate) fn remove(&mut self, number: u64) -> Option<(Case, Request)> {
        self.0
            .remove(&number)
            .map(|waiting| (waiting.case, waiting.request))
    }

    /// The case of a request, and the request.
    pub(crate) fn case(&self, number: u64) -> Option<(&Case, &Request)> {
        let waiting = self.0.get(&number)?;
        Some((&waiting.case, &waiting.request))
    }

    /// The request that a hub's command waits as.
    pub(crate) fn find(&self, connection: &ConnectionId, id: &CommandId) -> Option<u64> {
        self.numbers(|waiting| waiting.case.connection == *connection && waiting.case.id == *id)
            .first()
            .copied()
    }

    /// When the next request expires.
    pub(crate) fn next_expiry(&self) -> Option<Instant> {
        self.0.values().map(|waiting| waiting.until).min()
    }

    /// Requests whose time is up.
    pub(crate) fn expired(&self, now: Instant) -> Vec<u64> {
        self.numbers(|waiting| waiting.until <= now)
    }

    /// Requests of one agent; of everybody, where none is named.
    pub(crate) fn of(&self, agent: Option<(&ConnectionId, &AgentId)>) -> Vec<u64> {
        self.numbers(|waiting| {
            let asker = &waiting.request.asker;
            agent.is_none_or(|(connection, id)| {
                asker.connection == *connection
                    && asker.agent.as_ref().is_some_and(|agent| agent.id == *id)
            })
        })
    }

    /// Requests that came through a connection.
    pub(crate) fn of_connection(&self, connection: &ConnectionId) -> Vec<u64> {
        self.numbers(|waiting| waiting.case.connection == *connection)
    }

    /// Requests that ask whether something may be done; not those about what was captured.
    pub(crate) fn to_be_done(&self) -> Vec<u64> {
        self.numbers(|waiting| waiting.request.review.is_none())
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.0
            .values()
            .map(|waiting| waiting.request.clone())
            .collect()
    }

    fn numbers(&self, wanted: impl Fn(&Waiting) -> bool) -> Vec<u64> {
        self.0
            .iter()
            .filter(|(_, waiting)| wanted(waiting))
            .map(|(number, _)| *number)
            .collect()
    }
}
