//! Tells what happens to whoever a person wants it told to, signed, and again until it is taken.
//!
//! What is to be told is in the books before it is tried. Each target is told one thing at a time,
//! in order, and holds up no other; one that never answers is not told any more.

mod client;
mod inbox;
mod target;

use std::{collections::HashSet, sync::Arc, time::Duration};

use chaperone_protocol::{SignedDuration, Timestamp};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::{sync::mpsc, time::MissedTickBehavior};

pub(crate) use self::{client::Client, inbox::Inbox, target::Target};
use crate::{
    Error,
    app::App,
    events::Event,
    sealed, secrets,
    store::{AccountId, Attempted, Delivery, Webhook},
};

/// How many an account may have told.
pub(crate) const MOST: i64 = 20;
/// How much may wait for one of them; what happens beyond it is not told.
const WAITING: i64 = 1_000;
/// How many are told at a time.
const TOGETHER: u32 = 64;
/// How often it is looked whether something is to be tried again.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often a delivery is tried in all.
const ATTEMPTS: u32 = 8;
/// After how many failures in a row, of whatever, a webhook is not told any more.
const FAILURES: u32 = 16;
const FIRST_PAUSE_SECONDS: i64 = 5;
const LONGEST_PAUSE_SECONDS: i64 = 6 * 3_600;
/// How long deliveries are kept to be looked at.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
const FORGET_EVERY: Duration = Duration::from_mins(10);

/// Tells, until the hub stops.
pub(crate) async fn run(app: Arc<App>) {
    let Some(mut inbox) = app.events.inbox().take() else {
        return;
    };
    let telling = async { tokio::join!(tell_all(&app), forget(&app)) };
    tokio::join!(
        take_down_all(&app, &mut inbox),
        app.stopping.run_until_cancelled(telling),
    );
    app.events.inbox().put_back(inbox);
}

/// Takes down what happened while the hub stopped; the next one tells it.
pub(crate) async fn finish(app: &App) {
    let Some(mut inbox) = app.events.inbox().take() else {
        return;
    };
    while let Ok((account, event)) = inbox.try_recv() {
        report(take_down(app, account, &event).await);
    }
}

/// Takes down what happens until the hub stops, and leaves nothing half taken down.
async fn take_down_all(app: &App, inbox: &mut mpsc::Receiver<inbox::Noticed>) {
    let stopping = &app.stopping;
    while let Some(Some((account, event))) = stopping.run_until_cancelled(inbox.recv()).await {
        report(take_down(app, account, &event).await);
    }
}

async fn take_down(app: &App, account: AccountId, event: &Event) -> Result<(), Error> {
    if app.store.account(account.clone()).await?.is_none() {
        // Whoever is locked out is told nothing.
        return Ok(());
    }
    let body = event.view().to_string();
    for webhook in app.store.webhooks(account).await? {
        let named = |wish: &String| wish == "*" || wish == event.kind;
        if webhook.disabled_at.is_some() || !webhook.events.iter().any(named) {
            continue;
        }
        let delivery = Delivery {
            id: secrets::fresh_id()?,
            webhook: webhook.id.clone(),
            kind: event.kind.to_owned(),
            body: body.clone(),
            attempts: 0,
            next_at: Some(Timestamp::now()),
            delivered_at: None,
            last_error: None,
            created_at: event.at,
        };
        if !app.store.add_delivery(delivery, WAITING).await? {
            tracing::warn!(webhook = webhook.id, "too much waits: an event is not told");
        }
    }
    Ok(())
}

async fn tell_all(app: &App) {
    let mut look = tokio::time::interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut busy = HashSet::new();
    let mut telling = FuturesUnordered::new();
    loop {
        tokio::select! {
            _ = look.tick() => {
                match app.store.webhooks_due(Timestamp::now(), TOGETHER).await {
                    Ok(due) => for webhook in due {
                        if busy.insert(webhook.clone()) {
                            telling.push(async move {
                                report(tell_one(app, &webhook).await);
                                webhook
                            });
                        }
                    },
                    Err(error) => report(Err(error)),
                }
            }
            Some(done) = telling.next() => {
                busy.remove(&done);
            }
        }
    }
}

async fn forget(app: &App) {
    loop {
        let before = Timestamp::now().checked_sub(KEPT_FOR);
        let before = before.unwrap_or(Timestamp::MIN);
        report(app.store.forget_deliveries(before).await);
        tokio::time::sleep(FORGET_EVERY).await;
    }
}

