//! The Model Context Protocol: the same asks as over REST, as tools of a language model.
//!
//! This module is the HTTP transport, at `/mcp`; [`tools`] knows nothing of it. A client is an agent
//! by its own key, looked at with every request: the person who made the key ends the client by
//! ending it. A client can ask, and look at what is its person's; levels and policies it can neither
//! see nor change.

mod answers;
mod schemas;
mod tools;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Request, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use chaperone_protocol::AgentId;
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService,
    session::{
        SessionManager as _,
        local::{LocalSessionManager, SessionConfig},
    },
};

use self::tools::Tools;
use crate::{
    app::App,
    rest::{Caller, Refusal},
};

/// How many sessions one agent may have open; one more ends the one that was used the longest time
/// ago. Only clients of older revisions open any, and few of them end any.
const SESSIONS: usize = 32;
/// How long a session lives that nobody uses.
const IDLE: Duration = Duration::from_mins(30);
/// How often a stream says that it is still there.
const HEARTBEAT: Duration = Duration::from_secs(10);
const MAX_BODY_BYTES: usize = 1024 * 1024;
/// A session's id in a header, which says that there is one already.
const SESSION_ID: &str = "mcp-session-id";

/// The sessions of clients of older revisions, by whose they are: one agent's are not there for
/// another.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<AgentId, Arc<Own>>>);

/// The sessions of one agent.
struct Own {
    manager: Arc<LocalSessionManager>,
    /// When each was last used.
    used: Mutex<HashMap<String, Instant>>,
}

impl Sessions {
    fn of(&self, agent: &AgentId) -> Arc<Own> {
        let fresh = || {
            let mut sessions = LocalSessionManager::default();
            let mut config = SessionConfig::default();
            config.keep_alive = Some(IDLE);
            sessions.session_config = config;
            Arc::new(Own {
                manager: Arc::new(sessions),
                used: Mutex::default(),
            })
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(agent.clone()).or_insert_with(fresh))
    }
}

impl Own {
    fn is_used(&self, session: &str) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.insert(session.to_owned(), Instant::now());
    }

    /// Ends what was used the longest time ago, where there are too many.
    async fn end_oldest(&self) {
        let open: Vec<_> = {
            let sessions = self.manager.sessions.read().await;
            sessions.keys().cloned().collect()
        };
        let oldest = {
            let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
            used.retain(|session, _| open.iter().any(|id| **id == **session));
            open.iter().min_by_key(|id| used.get(&***id).copied())
        };
        if let Some(oldest) = oldest.filter(|_| open.len() > SESSIONS)
            && let Err(error) = self.manager.close_session(oldest).await
        {
            tracing::debug!(%error, "a session could not be ended");
        }
    }
}

pub(crate) fn router() -> Router<Arc<App>> {
    Router::new().route("/mcp", get(serve).post(serve).delete(serve))
}

async fn serve(
    State(app): State<Arc<App>>,
    caller: Caller,
    mut request: Request,
) -> Result<Response, Refusal> {
    if app.stopping.is_cancelled() {
        return Err(Refusal::stopping());
    }
    let agent = match &caller {
        Caller::Agent(row) => row.agent.id.clone(),
        Caller::Person(_) => {
            let detail = "this takes an agent's key, not a person's token: make an agent for each \
                client, so that it can be ended alone";
            return Err(Refusal::forbidden(detail));
        }
    };
    let sessions = app.mcp.of(&agent);
    if let Some(id) = named(request.headers()) {
        sessions.is_used(id);
    }
    request.extensions_mut().insert(caller);
    let config = StreamableHttpServerConfig::default()
        .with_sse_keep_alive(Some(HEARTBEAT))
        .with_max_request_body_bytes(MAX_BODY_BYTES)
        .with_cancellation_token(app.stopping.child_token())
        // The hub's own guard has checked Host and Origin, for this path as for every other.
        .disable_allowed_hosts();
    let service = StreamableHttpService::new(
        move || Ok(Tools::new(Arc::clone(&app))),
        Arc::clone(&sessions.manager),
        config,
    );
    let response = service.handle(request).await.into_response();
    if let Some(id) = named(response.headers()) {
        sessions.is_used(id);
        sessions.end_oldest().await;
    }
    Ok(response)
}

/// The session that a request or an answer is of.
fn named(headers: &HeaderMap) -> Option<&str> {
    headers.get(SESSION_ID)?.to_str().ok()
}
