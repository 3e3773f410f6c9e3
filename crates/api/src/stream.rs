//! The state every face draws, and the changes to it, in one numbered order.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::{broadcast, watch};
use ts_rs::TS;

use crate::view::{Change, Event, RevisionsView, Snapshot};

/// Changes a slow face may lag behind before it gets a new snapshot instead.
const LAG: usize = 256;
/// As many entries as "just now" shows.
const RECENT: usize = 20;

/// What a subscriber hears.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Message {
    /// Everything, to begin with or to begin again.
    Snapshot {
        /// The state.
        snapshot: Box<Snapshot>,
    },
    /// One change to the last state.
    Event {
        /// The change.
        event: Box<Event>,
    },
}

/// The few numbers a tray needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pulse {
    /// Requests that wait for the person.
    pub pending: usize,
    /// Commands that run.
    pub running: usize,
    /// Everything is paused.
    pub paused: bool,
    /// Connections that are up.
    pub connected: usize,
    /// All connections.
    pub connections: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Stream(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: Mutex<Snapshot>,
    events: broadcast::Sender<Event>,
    pulse: watch::Sender<Pulse>,
}

impl Stream {
    pub(crate) fn new(state: Snapshot) -> Self {
        let pulse = watch::Sender::new(pulse(&state));
        Self(Arc::new(Inner {
            state: Mutex::new(state),
            events: broadcast::Sender::new(LAG),
            pulse,
        }))
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.lock().clone()
    }

    pub(crate) fn pulse(&self) -> watch::Receiver<Pulse> {
        self.0.pulse.subscribe()
    }

    /// Folds a change into the state and tells everybody.
    pub(crate) fn publish(&self, change: Change) {
        self.publish_in(&mut self.lock(), change);
    }

    /// Says that something is not what it was.
    pub(crate) fn revise(&self, revise: impl FnOnce(&mut RevisionsView)) {
        let mut state = self.lock();
        let mut revisions = state.revisions;
        revise(&mut revisions);
        self.publish_in(&mut state, Change::Revisions { revisions });
    }

    fn publish_in(&self, state: &mut Snapshot, change: Change) {
        fold(state, &change);
        state.seq += 1;
        let now = pulse(state);
        self.0
            .pulse
            .send_if_modified(|pulse| std::mem::replace(pulse, now) != now);
        // Sent under the lock, so that no subscriber sees an event twice or not at all.
        // An error only means that nobody listens.
        let _ = self.0.events.send(Event {
            seq: state.seq,
            change,
        });
    }

    pub(crate) fn subscribe(&self) -> Subscription {
        let state = self.lock();
        Subscription {
            first: Some(Box::new(state.clone())),
            events: self.0.events.subscribe(),
            stream: self.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Snapshot> {
        // The state is replaced whole field by field; a panic elsewhere leaves it readable.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One subscriber's place in the stream: a snapshot first, then each change.
#[derive(Debug)]
pub struct Subscription {
    first: Option<Box<Snapshot>>,
    events: broadcast::Receiver<Event>,
    stream: Stream,
}

impl Subscription {
    /// The next message; `None` when the app ends.
    pub async fn next(&mut self) -> Option<Message> {
        if let Some(snapshot) = self.first.take() {
            return Some(Message::Snapshot { snapshot });
        }
        match self.events.recv().await {
            Ok(event) => Some(Message::Event {
                event: Box::new(event),
            }),
            Err(broadcast::error::RecvError::Lagged(_)) => {
                let fresh = self.stream.subscribe();
                self.events = fresh.events;
                fresh.first.map(|snapshot| Message::Snapshot { snapshot })
            }
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

fn fold(state: &mut Snapshot, change: &Change) {
    match change {
        Change::Paused { paused } => state.paused = *paused,
        Change::Connections { connections } => state.connections.clone_from(connections),
        Change::Requests { requests } => state.requests.clone_from(requests),
        Change::Running { running } => state.running.clone_from(running),
        Change::Standing { standing } => state.standing.clone_from(standing),
        Change::Activity { entry } => {
            state.recent.insert(0, (**entry).clone());
            state.recent.truncate(RECENT);
        }
        Change::Notices { notices } => state.notices.clone_from(notices),
        Change::Revisions { revisions } => state.revisions = *revisions,
    }
}

fn pulse(state: &Snapshot) -> Pulse {
    Pulse {
        pending: state.requests.len(),
        running: state.running.len(),
        paused: state.paused,
        connected: state
            .connections
            .iter()
            .filter(|connection| connection.phase == crate::view::Phase::Connected)
            .count(),
        connections: state.connections.len(),
    }
}
