//! Waiting for a keyring that is locked when Chaperone starts, as at the start of a session.
//!
//! **Invariant:** whoever has waited for a keyring never takes files instead, however it fails
//! then: nobody should be surprised by keys lying in files.

use std::{path::Path, time::Duration};

use chaperone_vault::{Error, KeyringTrouble, SecretStore};
use tokio::{
    task::JoinError,
    time::{Instant, sleep},
};

use crate::error::StartError;

/// How long a keyring that is locked is waited for.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long until it is tried again.
const LOOK: Duration = Duration::from_secs(2);

/// Where the secrets are, and what the person should hear of it.
type Chosen = Result<(SecretStore, Option<String>), Error>;

/// Chooses the place of the secrets, once the keyring is open if there is one.
pub(crate) async fn choose(dir: &Path) -> Result<(SecretStore, Option<String>), StartError> {
    let chosen = patiently(async || {
        let folder = dir.to_owned();
        tokio::task::spawn_blocking(move || SecretStore::choose(&folder)).await
    });
    Ok(chosen.await??)
}

async fn patiently(
    choose: impl AsyncFn() -> Result<Chosen, JoinError>,
) -> Result<Chosen, JoinError> {
    let until = Instant::now() + PATIENCE;
    let mut locked = None;
    loop {
        match choose().await? {
            Err(error) if is_passing(&error) => {
                if locked.is_none() {
                    tracing::warn!("{error}; waiting for it for a minute");
                }
                locked = Some(error);
            }
            // One that has just been unlocked can fail for a moment.
            Ok((secrets, _)) if !secrets.is_keyring() && locked.is_some() => {}
            chosen => return Ok(chosen),
        }
        if Instant::now() >= until
            && let Some(error) = locked
        {
            return Ok(Err(error));
        }
        sleep(LOOK).await;
    }
}

fn is_passing(error: &Error) -> bool {
    error
        .keyring_trouble()
        .is_some_and(KeyringTrouble::is_passing)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tempfile::TempDir;

    use super::*;

    /// What one look finds.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Found {
        Locked,
        Broken,
        /// No keyring serves, and files would do.
        Files,
    }
    use Found::{Broken, Files, Locked};

    fn unavailable(trouble: KeyringTrouble) -> Error {
        let source = Error::Keyring {
            operation: "keep a test value",
            trouble,
            source: "as the test says".into(),
        };
        Error::KeyringUnavailable {
            trouble,
            holds_secrets: false,
            source: Box::new(source),
        }
    }

    /// Looks that find these in turn, and then the last of them again; says what came of it, after
    /// how many looks.
    async fn comes_to(finds: &[Found]) -> (Found, usize) {
        let dir = TempDir::new().unwrap();
        let looks = Mutex::new(0);
        let chosen = patiently(async || {
            let mut looks = looks.lock().unwrap();
            let found = finds.get(*looks).or(finds.last()).unwrap();
            *looks += 1;
            Ok(match found {
                Locked => Err(unavailable(KeyringTrouble::Locked)),
                Broken => Err(unavailable(KeyringTrouble::Failed)),
                Files => Ok((SecretStore::file(dir.path()), None)),
            })
        });
        let found = match chosen.await.unwrap() {
            Ok(_) => Files,
            Err(error) if error.keyring_trouble() == Some(KeyringTrouble::Locked) => Locked,
            Err(_) => Broken,
        };
        (found, looks.into_inner().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn files_are_taken_at_once_or_never() {
        // No keyring was ever locked.
        assert_eq!(comes_to(&[Files]).await, (Files, 1));
        // What a new process only can put right is told at once…
        assert_eq!(comes_to(&[Broken]).await, (Broken, 1));
        assert_eq!(comes_to(&[Locked, Locked, Broken]).await, (Broken, 3));
        // … and what the person can, once they had a minute to do so.
        assert_eq!(comes_to(&[Locked]).await, (Locked, 31));
        // Unlocked, and useless since: the person hears of the keyring, and keys lie in no file.
        assert_eq!(comes_to(&[Locked, Files]).await, (Locked, 31));
    }
}
