//! The HTTP side: every path, and what holds for all of them.
//!
//! Nothing here speaks to a device directly or decides about levels.

mod agent_governance;
mod artifacts;
pub(crate) mod ask;
mod body;
mod caller;
mod commands;
mod groups;
mod guard;
mod health;
mod live;
mod nodes;
mod openapi;
mod pages;
mod people;
mod proposals;
pub(crate) mod read;
mod refusal;
mod simulator;
mod supervision;
mod training;
mod webhooks;

use std::sync::Arc;

use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware, routing::get};

pub(crate) use self::{
    body::{Body, arrived},
    caller::{Caller, bearer},
    guard::{Names, Pace},
    refusal::Refusal,
};

use crate::{app::App, door, mcp};

/// The largest body taken.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Every path of the hub. Each is described in [`openapi`].
fn paths() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/api/devices", get(read::devices))
        .route("/api/devices/sessions/active", get(read::sessions))
        .route("/api/devices/{device}", get(read::device))
        .route("/api/devices/{device}/audit", get(read::audit))
        .merge(ask::router())
        .merge(commands::router())
        .merge(groups::router())
        .merge(proposals::router())
        .merge(agent_governance::router())
        .merge(training::router())
        .merge(supervision::router())
        .merge(nodes::router())
        .merge(artifacts::router())
        .merge(live::router())
        .merge(webhooks::router())
        .merge(mcp::router())
        .merge(openapi::router())
        .merge(pages::router())
        .merge(simulator::router())
        .merge(door::router())
        .merge(people::router())
}

/// The hub's answers to everything.
pub(crate) fn router(app: &Arc<App>) -> Router {
    paths()
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(
            Arc::clone(app),
            guard::watch,
        ))
        .with_state(Arc::clone(app))
}

async fn unknown_path() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "not_found", "no such path")
}

async fn wrong_method() -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this path does not take that method",
    )
}
