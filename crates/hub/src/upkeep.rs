//! What is done to a hub that does not run: its people, its keys, the check of its audit.
//!
//! A hub that runs has its books to itself; there, owners do the same by its REST paths.

use std::{fmt, path::PathBuf, sync::Arc};

use chaperone_protocol::Timestamp;

use crate::{
    Error, Place, Secrets, Verified,
    events::Events,
    hub::{Books, open_books},
    people::{Passwords, mailbox},
    secrets::{self, fresh_id},
    store::{Account, AccountId, Line, Role, Store},
    webhooks::Inbox,
};

/// The books of a hub that does not run.
pub struct Upkeep {
    store: Store,
    passwords: Passwords,
}

impl fmt::Debug for Upkeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upkeep").finish_non_exhaustive()
    }
}

impl Upkeep {
    /// Opens the books, or makes them; refused while a hub works on them.
    pub async fn open(
        data_dir: PathBuf,
        place: Place,
        secrets: Box<dyn Secrets>,
    ) -> Result<Self, Error> {
        // Nobody listens, and what webhooks are to be told is told by the hub that runs next.
        let events = Arc::new(Events::new(Inbox::default())?);
        let opened = tokio::task::spawn_blocking(move || {
            open_books(&data_dir, &place, secrets.as_ref(), events)
        });
        let Books { store, agents, .. } = opened.await.map_err(|_| Error::Stopped)??;
        let now = Timestamp::now();
        store.provide_first(now).await?;
        store.provide_agents(agents, now).await?;
        Ok(Self {
            store,
            passwords: Passwords::default(),
        })
    }

    /// Replaces what tokens are signed with: every token that was given out ends, and whoever has a
    /// refresh token gets a new one for it. Agents' keys, the audit's seal and second factors stay.
    /// Blocks; for a folder that no hub works on.
    pub fn rotate_keys(data_dir: &std::path::Path, secrets: &dyn Secrets) -> Result<(), Error> {
        let _lock = Store::lock(data_dir)?;
        secrets::rotate_token_keys(secrets)
    }

    /// Writes down that the keys were replaced.
    pub async fn keys_rotated(&self) -> Result<(), Error> {
        self.store
            .write_down(Line {
                at: Timestamp::now(),
                kind: "token keys replaced",
                body: serde_json::json!({}),
                account: None,
                device: None,
                agent: None,
            })
            .await
    }

    /// Makes an account. The first owner takes over the one that every hub begins with, and its
    /// agents.
    pub async fn add_account(
        &self,
        email: &str,
        name: &str,
        password: String,
        is_owner: bool,
    ) -> Result<(), Error> {
        let email = mailbox(email).ok_or(Error::Email)?;
        Passwords::fits(&password).map_err(|_| Error::UnfitPassword)?;
        let name = match name.trim() {
            "" => email.clone(),
            name => name.to_owned(),
        };
        let now = Timestamp::now();
        let kept = self.passwords.keep(password).await?;
        if self.store.credentials(email.clone()).await?.is_some() {
            return Err(Error::AccountExists);
        }
        if is_owner
            && self
                .store
                .take_over_first(email.clone(), name.clone(), kept.clone(), now)
                .await?
        {
            return Ok(());
        }
        let account = Account {
            id: AccountId::new(fresh_id()?),
            email: Some(email),
            name,
            role: if is_owner { Role::Owner } else { Role::Member },
            created_at: now,
            disabled_at: None,
        };
        if self.store.add_account(account, Some(kept)).await? {
            Ok(())
        } else {
            Err(Error::AccountExists)
        }
    }

    /// Gives an account another password; its sessions end.
    pub async fn set_password(&self, email: &str, password: String) -> Result<(), Error> {
        let email = mailbox(email).ok_or(Error::Email)?;
        Passwords::fits(&password).map_err(|_| Error::UnfitPassword)?;
        let found = self.store.credentials(email).await?;
        let account = found.ok_or(Error::NoAccount)?.account.id;
        let kept = self.passwords.keep(password).await?;
        let now = Timestamp::now();
        self.store.set_password(account.clone(), kept, now).await?;
        let why = "the password was changed";
        self.store.revoke_others(account, None, why, now).await
    }

    /// Checks every line of the audit, and that it ends where it was sealed.
    pub async fn verify(&self) -> Result<Verified, Error> {
        self.store.verify().await
    }

    /// Closes the books, so that a hub can open them.
    pub async fn close(self) {
        self.store.close().await;
    }
}
