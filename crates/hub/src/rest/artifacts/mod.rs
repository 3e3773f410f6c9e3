//! Files to be brought and fetched over HTTP.
//!
//! Brought in one piece, or in several as tus 1.0 has it; fetched whole or in part. A device brings
//! what it was asked for and nothing else, with the token of its socket, and fetches nothing. A
//! person has every file of their account before them, an agent those that it asked for or brought.

mod bringer;
mod fetch;

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chaperone_protocol::{CommandId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::bringer::Bringer;
use super::{Refusal, caller::Caller};
use crate::{
    app::App,
    artifacts::{self, LARGEST, QUOTA, Taken},
    secrets,
    store::Artifact,
};

const TUS: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: &str = "1.0.0";
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const DIGEST: HeaderName = HeaderName::from_static("repr-digest");
/// What a piece of a file is sent as.
const PIECE: &str = "application/offset+octet-stream";
const LONGEST_NAME: usize = 200;
const DEFAULT_TYPE: &str = "application/octet-stream";

#[derive(Deserialize)]
struct About {
    name: Option<String>,
    command_id: Option<CommandId>,
}

pub(super) fn router() -> Router<Arc<App>> {
    let many = || get(all).post(bring).options(abilities);
    let one = || {
        get(fetch::fetch)
            .head(fetch::head)
            .patch(go_on)
            .delete(remove)
    };
    Router::new()
        .route("/api/artifacts", many())
        .route("/api/artifacts/{artifact}", one())
        .route(
            "/api/devices/artifacts",
            axum::routing::post(bring).options(abilities),
        )
}

/// `OPTIONS /api/artifacts`: what of tus there is.
async fn abilities() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert("tus-version", HeaderValue::from_static(TUS_VERSION));
    let extensions = "creation,creation-with-upload,expiration,termination";
    headers.insert("tus-extension", HeaderValue::from_static(extensions));
    headers.insert("tus-max-size", HeaderValue::from(LARGEST));
    tus(response)
}

/// `GET /api/artifacts`
async fn all(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<Json<Vec<ArtifactView>>, Refusal> {
    let account = caller.account().clone();
    let agent = match &caller {
        Caller::Agent(row) => Some(row.agent.id.clone()),
        Caller::Person(_) => None,
    };
    let artifacts = app
        .store
        .artifacts(account, agent, Timestamp::now())
        .await?;
    Ok(Json(artifacts.iter().map(view).collect()))
}

/// `POST /api/artifacts`, `POST /api/devices/artifacts`
async fn bring(
    State(app): State<Arc<App>>,
    bringer: Bringer,
    about: Query<About>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    check_version(headers)?;
    let announced = number(headers, &LENGTH)?;
    let in_one = announced.is_none();
    let size = match announced {
        Some(size) => size,
        None => number(headers, &header::CONTENT_LENGTH)?.ok_or_else(|| {
            let status = StatusCode::LENGTH_REQUIRED;
            let detail =
                "say how long it is: Content-Length, or Upload-Length to send it in pieces";
            Refusal::new(status, "length_required", detail)
        })?,
    };
    if size == 0 || size > LARGEST {
        let detail = format!("a file must have between 1 and {LARGEST} bytes");
        return Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            detail,
        ));
    }
    let told = Told::read(headers)?;
    let media_type = match (in_one, told.media_type) {
        (_, Some(media_type)) => Some(media_type),
        (true, None) => text(headers, &header::CONTENT_TYPE),
        (false, None) => None,
    };
    let Query(About { name, command_id }) = about;
    let whose = bringer.whose(&app, command_id).await?;
    let now = Timestamp::now();
    let artifact = Artifact {
        id: secrets::fresh_id()?,
        account: whose.account,
        device: whose.device,
        agent: whose.agent,
        command: whose.command,
        name: name_of(name.or(told.name))?,
        media_type: type_of(media_type)?,
        size,
        sha256: digest(headers)?,
        received: 0,
        complete: false,
        created_at: now,
        expires_at: artifacts::unfinished_until(now),
    };
    if !app.store.add_artifact(artifact.clone(), QUOTA).await? {
        let detail = "too much is kept here for this account; delete some files first";
        let status = StatusCode::INSUFFICIENT_STORAGE;
        return Err(Refusal::new(status, "quota", detail));
    }
    let with_piece = text(headers, &header::CONTENT_TYPE).as_deref() == Some(PIECE);
    if !in_one && !with_piece {
        return Ok(made(&artifact));
    }
    let taken = take(&app, artifact.clone(), body, in_one).await?;
    match taken {
        Taken::Whole => Ok(made(&whole(&app, &artifact.id).await?)),
        Taken::Part(received) if !in_one => Ok(made(&Artifact {
            received,
            ..artifact
        })),
        Taken::Part(_) => Err(incomplete()),
        Taken::Wrong => Err(wrong()),
        Taken::TooMuch => Err(too_much()),
    }
}

