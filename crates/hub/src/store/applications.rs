//! Devices that ask to be let in, until a person says so.

use chaperone_protocol::Timestamp;
use serde_json::json;

use super::{AccountId, Row, Store, accounts::account_line, cells};
use crate::{Error, device_key::DeviceKey};

/// A device that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Application {
    pub(crate) user_code: String,
    pub(crate) client: String,
    pub(crate) device: Option<String>,
    pub(crate) name: String,
    pub(crate) fingerprint: Option<String>,
    /// The key that the device asks to be known by.
    pub(crate) key: Option<DeviceKey>,
    pub(crate) state: Asked,
    pub(crate) account: Option<AccountId>,
    pub(crate) expires_at: Timestamp,
    pub(crate) polled_at: Timestamp,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Open,
    Allowed,
    Denied,
    /// Its token was given out.
    Used,
}

impl Asked {
    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::Used => "used",
        }
    }
}

/// As many may wait at a time.
const MOST: i64 = 1_000;

const COLUMNS: &str = "user_code, client, device, name, fingerprint, public_key, state,
    account, expires_at, polled_at";

impl Store {
    /// Takes an application down; says no while too many wait, or where the code is taken.
    pub(crate) async fn add_application(
        &self,
        code_hash: [u8; 32],
        new: Application,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.write(move |books| {
            books.execute(
                "DELETE FROM applications WHERE expires_at <= ?1",
                cells![now],
            )?;
            let waiting = books.row("SELECT COUNT(*) AS number FROM applications", &[])?;
            let waiting: i64 = waiting.map_or(Ok(0), |row| row.get("number"))?;
            if waiting >= MOST {
                return Ok(false);
            }
            let made = books.execute(
                "INSERT INTO applications (device_code_hash, user_code, client, device, name,
                    fingerprint, public_key, state, created_at, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
                cells![
                    code_hash,
                    &new.user_code,
                    &new.client,
                    new.device.as_ref(),
                    &new.name,
                    new.fingerprint.as_ref(),
                    new.key.map(DeviceKey::to_bytes),
                    Asked::Open.as_str(),
                    now,
                    new.expires_at,
                ],
            )?;
            Ok(made == 1)
        })
        .await
    }

    /// The application that shows this code, while it waits.
    pub(crate) async fn application(
        &self,
        user_code: String,
        now: Timestamp,
    ) -> Result<Option<Application>, Error> {
        self.read(move |sql| {
            let question = format!(
                "SELECT {COLUMNS} FROM applications
                 WHERE user_code = ?1 AND state = 'open' AND expires_at > ?2"
            );
            let row = sql.row(&question, cells![user_code, now])?;
            row.as_ref().map(application).transpose()
        })
        .await
    }

    /// Takes a person's answer down; says whether anybody still waited for it.
    pub(crate) async fn decide_application(
        &self,
        user_code: String,
        account: AccountId,
        allow: bool,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let state = if allow { Asked::Allowed } else { Asked::Denied };
        self.write(move |books| {
            let decided = books.execute(
                "UPDATE applications SET state = ?2, account = ?3
                 WHERE user_code = ?1 AND state = 'open' AND expires_at > ?4",
                cells![&user_code, state.as_str(), account.as_str(), now],
            )? == 1;
            if decided {
                let body = json!({ "code": user_code, "allowed": allow });
                account_line(books, &account, "pairing answered", body, now)?;
            }
            Ok(decided)
        })
        .await
    }

    /// The application behind a device's own code, and whether whoever asks is the applicant. One
    /// that was allowed is used by that; by nobody else is anything changed.
    pub(crate) async fn poll_application(
        &self,
        code_hash: [u8; 32],
        is_applicant: impl Fn(&Application) -> bool + Send + 'static,
        now: Timestamp,
    ) -> Result<Option<(Application, bool)>, Error> {
        self.write(move |books| {
            let question =
                format!("SELECT {COLUMNS} FROM applications WHERE device_code_hash = ?1");
            let Some(row) = books.row(&question, cells![code_hash])? else {
                return Ok(None);
            };
            let found = application(&row)?;
            if !is_applicant(&found) {
                return Ok(Some((found, false)));
            }
            let next = match found.state {
                Asked::Allowed => Asked::Used,
                state => state,
            };
            books.execute(
                "UPDATE applications SET polled_at = ?2, state = ?3 WHERE device_code_hash = ?1",
                cells![code_hash, now, next.as_str()],
            )?;
            Ok(Some((found, true)))
        })
        .await
    }
}

fn application(row: &Row) -> Result<Application, Error> {
    let state: String = row.get("state")?;
    let account: Option<String> = row.get("account")?;
    let key: Option<[u8; 32]> = row.get("public_key")?;
    Ok(Application {
        user_code: row.get("user_code")?,
        client: row.get("client")?,
        device: row.get("device")?,
        name: row.get("name")?,
        fingerprint: row.get("fingerprint")?,
        key: key.map(DeviceKey::from_bytes),
        state: match state.as_str() {
            "open" => Asked::Open,
            "allowed" => Asked::Allowed,
            "used" => Asked::Used,
            _ => Asked::Denied,
        },
        account: account.map(AccountId::new),
        expires_at: row.get("expires_at")?,
        polled_at: row.get("polled_at")?,
    })
}
