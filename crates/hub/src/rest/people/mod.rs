//! The paths by which people sign in and look after what is theirs.

pub(super) mod accounts;
pub(super) mod agents;
pub(super) mod auth;
pub(super) mod me;
pub(super) mod oauth;
pub(super) mod pairing;

use std::sync::Arc;

use axum::{
    Router,
    routing::{delete, get, patch, post},
};

use crate::app::App;

/// These paths.
pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/auth/login", post(auth::login))
        .route("/api/auth/register", post(auth::register))
        .route("/api/auth/refresh", post(auth::refresh))
        .route("/api/auth/logout", post(auth::logout))
        .route("/api/auth/mobile/login", post(auth::mobile_login))
        .route("/api/auth/mobile/refresh", post(auth::mobile_refresh))
        .route("/api/v1/auth/login", post(auth::pair_login))
        .route("/api/v1/auth/register", post(auth::pair_register))
        .route("/api/v1/auth/refresh", post(auth::pair_refresh))
        .route("/api/auth/me", get(me::me))
        .route("/api/auth/password", post(me::password))
        .route(
            "/api/auth/totp",
            post(me::begin_second_factor).delete(me::end_second_factor),
        )
        .route("/api/auth/totp/confirm", post(me::confirm_second_factor))
        .route("/api/auth/sessions", get(me::sessions))
        .route("/api/auth/sessions/{session}", delete(me::end_session))
        .route("/api/accounts", get(accounts::all).post(accounts::add))
        .route("/api/accounts/{account}", patch(accounts::change))
        .route("/api/audit/verify", get(accounts::verify))
        .route("/api/agents", get(agents::all).post(agents::add))
        .route(
            "/api/agents/{agent}",
            get(agents::one)
                .patch(agents::change)
                .delete(agents::remove),
        )
        .route("/api/agents/{agent}/promote", post(agents::promote))
        .route("/api/agents/{agent}/history", get(agents::history))
        .route(
            "/api/agents/{agent}/keys",
            get(agents::keys).post(agents::add_key),
        )
        .route("/api/agents/{agent}/keys/{key}", delete(agents::end_key))
        .route("/oauth/device_authorization", post(oauth::authorize))
        .route("/oauth/token", post(oauth::token))
        .route("/oauth/revoke", post(oauth::revoke))
        .route(
            "/.well-known/oauth-authorization-server",
            get(oauth::metadata),
        )
        .route("/.well-known/jwks.json", get(oauth::key_set))
        .route(
            "/api/pairing/{code}",
            get(pairing::look).post(pairing::decide),
        )
}
