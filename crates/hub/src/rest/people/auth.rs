//! Signing in and out, in the shapes that clients of other hubs know.

use std::{net::SocketAddr, sync::Arc, time::Instant};

use axum::{
    Json,
    extract::{ConnectInfo, FromRequest as _, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chaperone_protocol::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::App,
    device_key::Proof,
    hub::Registration,
    people::{Given, Opened, Passwords, Renewed, SecondFactor, mailbox},
    rest::{Refusal, body::Body, caller::Me},
    secrets::fresh_id,
    store::{Account, AccountId, Credentials, Role, SessionKind},
};

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct Login {
    #[serde(alias = "email")]
    username: String,
    password: String,
    totp_code: Option<String>,
    /// What the session is to be called.
    device_name: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct NewAccount {
    email: String,
    password: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct Refresh {
    refresh_token: String,
}

/// What a sign-in came to.
enum SignedIn {
    Given(Box<Given>, Account),
    /// The password was right; a code is wanted too.
    Halfway(Account),
}

/// `POST /api/auth/login`
pub(super) async fn login(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Body(login): Body<Login>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(match sign_in(&app, from, login).await? {
        SignedIn::Given(given, _) => bearer(&given),
        SignedIn::Halfway(account) => halfway(&account),
    }))
}

/// `POST /api/auth/register`
pub(super) async fn register(
    State(app): State<Arc<App>>,
    Body(new): Body<NewAccount>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let (given, _) = sign_up(&app, new).await?;
    Ok((StatusCode::OK, Json(bearer(&given))))
}

/// `POST /api/auth/refresh`: with the old token and no body, or with a refresh token.
pub(super) async fn refresh(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    if request.headers().contains_key(header::CONTENT_TYPE) {
        let Body(refresh) = Body::<Refresh>::from_request(request, &app).await?;
        return Ok(Json(bearer(&renew(&app, &refresh).await?)));
    }
    let (mut parts, _) = request.into_parts();
    let me = Me::of(&mut parts, &app).await?;
    let access = app.access(&me.account.id, me.session, Timestamp::now())?;
    Ok(Json(
        json!({ "access_token": access, "token_type": "bearer" }),
    ))
}

/// `POST /api/auth/logout`
pub(super) async fn logout(State(app): State<Arc<App>>, me: Me) -> Result<Json<Value>, Refusal> {
    if let Some(session) = me.session {
        let now = Timestamp::now();
        let why = "signed out";
        app.store
            .revoke_session(me.account.id, session, why, now)
            .await?;
    }
    Ok(Json(json!({ "success": true, "message": "Signed out" })))
}

/// `POST /api/auth/mobile/login`
pub(super) async fn mobile_login(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Body(login): Body<Login>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(match sign_in(&app, from, login).await? {
        SignedIn::Given(given, account) => with_user(&given, &account),
        SignedIn::Halfway(account) => halfway(&account),
    }))
}

/// `POST /api/auth/mobile/refresh`
pub(super) async fn mobile_refresh(
    State(app): State<Arc<App>>,
    Body(refresh): Body<Refresh>,
) -> Result<Json<Value>, Refusal> {
    let given = renew(&app, &refresh).await?;
    let account = app.store.account(given.session.account.clone()).await?;
    let account = account.ok_or_else(Refusal::unauthorized)?;
    Ok(Json(with_user(&given, &account)))
}

/// `POST /api/v1/auth/login`
pub(super) async fn pair_login(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Body(login): Body<Login>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(match sign_in(&app, from, login).await? {
        SignedIn::Given(given, _) => pair(&given),
        SignedIn::Halfway(account) => halfway(&account),
    }))
}

/// `POST /api/v1/auth/register`
pub(super) async fn pair_register(
    State(app): State<Arc<App>>,
    Body(new): Body<NewAccount>,
) -> Result<Response, Refusal> {
    let (given, _) = sign_up(&app, new).await?;
    Ok((StatusCode::CREATED, Json(pair(&given))).into_response())
}

/// `POST /api/v1/auth/refresh`
pub(super) async fn pair_refresh(
    State(app): State<Arc<App>>,
    Body(refresh): Body<Refresh>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(pair(&renew(&app, &refresh).await?)))
}

/// Whether a password, and a code where one is wanted, are this person's. Counts failures.
pub(super) async fn prove(
    app: &App,
    names: &[String],
    found: Option<Credentials>,
    password: String,
    code: Option<&str>,
) -> Result<Proven, Refusal> {
    unlocked(app, names, "Too many failed sign-ins")?;
    let kept = found.as_ref().and_then(|found| found.password.clone());
    let right = app.passwords.check(password, kept).await?;
    let known = found.as_ref().map(|found| found.account.id.clone());
    let wrong = async |detail: &str| {
        app.attempts.failed(names, Instant::now());
        app.store
            .not_signed_in(known.clone(), Timestamp::now())
            .await?;
        Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            detail,
        ))
    };
    let Some(found) = found.filter(|_| right) else {
        return wrong("Incorrect username or password").await;
    };
    if found.account.disabled_at.is_some() {
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "inactive",
            "Inactive user",
        ));
    }
    let Some(sealed) = &found.second_factor else {
        return Ok(Proven::Whole(found.account));
    };
    let Some(code) = code else {
        return Ok(Proven::Half(found.account));
    };
    let id = found.account.id.clone();
    let factor = SecondFactor::unseal(sealed, &app.sealing_key, id.as_str())?;
    let step = factor.step_of(code, Timestamp::now(), found.second_factor_step);
    let used = match step {
        Some(step) => app.store.use_second_factor(id, step).await?,
        None => false,
    };
    if !used {
        return wrong("Incorrect code, or one that was used").await;
    }
    Ok(Proven::Whole(found.account))
}

