//! Other people's accounts, for whoever owns the hub.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use chaperone_protocol::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::auth::make_account;
use crate::{
    app::App,
    rest::{Refusal, body::Body, caller::Me},
    store::{Account, AccountId, Role, Verified},
};

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct NewAccount {
    email: String,
    password: String,
    #[serde(default)]
    name: String,
    #[schemars(with = "Option<String>")]
    role: Option<Role>,
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct Change {
    disabled: bool,
}

/// `GET /api/accounts`
pub(super) async fn all(State(app): State<Arc<App>>, me: Me) -> Result<Json<Value>, Refusal> {
    owner(&me)?;
    let accounts = app.store.accounts().await?;
    Ok(Json(accounts.iter().map(view).collect()))
}

/// `POST /api/accounts`
pub(super) async fn add(
    State(app): State<Arc<App>>,
    me: Me,
    Body(new): Body<NewAccount>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    owner(&me)?;
    let role = new.role.unwrap_or(Role::Member);
    let account = make_account(&app, &new.email, new.password, new.name, role).await?;
    Ok((StatusCode::CREATED, Json(view(&account))))
}

/// `PATCH /api/accounts/{account}`
pub(super) async fn change(
    State(app): State<Arc<App>>,
    me: Me,
    Path(account): Path<String>,
    Body(change): Body<Change>,
) -> Result<Json<Value>, Refusal> {
    owner(&me)?;
    let account = AccountId::new(account);
    if account == me.account.id {
        return Err(Refusal::forbidden("Nobody locks themself out"));
    }
    let (by, now) = (me.account.id, Timestamp::now());
    let devices = app.store.devices(account.clone()).await?;
    if !app
        .store
        .set_disabled(account, change.disabled, by, now)
        .await?
    {
        let status = StatusCode::NOT_FOUND;
        return Err(Refusal::new(
            status,
            "not_found",
            "There is no such account",
        ));
    }
    if change.disabled {
        for device in devices {
            app.hang_up(device.info.id.as_str());
        }
    }
    Ok(Json(
        json!({ "success": true, "disabled": change.disabled }),
    ))
}

/// `GET /api/audit/verify`: whether the whole audit is as it was written.
pub(super) async fn verify(State(app): State<Arc<App>>, me: Me) -> Result<Json<Verified>, Refusal> {
    owner(&me)?;
    Ok(Json(app.store.verify().await?))
}

fn owner(me: &Me) -> Result<(), Refusal> {
    match me.account.role {
        Role::Owner => Ok(()),
        Role::Member => Err(Refusal::forbidden("Only an owner of the hub may do that")),
    }
}

fn view(account: &Account) -> Value {
    json!({
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "role": account.role,
        "created_at": account.created_at,
        "disabled_at": account.disabled_at,
    })
}
