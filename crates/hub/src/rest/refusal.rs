//! Every answer that is not a success, in one shape.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chaperone_protocol::{CommandId, DeviceId};
use serde_json::{Value, json};

use crate::{Error, call::Trouble};

/// A refusal or failure: `detail` for the protocol's own clients, `error` with the same sentence,
/// and a `code` to branch on.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: &'static str,
    detail: String,
    command: Option<CommandId>,
    proposal: Option<String>,
    retry_after: Option<u64>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            command: None,
            proposal: None,
            retry_after: None,
        }
    }

    /// Names the command, so that its outcome can be found in the audit.
    pub(crate) fn of_command(mut self, id: CommandId) -> Self {
        self.command = Some(id);
        self
    }

    /// Names what a person may do about it.
    pub(crate) fn of_proposal(mut self, id: String) -> Self {
        self.proposal = Some(id);
        self
    }

    /// Says after how many seconds it may be tried again.
    pub(crate) fn after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// The sentence.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    pub(crate) fn retry_after(&self) -> Option<u64> {
        self.retry_after
    }

    pub(crate) fn unauthorized() -> Self {
        let status = StatusCode::UNAUTHORIZED;
        Self::new(status, "unauthorized", "Could not validate credentials")
    }

    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    pub(crate) fn unknown_device(device: &DeviceId) -> Self {
        let detail = format!("Device {device} not found");
        Self::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    pub(crate) fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unprocessable", detail)
    }

    pub(crate) fn stopping() -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "stopping", "the hub is stopping")
    }
}

impl Refusal {
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// What a caller reads.
    pub(crate) fn body(&self) -> Value {
        let mut body = json!({
            "success": false,
            "detail": self.detail,
            "error": self.detail,
            // Where some of the wires' programs look for it.
            "message": self.detail,
            "code": self.code,
        });
        if let (Some(id), Some(fields)) = (&self.command, body.as_object_mut()) {
            fields.insert("command_id".to_owned(), json!(id));
        }
        if let (Some(id), Some(fields)) = (&self.proposal, body.as_object_mut()) {
            fields.insert("proposal_id".to_owned(), json!(id));
        }
        body
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        if let Some(seconds) = self.retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// What went wrong inside stays inside.
impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        if matches!(error, Error::Stopped) {
            return Self::stopping();
        }
        tracing::error!(error = &error as &dyn std::error::Error, "a request failed");
        Self::from(Trouble::from(&error))
    }
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Stopping => Self::stopping(),
            Trouble::FullDisk => {
                let status = StatusCode::INSUFFICIENT_STORAGE;
                let detail =
                    "the hub's disk is full; nothing was kept: try again when there is room";
                Self::new(status, "disk_full", detail)
            }
            Trouble::Other => {
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                Self::new(status, "internal", "something went wrong inside the hub")
            }
        }
    }
}
