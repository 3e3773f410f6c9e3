//! The system's keyring: Secret Service, Keychain or Credential Manager.
//!
//! It can wait for a person to unlock it, or for ever: every call is made on a thread of its own
//! and given up after a while. A thread that is given up ends when its call does.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    sync::mpsc::{RecvTimeoutError, sync_channel},
    thread,
    time::Duration,
};

use keyring::Entry;

use super::Secret;
use crate::{Error, platform, record::hex};

const SERVICE: &str = "chaperone";
const PATIENCE: Duration = Duration::from_secs(3);

/// One folder's part of the keyring.
#[derive(Debug, Clone)]
pub(super) struct Keyring {
    /// Keeps several folders of one person apart.
    scope: String,
}

impl Keyring {
    /// A part that nobody uses yet.
    pub(super) fn new() -> Result<Self, Error> {
        let mut scope = [0; 8];
        getrandom::fill(&mut scope).map_err(Error::Random)?;
        Ok(Self { scope: hex(&scope) })
    }

    /// The part that this folder has used before.
    pub(super) fn known(dir: &Path) -> Result<Option<Self>, Error> {
        let path = marker(dir);
        match fs::read_to_string(&path) {
            Ok(scope) => Ok(Some(Self {
                scope: scope.trim().to_owned(),
            })),
            Err(source) if source.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::File {
                operation: "read",
                path,
                source,
            }),
        }
    }

    /// Has the folder use this part from now on.
    pub(super) fn remember(&self, dir: &Path) -> Result<(), Error> {
        if Self::known(dir)?.is_some() {
            return Ok(());
        }
        let path = marker(dir);
        platform::private_file(&path)?
            .write_all(self.scope.as_bytes())
            .map_err(|source| Error::File {
                operation: "write",
                path,
                source,
            })
    }

    /// Really keeps something: a locked keyring says so only then.
    pub(super) fn probe(&self) -> Result<(), Error> {
        // Two processes that probe at once must not take each other's value away.
        let user = self.user(&format!("probe.{}", std::process::id()));
        within("keep a test value", move || {
            let entry = Entry::new(SERVICE, &user)?;
            entry.set_secret(b"probe")?;
            let kept = entry.get_secret()?;
            entry.delete_credential()?;
            if kept == b"probe" {
                return Ok(());
            }
            Err(keyring::Error::BadStoreFormat(
                "what it gave back is not what it was given".to_owned(),
            ))
        })
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<Secret>, Error> {
        let user = self.user(name);
        within("read a secret", move || {
            match Entry::new(SERVICE, &user)?.get_secret() {
                Ok(bytes) => Ok(Some(Secret::new(bytes))),
                Err(keyring::Error::NoEntry) => Ok(None),
                Err(error) => Err(error),
            }
        })
    }

    pub(super) fn set(&self, name: &str, secret: &Secret) -> Result<(), Error> {
        let user = self.user(name);
        let secret = secret.clone();
        within("keep a secret", move || {
            Entry::new(SERVICE, &user)?.set_secret(secret.expose())
        })
    }

    pub(super) fn delete(&self, name: &str) -> Result<(), Error> {
        let user = self.user(name);
        within("remove a secret", move || {
            match Entry::new(SERVICE, &user)?.delete_credential() {
                Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
                Err(error) => Err(error),
            }
        })
    }

    fn user(&self, name: &str) -> String {
        format!("{}/{name}", self.scope)
    }
}

fn marker(dir: &Path) -> PathBuf {
    dir.join("keyring-scope")
}

fn within<T: Send + 'static>(
    operation: &'static str,
    call: impl FnOnce() -> Result<T, keyring::Error> + Send + 'static,
) -> Result<T, Error> {
    let (sender, receiver) = sync_channel(1);
    thread::Builder::new()
        .name("keyring".to_owned())
        .spawn(move || {
            // Nobody listens once the call was given up.
            let _ = sender.send(call());
        })
        .map_err(Error::Thread)?;
    match receiver.recv_timeout(PATIENCE) {
        Ok(result) => result.map_err(|error| Error::Keyring {
            operation,
            source: describe(&error).into(),
        }),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            Err(Error::KeyringSilent { operation })
        }
    }
}

/// The cause as text: the error itself can hold the secret.
fn describe(error: &keyring::Error) -> String {
    match error {
        keyring::Error::NoDefaultStore => match Entry::store_status() {
            Err(cause) => cause.to_string(),
            Ok(()) => error.to_string(),
        },
        keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => {
            "what it holds is not what was kept".to_owned()
        }
        keyring::Error::Ambiguous(_) => "it holds several secrets of that name".to_owned(),
        other => other.to_string(),
    }
}
