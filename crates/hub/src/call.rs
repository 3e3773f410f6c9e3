//! One command's way: into the books, out to the device, and back with its outcome.
//!
//! Whether it may go at all was decided before. A command has a task of its own, and whoever waits
//! for it looks on: several may, or nobody. Whatever ends the waiting, the books say so and the
//! device is told.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chaperone_dialects::{Asked, Downstream, RemoteCommand, command_name};
use chaperone_protocol::{Action, Agent, CommandId, DeviceId, FailureCode, Outcome, Timestamp};
use tokio::sync::watch;

use crate::{
    Error,
    app::App,
    secrets,
    store::{AccountId, Added, GivenUp, Key, NewCommand, Start, Survives},
    switchboard::Unsent,
};

/// The device settles a command at its deadline and says why; its word gets this long to arrive
/// before the hub settles for its own.
const GRACE: Duration = Duration::from_millis(500);

/// How long until the books are tried again that could not be written.
const TRIED_AGAIN: Duration = Duration::from_secs(2);

/// Something to be asked of a device, by somebody who may.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) account: AccountId,
    pub(crate) device: DeviceId,
    pub(crate) asker: Agent,
    pub(crate) by_agent: bool,
    pub(crate) from_device: Option<DeviceId>,
    pub(crate) action: Action,
    pub(crate) wait: Duration,
    pub(crate) key: Option<Key>,
    pub(crate) batch: Option<String>,
    /// Whether it goes on when nobody waits for it any more.
    pub(crate) kept: bool,
}

/// How an ask ended.
#[derive(Debug, Clone)]
pub(crate) enum Ending {
    /// The device settled it, or the hub for it.
    Over(Outcome),
    /// The same was asked before, as this command.
    Known(CommandId),
    /// The key stands for something else.
    Mismatched,
    /// It is in the books no better than before: they cannot be written.
    Broken(Trouble),
}

/// Why the books cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    Stopping,
    FullDisk,
    Other,
}

impl From<&Error> for Trouble {
    fn from(error: &Error) -> Self {
        match error {
            Error::Stopped => Self::Stopping,
            error if error.is_full_disk() => Self::FullDisk,
            _ => Self::Other,
        }
    }
}

impl Ending {
    /// What it counts as.
    fn word(&self) -> &'static str {
        match self {
            Self::Over(Outcome::Success { .. }) => "done",
            Self::Over(Outcome::Failure { code, .. }) => code.as_str(),
            Self::Known(_) => "known",
            Self::Mismatched => "mismatched",
            Self::Broken(_) => "internal",
        }
    }
}

/// How far an ask has come.
#[derive(Debug, Clone)]
enum Stage {
    /// It is being taken down.
    Begun,
    /// It is in the books and on its way to the device.
    Underway,
    Over(Ending),
}

/// The commands that are underway.
#[derive(Default)]
pub(crate) struct Calls {
    table: Mutex<HashMap<CommandId, Call>>,
}

struct Call {
    stage: watch::Receiver<Stage>,
    take_back: watch::Sender<Option<&'static str>>,
    waiters: usize,
    kept: bool,
}

/// Too many commands wait for the device already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crowded;

/// Somebody who waits. When the last one goes, a command that is not kept is taken back.
pub(crate) struct Waiter {
    app: Arc<App>,
    id: CommandId,
    stage: watch::Receiver<Stage>,
}

/// The text for a device that is not there.
pub(crate) fn offline(device: &DeviceId) -> String {
    format!(
        "Device {device} is not currently connected. \
         Please ensure the app is running there and connected via WebSocket."
    )
}

