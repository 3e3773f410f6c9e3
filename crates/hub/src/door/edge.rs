//! What the archety wire has over HTTP: how a device gets its id, and how it asks for commands and
//! brings their results while its socket is down.
//!
//! A command is given out once, by whichever way the device is reached, and its result counts by
//! whichever way it comes.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use chaperone_dialects::{
    Configuration, Context, DecodeError, Downstream, EdgeRegistered, EdgeRegistration, Polled,
    Polling, Upstream, is_shared_secret,
};
use chaperone_protocol::{CommandState, DeviceId, DeviceInfo, Map, Timestamp, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{admit_named, guest::Guest, settle};
use crate::{
    Error,
    app::App,
    depth::{LEVELS, is_too_deep},
    queue,
    rest::{Body, Caller, Refusal, arrived},
    store::Admission,
};

/// The wire's name.
const ID: &str = "archety";
/// As much as a frame of the wire's socket may hold.
const BODY_BYTES: usize = 8 * 1024 * 1024;
/// As many events are taken from one request; the device says the others again.
const EVENTS: usize = 100;
/// How long a device's wishes may be, as JSON.
const WISHES_BYTES: usize = 16 * 1024;
/// The longest pause between two requests, in seconds.
const DAY: u64 = 86_400;
/// How long the name of an event may be to be taken.
const EVENT_NAME_BYTES: usize = 200;

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/edge/register", post(register))
        .route("/edge/sync", post(sync))
        .route("/edge/command/ack", post(acknowledge))
        .route("/edge/ack_command", post(acknowledge))
        .route("/edge/message", post(message))
        .route(
            "/dialects/archety/agents/{device}/config",
            axum::routing::put(configure),
        )
        // Pictures travel inside results.
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

fn welcome(admitted: Admission) -> Result<(), Refusal> {
    Err(Refusal::forbidden(match admitted {
        Admission::Welcome => return Ok(()),
        Admission::Foreign => "this device id belongs to another account",
        Admission::Unproven => "this device was paired with a key, which this wire cannot ask for",
    }))
}

/// `POST /edge/register`: without a header; the body has the token.
async fn register(State(app): State<Arc<App>>, request: Request) -> Result<Response, Refusal> {
    let text = text(request, &app).await?;
    let asked = EdgeRegistration::read(&text).map_err(|problem| senseless(&problem))?;
    let (guest, own) = if is_shared_secret(&asked.auth_token, &app.edge_secret) {
        // Whoever knows the secret signs with it from now on.
        (Guest::sharing(None), None)
    } else {
        let guest = Guest::of_token(&app, &asked.auth_token).await?;
        (guest, Some(asked.auth_token.clone()))
    };
    let digits: String = asked
        .user_phone
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let id = DeviceId::new(format!("edge_{digits}"))
        .ok()
        .filter(|_| !digits.is_empty())
        .ok_or_else(|| Refusal::unprocessable("user_phone: holds no number"))?;
    if !guest.is_for(&id) {
        return Err(Refusal::forbidden("the token is another device's"));
    }
    let device = DeviceInfo {
        name: id.to_string(),
        kind: "edge".to_owned(),
        platform: String::new(),
        platform_version: asked.version,
        architecture: String::new(),
        capabilities: asked.capabilities,
        more: Map::new(),
        id: id.clone(),
    };
    let now = Timestamp::now();
    let admitted = app
        .store
        .admit(guest.account, ID, device, None, now)
        .await?;
    welcome(admitted)?;
    let registered = EdgeRegistered {
        edge_agent_id: id,
        auth_token: own,
    };
    let body = registered.written().map_err(|_| unsayable())?;
    Ok(as_json(body))
}

/// `POST /edge/sync`: also while the socket is up, which is how devices bring their events.
async fn sync(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Refusal> {
    let guest = Guest::of_edge(&app, &headers, None).await?;
    let text = text(request, &app).await?;
    let named = guest.device.clone().or_else(|| said(&text));
    let device = named.ok_or_else(|| Refusal::unprocessable("edge_agent_id: is missing"))?;
    let now = Timestamp::now();
    welcome(admit_named(&app, &guest.account, ID, &device, now).await?)?;
    let cx = Context::at(now).of(Some(&device));
    let polling = polling()?;
    let mut poll = polling
        .asked(&text, cx)
        .map_err(|problem| senseless(&problem))?;
    // The rest is said again, because it is not named in the answer.
    poll.events.truncate(EVENTS);
    poll.events.retain(|event| {
        event.id.len() <= EVENT_NAME_BYTES && event.event.name.len() <= EVENT_NAME_BYTES
    });
    let told: Vec<(String, String)> = poll
        .events
        .into_iter()
        .map(|event| (event.id, event.event.name))
        .collect();
    let kept_events = told.iter().map(|(id, _)| id.clone()).collect();
    if !told.is_empty() {
        let account = guest.account.clone();
        app.store
            .device_told(account, device.clone(), told, now)
            .await?;
    }
    let wishes = wishes(&app, &device).await?;
    let was_away = !app.switchboard.is_connected(&device);
    let messages: Vec<Downstream> = app
        .switchboard
        .polled(&device, now)
        .into_iter()
        .map(Downstream::Command)
        .chain(wishes.map(Downstream::Configure))
        .collect();
    if was_away {
        // It hears of that when it asks the next time.
        queue::deliver(&app, &device);
    }
    let polled = Polled {
        messages,
        kept_events,
    };
    let body = polling.answer(&polled, cx).map_err(|_| unsayable())?;
    Ok(as_json(body))
}

/// `POST /edge/command/ack`, and the older `POST /edge/ack_command`.
async fn acknowledge(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    let guest = Guest::of_edge(&app, &headers, None).await?;
    let text = text(request, &app).await?;
    let cx = Context::at(Timestamp::now()).of(guest.device.as_ref());
    let heard = polling()?
        .result_taken(&text, cx)
        .map_err(|problem| senseless(&problem))?;
    let (Upstream::Result { id, .. } | Upstream::Accepted { id } | Upstream::Progress { id, .. }) =
        &heard
    else {
        return Err(Refusal::unprocessable("the body acknowledges no command"));
    };
    // Whoever has only the shared secret speaks for all devices that have it.
    let account = guest.account;
    let device = match guest.device {
        Some(device) => {
            let whose = app.store.device_account(device.clone()).await?;
            if whose.is_some_and(|whose| whose != account) {
                let reason = "this device id belongs to another account";
                return Err(Refusal::forbidden(reason));
            }
            Some(device)
        }
        None => {
            app.store
                .command_device(account.clone(), id.clone())
                .await?
        }
    };
    let Some(device) = device else {
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("Command {id} not found"),
        ));
    };
    match heard {
        Upstream::Result { id, outcome } => {
            settle(&app, &device, &id, outcome).await?;
        }
        Upstream::Progress { id, state } => {
            app.switchboard.progress(&account, &device, &id, state);
        }
        Upstream::Accepted { id } => {
            let state = CommandState::Received;
            app.switchboard.progress(&account, &device, &id, state);
        }
        _ => {}
    }
    Ok(Json(json!({ "success": true })))
}

