//! What can be asked for at the door. Who asks was settled before: each request carries its
//! [`Face`].

use std::convert::Infallible;

use axum::{
    Extension, Json, Router,
    body::Body,
    extract::{Path as UrlPath, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response, Sse, sse::Event as SseEvent},
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::Doorway;
use crate::{
    Face, Subscription,
    view::{ApiError, ErrorCode},
};

/// As much of a capture as is in memory at once.
const PART: usize = 256 * 1024;

/// What every face may ask for, whichever way it came in. Another route for all of them, such as
/// the captures' bytes, is one line here.
pub(super) fn of_a_face(doorway: &Doorway) -> Router {
    Router::new()
        .route("/call/{area}/{verb}", post(call))
        .route("/events", get(events))
        .route("/artifacts/{id}", get(artifact))
        .with_state(doorway.clone())
}

/// What only the command line may ask for.
pub(super) fn of_the_command_line(doorway: &Doorway) -> Router {
    Router::new()
        .route("/link", post(link))
        .with_state(doorway.clone())
}

async fn call(
    State(doorway): State<Doorway>,
    Extension(face): Extension<Face>,
    UrlPath((area, verb)): UrlPath<(String, String)>,
    body: Result<Json<Value>, axum::extract::rejection::JsonRejection>,
) -> Response {
    let params = match body {
        Ok(Json(params)) => params,
        Err(rejection) => {
            return refuse(
                rejection.status(),
                &ApiError::new(ErrorCode::Invalid, rejection.body_text())
                    .hint("Send the parameters as a JSON object; {} where there are none."),
            );
        }
    };
    match doorway
        .api
        .call(face, &format!("{area}/{verb}"), params)
        .await
    {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => {
            let status = match error.code {
                ErrorCode::Gone => StatusCode::GONE,
                ErrorCode::Changed => StatusCode::CONFLICT,
                ErrorCode::Invalid | ErrorCode::Unencrypted => StatusCode::UNPROCESSABLE_ENTITY,
                ErrorCode::NotAllowed => StatusCode::FORBIDDEN,
                ErrorCode::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            };
            refuse(status, &error)
        }
    }
}

/// The state, then each change to it. Nothing is sent while nothing changes: both ends are on this
/// machine, and its kernel tells each when the other is gone.
async fn events(State(doorway): State<Doorway>) -> Response {
    let start = (doorway.api.subscribe(), doorway.closing);
    let messages = futures_util::stream::unfold(start, next_event);
    Sse::new(messages).into_response()
}

async fn next_event(
    (mut subscription, closing): (Subscription, CancellationToken),
) -> Option<(
    Result<SseEvent, Infallible>,
    (Subscription, CancellationToken),
)> {
    let message = tokio::select! {
        message = subscription.next() => message?,
        () = closing.cancelled() => return None,
    };
    let event = match SseEvent::default().json_data(&message) {
        Ok(event) => event,
        Err(error) => {
            tracing::error!(%error, "writing an event");
            return None;
        }
    };
    Some((Ok(event), (subscription, closing)))
}

/// A capture's bytes, or the part of them that a player asks for.
async fn artifact(
    State(doorway): State<Doorway>,
    Extension(face): Extension<Face>,
    UrlPath(id): UrlPath<String>,
    headers: HeaderMap,
) -> Response {
    if face == Face::Bystander {
        return refuse(
            StatusCode::FORBIDDEN,
            &ApiError::new(ErrorCode::NotAllowed, "this cannot be done from here")
                .hint("Look at it in Chaperone's window."),
        );
    }
    let reader = match doorway.api.artifact(&id).await {
        Ok(reader) => reader,
        Err(error) => return refuse(StatusCode::GONE, &error),
    };
    let size = reader.artifact().size_bytes;
    let media_type = reader.artifact().media_type.clone();
    let asked = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok())
        .and_then(|range| part_of(range, size));
    let (status, first, end) = match asked {
        None => (StatusCode::OK, 0, size),
        Some((first, end)) => (StatusCode::PARTIAL_CONTENT, first, end),
    };
    let parts = futures_util::stream::try_unfold((reader, first), move |(reader, at)| async move {
        let left = usize::try_from(end.saturating_sub(at)).unwrap_or(usize::MAX);
        if left == 0 {
            return Ok(None);
        }
        let part = reader.read_at(at, left.min(PART)).await?;
        if part.is_empty() {
            return Ok(None);
        }
        let next = at.saturating_add(u64::try_from(part.len()).unwrap_or(u64::MAX));
        Ok::<_, chaperone_vault::Error>(Some((part, (reader, next))))
    });
    let mut response = Response::new(Body::from_stream(parts));
    *response.status_mut() = status;
    let mut say = |name, text: String| {
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().insert(name, value);
        }
    };
    say(header::CONTENT_TYPE, media_type);
    say(
        header::CONTENT_LENGTH,
        end.saturating_sub(first).to_string(),
    );
    say(header::ACCEPT_RANGES, "bytes".to_owned());
    say(header::CACHE_CONTROL, "no-store".to_owned());
    if status == StatusCode::PARTIAL_CONTENT {
        let last = end.saturating_sub(1);
        say(
            header::CONTENT_RANGE,
            format!("bytes {first}-{last}/{size}"),
        );
    }
    response
}

/// The first byte and the one after the last of a range such as `bytes=0-99`; none where it is
/// not one that can be given, and then everything is.
pub(super) fn part_of(range: &str, size: u64) -> Option<(u64, u64)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (first, end) = match (first, last) {
        ("", last) => (size.saturating_sub(last.parse().ok()?), size),
        (first, "") => (first.parse().ok()?, size),
        (first, last) => {
            let last: u64 = last.parse().ok()?;
            (first.parse().ok()?, last.saturating_add(1).min(size))
        }
    };
    (first < end).then_some((first, end))
}

/// A new link for a browser.
async fn link(State(doorway): State<Doorway>) -> Response {
    match doorway.link() {
        Ok(Some(link)) => Json(json!({ "link": link })).into_response(),
        Ok(None) => refuse(
            StatusCode::FORBIDDEN,
            &ApiError::new(ErrorCode::NotAllowed, "this Chaperone serves no page")
                .hint("Start it with `chaperone-headless run --ui` for one."),
        ),
        Err(error) => refuse(
            StatusCode::INTERNAL_SERVER_ERROR,
            &ApiError::new(ErrorCode::Failed, format!("making a link: {error}")),
        ),
    }
}

pub(super) fn refuse(status: StatusCode, error: &ApiError) -> Response {
    (status, Json(error)).into_response()
}
