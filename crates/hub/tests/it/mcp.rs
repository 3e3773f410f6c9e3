//! The tools over MCP, called by the protocol's own client in both of its lives.

use std::sync::{Arc, Mutex};

use rmcp::{
    ClientHandler, RoleClient,
    model::{
        CallToolRequest, CallToolRequestParams, CallToolResult, CancelledNotificationParam,
        ClientRequest, ProgressNotificationParam, ProtocolVersion, ServerResult,
    },
    service::{
        ClientLifecycleMode, ClientServiceExt as _, NotificationContext, PeerRequestOptions,
        RequestHandle, RunningService,
    },
    transport::{
        StreamableHttpClientTransport, UnixSocketHttpClient,
        streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::{TcpStream, UnixListener};

use crate::{device::Device, scene::Scene};

/// Hears the progress.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<String>>>);

impl ClientHandler for Ear {
    async fn on_progress(
        &self,
        news: ProgressNotificationParam,
        _context: NotificationContext<RoleClient>,
    ) {
        let said = format!("{} {}", news.progress, news.message.unwrap_or_default());
        self.0.lock().unwrap().push(said);
    }
}

struct Client {
    service: RunningService<RoleClient, Ear>,
    heard: Ear,
    _folder: TempDir,
}

fn modern() -> ClientLifecycleMode {
    ClientLifecycleMode::Discover {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
    }
}

impl Client {
    /// The client knows only its own transports: what it says into this socket goes to the hub.
    async fn connect(scene: &Scene, credential: &str, life: ClientLifecycleMode) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("hub");
        let listener = UnixListener::bind(&path).unwrap();
        let address = scene.address;
        let tasks = scene.tasks().clone();
        scene.tasks().spawn(scene.until_stopped(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut far = TcpStream::connect(address).await.unwrap();
                tasks.spawn(async move {
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
            }
        }));
        let url = format!("http://{address}/mcp");
        let client = UnixSocketHttpClient::new(path.to_str().unwrap(), &url);
        let config = StreamableHttpClientTransportConfig::with_uri(url).auth_header(credential);
        let transport = StreamableHttpClientTransport::with_client(client, config);
        let heard = Ear::default();
        let service = heard.clone().serve_with_lifecycle(transport, life).await;
        Self {
            service: service.unwrap(),
            heard,
            _folder: folder,
        }
    }

    async fn begin(&self, tool: &'static str, arguments: Value) -> RequestHandle<RoleClient> {
        let fields = arguments.as_object().unwrap().clone();
        let call = CallToolRequestParams::new(tool).with_arguments(fields);
        let request = ClientRequest::CallToolRequest(CallToolRequest::new(call));
        let options = PeerRequestOptions::no_options();
        let sent = self
            .service
            .send_cancellable_request(request, options)
            .await;
        sent.unwrap()
    }

    async fn call(&self, tool: &'static str, arguments: Value) -> CallToolResult {
        answer(self.begin(tool, arguments).await).await
    }
}

async fn answer(handle: RequestHandle<RoleClient>) -> CallToolResult {
    match handle.await_response().await.unwrap() {
        ServerResult::CallToolResult(result) => result,
        other => panic!("expected a tool's result, got {other:?}"),
    }
}

fn tea() -> Value {
    json!({ "device_id": "pc", "title": "Tea", "body": "is ready" })
}

fn text(result: &CallToolResult) -> &str {
    &result.content[0].as_text().unwrap().text
}

fn said(result: &CallToolResult) -> &Value {
    result.structured_content.as_ref().unwrap()
}

#[tokio::test]
async fn every_capability_is_a_tool_with_a_schema() {
    let scene = Scene::start().await;
    for life in [modern(), ClientLifecycleMode::Initialize] {
        let client = Client::connect(&scene, scene.key("intern"), life).await;
        let tools = client.service.list_all_tools().await.unwrap();
        let names: Vec<_> = tools.iter().map(|tool| tool.name.as_ref()).collect();
        let expected = [
            "list_devices",
            "notify",
            "take_photo",
            "screenshot",
            "start_recording",
            "stop_recording",
            "locate",
            "run_command",
        ];
        assert_eq!(names, expected);
        for tool in &tools {
            let schema = tool.schema_as_json_value();
            assert_eq!(schema["type"], "object", "{schema}");
            assert_eq!(schema["additionalProperties"], false, "{schema}");
            let fields = schema["properties"].as_object().unwrap();
            assert!(
                fields
                    .values()
                    .all(|field| field["description"].is_string()),
                "{schema}"
            );
        }
        let required = &tools[7].schema_as_json_value()["required"];
        assert_eq!(*required, json!(["device_id", "command"]));
    }
}

#[tokio::test]
async fn a_picture_comes_back_as_a_picture_with_progress_meanwhile() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    for (calls, life) in [modern(), ClientLifecycleMode::Initialize]
        .into_iter()
        .enumerate()
    {
        let client = Client::connect(&scene, scene.key("intern"), life).await;
        let devices = client
            .call("list_devices", json!({ "online_only": true }))
            .await;
        assert_eq!(said(&devices)["devices"][0]["id"], "pc");
        assert_eq!(said(&devices)["devices"][0]["status"], "online");

        let wish = json!({ "device_id": "pc", "resolution": "640x480" });
        let pending = client.begin("take_photo", wish).await;
        let command = device.hear_a("command").await;
        assert_eq!(command["command"], "camera_snap");
        assert_eq!(command["params"]["resolution"], "640x480");
        assert_eq!(command["agent"]["id"], "intern");
        for state in ["waiting", "approved"] {
            device
                .send(&json!({
                    "type": "progress",
                    "command_id": command["command_id"],
                    "state": state,
                    "timestamp": "2026-02-01T12:00:01Z",
                }))
                .await;
        }
        // What is said while the person decides arrives before the answer is there.
        scene
            .until(|| client.heard.0.lock().unwrap().len() == 2)
            .await;
        let heard = client.heard.0.lock().unwrap().clone();
        let waiting = heard[0].strip_prefix("1 Waiting for the person to decide; ");
        let left = waiting.and_then(|rest| rest.strip_suffix(" s left"));
        assert!(
            left.is_some_and(|left| left.parse::<u8>().is_ok_and(|left| left <= 120)),
            "{heard:?}"
        );
        assert_eq!(heard[1], "2 Allowed; about to start", "life {calls}");
        let data = json!({
            "kind": "pictured",
            "base64_data": "data:image/jpeg;base64,/9j/AA==",
            "width": 640,
            "height": 480,
        });
        device.succeed(&command, data).await;
        let result = answer(pending).await;
        assert_eq!(result.is_error, Some(false), "{result:?}");
        assert_eq!(said(&result)["resolution"], "640x480");
        assert_eq!(said(&result)["command_id"], command["command_id"]);
        assert!(
            !text(&result).contains("/9j/"),
            "the bytes are in the picture only"
        );
        let picture = result.content[1].as_image().unwrap();
        assert_eq!(picture.data, "/9j/AA==");
        assert_eq!(picture.mime_type, "image/jpeg");
        let _ = device.hear_a("result_ack").await;
    }
}

