//! The local door: the calls, the event stream and the captures over HTTP, for the command line
//! and for a browser on this machine.
//!
//! The command line comes in through a socket file that this user alone can reach, and the system
//! itself says whose process stands there: there is no token that could be read or lost. Where
//! sockets have no files it comes over loopback, with a token from a card that only this user
//! reads. A browser comes over loopback too, but only where a page is served, and only with a link
//! that works once; it must name that very address as Host, and as Origin where it sends one, so
//! that no web page can talk to the door through a browser.
//!
//! What a face may do here is not decided here.

mod client;
mod entry;
mod error;
mod guard;
mod platform;
mod routes;
#[cfg(test)]
mod tests;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, OnceLock},
};

use axum::{Extension, Router, extract::DefaultBodyLimit, middleware, routing::get};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{Api, Face};

pub use client::{DoorClient, Events};
use entry::Entries;
pub use error::{DoorError, DoorOpenError, Refusal};
use platform::Threshold;

/// More than any call needs.
const BODY_LIMIT: usize = 64 * 1024;

/// An open door.
#[derive(Debug, Clone)]
pub struct Door {
    doorway: Doorway,
}

/// What the routes share.
#[derive(Clone)]
struct Doorway {
    api: Api,
    closing: CancellationToken,
    page: Arc<OnceLock<Page>>,
}

impl std::fmt::Debug for Doorway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Doorway").finish_non_exhaustive()
    }
}

/// Where browsers come in, if they do.
#[derive(Debug)]
struct Page {
    address: SocketAddr,
    entries: Arc<Entries>,
}

impl Door {
    /// Opens the door for the command line of this user, which acts as `terminal`.
    ///
    /// `more` answers what is not a call of the engine; a host without calls of its own passes an
    /// empty router.
    pub async fn open(api: &Api, terminal: Face, more: Router) -> Result<Self, DoorOpenError> {
        let threshold = Threshold::open(api.data_dir()).await?;
        let doorway = Doorway {
            api: api.clone(),
            closing: api.closing(),
            page: Arc::default(),
        };
        let routes = routes::of_a_face(&doorway)
            .merge(routes::of_the_command_line(&doorway))
            .merge(more)
            .layer(Extension(terminal))
            .layer(DefaultBodyLimit::max(BODY_LIMIT));
        let closing = doorway.closing.clone();
        api.tracker().spawn(async move {
            if let Err(error) = threshold.serve(routes, closing).await {
                tracing::error!(%error, "the local door closed");
            }
        });
        Ok(Self { doorway })
    }

    /// Serves `pages` to browsers of this machine, on loopback; they act as [`Face::Panel`].
    /// Asked a second time, it keeps to the first page.
    pub async fn serve_page(&self, port: u16, pages: Router) -> Result<(), std::io::Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let entries = Arc::new(Entries::default());
        let doorway = self.doorway.clone();
        let page = Page {
            address,
            entries: entries.clone(),
        };
        if doorway.page.set(page).is_err() {
            return Ok(());
        }
        let inside =
            routes::of_a_face(&doorway)
                .merge(pages)
                .layer(middleware::from_fn_with_state(
                    entries.clone(),
                    guard::identify,
                ));
        let routes = Router::new()
            .route("/enter", get(entry::enter))
            .with_state(entries)
            .merge(inside)
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .layer(middleware::from_fn_with_state(address, guard::same_site));
        let closing = doorway.closing.clone();
        doorway.api.tracker().spawn(async move {
            let served =
                axum::serve(listener, routes).with_graceful_shutdown(closing.cancelled_owned());
            if let Err(error) = served.await {
                tracing::error!(%error, "the page closed");
            }
        });
        Ok(())
    }

    /// A link that lets one browser in, once; none where no page is served.
    pub fn link(&self) -> Result<Option<String>, std::io::Error> {
        self.doorway.link()
    }
}

impl Doorway {
    fn link(&self) -> Result<Option<String>, std::io::Error> {
        self.page
            .get()
            .map(|page| page.entries.link(page.address))
            .transpose()
    }
}
