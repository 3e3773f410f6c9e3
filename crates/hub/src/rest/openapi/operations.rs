//! The document: each operation by hand, its bodies from the types that read and write
//! them.

use chaperone_protocol::{Map, Value};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::json;

use super::{governance, live, people, wires};
use crate::rest::{
    ask::{
        answer,
        kind::{self, Kind},
    },
    commands, groups, nodes, read,
};

type Shape = fn(&mut SchemaGenerator) -> Schema;

/// How a body comes, and how it is refused.
#[derive(Clone, Copy)]
enum Manner {
    /// As JSON, and in this hub's own way.
    Ours,
    /// As a form, and as the standards of OAuth have it.
    Standard,
}

impl Manner {
    fn media_type(self) -> &'static str {
        match self {
            Self::Ours => "application/json",
            Self::Standard => "application/x-www-form-urlencoded",
        }
    }

    fn refusal(self) -> &'static str {
        match self {
            Self::Ours => "#/components/schemas/Refusal",
            Self::Standard => "#/components/schemas/FormRefusal",
        }
    }
}

/// One thing that can be called.
pub(super) struct Operation {
    method: &'static str,
    path: String,
    summary: &'static str,
    group: &'static str,
    /// All of these at once.
    takes: Vec<Shape>,
    manner: Manner,
    gives: Option<Shape>,
    many: bool,
    status: &'static str,
    query: &'static [(&'static str, &'static str)],
    /// Whether it asks devices, and so knows the headers for that.
    asks: bool,
    /// Whether no credential is needed.
    open: bool,
}

pub(super) fn operation(
    group: &'static str,
    method: &'static str,
    path: impl Into<String>,
    summary: &'static str,
) -> Operation {
    Operation {
        method,
        path: path.into(),
        summary,
        group,
        takes: Vec::new(),
        manner: Manner::Ours,
        gives: None,
        many: false,
        status: "200",
        query: &[],
        asks: false,
        open: false,
    }
}

fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

impl Operation {
    pub(super) fn takes<T: JsonSchema>(mut self) -> Self {
        self.takes.push(shape::<T>);
        self
    }

    /// As the standards of OAuth have it, in what it takes and in how it refuses.
    pub(super) fn form<T: JsonSchema>(mut self) -> Self {
        self.manner = Manner::Standard;
        self.takes::<T>()
    }

    pub(super) fn gives<T: JsonSchema>(mut self) -> Self {
        self.gives = Some(shape::<T>);
        self
    }

    pub(super) fn gives_many<T: JsonSchema>(mut self) -> Self {
        self.many = true;
        self.gives::<T>()
    }

    pub(super) fn status(mut self, status: &'static str) -> Self {
        self.status = status;
        self
    }

    pub(super) fn query(mut self, query: &'static [(&'static str, &'static str)]) -> Self {
        self.query = query;
        self
    }

    fn asks(mut self) -> Self {
        self.asks = true;
        self
    }

    pub(super) fn open(mut self) -> Self {
        self.open = true;
        self
    }
}

