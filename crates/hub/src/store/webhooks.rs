//! Whom to tell of what happens, and what is still to be told.

use std::collections::HashSet;

use chaperone_protocol::Timestamp;
use serde_json::json;

use super::{AccountId, Books, Line, Row, Store, cells, damaged};
use crate::{Error, events::News};

/// Somebody to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Webhook {
    pub(crate) id: String,
    pub(crate) account: AccountId,
    pub(crate) url: String,
    /// Sealed.
    pub(crate) secret: Vec<u8>,
    /// Kinds of events, or `*`.
    pub(crate) events: Vec<String>,
    /// Attempts in a row that failed.
    pub(crate) failures: u32,
    pub(crate) created_at: Timestamp,
    pub(crate) disabled_at: Option<Timestamp>,
    /// Why the hub switched it off, if it did.
    pub(crate) disabled_because: Option<String>,
}

/// One thing to be told to one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) id: String,
    pub(crate) webhook: String,
    pub(crate) kind: String,
    pub(crate) body: String,
    pub(crate) attempts: u32,
    /// When it is tried next; none: it is not any more.
    pub(crate) next_at: Option<Timestamp>,
    pub(crate) delivered_at: Option<Timestamp>,
    pub(crate) last_error: Option<String>,
    pub(crate) created_at: Timestamp,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attempted {
    Delivered,
    Failed {
        error: String,
        /// Before then nothing is tried there.
        again_at: Timestamp,
        /// Whether this is not tried any more.
        given_up: bool,
        /// Whether nothing is tried there any more.
        off: bool,
    },
}

const COLUMNS: &str = "SELECT id, account, url, secret, events, failures, created_at, disabled_at,
    disabled_because FROM webhooks";
const DELIVERY: &str =
    "SELECT id, webhook, kind, body, attempts, next_at, delivered_at, last_error,
    created_at FROM deliveries";

