//! Where devices come in: who may is looked at before the socket is one.
//!
//! Every wire has its door at its native path and at one of ours. What is said on a socket
//! afterwards is the [`socket`] module's, and what the wires have over HTTP that of the modules
//! named after them.

mod adiuva;
mod angela;
mod blueprint;
mod edge;
mod guest;
mod hearing;
mod large;
mod limits;
mod proving;
mod shared;
mod socket;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{
        Query, State, WebSocketUpgrade, rejection::QueryRejection,
        ws::rejection::WebSocketUpgradeRejection,
    },
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};
use chaperone_dialects::Dialect;
use chaperone_protocol::{CommandId, DeviceId, DeviceInfo, Event, Map, Outcome, Timestamp};
use serde_json::{Value, json};

pub(crate) use self::limits::Limits;
use self::{
    guest::{Entry, Guest},
    socket::Speech,
};
use crate::{
    Error,
    app::App,
    artifacts,
    rest::Refusal,
    store::{AccountId, Admission, Settled},
};

/// What an idle socket keeps in memory to read into.
const READ_BUFFER_BYTES: usize = 512;

/// What a wire has over HTTP beside its socket.
pub(crate) struct Beside {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) status: &'static str,
    /// Whether no credential is needed, or one of the wire's own.
    pub(crate) open: bool,
}

impl Beside {
    const fn new(method: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self {
            method,
            path,
            summary,
            status: "200",
            open: false,
        }
    }

    const fn open(self) -> Self {
        Self { open: true, ..self }
    }

    const fn status(self, status: &'static str) -> Self {
        Self { status, ..self }
    }
}

/// All of that.
pub(crate) const BESIDE: &[Beside] = &[
    Beside::new("get", "/health", "Whether the hub is there").open(),
    Beside::new("get", "/api/v1/health", "Whether the hub is there").open(),
    Beside::new("post", "/api/v1/agents/trigger", "Begin an agent run").status("202"),
    Beside::new("get", "/api/v1/agents/runs", "Agent runs"),
    Beside::new("post", "/api/v1/system/status", "How things are; signed").open(),
    Beside::new(
        "post",
        "/api/v1/system/module-control",
        "Switch a module; signed",
    )
    .open(),
    Beside::new("post", "/api/v1/mobile/test", "Try a signature").open(),
    Beside::new("post", "/edge/register", "Make an edge agent known").open(),
    Beside::new("post", "/edge/sync", "Ask for commands, bring events"),
    Beside::new("post", "/edge/command/ack", "Say how a command ended"),
    Beside::new("post", "/edge/ack_command", "The same, by its older name"),
    Beside::new("post", "/edge/message", "Pass a message on"),
    Beside::new(
        "put",
        "/dialects/archety/agents/{device}/config",
        "How an edge agent is to behave",
    ),
    Beside::new(
        "get",
        "/dialects/blueprint/api/devices",
        "The table of devices",
    ),
    Beside::new("post", "/dialects/blueprint/api/devices", "Put one into it").status("201"),
    Beside::new("put", "/dialects/blueprint/api/devices/{id}", "Change one"),
    Beside::new(
        "delete",
        "/dialects/blueprint/api/devices/{id}",
        "Take one out",
    ),
];