#[tokio::test]
async fn a_client_that_cancels_takes_the_command_back() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    for life in [modern(), ClientLifecycleMode::Initialize] {
        let client = Client::connect(&scene, scene.key("intern"), life).await;
        let pending = client.begin("locate", json!({ "device_id": "pc" })).await;
        let command = device.hear_a("command").await;
        let reason = CancelledNotificationParam::new(Some(pending.id.clone()), None);
        client.service.notify_cancelled(reason).await.unwrap();
        let cancel = device.hear_a("cancel").await;
        assert_eq!(cancel["command_id"], command["command_id"]);
        drop(pending);
    }
    let lines = scene.audit("pc").await;
    let codes: Vec<_> = lines.iter().map(|line| line["code"].as_str()).collect();
    assert_eq!(codes, [Some("cancelled"), Some("cancelled")]);
}

#[tokio::test]
async fn a_refusal_says_what_a_model_can_do() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let client = Client::connect(&scene, scene.key("intern"), modern()).await;
    let command = json!({ "device_id": "pc", "command": "ls" });
    let away = json!({ "device_id": "gone", "title": "Tea", "body": "" });
    let wrong = json!({ "device_id": "pc", "titel": "Tea" });
    let bare = json!({ "title": "Tea", "body": "" });
    let long = json!({ "device_id": "pc", "duration_seconds": 4000 });
    for (tool, arguments, code, start) in [
        (
            "run_command",
            command,
            "forbidden",
            "forbidden: Command execution requires AUTONOMOUS agent. Current: intern. You are not \
             trusted with this.",
        ),
        (
            "notify",
            away,
            "not_found",
            "not_found: Device gone not found. Use an id that list_devices or start_recording told.",
        ),
        (
            "notify",
            wrong,
            "unprocessable",
            "unprocessable: titel: this tool does not take that. Correct the parameter",
        ),
        (
            "notify",
            bare,
            "unprocessable",
            "unprocessable: missing field `device_id`",
        ),
        (
            "start_recording",
            long,
            "forbidden",
            "forbidden: Agent 'Intern agent'",
        ),
    ] {
        let result = client.call(tool, arguments).await;
        assert_eq!(result.is_error, Some(true), "{result:?}");
        assert_eq!(said(&result)["code"], code, "{result:?}");
        assert!(text(&result).starts_with(start), "{result:?}");
        assert!(said(&result)["what_to_do"].as_str().unwrap().len() > 20);
    }
    let pending = client.begin("notify", tea()).await;
    let command = device.hear_a("command").await;
    device
        .refuse(&command, "denied", "the person said no")
        .await;
    let result = answer(pending).await;
    assert!(
        text(&result).starts_with(
            "denied: Send notification failed: the person said no. The person said no. Do not ask \
             again"
        ),
        "{result:?}"
    );
    assert_eq!(said(&result)["command_id"], command["command_id"]);
}