impl Store {
    /// Takes somebody to be told down; says no where the account has that many already.
    pub(crate) async fn add_webhook(&self, new: Webhook, most: i64) -> Result<bool, Error> {
        let events = serde_json::to_string(&new.events)?;
        self.write(move |books| {
            let count = books.row(
                "SELECT COUNT(*) AS count FROM webhooks WHERE account = ?1",
                cells![new.account.as_str()],
            )?;
            if count.map_or(Ok(0), |row| row.get::<i64>("count"))? >= most {
                return Ok(false);
            }
            books.execute(
                "INSERT INTO webhooks (id, account, url, secret, events, created_at, disabled_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                cells![
                    &new.id,
                    new.account.as_str(),
                    &new.url,
                    new.secret.as_slice(),
                    &events,
                    new.created_at,
                    new.disabled_at,
                ],
            )?;
            line(books, "webhook made", &new.account, &new.id, new.created_at)?;
            Ok(true)
        })
        .await
    }

    /// Changes whom to tell of what. The secret stays.
    pub(crate) async fn change_webhook(&self, now: Webhook, at: Timestamp) -> Result<(), Error> {
        let events = serde_json::to_string(&now.events)?;
        self.write(move |books| {
            books.execute(
                "UPDATE webhooks SET url = ?2, events = ?3, failures = ?4, disabled_at = ?5,
                    disabled_because = ?6 WHERE id = ?1",
                cells![
                    &now.id,
                    &now.url,
                    &events,
                    now.failures,
                    now.disabled_at,
                    now.disabled_because.as_ref(),
                ],
            )?;
            if now.disabled_at.is_some() {
                drop_waiting(books, &now.id)?;
            }
            line(books, "webhook changed", &now.account, &now.id, at)
        })
        .await
    }

    /// Forgets somebody, and what was still to be told to them.
    pub(crate) async fn forget_webhook(&self, gone: Webhook, at: Timestamp) -> Result<(), Error> {
        self.write(move |books| {
            books.execute("DELETE FROM webhooks WHERE id = ?1", cells![&gone.id])?;
            line(books, "webhook deleted", &gone.account, &gone.id, at)
        })
        .await
    }

    pub(crate) async fn webhook(&self, id: String) -> Result<Option<Webhook>, Error> {
        self.read(move |sql| {
            let row = sql.row(&format!("{COLUMNS} WHERE id = ?1"), cells![&id])?;
            row.as_ref().map(webhook).transpose()
        })
        .await
    }

    pub(crate) async fn webhooks(&self, account: AccountId) -> Result<Vec<Webhook>, Error> {
        self.read(move |sql| {
            let question = format!("{COLUMNS} WHERE account = ?1 ORDER BY created_at, id");
            let rows = sql.rows(&question, cells![account.as_str()])?;
            rows.iter().map(webhook).collect()
        })
        .await
    }

    /// The accounts that have anybody to be told.
    pub(crate) async fn accounts_with_webhooks(&self) -> Result<HashSet<AccountId>, Error> {
        self.read(|sql| {
            let rows = sql.rows(
                "SELECT DISTINCT account FROM webhooks WHERE disabled_at IS NULL",
                &[],
            )?;
            rows.iter()
                .map(|row| row.get("account").map(AccountId::new))
                .collect()
        })
        .await
    }

    /// Has something told; says no where too much waits for that one already.
    pub(crate) async fn add_delivery(&self, new: Delivery, most: i64) -> Result<bool, Error> {
        self.write(move |books| {
            let added = books.execute(
                // What comes while a target is left alone waits with the rest.
                "INSERT INTO deliveries (id, webhook, kind, body, attempts, next_at, created_at)
                 SELECT ?1, id, ?3, ?4, 0, COALESCE((SELECT MAX(next_at) FROM deliveries
                    WHERE webhook = ?2 AND next_at > ?5), ?5), ?6
                 FROM webhooks WHERE id = ?2 AND disabled_at IS NULL
                    AND (SELECT COUNT(*) FROM deliveries
                        WHERE webhook = ?2 AND next_at IS NOT NULL) < ?7",
                cells![
                    &new.id,
                    &new.webhook,
                    &new.kind,
                    &new.body,
                    new.next_at,
                    new.created_at,
                    most,
                ],
            )?;
            Ok(added == 1)
        })
        .await
    }

    /// To whom something is to be told now, the longest waiting first.
    pub(crate) async fn webhooks_due(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<String>, Error> {
        self.read(move |sql| {
            let rows = sql.rows(
                "SELECT webhook, MIN(next_at) AS since FROM deliveries WHERE next_at <= ?1
                 GROUP BY webhook ORDER BY since LIMIT ?2",
                cells![now, limit],
            )?;
            rows.iter().map(|row| row.get("webhook")).collect()
        })
        .await
    }

    /// What is to be told to one now: what happened first.
    pub(crate) async fn next_delivery(
        &self,
        webhook: String,
        now: Timestamp,
    ) -> Result<Option<Delivery>, Error> {
        self.read(move |sql| {
            let question = format!(
                "{DELIVERY} WHERE webhook = ?1 AND next_at <= ?2 ORDER BY created_at, id LIMIT 1"
            );
            let row = sql.row(&question, cells![&webhook, now])?;
            row.as_ref().map(delivery).transpose()
        })
        .await
    }

    /// What was told to one, or is to be, the newest first.
    pub(crate) async fn deliveries(&self, webhook: String) -> Result<Vec<Delivery>, Error> {
        self.read(move |sql| {
            let question =
                format!("{DELIVERY} WHERE webhook = ?1 ORDER BY created_at DESC, id LIMIT 100");
            let rows = sql.rows(&question, cells![&webhook])?;
            rows.iter().map(delivery).collect()
        })
        .await
    }

    /// Takes down how an attempt ended.
    pub(crate) async fn attempted(
        &self,
        of: Webhook,
        id: String,
        attempted: Attempted,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write(move |books| match &attempted {
            Attempted::Delivered => {
                books.execute(
                    "UPDATE deliveries SET attempts = attempts + 1, delivered_at = ?2,
                        next_at = NULL, last_error = NULL WHERE id = ?1",
                    cells![&id, now],
                )?;
                books.execute(
                    "UPDATE webhooks SET failures = 0 WHERE id = ?1 AND failures > 0",
                    cells![&of.id],
                )?;
                Ok(())
            }
            Attempted::Failed {
                error,
                again_at,
                given_up,
                off,
            } => {
                books.execute(
                    "UPDATE deliveries SET attempts = attempts + 1, next_at = ?2, last_error = ?3
                     WHERE id = ?1",
                    cells![&id, (!given_up).then_some(*again_at), error],
                )?;
                books.execute(
                    "UPDATE deliveries SET next_at = ?2 WHERE webhook = ?1 AND next_at < ?2",
                    cells![&of.id, *again_at],
                )?;
                books.execute(
                    "UPDATE webhooks SET failures = failures + 1 WHERE id = ?1",
                    cells![&of.id],
                )?;
                if *off {
                    disable(books, &of, error, now)?;
                }
                Ok(())
            }
        })
        .await
    }

    /// Forgets what was to be told before that time.
    pub(crate) async fn forget_deliveries(&self, before: Timestamp) -> Result<(), Error> {
        self.write(move |books| {
            books.execute(
                "DELETE FROM deliveries WHERE created_at < ?1",
                cells![before],
            )?;
            Ok(())
        })
        .await
    }
}