fn report(done: Result<(), Error>) {
    if let Err(error) = done {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "what is to be told could not be");
    }
}

/// Tells one target what is due, in order, until all is told or it does not take something.
async fn tell_one(app: &App, webhook: &str) -> Result<(), Error> {
    loop {
        let (webhook, now) = (webhook.to_owned(), Timestamp::now());
        let due = app.store.next_delivery(webhook.clone(), now).await?;
        let Some(delivery) = due else {
            return Ok(());
        };
        let Some(webhook) = app.store.webhook(webhook).await? else {
            return Ok(());
        };
        let attempt = attempt(app, &webhook, &delivery).await;
        let taken = attempt.is_ok();
        let attempted = match attempt {
            Ok(()) => Attempted::Delivered,
            Err(error) => failed(&webhook, &delivery, error, Timestamp::now()),
        };
        let disables = matches!(attempted, Attempted::Failed { off: true, .. });
        app.store
            .attempted(webhook, delivery.id, attempted, Timestamp::now())
            .await?;
        if disables {
            app.events.inbox().renew(&app.store).await?;
        }
        if !taken {
            return Ok(());
        }
    }
}

fn failed(webhook: &Webhook, delivery: &Delivery, error: String, now: Timestamp) -> Attempted {
    let failures = webhook.failures + 1;
    Attempted::Failed {
        error,
        again_at: now.checked_add(pause(failures)).unwrap_or(Timestamp::MAX),
        given_up: delivery.attempts + 1 >= ATTEMPTS,
        off: failures >= FAILURES,
    }
}

async fn attempt(app: &App, webhook: &Webhook, delivery: &Delivery) -> Result<(), String> {
    match app.store.account(webhook.account.clone()).await {
        Ok(Some(_)) => {}
        Ok(None) => return Err("its account is closed".to_owned()),
        Err(_) => return Err("the hub cannot read its books".to_owned()),
    }
    // What was let in once may not be any more, by another configuration.
    let target = Target::read(&webhook.url, app.webhooks);
    let target = target.map_err(|problem| format!("the URL {problem}"))?;
    let secret = sealed::unseal(&webhook.secret, &app.sealing_key, &whose(&webhook.id))
        .map_err(|_| "its secret is lost; make the webhook anew".to_owned())?;
    let now = Timestamp::now().as_second();
    let post = client::Post {
        headers: vec![
            (
                "x-chaperone-signature",
                signature(&secret, now, &delivery.body),
            ),
            ("x-chaperone-delivery", delivery.id.clone()),
        ],
        body: delivery.body.clone(),
    };
    app.client.post(&target, post).await
}

/// To what a webhook's secret is sealed: nothing else of the hub is called so.
pub(crate) fn whose(webhook: &str) -> String {
    format!("webhook {webhook}")
}

/// What proves that a body is ours, and of when: a receiver should not take old ones.
fn signature(secret: &[u8], seconds: i64, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        // Any length is a good one.
        return String::new();
    };
    mac.update(format!("{seconds}.{body}").as_bytes());
    let code = mac.finalize().into_bytes();
    format!("t={seconds},v1={}", chaperone_chain::hex(&code))
}

/// How long a target is left alone after so many failures in a row: 5 s, 20 s, 80 s and so on up to
/// six hours.
fn pause(failures: u32) -> SignedDuration {
    let factor = 4_i64.saturating_pow(failures.saturating_sub(1));
    let seconds = FIRST_PAUSE_SECONDS.saturating_mul(factor);
    SignedDuration::from_secs(seconds.min(LONGEST_PAUSE_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::{pause, signature};

    #[test]
    fn pauses_grow_and_stay() {
        let seconds: Vec<_> = (1..=9).map(|failures| pause(failures).as_secs()).collect();
        let expected = [5, 20, 80, 320, 1_280, 5_120, 20_480, 21_600, 21_600];
        assert_eq!(seconds, expected);
        assert_eq!(pause(u32::MAX).as_secs(), 21_600);
    }

    #[test]
    fn the_signature_is_what_anybody_else_computes() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
        let expected =
            "t=1700000000,v1=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686";
        assert_eq!(signature(b"secret", 1_700_000_000, "{\"a\":1}"), expected);
    }
}
