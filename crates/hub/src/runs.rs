//! Agent runs: an agent reads what a device has for it, part by part, until the device says that
//! it is done.
//!
//! A run is due until the account's device on a wire that has runs is there; then it begins. It
//! ends once: with what the device says, or when the connection does over which it began. Whether
//! an agent may run is decided before, and again by the device.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::StatusCode;
use chaperone_dialects::{Asked, Downstream, RemoteCommand};
use chaperone_protocol::{
    Action, AgentId, CommandId, DeviceId, Map, Outcome, RunAgent, Timestamp, Value,
};
use tokio::sync::mpsc;

use crate::{
    Error,
    app::App,
    rest::Refusal,
    secrets,
    store::{AccountId, NewRun, RunRow},
};

/// How many parts may wait for one follower. Whoever does not keep up is told no more: the stream
/// ends without an end of the run.
const FOLLOWED: usize = 64;
/// What stands before a run's id where it is the id of a command.
const PREFIX: &str = "run:";

/// A run's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(transparent)]
pub(crate) struct RunId(String);

/// What a follower of a run hears.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum News {
    /// The device brought something.
    Part(Arc<Map<String, Value>>),
    /// The run is over, with these errors.
    Ended(Vec<String>),
}

/// The runs that are under way, and who follows them.
#[derive(Default)]
pub(crate) struct Running {
    tables: Mutex<Tables>,
}

#[derive(Default)]
struct Tables {
    /// Where each run goes on.
    under_way: HashMap<RunId, (DeviceId, u64)>,
    followers: HashMap<RunId, mpsc::Sender<News>>,
}

