//! Where devices come in: the token is checked before the socket is one.
//!
//! What is said on the socket afterwards is the [`socket`] module's.

mod socket;

use std::sync::Arc;

use axum::{
    Router,
    extract::{
        Query, State, WebSocketUpgrade, rejection::QueryRejection,
        ws::rejection::WebSocketUpgradeRejection,
    },
    response::Response,
    routing::get,
};
use chaperone_dialects::{Dialect, Greeting};
use chaperone_protocol::Timestamp;
use serde::Deserialize;

use crate::{app::App, rest::Refusal, store::AccountId};

/// Enough for every frame but results, and what an idle socket keeps in memory.
const READ_BUFFER_BYTES: usize = 4 * 1024;

#[derive(Deserialize)]
struct Entry {
    token: String,
}

/// The doors of the dialects whose devices say who they are and are answered, at the native path
/// and at ours. The others need more of a hub than there is so far.
pub(crate) fn router() -> Router<Arc<App>> {
    chaperone_dialects::ALL
        .iter()
        .filter(|dialect| matches!(dialect.profile().greeting, Greeting::Confirmed { .. }))
        .fold(Router::new(), |router, dialect| {
            let dialect = *dialect;
            let profile = dialect.profile();
            let door = get(
                move |State(app): State<Arc<App>>,
                      entry: Result<Query<Entry>, QueryRejection>,
                      upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>| {
                    enter(app, dialect, entry, upgrade)
                },
            );
            router
                .route(profile.native_path, door.clone())
                .route(&format!("/dialects/{}/ws", profile.id), door)
        })
}

async fn enter(
    app: Arc<App>,
    dialect: &'static dyn Dialect,
    entry: Result<Query<Entry>, QueryRejection>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let account = account(&app, entry).await?;
    let upgrade = upgrade.map_err(|rejection| {
        Refusal::new(
            rejection.status(),
            "upgrade_required",
            "this path speaks WebSocket only",
        )
    })?;
    if app.stopping.is_cancelled() {
        return Err(Refusal::stopping());
    }
    let limit = dialect.profile().max_up_bytes;
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_frame_size(limit)
        .max_message_size(limit);
    Ok(upgrade.on_upgrade(move |socket| {
        let tasks = app.tasks.clone();
        tasks.track_future(socket::converse(app, account, dialect, socket))
    }))
}

async fn account(
    app: &App,
    entry: Result<Query<Entry>, QueryRejection>,
) -> Result<AccountId, Refusal> {
    let Ok(Query(Entry { token })) = entry else {
        return Err(Refusal::forbidden("a token is required"));
    };
    let refused = || Refusal::forbidden("the token is not valid; sign in again");
    let claims = app.tokens.check(&token).ok_or_else(refused)?;
    if let Some(session) = claims.sid
        && !app.store.session_stands(session, Timestamp::now()).await?
    {
        return Err(refused());
    }
    let account = app.store.account(AccountId::new(claims.sub)).await?;
    account.map(|account| account.id).ok_or_else(refused)
}
