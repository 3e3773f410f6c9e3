//! What a tool answers: what a device brought, or why it did not and what a model can do about it.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chaperone_protocol::{CommandState, DeviceId, Timestamp};
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Value, json};

use crate::{
    app::App,
    artifacts,
    rest::{Refusal, ask::order::Taken},
};

/// What a device did, or what is to be waited for.
pub(super) async fn done(
    app: &App,
    device: &DeviceId,
    taken: &Taken,
) -> Result<CallToolResult, Refusal> {
    let (_, mut said) = taken.body(device)?;
    let advice = match taken {
        Taken::Done(_) => None,
        Taken::Later { .. } => Some("It is kept until the device connects. Do not send it again."),
        Taken::Proposed { .. } => Some(
            "The person has to approve this first, and may take days. Go on without it; do not \
             propose it again.",
        ),
    };
    if let Some(advice) = advice {
        set(&mut said, "what_to_do", json!(advice));
    }
    let picture = picture(app, &mut said).await?;
    let mut result = CallToolResult::structured(said);
    result.content.extend(picture);
    Ok(result)
}

/// Why nothing was done, and what to do about it.
pub(super) fn refused(refusal: &Refusal) -> CallToolResult {
    let body = refusal.body();
    let (code, advice) = (refusal.code(), advice(refusal.code()));
    let text = format!(
        "{code}: {}. {advice}",
        refusal.detail().trim_end_matches('.')
    );
    let mut result = CallToolResult::structured_error(json!({
        "success": false,
        "code": code,
        "error": refusal.detail(),
        "what_to_do": advice,
        "retry_after_seconds": refusal.retry_after(),
        "command_id": body.get("command_id"),
    }));
    result.content = vec![ContentBlock::text(text)];
    result
}

/// What is said while a command is underway.
pub(super) fn progress(state: &str, deadline_at: Option<Timestamp>) -> String {
    let known = CommandState::ALL
        .into_iter()
        .find(|known| known.as_str() == state);
    let sentence = match known {
        Some(CommandState::Received) => "The device has the command",
        Some(CommandState::Judged) => "The device has judged the command",
        Some(CommandState::Waiting) => {
            let left = deadline_at.map(|at| at.duration_since(Timestamp::now()).as_secs().max(0));
            return match left {
                Some(left) => format!("Waiting for the person to decide; {left} s left"),
                None => "Waiting for the person to decide".to_owned(),
            };
        }
        Some(CommandState::Approved) => "Allowed; about to start",
        Some(CommandState::Running) => "Running",
        Some(CommandState::Reviewing) => {
            "Done; the person looks at the result before it leaves the device"
        }
        _ => "Ended; the answer is on its way",
    };
    sentence.to_owned()
}

fn advice(code: &str) -> &'static str {
    match code {
        "device_offline" => {
            "Pick a device that list_devices shows as online, or ask the person to start Chaperone \
             on this one. Do not try again in a loop."
        }
        "forbidden" => {
            "You are not trusted with this. Do not try again or look for another way; tell the \
             person, who alone can change it."
        }
        "denied" => {
            "The person said no. Do not ask again for the same; ask them what they want instead."
        }
        "discarded" => {
            "It was done, but the person kept the result. Do not ask again; go on without it."
        }
        "expired" => {
            "Nobody answered in time. Ask the person whether they are there before you try once \
             more, with a longer deadline_seconds."
        }
        "paused" => "The person has paused everything. Wait until they tell you to go on.",
        "too_many" | "busy" => {
            "Too much at once. Wait as long as retry_after_seconds says, or a minute, then ask for \
             less at a time."
        }
        "timed_out" => "It ran too long. Split the work, or give a longer timeout_seconds.",
        "interrupted" | "stopping" => "It may have been done in part. Look before you do it again.",
        "invalid" | "unprocessable" | "not_queueable" => {
            "Correct the parameter that the sentence names."
        }
        "idempotency_mismatch" => "Use another idempotency_key for another call.",
        "unsupported" => "This device cannot do that. list_devices tells what each one can do.",
        "unavailable" => "What it needs is not there right now. Tell the person what is missing.",
        "not_found" => "Use an id that list_devices or start_recording told.",
        "uncontained" | "unrecorded" => {
            "The device cannot do it safely at present. Tell the person; trying again is useless."
        }
        "cancelled" => "It was taken back. Ask again only if it is still wanted.",
        _ => "Tell the person what happened; try again at most once.",
    }
}

/// Takes a picture's bytes out of what is told, and returns them as the model can see them.
async fn picture(app: &App, said: &mut Value) -> Result<Option<ContentBlock>, Refusal> {
    let url = match said.as_object_mut() {
        Some(said) => said.remove("base64_data"),
        None => None,
    };
    let inline = url.as_ref().and_then(Value::as_str);
    let inline = inline.and_then(|url| url.strip_prefix("data:")?.split_once(";base64,"));
    if let Some((media_type, base64)) = inline {
        set(said, "media_type", json!(media_type));
        if media_type.starts_with("image/") {
            return Ok(Some(ContentBlock::image(base64, media_type)));
        }
        // Of other files a model can make nothing; whoever runs it may.
        let id = said.get("command_id").and_then(Value::as_str);
        let path = id.map(|id| format!("/api/commands/{id}"));
        set(said, "location", json!(path));
        return Ok(None);
    }
    let Some(artifact) = said.get("artifact").and_then(Value::as_object) else {
        return Ok(None);
    };
    let text = |name| artifact.get(name).and_then(Value::as_str);
    let (Some(id), Some(media_type)) = (text("id"), text("media_type")) else {
        return Ok(None);
    };
    if !media_type.starts_with("image/") {
        return Ok(None);
    }
    let bytes = artifacts::small(app, id).await?;
    Ok(bytes.map(|bytes| ContentBlock::image(BASE64_STANDARD.encode(bytes), media_type)))
}

fn set(said: &mut Value, name: &str, value: Value) {
    if let (Some(fields), false) = (said.as_object_mut(), value.is_null()) {
        fields.insert(name.to_owned(), value);
    }
}
