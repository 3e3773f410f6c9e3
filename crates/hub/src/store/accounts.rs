//! People.

use std::sync::Arc;

use chaperone_protocol::{Timestamp, Value};
use serde_json::json;

use super::{Books, Line, Memory, Row, Store, cells, sessions::end_persons};
use crate::Error;

/// A person whose devices and agents these are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct AccountId(String);

/// What a person may do at the hub beside their own things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// Everything, other people's accounts too.
    Owner,
    /// Nothing.
    Member,
}

/// A person at the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) email: Option<String>,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) created_at: Timestamp,
    pub(crate) disabled_at: Option<Timestamp>,
}

/// What becomes of an account; what is absent stays.
#[derive(Debug, Clone, Default)]
pub(crate) struct AccountChange {
    pub(crate) disabled: Option<bool>,
    pub(crate) role: Option<Role>,
    /// What is kept of a new one.
    pub(crate) password: Option<String>,
}

/// How a person signs in.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    pub(crate) account: Account,
    /// Argon2id's own form; none where nobody signs in with a password.
    pub(crate) password: Option<String>,
    /// Sealed.
    pub(crate) second_factor: Option<Vec<u8>>,
    pub(crate) second_factor_step: i64,
}

impl AccountId {
    /// The person at a hub that is embedded in an app.
    pub(crate) fn first() -> Self {
        Self("owner".to_owned())
    }

    /// One that was drawn, or that a row holds.
    pub(crate) fn new(id: String) -> Self {
        Self(id)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Role {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Member => "member",
        }
    }
}

const COLUMNS: &str = "id, email, name, role, created_at, disabled_at";

impl Store {
    /// Makes the person at an embedded hub, if there is none.
    pub(crate) async fn provide_first(&self, now: Timestamp) -> Result<(), Error> {
        self.write(move |books| {
            books.execute(
                "INSERT INTO accounts (id, name, role, created_at) VALUES (?1, 'You', 'owner', ?2)
                 ON CONFLICT (id) DO NOTHING",
                cells![AccountId::first().as_str(), now],
            )?;
            Ok(())
        })
        .await
    }

    /// Gives the first account, that every hub begins with, to somebody who signs in; says no where
    /// somebody has it.
    pub(crate) async fn take_over_first(
        &self,
        email: String,
        name: String,
        password: String,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.write_people(move |books| {
            let first = AccountId::first();
            let taken = books.execute(
                "UPDATE accounts SET email = ?2, name = ?3, password = ?4
                     WHERE id = ?1 AND email IS NULL AND password IS NULL",
                cells![first.as_str(), &email, &name, &password],
            )? == 1;
            if taken {
                let body = json!({ "name": name, "role": Role::Owner });
                account_line(books, &first, "account taken over", body, now)?;
            }
            Ok(taken)
        })
        .await
    }

    /// The person of that id, if there is one who may still come in.
    pub(crate) async fn account(&self, id: AccountId) -> Result<Option<Account>, Error> {
        let since = match self.memory.accounts.get(&id) {
            Ok(account) => return Ok(Some(account)),
            Err(since) => since,
        };
        let wanted = id.clone();
        let found = self
            .read(move |sql| {
                let question =
                    format!("SELECT {COLUMNS} FROM accounts WHERE id = ?1 AND disabled_at IS NULL");
                let row = sql.row(&question, cells![wanted.as_str()])?;
                row.as_ref().map(account).transpose()
            })
            .await?;
        if let Some(account) = &found {
            self.memory.accounts.keep(since, id, account.clone());
        }
        Ok(found)
    }

    /// Everybody, oldest first.
    pub(crate) async fn accounts(&self) -> Result<Vec<Account>, Error> {
        self.read(|sql| {
            let question = format!("SELECT {COLUMNS} FROM accounts ORDER BY created_at, id");
            sql.rows(&question, &[])?.iter().map(account).collect()
        })
        .await
    }

    /// How the person with that address signs in.
    pub(crate) async fn credentials(&self, email: String) -> Result<Option<Credentials>, Error> {
        self.credentials_where("email = ?1", email).await
    }

    /// How the person of that id signs in.
    pub(crate) async fn credentials_of(
        &self,
        account: &AccountId,
    ) -> Result<Option<Credentials>, Error> {
        self.credentials_where("id = ?1", account.as_str().to_owned())
            .await
    }

    async fn credentials_where(
        &self,
        of: &'static str,
        name: String,
    ) -> Result<Option<Credentials>, Error> {
        self.read(move |sql| {
            let question = format!(
                "SELECT {COLUMNS}, password, second_factor, second_factor_step
                 FROM accounts WHERE {of}"
            );
            let row = sql.row(&question, cells![name])?;
            row.map(|row| {
                Ok(Credentials {
                    account: account(&row)?,
                    password: row.get("password")?,
                    second_factor: row.get("second_factor")?,
                    second_factor_step: row.get("second_factor_step")?,
                })
            })
            .transpose()
        })
        .await
    }

    /// Makes an account; says no where the address is taken.
    pub(crate) async fn add_account(
        &self,
        new: Account,
        password: Option<String>,
    ) -> Result<bool, Error> {
        self.write(move |books| {
            let made = books.execute(
                "INSERT INTO accounts (id, email, name, role, password, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
                cells![
                    new.id.as_str(),
                    new.email.as_ref(),
                    &new.name,
                    new.role.as_str(),
                    password.as_ref(),
                    new.created_at,
                ],
            )? == 1;
            if made {
                let body = json!({ "name": new.name, "role": new.role });
                account_line(books, &new.id, "account made", body, new.created_at)?;
            }
            Ok(made)
        })
        .await
    }

