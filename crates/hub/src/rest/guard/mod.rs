//! What is decided of a request before anything else is: whether it was meant for this hub, whose
//! page made it, whether its sender has sent too many; and what every answer says to browsers.
//!
//! A page whose name was made to point at this computer still sends that name as `Host`, and its
//! own address as `Origin`. Programs send neither anything else than our address.

mod names;
mod pace;
#[cfg(test)]
mod tests;

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Instant,
};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

use self::names::Page;
pub(crate) use self::{names::Names, pace::Pace};
use super::Refusal;
use crate::app::App;

/// For answers that are no pages: nothing may be loaded, and nobody may frame them.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
/// Half a year.
const ENCRYPTED_ONLY: &str = "max-age=15768000";
/// How long a browser may remember what pages elsewhere may send.
const REMEMBERED: &str = "600";
/// As much of a bare text is kept.
const LONGEST_SENTENCE: usize = 4 * 1024;
const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const HEADERS: &str = "authorization, content-type";
const READABLE: &str = "retry-after, www-authenticate";
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Lets a request through only if it was meant for this hub, and tells browsers what they may do
/// with the answer.
pub(super) async fn watch(
    State(app): State<Arc<App>>,
    ConnectInfo(socket): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let from = sender(&app.names, socket, request.headers());
    request.extensions_mut().insert(ConnectInfo(from));
    let pattern = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let judged = judge(&app.names, request.uri(), request.headers());
    let encrypted = only(request.headers(), &header::HOST)
        .is_ok_and(|host| host.is_some_and(|host| app.names.is_encrypted_at(host)));
    let mut response = match &judged {
        Err(problem) => Refusal::forbidden(*problem).into_response(),
        Ok(_) if let Err(wait) = app.pace.spend(from.ip(), begun) => {
            let seconds = wait.as_secs().max(1);
            let detail = format!("Too many requests from this address. Try again in {seconds} s");
            Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too_many", detail)
                .after(seconds)
                .into_response()
        }
        Ok(Some(_)) if is_preflight(&request) => StatusCode::NO_CONTENT.into_response(),
        Ok(_) => in_our_shape(next.run(request).await).await,
    };
    dress(response.headers_mut(), judged.ok().flatten(), encrypted);
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    // Never what was asked for: a path and its question may hold tokens.
    let pattern = pattern.as_ref().map_or("none", MatchedPath::as_str);
    app.meter.request(pattern, status, took);
    tracing::debug!(
        target: "chaperone_hub::requests",
        %method,
        path = pattern,
        status,
        milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

/// Refusals of the parts that this hub is made of are bare texts; callers look for our fields.
async fn in_our_shape(response: Response) -> Response {
    let is_bare = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let status = response.status();
    if !status.is_client_error() || !is_bare {
        return response;
    }
    let code = match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::NOT_ACCEPTABLE => "not_acceptable",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        _ => "bad_request",
    };
    let text = axum::body::to_bytes(response.into_body(), LONGEST_SENTENCE).await;
    let text = text
        .ok()
        .and_then(|text| String::from_utf8(text.into()).ok());
    let detail = text.unwrap_or_else(|| "the request makes no sense".to_owned());
    Refusal::new(status, code, detail).into_response()
}

/// Who sent it. What a proxy says counts only where there is to be one, and only what it said
/// itself, which stands last.
fn sender(names: &Names, socket: SocketAddr, headers: &HeaderMap) -> SocketAddr {
    if !names.is_behind_proxy() {
        return socket;
    }
    headers
        .get_all(&FORWARDED)
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|address| address.trim().parse::<IpAddr>().ok())
        .map_or(socket, |address| SocketAddr::new(address, 0))
}

/// The page elsewhere that may read the answer, if one asks that may.
fn judge(
    names: &Names,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Option<HeaderValue>, &'static str> {
    let unknown = "the Host header does not name this hub";
    let authority = uri.authority().map(Authority::as_str);
    let host = match only(headers, &header::HOST) {
        Ok(Some(host)) if names.are(host) => host,
        Ok(_) | Err(Several) => return Err(unknown),
    };
    if authority.is_some_and(|named| !names.are(named)) {
        return Err(unknown);
    }
    let foreign = "requests from web pages are not taken";
    match only(headers, &header::ORIGIN) {
        Ok(None) => Ok(None),
        Ok(Some(origin)) => match names.page(origin, host) {
            Page::Own => Ok(None),
            Page::Listed => Ok(HeaderValue::from_str(origin).ok()),
            Page::Foreign => Err(foreign),
        },
        Err(Several) => Err(foreign),
    }
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn dress(headers: &mut HeaderMap, reader: Option<HeaderValue>, encrypted: bool) {
    let mut say = |name: HeaderName, text: &'static str| {
        headers.insert(name, HeaderValue::from_static(text));
    };
    say(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    say(header::X_FRAME_OPTIONS, "DENY");
    say(header::REFERRER_POLICY, "no-referrer");
    if encrypted {
        say(header::STRICT_TRANSPORT_SECURITY, ENCRYPTED_ONLY);
    }
    if reader.is_some() {
        say(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        say(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        say(header::ACCESS_CONTROL_EXPOSE_HEADERS, READABLE);
        say(header::ACCESS_CONTROL_MAX_AGE, REMEMBERED);
    }
    say(header::VARY, "origin");
    if let Some(reader) = reader {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, reader);
    }
    // A page has its own policy, and its parts may be kept.
    for (name, text) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(text));
    }
}

/// A header that came twice, or is no text.
#[derive(Debug, PartialEq, Eq)]
struct Several;

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Several> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(Several);
    }
    first
        .map(HeaderValue::to_str)
        .transpose()
        .map_err(|_| Several)
}
