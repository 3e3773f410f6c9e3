//! The local door: the calls and the event stream over HTTP on loopback, for a browser on this
//! machine and for the command line.
//!
//! Who may come in: a bearer of the token in `door.json` (readable by this user alone), or a
//! browser that was let in with a link that works once. Both must name this very address as Host,
//! and as Origin where they send one, so that no web page can talk to it through a browser.

mod client;
mod entry;
mod guard;

use std::{
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
};

use axum::{
    Extension, Json, Router,
    extract::{DefaultBodyLimit, Path as UrlPath, State},
    http::StatusCode,
    middleware,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event as SseEvent, KeepAlive},
    },
    routing::{get, post},
};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    Api, Face, Subscription,
    view::{ApiError, ErrorCode},
};

pub use client::{DoorClient, DoorError};
use entry::Entries;

/// More than any call needs.
const BODY_LIMIT: usize = 64 * 1024;

/// An open door.
#[derive(Debug, Clone)]
pub struct Door {
    address: SocketAddr,
    entries: Arc<Entries>,
}

#[derive(Clone)]
struct Doorway {
    api: Api,
    entries: Arc<Entries>,
    closing: CancellationToken,
}

impl Door {
    /// Opens the door on loopback and writes `door.json` into the data folder.
    ///
    /// `pages` answers whatever is not a call; a host without pages passes an empty router.
    /// Callers with the token act as `terminal`; browsers as [`Face::Panel`], where let in at all.
    pub async fn open(
        api: &Api,
        port: u16,
        terminal: Face,
        pages: Router,
    ) -> Result<Self, std::io::Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let entries = Arc::new(Entries::new(terminal)?);
        entries.publish(api.data_dir(), address)?;

        let closing = api.closing();
        let doorway = Doorway {
            api: api.clone(),
            entries: entries.clone(),
            closing: closing.clone(),
        };
        let inside = Router::new()
            .route("/call/{area}/{verb}", post(call))
            .route("/events", get(events))
            .route("/link", post(link))
            .with_state(doorway.clone())
            .merge(pages)
            .layer(middleware::from_fn_with_state(
                doorway.clone(),
                guard::identify,
            ));
        let routes = Router::new()
            .route("/enter", get(entry::enter))
            .with_state(doorway)
            .merge(inside)
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .layer(middleware::from_fn_with_state(address, guard::same_site));
        let data_dir = api.data_dir().to_owned();
        api.tracker().spawn(async move {
            let served =
                axum::serve(listener, routes).with_graceful_shutdown(closing.cancelled_owned());
            if let Err(error) = served.await {
                tracing::error!(%error, "the local door closed");
            }
            entry::withdraw(&data_dir);
        });
        Ok(Self { address, entries })
    }

    /// A door for the command line beside a desktop app: no pages, and nothing that needs a yes.
    pub async fn beside_a_window(api: &Api) -> Result<Self, std::io::Error> {
        Self::open(api, 0, Face::Bystander, Router::new()).await
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A link that lets one browser in, once.
    pub fn link(&self) -> Result<String, std::io::Error> {
        self.entries.link(self.address)
    }

    /// Whether `data_dir` has a door that some process opened.
    pub fn is_open(data_dir: &Path) -> bool {
        entry::path(data_dir).exists()
    }
}

async fn call(
    State(doorway): State<Doorway>,
    Extension(face): Extension<Face>,
    UrlPath((area, verb)): UrlPath<(String, String)>,
    body: Result<Json<Value>, axum::extract::rejection::JsonRejection>,
) -> Response {
    let params = match body {
        Ok(Json(params)) => params,
        Err(rejection) => {
            return refuse(
                rejection.status(),
                &ApiError::new(ErrorCode::Invalid, rejection.body_text())
                    .hint("Send the parameters as a JSON object; {} where there are none."),
            );
        }
    };
    match doorway
        .api
        .call(face, &format!("{area}/{verb}"), params)
        .await
    {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => {
            let status = match error.code {
                ErrorCode::Gone => StatusCode::GONE,
                ErrorCode::Changed => StatusCode::CONFLICT,
                ErrorCode::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                ErrorCode::NotAllowed => StatusCode::FORBIDDEN,
                ErrorCode::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            };
            refuse(status, &error)
        }
    }
}

async fn events(State(doorway): State<Doorway>) -> Response {
    let start = (doorway.api.subscribe(), doorway.closing);
    let messages = futures_util::stream::unfold(start, next_event);
    Sse::new(messages)
        .keep_alive(KeepAlive::default())
        .into_response()
}

async fn next_event(
    (mut subscription, closing): (Subscription, CancellationToken),
) -> Option<(
    Result<SseEvent, Infallible>,
    (Subscription, CancellationToken),
)> {
    let message = tokio::select! {
        message = subscription.next() => message?,
        () = closing.cancelled() => return None,
    };
    let event = match SseEvent::default().json_data(&message) {
        Ok(event) => event,
        Err(error) => {
            tracing::error!(%error, "writing an event");
            return None;
        }
    };
    Some((Ok(event), (subscription, closing)))
}

/// A new link for a browser; only for those who hold the token.
async fn link(State(doorway): State<Doorway>, Extension(face): Extension<Face>) -> Response {
    if face != Face::Terminal {
        return refuse(
            StatusCode::FORBIDDEN,
            &ApiError::new(ErrorCode::NotAllowed, "this door has no page to open"),
        );
    }
    match doorway.entries.code() {
        Ok(code) => Json(serde_json::json!({ "code": code })).into_response(),
        Err(error) => refuse(
            StatusCode::INTERNAL_SERVER_ERROR,
            &ApiError::new(ErrorCode::Failed, format!("making a link: {error}")),
        ),
    }
}

fn refuse(status: StatusCode, error: &ApiError) -> Response {
    (status, Json(error)).into_response()
}
