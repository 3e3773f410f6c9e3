//! OAuth 2.0 for devices: a code on both screens (RFC 8628), tokens that are renewed (RFC 6749) and
//! given back (RFC 7009). Errors have the standards' shape, not ours.

use std::sync::Arc;

use axum::{
    Form, Json,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chaperone_protocol::{DeviceId, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::App,
    device_key::{DeviceKey, Proof},
    people::{ASKED_EVERY, Applicant, CODE_FOR, Given, Poll, Renewed},
    secrets::key_hash,
    store::SessionKind,
};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The error where the key that a device goes by is not proved.
const UNPROVEN: &str = "invalid_proof";
const LONGEST_TEXT: usize = 200;

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct Application {
    client_id: String,
    device_id: Option<String>,
    #[serde(default)]
    device_name: String,
    device_fingerprint: Option<String>,
    device_public_key: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct Wish {
    grant_type: String,
    client_id: Option<String>,
    device_code: Option<String>,
    refresh_token: Option<String>,
    device_signature: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct Revocation {
    token: String,
}

/// A refusal in the standard's shape.
pub(super) struct Wrong {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
}

/// `POST /oauth/device_authorization`
pub(super) async fn authorize(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    form: Result<Form<Application>, FormRejection>,
) -> Result<Json<Value>, Wrong> {
    let Form(form) = form.map_err(|_| Wrong::request("client_id is missing"))?;
    let fits = |text: &str| text.len() <= LONGEST_TEXT && !text.chars().any(char::is_control);
    let texts = [
        Some(&form.client_id),
        form.device_id.as_ref(),
        Some(&form.device_name),
        form.device_fingerprint.as_ref(),
    ];
    if form.client_id.is_empty() || !texts.into_iter().flatten().all(|text| fits(text)) {
        return Err(Wrong::request(
            "a field is empty, too long, or holds control characters",
        ));
    }
    let told = form.device_fingerprint.map(|text| hexadecimal(&text));
    let (key, fingerprint) = match form.device_public_key {
        None => (None, told),
        Some(text) => {
            let key = DeviceKey::read(&text)
                .ok_or(Wrong::request("device_public_key is no Ed25519 key"))?;
            // What the person compares is what will be asked for.
            let fingerprint = key.fingerprint();
            if told.is_some_and(|told| told != fingerprint) {
                let problem = "device_fingerprint is not that of device_public_key";
                return Err(Wrong::request(problem));
            }
            (Some(key), Some(fingerprint))
        }
    };
    let applicant = Applicant {
        client: form.client_id,
        device: form.device_id.and_then(|id| DeviceId::new(id).ok()),
        name: match form.device_name.trim() {
            "" => "A device without a name".to_owned(),
            name => name.to_owned(),
        },
        fingerprint,
        key,
    };
    let applied = app
        .apply(applicant, Timestamp::now())
        .await
        .map_err(|_| Wrong::SERVER)?;
    let Some((device_code, user_code)) = applied else {
        return Err(Wrong::BUSY);
    };
    let page = format!("{}/pair", app.base(&headers));
    Ok(Json(json!({
        "device_code": device_code,
        "user_code": user_code.as_str(),
        "verification_uri": page,
        "verification_uri_complete": format!("{page}#{}", user_code.as_str()),
        "expires_in": CODE_FOR.as_secs(),
        "interval": ASKED_EVERY.as_secs(),
    })))
}

/// `POST /oauth/token`
pub(super) async fn token(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    form: Result<Form<Wish>, FormRejection>,
) -> Result<Response, Wrong> {
    let Form(form) = form.map_err(|_| Wrong::request("grant_type is missing"))?;
    let now = Timestamp::now();
    let proof = Proof::new(&headers, form.device_signature);
    let given = match form.grant_type.as_str() {
        DEVICE_CODE => {
            let (Some(client), Some(code)) = (&form.client_id, &form.device_code) else {
                return Err(Wrong::request("client_id or device_code is missing"));
            };
            match app
                .poll(client, code, proof, now)
                .await
                .map_err(|_| Wrong::SERVER)?
            {
                Poll::Paired(given) => *given,
                Poll::NotYet => return Err(Wrong::of("authorization_pending", "")),
                Poll::TooSoon => return Err(Wrong::of("slow_down", "")),
                Poll::Denied => return Err(Wrong::of("access_denied", "the person said no")),
                Poll::Expired => return Err(Wrong::of("expired_token", "the code is too old")),
                Poll::Unproven => {
                    let problem = "device_signature does not prove the key that was named";
                    return Err(Wrong::of(UNPROVEN, problem));
                }
                Poll::Unknown => return Err(Wrong::of("invalid_grant", "there is no such code")),
            }
        }
        "refresh_token" => {
            let Some(refresh) = &form.refresh_token else {
                return Err(Wrong::request("refresh_token is missing"));
            };
            let renewed = app
                .renew_session(SessionKind::Device, refresh, proof, now)
                .await
                .map_err(|_| Wrong::SERVER)?;
            match renewed {
                Renewed::Given(given) => *given,
                Renewed::Ended => {
                    let problem = "the refresh token is not good any more: pair again";
                    return Err(Wrong::of("invalid_grant", problem));
                }
                Renewed::Unproven => {
                    let problem = "this hub knows this device by another key: pair it again";
                    return Err(Wrong::of(UNPROVEN, problem));
                }
            }
        }
        _ => return Err(Wrong::of("unsupported_grant_type", "")),
    };
    let body = Json(issued(&given));
    Ok(([(header::PRAGMA, "no-cache")], body).into_response())
}

/// `POST /oauth/revoke`
pub(super) async fn revoke(
    State(app): State<Arc<App>>,
    form: Result<Form<Revocation>, FormRejection>,
) -> Result<StatusCode, Wrong> {
    let Form(form) = form.map_err(|_| Wrong::request("token is missing"))?;
    let hash = key_hash(&form.token);
    let revoked = app.store.revoke_by_refresh(hash, Timestamp::now()).await;
    // A token that is none is as good as revoked, says the standard.
    revoked.map_err(|_| Wrong::SERVER)?;
    Ok(StatusCode::OK)
}

/// `GET /.well-known/oauth-authorization-server`
pub(super) async fn metadata(State(app): State<Arc<App>>, headers: HeaderMap) -> Json<Value> {
    let base = app.base(&headers);
    Json(json!({
        "issuer": base,
        "device_authorization_endpoint": format!("{base}/oauth/device_authorization"),
        "token_endpoint": format!("{base}/oauth/token"),
        "revocation_endpoint": format!("{base}/oauth/revoke"),
        "jwks_uri": format!("{base}/.well-known/jwks.json"),
        "grant_types_supported": [DEVICE_CODE, "refresh_token"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
    }))
}

/// `GET /.well-known/jwks.json`
pub(super) async fn key_set(State(app): State<Arc<App>>) -> Json<Value> {
    Json(app.tokens.key_set())
}

impl Wrong {
    const SERVER: Self = Self {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        error: "server_error",
        description: "something went wrong inside the hub",
    };
    const BUSY: Self = Self {
        status: StatusCode::SERVICE_UNAVAILABLE,
        error: "temporarily_unavailable",
        description: "too many devices wait to be paired",
    };

    const fn of(error: &'static str, description: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            description,
        }
    }

    const fn request(description: &'static str) -> Self {
        Self::of("invalid_request", description)
    }
}

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        let mut body = json!({ "error": self.error });
        if let (false, Some(fields)) = (self.description.is_empty(), body.as_object_mut()) {
            fields.insert("error_description".to_owned(), json!(self.description));
        }
        (self.status, Json(body)).into_response()
    }
}

fn issued(given: &Given) -> Value {
    json!({
        "access_token": given.access,
        "token_type": "Bearer",
        "expires_in": given.access_for.as_secs(),
        "refresh_token": given.refresh,
        "device_id": given.session.holder,
    })
}

/// However it was grouped.
fn hexadecimal(text: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_hexdigit);
    digits.map(|digit| digit.to_ascii_lowercase()).collect()
}
