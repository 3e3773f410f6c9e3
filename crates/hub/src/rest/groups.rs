//! Groups of devices: who is in them, and asking all of one.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use chaperone_protocol::{DeviceId, Map, Timestamp, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    Refusal,
    ask::{self, kind::Kind},
    body::Body,
    caller::Caller,
};
use crate::{
    app::App,
    secrets,
    store::{AccountId, Group, Kept},
};

/// As many devices of a group are asked at a time.
const TOGETHER: usize = 16;
const MAX_NAME_BYTES: usize = 200;
const MAX_DEVICES: usize = 1_000;

#[derive(Deserialize, JsonSchema)]
pub(super) struct NewGroup {
    name: String,
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    device_node_ids: Vec<DeviceId>,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct GroupChange {
    name: Option<String>,
    #[schemars(with = "Option<Vec<String>>")]
    device_node_ids: Option<Vec<DeviceId>>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct GroupView {
    id: String,
    name: String,
    #[schemars(with = "Vec<String>")]
    device_node_ids: Vec<DeviceId>,
    #[schemars(with = "String")]
    created_at: Timestamp,
}

/// What every device of a group answered: for each what the call for it alone would have, with its
/// `status`.
#[derive(Serialize, JsonSchema)]
pub(super) struct GroupAnswer {
    /// Whether all of them did it, or will.
    success: bool,
    group_id: String,
    batch_id: String,
    results: Vec<Value>,
}

pub(super) fn router() -> Router<Arc<App>> {
    let router = Router::new()
        .route("/api/groups", get(list).post(make))
        .route("/api/groups/{group}", get(one).patch(change).delete(remove))
        .route(
            "/api/groups/{group}/members/{device}",
            put(add_member).delete(remove_member),
        );
    Kind::ALL.into_iter().fold(router, |router, kind| {
        let handler = move |State(app): State<Arc<App>>,
                            caller: Caller,
                            Path(group): Path<String>,
                            uri: Uri,
                            headers: HeaderMap,
                            Body(body): Body<Map<String, Value>>| async move {
            let group = find(&app, &caller, group).await?;
            let call = Call {
                kind,
                body: Arc::new(Value::Object(body)),
                headers: &headers,
                path: uri.path(),
            };
            ask_all(&app, caller, group, &call).await
        };
        router.route(
            &format!("/api/groups/{{group}}/{}", kind.path()),
            post(handler),
        )
    })
}

struct Call<'a> {
    kind: Kind,
    body: Arc<Value>,
    headers: &'a HeaderMap,
    path: &'a str,
}

async fn ask_all(
    app: &Arc<App>,
    caller: Caller,
    group: Group,
    call: &Call<'_>,
) -> Result<Json<GroupAnswer>, Refusal> {
    let caller = Arc::new(caller);
    let batch = secrets::fresh_id()?;
    let turns = Arc::new(Semaphore::new(TOGETHER));
    // Dropped with the call, and then whatever still waits is taken back.
    let mut asking = JoinSet::new();
    for device in group.devices {
        let Call {
            kind,
            ref body,
            headers,
            path,
        } = *call;
        let body = Arc::clone(body);
        let mut order = ask::order(kind, device.clone(), body, headers, &caller, path)?;
        order.manner.batch = Some(batch.clone());
        order.manner.key = order.manner.key.map(|key| key.on(&device));
        let (app, caller, turns) = (Arc::clone(app), Arc::clone(&caller), Arc::clone(&turns));
        asking.spawn(async move {
            let turn = turns.acquire().await;
            let taken = order.carry_out(&app, &caller).await;
            drop(turn);
            let answered = taken.and_then(|taken| taken.body(&device));
            let (status, body) =
                answered.unwrap_or_else(|refusal| (refusal.status(), refusal.body()));
            (device, status, body)
        });
    }
    let mut results = BTreeMap::new();
    let mut success = true;
    while let Some(answered) = asking.join_next().await {
        let (device, status, mut body) = answered.map_err(|_| Refusal::stopping())?;
        success &= status.is_success();
        if let Some(fields) = body.as_object_mut() {
            fields.insert("device_node_id".to_owned(), json!(device));
            fields.insert("status".to_owned(), json!(status.as_u16()));
        }
        results.insert(device, body);
    }
    Ok(Json(GroupAnswer {
        success,
        group_id: group.id,
        batch_id: batch,
        results: results.into_values().collect(),
    }))
}

async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<Json<Vec<GroupView>>, Refusal> {
    let groups = app.store.groups(caller.account().clone()).await?;
    Ok(Json(groups.into_iter().map(GroupView::from).collect()))
}

async fn one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<GroupView>, Refusal> {
    let group = find(&app, &caller, id).await?;
    Ok(Json(group.into()))
}

async fn make(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<NewGroup>,
) -> Result<Response, Refusal> {
    let account = person(&caller)?.clone();
    check(Some(&new.name), Some(&new.device_node_ids))?;
    let group = Group {
        id: secrets::fresh_id()?,
        account,
        name: new.name,
        devices: new.device_node_ids,
        created_at: Timestamp::now(),
    };
    let id = group.id.clone();
    done(app.store.add_group(group).await?, &id)?;
    let group = find(&app, &caller, id).await?;
    Ok((StatusCode::CREATED, Json(GroupView::from(group))).into_response())
}

async fn change(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Body(change): Body<GroupChange>,
) -> Result<Json<GroupView>, Refusal> {
    let account = person(&caller)?.clone();
    check(change.name.as_ref(), change.device_node_ids.as_deref())?;
    let GroupChange {
        name,
        device_node_ids,
    } = change;
    let now = Timestamp::now();
    let kept = app
        .store
        .change_group(account, id.clone(), name, device_node_ids, now)
        .await?;
    done(kept, &id)?;
    let group = find(&app, &caller, id).await?;
    Ok(Json(group.into()))
}

async fn remove(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let account = person(&caller)?.clone();
    let now = Timestamp::now();
    done(app.store.remove_group(account, id.clone(), now).await?, &id)?;
    Ok(Json(json!({ "success": true })))
}

async fn add_member(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, device)): Path<(String, String)>,
) -> Result<Json<GroupView>, Refusal> {
    let account = person(&caller)?.clone();
    let device = device_id(device)?;
    let now = Timestamp::now();
    let kept = app.store.add_member(account, id.clone(), device, now);
    done(kept.await?, &id)?;
    let group = find(&app, &caller, id).await?;
    Ok(Json(group.into()))
}

