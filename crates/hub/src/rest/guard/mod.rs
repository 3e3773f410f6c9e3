//! Refuses requests that a web page could have made.
//!
//! A page whose name was made to point at this computer still sends that name as `Host`, and its
//! own address as `Origin`. Programs send neither anything else than our address.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::Refusal;
use crate::app::App;

const NAMES: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// Lets a request through only if it was meant for this hub, and marks every answer as not to be
/// kept.
pub(super) async fn local_only(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match foreign(request.uri(), request.headers(), app.port) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    response
}

fn foreign(uri: &Uri, headers: &HeaderMap, port: u16) -> Option<Refusal> {
    let host = only(headers, &header::HOST);
    let authority = uri.authority().map(Authority::as_str);
    let ours = match host {
        Ok(Some(host)) => is_ours(host, port) && authority.is_none_or(|name| is_ours(name, port)),
        Ok(None) | Err(Several) => false,
    };
    if !ours {
        return Some(Refusal::forbidden("the Host header does not name this hub"));
    }
    let same = match only(headers, &header::ORIGIN) {
        Ok(None) => true,
        Ok(Some(origin)) => origin
            .strip_prefix("http://")
            .is_some_and(|authority| is_ours(authority, port) && host == Ok(Some(authority))),
        Err(Several) => false,
    };
    (!same).then(|| Refusal::forbidden("requests from web pages are not taken"))
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

fn is_ours(authority: &str, port: u16) -> bool {
    NAMES.into_iter().any(|name| {
        let Some(rest) = authority
            .get(..name.len())
            .filter(|start| start.eq_ignore_ascii_case(name))
            .and_then(|_| authority.get(name.len()..))
        else {
            return false;
        };
        // Without a port it is the scheme's own.
        rest == format!(":{port}") || (rest.is_empty() && port == 80)
    })
}

#[cfg(test)]
mod tests;
