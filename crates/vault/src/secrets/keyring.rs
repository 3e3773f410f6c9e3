//! The system's keyring: Secret Service, Keychain or Credential Manager.
//!
//! It can wait for a person to unlock it, or for ever: every call is made on a thread of its own
//! and given up after a while. A thread that is given up ends when its call does.

use std::{
    fs::File,
    io::{self, ErrorKind, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        mpsc::{RecvTimeoutError, sync_channel},
    },
    thread,
    time::Duration,
};

use keyring::Entry;

use super::{KeyringTrouble, Secret};
use crate::{Error, platform, record::hex};

const SERVICE: &str = "chaperone";
const SCOPE_DIGITS: usize = 16;
const PATIENCE: Duration = Duration::from_secs(3);

/// One folder's part of the keyring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keyring {
    /// Keeps several folders of one person apart.
    scope: String,
}

impl Keyring {
    /// A part that nobody uses yet.
    pub(super) fn new() -> Result<Self, Error> {
        let mut scope = [0; SCOPE_DIGITS / 2];
        getrandom::fill(&mut scope).map_err(Error::Random)?;
        Ok(Self { scope: hex(&scope) })
    }

    /// The part that this folder has used before.
    pub(super) fn known(dir: &Path) -> Result<Option<Self>, Error> {
        let path = marker(dir);
        let failed = |source| Error::file("read", &path, source);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(source) if source.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(failed(source)),
        };
        // Another process may be writing it for the first time.
        file.lock_shared().map_err(failed)?;
        Self::read(&mut file).map_err(failed)
    }

    /// Has the folder use this part from now on, unless another process was quicker; answers the
    /// part that it then uses.
    pub(super) fn remember(self, dir: &Path) -> Result<Self, Error> {
        let path = marker(dir);
        let failed = |source| Error::file("write", &path, source);
        let mut file = platform::private_file(&path)?;
        file.lock().map_err(failed)?;
        if let Some(known) = Self::read(&mut file).map_err(failed)? {
            return Ok(known);
        }
        // Durable before anything is kept under it: without it, nothing would be found again.
        self.write(&mut file).map_err(failed)?;
        platform::sync_dir(dir)?;
        Ok(self)
    }

    /// What stands in the marker; none where a crash left it half written, which was before
    /// anything was kept under it.
    fn read(file: &mut File) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let text = String::from_utf8(bytes).unwrap_or_default();
        let scope = text.trim();
        let whole =
            scope.len() == SCOPE_DIGITS && scope.bytes().all(|byte| byte.is_ascii_hexdigit());
        Ok(whole.then(|| Self {
            scope: scope.to_owned(),
        }))
    }

    fn write(&self, file: &mut File) -> io::Result<()> {
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(self.scope.as_bytes())?;
        file.sync_all()
    }

    /// Really keeps something: a locked keyring says so only then.
    pub(super) fn probe(&self) -> Result<(), Error> {
        // Two processes that probe at once must not take each other's value away.
        let user = self.user(&format!("probe.{}", std::process::id()));
        within("keep a test value", move || {
            let entry = entry(&user)?;
            entry.set_secret(b"probe")?;
            let kept = entry.get_secret()?;
            entry.delete_credential()?;
            if kept == b"probe" {
                return Ok(());
            }
            Err(keyring::Error::BadStoreFormat(
                "what it gave back is not what it was given".to_owned(),
            ))?
        })
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<Secret>, Error> {
        let user = self.user(name);
        within("read a secret", move || match entry(&user)?.get_secret() {
            Ok(bytes) => Ok(Some(Secret::new(bytes))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(error.into()),
        })
    }

    pub(super) fn set(&self, name: &str, secret: &Secret) -> Result<(), Error> {
        let user = self.user(name);
        let secret = secret.clone();
        within("keep a secret", move || {
            Ok(entry(&user)?.set_secret(secret.expose())?)
        })
    }

    pub(super) fn delete(&self, name: &str) -> Result<(), Error> {
        let user = self.user(name);
        within("remove a secret", move || {
            match entry(&user)?.delete_credential() {
                Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
                Err(error) => Err(error.into()),
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

/// Why a call failed; never holds the secret.
struct Failure {
    trouble: KeyringTrouble,
    cause: Box<dyn std::error::Error + Send + Sync>,
}

impl From<keyring::Error> for Failure {
    fn from(error: keyring::Error) -> Self {
        let trouble = match &error {
            keyring::Error::NoStorageAccess(_) => KeyringTrouble::Locked,
            _ => KeyringTrouble::Failed,
        };
        let cause = describe(&error).into();
        Self { trouble, cause }
    }
}

fn within<T: Send + 'static>(
    operation: &'static str,
    call: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Error> {
    let (sender, receiver) = sync_channel(1);
    thread::Builder::new()
        .name("keyring".to_owned())
        .spawn(move || {
            // Nobody listens once the call was given up.
            let _ = sender.send(call());
        })
        .map_err(Error::Thread)?;
    let result = match receiver.recv_timeout(PATIENCE) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(Failure {
            trouble: KeyringTrouble::Silent,
            cause: "it did not answer in time".into(),
        }),
    };
    result.map_err(|Failure { trouble, cause }| Error::Keyring {
        operation,
        trouble,
        source: cause,
    })
}

/// An entry in the system's keyring, where there is one.
///
/// The crate looks for a keyring once in the life of a process. So it is not asked before there is
/// one, and a session's keyring that comes up after the app is found all the same.
fn entry(user: &str) -> Result<Entry, Failure> {
    static REACHED: OnceLock<()> = OnceLock::new();
    if REACHED.get().is_none() {
        platform::reach_keyring().map_err(|cause| Failure {
            trouble: KeyringTrouble::Absent,
            cause,
        })?;
        let _ = REACHED.set(());
    }
    Ok(Entry::new(SERVICE, user)?)
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
