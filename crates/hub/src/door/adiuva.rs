//! What the adiuva wire has over HTTP: runs of its agents, begun by hand or by a program.
//!
//! The paths are the system's; its bodies are written down nowhere, so they are ours.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Json, Router,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{get, post},
};
use chaperone_protocol::{AgentId, Capability, Map, Timestamp, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::mpsc;

use crate::{
    app::App,
    governance,
    rest::{Body, Caller, Refusal},
    runs::{self, News, RunId},
    store::RunRow,
};

/// How many runs are told when the caller does not say, and at most.
const DEFAULT_RUNS: u32 = 100;
const MAX_RUNS: u32 = 1_000;

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/agents/trigger", post(trigger))
        .route("/api/v1/agents/runs", get(list))
}

#[derive(Deserialize)]
struct TriggerBody {
    agent_id: Option<AgentId>,
    /// Whatever else the device's agent is to know.
    #[serde(flatten)]
    parameters: Map<String, Value>,
}

#[derive(Deserialize)]
struct Lines {
    limit: Option<u32>,
}

#[derive(Serialize)]
struct RunView {
    run_id: String,
    agent_id: AgentId,
    device_id: Option<String>,
    status: String,
    errors: Vec<String>,
    items: u64,
    due_at: Timestamp,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
}

/// `POST /api/v1/agents/trigger`: 202 with the run's id, or with `Accept: text/event-stream`
/// everything that the run brings, as it comes.
async fn trigger(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<TriggerBody>,
) -> Result<Response, Refusal> {
    let agent = match (&caller, body.agent_id) {
        (Caller::Agent(row), named) => {
            if named.is_some_and(|id| id != row.agent.id) {
                let reason = "the key belongs to another agent than agent_id names";
                return Err(Refusal::forbidden(reason));
            }
            if let Some(reason) = governance::refusal(&row.agent, Capability::Agents) {
                return Err(Refusal::forbidden(reason));
            }
            row.agent.id.clone()
        }
        (Caller::Person(_), Some(id)) => id,
        (Caller::Person(_), None) => {
            return Err(Refusal::unprocessable("agent_id: is missing"));
        }
    };
    let account = caller.account();
    let streams = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/event-stream"));
    if streams {
        let (id, news) = runs::trigger_and_follow(&app, account, agent, body.parameters).await?;
        return Ok(stream(&id, news));
    }
    let id = runs::trigger(&app, account, agent, body.parameters).await?;
    let answer = Json(json!({ "run_id": id }));
    Ok((StatusCode::ACCEPTED, answer).into_response())
}

/// `GET /api/v1/agents/runs`
async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    lines: Result<Query<Lines>, QueryRejection>,
) -> Result<Json<Vec<RunView>>, Refusal> {
    let refused = || Refusal::unprocessable(format!("limit: must be between 1 and {MAX_RUNS}"));
    let Query(Lines { limit }) = lines.map_err(|_| refused())?;
    let limit = limit.unwrap_or(DEFAULT_RUNS);
    if !(1..=MAX_RUNS).contains(&limit) {
        return Err(refused());
    }
    let runs = runs::list(&app, caller.account(), limit).await?;
    Ok(Json(runs.into_iter().map(RunView::from).collect()))
}

fn stream(id: &RunId, news: mpsc::Receiver<News>) -> Response {
    let begun = Event::default()
        .event("run")
        .data(json!({ "run_id": id }).to_string());
    let stream = futures_util::stream::unfold((Some(begun), news), |(begun, mut news)| async {
        let event = match begun {
            Some(begun) => begun,
            None => event(&news.recv().await?),
        };
        Some((Ok::<_, Infallible>(event), (None, news)))
    });
    Sse::new(stream)
        .keep_alive(KeepAlive::default())
        .into_response()
}

fn event(news: &News) -> Event {
    match news {
        News::Part(data) => {
            let data = serde_json::to_string(data.as_ref()).unwrap_or_default();
            Event::default().event("part").data(data)
        }
        News::Ended(errors) => {
            let status = if errors.is_empty() {
                "success"
            } else {
                "error"
            };
            let data = json!({ "status": status, "errors": errors });
            Event::default().event("end").data(data.to_string())
        }
    }
}

impl From<RunRow> for RunView {
    fn from(run: RunRow) -> Self {
        Self {
            run_id: run.id,
            agent_id: run.agent,
            device_id: run.device.map(String::from),
            status: run.status,
            errors: run.errors,
            items: run.items,
            due_at: run.due_at,
            started_at: run.started_at,
            ended_at: run.ended_at,
        }
    }
}
