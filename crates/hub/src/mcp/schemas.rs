//! What each tool takes: the very types that read REST bodies, as one object each.

use chaperone_protocol::{DeviceId, Map, Value};
use rmcp::model::JsonObject;
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::Deserialize;
use serde_json::json;

use crate::rest::ask::kind::{
    CameraParameters, ExecuteParameters, Kind, LocationParameters, NotificationParameters,
    RecordingParameters, ScreenParameters, StopParameters, Trigger,
};

/// On which device.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Where {
    /// The device's id, as `list_devices` tells it.
    #[schemars(with = "String")]
    pub(super) device_id: DeviceId,
}

/// What every call to a device may say. How REST reads it is the `ask` module's matter.
#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "it only describes what is read elsewhere")]
struct Manner {
    /// How long to wait for the person and the device, in seconds: 1 to 600.
    deadline_seconds: Option<u64>,
    /// Say `automated` if no person wants this now: a schedule or an event set it off.
    #[serde(default)]
    trigger: Trigger,
    /// Your own name for this call, up to 200 bytes: the same call under the same name is not done
    /// again, and gets the same answer.
    idempotency_key: Option<String>,
}

/// What a notification may say besides.
#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "it only describes what is read elsewhere")]
struct Keeping {
    /// Keep it for a device that is away, for `deadline_seconds` (a day if absent, a week at most).
    #[serde(default)]
    queue: bool,
}

/// What is listed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    /// Only those that are connected now.
    #[serde(default)]
    pub(super) online_only: bool,
}

pub(super) fn listing() -> JsonObject {
    merged([part::<Listing>()])
}

pub(super) fn stop() -> JsonObject {
    merged([part::<StopParameters>(), part::<Manner>()])
}

pub(super) fn of(kind: Kind) -> JsonObject {
    let (own, more) = match kind {
        Kind::Camera => (part::<CameraParameters>(), None),
        Kind::Screen => (part::<ScreenParameters>(), None),
        Kind::Recording => (part::<RecordingParameters>(), None),
        Kind::Location => (part::<LocationParameters>(), None),
        Kind::Notification => (part::<NotificationParameters>(), Some(part::<Keeping>())),
        Kind::Execute => (part::<ExecuteParameters>(), None),
    };
    merged(
        [part::<Where>(), own, part::<Manner>()]
            .into_iter()
            .chain(more),
    )
}

/// The name of a field that a tool does not take, if there is one.
pub(super) fn unknown_field<'a>(schema: &JsonObject, arguments: &'a JsonObject) -> Option<&'a str> {
    let known = schema.get("properties").and_then(Value::as_object);
    let names = arguments.keys().map(String::as_str);
    let mut unknown = names.filter(|name| known.is_none_or(|known| !known.contains_key(*name)));
    unknown.next()
}

fn part<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let settings = settings.with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let schema = SchemaGenerator::new(settings).into_root_schema_for::<T>();
    schema.to_value()
}

/// One object with the fields of all.
fn merged(parts: impl IntoIterator<Item = Value>) -> JsonObject {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for mut part in parts {
        let mut taken = |name| part.get_mut(name).map(Value::take);
        if let Some(Value::Object(fields)) = taken("properties") {
            properties.extend(fields);
        }
        if let Some(Value::Array(names)) = taken("required") {
            required.extend(names);
        }
    }
    let mut schema = JsonObject::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("required".to_owned(), Value::Array(required));
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema
}
