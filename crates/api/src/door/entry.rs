//! Tokens, links and cookies of the door.

use std::{
    collections::HashSet,
    io::{self, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{Doorway, refuse};
use crate::{
    Face,
    view::{ApiError, ErrorCode},
};

const COOKIE: &str = "chaperone";
/// Links that were asked for and not opened; more than a person makes by hand.
const MAX_CODES: usize = 32;
/// Browsers that are let in at once.
const MAX_SESSIONS: usize = 64;

/// What the command line needs to find and enter the door.
#[derive(Serialize, Deserialize)]
pub(super) struct Card {
    pub(super) address: SocketAddr,
    pub(super) token: String,
}

/// Everything that opens the door.
pub(super) struct Entries {
    terminal: Face,
    token: String,
    codes: Mutex<HashSet<String>>,
    sessions: Mutex<HashSet<String>>,
}

impl std::fmt::Debug for Entries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").finish_non_exhaustive()
    }
}

impl Entries {
    pub(super) fn new(terminal: Face) -> io::Result<Self> {
        Ok(Self {
            terminal,
            token: secret()?,
            codes: Mutex::default(),
            sessions: Mutex::default(),
        })
    }

    /// Writes the card that the command line looks for.
    pub(super) fn publish(&self, data_dir: &Path, address: SocketAddr) -> io::Result<()> {
        let card = Card {
            address,
            token: self.token.clone(),
        };
        let text = serde_json::to_vec(&card)?;
        let path = path(data_dir);
        let fresh = path.with_extension("json.new");
        let _ = std::fs::remove_file(&fresh);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        options.open(&fresh)?.write_all(&text)?;
        std::fs::rename(fresh, path)
    }

    pub(super) fn face_of(&self, headers: &HeaderMap) -> Option<Face> {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        if let Some(token) = text(header::AUTHORIZATION).and_then(|it| it.strip_prefix("Bearer ")) {
            return same(token, &self.token).then_some(self.terminal);
        }
        let session = text(header::COOKIE)?
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == COOKIE)?
            .1;
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions
            .iter()
            .any(|known| same(session, known))
            .then_some(Face::Panel)
    }

    /// A code that lets one browser in, once.
    pub(super) fn code(&self) -> io::Result<String> {
        let code = secret()?;
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        if codes.len() >= MAX_CODES {
            codes.clear();
        }
        codes.insert(code.clone());
        Ok(code)
    }

    pub(super) fn link(&self, address: SocketAddr) -> io::Result<String> {
        Ok(link(address, &self.code()?))
    }

    /// Trades a code for a session.
    fn enter(&self, code: &str) -> io::Result<Option<String>> {
        if !self
            .codes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(code)
        {
            return Ok(None);
        }
        let session = secret()?;
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MAX_SESSIONS {
            sessions.clear();
        }
        sessions.insert(session.clone());
        Ok(Some(session))
    }
}

/// `GET /enter?code=…`: lets a browser in and sends it on to the page, so that the code does not
/// stay in its address bar.
pub(super) async fn enter(
    State(doorway): State<Doorway>,
    Query(query): Query<EnterQuery>,
) -> Response {
    match doorway
        .entries
        .enter(query.code.as_deref().unwrap_or_default())
    {
        Ok(Some(session)) => {
            let cookie = format!("{COOKIE}={session}; HttpOnly; SameSite=Strict; Path=/");
            ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
        }
        Ok(None) => refuse(
            StatusCode::FORBIDDEN,
            &ApiError::new(
                ErrorCode::NotAllowed,
                "this link was used already, or is not one",
            )
            .hint("Run `chaperone-headless link` for a new one."),
        ),
        Err(error) => refuse(
            StatusCode::INTERNAL_SERVER_ERROR,
            &ApiError::new(ErrorCode::Failed, format!("opening a session: {error}")),
        ),
    }
}

#[derive(Deserialize)]
pub(super) struct EnterQuery {
    code: Option<String>,
}

pub(super) fn link(address: SocketAddr, code: &str) -> String {
    format!("http://{address}/enter?code={code}")
}

pub(super) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("door.json")
}

pub(super) fn withdraw(data_dir: &Path) {
    // Gone already is just as well.
    let _ = std::fs::remove_file(path(data_dir));
}

/// 256 bits, in letters that need no escaping anywhere.
fn secret() -> io::Result<String> {
    use std::fmt::Write as _;
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
}

/// Compares without telling by its time how much was right.
fn same(given: &str, ours: &str) -> bool {
    given.len() == ours.len()
        && given
            .bytes()
            .zip(ours.bytes())
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}
