//! The tools themselves, whatever transport they are called over.

use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::http::{HeaderMap, HeaderValue, StatusCode, request::Parts};
use chaperone_protocol::{CommandId, Timestamp, Value};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, Implementation, JsonObject,
        ListToolsResult, PaginatedRequestParams, ProgressNotificationParam, ServerCapabilities,
        ServerConfig, Tool, ToolAnnotations,
    },
    service::RequestContext,
};
use serde_json::json;
use tokio::time::MissedTickBehavior;

use super::{
    answers,
    schemas::{self, Listing, Where},
};
use crate::{
    app::App,
    call,
    events::{Ear, Next},
    rest::{
        Caller, Refusal,
        ask::{
            self,
            kind::{Kind, part},
            manner::IDEMPOTENCY_KEY,
            order::Order,
        },
        read,
    },
};

const INSTRUCTIONS: &str = "Chaperone lets you use a person's devices as far as that person \
    trusts you. Call list_devices first. The person may be asked before anything happens, so a \
    call can take minutes; ask for progress to see that it waits for them. A refusal has a code \
    and says what to do; never try to get around one, and do not ask again for what was denied.";

/// How often somebody who waits for a person's decision hears so.
const STILL_WAITING: Duration = Duration::from_secs(15);
const TAKEN_BACK: &str = "the client took the command back";

/// What there is to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    List,
    Ask(Kind),
    Stop,
}

impl Job {
    const ALL: [Self; 8] = [
        Self::List,
        Self::Ask(Kind::Notification),
        Self::Ask(Kind::Camera),
        Self::Ask(Kind::Screen),
        Self::Ask(Kind::Recording),
        Self::Stop,
        Self::Ask(Kind::Location),
        Self::Ask(Kind::Execute),
    ];

    fn name(self) -> &'static str {
        match self {
            Self::List => "list_devices",
            Self::Stop => "stop_recording",
            Self::Ask(Kind::Notification) => "notify",
            Self::Ask(Kind::Camera) => "take_photo",
            Self::Ask(Kind::Screen) => "screenshot",
            Self::Ask(Kind::Recording) => "start_recording",
            Self::Ask(Kind::Location) => "locate",
            Self::Ask(Kind::Execute) => "run_command",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::List => "List devices",
            Self::Stop => "Stop a screen recording",
            Self::Ask(Kind::Notification) => "Show a notification",
            Self::Ask(Kind::Camera) => "Take a photo",
            Self::Ask(Kind::Screen) => "Take a screenshot",
            Self::Ask(Kind::Recording) => "Start a screen recording",
            Self::Ask(Kind::Location) => "Locate a device",
            Self::Ask(Kind::Execute) => "Run a command line",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::List => {
                "Lists the person's devices with their ids, what they can do and whether they are \
                 connected. Asks nobody."
            }
            Self::Stop => "Ends a recording that start_recording began, and tells where it lies.",
            Self::Ask(Kind::Notification) => "Shows a notification on a device.",
            Self::Ask(Kind::Camera) => {
                "Takes a picture with a device's camera and returns it. The person is usually \
                 asked."
            }
            Self::Ask(Kind::Screen) => {
                "Takes a picture of a display and returns it. The person is usually asked."
            }
            Self::Ask(Kind::Recording) => {
                "Begins to record a display; returns the session_id that stop_recording takes. \
                 The person is usually asked."
            }
            Self::Ask(Kind::Location) => "Tells where a device is. The person is usually asked.",
            Self::Ask(Kind::Execute) => {
                "Runs a command line on a device and returns its exit code and output. Takes an \
                 autonomous agent; the person may be asked, and the command is confined."
            }
        }
    }

    fn schema(self) -> JsonObject {
        match self {
            Self::List => schemas::listing(),
            Self::Stop => schemas::stop(),
            Self::Ask(kind) => schemas::of(kind),
        }
    }

    fn annotations(self) -> ToolAnnotations {
        let reads = matches!(
            self,
            Self::List | Self::Ask(Kind::Camera | Kind::Screen | Kind::Location)
        );
        let runs = self == Self::Ask(Kind::Execute);
        ToolAnnotations::new()
            .read_only(reads)
            .destructive(runs)
            .open_world(runs)
    }

    fn tool(self) -> Tool {
        Tool::new(self.name(), self.description(), self.schema())
            .with_title(self.title())
            .with_annotations(self.annotations())
    }
}

/// The tools. Who calls is in each request.
pub(crate) struct Tools {
    app: Arc<App>,
}

