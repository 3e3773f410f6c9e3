//! Commands as their askers look at them afterwards, and take them back.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    routing::get,
};
use chaperone_dialects::command_name;
use chaperone_protocol::{AgentId, CommandId, DeviceId, FailureCode, Timestamp, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Refusal, ask::answer, caller::Caller};
use crate::{
    app::App,
    call,
    store::{self, CommandRow, GivenUp},
};

const DEFAULT_COMMANDS: u32 = 100;
const MAX_COMMANDS: u32 = 1_000;

#[derive(Deserialize)]
struct Filter {
    batch: Option<String>,
    limit: Option<u32>,
}

/// A command as its asker sees it.
#[derive(Serialize, JsonSchema)]
pub(super) struct CommandView {
    #[schemars(with = "String")]
    id: CommandId,
    #[schemars(with = "String")]
    command_id: CommandId,
    #[schemars(with = "String")]
    device_node_id: DeviceId,
    action_type: &'static str,
    #[schemars(with = "Option<String>")]
    agent_id: Option<AgentId>,
    #[schemars(with = "Option<String>")]
    from_device: Option<DeviceId>,
    batch_id: Option<String>,
    state: store::State,
    /// What the call would have answered, once that is known.
    outcome: Option<Value>,
    /// And with which status.
    outcome_status: Option<u16>,
    #[schemars(with = "String")]
    created_at: Timestamp,
    #[schemars(with = "String")]
    deadline_at: Timestamp,
    #[schemars(with = "Option<String>")]
    settled_at: Option<Timestamp>,
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/commands", get(list))
        .route("/api/commands/{command}", get(one).delete(take_back))
}

async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Json<Vec<CommandView>>, Refusal> {
    let refused = || Refusal::unprocessable(format!("limit: must be between 1 and {MAX_COMMANDS}"));
    let Query(Filter { batch, limit }) = filter.map_err(|_| refused())?;
    let limit = limit.unwrap_or(DEFAULT_COMMANDS);
    if !(1..=MAX_COMMANDS).contains(&limit) {
        return Err(refused());
    }
    let agent = match &caller {
        Caller::Agent(row) => Some(row.agent.id.clone()),
        Caller::Person(_) => None,
    };
    let account = caller.account().clone();
    let rows = app.store.commands(account, agent, batch, limit).await?;
    let views: Result<_, _> = rows.into_iter().map(view).collect();
    Ok(Json(views?))
}

async fn one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<CommandView>, Refusal> {
    let mut row = own(&app, &caller, &id).await?;
    if row.state == store::State::Queued && row.deadline_at <= Timestamp::now() {
        app.store.expire_queued(Timestamp::now()).await?;
        row = own(&app, &caller, &id).await?;
    }
    view(row).map(Json)
}

/// Takes a command back. What has ended stays as it ended.
async fn take_back(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<CommandView>, Refusal> {
    let row = own(&app, &caller, &id).await?;
    let message = "whoever asked took it back";
    if row.state == store::State::Queued {
        let reason = GivenUp {
            code: FailureCode::Cancelled,
            message: message.to_owned(),
        };
        let now = Timestamp::now();
        let id = row.id.clone();
        app.store.drop_from_queue(id, reason, true, now).await?;
    }
    // It may just have left the queue.
    if let Some(mut waiter) = call::join(&app, &row.id) {
        call::take_back(&app, &row.id, message);
        waiter.ended().await?;
    }
    view(own(&app, &caller, &id).await?).map(Json)
}

/// A command that the caller asked for; others are nobody else's business.
async fn own(app: &App, caller: &Caller, id: &str) -> Result<CommandRow, Refusal> {
    let unknown = || {
        let detail = format!("Command {id} not found");
        Refusal::new(StatusCode::NOT_FOUND, "not_found", detail)
    };
    let wanted = CommandId::new(id).map_err(|_| unknown())?;
    let row = app.store.command(wanted).await?;
    row.filter(|row| {
        row.account == *caller.account()
            && match caller {
                Caller::Person(_) => true,
                Caller::Agent(agent) => row.agent.as_ref() == Some(&agent.agent.id),
            }
    })
    .ok_or_else(unknown)
}

fn view(row: CommandRow) -> Result<CommandView, Refusal> {
    let answered = row.outcome.map(|outcome| {
        match answer::reply(&row.id, &row.device, &row.action, outcome) {
            Ok(reply) => serde_json::to_value(reply).map(|body| (StatusCode::OK, body)),
            Err(refusal) => Ok((refusal.status(), refusal.body())),
        }
    });
    let answered = answered.transpose().map_err(crate::Error::from)?;
    let (outcome_status, outcome) = answered.unzip();
    Ok(CommandView {
        action_type: command_name(&row.action),
        command_id: row.id.clone(),
        id: row.id,
        device_node_id: row.device,
        agent_id: row.agent,
        from_device: row.from_device,
        batch_id: row.batch,
        state: row.state,
        outcome,
        outcome_status: outcome_status.map(|status: StatusCode| status.as_u16()),
        created_at: row.created_at,
        deadline_at: row.deadline_at,
        settled_at: row.settled_at,
    })
}