    /// Keeps another password.
    pub(crate) async fn set_password(
        &self,
        account: AccountId,
        kept: String,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write(move |books| {
            books.execute(
                "UPDATE accounts SET password = ?2 WHERE id = ?1",
                cells![account.as_str(), &kept],
            )?;
            account_line(books, &account, "password changed", json!({}), now)
        })
        .await
    }

    /// Keeps a second factor, or takes it away.
    pub(crate) async fn set_second_factor(
        &self,
        account: AccountId,
        sealed: Option<Vec<u8>>,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write(move |books| {
            books.execute(
                "UPDATE accounts SET second_factor = ?2, second_factor_step = 0 WHERE id = ?1",
                cells![account.as_str(), sealed.clone()],
            )?;
            let body = json!({ "on": sealed.is_some() });
            account_line(books, &account, "second factor changed", body, now)
        })
        .await
    }

    /// Takes the step of a code for used; says no if it was, by somebody who was faster.
    pub(crate) async fn use_second_factor(
        &self,
        account: AccountId,
        step: i64,
    ) -> Result<bool, Error> {
        self.write(move |books| {
            let used = books.execute(
                "UPDATE accounts SET second_factor_step = ?2
                 WHERE id = ?1 AND second_factor_step < ?2",
                cells![account.as_str(), step],
            )?;
            Ok(used == 1)
        })
        .await
    }

    /// Changes somebody's account by another's word. Who is locked out or gets another password is
    /// signed out everywhere.
    pub(crate) async fn change_account(
        &self,
        account: AccountId,
        change: AccountChange,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Option<Account>, Error> {
        let changed = self
            .write_people(move |books| {
                let question = format!("SELECT {COLUMNS} FROM accounts WHERE id = ?1");
                if books.row(&question, cells![account.as_str()])?.is_none() {
                    return Ok(None);
                }
                if let Some(disabled) = change.disabled {
                    books.execute(
                        "UPDATE accounts SET disabled_at = ?2 WHERE id = ?1",
                        cells![account.as_str(), disabled.then_some(now)],
                    )?;
                    if disabled {
                        books.execute(
                            "UPDATE sessions SET revoked_at = ?2
                             WHERE account = ?1 AND revoked_at IS NULL",
                            cells![account.as_str(), now],
                        )?;
                    }
                    let body = json!({ "disabled": disabled, "by": by });
                    account_line(books, &account, "account changed", body, now)?;
                }
                if let Some(role) = change.role {
                    books.execute(
                        "UPDATE accounts SET role = ?2 WHERE id = ?1",
                        cells![account.as_str(), role.as_str()],
                    )?;
                    let body = json!({ "role": role, "by": by });
                    account_line(books, &account, "account changed", body, now)?;
                }
                if let Some(kept) = &change.password {
                    books.execute(
                        "UPDATE accounts SET password = ?2 WHERE id = ?1",
                        cells![account.as_str(), kept],
                    )?;
                    let body = json!({ "by": by });
                    account_line(books, &account, "password changed", body, now)?;
                    end_persons(books, &account, None, "an owner set a new password", now)?;
                }
                let row = books.row(&question, cells![account.as_str()])?;
                row.as_ref().map(self::account).transpose()
            })
            .await?;
        Ok(changed)
    }

    /// Takes down that somebody tried to sign in in vain.
    pub(crate) async fn not_signed_in(
        &self,
        account: Option<AccountId>,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write_down(Line {
            at: now,
            kind: "sign-in refused",
            body: json!({}),
            account,
            device: None,
            agent: None,
        })
        .await
    }

    /// Has something about people written, and forgets what was read of them once it is committed,
    /// also where whoever asked has gone meanwhile.
    pub(super) async fn write_people<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Books) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let memory = Arc::clone(&self.memory);
        let work = move |books: &mut Books| Ok((work(books)?, Forgetting(Arc::clone(&memory))));
        let (done, _forgetting) = self.write(work).await?;
        Ok(done)
    }
}

/// Forgets when it is dropped: by whoever asked, or by the writer where nobody waits any more.
struct Forgetting(Arc<Memory>);

impl Drop for Forgetting {
    fn drop(&mut self) {
        self.0.forget();
    }
}

/// Writes down what was done with an account.
pub(super) fn account_line(
    books: &mut Books,
    account: &AccountId,
    kind: &'static str,
    body: Value,
    now: Timestamp,
) -> Result<(), Error> {
    books.write_down(&Line {
        at: now,
        kind,
        body,
        account: Some(account.clone()),
        device: None,
        agent: None,
    })
}

fn account(row: &Row) -> Result<Account, Error> {
    let role: String = row.get("role")?;
    Ok(Account {
        id: AccountId(row.get("id")?),
        email: row.get("email")?,
        name: row.get("name")?,
        // A role that cannot be read must not become more than it was.
        role: if role == Role::Owner.as_str() {
            Role::Owner
        } else {
            Role::Member
        },
        created_at: row.get("created_at")?,
        disabled_at: row.get("disabled_at")?,
    })
}
