//! The loop that owns the device's state.
//!
//! **Invariant:** nothing else changes it. Every step of a command is one journal write, durable
//! before its effect; a write that fails means that the effect does not happen.

mod command;
mod end;
mod person;
mod restart;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use chaperone_link::{Link, LinkEvent};
use chaperone_protocol::{
    CommandId, CommandState, ConnectionId, ConnectionPhase, ConnectionState, FailureCode, Outcome,
    Timestamp, in_full,
};
use chaperone_senses::Notifier;
use chaperone_shell::Surroundings;
use chaperone_vault::{RecordEntry, Vault};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    connection::Connection,
    desk::Desk,
    device::{Parts, Settings, StepHook},
    entry::Entry,
    error::StartError,
    event::{Event, Look, Update},
    pause::is_paused,
    rate::Rates,
    request::Running,
};
pub(crate) use command::Case;
use end::Unsaved;

/// Link events that wait for the loop. A link that finds it full waits, and so does its hub.
const LINK_EVENTS: usize = 64;
/// How long the end waits for programs to die and for outcomes to reach their hub.
const END: Duration = Duration::from_secs(2);
/// How often a write that failed is tried again.
const RETRY: Duration = Duration::from_secs(2);

pub(crate) struct Engine {
    vault: Vault,
    notifier: Arc<dyn Notifier>,
    surroundings: Surroundings,
    settings: Settings,
    version: String,
    hook: Option<Arc<StepHook>>,

    links: BTreeMap<ConnectionId, Linked>,
    desk: Desk,
    running: BTreeMap<u64, Run>,
    rates: Rates,
    paused: bool,
    /// Settled commands whose outcome its hub has not.
    undelivered: HashMap<(ConnectionId, CommandId), u64>,
    /// Ends that could not be written down yet.
    unsaved: Vec<Unsaved>,
    unwritable: Option<String>,
    retry_at: Option<Instant>,

    inbox: mpsc::Receiver<Event>,
    events: mpsc::Sender<Event>,
    link_events: mpsc::Receiver<(ConnectionId, LinkEvent)>,
    updates: mpsc::Sender<Update>,
    tracker: TaskTracker,
    cancel: CancellationToken,
}

struct Linked {
    connection: Connection,
    link: Link,
}

/// A command that runs.
struct Run {
    case: Case,
    view: Running,
    stop: CancellationToken,
    stopped: Option<Stopped>,
    until: Instant,
}

/// Who stopped a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stopped {
    Person,
    Hub,
    Pause,
    Deadline,
    Shutdown,
}

impl Engine {
    pub(crate) async fn new(
        parts: Parts,
        inbox: mpsc::Receiver<Event>,
        events: mpsc::Sender<Event>,
        updates: mpsc::Sender<Update>,
        tracker: TaskTracker,
        cancel: CancellationToken,
    ) -> Result<Self, StartError> {
        let paused = is_paused(&parts.vault).await?;
        let (links_say, link_events) = mpsc::channel(LINK_EVENTS);
        let links = parts
            .connections
            .into_iter()
            .map(|config| {
                let connection = Connection {
                    id: config.link.connection.clone(),
                    name: config.name,
                    address: config.address,
                    ceiling: config.ceiling,
                    state: ConnectionState::starting(),
                };
                let link = Link::open(config.link, links_say.clone(), &tracker, &cancel);
                (connection.id.clone(), Linked { connection, link })
            })
            .collect();
        Ok(Self {
            vault: parts.vault,
            notifier: parts.notifier,
            surroundings: parts.surroundings,
            settings: parts.settings,
            version: parts.version,
            hook: parts.hook,
            links,
            desk: Desk::default(),
            running: BTreeMap::new(),
            rates: Rates::default(),
            paused,
            undelivered: HashMap::new(),
            unsaved: Vec::new(),
            unwritable: None,
            retry_at: None,
            inbox,
            events,
            link_events,
            updates,
            tracker,
            cancel,
        })
    }

    pub(crate) async fn run(mut self) {
        self.note(Entry::Started {
            version: self.version.clone(),
        })
        .await;
        self.take_up().await;
        loop {
            let wake = self.next_wake();
            tokio::select! {
                event = self.inbox.recv() => match event {
                    Some(Event::Shutdown { reply }) => {
                        self.end().await;
                        // Nobody waiting for the end is no reason not to end.
                        let _ = reply.send(());
                        return;
                    }
                    Some(event) => self.handle(event).await,
                    None => return,
                },
                Some((connection, event)) = self.link_events.recv() => {
                    self.handle(Event::Link(connection, event)).await;
                }
                () = sleep_until(wake) => self.wake().await,
                () = self.cancel.cancelled() => return,
            }
        }
    }

    async fn handle(&mut self, event: Event) {
        match event {
            Event::Link(connection, event) => self.on_link(connection, event).await,
            Event::Ended { number, ended } => self.on_ended(number, ended).await,
            Event::Answer {
                number,
                digest,
                answer,
                reply,
            } => {
                let answered = self.on_answer(number, &digest, answer).await;
                let _ = reply.send(answered);
            }
            Event::DenyAll { agent, reply } => {
                let denied = self.on_deny_all(agent).await;
                let _ = reply.send(denied);
            }
            Event::Stop { number, reply } => {
                let stopped = self.on_stop(number);
                let _ = reply.send(stopped);
            }
            Event::Pause { paused, reply } => {
                let set = self.on_pause(paused).await;
                let _ = reply.send(set);
            }
            Event::TryNow { connection } => {
                if let Some(linked) = self.links.get(&connection) {
                    linked.link.try_now();
                }
            }
            Event::Look { reply } => {
                let _ = reply.send(self.look());
            }
            Event::Explain { supposed, reply } => {
                let _ = reply.send(self.explain(*supposed).await);
            }
            // Taken by the loop itself.
            Event::Shutdown { .. } => {}
        }
    }

