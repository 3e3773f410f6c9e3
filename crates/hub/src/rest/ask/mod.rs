//! The paths by which something is asked of a device.
//!
//! Bodies in, bodies out; everything in between is the `order` module's.

pub(crate) mod answer;
pub(crate) mod kind;
pub(crate) mod manner;
pub(crate) mod order;

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
    routing::post,
};
use chaperone_protocol::{Map, Value};

use self::{
    kind::{Common, Kind, StopParameters, Target, part},
    order::{Manner, Order, Wish},
};
use super::{Refusal, body::Body, caller::Caller};
use crate::app::App;

pub(super) fn router() -> Router<Arc<App>> {
    let router = Router::new().route("/api/devices/screen/record/stop", post(stop));
    Kind::ALL.into_iter().fold(router, |router, kind| {
        let handler = move |State(app): State<Arc<App>>,
                            caller: Caller,
                            uri: Uri,
                            headers: HeaderMap,
                            Body(body): Body<Map<String, Value>>| async move {
            let body = Arc::new(Value::Object(body));
            let Target { device_node_id } = part(&body)?;
            let order = order(kind, device_node_id, body, &headers, &caller, uri.path())?;
            let device = order.device.clone();
            order.carry_out(&app, &caller).await?.into_response(&device)
        };
        router.route(&format!("/api/devices/{}", kind.path()), post(handler))
    })
}

/// What a call wants of one device.
pub(crate) fn order(
    kind: Kind,
    device: chaperone_protocol::DeviceId,
    body: Arc<Value>,
    headers: &HeaderMap,
    caller: &Caller,
    path: &str,
) -> Result<Order, Refusal> {
    let common: Common = part(&body)?;
    let action = kind.action(&body)?;
    Ok(Order {
        wait: kind::wait(&action, &common)?,
        manner: Manner::of(headers, caller, path, &body, &common)?,
        wish: Some(Wish { kind, body }),
        device,
        agent: common.agent_id,
        action,
    })
}

/// What an approved proposal wants of a device.
pub(super) fn approved(
    kind: Kind,
    device: chaperone_protocol::DeviceId,
    parameters: &Value,
) -> Result<Order, Refusal> {
    let action = kind.action(parameters)?;
    Ok(Order {
        wait: kind::default_wait(&action),
        manner: Manner::default(),
        wish: None,
        device,
        agent: None,
        action,
    })
}

/// `POST /api/devices/screen/record/stop`
async fn stop(
    State(app): State<Arc<App>>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
    Body(body): Body<Map<String, Value>>,
) -> Result<Response, Refusal> {
    let order = stop_order(&app, &caller, &Value::Object(body), &headers, uri.path()).await?;
    let device = order.device.clone();
    order.carry_out(&app, &caller).await?.into_response(&device)
}

/// What ends a recording, on the device where it runs.
pub(crate) async fn stop_order(
    app: &App,
    caller: &Caller,
    body: &Value,
    headers: &HeaderMap,
    path: &str,
) -> Result<Order, Refusal> {
    let parameters: StopParameters = part(body)?;
    let common: Common = part(body)?;
    let session = parameters.session_id.clone();
    let action = parameters.action();
    let recording = app.store.recording(session.clone()).await?;
    let user = caller.account();
    let refused = |code, reason: String| Err(answer::failure(&action, code, &reason));
    let Some(recording) = recording else {
        return refused("not_found", format!("Session {session} not found"));
    };
    let theirs = recording.account == *user
        && match caller {
            Caller::Person(_) => true,
            Caller::Agent(row) => recording.agent.as_ref() == Some(&row.agent.id),
        };
    if !theirs {
        let user = user.as_str();
        let reason = format!("Session {session} does not belong to user {user}");
        return refused("forbidden", reason);
    }
    Ok(Order {
        wait: kind::wait(&action, &common)?,
        manner: Manner::of(headers, caller, path, body, &common)?,
        wish: None,
        device: recording.device,
        agent: common.agent_id,
        action,
    })
}
