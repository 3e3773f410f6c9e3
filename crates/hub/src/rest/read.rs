//! What a caller may look at: its person's devices and what was asked of them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
};
use chaperone_protocol::{AgentId, DeviceId, DeviceInfo, Map, SessionId, Timestamp, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Refusal, caller::Caller};
use crate::{
    app::App,
    store::{AccountId, AuditEntry, DeviceRow},
};

/// How many audit lines are read when the caller does not say.
const DEFAULT_LINES: u32 = 100;
const MAX_LINES: u32 = 1_000;

#[derive(Deserialize)]
pub(super) struct Filter {
    status: Option<Status>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Status {
    Online,
    Offline,
    /// Part of the protocol's vocabulary; our devices take several commands at once, so none
    /// ever is.
    Busy,
}

#[derive(Deserialize)]
pub(super) struct Lines {
    limit: Option<u32>,
}

/// A device as callers see it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DeviceView {
    #[schemars(with = "String")]
    id: DeviceId,
    #[schemars(with = "String")]
    device_id: DeviceId,
    name: String,
    node_type: String,
    status: Status,
    platform: String,
    platform_version: String,
    architecture: String,
    capabilities: Vec<String>,
    capabilities_detailed: Option<Value>,
    hardware_info: Option<Value>,
    app_type: Option<Value>,
    app_version: Option<Value>,
    tauri_version: Option<Value>,
    version: Option<Value>,
    /// Whatever else it says about itself.
    metadata_json: Value,
    user_id: String,
    #[schemars(with = "String")]
    last_seen: Timestamp,
    #[schemars(with = "Option<String>")]
    last_command_at: Option<Timestamp>,
}

/// A recording that runs.
#[derive(Serialize, JsonSchema)]
pub(super) struct SessionView {
    #[schemars(with = "String")]
    session_id: SessionId,
    session_type: &'static str,
    #[schemars(with = "String")]
    device_node_id: DeviceId,
    status: &'static str,
    configuration: Value,
    #[schemars(with = "String")]
    created_at: Timestamp,
    #[schemars(with = "Option<String>")]
    agent_id: Option<AgentId>,
}

/// One line of the audit as callers see it.
#[derive(Serialize, JsonSchema)]
pub(super) struct AuditView {
    id: String,
    action_type: String,
    success: bool,
    result_summary: Option<String>,
    error_message: Option<String>,
    /// What a device brings does not belong into the record.
    file_path: Option<String>,
    duration_ms: Option<i64>,
    #[schemars(with = "String")]
    created_at: Timestamp,
    agent_id: Option<String>,
    user_id: String,
    /// The device on which the agent said that it runs.
    from_device: Option<String>,
    code: Option<String>,
    command_id: Option<String>,
    maturity_level: String,
    governance_allowed: bool,
    /// The outcome came when nobody waited for it any more.
    late: bool,
}

impl DeviceView {
    pub(crate) fn is_online(&self) -> bool {
        self.status == Status::Online
    }
}

/// An account's devices.
pub(crate) async fn list(app: &App, account: &AccountId) -> Result<Vec<DeviceView>, Refusal> {
    let rows = app.store.devices(account.clone()).await?;
    Ok(rows.into_iter().map(|row| view(app, row)).collect())
}

/// `GET /api/devices`
pub(super) async fn devices(
    State(app): State<Arc<App>>,
    caller: Caller,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Json<Vec<DeviceView>>, Refusal> {
    let Query(Filter { status }) =
        filter.map_err(|_| Refusal::unprocessable("status: must be online, offline or busy"))?;
    let views = list(&app, caller.account()).await?;
    let wanted = views
        .into_iter()
        .filter(|view| status.is_none_or(|status| view.status == status));
    Ok(Json(wanted.collect()))
}

/// `GET /api/devices/{device}`
pub(super) async fn device(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<DeviceView>, Refusal> {
    let row = own_device(&app, &caller, id).await?;
    Ok(Json(view(&app, row)))
}

/// `GET /api/devices/{device}/audit`
pub(super) async fn audit(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    lines: Result<Query<Lines>, QueryRejection>,
) -> Result<Json<Vec<AuditView>>, Refusal> {
    let refused = || Refusal::unprocessable(format!("limit: must be between 1 and {MAX_LINES}"));
    let Query(Lines { limit }) = lines.map_err(|_| refused())?;
    let limit = limit.unwrap_or(DEFAULT_LINES);
    if !(1..=MAX_LINES).contains(&limit) {
        return Err(refused());
    }
    let row = own_device(&app, &caller, id).await?;
    let account = caller.account().clone();
    let entries = app.store.audit(account, row.info.id, limit).await?;
    Ok(Json(entries.into_iter().map(AuditView::from).collect()))
}

/// `GET /api/devices/sessions/active`
pub(super) async fn sessions(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<Json<Vec<SessionView>>, Refusal> {
    let account = caller.account().clone();
    let rows = app.store.recordings(account, Timestamp::now()).await?;
    let views = rows.into_iter().map(|row| SessionView {
        session_id: row.session,
        session_type: "screen_record",
        device_node_id: row.device,
        status: "active",
        configuration: row.configuration,
        created_at: row.created_at,
        agent_id: row.agent,
    });
    Ok(Json(views.collect()))
}

pub(super) async fn own_device(
    app: &App,
    caller: &Caller,
    id: String,
) -> Result<DeviceRow, Refusal> {
    let id = DeviceId::new(id)
        .map_err(|problem| Refusal::unprocessable(format!("device: {problem}")))?;
    let row = app.store.device(id.clone()).await?;
    let row = row.ok_or_else(|| Refusal::unknown_device(&id))?;
    if row.account != *caller.account() {
        return Err(Refusal::forbidden(format!("Device {id} is not yours")));
    }
    Ok(row)
}

fn view(app: &App, row: DeviceRow) -> DeviceView {
    let heard_at = app.switchboard.heard_at(&row.info.id);
    let DeviceInfo {
        id,
        name,
        kind,
        platform,
        platform_version,
        architecture,
        capabilities,
        more,
    } = row.info;
    let mut more: Map<String, Value> = more;
    let mut said = |name| more.remove(name);
    DeviceView {
        capabilities_detailed: said("capabilities_detailed"),
        hardware_info: said("hardware_info"),
        app_type: said("app_type"),
        app_version: said("app_version"),
        tauri_version: said("tauri_version"),
        version: said("version"),
        metadata_json: Value::Object(more),
        user_id: row.account.as_str().to_owned(),
        last_command_at: row.last_command_at,
        node_type: kind,
        status: if heard_at.is_some() {
            Status::Online
        } else {
            Status::Offline
        },
        last_seen: heard_at.unwrap_or(row.last_seen_at),
        device_id: id.clone(),
        id,
        name,
        platform,
        platform_version,
        architecture,
        capabilities,
    }
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        let said = entry.said;
        Self {
            id: entry.number.to_string(),
            action_type: said.action,
            success: said.success,
            result_summary: said.summary,
            error_message: said.error,
            file_path: None,
            duration_ms: Some(said.duration_ms),
            created_at: entry.at,
            agent_id: entry.agent,
            user_id: entry.account,
            from_device: said.from_device,
            code: said.code,
            command_id: said.command,
            maturity_level: said.maturity,
            governance_allowed: said.allowed,
            late: said.late,
        }
    }
}
