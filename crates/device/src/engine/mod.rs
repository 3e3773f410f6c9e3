//! The loop that owns the device's state.
//!
//! **Invariant:** nothing else changes it. Every step of a command is one journal write, durable
//! before its effect; a write that fails means that the effect does not happen.

mod arrival;
mod change;
mod command;
mod delivery;
mod end;
mod judge;
mod person;
mod planning;
mod recordings;
mod restart;
mod start;
mod switching;
mod trial;
mod trials;
mod trim;
mod upkeep;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use chaperone_gate::{Permissions, RefusedRule, RuleBook};
use chaperone_link::{Link, LinkEvent};
use chaperone_protocol::{
    CommandId, CommandState, ConnectionId, ConnectionPhase, ConnectionState, FailureCode, Outcome,
    Timestamp, in_full,
};
use chaperone_vault::{Ending, Vault};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    connection::Connection,
    desk::Desk,
    device::{Parts, StepHook},
    entry::Entry,
    error::StartError,
    event::{Event, Look, Update},
    owners::Owners,
    pause::is_paused,
    rate::{Hearing, Rates},
    request::Running,
    run::{Bench, Ended},
    settings::Settings,
};
pub(crate) use command::Case;
use delivery::Deliveries;
use end::Unsaved;
use judge::{Agents, Exactness};
use planning::Lookout;
use recordings::Recordings;
use trials::Trials;

/// Link events that wait for the loop. A link that finds it full waits, and so does its hub.
const LINK_EVENTS: usize = 64;
/// How long the end waits for programs to die and for outcomes to reach their hub.
const END: Duration = Duration::from_secs(2);
/// How often a write that failed is tried again.
const RETRY: Duration = Duration::from_secs(2);

pub(crate) struct Engine {
    vault: Vault,
    bench: Bench,
    lookout: Lookout,
    settings: Arc<Settings>,
    permissions: Permissions,
    rules: RuleBook,
    refused_rules: Vec<RefusedRule>,
    agents: Agents,
    version: String,
    hook: Option<Arc<StepHook>>,

    links: BTreeMap<ConnectionId, Linked>,
    /// Commands of which it is being found out what they come to.
    planning: BTreeMap<u64, Case>,
    desk: Desk,
    running: BTreeMap<u64, Run>,
    /// Commands whose journal says that the person looks at what was captured.
    reviewing: BTreeSet<u64>,
    recordings: Recordings,
    trials: Trials,
    rates: Rates,
    hearing: Hearing,
    exactness: Exactness,
    paused: bool,
    /// Settled commands whose outcome its hub has not.
    undelivered: HashMap<(ConnectionId, CommandId), u64>,
    deliveries: Deliveries,
    /// Ends that could not be written down yet.
    unsaved: Vec<Unsaved>,
    /// Outcomes that their hub has, which could not be written down yet.
    unmarked: BTreeSet<(ConnectionId, CommandId)>,
    /// A screen lock that could not be written down yet.
    lock_pending: bool,
    /// When those who watch hear next what hubs told about themselves.
    told_at: Option<Instant>,
    unwritable: Option<String>,
    retry_at: Option<Instant>,

    inbox: mpsc::Receiver<Event>,
    events: mpsc::Sender<Event>,
    link_events: mpsc::Receiver<(ConnectionId, LinkEvent)>,
    links_say: mpsc::Sender<(ConnectionId, LinkEvent)>,
    updates: mpsc::Sender<Update>,
    tracker: TaskTracker,
    cancel: CancellationToken,
}

