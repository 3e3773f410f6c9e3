//! Loopback, and a card that says where and with which token. The card lies in the data folder,
//! which this user alone can read.

use std::{
    fs,
    io::{self, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::Response,
};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    door::{DoorError, DoorOpenError, entry, guard, routes::refuse},
    view::{ApiError, ErrorCode},
};

const NAME: &str = "door.json";

/// The command line's end of it.
pub(in crate::door) type Wire = TcpStream;

/// What the command line needs to find and enter the door.
#[derive(Serialize, Deserialize)]
struct Card {
    address: SocketAddr,
    token: String,
}

/// The listener, and the token that opens.
pub(in crate::door) struct Threshold {
    listener: TcpListener,
    address: SocketAddr,
    token: Arc<str>,
    card: PathBuf,
}

impl Threshold {
    /// Listens, and writes the card.
    pub(in crate::door) async fn open(data_dir: &Path) -> Result<Self, DoorOpenError> {
        let path = data_dir.join(NAME);
        let make = |source| DoorOpenError::Make {
            path: path.clone(),
            source,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(make)?;
        let address = listener.local_addr().map_err(make)?;
        let token = entry::secret().map_err(make)?;
        let card = Card { address, token };
        publish(&path, &card).map_err(make)?;
        Ok(Self {
            listener,
            address,
            token: card.token.into(),
            card: path.clone(),
        })
    }

    /// Lets in whoever has the token, until told to close.
    pub(in crate::door) async fn serve(
        self,
        routes: Router,
        closing: CancellationToken,
    ) -> io::Result<()> {
        let routes = routes
            .layer(middleware::from_fn_with_state(self.token, bearer))
            .layer(middleware::from_fn_with_state(
                self.address,
                guard::same_site,
            ));
        let served = axum::serve(self.listener, routes)
            .with_graceful_shutdown(closing.cancelled_owned())
            .await;
        // Gone already is just as well.
        let _ = fs::remove_file(self.card);
        served
    }
}

/// Whether a Chaperone ever opened a door here and did not close it.
pub(in crate::door) fn is_there(data_dir: &Path) -> bool {
    data_dir.join(NAME).exists()
}

/// Goes to the door of whoever runs on this data folder, and gives the head lines it wants.
pub(in crate::door) fn connect(data_dir: &Path) -> Result<(Wire, String), DoorError> {
    let text = fs::read(data_dir.join(NAME)).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => DoorError::NotRunning,
        _ => DoorError::Find(error),
    })?;
    let Card { address, token } =
        serde_json::from_slice(&text).map_err(|error| DoorError::Find(error.into()))?;
    let wire = TcpStream::connect(address).map_err(|error| match error.kind() {
        // The card of a process that was killed.
        io::ErrorKind::ConnectionRefused => DoorError::NotRunning,
        _ => DoorError::Talk(error),
    })?;
    let head = format!("Host: {address}\r\nAuthorization: Bearer {token}\r\n");
    Ok((wire, head))
}

fn publish(path: &Path, card: &Card) -> io::Result<()> {
    let fresh = path.with_extension("json.new");
    let _ = fs::remove_file(&fresh);
    fs::File::create_new(&fresh)?.write_all(&serde_json::to_vec(card)?)?;
    fs::rename(fresh, path)
}

async fn bearer(State(token): State<Arc<str>>, request: Request, next: Next) -> Response {
    if carries(request.headers(), &token) {
        return next.run(request).await;
    }
    refuse(
        StatusCode::UNAUTHORIZED,
        &ApiError::new(ErrorCode::NotAllowed, "you are not signed in here")
            .hint("Use `chaperone-headless`, as the user that Chaperone runs as."),
    )
}

fn carries(headers: &HeaderMap, token: &str) -> bool {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .is_some_and(|given| entry::same(given, token))
}
