//! What a person is told of a device that waits to be let in, and what they say to it.

use std::{net::SocketAddr, sync::Arc, time::Instant};

use axum::{
    Json,
    extract::{ConnectInfo, Path, State},
    http::StatusCode,
};
use chaperone_protocol::{Timestamp, visible};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::auth::unlocked;
use crate::{
    app::App,
    people::UserCode,
    rest::{Refusal, body::Body, caller::Me},
};

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct Decision {
    allow: bool,
}

/// `GET /api/pairing/{code}`
pub(super) async fn look(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    me: Me,
    Path(code): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let names = [
        format!("code {}", me.account.id.as_str()),
        format!("code {}", from.ip()),
    ];
    unlocked(&app, &names, "Too many codes that are none")?;
    let code = UserCode::typed(&code).ok_or_else(none)?;
    let found = app
        .store
        .application(code.as_str().to_owned(), Timestamp::now())
        .await?;
    let Some(found) = found else {
        app.attempts.failed(&names, Instant::now());
        return Err(none());
    };
    let replaces = match found.device.clone() {
        Some(device) => {
            let account = me.account.id.clone();
            app.store
                .pairing_of(account, device, Timestamp::now())
                .await?
        }
        None => None,
    };
    Ok(Json(json!({
        "user_code": found.user_code,
        // A name from outside must not look like something else.
        "device_name": visible(&found.name),
        "device_id": found.device.as_deref().map(visible),
        "client_id": visible(&found.client),
        "fingerprint": found.fingerprint.as_deref().map(grouped),
        // A pairing that ends with the new one.
        "replaces": replaces.map(|session| json!({
            "device_name": visible(&session.label),
            "fingerprint": session.fingerprint.as_deref().map(grouped),
        })),
        "expires_at": found.expires_at,
    })))
}

/// `POST /api/pairing/{code}`
pub(super) async fn decide(
    State(app): State<Arc<App>>,
    me: Me,
    Path(code): Path<String>,
    Body(decision): Body<Decision>,
) -> Result<Json<Value>, Refusal> {
    let code = UserCode::typed(&code).ok_or_else(none)?;
    let (code, now) = (code.as_str().to_owned(), Timestamp::now());
    let decided = app
        .store
        .decide_application(code, me.account.id, decision.allow, now)
        .await?;
    if !decided {
        return Err(none());
    }
    Ok(Json(json!({ "success": true, "allowed": decision.allow })))
}

fn none() -> Refusal {
    let detail = "No device waits with this code: look at its screen again";
    Refusal::new(StatusCode::NOT_FOUND, "not_found", detail)
}

/// Four by four, as it stands on the device's screen.
fn grouped(fingerprint: &str) -> String {
    let digits: Vec<char> = fingerprint.chars().collect();
    let groups: Vec<String> = digits
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}
