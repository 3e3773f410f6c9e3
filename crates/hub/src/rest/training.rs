//! Trainings: what is proposed when a student is refused, and what a person makes of it.
//!
//! A training changes nothing by itself: what the agent is refused it stays refused. It is the
//! person who trains it, and the person's word at the end that moves its score.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    routing::{get, post},
};
use chaperone_dialects::command_name;
use chaperone_protocol::{Action, AgentId, Confidence, DeviceId, Maturity, Timestamp, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Refusal, agent_governance,
    body::Body,
    caller::Caller,
    proposals::{self, Decided, Filter, OPEN_FOR, RejectBody},
};
use crate::{
    app::App,
    asker::Asker,
    governance::{self, Feedback},
    secrets,
    store::{NewProposal, Proposal, ProposalKind, Status},
};

#[derive(Deserialize, JsonSchema)]
pub(super) struct BeginBody {
    approve: bool,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct CompleteBody {
    /// From 0 to 1.
    #[schemars(with = "f64")]
    performance_score: Confidence,
    supervisor_feedback: String,
    #[serde(default)]
    errors_count: u32,
    #[serde(default)]
    tasks_completed: u32,
    total_tasks: Option<u32>,
    #[serde(default)]
    capabilities_developed: Vec<String>,
    #[serde(default)]
    capability_gaps_remaining: Vec<String>,
}

/// A training, from its proposal to its end.
#[derive(Serialize, JsonSchema)]
pub(super) struct TrainingView {
    id: String,
    proposal_id: String,
    proposal_type: ProposalKind,
    /// Under which it is completed, once it was approved.
    session_id: Option<String>,
    #[schemars(with = "String")]
    agent_id: AgentId,
    agent_name: Option<String>,
    #[schemars(with = "Option<String>")]
    device_id: Option<DeviceId>,
    title: Option<String>,
    description: Option<String>,
    capability_gaps: Vec<String>,
    learning_objectives: Vec<String>,
    status: Status,
    approved_by: Option<String>,
    reason: Option<String>,
    /// What it ended with.
    outcome: Option<Value>,
    #[schemars(with = "String")]
    created_at: Timestamp,
    #[schemars(with = "Option<String>")]
    approved_at: Option<Timestamp>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Trainings {
    proposals: Vec<TrainingView>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct History {
    #[schemars(with = "String")]
    agent_id: AgentId,
    training_history: Vec<TrainingView>,
}

/// What a training moved.
#[derive(Serialize, JsonSchema)]
pub(super) struct Completed {
    success: bool,
    session_id: String,
    #[schemars(with = "String")]
    agent_id: AgentId,
    performance_score: f64,
    old_confidence: f64,
    new_confidence: f64,
    #[schemars(with = "String")]
    old_status: Maturity,
    #[schemars(with = "String")]
    new_status: Maturity,
    promoted_to_intern: bool,
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/maturity/training/proposals", get(list))
        .route("/api/maturity/training/proposals/{training}", get(one))
        .route(
            "/api/maturity/training/proposals/{training}/approve",
            post(approve),
        )
        .route(
            "/api/maturity/training/proposals/{training}/reject",
            post(reject),
        )
        .route(
            "/api/maturity/training/sessions/{training}/complete",
            post(complete),
        )
        .route(
            "/api/maturity/agents/{agent}/training-history",
            get(history),
        )
}

/// Proposes that a student be trained for what it was refused; none where nothing is to be proposed.
pub(super) async fn propose(
    app: &App,
    asker: &Asker,
    device: &DeviceId,
    action: &Action,
) -> Result<Option<String>, Refusal> {
    let owner = app.store.device_account(device.clone()).await?;
    if owner.as_ref() != Some(&asker.account) {
        return Ok(None);
    }
    let (agent, name) = (&asker.agent, command_name(action));
    let minimum = governance::minimum(action.capability());
    let now = Timestamp::now();
    let new = NewProposal {
        id: secrets::fresh_id()?,
        account: asker.account.clone(),
        agent: agent.id.clone(),
        device: Some(device.clone()),
        // Without what the wish itself said: the next one of its kind is the same training.
        body: json!({
            "action_type": "training",
            "agent_name": agent.name,
            "title": format!("Train {}", agent.name),
            "description": format!(
                "{} is a {} and was refused {name} on {device}, which takes {minimum} or above",
                agent.name, agent.claim()
            ),
            "capability_gaps": [name],
            "learning_objectives": [format!("be trusted with {name}")],
        }),
        created_at: now,
        expires_at: now.checked_add(OPEN_FOR).unwrap_or(Timestamp::MAX),
    };
    let since = now.checked_sub(OPEN_FOR).unwrap_or(Timestamp::MIN);
    Ok(app.store.propose_training(new, since).await?)
}

async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Json<Trainings>, Refusal> {
    let filter = Filter::read(filter)?;
    let proposals = proposals::list_of(&app, &caller, ProposalKind::Training, filter).await?;
    Ok(Json(Trainings { proposals }))
}

async fn one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<TrainingView>, Refusal> {
    let proposal = proposals::seen(&app, &caller, ProposalKind::Training, &id).await?;
    Ok(Json(proposal.into()))
}

async fn approve(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body<BeginBody>,
) -> Result<Json<TrainingView>, Refusal> {
    let account = proposals::person(&caller)?;
    let kind = ProposalKind::Training;
    let status = if body.approve {
        Status::Approved
    } else {
        Status::Rejected
    };
    proposals::find(&app, account, kind, &id).await?;
    proposals::decide(&app, account, &id, status, None).await?;
    let proposal = proposals::find(&app, account, kind, &id).await?;
    Ok(Json(proposal.into()))
}

async fn reject(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body<RejectBody>,
) -> Result<Json<Decided>, Refusal> {
    let reason = Some(body.reason);
    let decided = proposals::decide_against(&app, &caller, ProposalKind::Training, id, reason);
    decided.await.map(Json)
}

async fn complete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body<CompleteBody>,
) -> Result<Json<Completed>, Refusal> {
    let account = proposals::person(&caller)?;
    let said = &body.supervisor_feedback;
    proposals::fits("supervisor_feedback", said)?;
    if body
        .total_tasks
        .is_some_and(|total| total < body.tasks_completed)
    {
        let detail = "tasks_completed: is more than total_tasks";
        return Err(Refusal::unprocessable(detail));
    }
    proposals::find(&app, account, ProposalKind::Training, &id).await?;
    let score = body.performance_score;
    let outcome = json!({
        "performance_score": score,
        "supervisor_feedback": said,
        "errors_count": body.errors_count,
        "tasks_completed": body.tasks_completed,
        "total_tasks": body.total_tasks,
        "capabilities_developed": body.capabilities_developed,
        "capability_gaps_remaining": body.capability_gaps_remaining,
    });
    let feedback = Feedback::of_performance(score);
    let reason = format!("trained, with a score of {}: {said}", score.score());
    let (owner, now) = (account.clone(), Timestamp::now());
    let trained = app
        .store
        .complete_training(owner, id.clone(), (feedback, outcome), reason, now)
        .await?;
    let trained = trained.ok_or_else(|| {
        let detail = format!("Training {id} does not go on: approve it first, complete it once");
        Refusal::new(StatusCode::CONFLICT, "not_active", detail)
    })?;
    let moved = trained.moved.ok_or_else(gone)?;
    let ((old_status, old), (new_status, new)) = (moved.from, moved.to);
    Ok(Json(Completed {
        success: true,
        session_id: id,
        agent_id: trained.agent,
        performance_score: score.score(),
        old_confidence: old.score(),
        new_confidence: new.score(),
        old_status,
        new_status,
        promoted_to_intern: old_status == Maturity::Student && new_status > Maturity::Student,
    }))
}

async fn history(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(agent): Path<String>,
) -> Result<Json<History>, Refusal> {
    let agent_id = agent_governance::named(&app, &caller, &agent)
        .await?
        .agent
        .id;
    let filter = Filter::of(agent_id.clone());
    let training_history =
        proposals::list_of(&app, &caller, ProposalKind::Training, filter).await?;
    Ok(Json(History {
        agent_id,
        training_history,
    }))
}

/// The agent was removed meanwhile; its training ended all the same.
fn gone() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "not_found", "Agent not found")
}

impl From<Proposal> for TrainingView {
    fn from(proposal: Proposal) -> Self {
        let text = |name| {
            let text = proposal.body.get(name).and_then(Value::as_str);
            text.map(str::to_owned)
        };
        let texts = |name| {
            let texts = proposal.body.get(name).and_then(Value::as_array);
            let texts = texts.into_iter().flatten().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        };
        let begun = matches!(proposal.status, Status::Approved | Status::Executed);
        Self {
            session_id: begun.then(|| proposal.id.clone()),
            agent_name: text("agent_name"),
            title: text("title"),
            description: text("description"),
            capability_gaps: texts("capability_gaps"),
            learning_objectives: texts("learning_objectives"),
            proposal_id: proposal.id.clone(),
            id: proposal.id,
            proposal_type: ProposalKind::Training,
            agent_id: proposal.agent,
            device_id: proposal.device,
            status: proposal.status,
            approved_by: proposal.decided_by,
            reason: proposal.reason,
            outcome: proposal.result,
            created_at: proposal.created_at,
            approved_at: proposal.decided_at,
        }
    }
}
