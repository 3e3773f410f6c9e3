//! The hub's own pages, built into the program: letting a device in, and looking after what there
//! is. What they do, they do through the same paths as everybody else.
//!
//! They are one document and its parts, from `ui/src/hub`; which page it is, it tells from its
//! address.

use std::sync::Arc;

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use rust_embed::RustEmbed;

use super::{Refusal, unknown_path};
use crate::app::App;

/// Nothing from elsewhere, nothing inline, in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
/// Their names change with what is in them.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

#[derive(RustEmbed)]
#[folder = "../../ui/dist-hub"]
struct Pages;

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(entrance))
        .route("/admin", get(document))
        .route("/pair", get(document))
        .route("/pages/{file}", get(part))
}

/// `GET /`: browsers are shown in; for programs there is nothing here.
async fn entrance(headers: HeaderMap) -> Response {
    let is_browser = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|accepted| accepted.to_str().ok())
        .any(|accepted| accepted.contains("text/html"));
    if is_browser {
        // Relative, so that it holds behind a proxy that has the hub below a path.
        Redirect::to("admin").into_response()
    } else {
        unknown_path().await.into_response()
    }
}

/// `GET /admin`, `GET /pair`
async fn document() -> Response {
    file("hub.html", &[])
}

/// `GET /pages/{file}`
async fn part(Path(name): Path<String>) -> Response {
    // Parts lie in one folder.
    if name.contains(['/', '\\']) {
        return nothing();
    }
    file(
        &format!("pages/{name}"),
        &[(header::CACHE_CONTROL, FOR_GOOD)],
    )
}

fn file(path: &str, more: &[(HeaderName, &'static str)]) -> Response {
    let Some(file) = Pages::get(path) else {
        return nothing();
    };
    let kind = match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let mut response = file.data.into_response();
    let headers = response.headers_mut();
    let own = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, text) in own.iter().chain(more) {
        headers.insert(name, header::HeaderValue::from_static(text));
    }
    response
}

/// As for whoever has the page of an older hub open.
fn nothing() -> Response {
    let detail = "there is no such part of the pages: load the page anew";
    Refusal::new(StatusCode::NOT_FOUND, "not_found", detail).into_response()
}