/// `PATCH /api/artifacts/{artifact}`: the next piece.
async fn go_on(
    State(app): State<Arc<App>>,
    bringer: Bringer,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    check_version(headers)?;
    if text(headers, &header::CONTENT_TYPE).as_deref() != Some(PIECE) {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let detail = format!("a piece must be sent as {PIECE}");
        return Err(Refusal::new(status, "unsupported_media_type", detail));
    }
    let offset = number(headers, &OFFSET)?
        .ok_or_else(|| Refusal::unprocessable("Upload-Offset: is missing"))?;
    let artifact = bringer.own(&app, &id).await?;
    if artifact.complete || offset != artifact.received {
        return Ok(elsewhere(&artifact));
    }
    match take(&app, artifact.clone(), body, false).await? {
        Taken::Whole => Ok(at(artifact.size)),
        Taken::Part(received) => {
            let mut response = at(received);
            ends(&mut response, artifacts::unfinished_until(Timestamp::now()));
            Ok(response)
        }
        Taken::Wrong => Err(wrong()),
        Taken::TooMuch => Err(too_much()),
    }
}

/// `DELETE /api/artifacts/{artifact}`
async fn remove(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let artifact = Bringer::Caller(caller).own(&app, &id).await?;
    artifacts::delete(&app, artifact, Timestamp::now()).await?;
    Ok(tus(StatusCode::NO_CONTENT.into_response()))
}

/// Takes what comes, also to its end when whoever sends is cut off.
async fn take(
    app: &Arc<App>,
    artifact: Artifact,
    body: Body,
    in_one: bool,
) -> Result<Taken, Refusal> {
    let busy = || {
        let detail = "the file is being sent already; look where it stands with HEAD";
        Refusal::new(StatusCode::CONFLICT, "busy", detail)
    };
    let claim = app.shelf.claim(&artifact.id).map_err(|_| busy())?;
    // It may have grown until it was claimed.
    let now = app.store.artifact(artifact.id.clone()).await?;
    if now.is_none_or(|now| now.complete || now.received != artifact.received) {
        return Err(busy());
    }
    let taking = {
        let app = Arc::clone(app);
        async move {
            let taken = async {
                let writing = app.shelf.write(claim, artifact.received).await?;
                artifacts::take(&app, &artifact, writing, body).await
            };
            let taken = taken.await;
            if in_one && matches!(taken, Ok(Taken::Part(_) | Taken::TooMuch) | Err(_)) {
                // Nobody knows its name, so nobody can go on with it.
                artifacts::delete(&app, artifact, Timestamp::now()).await?;
            }
            taken
        }
    };
    let taken = app.tasks.spawn(taking).await;
    Ok(taken.map_err(|_| crate::Error::Stopped)??)
}

async fn whole(app: &App, id: &str) -> Result<Artifact, Refusal> {
    let artifact = app.store.artifact(id.to_owned()).await?;
    artifact.ok_or_else(unknown)
}

/// What tus clients say of a file.
#[derive(Default)]
struct Told {
    name: Option<String>,
    media_type: Option<String>,
}

impl Told {
    fn read(headers: &HeaderMap) -> Result<Self, Refusal> {
        let mut told = Self::default();
        let metadata = text(headers, &METADATA).unwrap_or_default();
        for pair in metadata.split(',').filter(|pair| !pair.trim().is_empty()) {
            let (key, value) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
            let value = BASE64_STANDARD
                .decode(value.trim())
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .ok_or_else(|| Refusal::unprocessable("Upload-Metadata: is not base64 of text"))?;
            match key {
                "filename" | "name" => told.name = Some(value),
                "filetype" | "type" => told.media_type = Some(value),
                _ => {}
            }
        }
        Ok(told)
    }
}

/// A file as callers see it.
#[derive(Serialize, JsonSchema)]
pub(super) struct ArtifactView {
    success: bool,
    id: String,
    name: String,
    media_type: String,
    bytes: u64,
    /// How many of them are there.
    received: u64,
    complete: bool,
    /// In hexadecimal, once it is known.
    sha256: Option<String>,
    /// The device that brings it, where one does.
    device_id: Option<String>,
    /// The agent that asked for it, or that brings it.
    agent_id: Option<String>,
    /// What it was asked for with.
    command_id: Option<String>,
    path: String,
    #[schemars(with = "String")]
    created_at: Timestamp,
    #[schemars(with = "String")]
    expires_at: Timestamp,
}