/// Asks a device. The answer comes to the waiter.
pub(crate) fn begin(app: &Arc<App>, id: &CommandId, ask: Ask) -> Result<Waiter, Crowded> {
    let created_at = Timestamp::now();
    let deadline_at = created_at.checked_add(ask.wait).unwrap_or(Timestamp::MAX);
    let (wait, kept) = (ask.wait, ask.kept);
    // What may be asked for again later must be there then. Of another the disk hears with its
    // outcome, before that is given: a loss of power in between takes whoever waits with it.
    let survives = if kept {
        Survives::PowerCut
    } else {
        Survives::Crash
    };
    let kind = command_name(&ask.action);
    let new = new_command(id.clone(), ask, Start::Waiting, created_at, deadline_at);
    let remote = remote(&new);
    start(
        app,
        kind,
        remote,
        new.device.clone(),
        Source::New {
            command: Box::new(new),
            survives,
        },
        wait,
        kept,
    )
}

/// Sends out a command that was kept for a device. Nobody waits for it.
pub(crate) fn release(
    app: &Arc<App>,
    id: CommandId,
    device: DeviceId,
    asker: Agent,
    action: Action,
    deadline_at: Timestamp,
) -> Result<Waiter, Crowded> {
    let kind = command_name(&action);
    let remote = RemoteCommand {
        id,
        agent: Some(asker),
        deadline_at: Some(deadline_at),
        asked: Asked::Ability(action),
    };
    let left = deadline_at.duration_since(Timestamp::now());
    let wait = Duration::try_from(left).unwrap_or_default();
    start(app, kind, remote, device, Source::Queue, wait, true)
}

/// Keeps a command until its device connects.
pub(crate) async fn keep(app: &App, ask: Ask) -> Result<(CommandId, Added), Error> {
    let created_at = Timestamp::now();
    let id = fresh_id()?;
    let deadline_at = created_at.checked_add(ask.wait).unwrap_or(Timestamp::MAX);
    let new = new_command(id.clone(), ask, Start::Queued, created_at, deadline_at);
    let added = app.store.add_command(new, Survives::PowerCut).await?;
    Ok((id, added))
}

/// Looks on at a command that is underway.
pub(crate) fn join(app: &Arc<App>, id: &CommandId) -> Option<Waiter> {
    let mut table = app.calls.table();
    let call = table.get_mut(id)?;
    call.waiters += 1;
    Some(Waiter {
        app: Arc::clone(app),
        id: id.clone(),
        stage: call.stage.clone(),
    })
}

/// Whether a command is underway.
pub(crate) fn is_underway(app: &App, id: &CommandId) -> bool {
    app.calls.table().contains_key(id)
}

/// Takes a command back that is underway; no if none of that id is.
pub(crate) fn take_back(app: &App, id: &CommandId, reason: &'static str) -> bool {
    let table = app.calls.table();
    let Some(call) = table.get(id) else {
        return false;
    };
    call.take_back.send_replace(Some(reason));
    true
}

/// Settles a command without the device: forgets the call, writes the reason down, takes the
/// command back. An outcome that came just before stands and is returned.
pub(crate) async fn give_up(
    app: &App,
    device: &DeviceId,
    id: &CommandId,
    reason: GivenUp,
) -> Result<Option<Outcome>, Error> {
    app.switchboard.forget(id);
    let outcome = app
        .store
        .give_up(id.clone(), reason, Timestamp::now())
        .await?;
    if outcome.is_none() {
        let cancel = Downstream::Cancel { id: id.clone() };
        // A device that is away is told when it comes back.
        let _ = app.switchboard.tell(device, cancel);
    }
    Ok(outcome)
}

impl Calls {
    /// How many there are.
    pub(crate) fn underway(&self) -> usize {
        self.table().len()
    }

    /// Every critical section is one table operation, so a poisoned lock is as good as any.
    fn table(&self) -> MutexGuard<'_, HashMap<CommandId, Call>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiter {
    /// Waits until the command is in the books; its ending, if that comes at once.
    pub(crate) async fn underway(&mut self) -> Result<Option<Ending>, Error> {
        let stage = self
            .stage
            .wait_for(|stage| !matches!(stage, Stage::Begun))
            .await
            .map_err(|_| Error::Stopped)?;
        Ok(match &*stage {
            Stage::Over(ending) => Some(ending.clone()),
            Stage::Begun | Stage::Underway => None,
        })
    }