/// Every operation, in reading order.
fn operations() -> Vec<Operation> {
    let mut all = vec![
        operation("hub", "get", "/healthz", "Whether the hub is there").open(),
        operation("hub", "get", "/readyz", "Whether the hub can work").open(),
        operation(
            "hub",
            "get",
            "/metrics",
            "Figures, as Prometheus reads them",
        )
        .open(),
        operation("hub", "get", "/openapi.json", "This document").open(),
        operation("hub", "get", "/docs", "This document, for people").open(),
        operation("hub", "get", "/docs/page.js", "A part of that page").open(),
        operation("hub", "get", "/docs/page.css", "A part of that page").open(),
    ];
    all.extend(Kind::ALL.map(|kind| {
        let path = format!("/api/devices/{}", kind.path());
        let asking = operation("ask a device", "post", path, summary(kind));
        kind_of(asking.takes::<kind::Target>(), kind)
    }));
    all.extend([
        operation(
            "ask a device",
            "post",
            "/api/devices/screen/record/stop",
            "End a recording",
        )
        .takes::<kind::StopParameters>()
        .takes::<kind::Common>()
        .gives::<answer::StoppedAnswer>()
        .asks(),
        operation("commands", "get", "/api/commands", "What was asked")
            .query(&[
                ("batch", "those of one call to a group"),
                ("limit", "1 to 1000; 100 if absent"),
            ])
            .gives_many::<commands::CommandView>(),
        operation(
            "commands",
            "get",
            "/api/commands/{command}",
            "Where a command stands, and its answer",
        )
        .gives::<commands::CommandView>(),
        operation(
            "commands",
            "delete",
            "/api/commands/{command}",
            "Take a command back",
        )
        .gives::<commands::CommandView>(),
        operation("devices", "get", "/api/devices", "The person's devices")
            .query(&[("status", "online, offline or busy")])
            .gives_many::<read::DeviceView>(),
        operation("devices", "get", "/api/devices/{device}", "One of them")
            .gives::<read::DeviceView>(),
        operation(
            "devices",
            "get",
            "/api/devices/{device}/audit",
            "What was asked of it, newest first",
        )
        .query(&[("limit", "1 to 1000; 100 if absent")])
        .gives_many::<read::AuditView>(),
        operation(
            "devices",
            "get",
            "/api/devices/sessions/active",
            "Recordings that run",
        )
        .gives_many::<read::SessionView>(),
        operation("devices", "get", "/api/devices/nodes", "The older list")
            .gives_many::<nodes::NodeView>(),
        operation("devices", "get", "/api/devices/nodes/", "The older list")
            .gives_many::<nodes::NodeView>(),
        operation(
            "devices",
            "post",
            "/api/devices/nodes/register",
            "Make a device known without a socket",
        )
        .takes::<nodes::NewNode>(),
        operation(
            "devices",
            "post",
            "/api/devices/nodes/{device}/heartbeat",
            "Say that it is there",
        ),
        operation("groups", "get", "/api/groups", "The person's groups")
            .gives_many::<groups::GroupView>(),
        operation("groups", "post", "/api/groups", "Make a group")
            .takes::<groups::NewGroup>()
            .gives::<groups::GroupView>()
            .status("201"),
        operation("groups", "get", "/api/groups/{group}", "One of them")
            .gives::<groups::GroupView>(),
        operation("groups", "patch", "/api/groups/{group}", "Change a group")
            .takes::<groups::GroupChange>()
            .gives::<groups::GroupView>(),
        operation("groups", "delete", "/api/groups/{group}", "End a group"),
        operation(
            "groups",
            "put",
            "/api/groups/{group}/members/{device}",
            "Put a device into a group",
        )
        .gives::<groups::GroupView>(),
        operation(
            "groups",
            "delete",
            "/api/groups/{group}/members/{device}",
            "Take a device out of a group",
        )
        .gives::<groups::GroupView>(),
    ]);
    all.extend(Kind::ALL.map(|kind| {
        let path = format!("/api/groups/{{group}}/{}", kind.path());
        let asking = operation("groups", "post", path, summary(kind));
        kind_of(asking, kind).gives::<groups::GroupAnswer>()
    }));
    all.extend(live::operations());
    all.extend(governance::operations());
    all.extend(people::operations());
    all.extend(wires::operations());
    all
}

fn kind_of(asking: Operation, kind: Kind) -> Operation {
    let asking = asking.takes::<kind::Common>().asks();
    match kind {
        Kind::Camera => asking
            .takes::<kind::CameraParameters>()
            .gives::<answer::PictureAnswer>(),
        Kind::Screen => asking
            .takes::<kind::ScreenParameters>()
            .gives::<answer::PictureAnswer>(),
        Kind::Recording => asking
            .takes::<kind::RecordingParameters>()
            .gives::<answer::StartedAnswer>(),
        Kind::Location => asking
            .takes::<kind::LocationParameters>()
            .gives::<answer::LocationAnswer>(),
        Kind::Notification => asking
            .takes::<kind::NotificationParameters>()
            .gives::<answer::NotificationAnswer>(),
        Kind::Execute => asking
            .takes::<kind::ExecuteParameters>()
            .gives::<answer::ExecuteAnswer>(),
    }
}

fn summary(kind: Kind) -> &'static str {
    match kind {
        Kind::Camera => "Take a picture with a camera",
        Kind::Screen => "Take a picture of a display",
        Kind::Recording => "Begin to record a display",
        Kind::Location => "Find out where it is",
        Kind::Notification => "Show a notification",
        Kind::Execute => "Run a command line",
    }
}

