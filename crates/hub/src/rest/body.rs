//! Bodies: JSON of a known shape, small, and soon.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use serde::de::DeserializeOwned;

use super::Refusal;
use crate::{
    app::App,
    depth::{LEVELS, is_too_deep},
};

/// How long a body may take to arrive.
const READ_WITHIN: Duration = Duration::from_secs(10);

/// A body, read and understood.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refusal> {
        if !is_json(request.headers()) {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "the body must be sent as application/json",
            ));
        }
        let bytes = arrived(request, app).await?;
        understand(&bytes).map(Self)
    }
}

/// A body as it came, whole and in time.
pub(crate) async fn arrived(request: Request, app: &Arc<App>) -> Result<Bytes, Refusal> {
    let read = tokio::time::timeout(READ_WITHIN, Bytes::from_request(request, app));
    match read.await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "the body is larger than this path takes",
            ))
        }
        Ok(Err(_)) => {
            let status = StatusCode::BAD_REQUEST;
            Err(Refusal::new(
                status,
                "bad_request",
                "the body did not arrive whole",
            ))
        }
        Err(_) => {
            let status = StatusCode::REQUEST_TIMEOUT;
            Err(Refusal::new(
                status,
                "timeout",
                "the body did not arrive in time",
            ))
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn understand<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    if is_too_deep(bytes) {
        return Err(Refusal::unprocessable(format!(
            "the body has more than {LEVELS} levels"
        )));
    }
    if let Ok(body) = serde_json::from_slice(bytes) {
        return Ok(body);
    }
    // Once more for the name of the field, which is not free.
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let body = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let problem = error.inner();
        let sentence = match (problem.classify(), path.as_str()) {
            (serde_json::error::Category::Data, ".") => problem.to_string(),
            (serde_json::error::Category::Data, field) => format!("{field}: {problem}"),
            _ => format!("the body is not JSON: {problem}"),
        };
        Refusal::unprocessable(sentence)
    })?;
    reader
        .end()
        .map_err(|problem| Refusal::unprocessable(format!("the body is not JSON: {problem}")))?;
    Ok(body)
}
