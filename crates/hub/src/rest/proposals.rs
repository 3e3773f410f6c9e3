//! Proposals: what agents would do, and what people say to it.
//!
//! Only a person decides. An approval raises nobody's level: what it lets through is judged as any
//! other call of that agent, and by the device again.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    routing::{get, post},
};
use chaperone_protocol::{AgentId, DeviceId, SignedDuration, Timestamp, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::{
    Refusal,
    ask::{self, kind::Kind, order::Order, order::Taken},
    body::Body,
    caller::Caller,
};
use crate::{
    app::App,
    asker::{self, Asker},
    secrets,
    store::{AccountId, NewProposal, Proposal, ProposalKind, Status},
};

/// How long a person has to decide.
pub(super) const OPEN_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

const DEFAULT_PROPOSALS: u32 = 50;
const MAX_PROPOSALS: u32 = 1_000;
const MAX_REASON_BYTES: usize = 2_000;

/// The one kind of proposal that the hub carries out itself.
const DEVICE_COMMAND: &str = "device_command";

/// Which proposals are asked for.
#[derive(Deserialize)]
pub(super) struct Filter {
    agent_id: Option<AgentId>,
    #[serde(rename = "status_filter")]
    status: Option<Status>,
    limit: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct ApproveBody {
    approve: bool,
    /// Parameters to be taken in place of the proposed ones.
    #[schemars(with = "Option<std::collections::BTreeMap<String, Value>>")]
    modifications: Option<Map<String, Value>>,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct RejectBody {
    pub(super) reason: String,
}

/// A proposal as people see it.
#[derive(Serialize, JsonSchema)]
pub(super) struct ProposalView {
    id: String,
    proposal_id: String,
    proposal_type: ProposalKind,
    #[schemars(with = "String")]
    agent_id: AgentId,
    #[schemars(with = "Option<String>")]
    device_id: Option<DeviceId>,
    proposed_action: Value,
    status: Status,
    execution_result: Option<Value>,
    decided_by: Option<String>,
    reason: Option<String>,
    #[schemars(with = "String")]
    created_at: Timestamp,
    #[schemars(with = "String")]
    expires_at: Timestamp,
    #[schemars(with = "Option<String>")]
    decided_at: Option<Timestamp>,
}

/// What became of a decision.
#[derive(Serialize, JsonSchema)]
pub(super) struct Decided {
    /// Whether what was approved was done; true where there was nothing to do.
    success: bool,
    message: &'static str,
    proposal_id: String,
    status: Status,
    execution_result: Option<Value>,
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/maturity/proposals", get(list))
        .route("/api/maturity/proposals/{proposal}", get(one))
        .route("/api/maturity/proposals/{proposal}/approve", post(approve))
        .route("/api/maturity/proposals/{proposal}/reject", post(reject))
}

/// What a proposal says that would ask a device.
pub(super) fn device_command(
    kind: Kind,
    device: &DeviceId,
    parameters: &Map<String, Value>,
) -> Value {
    json!({
        "action_type": DEVICE_COMMAND,
        "device_id": device,
        "command_type": kind.command_type(),
        "parameters": parameters,
    })
}

/// Takes a proposal down.
pub(super) async fn make(
    app: &App,
    asker: &Asker,
    device: Option<DeviceId>,
    body: Value,
) -> Result<String, Refusal> {
    let id = secrets::fresh_id()?;
    let now = Timestamp::now();
    app.store
        .propose(NewProposal {
            id: id.clone(),
            account: asker.account.clone(),
            agent: asker.agent.id.clone(),
            device,
            body,
            created_at: now,
            expires_at: now.checked_add(OPEN_FOR).unwrap_or(Timestamp::MAX),
        })
        .await?;
    Ok(id)
}

/// The order that a proposal amounts to; `None` if the hub has nothing to do with it.
pub(super) fn order(
    body: &Value,
    modifications: Option<&Map<String, Value>>,
) -> Result<Option<Order>, Refusal> {
    #[derive(Deserialize)]
    struct DeviceCommand {
        device_id: DeviceId,
        command_type: String,
        #[serde(default)]
        parameters: Map<String, Value>,
    }
    if body.get("action_type").and_then(Value::as_str) != Some(DEVICE_COMMAND) {
        return Ok(None);
    }
    let command: DeviceCommand = ask::kind::part(body)?;
    let kind = Kind::named(&command.command_type).ok_or_else(|| {
        let known: Vec<_> = Kind::ALL.map(Kind::command_type).to_vec();
        Refusal::unprocessable(format!("command_type: must be one of {}", known.join(", ")))
    })?;
    let mut parameters = command.parameters;
    parameters.extend(modifications.cloned().unwrap_or_default());
    ask::approved(kind, command.device_id, &Value::Object(parameters)).map(Some)
}

/// The proposals of a kind that a caller may see, newest first.
pub(super) async fn list_of<V: From<Proposal>>(
    app: &App,
    caller: &Caller,
    kind: ProposalKind,
    filter: Filter,
) -> Result<Vec<V>, Refusal> {
    let agent = match caller {
        Caller::Person(_) => filter.agent_id,
        // Others' proposals are nobody else's business.
        Caller::Agent(row) => Some(row.agent.id.clone()),
    };
    let limit = filter.limit.unwrap_or(DEFAULT_PROPOSALS);
    if !(1..=MAX_PROPOSALS).contains(&limit) {
        let detail = format!("limit: must be between 1 and {MAX_PROPOSALS}");
        return Err(Refusal::unprocessable(detail));
    }
    let store = &app.store;
    store.expire_proposals(Timestamp::now()).await?;
    let account = caller.account().clone();
    let proposals = store.proposals(kind, account, agent, filter.status, limit);
    Ok(proposals.await?.into_iter().map(V::from).collect())
}

async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Json<Vec<ProposalView>>, Refusal> {
    let filter = Filter::read(filter)?;
    let proposals = list_of(&app, &caller, ProposalKind::Action, filter);
    proposals.await.map(Json)
}

async fn one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<ProposalView>, Refusal> {
    let proposal = seen(&app, &caller, ProposalKind::Action, &id).await?;
    Ok(Json(proposal.into()))
}

/// A proposal of that kind and id, if the caller may see it.
pub(super) async fn seen(
    app: &App,
    caller: &Caller,
    kind: ProposalKind,
    id: &str,
) -> Result<Proposal, Refusal> {
    app.store.expire_proposals(Timestamp::now()).await?;
    let proposal = find(app, caller.account(), kind, id).await?;
    let theirs = match caller {
        Caller::Person(_) => true,
        Caller::Agent(row) => row.agent.id == proposal.agent,
    };
    theirs.then_some(proposal).ok_or_else(|| unknown(id))
}

async fn approve(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body<ApproveBody>,
) -> Result<Json<Decided>, Refusal> {
    if !body.approve {
        let decided = decide_against(&app, &caller, ProposalKind::Action, id, None);
        return decided.await.map(Json);
    }
    let decided = decide_for(&app, &caller, id, body.modifications.as_ref());
    decided.await.map(Json)
}

async fn reject(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body<RejectBody>,
) -> Result<Json<Decided>, Refusal> {
    let reason = Some(body.reason);
    let decided = decide_against(&app, &caller, ProposalKind::Action, id, reason);
    decided.await.map(Json)
}

/// A person's yes. What the proposal is about is done at once, and its answer awaited.
pub(super) async fn decide_for(
    app: &Arc<App>,
    caller: &Caller,
    id: String,
    modifications: Option<&Map<String, Value>>,
) -> Result<Decided, Refusal> {
    let account = person(caller)?;
    let proposal = find(app, account, ProposalKind::Action, &id).await?;
    let order = order(&proposal.body, modifications)?;
    let reason = modifications.map(|changed| {
        let names: Vec<_> = changed.keys().map(String::as_str).collect();
        format!("with other {}", names.join(", "))
    });
    decide(app, account, &id, Status::Approved, reason).await?;
    let Some(order) = order else {
        return Ok(Decided {
            success: true,
            message: "Proposal approved",
            proposal_id: id,
            status: Status::Approved,
            execution_result: None,
        });
    };
    // Apart from the call: once approved it is seen through, whoever goes.
    let (app, account) = (Arc::clone(app), account.clone());
    let proposal_id = id.clone();
    let execution = app.tasks.clone().spawn(async move {
        let (done, result) = execute(&app, &account, &proposal.agent, order).await;
        let status = if done {
            Status::Executed
        } else {
            Status::ExecutionFailed
        };
        let now = Timestamp::now();
        let kept = result.clone();
        let finished = app.store.finish(account, id, status, kept, now).await;
        finished.map(|()| (status, result))
    });
    let (status, result) = execution.await.map_err(|_| Refusal::stopping())??;
    let success = status == Status::Executed;
    Ok(Decided {
        success,
        message: if success {
            "Proposal approved and executed"
        } else {
            "Proposal approved; its execution failed"
        },
        proposal_id,
        status,
        execution_result: Some(result),
    })
}

/// A person's no.
pub(super) async fn decide_against(
    app: &App,
    caller: &Caller,
    kind: ProposalKind,
    id: String,
    reason: Option<String>,
) -> Result<Decided, Refusal> {
    let account = person(caller)?;
    fits("reason", reason.as_deref().unwrap_or_default())?;
    find(app, account, kind, &id).await?;
    decide(app, account, &id, Status::Rejected, reason).await?;
    Ok(Decided {
        success: true,
        message: "Proposal rejected",
        proposal_id: id,
        status: Status::Rejected,
        execution_result: None,
    })
}

async fn execute(
    app: &Arc<App>,
    account: &AccountId,
    agent: &AgentId,
    order: Order,
) -> (bool, Value) {
    let device = order.device.clone();
    let taken = async {
        let asker = asker::agent(app, account, agent).await?;
        let asker = asker.map_err(Refusal::forbidden)?;
        let taken = order.proceed(app, asker).await?;
        let done = matches!(taken, Taken::Done(_));
        Ok::<_, Refusal>((done, taken.body(&device)?.1))
    };
    taken
        .await
        .unwrap_or_else(|refusal| (false, refusal.body()))
}

pub(super) async fn decide(
    app: &App,
    account: &AccountId,
    id: &str,
    status: Status,
    reason: Option<String>,
) -> Result<(), Refusal> {
    let now = Timestamp::now();
    let store = &app.store;
    let decided = store.decide(account.clone(), id.to_owned(), status, reason, now);
    if decided.await? {
        return Ok(());
    }
    let detail = format!("Proposal {id} is not pending any more");
    Err(Refusal::new(StatusCode::CONFLICT, "not_pending", detail))
}

/// Refuses what is longer than a person's word need be.
pub(super) fn fits(field: &str, text: &str) -> Result<(), Refusal> {
    if text.len() <= MAX_REASON_BYTES {
        return Ok(());
    }
    let detail = format!("{field}: at most {MAX_REASON_BYTES} bytes are taken");
    Err(Refusal::unprocessable(detail))
}

/// No agent decides about an agent.
pub(super) fn person(caller: &Caller) -> Result<&AccountId, Refusal> {
    match caller {
        Caller::Person(person) => Ok(&person.id),
        Caller::Agent(_) => Err(Refusal::forbidden("only a person may decide")),
    }
}

pub(super) async fn find(
    app: &App,
    account: &AccountId,
    kind: ProposalKind,
    id: &str,
) -> Result<Proposal, Refusal> {
    let found = app.store.proposal(kind, account.clone(), id.to_owned());
    found.await?.ok_or_else(|| unknown(id))
}

impl Filter {
    pub(super) fn read(query: Result<Query<Self>, QueryRejection>) -> Result<Self, Refusal> {
        let Query(filter) = query.map_err(|rejection| {
            Refusal::unprocessable(format!("the query: {}", rejection.body_text()))
        })?;
        Ok(filter)
    }

    pub(super) fn of(agent: AgentId) -> Self {
        Self {
            agent_id: Some(agent),
            status: None,
            limit: Some(MAX_PROPOSALS),
        }
    }

    /// What waits for a decision, as far as is looked back at all.
    pub(super) fn pending() -> Self {
        Self {
            agent_id: None,
            status: Some(Status::PendingApproval),
            limit: Some(MAX_PROPOSALS),
        }
    }
}

fn unknown(id: &str) -> Refusal {
    let detail = format!("Proposal {id} not found");
    Refusal::new(StatusCode::NOT_FOUND, "not_found", detail)
}

impl From<Proposal> for ProposalView {
    fn from(proposal: Proposal) -> Self {
        Self {
            proposal_id: proposal.id.clone(),
            id: proposal.id,
            proposal_type: ProposalKind::Action,
            agent_id: proposal.agent,
            device_id: proposal.device,
            proposed_action: proposal.body,
            status: proposal.status,
            execution_result: proposal.result,
            decided_by: proposal.decided_by,
            reason: proposal.reason,
            created_at: proposal.created_at,
            expires_at: proposal.expires_at,
            decided_at: proposal.decided_at,
        }
    }
}
