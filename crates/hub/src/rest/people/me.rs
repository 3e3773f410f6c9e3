//! A person's own account.

use std::{net::SocketAddr, sync::Arc, time::Instant};

use axum::{
    Json,
    extract::{ConnectInfo, Path, State},
    http::StatusCode,
};
use chaperone_protocol::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::auth::{Proven, prove};
use crate::{
    app::App,
    people::{Passwords, SecondFactor},
    rest::{Refusal, body::Body, caller::Me},
};

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct PasswordChange {
    current_password: String,
    new_password: String,
    totp_code: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct Confirmation {
    /// The secret as it was shown: nothing is kept until its first code has come.
    secret: String,
    code: String,
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct Farewell {
    password: String,
    code: String,
}

/// `GET /api/auth/me`
pub(super) async fn me(State(app): State<Arc<App>>, me: Me) -> Result<Json<Value>, Refusal> {
    let credentials = app.store.credentials_of(&me.account.id).await?;
    let account = me.account;
    Ok(Json(json!({
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "role": account.role,
        "two_factor": credentials.is_some_and(|found| found.second_factor.is_some()),
        "created_at": account.created_at,
    })))
}

/// `POST /api/auth/password`: every other session ends.
pub(super) async fn password(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    me: Me,
    Body(change): Body<PasswordChange>,
) -> Result<Json<Value>, Refusal> {
    Passwords::fits(&change.new_password)
        .map_err(|unfit| Refusal::unprocessable(format!("new_{unfit}")))?;
    let code = change.totp_code.as_deref();
    whole(&app, from, &me, change.current_password, code).await?;
    let kept = app.passwords.keep(change.new_password).await?;
    let now = Timestamp::now();
    app.store
        .set_password(me.account.id.clone(), kept, now)
        .await?;
    let why = "the password was changed";
    app.store
        .revoke_others(me.account.id, me.session, why, now)
        .await?;
    Ok(Json(
        json!({ "success": true, "message": "Password changed; other sessions have ended" }),
    ))
}

/// `POST /api/auth/totp`: a secret to be put into an app.
pub(super) async fn begin_second_factor(me: Me) -> Result<Json<Value>, Refusal> {
    let Some(email) = &me.account.email else {
        return Err(Refusal::forbidden(
            "This account signs in without a password",
        ));
    };
    let secret = SecondFactor::fresh()?.text();
    let label: String = email
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    let uri = format!("otpauth://totp/Chaperone:{label}?secret={secret}&issuer=Chaperone");
    Ok(Json(json!({ "secret": secret, "otpauth_uri": uri })))
}

/// `POST /api/auth/totp/confirm`
pub(super) async fn confirm_second_factor(
    State(app): State<Arc<App>>,
    me: Me,
    Body(confirmation): Body<Confirmation>,
) -> Result<Json<Value>, Refusal> {
    let credentials = app.store.credentials_of(&me.account.id).await?;
    if credentials.is_some_and(|found| found.second_factor.is_some()) {
        let detail = "There is a second factor already: end it first";
        return Err(Refusal::new(StatusCode::CONFLICT, "exists", detail));
    }
    let factor = SecondFactor::read(&confirmation.secret)
        .ok_or_else(|| Refusal::unprocessable("secret: is not the one that was shown"))?;
    let now = Timestamp::now();
    let Some(step) = factor.step_of(&confirmation.code, now, 0) else {
        return Err(Refusal::unprocessable(
            "code: is not the one that the app shows now",
        ));
    };
    let id = me.account.id;
    let sealed = factor.seal(&app.sealing_key, id.as_str())?;
    app.store
        .set_second_factor(id.clone(), Some(sealed), now)
        .await?;
    app.store.use_second_factor(id, step).await?;
    Ok(Json(json!({ "success": true, "two_factor": true })))
}

/// `DELETE /api/auth/totp`
pub(super) async fn end_second_factor(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    me: Me,
    Body(farewell): Body<Farewell>,
) -> Result<Json<Value>, Refusal> {
    whole(&app, from, &me, farewell.password, Some(&farewell.code)).await?;
    app.store
        .set_second_factor(me.account.id, None, Timestamp::now())
        .await?;
    Ok(Json(json!({ "success": true, "two_factor": false })))
}

/// `GET /api/auth/sessions`
pub(super) async fn sessions(State(app): State<Arc<App>>, me: Me) -> Result<Json<Value>, Refusal> {
    let sessions = app.store.sessions(me.account.id, Timestamp::now()).await?;
    let views = sessions.into_iter().map(|session| {
        json!({
            "current": me.session.as_ref() == Some(&session.id),
            "id": session.id,
            "kind": session.kind,
            "label": session.label,
            "device_id": session.holder,
            "fingerprint": session.fingerprint,
            "bound_to_key": session.key.is_some(),
            "created_at": session.created_at,
            "used_at": session.used_at,
            "expires_at": session.expires_at,
        })
    });
    Ok(Json(views.collect()))
}

/// `DELETE /api/auth/sessions/{session}`: a device's ends its pairing.
pub(super) async fn end_session(
    State(app): State<Arc<App>>,
    me: Me,
    Path(session): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let now = Timestamp::now();
    let found = app.store.session(session.clone()).await?;
    let why = "its person ended it";
    if !app
        .store
        .revoke_session(me.account.id, session, why, now)
        .await?
    {
        let status = StatusCode::NOT_FOUND;
        return Err(Refusal::new(
            status,
            "not_found",
            "There is no such session",
        ));
    }
    if let Some(device) = found.and_then(|found| found.holder) {
        app.hang_up(&device);
    }
    Ok(Json(json!({ "success": true })))
}

/// Refuses unless this password, and a code where one is wanted, are the person's.
async fn whole(
    app: &App,
    from: SocketAddr,
    me: &Me,
    password: String,
    code: Option<&str>,
) -> Result<(), Refusal> {
    let found = app.store.credentials_of(&me.account.id).await?;
    let names = [me.account.id.as_str().to_owned(), from.ip().to_string()];
    match prove(app, &names, found, password, code).await? {
        Proven::Whole(account) => {
            app.attempts.succeeded(account.id.as_str());
            Ok(())
        }
        Proven::Half(_) => {
            app.attempts.failed(&names, Instant::now());
            Err(Refusal::unprocessable("totp_code: is missing"))
        }
    }
}