/// `POST /edge/message`: no agent of this hub answers messages, and it keeps none.
async fn message(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    Guest::of_edge(&app, &headers, None).await?;
    let text = text(request, &app).await?;
    let message: Map<String, Value> = serde_json::from_str(&text)
        .map_err(|_| Refusal::unprocessable("the body is not a JSON object"))?;
    let said = ["filtered_text", "text"]
        .iter()
        .any(|name| message.get(*name).is_some_and(Value::is_string));
    if !said {
        return Err(Refusal::unprocessable("filtered_text: is missing"));
    }
    Ok(Json(json!({ "should_respond": false })))
}

/// How a device is to behave, as it is kept until the device has heard it.
#[derive(Default, Serialize, Deserialize)]
struct Wish {
    #[serde(flatten)]
    members: Map<String, Value>,
}

/// `PUT /dialects/archety/agents/{device}/config`: tells a device how to behave, now or when it is
/// next heard. Only its person may.
async fn configure(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(device): Path<String>,
    Body(members): Body<Map<String, Value>>,
) -> Result<Json<Value>, Refusal> {
    let device = DeviceId::new(device)
        .map_err(|problem| Refusal::unprocessable(format!("device: {problem}")))?;
    let Caller::Person(person) = caller else {
        return Err(Refusal::forbidden("only a person may change a device"));
    };
    let whose = app.store.device_account(device.clone()).await?;
    if whose.as_ref() != Some(&person.id) {
        return Err(Refusal::unknown_device(&device));
    }
    let wish = read(&members)?;
    let told = Downstream::Configure(wish);
    let at_once = app.switchboard.tell(&device, told).is_ok();
    if !at_once {
        app.store
            .change(name(&device), move |kept: &mut Wish| {
                kept.members.extend(members.clone());
            })
            .await?;
    }
    Ok(Json(json!({ "success": true, "delivered": at_once })))
}