#[tokio::test]
async fn one_clients_session_is_not_there_for_another_and_a_dead_key_opens_none() {
    let scene = Scene::start().await;
    let hello = json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        },
    });
    let accept = "Accept: application/json, text/event-stream";
    let post = async |credential: &str, session: Option<&str>, body: &Value| {
        let mut headers = vec![
            scene.host(),
            format!("Authorization: Bearer {credential}"),
            "Content-Type: application/json".to_owned(),
            accept.to_owned(),
        ];
        headers.extend(session.map(|id| format!("Mcp-Session-Id: {id}")));
        let headers: Vec<_> = headers.iter().map(String::as_str).collect();
        let body = body.to_string();
        crate::http::send(scene.address, "POST /mcp", &headers, &body)
            .await
            .head()
            .await
    };
    let (status, head) = post(scene.key("intern"), None, &hello).await;
    assert_eq!(status, 200, "{head}");
    let session = head
        .lines()
        .find_map(|line| line.strip_prefix("mcp-session-id: "))
        .unwrap();
    let list = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" });
    let (status, head) = post(scene.key("intern"), Some(session), &list).await;
    assert_eq!(status, 200, "{head}");
    let (status, head) = post(scene.key("autonomous"), Some(session), &list).await;
    assert_eq!(status, 404, "{head}");
    let (status, head) = post("chap_nobody", Some(session), &list).await;
    assert_eq!(status, 401, "{head}");
    let (status, head) = post(&scene.device_token, None, &hello).await;
    assert_eq!(status, 401, "{head}");
    let (status, head) = post(&scene.owner_token, None, &hello).await;
    assert_eq!(status, 403, "a person is no client: {head}");
    // A key that is ended takes the session with it.
    let keys = scene
        .get("/api/agents/intern/keys", &scene.owner_token)
        .await;
    let path = format!(
        "DELETE /api/agents/intern/keys/{}",
        keys.body[0]["id"].as_str().unwrap()
    );
    let ended = scene
        .send(&path, &scene.owner_token, &[], "")
        .await
        .reply()
        .await;
    assert_eq!(ended.status, 200, "{ended:?}");
    let (status, head) = post(scene.key("intern"), Some(session), &list).await;
    assert_eq!(status, 401, "{head}");
}

#[tokio::test]
async fn the_same_call_under_the_same_name_is_done_once() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let client = Client::connect(&scene, scene.key("intern"), modern()).await;
    let mut wish = tea();
    wish["idempotency_key"] = json!("tea at five");
    let pending = client.begin("notify", wish.clone()).await;
    let command = device.obey(json!({})).await;
    let first = answer(pending).await;
    let again = client.call("notify", wish.clone()).await;
    assert_eq!(said(&again), said(&first));
    assert_eq!(said(&first)["command_id"], command["command_id"]);
    wish["body"] = json!("is cold");
    let other = client.call("notify", wish).await;
    assert!(
        text(&other).starts_with("idempotency_mismatch: "),
        "{other:?}"
    );
    assert_eq!(scene.audit("pc").await.len(), 1);
}

