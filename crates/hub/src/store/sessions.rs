//! Who signed in where.

use chaperone_protocol::Timestamp;
use serde_json::json;

use super::{AccountId, Books, Row, Store, accounts::account_line, cells};
use crate::{Error, device_key::DeviceKey};

/// Whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SessionKind {
    /// A person's, in a browser or a program of theirs.
    Person,
    /// A paired device's.
    Device,
}

impl SessionKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Device => "device",
        }
    }
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) account: AccountId,
    pub(crate) kind: SessionKind,
    /// What people know it by.
    pub(crate) label: String,
    /// The device that it belongs to.
    pub(crate) holder: Option<String>,
    /// What the person compared of the device's key.
    pub(crate) fingerprint: Option<String>,
    /// The key without whose proof its tokens are worth nothing.
    pub(crate) key: Option<DeviceKey>,
    pub(crate) created_at: Timestamp,
    pub(crate) used_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// What showing a refresh token led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rotated {
    /// The session goes on with the next one.
    On(Session),
    /// It was used before, so somebody has a copy: the session is over.
    Reused(Session),
    /// It came without the proof of the session's key, which changes nothing.
    Unproven(Session),
    /// There is no such session, or it is over.
    Unknown,
}

const COLUMNS: &str = "id, account, kind, label, holder, fingerprint, public_key, created_at,
    used_at, expires_at";

