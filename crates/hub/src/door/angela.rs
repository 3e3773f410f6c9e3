//! What the angela wire has over HTTP, signed, and the modules that its clients switch.
//!
//! A signature shows that the sender has the key, and nothing more. The socket is never signed.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderName, StatusCode},
    routing::post,
};
use bytes::Bytes;
use chaperone_dialects::is_angela_signature;
use chaperone_protocol::{Event, Timestamp, Value};
use serde_json::json;

use crate::{
    Error,
    app::App,
    rest::{Refusal, arrived},
    store::AccountId,
};

/// The wire's name.
pub(super) const ID: &str = "angela";

const SIGNATURE: HeaderName = HeaderName::from_static("x-angela-signature");
const MODULES: [&str; 4] = ["vision", "audio", "tactile", "action"];

/// The modules that were ever switched, and how.
type Switched = BTreeMap<String, bool>;

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/system/status", post(status))
        .route("/api/v1/system/module-control", post(module_control))
        .route("/api/v1/mobile/test", post(test))
}

/// Takes down what a client switched. Names that no module has and states that are neither on nor
/// off are passed on to the others, and not kept.
pub(super) async fn heard(app: &App, account: &AccountId, event: &Event) -> Result<(), Error> {
    if event.name != "module_control" {
        return Ok(());
    }
    let module = event.data.get("module").and_then(Value::as_str);
    let enabled = event.data.get("enabled").and_then(Value::as_bool);
    match (module, enabled) {
        (Some(module), Some(enabled)) if MODULES.contains(&module) => {
            switch(app, account, module, enabled).await
        }
        _ => Ok(()),
    }
}

/// `POST /api/v1/system/status`
async fn status(State(app): State<Arc<App>>, request: Request) -> Result<Json<Value>, Refusal> {
    signed(&app, request).await?;
    let account = AccountId::first();
    let switched: Switched = app.store.kept(name(&account)).await?.unwrap_or_default();
    let modules: BTreeMap<&str, bool> = MODULES
        .into_iter()
        .map(|module| (module, switched.get(module).copied().unwrap_or(true)))
        .collect();
    Ok(Json(json!({
        "status": "online",
        // What is not known here is not made up; programs show these texts as they are.
        "stats": {
            "cpu": "n/a",
            "mem": "n/a",
            "nodes": app.audiences.size(ID, &account),
            "tier": null,
            "ai_score": null,
        },
        "modules": modules,
        "timestamp": Timestamp::now(),
    })))
}

/// `POST /api/v1/system/module-control`: not told to the sockets, as the system does not either.
async fn module_control(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    let body = signed(&app, request).await?;
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let module = body.get("module").and_then(Value::as_str);
    let enabled = body.get("enabled").and_then(Value::as_bool);
    Ok(Json(match (module, enabled) {
        (Some(module), Some(enabled)) if MODULES.contains(&module) => {
            switch(&app, &AccountId::first(), module, enabled).await?;
            json!({ "status": "success", "module": module, "enabled": enabled })
        }
        _ => json!({ "status": "error", "message": "Invalid module or state" }),
    }))
}

/// `POST /api/v1/mobile/test`
async fn test(State(app): State<Arc<App>>, request: Request) -> Result<Json<Value>, Refusal> {
    let body = signed(&app, request).await?;
    let received: Value = serde_json::from_slice(&body).unwrap_or_default();
    Ok(Json(json!({
        "status": "success",
        "received": received,
        "server_time": Timestamp::now(),
        "message": "the signature is good",
    })))
}

/// The body, if it is signed with this hub's key.
async fn signed(app: &Arc<App>, request: Request) -> Result<Bytes, Refusal> {
    let signature = request.headers().get(SIGNATURE).cloned();
    let Some(signature) = signature else {
        let status = StatusCode::UNAUTHORIZED;
        let detail = "Missing security signature";
        return Err(Refusal::new(status, "unauthorized", detail));
    };
    let body = arrived(request, app).await?;
    let good = signature
        .to_str()
        .is_ok_and(|signature| is_angela_signature(&app.request_key, &body, signature));
    if !good {
        return Err(Refusal::forbidden("Invalid security signature"));
    }
    Ok(body)
}

async fn switch(app: &App, account: &AccountId, module: &str, enabled: bool) -> Result<(), Error> {
    let module = module.to_owned();
    app.store
        .change(name(account), move |switched: &mut Switched| {
            switched.insert(module.clone(), enabled);
        })
        .await
}

fn name(account: &AccountId) -> String {
    format!("angela.modules:{}", account.as_str())
}
