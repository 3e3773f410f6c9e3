//! The older paths by which devices made themselves known without a socket.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use chaperone_protocol::{DeviceId, DeviceInfo, Map, SignedDuration, Timestamp, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Refusal, body::Body, caller::Caller};
use crate::{app::App, store::Admission};

/// A device that was heard within so long counts as active.
const ACTIVE_FOR: Duration = Duration::from_mins(5);

/// The wire whose backends had these paths.
const DIALECT: &str = "atom";

#[derive(Deserialize, JsonSchema)]
pub(super) struct NewNode {
    #[serde(rename = "deviceId")]
    #[schemars(with = "String")]
    device_id: DeviceId,
    name: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    capabilities: Vec<String>,
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, Value>")]
    metadata: Map<String, Value>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct NodeView {
    #[schemars(with = "String")]
    id: DeviceId,
    name: String,
    status: &'static str,
    #[serde(rename = "type")]
    kind: String,
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/devices/nodes", get(list))
        .route("/api/devices/nodes/", get(list))
        .route("/api/devices/nodes/register", post(register))
        .route("/api/devices/nodes/{device}/heartbeat", post(heartbeat))
}

async fn register(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(node): Body<NewNode>,
) -> Result<Json<Value>, Refusal> {
    let Caller::Person(person) = caller else {
        return Err(Refusal::forbidden("only a person may register devices"));
    };
    let id = node.device_id;
    let now = Timestamp::now();
    let known = app.store.device(id.clone()).await?;
    let admitted = match known {
        Some(row) if row.account != person.id => Admission::Foreign,
        // What it says about itself on its socket stands.
        Some(_) => {
            app.store.seen(id.clone(), now).await?;
            Admission::Welcome
        }
        None => {
            let platform = text(&node.metadata, "platform");
            let info = DeviceInfo {
                id: id.clone(),
                name: node.name,
                kind: node.kind,
                platform,
                platform_version: text(&node.metadata, "platform_version"),
                architecture: text(&node.metadata, "architecture"),
                capabilities: node.capabilities,
                more: node.metadata,
            };
            app.store.admit(person.id, DIALECT, info, None, now).await?
        }
    };
    match admitted {
        Admission::Welcome => Ok(Json(json!({ "status": "success", "node_id": id }))),
        Admission::Foreign | Admission::Unproven => {
            Err(Refusal::forbidden(format!("Device {id} is not yours")))
        }
    }
}

async fn heartbeat(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let row = super::read::own_device(&app, &caller, id).await?;
    app.store.seen(row.info.id, Timestamp::now()).await?;
    Ok(Json(json!({ "status": "ok" })))
}

async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Vec<NodeView>>, Refusal> {
    let active_for = SignedDuration::try_from(ACTIVE_FOR).unwrap_or_default();
    let since = Timestamp::now().checked_sub(active_for);
    let since = since.unwrap_or(Timestamp::MIN);
    let rows = app.store.devices(caller.account().clone()).await?;
    let nodes = rows.into_iter().map(|row| {
        let heard_at = app.switchboard.heard_at(&row.info.id);
        let active = heard_at.is_some() || row.last_seen_at >= since;
        NodeView {
            id: row.info.id,
            name: row.info.name,
            status: if active { "active" } else { "inactive" },
            kind: row.info.kind,
        }
    });
    Ok(Json(nodes.collect()))
}

fn text(fields: &Map<String, Value>, name: &str) -> String {
    let text = fields.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}