fn view(artifact: &Artifact) -> ArtifactView {
    let sha256 = &artifact.sha256;
    ArtifactView {
        success: true,
        id: artifact.id.clone(),
        name: artifact.name.clone(),
        media_type: artifact.media_type.clone(),
        bytes: artifact.size,
        received: artifact.received,
        complete: artifact.complete,
        sha256: (!sha256.is_empty()).then(|| chaperone_chain::hex(sha256)),
        device_id: artifact.device.clone(),
        agent_id: artifact.agent.clone(),
        command_id: artifact.command.clone(),
        path: path(artifact),
        created_at: artifact.created_at,
        expires_at: artifact.expires_at,
    }
}

fn path(artifact: &Artifact) -> String {
    format!("/api/artifacts/{}", artifact.id)
}

fn made(artifact: &Artifact) -> Response {
    let mut response = (StatusCode::CREATED, Json(view(artifact))).into_response();
    let headers = response.headers_mut();
    if let Ok(path) = HeaderValue::from_str(&path(artifact)) {
        headers.insert(header::LOCATION, path);
    }
    headers.insert(OFFSET, HeaderValue::from(artifact.received));
    if !artifact.complete {
        ends(&mut response, artifact.expires_at);
    }
    tus(response)
}

fn at(offset: u64) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(OFFSET, HeaderValue::from(offset));
    tus(response)
}

/// Says until when an upload can be gone on with.
fn ends(response: &mut Response, until: Timestamp) {
    let date = until.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(EXPIRES, date);
    }
}

fn elsewhere(artifact: &Artifact) -> Response {
    let detail = format!("the next byte is number {}", artifact.received);
    let refusal = Refusal::new(StatusCode::CONFLICT, "offset", detail);
    let mut response = refusal.into_response();
    let headers = response.headers_mut();
    headers.insert(OFFSET, HeaderValue::from(artifact.received));
    tus(response)
}

fn tus(mut response: Response) -> Response {
    let version = HeaderValue::from_static(TUS_VERSION);
    response.headers_mut().insert(TUS, version);
    response
}

fn check_version(headers: &HeaderMap) -> Result<(), Refusal> {
    match text(headers, &TUS) {
        None => Ok(()),
        Some(version) if version == TUS_VERSION => Ok(()),
        Some(_) => Err(Refusal::new(
            StatusCode::PRECONDITION_FAILED,
            "unsupported_version",
            "Tus-Resumable: this hub speaks 1.0.0",
        )),
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<Option<u64>, Refusal> {
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    let number = value.to_str().ok().and_then(|text| text.parse().ok());
    number
        .map(Some)
        .ok_or_else(|| Refusal::unprocessable(format!("{name}: is not a number of bytes")))
}

/// The SHA-256 in `Repr-Digest` (RFC 9530), if there is one.
fn digest(headers: &HeaderMap) -> Result<Vec<u8>, Refusal> {
    let Some(field) = text(headers, &DIGEST) else {
        return Ok(Vec::new());
    };
    let wrong = || Refusal::unprocessable("Repr-Digest: write it like sha-256=:<base64>:");
    let ours = field
        .split(',')
        .find_map(|entry| entry.trim().strip_prefix("sha-256="));
    let bytes = ours
        .and_then(|value| value.strip_prefix(':')?.strip_suffix(':'))
        .and_then(|value| BASE64_STANDARD.decode(value).ok())
        .filter(|bytes| bytes.len() == 32);
    bytes.ok_or_else(wrong)
}

fn name_of(name: Option<String>) -> Result<String, Refusal> {
    let name = name.unwrap_or_else(|| "file".to_owned());
    let fits = !name.is_empty()
        && name.chars().count() <= LONGEST_NAME
        && !name
            .chars()
            .any(|sign| sign.is_control() || matches!(sign, '/' | '\\'));
    fits.then_some(name).ok_or_else(|| {
        Refusal::unprocessable("name: needs 1 to 200 printable characters and no slashes")
    })
}

fn type_of(media_type: Option<String>) -> Result<String, Refusal> {
    let media_type = media_type.unwrap_or_else(|| DEFAULT_TYPE.to_owned());
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let fits = essence.len() <= 100
        && essence
            .split_once('/')
            .is_some_and(|(kind, rest)| token(kind) && token(rest));
    fits.then(|| essence.to_ascii_lowercase())
        .ok_or_else(|| Refusal::unprocessable("the media type is none, like image/jpeg"))
}

fn unknown() -> Refusal {
    let detail = "There is no such file, or not any more";
    Refusal::new(StatusCode::NOT_FOUND, "not_found", detail)
}

fn incomplete() -> Refusal {
    let detail = "the file did not arrive whole; send it again, or in pieces with Upload-Length";
    Refusal::new(StatusCode::BAD_REQUEST, "incomplete", detail)
}

fn wrong() -> Refusal {
    let detail = "the bytes are not those of Repr-Digest; send the file again from its beginning";
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "digest_mismatch", detail)
}

fn too_much() -> Refusal {
    let detail = "more bytes came than were announced";
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
}