#[tokio::test]
async fn a_model_hears_that_something_waits_for_a_person_or_a_device() {
    let scene = Scene::start().await;
    drop(Device::join(&scene, "pc").await);
    let client = Client::connect(&scene, scene.key("intern"), modern()).await;
    let mut later = tea();
    later["queue"] = json!(true);
    let mut kept = client.call("notify", later.clone()).await;
    while said(&kept)["state"] != "queued" {
        // The hub has yet to notice that the device is gone.
        kept = client.call("notify", later.clone()).await;
    }
    assert!(text(&kept).contains("Do not send it again"), "{kept:?}");
    let scheduled = json!({ "device_id": "pc", "trigger": "automated" });
    let proposed = client.call("locate", scheduled).await;
    assert_eq!(proposed.is_error, Some(false), "{proposed:?}");
    assert!(
        text(&proposed).contains("has to approve this first"),
        "{proposed:?}"
    );
    assert_eq!(said(&proposed)["status"], "pending_approval");
}

#[tokio::test]
async fn a_recording_is_ended_by_the_name_it_was_given() {
    let scene = Scene::start().await;
    let mut device = Device::join(&scene, "pc").await;
    let client = Client::connect(&scene, scene.key("supervised"), modern()).await;
    let wish = json!({ "device_id": "pc", "duration_seconds": 60 });
    let pending = client.begin("start_recording", wish).await;
    device.obey(json!({ "kind": "recording" })).await;
    let started = answer(pending).await;
    let session = said(&started)["session_id"].clone();
    assert!(session.is_string(), "{started:?}");
    let wish = json!({ "session_id": session });
    let pending = client.begin("stop_recording", wish.clone()).await;
    let command = device.obey(json!({ "kind": "recorded" })).await;
    assert_eq!(command["params"]["session_id"], session);
    assert_eq!(answer(pending).await.is_error, Some(false));
    let other = Client::connect(&scene, scene.key("autonomous"), modern()).await;
    let refused = other.call("stop_recording", wish).await;
    assert_eq!(said(&refused)["code"], "forbidden", "{refused:?}");
}

#[tokio::test]
async fn a_client_that_asks_too_much_is_told_to_wait() {
    let scene = Scene::start().await;
    let limit = json!({ "commands_per_minute": 1 });
    let path = "PATCH /api/agents/intern";
    let set = scene
        .call(path, &scene.owner_token, &[], &limit)
        .await
        .reply()
        .await;
    assert_eq!(set.status, 200, "{set:?}");
    let mut device = Device::join(&scene, "pc").await;
    let client = Client::connect(&scene, scene.key("intern"), modern()).await;
    let pending = client.begin("notify", tea()).await;
    device.obey(json!({})).await;
    assert_eq!(answer(pending).await.is_error, Some(false));
    let refused = client.call("notify", tea()).await;
    assert_eq!(said(&refused)["code"], "too_many", "{refused:?}");
    assert!(said(&refused)["retry_after_seconds"].as_u64().unwrap() >= 1);
}

#[tokio::test]
async fn a_client_that_never_ends_its_sessions_does_not_lock_itself_out() {
    let scene = Scene::start().await;
    let accept = "Accept: application/json, text/event-stream";
    let json_body = "Content-Type: application/json";
    let open = async |session: Option<&str>, method: &str| {
        let params = json!({
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let session = session.map(|id| format!("Mcp-Session-Id: {id}"));
        let headers: Vec<_> = [accept, json_body]
            .into_iter()
            .chain(session.as_deref())
            .collect();
        let key = scene.key("intern");
        let pending = scene
            .send("POST /mcp", key, &headers, &body.to_string())
            .await;
        let (status, head) = pending.head().await;
        let mut lines = head.lines();
        let id = lines.find_map(|line| line.strip_prefix("mcp-session-id: "));
        (status, id.map(str::to_owned))
    };
    let (_, first) = open(None, "initialize").await;
    let (_, second) = open(None, "initialize").await;
    for _ in 0..40 {
        let (status, _) = open(first.as_deref(), "ping").await;
        assert_eq!(status, 200, "what is used stays");
        let (status, _) = open(None, "initialize").await;
        assert_eq!(status, 200);
    }
    let (status, _) = open(second.as_deref(), "ping").await;
    assert_eq!(status, 404, "what is not makes room");
}