impl Store {
    /// Opens a session. A device has one: a new one ends those before it, and its key takes the
    /// place of theirs.
    pub(crate) async fn add_session(
        &self,
        session: Session,
        refresh_hash: [u8; 32],
    ) -> Result<(), Error> {
        self.write(move |books| {
            if session.kind == SessionKind::Device {
                replace_pairing(books, &session)?;
            }
            books.execute(
                "INSERT INTO sessions (id, account, kind, label, holder, fingerprint, public_key,
                    refresh_hash, created_at, used_at, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10)",
                cells![
                    &session.id,
                    session.account.as_str(),
                    session.kind.as_str(),
                    &session.label,
                    session.holder.as_ref(),
                    session.fingerprint.as_ref(),
                    session.key.map(DeviceKey::to_bytes),
                    refresh_hash,
                    session.created_at,
                    session.expires_at,
                ],
            )?;
            let body = json!({
                "session": session.id,
                "for": session.kind.as_str(),
                "label": session.label,
                "holder": session.holder,
                "key": session.key.map(DeviceKey::fingerprint),
            });
            account_line(
                books,
                &session.account,
                "signed in",
                body,
                session.created_at,
            )
        })
        .await?;
        self.sessions_changed();
        Ok(())
    }

    /// The key that a session is bound to, if any, while it stands.
    pub(crate) async fn standing(
        &self,
        id: String,
        now: Timestamp,
    ) -> Result<Option<Option<DeviceKey>>, Error> {
        let (expires_at, key) = match self.memory.sessions.get(&id) {
            Ok(found) => found,
            Err(since) => {
                let wanted = id.clone();
                let found = self
                    .read(move |sql| {
                        sql.row(
                            "SELECT id, expires_at, public_key FROM sessions
                             WHERE id = ?1 AND revoked_at IS NULL",
                            cells![wanted],
                        )?
                        .map(|row| Ok((row.get("expires_at")?, key(&row)?)))
                        .transpose()
                    })
                    .await?;
                let Some(found) = found else {
                    return Ok(None);
                };
                self.memory.sessions.keep(since, id, found);
                found
            }
        };
        Ok((now < expires_at).then_some(key))
    }

    /// Takes a refresh token for the next one, where whoever shows it is the session's holder.
    pub(crate) async fn rotate_session(
        &self,
        shown: [u8; 32],
        next: [u8; 32],
        is_holder: impl Fn(&Session) -> bool + Send + 'static,
        (expires_at, now): (Timestamp, Timestamp),
    ) -> Result<Rotated, Error> {
        let rotated = self
            .write(move |books| {
                let question = format!(
                    "SELECT {COLUMNS} FROM sessions
                     WHERE refresh_hash = ?1 AND revoked_at IS NULL AND expires_at > ?2"
                );
                if let Some(row) = books.row(&question, cells![shown, now])? {
                    let mut found = session(&row)?;
                    if !is_holder(&found) {
                        return Ok(Rotated::Unproven(found));
                    }
                    books.execute(
                        "UPDATE sessions SET refresh_hash = ?2, previous_hash = ?3, used_at = ?4,
                            expires_at = ?5
                         WHERE id = ?1",
                        cells![&found.id, next, shown, now, expires_at],
                    )?;
                    found.expires_at = expires_at;
                    return Ok(Rotated::On(found));
                }
                let question = format!(
                    "SELECT {COLUMNS} FROM sessions
                     WHERE previous_hash = ?1 AND revoked_at IS NULL"
                );
                let Some(row) = books.row(&question, cells![shown])? else {
                    return Ok(Rotated::Unknown);
                };
                let found = session(&row)?;
                // A copy is worth nothing without the key, and must not end what it cannot use.
                if !is_holder(&found) {
                    return Ok(Rotated::Unproven(found));
                }
                end(books, &found, "its old token was used again", now)?;
                Ok(Rotated::Reused(found))
            })
            .await?;
        if !matches!(rotated, Rotated::Unproven(_) | Rotated::Unknown) {
            self.sessions_changed();
        }
        Ok(rotated)
    }

    /// Ends a session of this account; says whether there was one.
    pub(crate) async fn revoke_session(
        &self,
        account: AccountId,
        id: String,
        why: &'static str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let ended = self
            .write(move |books| {
                let question = format!(
                    "SELECT {COLUMNS} FROM sessions
                     WHERE id = ?1 AND account = ?2 AND revoked_at IS NULL"
                );
                let Some(row) = books.row(&question, cells![&id, account.as_str()])? else {
                    return Ok(false);
                };
                end(books, &session(&row)?, why, now)?;
                Ok(true)
            })
            .await?;
        self.sessions_changed();
        Ok(ended)
    }

    /// Ends the session that a refresh token belongs to.
    pub(crate) async fn revoke_by_refresh(
        &self,
        hash: [u8; 32],
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write(move |books| {
            let question = format!(
                "SELECT {COLUMNS} FROM sessions WHERE refresh_hash = ?1 AND revoked_at IS NULL"
            );
            match books.row(&question, cells![hash])? {
                Some(row) => end(books, &session(&row)?, "its holder gave it back", now),
                None => Ok(()),
            }
        })
        .await?;
        self.sessions_changed();
        Ok(())
    }

    /// Ends every session of a person's own but one.
    pub(crate) async fn revoke_others(
        &self,
        account: AccountId,
        but: Option<String>,
        why: &'static str,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write(move |books| end_persons(books, &account, but.as_deref(), why, now))
            .await?;
        self.sessions_changed();
        Ok(())
    }

    /// A person's sessions that stand, the newest first.
    pub(crate) async fn sessions(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<Session>, Error> {
        self.read(move |sql| {
            let question = format!(
                "SELECT {COLUMNS} FROM sessions
                 WHERE account = ?1 AND revoked_at IS NULL AND expires_at > ?2
                 ORDER BY created_at DESC, id"
            );
            let rows = sql.rows(&question, cells![account.as_str(), now])?;
            rows.iter().map(session).collect()
        })
        .await
    }

    /// The session that a device was paired by, while it stands.
    pub(crate) async fn session(&self, id: String) -> Result<Option<Session>, Error> {
        self.read(move |sql| {
            let question =
                format!("SELECT {COLUMNS} FROM sessions WHERE id = ?1 AND revoked_at IS NULL");
            let row = sql.row(&question, cells![id])?;
            row.as_ref().map(session).transpose()
        })
        .await
    }

    /// The session by which an account's device is paired now.
    pub(crate) async fn pairing_of(
        &self,
        account: AccountId,
        device: String,
        now: Timestamp,
    ) -> Result<Option<Session>, Error> {
        self.read(move |sql| {
            let question = format!(
                "SELECT {COLUMNS} FROM sessions
                 WHERE holder = ?1 AND account = ?2 AND kind = 'device' AND revoked_at IS NULL
                    AND expires_at > ?3
                 ORDER BY created_at DESC, id"
            );
            let row = sql.row(&question, cells![device, account.as_str(), now])?;
            row.as_ref().map(session).transpose()
        })
        .await
    }

    /// Takes down that a device did not prove its key.
    pub(crate) async fn device_unproven(
        &self,
        account: AccountId,
        device: String,
        why: &'static str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let body = json!({ "device": device, "why": why });
        self.write(move |books| account_line(books, &account, "key not proved", body.clone(), now))
            .await
    }

    /// Forgets what was read of sessions, and of the keys that devices have by them.
    fn sessions_changed(&self) {
        self.memory.sessions.forget();
        self.memory.devices.forget();
    }
}

