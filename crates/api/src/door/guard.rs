//! Who stands before a door that is open to the whole machine.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::{entry::Entries, routes::refuse};
use crate::{
    Face,
    view::{ApiError, ErrorCode},
};

/// Turns away whoever does not name this very address: a page elsewhere whose name was made to
/// point here, or a page that posts across sites.
pub(super) async fn same_site(
    State(address): State<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if is_same_site(request.headers(), address.port()) {
        next.run(request).await
    } else {
        refuse(
            StatusCode::FORBIDDEN,
            &ApiError::new(
                ErrorCode::NotAllowed,
                "this address answers only this computer",
            )
            .hint(format!("Use http://{address} itself.")),
        )
    }
}

pub(super) fn is_same_site(headers: &HeaderMap, port: u16) -> bool {
    let ours = |authority: &str| {
        ["127.0.0.1", "localhost"]
            .iter()
            .any(|name| authority == format!("{name}:{port}"))
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let origin = headers.get(header::ORIGIN).map(|origin| {
        origin
            .to_str()
            .ok()
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_some_and(ours)
    });
    host.is_some_and(ours) && origin.unwrap_or(true)
}

/// Lets a browser on as the panel if it was let in before.
pub(super) async fn identify(
    State(entries): State<Arc<Entries>>,
    mut request: Request,
    next: Next,
) -> Response {
    if !entries.knows(request.headers()) {
        return refuse(
            StatusCode::UNAUTHORIZED,
            &ApiError::new(ErrorCode::NotAllowed, "you are not signed in here")
                .hint("Run `chaperone-headless link` and open the address it prints."),
        );
    }
    request.extensions_mut().insert(Face::Panel);
    next.run(request).await
}