    /// Waits until the command is over.
    pub(crate) async fn ended(&mut self) -> Result<Ending, Error> {
        let stage = self
            .stage
            .wait_for(|stage| matches!(stage, Stage::Over(_)))
            .await
            .map_err(|_| Error::Stopped)?;
        match &*stage {
            Stage::Over(ending) => Ok(ending.clone()),
            Stage::Begun | Stage::Underway => Err(Error::Stopped),
        }
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let mut table = self.app.calls.table();
        let Some(call) = table.get_mut(&self.id) else {
            return;
        };
        call.waiters = call.waiters.saturating_sub(1);
        if call.waiters == 0 && !call.kept {
            let reason = "whoever asked went away before the answer";
            // Whoever took it back before they went has said why.
            call.take_back.send_if_modified(|recalled| {
                let first = recalled.is_none();
                recalled.get_or_insert(reason);
                first
            });
        }
    }
}

/// Where a command comes from.
enum Source {
    New {
        command: Box<NewCommand>,
        survives: Survives,
    },
    /// It is in the books already, kept for its device.
    Queue,
}

fn start(
    app: &Arc<App>,
    kind: &'static str,
    remote: RemoteCommand,
    device: DeviceId,
    from: Source,
    wait: Duration,
    kept: bool,
) -> Result<Waiter, Crowded> {
    let id = remote.id.clone();
    let (sender, stage) = watch::channel(Stage::Begun);
    let (take_back, recalled) = watch::channel(None);
    let mut table = app.calls.table();
    if table.contains_key(&id) {
        // Taken from the queue twice: the first goes on.
        return Err(Crowded);
    }
    let watch = app.meter.watch(kind);
    let answered = app.switchboard.expect(&device, remote);
    let answered = answered.map_err(|_| Crowded)?;
    let call = Call {
        stage: stage.clone(),
        take_back,
        waiters: 1,
        kept,
    };
    table.insert(id.clone(), call);
    drop(table);
    let carried = Carried {
        app: Arc::clone(app),
        id: id.clone(),
        device,
        wait,
        stage: sender,
    };
    app.tasks.spawn(async move {
        let ending = carried.carry(from, answered, recalled).await;
        let ending = ending.unwrap_or_else(|error| {
            let id = &carried.id;
            tracing::error!(%id, error = &error as &dyn std::error::Error, "a command could not be taken down");
            carried.app.switchboard.forget(id);
            Ending::Broken(Trouble::from(&error))
        });
        carried.app.calls.table().remove(&carried.id);
        watch.ended(ending.word());
        // Nobody may wait any more.
        carried.stage.send_replace(Stage::Over(ending));
    });
    Ok(Waiter {
        app: Arc::clone(app),
        id,
        stage,
    })
}

/// A command that is underway, as its own task sees it.
struct Carried {
    app: Arc<App>,
    id: CommandId,
    device: DeviceId,
    wait: Duration,
    stage: watch::Sender<Stage>,
}