async fn remove_member(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, device)): Path<(String, String)>,
) -> Result<Json<GroupView>, Refusal> {
    let account = person(&caller)?.clone();
    let device = device_id(device)?;
    let now = Timestamp::now();
    let kept = app.store.remove_member(account, id.clone(), device, now);
    done(kept.await?, &id)?;
    let group = find(&app, &caller, id).await?;
    Ok(Json(group.into()))
}

/// Agents use groups, and people make them.
fn person(caller: &Caller) -> Result<&AccountId, Refusal> {
    match caller {
        Caller::Person(person) => Ok(&person.id),
        Caller::Agent(_) => Err(Refusal::forbidden("only a person may change groups")),
    }
}

async fn find(app: &App, caller: &Caller, id: String) -> Result<Group, Refusal> {
    let account = caller.account().clone();
    let group = app.store.group(account, id.clone()).await?;
    group.ok_or_else(|| unknown(&id))
}

fn unknown(id: &str) -> Refusal {
    let detail = format!("Group {id} not found");
    Refusal::new(StatusCode::NOT_FOUND, "not_found", detail)
}

fn device_id(id: String) -> Result<DeviceId, Refusal> {
    DeviceId::new(id).map_err(|problem| Refusal::unprocessable(format!("device: {problem}")))
}

fn check(name: Option<&String>, devices: Option<&[DeviceId]>) -> Result<(), Refusal> {
    if name.is_some_and(|name| name.trim().is_empty() || name.len() > MAX_NAME_BYTES) {
        return Err(Refusal::unprocessable(format!(
            "name: must be 1 to {MAX_NAME_BYTES} bytes long"
        )));
    }
    if devices.is_some_and(|devices| devices.len() > MAX_DEVICES) {
        return Err(Refusal::unprocessable(format!(
            "device_node_ids: at most {MAX_DEVICES} are taken"
        )));
    }
    Ok(())
}

fn done(kept: Kept, id: &str) -> Result<(), Refusal> {
    match kept {
        Kept::Done => Ok(()),
        Kept::Unknown => Err(unknown(id)),
        Kept::Stranger(device) => Err(Refusal::unknown_device(&device)),
        Kept::Taken => Err(Refusal::new(
            StatusCode::CONFLICT,
            "name_taken",
            "name: another group has it already",
        )),
    }
}

impl From<Group> for GroupView {
    fn from(group: Group) -> Self {
        Self {
            id: group.id,
            name: group.name,
            device_node_ids: group.devices,
            created_at: group.created_at,
        }
    }
}