impl Tools {
    pub(super) fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    async fn call(
        &self,
        job: Job,
        arguments: JsonObject,
        caller: &Caller,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResult, Refusal> {
        if let Some(name) = schemas::unknown_field(&job.schema(), &arguments) {
            let detail = format!("{name}: this tool does not take that");
            return Err(Refusal::unprocessable(detail));
        }
        match job {
            Job::List => self.list(caller, arguments).await,
            Job::Ask(kind) => {
                let (headers, mut body) = request(arguments)?;
                let Where { device_id } = part(&Value::Object(body.clone()))?;
                body.remove("device_id");
                body.insert("device_node_id".to_owned(), json!(device_id));
                let path = format!("/api/devices/{}", kind.path());
                let body = Arc::new(Value::Object(body));
                let order = ask::order(kind, device_id, body, &headers, caller, &path)?;
                self.ask(order, caller, context).await
            }
            Job::Stop => {
                let (headers, body) = request(arguments)?;
                let path = "/api/devices/screen/record/stop";
                let body = Value::Object(body);
                let order = ask::stop_order(&self.app, caller, &body, &headers, path).await?;
                self.ask(order, caller, context).await
            }
        }
    }

    async fn list(
        &self,
        caller: &Caller,
        arguments: JsonObject,
    ) -> Result<CallToolResult, Refusal> {
        let wish: Listing = part(&Value::Object(arguments))?;
        let devices = read::list(&self.app, caller.account()).await?;
        let shown: Vec<_> = devices
            .into_iter()
            .filter(|device| !wish.online_only || device.is_online())
            .collect();
        Ok(CallToolResult::structured(json!({ "devices": shown })))
    }

    async fn ask(
        &self,
        mut order: Order,
        caller: &Caller,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResult, Refusal> {
        let told = Arc::new(OnceLock::new());
        order.manner.told = Some(Arc::clone(&told));
        let device = order.device.clone();
        // Before it is asked, so that nothing is missed.
        let ear = self.ear(caller, context);
        let carried = order.carry_out(&self.app, caller);
        let taken = tokio::select! {
            taken = carried => taken?,
            () = context.ct.cancelled() => return Err(self.take_back(told.get())),
            never = report(ear, &told, context) => match never {},
        };
        answers::done(&self.app, &device, &taken).await
    }

    /// Hears what happens to this client's commands, if it wants to know.
    fn ear(&self, caller: &Caller, context: &RequestContext<RoleServer>) -> Option<Arc<Ear>> {
        let wanted = context.meta.get_progress_token().is_some();
        match caller {
            Caller::Agent(row) if wanted => {
                let agent = row.agent.id.clone();
                Some(self.app.events.follow(&row.account, agent))
            }
            Caller::Agent(_) | Caller::Person(_) => None,
        }
    }

    /// Takes a command back. One that has a key goes on when nobody waits for it, but not when its
    /// asker says so.
    fn take_back(&self, id: Option<&CommandId>) -> Refusal {
        let refusal = Refusal::new(StatusCode::BAD_REQUEST, "cancelled", TAKEN_BACK);
        match id {
            Some(id) => {
                call::take_back(&self.app, id, TAKEN_BACK);
                refusal.of_command(id.clone())
            }
            None => refusal,
        }
    }
}

/// The arguments as a REST call would bring them.
fn request(mut arguments: JsonObject) -> Result<(HeaderMap, JsonObject), Refusal> {
    let mut headers = HeaderMap::new();
    let senseless = || Refusal::unprocessable("idempotency_key: must be printable text");
    match arguments.remove("idempotency_key") {
        None | Some(Value::Null) => {}
        Some(Value::String(key)) => {
            let key = HeaderValue::from_str(&key).map_err(|_| senseless())?;
            headers.insert(IDEMPOTENCY_KEY, key);
        }
        Some(_) => return Err(senseless()),
    }
    Ok((headers, arguments))
}

/// Tells the client how far its command has come; never ends.
async fn report(
    ear: Option<Arc<Ear>>,
    told: &OnceLock<CommandId>,
    context: &RequestContext<RoleServer>,
) -> Infallible {
    let (Some(ear), Some(token)) = (ear, context.meta.get_progress_token()) else {
        return std::future::pending().await;
    };
    let mut still = tokio::time::interval(STILL_WAITING);
    still.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut steps, mut state, mut deadline_at) = (0.0, None, None::<Timestamp>);
    loop {
        let sentence = tokio::select! {
            next = ear.next() => {
                // What is missed is news; the next will do.
                let Next::Event(event) = next else { continue };
                if event.text("command_id") != told.get().map(CommandId::as_str) {
                    continue;
                }
                if event.kind == "command.created" {
                    deadline_at = event.text("deadline_at").and_then(|at| at.parse().ok());
                }
                if event.kind != "command.progress" {
                    continue;
                }
                let Some(now) = event.text("state").map(str::to_owned) else {
                    continue;
                };
                still.reset();
                let sentence = answers::progress(&now, deadline_at);
                state = Some(now);
                sentence
            }
            _ = still.tick() => match &state {
                Some(state) => answers::progress(state, deadline_at),
                None => continue,
            },
        };
        steps += 1.0;
        let news = ProgressNotificationParam::new(token.clone(), steps).with_message(sentence);
        // A client that is gone is noticed elsewhere.
        let _ = context.peer.notify_progress(news).await;
    }
}

fn caller(context: &RequestContext<RoleServer>) -> Result<Caller, ErrorData> {
    let parts = context.extensions.get::<Parts>();
    let caller = parts.and_then(|parts| parts.extensions.get::<Caller>());
    caller
        .cloned()
        .ok_or_else(|| ErrorData::invalid_request("nobody is signed in", None))
}

impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        let implementation = Implementation::new("chaperone-hub", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(implementation.with_title("Chaperone"))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(
            Job::ALL.map(Job::tool).to_vec(),
        ))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        let job = Job::ALL.into_iter().find(|job| job.name() == name)?;
        Some(job.tool())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let caller = caller(&context)?;
        let job = Job::ALL.into_iter().find(|job| job.name() == request.name);
        let Some(job) = job else {
            let message = format!("unknown tool: {}", request.name);
            return Err(ErrorData::invalid_params(message, None));
        };
        let arguments = request.arguments.unwrap_or_default();
        let answered = self.call(job, arguments, &caller, &context).await;
        Ok(answered
            .unwrap_or_else(|refusal| answers::refused(&refusal))
            .into())
    }
}