/// The doors of every dialect, at the native paths and at ours, and the HTTP side of those that
/// have one. Two wires have the same native path; there the first frame tells which it is.
pub(crate) fn router() -> Router<Arc<App>> {
    let mut router = Router::new();
    let mut native: Vec<(&'static str, Speech)> = Vec::new();
    for dialect in chaperone_dialects::ALL.iter().copied() {
        let profile = dialect.profile();
        let own = format!("/dialects/{}/ws", profile.id);
        router = router.route(&own, door(Speech::Of(dialect)));
        match native
            .iter_mut()
            .find(|(path, _)| *path == profile.native_path)
        {
            Some((_, speech)) => *speech = Speech::Either(speech.at_first(), dialect),
            None => native.push((profile.native_path, Speech::Of(dialect))),
        }
    }
    for (path, speech) in native {
        router = router.route(path, door(speech));
    }
    router
        .route("/health", get(health))
        .route("/api/v1/health", get(well))
        .merge(adiuva::router())
        .merge(angela::router())
        .merge(blueprint::router())
        .merge(edge::router())
}

fn door(speech: Speech) -> axum::routing::MethodRouter<Arc<App>> {
    get(
        move |State(app): State<Arc<App>>,
              headers: HeaderMap,
              entry: Result<Query<Entry>, QueryRejection>,
              upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>| {
            enter(app, speech, headers, entry, upgrade)
        },
    )
}

async fn enter(
    app: Arc<App>,
    speech: Speech,
    headers: HeaderMap,
    entry: Result<Query<Entry>, QueryRejection>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let dialect = speech.at_first();
    let guest = Guest::at(&app, dialect.profile(), &headers, entry).await?;
    let upgrade = upgrade.map_err(|rejection| {
        Refusal::new(
            rejection.status(),
            "upgrade_required",
            "this path speaks WebSocket only",
        )
    })?;
    if app.stopping.is_cancelled() {
        return Err(Refusal::stopping());
    }
    let Some(room) = app.sockets.room(&guest.account) else {
        return Err(Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "crowded",
            "too many sockets are open: close some, or try again later",
        ));
    };
    let limit = dialect.profile().max_up_bytes;
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_frame_size(limit)
        .max_message_size(limit);
    Ok(upgrade.on_upgrade(move |socket| {
        let tasks = app.tasks.clone();
        tasks.track_future(socket::converse(app, guest, speech, socket, room))
    }))
}

/// `GET /health`, as two of the wires have it.
async fn health() -> Json<Value> {
    Json(json!({
        "status": "healthy",
        "system": "Chaperone",
        "version": env!("CARGO_PKG_VERSION"),
        "level": null,
        "timestamp": Timestamp::now(),
    }))
}

/// `GET /api/v1/health`
async fn well() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Keeps what a wire's hub keeps of what its devices tell.
async fn take_note(
    app: &App,
    dialect: &dyn Dialect,
    account: &AccountId,
    event: &Event,
) -> Result<(), Error> {
    if dialect.profile().id == angela::ID {
        angela::heard(app, account, event).await?;
    }
    Ok(())
}

/// Takes an outcome down and hands it to whoever waits for it, by whichever way it came.
async fn settle(
    app: &App,
    device: &DeviceId,
    id: &CommandId,
    outcome: Outcome,
) -> Result<Settled, Error> {
    let outcome = artifacts::checked(app, device, id, outcome).await?;
    let settled = app
        .store
        .settle(
            device.clone(),
            id.clone(),
            outcome.clone(),
            Timestamp::now(),
        )
        .await?;
    match settled {
        Settled::InTime => app.switchboard.answer(id, outcome),
        Settled::Late => tracing::info!(%id, "an outcome came late and is kept"),
        Settled::Duplicate => tracing::debug!(%id, "an outcome came again"),
        Settled::Unknown => tracing::warn!(%id, "an outcome of no command of this device"),
    }
    Ok(settled)
}

/// Lets a device in that was only named: what it ever said of itself stays as it is.
async fn admit_named(
    app: &App,
    account: &AccountId,
    dialect: &'static str,
    device: &DeviceId,
    now: Timestamp,
) -> Result<Admission, Error> {
    match app.store.device_owner(device.clone()).await? {
        Some((whose, _)) if whose != *account => Ok(Admission::Foreign),
        Some((_, true)) => Ok(Admission::Unproven),
        Some((_, false)) => Ok(Admission::Welcome),
        None => {
            let unknown = DeviceInfo {
                id: device.clone(),
                name: device.to_string(),
                kind: String::new(),
                platform: String::new(),
                platform_version: String::new(),
                architecture: String::new(),
                capabilities: Vec::new(),
                more: Map::new(),
            };
            app.store
                .admit(account.clone(), dialect, unknown, None, now)
                .await
        }
    }
}