    async fn on_link(&mut self, connection: ConnectionId, event: LinkEvent) {
        match event {
            LinkEvent::State(state) => self.on_state(&connection, state).await,
            LinkEvent::Command(remote) => self.on_command(connection, remote).await,
            LinkEvent::Cancel(id) => self.on_cancel(&connection, &id).await,
            LinkEvent::Delivered(id) => self.on_delivered(connection, id).await,
        }
    }

    async fn on_state(&mut self, connection: &ConnectionId, state: ConnectionState) {
        let Some(linked) = self.links.get_mut(connection) else {
            return;
        };
        let was = std::mem::replace(&mut linked.connection.state, state).phase;
        let is = linked.connection.state.phase;
        let name = linked.connection.name.clone();
        self.tell(Update::Connections(self.connections())).await;
        match (
            was == ConnectionPhase::Connected,
            is == ConnectionPhase::Connected,
        ) {
            (false, true) => self.note(Entry::Connected { connection: name }).await,
            (true, false) => self.note(Entry::Disconnected { connection: name }).await,
            (false, false) | (true, true) => {}
        }
    }

    /// When the loop must look at the clock next.
    fn next_wake(&self) -> Option<Instant> {
        let run = self
            .running
            .values()
            .filter(|run| run.stopped.is_none())
            .map(|run| run.until)
            .min();
        [self.desk.next_expiry(), run, self.retry_at]
            .into_iter()
            .flatten()
            .min()
    }

    async fn wake(&mut self) {
        let now = Instant::now();
        for number in self.desk.expired(now) {
            self.expire(number).await;
        }
        for run in self.running.values_mut() {
            if run.until <= now && run.stopped.is_none() {
                run.stopped = Some(Stopped::Deadline);
                run.stop.cancel();
            }
        }
        if self.retry_at.is_some_and(|at| at <= now) {
            self.retry().await;
        }
    }

    fn look(&self) -> Look {
        Look {
            paused: self.paused,
            connections: self.connections(),
            requests: self.desk.requests(),
            running: self.views(),
        }
    }

    fn connections(&self) -> Vec<Connection> {
        self.links
            .values()
            .map(|linked| linked.connection.clone())
            .collect()
    }

    fn views(&self) -> Vec<Running> {
        self.running.values().map(|run| run.view.clone()).collect()
    }

    async fn tell(&self, update: Update) {
        // The watcher being gone means that the app ends.
        let _ = self.updates.send(update).await;
    }

    async fn tell_requests(&self) {
        self.tell(Update::Requests(self.desk.requests())).await;
    }

    async fn tell_running(&self) {
        self.tell(Update::Running(self.views())).await;
    }

    /// Writes an entry that no command step carries.
    async fn note(&mut self, entry: Entry) {
        let at = Timestamp::now();
        let written = match RecordEntry::new(entry.kind(), &entry, at) {
            Ok(row) => self.vault.append(row).await,
            Err(error) => Err(error),
        };
        match written {
            Ok(seq) => {
                self.written().await;
                self.tell(Update::Recorded {
                    seq,
                    at,
                    entry: Box::new(entry),
                })
                .await;
            }
            Err(error) => self.not_written(&error).await,
        }
    }

    /// A write worked: what was said about a full disk no longer holds.
    async fn written(&mut self) {
        if self.unwritable.take().is_some() {
            self.tell(Update::Unwritable(None)).await;
        }
    }

    async fn not_written(&mut self, error: &chaperone_vault::Error) {
        self.retry_at.get_or_insert_with(|| Instant::now() + RETRY);
        let cause = in_full(error);
        tracing::error!(%cause, "the journal or record cannot be written");
        if self.unwritable.as_ref() != Some(&cause) {
            self.unwritable = Some(cause.clone());
            self.tell(Update::Unwritable(Some(cause))).await;
        }
    }

    fn send_result(&self, connection: &ConnectionId, id: &CommandId, outcome: Outcome) {
        if let Some(linked) = self.links.get(connection) {
            linked.link.send_result(id.clone(), outcome);
        }
    }

    fn send_progress(&self, case: &Case, state: CommandState) {
        if let Some(linked) = self.links.get(&case.connection) {
            linked.link.send_progress(case.id.clone(), state);
        }
    }

    fn stepped(&self, state: CommandState) {
        if let Some(hook) = &self.hook {
            hook(state);
        }
    }

    /// Nothing waits, nothing runs, what can be delivered is; then the record says so.
    async fn end(&mut self) {
        for number in self.desk.of(None) {
            self.withdraw(
                number,
                FailureCode::Cancelled,
                "Chaperone was closed before anybody answered",
            )
            .await;
        }
        for run in self.running.values_mut() {
            run.stopped.get_or_insert(Stopped::Shutdown);
            run.stop.cancel();
        }
        let deadline = Instant::now() + END;
        while !self.running.is_empty() || !self.undelivered.is_empty() {
            tokio::select! {
                Some(event) = self.inbox.recv() => {
                    if let Event::Ended { number, ended } = event {
                        self.on_ended(number, ended).await;
                    }
                }
                Some((connection, event)) = self.link_events.recv() => match event {
                    LinkEvent::Delivered(id) => self.on_delivered(connection, id).await,
                    // Not taken any more: the hub asks again when the device is back.
                    LinkEvent::Command(_) | LinkEvent::Cancel(_) | LinkEvent::State(_) => {}
                },
                () = tokio::time::sleep_until(deadline) => break,
            }
        }
        self.note(Entry::Stopped).await;
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
