//! The two commands a page may invoke. Which face is calling follows from the window, never from
//! what the page says.

use chaperone_api::{
    Face, Message,
    view::{ApiError, ErrorCode},
};
use serde_json::Value;
use tauri::{State, Webview, ipc::Channel};

use crate::{host::Host, prompt::Notice, window};

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

fn face(window: &str) -> Result<Face, ApiError> {
    match window {
        window::PANEL => Ok(Face::Panel),
        window::REQUEST => Ok(Face::Request),
        _ => Err(ApiError {
            code: ErrorCode::NotAllowed,
            message: "this window may not do anything".to_owned(),
            hint: None,
        }),
    }
}

#[cfg(test)]
mod tests;
