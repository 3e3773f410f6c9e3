//! The device table of the blueprint wire: what its programs draw on their plans.
//!
//! These are entries that somebody typed, not devices of this hub, and nothing can be asked of
//! them. Each change is told to the sockets of the wire.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use chaperone_dialects::Downstream;
use chaperone_protocol::{Event, Map, Timestamp, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::guest::Guest;
use crate::{
    app::App,
    rest::{Body, Refusal, bearer},
    store::AccountId,
};

/// The wire's name.
const ID: &str = "blueprint";
/// As many entries are kept.
const ENTRIES: usize = 1_000;
/// How long one may be, as JSON.
const ENTRY_BYTES: usize = 16 * 1024;
/// What each must have, and of which kind.
const NEEDED: [(&str, Kind); 5] = [
    ("name", Kind::Text),
    ("macAddress", Kind::Text),
    ("deviceType", Kind::Text),
    ("protocol", Kind::Text),
    ("rssi", Kind::Number),
];

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
}

/// The table as it is kept.
#[derive(Default, Serialize, Deserialize)]
struct Table {
    /// How many there ever were: an id is never given twice.
    last: u64,
    devices: Vec<Map<String, Value>>,
}

/// Why a change is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    Taken,
    Full,
    Unknown,
}

pub(super) fn router() -> Router<Arc<App>> {
    // At its native path another wire's devices live.
    Router::new()
        .route("/dialects/blueprint/api/devices", get(list).post(add))
        .route(
            "/dialects/blueprint/api/devices/{id}",
            axum::routing::put(change).delete(remove),
        )
}

/// `GET …/api/devices`
async fn list(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    let account = account(&app, &headers).await?;
    let table: Table = app.store.kept(name(&account)).await?.unwrap_or_default();
    Ok(Json(json!({ "success": true, "devices": table.devices })))
}

/// `POST …/api/devices`
async fn add(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Body(mut device): Body<Map<String, Value>>,
) -> Result<Json<Value>, Refusal> {
    let account = account(&app, &headers).await?;
    check(&device, Whole::Yes)?;
    for (name, usual) in [("isOnline", json!(true)), ("telemetryData", json!({}))] {
        device.entry(name).or_insert(usual);
    }
    device.insert("lastSeen".to_owned(), json!(Timestamp::now()));
    let added = app.store.change(name(&account), move |table: &mut Table| {
        if table.devices.len() >= ENTRIES {
            return Err(Problem::Full);
        }
        if table.has(device.get("macAddress"), None) {
            return Err(Problem::Taken);
        }
        table.last += 1;
        let mut device = device.clone();
        device.insert("id".to_owned(), json!(table.last));
        table.devices.push(device.clone());
        Ok(device)
    });
    let device = added.await?.map_err(refusal)?;
    announce(&app, &account, "device_added", "device", json!(device));
    Ok(Json(json!({ "success": true, "device": device })))
}

/// `PUT …/api/devices/{id}`
async fn change(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(id): Path<u64>,
    Body(mut wanted): Body<Map<String, Value>>,
) -> Result<Json<Value>, Refusal> {
    let account = account(&app, &headers).await?;
    check(&wanted, Whole::No)?;
    wanted.remove("id");
    let changed = app.store.change(name(&account), move |table: &mut Table| {
        if table.has(wanted.get("macAddress"), Some(id)) {
            return Err(Problem::Taken);
        }
        let device = table.devices.iter_mut().find(|device| is(device, id));
        let device = device.ok_or(Problem::Unknown)?;
        device.extend(wanted.clone());
        Ok(device.clone())
    });
    let device = changed.await?.map_err(refusal)?;
    announce(&app, &account, "device_updated", "device", json!(device));
    Ok(Json(json!({ "success": true, "device": device })))
}

/// `DELETE …/api/devices/{id}`
async fn remove(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(id): Path<u64>,
) -> Result<Json<Value>, Refusal> {
    let account = account(&app, &headers).await?;
    let removed = app.store.change(name(&account), move |table: &mut Table| {
        let before = table.devices.len();
        table.devices.retain(|device| !is(device, id));
        (table.devices.len() < before)
            .then_some(())
            .ok_or(Problem::Unknown)
    });
    removed.await?.map_err(refusal)?;
    announce(&app, &account, "device_deleted", "deviceId", json!(id));
    Ok(Json(
        json!({ "success": true, "message": "Device deleted" }),
    ))
}

/// Whose table it is: on a hub that only this computer reaches, that of its first person for
/// whoever says nothing of themself, as on the wire's socket.
async fn account(app: &App, headers: &HeaderMap) -> Result<AccountId, Refusal> {
    match bearer(headers) {
        Some(token) => Ok(Guest::of_token(app, token).await?.account),
        None if app.local => Ok(Guest::anybody().account),
        None => Err(Refusal::unauthorized()),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Yes,
    No,
}

fn check(device: &Map<String, Value>, whole: Whole) -> Result<(), Refusal> {
    for (name, kind) in NEEDED {
        let (fits, what) = match (kind, device.get(name)) {
            (_, None) if whole == Whole::No => continue,
            (Kind::Text, value) => {
                let text = value.and_then(Value::as_str);
                (text.is_some_and(|text| !text.is_empty()), "text")
            }
            (Kind::Number, value) => (value.is_some_and(Value::is_number), "a number"),
        };
        if !fits {
            return Err(Refusal::unprocessable(format!("{name}: must be {what}")));
        }
    }
    let bytes = serde_json::to_vec(device).map_or(usize::MAX, |json| json.len());
    if bytes > ENTRY_BYTES {
        let detail = format!("the device is {bytes} bytes long: at most {ENTRY_BYTES} are taken");
        return Err(Refusal::unprocessable(detail));
    }
    Ok(())
}

impl Table {
    /// Whether another entry than that one has the address.
    fn has(&self, address: Option<&Value>, but: Option<u64>) -> bool {
        address.is_some()
            && self.devices.iter().any(|device| {
                device.get("macAddress") == address && !but.is_some_and(|id| is(device, id))
            })
    }
}

fn is(device: &Map<String, Value>, id: u64) -> bool {
    device.get("id").and_then(Value::as_u64) == Some(id)
}

fn refusal(problem: Problem) -> Refusal {
    match problem {
        Problem::Taken => {
            let detail = "macAddress: another device has it";
            Refusal::new(StatusCode::CONFLICT, "conflict", detail)
        }
        Problem::Full => {
            let detail = format!("there are {ENTRIES} devices already: remove one first");
            Refusal::new(StatusCode::CONFLICT, "full", detail)
        }
        Problem::Unknown => Refusal::new(StatusCode::NOT_FOUND, "not_found", "Device not found"),
    }
}

fn announce(app: &App, account: &AccountId, event: &str, member: &str, value: Value) {
    let event = Event {
        name: event.to_owned(),
        data: Map::from_iter([(member.to_owned(), value)]),
    };
    app.audiences
        .announce(ID, account, Downstream::Event(event));
}

fn name(account: &AccountId) -> String {
    format!("blueprint.devices:{}", account.as_str())
}
