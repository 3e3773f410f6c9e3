//! What those ask who watch over the hub: does it live, can it work, what does it do.
//!
//! The first two say a word to anybody; figures are for this computer and for owners.

use std::{
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Json,
    extract::{ConnectInfo, Request, State},
    http::{HeaderName, StatusCode, header},
};
use serde_json::{Value, json};

use super::{Refusal, caller::Me};
use crate::{Error, app::App, folder, meter, store::Role};

/// How long the books may take to answer.
const READY_WITHIN: Duration = Duration::from_secs(2);
/// However often somebody asks, the disk is written to no more often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What is written to see whether something can be.
const PROBE: &str = "hub.probe";

/// `GET /healthz`: the process answers.
pub(super) async fn alive() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /readyz`: the books answer and the folder can be written, and the hub is not about to stop.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<Json<Value>, Refusal> {
    if app.stopping.is_cancelled() {
        return Err(Refusal::stopping());
    }
    if is_well(&app).await {
        return Ok(Json(json!({ "status": "ok" })));
    }
    let detail = "the hub cannot keep its books; its log says why";
    let status = StatusCode::SERVICE_UNAVAILABLE;
    Err(Refusal::new(status, "not_ready", detail))
}

/// `GET /metrics`, as Prometheus reads it.
pub(super) async fn metrics(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<([(HeaderName, &'static str); 1], String), Refusal> {
    // Behind a proxy everybody may seem to be on this computer.
    let near = from.ip().to_canonical().is_loopback() && !app.names.is_behind_proxy();
    if !near {
        let (mut parts, _) = request.into_parts();
        let me = Me::of(&mut parts, &app).await?;
        if me.account.role != Role::Owner {
            let detail = "Only an owner of the hub may read its figures";
            return Err(Refusal::forbidden(detail));
        }
    }
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], written(&app)))
}

async fn is_well(app: &App) -> bool {
    let mut last = app.health.lock().await;
    if let Some((at, well)) = *last
        && at.elapsed() < LOOK_EVERY
    {
        return well;
    }
    let looked = tokio::time::timeout(READY_WITHIN, look(app)).await;
    let well = match looked {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the hub is not well"
            );
            false
        }
        Err(_) => {
            tracing::error!("the hub is not well: its books do not answer in time");
            false
        }
    };
    *last = Some((Instant::now(), well));
    well
}

async fn look(app: &App) -> Result<(), Error> {
    app.store.answers().await?;
    let folder = app.data_dir.clone();
    tokio::task::spawn_blocking(move || write_something(&folder))
        .await
        .map_err(|_| Error::Stopped)?
}

fn write_something(data_dir: &Path) -> Result<(), Error> {
    let path = data_dir.join(PROBE);
    let write = || {
        folder::prepare_file(&path)?;
        std::fs::write(&path, PROBE)?;
        std::fs::remove_file(&path)
    };
    write().map_err(|source| Error::Folder {
        folder: data_dir.to_owned(),
        source,
    })
}

fn written(app: &App) -> String {
    let mut text = String::new();
    app.meter.write(&mut text);
    let name = "chaperone_hub_commit_seconds";
    let help = "Transactions of the books, from their beginning to the end of the commit.";
    meter::histogram(&mut text, name, help, app.store.commits());
    let (to_write, to_read) = app.store.depths();
    for (name, help, value) in [
        (
            "chaperone_hub_waiting_commands",
            "Commands that wait for their answer.",
            app.calls.underway(),
        ),
        (
            "chaperone_hub_write_queue",
            "Work that waits to be written into the books.",
            to_write,
        ),
        (
            "chaperone_hub_read_queue",
            "Questions that wait to be looked up in the books.",
            to_read,
        ),
    ] {
        meter::number(&mut text, name, help, value as u64);
    }
    if let Some(bytes) = meter::resident_bytes() {
        let name = "process_resident_memory_bytes";
        meter::number(&mut text, name, "Resident memory.", bytes);
    }
    text
}
