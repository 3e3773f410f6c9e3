//! How a call is to be answered: what its headers say.

use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chaperone_chain::canonical;
use chaperone_protocol::{DeviceId, Value};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{
    kind::Common,
    order::{Manner, Taken},
};
use crate::{
    rest::{Refusal, caller::Caller},
    store::{Key, State},
};

pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const FROM_DEVICE: HeaderName = HeaderName::from_static("x-chaperone-from-device");
const RESPOND_ASYNC: &str = "respond-async";
const MAX_KEY_BYTES: usize = 200;

impl Manner {
    /// What a caller's headers and body say.
    pub(crate) fn of(
        headers: &HeaderMap,
        caller: &Caller,
        path: &str,
        body: &Value,
        common: &Common,
    ) -> Result<Self, Refusal> {
        let from_device = one(headers, &FROM_DEVICE)?
            .map(|id| {
                DeviceId::new(id).map_err(|problem| {
                    Refusal::unprocessable(format!("X-Chaperone-From-Device: {problem}"))
                })
            })
            .transpose()?;
        let mut preferences = headers
            .get_all(PREFER)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|word| word.split(';').next().unwrap_or_default().trim());
        Ok(Self {
            later: preferences.any(|word| word.eq_ignore_ascii_case(RESPOND_ASYNC)),
            key: key(headers, caller, path, body)?,
            from_device,
            trigger: common.trigger,
            queue: common.queue,
            batch: None,
            told: None,
        })
    }
}

impl Key {
    /// The same caller's key for one device of several.
    pub(crate) fn on(&self, device: &DeviceId) -> Self {
        Self {
            text: format!("{}/{device}", self.text),
            digest: self.digest,
        }
    }
}

impl Taken {
    /// What a caller reads, with its status.
    pub(crate) fn body(&self, device: &DeviceId) -> Result<(StatusCode, Value), Refusal> {
        Ok(match self {
            Self::Done(reply) => {
                let body = serde_json::to_value(reply).map_err(crate::Error::from)?;
                (StatusCode::OK, body)
            }
            Self::Later { id, state } => {
                let body = json!({
                    "success": true,
                    "command_id": id,
                    "device_node_id": device,
                    "state": state,
                    "location": format!("/api/commands/{id}"),
                });
                (StatusCode::ACCEPTED, body)
            }
            Self::Proposed { id } => {
                let body = json!({
                    "success": true,
                    "proposal_id": id,
                    "device_node_id": device,
                    "status": "pending_approval",
                    "message": "a person has to approve this first",
                    "location": format!("/api/maturity/proposals/{id}"),
                });
                (StatusCode::ACCEPTED, body)
            }
        })
    }

    pub(crate) fn into_response(self, device: &DeviceId) -> Result<Response, Refusal> {
        let waits = matches!(
            self,
            Self::Later {
                state: State::Waiting,
                ..
            }
        );
        if let Self::Done(reply) = self {
            return Ok(Json(reply).into_response());
        }
        let (status, body) = self.body(device)?;
        let location = body.get("location").and_then(Value::as_str);
        let location = location.and_then(|path| HeaderValue::from_str(path).ok());
        let mut response = (status, Json(body)).into_response();
        if let Some(location) = location {
            response.headers_mut().insert(header::LOCATION, location);
        }
        if waits {
            let applied = HeaderValue::from_static(RESPOND_ASYNC);
            response.headers_mut().insert(PREFERENCE_APPLIED, applied);
        }
        Ok(response)
    }
}

fn key(
    headers: &HeaderMap,
    caller: &Caller,
    path: &str,
    body: &Value,
) -> Result<Option<Key>, Refusal> {
    let Some(key) = one(headers, &IDEMPOTENCY_KEY)? else {
        return Ok(None);
    };
    if key.is_empty() || key.len() > MAX_KEY_BYTES {
        return Err(Refusal::unprocessable(format!(
            "Idempotency-Key: must be 1 to {MAX_KEY_BYTES} bytes long"
        )));
    }
    // Two callers may choose the same one.
    let text = match caller {
        Caller::Agent(row) => format!("agent {}/{key}", row.agent.id),
        Caller::Person(_) => format!("person/{key}"),
    };
    let body = canonical(body).map_err(crate::Error::from)?;
    let digest = Sha256::digest(format!("{path}\n{body}")).into();
    Ok(Some(Key { text, digest }))
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let (first, second) = (values.next(), values.next());
    let unreadable = || Refusal::unprocessable(format!("{name}: give it once, as plain text"));
    if second.is_some() {
        return Err(unreadable());
    }
    first
        .map(|value| value.to_str().map_err(|_| unreadable()))
        .transpose()
}