impl Carried {
    async fn carry(
        &self,
        from: Source,
        answered: tokio::sync::oneshot::Receiver<Outcome>,
        mut recalled: watch::Receiver<Option<&'static str>>,
    ) -> Result<Ending, Error> {
        let (app, id) = (&self.app, &self.id);
        let forgotten = |ending| {
            app.switchboard.forget(id);
            Ok(ending)
        };
        match from {
            Source::New { command, survives } => {
                match app.store.add_command(*command, survives).await? {
                    Added::New => {}
                    Added::Known(known) => return forgotten(Ending::Known(known)),
                    Added::Mismatched => return forgotten(Ending::Mismatched),
                    // Only a queue can be full.
                    Added::Full => return forgotten(Ending::Broken(Trouble::Other)),
                }
            }
            Source::Queue => {
                if !app.store.take_from_queue(id.clone()).await? {
                    return forgotten(Ending::Known(id.clone()));
                }
            }
        }
        if let Err(unsent) = app.switchboard.call(id) {
            return self.give_up(unsent_reason(unsent, &self.device)).await;
        }
        self.stage.send_replace(Stage::Underway);
        let gone = async {
            // The table holds the sender for as long as this runs.
            let reason = recalled.wait_for(Option::is_some).await;
            reason.ok().and_then(|reason| *reason).unwrap_or_default()
        };
        let (code, message) = tokio::select! {
            outcome = answered => match outcome {
                Ok(outcome) => return Ok(Ending::Over(outcome)),
                // The call is forgotten only here or when the frame could not be written, and
                // then the reason is in the books.
                Err(_) => (FailureCode::Unavailable, "the command could not be sent, or the device disconnected".to_owned()),
            },
            () = tokio::time::sleep(self.wait + GRACE) => {
                (FailureCode::Expired, format!("no answer within {} s", self.wait.as_secs()))
            }
            reason = gone => (FailureCode::Cancelled, reason.to_owned()),
            () = app.stopping.cancelled() => {
                (FailureCode::Interrupted, "the hub is stopping".to_owned())
            }
        };
        self.give_up(GivenUp { code, message }).await
    }

    async fn give_up(&self, mut reason: GivenUp) -> Result<Ending, Error> {
        if let Some(state) = self.app.switchboard.forget(&self.id)
            && reason.code == FailureCode::Expired
        {
            reason.message = format!(
                "{}; the device last said that the command was {state}",
                reason.message
            );
        }
        let given_up = give_up(&self.app, &self.device, &self.id, reason.clone()).await;
        if given_up.is_err() {
            self.give_up_later(reason.clone());
        }
        let outcome = given_up?;
        Ok(Ending::Over(outcome.unwrap_or_else(|| {
            Outcome::failure(reason.code, reason.message, Timestamp::now())
        })))
    }

    /// Once the books can be written again, they say so: a command that nobody waits for any more
    /// must not stay open in them.
    fn give_up_later(&self, reason: GivenUp) {
        let (app, id, device) = (Arc::clone(&self.app), self.id.clone(), self.device.clone());
        let again = async move {
            loop {
                tokio::time::sleep(TRIED_AGAIN).await;
                match give_up(&app, &device, &id, reason.clone()).await {
                    Ok(_) | Err(Error::Stopped) => return,
                    Err(error) => tracing::debug!(%id, %error, "a command still stays open"),
                }
            }
        };
        let stopping = self.app.stopping.clone();
        self.app.tasks.spawn(async move {
            // What is open when the hub stops is given up when it starts again.
            let _ = stopping.run_until_cancelled(again).await;
        });
    }
}

fn new_command(
    id: CommandId,
    ask: Ask,
    start: Start,
    created_at: Timestamp,
    deadline_at: Timestamp,
) -> NewCommand {
    NewCommand {
        id,
        account: ask.account,
        device: ask.device,
        asker: ask.asker,
        by_agent: ask.by_agent,
        action: ask.action,
        from_device: ask.from_device,
        key: ask.key,
        batch: ask.batch,
        start,
        created_at,
        deadline_at,
    }
}

fn remote(command: &NewCommand) -> RemoteCommand {
    RemoteCommand {
        id: command.id.clone(),
        agent: Some(command.asker.clone()),
        deadline_at: Some(command.deadline_at),
        asked: Asked::Ability(command.action.clone()),
    }
}

/// What a command is to go by.
pub(crate) fn fresh_id() -> Result<CommandId, Error> {
    let id = secrets::fresh_id_in_order(Timestamp::now())?;
    CommandId::new(id).map_err(|_| Error::Damaged {
        what: "id",
        row: "a new command".to_owned(),
    })
}

fn unsent_reason(unsent: Unsent, device: &DeviceId) -> GivenUp {
    let message = match unsent {
        Unsent::Offline => offline(device),
        Unsent::Stuck => format!("Device {device} does not read what it is sent"),
    };
    GivenUp {
        code: FailureCode::Unavailable,
        message,
    }
}
