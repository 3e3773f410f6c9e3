//! The paths by which something is asked of a device.
//!
//! Bodies in, bodies out; everything in between is the [`order`] module's.

mod order;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{Json, extract::State, http::StatusCode};
use chaperone_protocol::{
    Action, AgentId, CommandId, Data, DeviceId, Execute, Executed, FailureCode, Notify, Timestamp,
};
use serde::{Deserialize, Serialize};

use self::order::Order;
use super::{Refusal, body::Body, caller::Caller};
use crate::app::App;

/// How long a person has to answer when the caller does not say.
const PATIENCE: Duration = Duration::from_mins(2);

const MAX_DEADLINE_SECONDS: u64 = 600;

#[derive(Deserialize)]
pub(super) struct NotificationBody {
    device_node_id: DeviceId,
    title: String,
    body: String,
    icon: Option<String>,
    sound: Option<String>,
    agent_id: Option<AgentId>,
    deadline_seconds: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct ExecuteBody {
    device_node_id: DeviceId,
    command: String,
    working_dir: Option<String>,
    timeout_seconds: Option<u64>,
    environment: Option<BTreeMap<String, String>>,
    agent_id: Option<AgentId>,
    deadline_seconds: Option<u64>,
}

#[derive(Serialize)]
pub(super) struct NotificationAnswer {
    success: bool,
    device_node_id: DeviceId,
    title: String,
    body: String,
    sent_at: Timestamp,
    command_id: CommandId,
}

#[derive(Serialize)]
pub(super) struct ExecuteAnswer {
    success: bool,
    device_node_id: DeviceId,
    exit_code: i32,
    stdout: String,
    stderr: String,
    /// Bytes left out of the middle of the output.
    cut_bytes: u64,
    command: String,
    working_dir: Option<String>,
    /// The same under the other name that clients look for.
    working_directory: Option<String>,
    timeout_seconds: u64,
    duration_seconds: f64,
    executed_at: Timestamp,
    containment: String,
    command_id: CommandId,
}

/// `POST /api/devices/notification`
pub(super) async fn notification(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(body): Body<NotificationBody>,
) -> Result<Json<NotificationAnswer>, Refusal> {
    let action = Action::Notify(Notify {
        title: body.title.clone(),
        body: body.body.clone(),
        icon: body.icon,
        sound: body.sound,
    });
    let order = Order {
        device: body.device_node_id.clone(),
        agent: body.agent_id,
        wait: wait(body.deadline_seconds, PATIENCE)?,
        action,
        failed: "Send notification failed",
    };
    let done = order.carry_out(&app, &caller).await?;
    Ok(Json(NotificationAnswer {
        success: true,
        device_node_id: body.device_node_id,
        title: body.title,
        body: body.body,
        sent_at: done.finished_at,
        command_id: done.id,
    }))
}

/// `POST /api/devices/execute`
pub(super) async fn execute(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(body): Body<ExecuteBody>,
) -> Result<Json<ExecuteAnswer>, Refusal> {
    let timeout = match body.timeout_seconds {
        Some(seconds) => Duration::from_secs(seconds),
        None => Execute::DEFAULT_TIMEOUT,
    };
    let action = Action::Execute(Execute {
        line: body.command.clone(),
        working_dir: body.working_dir.clone(),
        timeout,
        environment: body.environment.unwrap_or_default(),
    });
    let patience = PATIENCE.saturating_add(timeout.min(Execute::MAX_TIMEOUT));
    let failed = "Execute command failed";
    let order = Order {
        device: body.device_node_id.clone(),
        agent: body.agent_id,
        wait: wait(body.deadline_seconds, patience)?,
        action,
        failed,
    };
    let done = order.carry_out(&app, &caller).await?;
    let Data::Executed(executed) = done.data else {
        let detail = format!("{failed}: the device's answer has no exit code");
        let refusal = Refusal::new(
            StatusCode::BAD_REQUEST,
            FailureCode::Failed.as_str(),
            detail,
        );
        return Err(refusal.of_command(done.id));
    };
    let Executed {
        exit_code,
        stdout,
        stderr,
        cut_bytes,
        working_dir,
        took,
        containment,
    } = executed;
    let working_dir = Some(working_dir)
        .filter(|dir| !dir.is_empty())
        .or(body.working_dir);
    Ok(Json(ExecuteAnswer {
        success: true,
        device_node_id: body.device_node_id,
        exit_code,
        stdout,
        stderr,
        cut_bytes,
        command: body.command,
        working_directory: working_dir.clone(),
        working_dir,
        timeout_seconds: timeout.as_secs(),
        duration_seconds: took.as_secs_f64(),
        executed_at: done.finished_at,
        containment,
        command_id: done.id,
    }))
}

fn wait(deadline_seconds: Option<u64>, default: Duration) -> Result<Duration, Refusal> {
    match deadline_seconds {
        None => Ok(default),
        Some(seconds @ 1..=MAX_DEADLINE_SECONDS) => Ok(Duration::from_secs(seconds)),
        Some(_) => Err(Refusal::unprocessable(format!(
            "deadline_seconds: must be between 1 and {MAX_DEADLINE_SECONDS}"
        ))),
    }
}
