//! Passwords: Argon2id, off the threads that serve, and no more than two at a time.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::Error;

/// Each takes 19 MiB for as long as it runs.
const AT_ONCE: usize = 2;
const SHORTEST: usize = 8;
const LONGEST: usize = 128;

/// Whoever makes and checks them.
pub(crate) struct Passwords {
    turns: Semaphore,
    /// Checked where there is no such account, so that nobody learns that from the time it takes.
    nobody: tokio::sync::OnceCell<String>,
}

/// A password that is too short or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("password: must have between 8 and 128 characters")]
pub(crate) struct Unfit;

impl Default for Passwords {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            nobody: tokio::sync::OnceCell::new(),
        }
    }
}

impl Passwords {
    pub(crate) fn fits(password: &str) -> Result<(), Unfit> {
        if (SHORTEST..=LONGEST).contains(&password.chars().count()) {
            Ok(())
        } else {
            Err(Unfit)
        }
    }

    /// What is kept of a password.
    pub(crate) async fn keep(&self, password: String) -> Result<String, Error> {
        let _turn = self.turns.acquire().await.map_err(|_| Error::Stopped)?;
        tokio::task::spawn_blocking(move || kept(&password))
            .await
            .map_err(|_| Error::Stopped)?
    }

    /// Whether it is the one; takes as long where there is none to compare it with.
    pub(crate) async fn check(
        &self,
        password: String,
        kept: Option<String>,
    ) -> Result<bool, Error> {
        let known = kept.is_some();
        let kept = match kept {
            Some(kept) => kept,
            None => self
                .nobody
                .get_or_try_init(|| self.keep("nobody has this".to_owned()))
                .await?
                .clone(),
        };
        // Longer ones were never taken, and cost.
        if password.chars().count() > LONGEST {
            return Ok(false);
        }
        let _turn = self.turns.acquire().await.map_err(|_| Error::Stopped)?;
        let fits = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&kept).is_ok_and(|kept| {
                Argon2::default()
                    .verify_password(password.as_bytes(), &kept)
                    .is_ok()
            })
        });
        Ok(fits.await.map_err(|_| Error::Stopped)? && known)
    }
}

fn kept(password: &str) -> Result<String, Error> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_| Error::Password)
}