/// Ends what a device was paired by before, and has the device known by the new key, or by none.
fn replace_pairing(books: &mut Books, new: &Session) -> Result<(), Error> {
    let (Some(device), account) = (&new.holder, new.account.as_str()) else {
        return Ok(());
    };
    let question = format!(
        "SELECT {COLUMNS} FROM sessions
         WHERE holder = ?1 AND account = ?2 AND kind = 'device' AND revoked_at IS NULL"
    );
    for row in books.rows(&question, cells![device, account])? {
        let why = "the device was paired anew";
        end(books, &session(&row)?, why, new.created_at)?;
    }
    books.execute(
        "UPDATE devices SET public_key = ?3 WHERE id = ?1 AND account = ?2",
        cells![device, account, new.key.map(DeviceKey::to_bytes)],
    )?;
    Ok(())
}

/// Ends every session of a person's own but one.
pub(super) fn end_persons(
    books: &mut Books,
    account: &AccountId,
    but: Option<&str>,
    why: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let question = format!(
        "SELECT {COLUMNS} FROM sessions
         WHERE account = ?1 AND kind = 'person' AND revoked_at IS NULL"
    );
    for row in books.rows(&question, cells![account.as_str()])? {
        let found = session(&row)?;
        if but != Some(found.id.as_str()) {
            end(books, &found, why, now)?;
        }
    }
    Ok(())
}

fn end(books: &mut Books, session: &Session, why: &str, now: Timestamp) -> Result<(), Error> {
    books.execute(
        "UPDATE sessions SET revoked_at = ?2 WHERE id = ?1",
        cells![&session.id, now],
    )?;
    // A pairing that is over binds the device to nothing.
    if let (Some(device), Some(key)) = (&session.holder, session.key) {
        books.execute(
            "UPDATE devices SET public_key = NULL
             WHERE id = ?1 AND account = ?2 AND public_key = ?3",
            cells![device, session.account.as_str(), key.to_bytes()],
        )?;
    }
    let body = json!({ "session": session.id, "label": session.label, "why": why });
    account_line(books, &session.account, "session ended", body, now)
}

fn key(row: &Row) -> Result<Option<DeviceKey>, Error> {
    let bytes: Option<[u8; 32]> = row.get("public_key")?;
    Ok(bytes.map(DeviceKey::from_bytes))
}

fn session(row: &Row) -> Result<Session, Error> {
    let kind: String = row.get("kind")?;
    Ok(Session {
        id: row.get("id")?,
        account: AccountId::new(row.get("account")?),
        // A kind that cannot be read must not become a person's.
        kind: if kind == SessionKind::Person.as_str() {
            SessionKind::Person
        } else {
            SessionKind::Device
        },
        label: row.get("label")?,
        holder: row.get("holder")?,
        fingerprint: row.get("fingerprint")?,
        key: key(row)?,
        created_at: row.get("created_at")?,
        used_at: row.get("used_at")?,
        expires_at: row.get("expires_at")?,
    })
}