/// The whole document.
pub(super) fn document() -> Value {
    let settings = || {
        SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        })
    };
    let mut taken = settings().for_deserialize().into_generator();
    let mut given = settings().for_serialize().into_generator();
    let mut paths: Map<String, Value> = Map::new();
    let mut groups: Vec<&'static str> = Vec::new();
    for operation in operations() {
        if !groups.contains(&operation.group) {
            groups.push(operation.group);
        }
        let described = describe(&operation, &mut taken, &mut given);
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(methods) = path.as_object_mut() {
            methods.insert(operation.method.to_owned(), described);
        }
    }
    let tags: Vec<Value> = groups
        .into_iter()
        .filter(|group| *group != "hub")
        .chain(["hub"])
        .map(|group| json!({ "name": group }))
        .collect();
    let mut schemas = taken.take_definitions(true);
    schemas.extend(given.take_definitions(true));
    schemas.insert("Refusal".to_owned(), refusal());
    schemas.insert("FormRefusal".to_owned(), form_refusal());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Chaperone hub",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Agents ask devices through these paths; each device's person decides.",
        },
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
        },
        "security": [{ "bearer": [] }],
    })
}

fn describe(
    operation: &Operation,
    taken: &mut SchemaGenerator,
    given: &mut SchemaGenerator,
) -> Value {
    let mut parameters: Vec<Value> = names(&operation.path)
        .map(|name| parameter("path", name, "", true))
        .collect();
    let query = operation.query.iter();
    parameters.extend(query.map(|(name, meaning)| parameter("query", name, meaning, false)));
    if operation.asks {
        for (name, meaning) in [
            ("Prefer", "respond-async: answer 202 at once"),
            ("Idempotency-Key", "the caller's own name for this call"),
            (
                "X-Chaperone-From-Device",
                "the device on which the agent runs",
            ),
        ] {
            parameters.push(parameter("header", name, meaning, false));
        }
    }
    let mut answer = json!({ "description": "Done" });
    if let Some(shape) = operation.gives {
        let one = shape(given);
        let schema = if operation.many {
            json!({ "type": "array", "items": one })
        } else {
            json!(one)
        };
        put(
            &mut answer,
            "content",
            json!({ "application/json": { "schema": schema } }),
        );
    }
    let schema = json!({ "$ref": operation.manner.refusal() });
    let failure = json!({
        "description": "Refused or failed",
        "content": { "application/json": { "schema": schema } },
    });
    let mut responses = json!({ operation.status: answer, "default": failure });
    if operation.asks {
        let later =
            json!({ "description": "On its way, kept, or waiting for a person's approval" });
        put(&mut responses, "202", later);
    }
    let mut described = json!({
        "summary": operation.summary,
        "tags": [operation.group],
        "parameters": parameters,
        "responses": responses,
    });
    let bodies: Vec<Value> = operation
        .takes
        .iter()
        .map(|shape| json!(shape(taken)))
        .collect();
    if !bodies.is_empty() {
        let schema = match bodies.as_slice() {
            [one] => one.clone(),
            several => json!({ "allOf": several }),
        };
        let kind = operation.manner.media_type();
        let body = json!({ "required": true, "content": { kind: { "schema": schema } } });
        put(&mut described, "requestBody", body);
    }
    if operation.open {
        put(&mut described, "security", json!([]));
    }
    described
}

fn parameter(place: &str, name: &str, meaning: &str, required: bool) -> Value {
    json!({
        "in": place,
        "name": name,
        "description": meaning,
        "required": required,
        "schema": { "type": "string" },
    })
}

fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

fn refusal() -> Value {
    json!({
        "type": "object",
        "required": ["success", "detail", "error", "code"],
        "properties": {
            "success": { "const": false },
            "detail": { "type": "string" },
            "error": { "type": "string", "description": "the same sentence" },
            "code": { "type": "string", "description": "what to branch on" },
            "command_id": { "type": "string" },
        },
    })
}

/// As RFC 6749 has it.
fn form_refusal() -> Value {
    json!({
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": { "type": "string", "description": "what to branch on" },
            "error_description": { "type": "string" },
        },
    })
}