/// Switches one off that does not answer, and says so.
fn disable(books: &mut Books, of: &Webhook, error: &str, now: Timestamp) -> Result<(), Error> {
    let failures = of.failures + 1;
    let reason = format!("{failures} attempts in a row failed; the last: {error}");
    let changed = books.execute(
        "UPDATE webhooks SET disabled_at = ?2, disabled_because = ?3
         WHERE id = ?1 AND disabled_at IS NULL",
        cells![&of.id, now, &reason],
    )?;
    if changed == 1 {
        drop_waiting(books, &of.id)?;
        books.tell(News::webhook_disabled(&of.account, &of.id, &reason));
        line(books, "webhook disabled", &of.account, &of.id, now)?;
    }
    Ok(())
}

fn drop_waiting(books: &mut Books, id: &str) -> Result<(), Error> {
    books.execute(
        "UPDATE deliveries SET next_at = NULL WHERE webhook = ?1 AND next_at IS NOT NULL",
        cells![id],
    )?;
    Ok(())
}

fn webhook(row: &Row) -> Result<Webhook, Error> {
    let id: String = row.get("id")?;
    let events: String = row.get("events")?;
    Ok(Webhook {
        account: AccountId::new(row.get("account")?),
        url: row.get("url")?,
        secret: row.get("secret")?,
        events: serde_json::from_str(&events).map_err(|_| damaged("events", &id))?,
        failures: row.get("failures")?,
        created_at: row.get("created_at")?,
        disabled_at: row.get("disabled_at")?,
        disabled_because: row.get("disabled_because")?,
        id,
    })
}

fn delivery(row: &Row) -> Result<Delivery, Error> {
    Ok(Delivery {
        id: row.get("id")?,
        webhook: row.get("webhook")?,
        kind: row.get("kind")?,
        body: row.get("body")?,
        attempts: row.get("attempts")?,
        next_at: row.get("next_at")?,
        delivered_at: row.get("delivered_at")?,
        last_error: row.get("last_error")?,
        created_at: row.get("created_at")?,
    })
}

fn line(
    books: &mut Books,
    kind: &'static str,
    account: &AccountId,
    id: &str,
    at: Timestamp,
) -> Result<(), Error> {
    books.write_down(&Line {
        at,
        kind,
        body: json!({ "webhook": id }),
        account: Some(account.clone()),
        device: None,
        agent: None,
    })
}
