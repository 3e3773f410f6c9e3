//! A browser as a device, to try the hub and its agents out: a page that pairs, connects over the
//! atom socket, asks its person, and answers with what the browser has.
//!
//! The page needs nothing from elsewhere, and the hub takes it for a device like any other: nothing
//! here lets it in.

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderName, header},
    routing::get,
};

use crate::app::App;

/// Its own files and this hub, nothing from elsewhere, nothing inline, in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The browser asks its person for these; nothing in a frame gets them, and nothing else is had.
const PERMISSIONS: &str =
    "camera=(self), display-capture=(self), geolocation=(self), microphone=()";

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

const STYLE: &str = concat!(include_str!("../page.css"), include_str!("page.css"));

type Part = ([(HeaderName, &'static str); 4], &'static str);

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/simulator",
            get(async || part("text/html; charset=utf-8", include_str!("page.html"))),
        )
        .route(
            "/simulator/page.css",
            get(async || part("text/css; charset=utf-8", STYLE)),
        )
        .route(
            "/simulator/page.js",
            get(async || script(include_str!("page.js"))),
        )
        .route(
            "/simulator/device.js",
            get(async || script(include_str!("device.js"))),
        )
        .route(
            "/simulator/pairing.js",
            get(async || script(include_str!("pairing.js"))),
        )
        .route(
            "/simulator/senses.js",
            get(async || script(include_str!("senses.js"))),
        )
}

fn script(text: &'static str) -> Part {
    part("text/javascript; charset=utf-8", text)
}

fn part(kind: &'static str, text: &'static str) -> Part {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (PERMISSIONS_POLICY, PERMISSIONS),
    ];
    (headers, text)
}