/// Refuses while too many of late failed under one of these names.
pub(super) fn unlocked(app: &App, names: &[String], problem: &str) -> Result<(), Refusal> {
    app.attempts.check(names, Instant::now()).map_err(|locked| {
        let seconds = locked.for_another.as_secs().max(1);
        let detail = format!("{problem}. Try again in {seconds} s");
        Refusal::new(StatusCode::TOO_MANY_REQUESTS, "locked", detail).after(seconds)
    })
}

/// How far somebody has proved who they are.
pub(super) enum Proven {
    Whole(Account),
    /// A code is wanted too.
    Half(Account),
}

/// An address as it is kept: people do not care about its letters' size.
pub(super) fn address(text: &str) -> Result<String, Refusal> {
    mailbox(text).ok_or_else(|| Refusal::unprocessable("email: is not an address"))
}

/// Makes an account with this password.
pub(super) async fn make_account(
    app: &App,
    email: &str,
    password: String,
    name: String,
    role: Role,
) -> Result<Account, Refusal> {
    let email = address(email)?;
    let kept = kept(app, password).await?;
    let account = Account {
        id: AccountId::new(fresh_id()?),
        name: if name.trim().is_empty() {
            email.clone()
        } else {
            name.trim().to_owned()
        },
        email: Some(email),
        role,
        created_at: Timestamp::now(),
        disabled_at: None,
    };
    if !app.store.add_account(account.clone(), Some(kept)).await? {
        let detail = "An account with this address exists already";
        return Err(Refusal::new(StatusCode::CONFLICT, "exists", detail));
    }
    Ok(account)
}

/// What is kept of a password that may be one.
pub(super) async fn kept(app: &App, password: String) -> Result<String, Refusal> {
    Passwords::fits(&password).map_err(|unfit| Refusal::unprocessable(unfit.to_string()))?;
    Ok(app.passwords.keep(password).await?)
}

async fn sign_in(app: &App, from: SocketAddr, login: Login) -> Result<SignedIn, Refusal> {
    let email = login.username.trim().to_lowercase();
    let found = app.store.credentials(email.clone()).await?;
    let names = [email.clone(), from.ip().to_string()];
    let proven = prove(
        app,
        &names,
        found,
        login.password,
        login.totp_code.as_deref(),
    )
    .await?;
    let account = match proven {
        Proven::Whole(account) => account,
        Proven::Half(account) => return Ok(SignedIn::Halfway(account)),
    };
    app.attempts.succeeded(&email);
    let label = login.device_name.unwrap_or_else(|| "sign-in".to_owned());
    let given = app
        .open_session(person(&account, label), Timestamp::now())
        .await?;
    Ok(SignedIn::Given(Box::new(given), account))
}

async fn sign_up(app: &App, new: NewAccount) -> Result<(Given, Account), Refusal> {
    if app.registration == Registration::Closed {
        return Err(Refusal::forbidden(
            "This hub takes no registrations: ask whoever runs it for an account",
        ));
    }
    let name = format!("{} {}", new.first_name.trim(), new.last_name.trim());
    let account = make_account(app, &new.email, new.password, name, Role::Member).await?;
    let opened = person(&account, "registration".to_owned());
    let given = app.open_session(opened, Timestamp::now()).await?;
    Ok((given, account))
}

fn person(account: &Account, label: String) -> Opened {
    Opened {
        account: account.id.clone(),
        kind: SessionKind::Person,
        label,
        holder: None,
        fingerprint: None,
        key: None,
    }
}

async fn renew(app: &App, refresh: &Refresh) -> Result<Given, Refusal> {
    // A device's refresh token is not renewed here, whatever is proved.
    let proof = Proof {
        hub: String::new(),
        signature: None,
    };
    let renewed = app
        .renew_session(
            SessionKind::Person,
            &refresh.refresh_token,
            proof,
            Timestamp::now(),
        )
        .await?;
    match renewed {
        Renewed::Given(given) => Ok(*given),
        Renewed::Ended | Renewed::Unproven => Err(Refusal::unauthorized()),
    }
}

fn bearer(given: &Given) -> Value {
    json!({
        "access_token": given.access,
        "token_type": "bearer",
        "expires_in": given.access_for.as_secs(),
        "refresh_token": given.refresh,
    })
}

fn pair(given: &Given) -> Value {
    json!({
        "access_token": given.access,
        "refresh_token": given.refresh,
        "expires_at": ends_at(given),
    })
}

fn with_user(given: &Given, account: &Account) -> Value {
    json!({
        "access_token": given.access,
        "refresh_token": given.refresh,
        "expires_at": ends_at(given),
        "token_type": "bearer",
        "user": { "id": account.id, "email": account.email, "name": account.name },
    })
}

fn halfway(account: &Account) -> Value {
    json!({
        "two_factor_required": true,
        "user_id": account.id,
        "email": account.email,
        "message": "A code of your second factor is needed: send the same again with totp_code",
    })
}

fn ends_at(given: &Given) -> Timestamp {
    let valid_for = SignedDuration::try_from(given.access_for).unwrap_or_default();
    Timestamp::now()
        .checked_add(valid_for)
        .unwrap_or(Timestamp::MAX)
}
