//! How a browser gets in: a link that works once, traded for a cookie.

use std::{
    collections::HashSet,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::routes::refuse;
use crate::view::{ApiError, ErrorCode};

const COOKIE: &str = "chaperone";
/// Links that were asked for and not opened; more than a person makes by hand.
const MAX_CODES: usize = 32;
/// Browsers that are let in at once.
const MAX_SESSIONS: usize = 64;

/// Everything that lets a browser in.
#[derive(Default)]
pub(super) struct Entries {
    codes: Mutex<HashSet<String>>,
    sessions: Mutex<HashSet<String>>,
}

impl std::fmt::Debug for Entries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").finish_non_exhaustive()
    }
}

impl Entries {
    /// Whether these headers are of a browser that was let in.
    pub(super) fn knows(&self, headers: &HeaderMap) -> bool {
        let session = headers
            .get(header::COOKIE)
            .and_then(|cookies| cookies.to_str().ok())
            .into_iter()
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == COOKIE);
        let Some((_, session)) = session else {
            return false;
        };
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.iter().any(|known| same(session, known))
    }

    /// A link that lets one browser in, once.
    pub(super) fn link(&self, address: SocketAddr) -> io::Result<String> {
        let code = secret()?;
        let link = format!("http://{address}/enter?code={code}");
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        if codes.len() >= MAX_CODES {
            codes.clear();
        }
        codes.insert(code);
        Ok(link)
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
    State(entries): State<Arc<Entries>>,
    Query(query): Query<EnterQuery>,
) -> Response {
    match entries.enter(query.code.as_deref().unwrap_or_default()) {
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

/// 256 bits, in letters that need no escaping anywhere.
pub(super) fn secret() -> io::Result<String> {
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
pub(super) fn same(given: &str, ours: &str) -> bool {
    given.len() == ours.len()
        && given
            .bytes()
            .zip(ours.bytes())
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}