impl RunId {
    /// The run that a command of that id is, if it is one.
    pub(crate) fn of(id: &CommandId) -> Option<Self> {
        let id = id.as_str().strip_prefix(PREFIX)?;
        Some(Self(id.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Has an agent run through the account's device: now if it is there, else when it comes. Refused
/// while an earlier run of the agent is open.
pub(crate) async fn trigger(
    app: &App,
    account: &AccountId,
    agent: AgentId,
    parameters: Map<String, Value>,
) -> Result<RunId, Refusal> {
    begin(app, account, agent, parameters, None).await
}

/// The same, and tells what the run brings from its beginning.
pub(crate) async fn trigger_and_follow(
    app: &App,
    account: &AccountId,
    agent: AgentId,
    parameters: Map<String, Value>,
) -> Result<(RunId, mpsc::Receiver<News>), Refusal> {
    let (sender, news) = mpsc::channel(FOLLOWED);
    let id = begin(app, account, agent, parameters, Some(sender)).await?;
    Ok((id, news))
}

async fn begin(
    app: &App,
    account: &AccountId,
    agent: AgentId,
    parameters: Map<String, Value>,
    follower: Option<mpsc::Sender<News>>,
) -> Result<RunId, Refusal> {
    let action = Action::RunAgent(RunAgent {
        program: Some(agent.clone()),
        details: parameters.clone(),
    });
    action
        .validate()
        .map_err(|problem| Refusal::unprocessable(problem.to_string()))?;
    let id = RunId(secrets::fresh_id()?);
    let open = app
        .store
        .add_run(NewRun {
            id: id.0.clone(),
            account: account.clone(),
            agent: agent.clone(),
            parameters,
            due_at: Timestamp::now(),
        })
        .await?;
    if let Some(open) = open {
        let detail = format!("agent {agent} runs already, as {open}");
        return Err(Refusal::new(StatusCode::CONFLICT, "conflict", detail));
    }
    if let Some(follower) = follower {
        let mut tables = app.running.tables();
        tables.followers.retain(|_, sender| !sender.is_closed());
        tables.followers.insert(id.clone(), follower);
    }
    if let Some((device, line)) = app.switchboard.sole(account) {
        begin_due(app, account, &device, line).await?;
    }
    Ok(id)
}

/// An account's runs, newest first.
pub(crate) async fn list(app: &App, account: &AccountId, limit: u32) -> Result<Vec<RunRow>, Error> {
    app.store.runs(account.clone(), limit).await
}

/// Sends whatever is due over a device's line.
pub(crate) async fn begin_due(
    app: &App,
    account: &AccountId,
    device: &DeviceId,
    line: u64,
) -> Result<(), Error> {
    let now = Timestamp::now();
    for run in app.store.due_runs(account.clone(), now).await? {
        let id = RunId(run.id);
        let Ok(command) = CommandId::new(format!("{PREFIX}{}", id.0)) else {
            continue;
        };
        let begun = app.store.begin_run(id.0.clone(), device.clone(), now);
        if !begun.await? {
            continue;
        }
        let place = (device.clone(), line);
        app.running.tables().under_way.insert(id.clone(), place);
        let run = Downstream::Command(RemoteCommand {
            id: command,
            agent: None,
            deadline_at: None,
            asked: Asked::Ability(Action::RunAgent(RunAgent {
                program: Some(run.agent),
                details: run.parameters,
            })),
        });
        if app.switchboard.tell_over(device, line, run).is_err() {
            // It has gone, or does not read: the run waits for the next connection.
            app.running.tables().under_way.remove(&id);
            app.store.put_run_off(id.0).await?;
            break;
        }
    }
    Ok(())
}

/// Takes in what a run brought. What belongs to no run of that device is passed over.
pub(crate) async fn part(
    app: &App,
    device: &DeviceId,
    id: &RunId,
    data: Map<String, Value>,
) -> Result<(), Error> {
    if !app.running.is_of(id, device) {
        tracing::debug!(run = id.as_str(), "a part of no run that is under way");
        return Ok(());
    }
    let items = counted(&data);
    app.running.tell(id, || News::Part(Arc::new(data)));
    app.store.run_brought(id.0.clone(), items).await
}

/// Takes down how a run ended.
pub(crate) async fn ended(
    app: &App,
    device: &DeviceId,
    id: &RunId,
    outcome: &Outcome,
) -> Result<(), Error> {
    if !app.running.is_of(id, device) {
        tracing::debug!(run = id.as_str(), "the end of no run that is under way");
        return Ok(());
    }
    let errors = match outcome {
        Outcome::Success { .. } => Vec::new(),
        Outcome::Failure { message, .. } => vec![message.clone()],
    };
    end(app, id, errors).await
}

/// Ends the runs that began over a line which is no more.
pub(crate) async fn disconnected(app: &App, line: u64) -> Result<(), Error> {
    for id in app.running.over(line) {
        end(app, &id, vec!["device disconnected".to_owned()]).await?;
    }
    Ok(())
}

/// Written down first, told afterwards.
async fn end(app: &App, id: &RunId, errors: Vec<String>) -> Result<(), Error> {
    app.running.tables().under_way.remove(id);
    let now = Timestamp::now();
    app.store.end_run(id.0.clone(), errors.clone(), now).await?;
    app.running.tell(id, || News::Ended(errors));
    app.running.tables().followers.remove(id);
    Ok(())
}

/// How many things a part holds: its lists all mean the same, whatever they are called.
fn counted(data: &Map<String, Value>) -> u32 {
    let lists = ["files", "batch", "items", "data"];
    let lists = lists
        .iter()
        .filter_map(|name| data.get(*name)?.as_array().map(Vec::len));
    let items = lists.reduce(usize::saturating_add);
    u32::try_from(items.unwrap_or(1)).unwrap_or(u32::MAX)
}

impl Running {
    fn is_of(&self, id: &RunId, device: &DeviceId) -> bool {
        let tables = self.tables();
        let place = tables.under_way.get(id);
        place.is_some_and(|(whose, _)| whose == device)
    }

    fn over(&self, line: u64) -> Vec<RunId> {
        let tables = self.tables();
        let over = tables.under_way.iter().filter(|(_, (_, at))| *at == line);
        over.map(|(id, _)| id.clone()).collect()
    }

    fn tell(&self, id: &RunId, news: impl FnOnce() -> News) {
        let mut tables = self.tables();
        if let Some(follower) = tables.followers.get(id)
            && follower.try_send(news()).is_err()
        {
            tables.followers.remove(id);
        }
    }

    /// Tables are whole between any two operations, so a poisoned lock is as good as any.
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
