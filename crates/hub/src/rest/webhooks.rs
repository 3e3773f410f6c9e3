//! Whom a person has told of what happens. An agent can neither see nor change any.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use chaperone_protocol::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Refusal, body::Body, caller::Me};
use crate::{
    app::App,
    events::KINDS,
    reach::WebhookReach,
    sealed,
    secrets::{fresh_id, random_text},
    store::{Delivery, Webhook},
    webhooks::{self, MOST, Target},
};

#[derive(Deserialize, JsonSchema)]
pub(super) struct NewWebhook {
    url: String,
    /// Kinds of events, or `*`, which is also what is meant if absent.
    events: Option<Vec<String>>,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct WebhookChange {
    url: Option<String>,
    events: Option<Vec<String>>,
    enabled: Option<bool>,
}

/// A webhook as its person sees it.
#[derive(Serialize, JsonSchema)]
pub(super) struct WebhookView {
    id: String,
    url: String,
    events: Vec<String>,
    enabled: bool,
    /// Attempts in a row that failed.
    failures: u32,
    /// Why the hub switched it off, if it did.
    disabled_because: Option<String>,
    #[schemars(with = "String")]
    created_at: Timestamp,
    /// What to check signatures with; shown once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// One thing that was told, or is to be.
#[derive(Serialize, JsonSchema)]
pub(super) struct DeliveryView {
    id: String,
    /// The kind of the event.
    event: String,
    status: DeliveryStatus,
    attempts: u32,
    #[schemars(with = "Option<String>")]
    next_at: Option<Timestamp>,
    #[schemars(with = "Option<String>")]
    delivered_at: Option<Timestamp>,
    last_error: Option<String>,
    #[schemars(with = "String")]
    created_at: Timestamp,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum DeliveryStatus {
    Waiting,
    Delivered,
    GivenUp,
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/webhooks", get(all).post(add))
        .route(
            "/api/webhooks/{webhook}",
            get(one).patch(change).delete(remove),
        )
        .route("/api/webhooks/{webhook}/deliveries", get(deliveries))
}

async fn all(State(app): State<Arc<App>>, me: Me) -> Result<Json<Vec<WebhookView>>, Refusal> {
    let webhooks = app.store.webhooks(me.account.id).await?;
    Ok(Json(webhooks.into_iter().map(view).collect()))
}

/// `POST /api/webhooks`: the secret is shown this once.
async fn add(
    State(app): State<Arc<App>>,
    me: Me,
    Body(new): Body<NewWebhook>,
) -> Result<(StatusCode, Json<WebhookView>), Refusal> {
    let id = fresh_id()?;
    let secret = format!("whsec_{}", random_text()?);
    let webhook = Webhook {
        account: me.account.id,
        url: url(new.url, app.webhooks)?,
        secret: sealed::seal(secret.as_bytes(), &app.sealing_key, &webhooks::whose(&id))?,
        events: events(new.events)?,
        failures: 0,
        created_at: Timestamp::now(),
        disabled_at: None,
        disabled_because: None,
        id,
    };
    if !app.store.add_webhook(webhook.clone(), MOST).await? {
        let detail = format!("at most {MOST} webhooks may be kept; delete one first");
        return Err(Refusal::new(StatusCode::CONFLICT, "quota", detail));
    }
    app.events.inbox().renew(&app.store).await?;
    let view = WebhookView {
        secret: Some(secret),
        ..view(webhook)
    };
    Ok((StatusCode::CREATED, Json(view)))
}

async fn one(
    State(app): State<Arc<App>>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Json<WebhookView>, Refusal> {
    Ok(Json(view(own(&app, &me, id).await?)))
}

async fn change(
    State(app): State<Arc<App>>,
    me: Me,
    Path(id): Path<String>,
    Body(change): Body<WebhookChange>,
) -> Result<Json<WebhookView>, Refusal> {
    let mut webhook = own(&app, &me, id).await?;
    let now = Timestamp::now();
    if let Some(new) = change.url {
        webhook.url = url(new, app.webhooks)?;
    }
    if change.events.is_some() {
        webhook.events = events(change.events)?;
    }
    match change.enabled {
        Some(true) => {
            webhook.disabled_at = None;
            webhook.disabled_because = None;
            webhook.failures = 0;
        }
        Some(false) => webhook.disabled_at = webhook.disabled_at.or(Some(now)),
        None => {}
    }
    app.store.change_webhook(webhook.clone(), now).await?;
    app.events.inbox().renew(&app.store).await?;
    Ok(Json(view(webhook)))
}

async fn remove(
    State(app): State<Arc<App>>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let webhook = own(&app, &me, id).await?;
    app.store.forget_webhook(webhook, Timestamp::now()).await?;
    app.events.inbox().renew(&app.store).await?;
    Ok(Json(json!({ "success": true })))
}

/// `GET /api/webhooks/{webhook}/deliveries`: the newest hundred.
async fn deliveries(
    State(app): State<Arc<App>>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Json<Vec<DeliveryView>>, Refusal> {
    let webhook = own(&app, &me, id).await?;
    let deliveries = app.store.deliveries(webhook.id).await?;
    Ok(Json(deliveries.into_iter().map(delivery_view).collect()))
}

/// One of this person's. Another's is as good as none.
async fn own(app: &App, me: &Me, id: String) -> Result<Webhook, Refusal> {
    let webhook = app.store.webhook(id).await?;
    webhook
        .filter(|webhook| webhook.account == me.account.id)
        .ok_or_else(|| {
            let detail = "There is no such webhook";
            Refusal::new(StatusCode::NOT_FOUND, "not_found", detail)
        })
}

fn url(url: String, reach: WebhookReach) -> Result<String, Refusal> {
    match Target::read(&url, reach) {
        Ok(_) => Ok(url),
        Err(problem) => Err(Refusal::unprocessable(format!("url: {problem}"))),
    }
}

fn events(events: Option<Vec<String>>) -> Result<Vec<String>, Refusal> {
    let events = events.unwrap_or_else(|| vec!["*".to_owned()]);
    let unknown = events
        .iter()
        .find(|kind| *kind != "*" && !KINDS.contains(&kind.as_str()));
    match unknown {
        Some(kind) => Err(Refusal::unprocessable(format!(
            "events: {kind} is none; there are * and {}",
            KINDS.join(", ")
        ))),
        None if events.is_empty() => Err(Refusal::unprocessable("events: name at least one")),
        None => Ok(events),
    }
}

fn view(webhook: Webhook) -> WebhookView {
    WebhookView {
        id: webhook.id,
        url: webhook.url,
        events: webhook.events,
        enabled: webhook.disabled_at.is_none(),
        failures: webhook.failures,
        disabled_because: webhook.disabled_because,
        created_at: webhook.created_at,
        secret: None,
    }
}

fn delivery_view(delivery: Delivery) -> DeliveryView {
    DeliveryView {
        status: match (delivery.delivered_at, delivery.next_at) {
            (Some(_), _) => DeliveryStatus::Delivered,
            (None, Some(_)) => DeliveryStatus::Waiting,
            (None, None) => DeliveryStatus::GivenUp,
        },
        id: delivery.id,
        event: delivery.kind,
        attempts: delivery.attempts,
        next_at: delivery.next_at,
        delivered_at: delivery.delivered_at,
        last_error: delivery.last_error,
        created_at: delivery.created_at,
    }
}