/// What a device is to hear of how to behave; it is forgotten by that.
pub(super) async fn wishes(app: &App, device: &DeviceId) -> Result<Option<Configuration>, Error> {
    let name = name(device);
    // Nearly always there is none, and looking is cheaper than taking.
    if app.store.kept::<Wish>(name.clone()).await?.is_none() {
        return Ok(None);
    }
    let wish: Option<Wish> = app.store.take(name).await?;
    Ok(wish.and_then(|wish| read(&wish.members).ok()))
}

fn read(members: &Map<String, Value>) -> Result<Configuration, Refusal> {
    let mut more = members.clone();
    let poll_every = match more.remove("sync_interval") {
        None | Some(Value::Null) => None,
        Some(seconds) => {
            let whole = seconds.as_u64().filter(|whole| (1..=DAY).contains(whole));
            let detail = format!("sync_interval: must be between 1 and {DAY} seconds");
            Some(Duration::from_secs(
                whole.ok_or_else(|| Refusal::unprocessable(detail))?,
            ))
        }
    };
    let bytes = serde_json::to_vec(&more).map_or(usize::MAX, |json| json.len());
    if bytes > WISHES_BYTES {
        return Err(Refusal::unprocessable("the wishes are longer than 16 KiB"));
    }
    Ok(Configuration { poll_every, more })
}

fn name(device: &DeviceId) -> String {
    format!("archety.wishes:{device}")
}

/// The device that a body of `sync` names, for those that name it nowhere else.
fn said(text: &str) -> Option<DeviceId> {
    let body: Map<String, Value> = serde_json::from_str(text).ok()?;
    DeviceId::new(body.get("edge_agent_id")?.as_str()?).ok()
}

fn polling() -> Result<&'static dyn Polling, Refusal> {
    chaperone_dialects::dialect(ID)
        .and_then(chaperone_dialects::Dialect::polling)
        .ok_or_else(unsayable)
}

async fn text(request: Request, app: &Arc<App>) -> Result<String, Refusal> {
    let body = arrived(request, app).await?;
    if is_too_deep(&body) {
        let detail = format!("the body has more than {LEVELS} levels");
        return Err(Refusal::unprocessable(detail));
    }
    String::from_utf8(body.into())
        .map_err(|_| Refusal::unprocessable("the body is not JSON: it is no text"))
}

fn senseless(problem: &DecodeError) -> Refusal {
    Refusal::unprocessable(problem.to_string())
}

fn unsayable() -> Refusal {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    Refusal::new(status, "internal", "something went wrong inside the hub")
}

fn as_json(body: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
