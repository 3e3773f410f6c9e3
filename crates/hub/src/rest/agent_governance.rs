//! What agents may do, and what is asked of a person before they do it.
//!
//! Names of actions alone are judged here; calls to devices are judged on their own way.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    routing::{get, post},
};
use chaperone_protocol::{AgentId, Confidence, Maturity, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::{
    Refusal,
    body::Body,
    caller::Caller,
    proposals::{self, Decided, Filter, ProposalView},
};
use crate::{
    app::App,
    asker,
    governance::{self, Check},
    store::{AgentRow, ProposalKind, Status},
};

#[derive(Serialize, JsonSchema)]
pub(super) struct Rules {
    success: bool,
    maturity_levels: Vec<Level>,
    /// Every action that is known, with what is at stake in it.
    action_complexity: BTreeMap<&'static str, u8>,
    /// What is taken to be at stake in any other.
    unknown_action_complexity: u8,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Level {
    status: &'static str,
    min_confidence: f64,
    max_complexity: u8,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct AgentView {
    #[schemars(with = "String")]
    id: AgentId,
    #[schemars(with = "String")]
    agent_id: AgentId,
    name: String,
    /// The level, or `paused`.
    status: String,
    #[schemars(with = "String")]
    maturity: Maturity,
    confidence: Option<f64>,
    max_complexity: u8,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Capabilities {
    #[schemars(with = "String")]
    agent_id: AgentId,
    status: String,
    max_complexity: u8,
    allowed_actions: Vec<&'static str>,
    restricted_actions: Vec<&'static str>,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct DeploymentBody {
    #[schemars(with = "Option<String>")]
    agent_id: Option<AgentId>,
    action_type: Option<String>,
    #[serde(default)]
    actions: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Deployment {
    success: bool,
    /// Whether the agent may do all of it.
    allowed: bool,
    checks: BTreeMap<String, Check>,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct ActionBody {
    #[schemars(with = "Option<String>")]
    agent_id: Option<AgentId>,
    action_type: String,
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Value>")]
    action_details: Map<String, Value>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Submitted {
    success: bool,
    approval_id: String,
    proposal_id: String,
    status: Status,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Enforced {
    status: &'static str,
    proceed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_required: Option<&'static str>,
    #[serde(flatten)]
    check: Check,
}

#[derive(Deserialize)]
struct Why {
    reason: Option<String>,
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/agent-governance/rules", get(rules))
        .route("/api/agent-governance/agents", get(agents))
        .route("/api/agent-governance/agents/{agent}", get(agent))
        .route(
            "/api/agent-governance/agents/{agent}/capabilities",
            get(capabilities),
        )
        .route(
            "/api/agent-governance/check-deployment",
            post(check_deployment),
        )
        .route("/api/agent-governance/enforce-action", post(enforce))
        .route("/api/agent-governance/submit-for-approval", post(submit))
        .route("/api/agent-governance/pending-approvals", get(pending))
        .route("/api/agent-governance/approve/{proposal}", post(approve))
        .route("/api/agent-governance/reject/{proposal}", post(reject))
}

async fn rules(_caller: Caller) -> Json<Rules> {
    let level = |maturity: Maturity| Level {
        status: maturity.as_str(),
        min_confidence: match maturity {
            Maturity::Student => 0.0,
            Maturity::Intern => 0.5,
            Maturity::Supervised => 0.7,
            Maturity::Autonomous => 0.9,
        },
        max_complexity: most(maturity),
    };
    Json(Rules {
        success: true,
        maturity_levels: Maturity::ALL.map(level).into(),
        action_complexity: governance::ACTIONS.into(),
        unknown_action_complexity: governance::complexity(""),
    })
}

async fn agents(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<Json<Vec<AgentView>>, Refusal> {
    let rows = match caller {
        Caller::Agent(row) => vec![row],
        Caller::Person(person) => app.store.agents(person.id).await?,
    };
    Ok(Json(rows.into_iter().map(AgentView::from).collect()))
}

async fn agent(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<AgentView>, Refusal> {
    let row = named(&app, &caller, &id).await?;
    Ok(Json(row.into()))
}

async fn capabilities(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Capabilities>, Refusal> {
    let row = named(&app, &caller, &id).await?;
    let names = governance::ACTIONS.into_iter().map(|(name, _)| name);
    let (allowed, restricted) = names.partition(|name| governance::check(&row, name).allowed);
    Ok(Json(Capabilities {
        status: status(&row),
        max_complexity: most(row.agent.claim()),
        agent_id: row.agent.id,
        allowed_actions: allowed,
        restricted_actions: restricted,
    }))
}

async fn check_deployment(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(body): Body<DeploymentBody>,
) -> Result<Json<Deployment>, Refusal> {
    let row = meant(&app, &caller, body.agent_id).await?;
    let actions = body.action_type.into_iter().chain(body.actions);
    let checks: BTreeMap<_, _> = actions
        .map(|action| {
            let check = governance::check(&row, &action);
            (action, check)
        })
        .collect();
    if checks.is_empty() {
        return Err(Refusal::unprocessable(
            "actions: name at least one, here or in action_type",
        ));
    }
    Ok(Json(Deployment {
        success: true,
        allowed: checks.values().all(|check| check.allowed),
        checks,
    }))
}

async fn enforce(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(body): Body<ActionBody>,
) -> Result<Json<Enforced>, Refusal> {
    let row = meant(&app, &caller, body.agent_id).await?;
    let check = governance::check(&row, &body.action_type);
    let (status, proceed, action_required) = match (check.allowed, check.requires_human_approval) {
        (false, _) => ("BLOCKED", false, Some("HUMAN_APPROVAL")),
        (true, true) => ("PENDING_APPROVAL", true, Some("WAIT_FOR_APPROVAL")),
        (true, false) => ("APPROVED", true, None),
    };
    Ok(Json(Enforced {
        status,
        proceed,
        action_required,
        check,
    }))
}

async fn submit(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(body): Body<ActionBody>,
) -> Result<(StatusCode, Json<Submitted>), Refusal> {
    let row = meant(&app, &caller, body.agent_id).await?;
    let asker = asker::agent(&app, &row.account, &row.agent.id).await?;
    let asker = asker.map_err(Refusal::forbidden)?;
    let mut wish = body.action_details.clone();
    wish.insert("action_type".to_owned(), json!(body.action_type));
    let wish = Value::Object(wish);
    // One that could never be carried out is refused now.
    let device = proposals::order(&wish, None)?.map(|order| order.device);
    if let Some(device) = &device {
        let owner = app.store.device_account(device.clone()).await?;
        if owner.as_ref() != Some(&asker.account) {
            return Err(Refusal::unknown_device(device));
        }
    }
    let id = proposals::make(&app, &asker, device, wish).await?;
    let submitted = Submitted {
        success: true,
        approval_id: id.clone(),
        proposal_id: id,
        status: Status::PendingApproval,
    };
    Ok((StatusCode::CREATED, Json(submitted)))
}

async fn pending(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<Json<Vec<ProposalView>>, Refusal> {
    let pending = Filter::pending();
    let pending = proposals::list_of(&app, &caller, ProposalKind::Action, pending);
    pending.await.map(Json)
}

async fn approve(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Decided>, Refusal> {
    let decided = proposals::decide_for(&app, &caller, id, None);
    decided.await.map(Json)
}

async fn reject(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    why: Result<Query<Why>, QueryRejection>,
) -> Result<Json<Decided>, Refusal> {
    let Query(Why { reason }) =
        why.map_err(|_| Refusal::unprocessable("reason: give it once, as text"))?;
    let kind = ProposalKind::Action;
    let decided = proposals::decide_against(&app, &caller, kind, id, reason);
    decided.await.map(Json)
}

/// The agent that a body names, or the one that calls.
async fn meant(app: &App, caller: &Caller, id: Option<AgentId>) -> Result<AgentRow, Refusal> {
    match (caller, id) {
        (Caller::Agent(row), None) => Ok(row.clone()),
        (_, Some(id)) => named(app, caller, id.as_str()).await,
        (Caller::Person(_), None) => Err(Refusal::unprocessable("missing field `agent_id`")),
    }
}

/// One of the person's agents; an agent knows itself only.
pub(super) async fn named(app: &App, caller: &Caller, id: &str) -> Result<AgentRow, Refusal> {
    let unknown = || Refusal::new(StatusCode::NOT_FOUND, "not_found", "Agent not found");
    let id = AgentId::new(id).map_err(|_| unknown())?;
    let row = app.store.agent_by_id(&id).await?;
    row.filter(|row| match caller {
        Caller::Person(person) => row.account == person.id,
        Caller::Agent(own) => row.agent.id == own.agent.id,
    })
    .ok_or_else(unknown)
}

fn most(maturity: Maturity) -> u8 {
    (1..=4)
        .rev()
        .find(|complexity| governance::level(*complexity) <= maturity)
        .unwrap_or_default()
}

fn status(row: &AgentRow) -> String {
    governance::check(row, "").agent_status
}

impl From<AgentRow> for AgentView {
    fn from(row: AgentRow) -> Self {
        Self {
            status: status(&row),
            id: row.agent.id.clone(),
            agent_id: row.agent.id,
            name: row.agent.name,
            maturity: row.agent.maturity,
            confidence: row.agent.confidence.map(Confidence::score),
            max_complexity: most(row.agent.maturity),
        }
    }
}