struct Linked {
    connection: Connection,
    /// None while the person wants it paused.
    link: Option<Link>,
    /// The longest message its hub takes.
    largest: usize,
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
        let settings = change::settings(&parts.vault).await?;
        let (rules, refused_rules) = restart::rules(&parts.vault).await?;
        let agents = Agents::new(parts.vault.agents().await?);
        let (links_say, link_events) = mpsc::channel(LINK_EVENTS);
        let bench = Bench {
            senses: parts.senses,
            indicator: parts.indicator,
            owners: Owners::default(),
            vault: parts.vault.clone(),
            recordings: parts.recordings,
            events: events.clone(),
            cancel: cancel.clone(),
        };
        let mut engine = Self {
            vault: parts.vault,
            bench,
            lookout: Lookout::new(parts.surroundings),
            settings: Arc::new(settings),
            permissions: judge::permissions(),
            rules,
            refused_rules,
            agents,
            version: parts.version,
            hook: parts.hook,
            links: BTreeMap::new(),
            planning: BTreeMap::new(),
            desk: Desk::default(),
            running: BTreeMap::new(),
            reviewing: BTreeSet::new(),
            recordings: Recordings::default(),
            trials: Trials::new(parts.trials_kept),
            rates: Rates::default(),
            hearing: Hearing::default(),
            exactness: Exactness::default(),
            paused,
            undelivered: HashMap::new(),
            deliveries: Deliveries::default(),
            unsaved: Vec::new(),
            unmarked: BTreeSet::new(),
            lock_pending: false,
            told_at: None,
            unwritable: None,
            retry_at: None,
            inbox,
            events,
            link_events,
            links_say,
            updates,
            tracker,
            cancel,
        };
        for connection in parts.connections {
            engine.connect(connection);
        }
        Ok(engine)
    }

    pub(crate) async fn run(mut self) {
        self.note(Entry::Started {
            version: self.version.clone(),
        })
        .await;
        self.take_up().await;
        self.look_after().await;
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
            Event::Prepared(drafted) => self.on_prepared(*drafted).await,
            Event::Planned(planned) => self.on_looked_around(*planned).await,
            Event::Ended { number, ended } => self.on_ended(number, ended).await,
            Event::RecordingEnded(ended) => self.on_recording_ended(*ended).await,
            Event::Loaded {
                connection,
                id,
                outcome,
            } => self.on_loaded(&connection, &id, *outcome),
            Event::Undelivered(entry) => self.answer_again(*entry),
            Event::Change { change, reply } => {
                let changed = self.on_change(change).await;
                let _ = reply.send(changed);
            }
            Event::ScreenLocked => self.on_screen_locked().await,
            Event::Answer {
                number,
                digest,
                answer,
                reply,
            } => {
                let answered = self.on_answer(number, &digest, answer).await;
                let _ = reply.send(answered);
            }
            Event::Trim {
                artifact,
                part,
                reply,
            } => self.on_trim(artifact, part, reply),
            Event::Trimmed(shortened) => self.on_trimmed(*shortened).await,
            Event::Try { trial, reply } => self.on_try(*trial, reply).await,
            Event::Tried(ended) => self.on_tried(*ended).await,
            Event::StopTrial { kind, reply } => {
                let stopped = self.on_stop_trial(kind);
                let _ = reply.send(stopped);
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
                if let Some(link) = self.link(&connection) {
                    link.try_now();
                }
            }
            Event::Switch {
                connection,
                name,
                on,
                reply,
            } => {
                let switched = self.on_switch(&connection, &name, on).await;
                let _ = reply.send(switched);
            }
            Event::Look { reply } => {
                let _ = reply.send(self.look());
            }
            Event::Explain { supposed, reply } => self.on_explain(supposed, reply).await,
            Event::Explained {
                supposed,
                prepared,
                reply,
            } => self.on_explained(supposed, prepared, reply).await,
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
            LinkEvent::News(news) => self.on_news(&connection, news),
        }
    }

    async fn on_state(&mut self, connection: &ConnectionId, state: ConnectionState) {
        let Some(linked) = self.links.get_mut(connection) else {
            return;
        };
        if state.phase == ConnectionPhase::Stopped && linked.link.is_some() {
            // The last word of a link that another has taken the place of.
            return;
        }
        let was = linked.connection.hear(state, Timestamp::now()).phase;
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
        [
            self.desk.next_expiry(),
            run,
            self.recordings.next_due(),
            self.trials.next_due(),
            self.hearing.next_over(),
            self.next_told(),
            self.retry_at,
        ]
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
        for case in self.recordings.take_due(now) {
            let message = "the recording takes longer to end than anybody waits: ask for it again";
            self.fail(case, FailureCode::TimedOut, message).await;
        }
        self.look_after_trials(now).await;
        self.look_after_told(now).await;
        for (connection, refused) in self.hearing.over(now) {
            self.note_flood(&connection, refused).await;
        }
        if self.retry_at.is_some_and(|at| at <= now) {
            self.retry().await;
        }
    }

    pub(crate) fn look(&self) -> Look {
        Look {
            paused: self.paused,
            connections: self.connections(),
            requests: self.desk.requests(),
            running: self.views(),
            settings: (*self.settings).clone(),
            rules: self.rules.rules().to_vec(),
            refused_rules: self.refused_rules.clone(),
            agents: self.agents.all(),
        }
    }

    fn link(&self, connection: &ConnectionId) -> Option<&Link> {
        self.links.get(connection)?.link.as_ref()
    }

    /// What people know a connection by.
    fn name_of(&self, connection: &ConnectionId) -> String {
        self.links.get(connection).map_or_else(
            || connection.to_string(),
            |linked| linked.connection.name.clone(),
        )
    }

    fn connections(&self) -> Vec<Connection> {
        self.links
            .values()
            .map(|linked| linked.connection.clone())
            .collect()
    }

    fn views(&self) -> Vec<Running> {
        self.running
            .values()
            .map(|run| &run.view)
            .chain(self.recordings.going())
            .cloned()
            .collect()
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
        // Whoever watches was told that it failed, and nothing here depends on it.
        let _ = self.try_note(entry).await;
    }

    /// The same, for whoever must not go on without it.
    async fn try_note(&mut self, entry: Entry) -> Result<(), chaperone_vault::Error> {
        let at = Timestamp::now();
        let written = match entry.row(at) {
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
                Ok(())
            }
            Err(error) => {
                self.not_written(&error).await;
                Err(error)
            }
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
        if let Some(link) = self.link(connection) {
            link.send_result(id.clone(), outcome);
        }
    }

    fn send_progress(&self, case: &Case, state: CommandState) {
        if let Some(link) = self.link(&case.connection) {
            link.send_progress(case.id.clone(), state);
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
        self.recordings.stop(None);
        self.trials.stop(Stopped::Shutdown);
        let closed = FailureCode::Cancelled;
        for case in self.recordings.take_all_wanted(None) {
            let outcome = Outcome::failure(closed, "Chaperone was closed", Timestamp::now());
            self.settle(case, Ending::Cancelled, outcome).await;
        }
        for (connection, refused) in self.hearing.last_words() {
            self.note_flood(&connection, refused).await;
        }
        let deadline = Instant::now() + END;
        while !self.running.is_empty()
            || self.recordings.is_any_going()
            || self.trials.is_any_going()
            || self.is_anything_on_its_way()
        {
            tokio::select! {
                Some(event) = self.inbox.recv() => match event {
                    // What was captured just now is not asked about any more.
                    Event::Ended { number, ended: Ended::Captured(captured) } => {
                        self.erase(captured.artifact.as_str()).await;
                        self.on_ended(number, Ended::Stopped(None)).await;
                    }
                    Event::Ended { number, ended } => self.on_ended(number, ended).await,
                    Event::RecordingEnded(ended) => self.on_recording_ended(*ended).await,
                    Event::Tried(ended) => self.on_tried(*ended).await,
                    Event::Loaded {
                        connection,
                        id,
                        outcome,
                    } => self.on_loaded(&connection, &id, *outcome),
                    // Nothing else is taken any more; whoever waits hears that it is stopping.
                    _ => {}
                },
                Some((connection, event)) = self.link_events.recv() => match event {
                    LinkEvent::Delivered(id) => self.on_delivered(connection, id).await,
                    // Not taken any more: the hub asks again when the device is back.
                    LinkEvent::Command(_) | LinkEvent::Cancel(_) | LinkEvent::News(_) => {}
                    LinkEvent::State(state) => {
                        if let Some(linked) = self.links.get_mut(&connection) {
                            linked.connection.state = state;
                        }
                    }
                },
                () = tokio::time::sleep_until(deadline) => break,
            }
        }
        self.forget_trials().await;
        self.note(Entry::Stopped).await;
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
