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

use super::auth::{kept, make_account};
use crate::{
    app::App,
    rest::{Refusal, body::Body, caller::Me},
    store::{Account, AccountChange, AccountId, Role, Verified},
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

/// At least one of these.
#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct Change {
    disabled: Option<bool>,
    #[schemars(with = "Option<String>")]
    role: Option<Role>,
    /// In place of one that was lost; every session of theirs ends.
    password: Option<String>,
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

/// `PATCH /api/accounts/{account}`: somebody else's. One's own password is changed by whoever knows
/// it, and an owner who could not give up being one leaves no hub without an owner.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    me: Me,
    Path(account): Path<String>,
    Body(change): Body<Change>,
) -> Result<Json<Value>, Refusal> {
    owner(&me)?;
    let account = AccountId::new(account);
    if account == me.account.id {
        return Err(Refusal::forbidden("Nobody changes their own account here"));
    }
    let Change {
        disabled,
        role,
        password,
    } = change;
    if disabled.is_none() && role.is_none() && password.is_none() {
        let detail = "disabled, role or password: one of them is needed";
        return Err(Refusal::unprocessable(detail));
    }
    let password = match password {
        Some(password) => Some(kept(&app, password).await?),
        None => None,
    };
    let change = AccountChange {
        disabled,
        role,
        password,
    };
    let (by, now) = (me.account.id, Timestamp::now());
    let devices = app.store.devices(account.clone()).await?;
    let Some(account) = app.store.change_account(account, change, by, now).await? else {
        let status = StatusCode::NOT_FOUND;
        return Err(Refusal::new(
            status,
            "not_found",
            "There is no such account",
        ));
    };
    if disabled == Some(true) {
        for device in devices {
            app.hang_up(device.info.id.as_str());
        }
    }
    let mut view = view(&account);
    if let Some(fields) = view.as_object_mut() {
        fields.insert("success".to_owned(), true.into());
        let disabled = account.disabled_at.is_some();
        fields.insert("disabled".to_owned(), disabled.into());
    }
    Ok(Json(view))
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
