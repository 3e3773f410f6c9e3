//! What there is to call, for programs and for people.
//!
//! Every path of the hub is listed in [`operations`], and a test holds the list to what is mounted.
//! The page needs nothing from elsewhere.

mod governance;
mod live;
mod operations;
mod people;
mod wires;

use std::sync::Arc;

use axum::{
    Json, Router,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chaperone_protocol::Value;

use crate::app::App;

const PAGE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// The page may load its own two files and call this hub, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/openapi.json", get(document))
        .route(
            "/docs",
            get(async || file("text/html; charset=utf-8", PAGE)),
        )
        .route(
            "/docs/page.js",
            get(async || file("text/javascript; charset=utf-8", SCRIPT)),
        )
        .route(
            "/docs/page.css",
            get(async || file("text/css; charset=utf-8", STYLE)),
        )
}

async fn document() -> Json<Value> {
    Json(operations::document())
}

fn file(kind: &'static str, text: &'static str) -> Response {
    const HEADERS: [(HeaderName, &str); 2] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests;
