//! The commands that pages may invoke, each where its window's capability names it. Which face is calling follows from the window, never from
//! what the page says.

pub(crate) mod desktop;

use chaperone_api::{
    Face, Message,
    view::{ApiError, ErrorCode},
};
use serde_json::{Value, json};
use tauri::{State, Webview, ipc::Channel};

use crate::{host::Host, indicator::Line, prompt::Notice, window};

/// Makes one call.
#[tauri::command]
pub(crate) async fn call(
    webview: Webview,
    host: State<'_, Host>,
    name: String,
    params: Value,
) -> Result<Value, ApiError> {
    let face = face(webview.label())?;
    let answer = host.api.call(face, &name, params).await?;
    if face == Face::Request && name == "requests/shown" {
        host.notice(Notice::Painted);
    }
    Ok(answer)
}

/// Sends the state, and then every change to it, until the window is gone or subscribes again.
#[tauri::command]
pub(crate) async fn subscribe(
    webview: Webview,
    host: State<'_, Host>,
    channel: Channel<Message>,
) -> Result<(), ApiError> {
    face(webview.label())?;
    tracing::debug!(window = webview.label(), "a page listens");
    let over = host.begin_stream(webview.label());
    let mut subscription = host.api.subscribe();
    host.tasks.spawn(async move {
        loop {
            let message = tokio::select! {
                () = over.cancelled() => return,
                message = subscription.next() => message,
            };
            let Some(message) = message else { return };
            if let Err(error) = channel.send(message) {
                tracing::debug!(%error, "a window stopped listening");
                return;
            }
        }
    });
    Ok(())
}

/// Sends what is captured now, and again whenever that changes, to the indicator.
#[tauri::command]
pub(crate) async fn captures(
    webview: Webview,
    host: State<'_, Host>,
    channel: Channel<Vec<Line>>,
) -> Result<(), ApiError> {
    indicator(webview.label())?;
    host.pill.listen(channel);
    Ok(())
}

/// The indicator says that a person can see these; nothing is captured before.
#[tauri::command]
pub(crate) async fn captures_seen(
    webview: Webview,
    host: State<'_, Host>,
    keys: Vec<u64>,
) -> Result<(), ApiError> {
    indicator(webview.label())?;
    host.pill.seen(&keys);
    Ok(())
}

/// Ends a capture.
#[tauri::command]
pub(crate) async fn stop_capture(
    webview: Webview,
    host: State<'_, Host>,
    id: String,
) -> Result<(), ApiError> {
    indicator(webview.label())?;
    let stopped = host
        .api
        .call(Face::Indicator, "running/stop", json!({ "id": id }));
    stopped.await.map(drop)
}

fn face(window: &str) -> Result<Face, ApiError> {
    match window {
        window::PANEL => Ok(Face::Panel),
        window::REQUEST => Ok(Face::Request),
        _ => Err(not_allowed()),
    }
}

fn indicator(window: &str) -> Result<(), ApiError> {
    match window {
        window::INDICATOR => Ok(()),
        _ => Err(not_allowed()),
    }
}

fn not_allowed() -> ApiError {
    ApiError {
        code: ErrorCode::NotAllowed,
        message: "this window may not do that".to_owned(),
        hint: None,
    }
}

#[cfg(test)]
mod tests;
