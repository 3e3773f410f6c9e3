//! Who signed in where.

use chaperone_protocol::Timestamp;
use serde_json::json;

use super::{AccountId, Books, Row, Store, accounts::account_line, cells};
use crate::Error;

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
    Reused,
    /// There is no such session, or it is over.
    Unknown,
}

const COLUMNS: &str = "id, account, kind, label, holder, fingerprint, created_at, used_at,
    expires_at";

impl Store {
    /// Opens a session.
    pub(crate) async fn add_session(
        &self,
        session: Session,
        refresh_hash: [u8; 32],
    ) -> Result<(), Error> {
        self.write(move |books| {
            books.execute(
                "INSERT INTO sessions (id, account, kind, label, holder, fingerprint, refresh_hash,
                    created_at, used_at, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)",
                cells![
                    &session.id,
                    session.account.as_str(),
                    session.kind.as_str(),
                    &session.label,
                    session.holder.as_ref(),
                    session.fingerprint.as_ref(),
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
            });
            account_line(
                books,
                &session.account,
                "signed in",
                body,
                session.created_at,
            )
        })
        .await
    }

    /// Whether a session stands.
    pub(crate) async fn session_stands(&self, id: String, now: Timestamp) -> Result<bool, Error> {
        let expires_at = match self.memory.sessions.get(&id) {
            Ok(expires_at) => expires_at,
            Err(since) => {
                let wanted = id.clone();
                let found: Option<Timestamp> = self
                    .read(move |sql| {
                        sql.row(
                            "SELECT id, expires_at FROM sessions
                             WHERE id = ?1 AND revoked_at IS NULL",
                            cells![wanted],
                        )?
                        .map(|row| row.get("expires_at"))
                        .transpose()
                    })
                    .await?;
                let Some(expires_at) = found else {
                    return Ok(false);
                };
                self.memory.sessions.keep(since, id, expires_at);
                expires_at
            }
        };
        Ok(now < expires_at)
    }

    /// Takes a refresh token for the next one.
    pub(crate) async fn rotate_session(
        &self,
        shown: [u8; 32],
        next: [u8; 32],
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<Rotated, Error> {
        let rotated = self
            .write(move |books| {
                let question = format!(
                    "SELECT {COLUMNS} FROM sessions
                     WHERE refresh_hash = ?1 AND revoked_at IS NULL AND expires_at > ?2"
                );
                if let Some(row) = books.row(&question, cells![shown, now])? {
                    let mut found = session(&row)?;
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
                end(books, &session(&row)?, "its old token was used again", now)?;
                Ok(Rotated::Reused)
            })
            .await?;
        self.memory.sessions.forget();
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
        self.memory.sessions.forget();
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
        self.memory.sessions.forget();
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
        self.write(move |books| {
            let question = format!(
                "SELECT {COLUMNS} FROM sessions
                 WHERE account = ?1 AND kind = 'person' AND revoked_at IS NULL"
            );
            for row in books.rows(&question, cells![account.as_str()])? {
                let found = session(&row)?;
                if but.as_ref() != Some(&found.id) {
                    end(books, &found, why, now)?;
                }
            }
            Ok(())
        })
        .await?;
        self.memory.sessions.forget();
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
}

fn end(books: &mut Books, session: &Session, why: &str, now: Timestamp) -> Result<(), Error> {
    books.execute(
        "UPDATE sessions SET revoked_at = ?2 WHERE id = ?1",
        cells![&session.id, now],
    )?;
    let body = json!({ "session": session.id, "label": session.label, "why": why });
    account_line(books, &session.account, "session ended", body, now)
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
        created_at: row.get("created_at")?,
        used_at: row.get("used_at")?,
        expires_at: row.get("expires_at")?,
    })
}
