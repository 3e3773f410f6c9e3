//! The handle: everything the device may ask of its memory, by topic.

mod artifacts;
mod commands;
mod memory;
mod pairings;
mod record;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::Connection;
use tokio::sync::OnceCell;

use crate::{
    DeviceKey, Error, RecordEntry, SecretStore, SetAside,
    artifacts::{MasterKey, folder, ids, sweep_orphans},
    lock::DirLock,
    platform,
    reader::Reader,
    record::{Resumed, fingerprint, load_key, remember_mark, resume},
    schema::{self, Origin},
    store,
    writer::Writer,
};

/// Everything durable of one device, but for its secrets.
///
/// A handle is cheap to clone. Whatever writes answers after the commit: what was answered is
/// there after any crash, and what was asked is written even when the asker stops waiting.
/// Dropping the last handle finishes what is queued and frees the folder; it blocks meanwhile.
#[derive(Clone)]
pub struct Vault {
    shared: Arc<Shared>,
}

/// Dropped in this order: the writer closes the file last, which tidies its log away, and only
/// then may another process take the folder.
struct Shared {
    reader: Reader,
    writer: Writer,
    secrets: SecretStore,
    /// Asked for when an artifact is first written or read: a keyring takes its time.
    master: OnceCell<MasterKey>,
    file: PathBuf,
    artifacts: PathBuf,
    opening: Opening,
    notices: Vec<String>,
    fingerprint: String,
    device_key: DeviceKey,
    _lock: DirLock,
}

/// Said when the index of words had to be made again.
const WORDS_REBUILT: &str =
    "The index that a search of the record uses was damaged, and was made again from the record.";

/// What was out of the ordinary when the vault was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opening {
    /// A damaged file, or what was left of one that is gone, was put aside, and this vault is a
    /// new one.
    pub set_aside: Option<SetAside>,
    /// Why the record does not simply go on from where it was; it says so itself, too.
    pub begun_anew: Option<String>,
    /// The file was of an older version's format, this one, and was brought up to date.
    pub older_format: Option<u32>,
    /// The index that a search by words uses was damaged, and was made again from the record.
    pub words_rebuilt: bool,
    /// So many files of artifacts that were being written, or deleted, when it last ended.
    pub unfinished_artifacts: u64,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// Opens the vault in this folder, made if need be, for this process alone. Blocks while the
    /// file is checked.
    pub fn open(dir: &Path, secrets: SecretStore) -> Result<Self, Error> {
        platform::private_dir(dir)?;
        let lock = DirLock::take(dir)?;
        // Before the file is touched: a keyring that was locked just now must not leave the
        // record without its key.
        let key = load_key(&secrets)?;
        let store::Opened {
            mut connection,
            set_aside,
            words_rebuilt,
        } = store::open(dir)?;
        let origin = schema::migrate(&mut connection)?;
        let Resumed { head, because } =
            resume(&mut connection, origin, set_aside.as_ref(), &key, &secrets)?;
        remember_mark(&secrets, head.seq)?;
        let artifacts = folder(dir);
        let unfinished_artifacts = sweep_orphans(&artifacts, &ids(&connection)?)?;
        let file = store::path_in(dir);
        let fingerprint = fingerprint(&key.public());
        let device_key = key.device_key();
        let reader = Reader::start(store::open_for_reading(&file)?)?;
        let mark = secrets.clone();
        let writer = Writer::start(connection, head, key, move |head| {
            if let Err(error) = remember_mark(&mark, head.seq) {
                tracing::warn!(%error, "could not note how far the record has come");
            }
        })?;
        Ok(Self {
            shared: Arc::new(Shared {
                reader,
                writer,
                secrets,
                master: OnceCell::new(),
                file,
                artifacts,
                notices: because
                    .iter()
                    .map(|because| sentence(because))
                    .chain(words_rebuilt.then(|| WORDS_REBUILT.to_owned()))
                    .collect(),
                fingerprint,
                device_key,
                opening: Opening {
                    set_aside,
                    begun_anew: because,
                    older_format: match origin {
                        Origin::Older { format } => Some(format),
                        Origin::New | Origin::Existing => None,
                    },
                    words_rebuilt,
                    unfinished_artifacts,
                },
                _lock: lock,
            }),
        })
    }

    /// What the person should know about the opening, in sentences.
    pub fn notices(&self) -> &[String] {
        &self.shared.notices
    }

    /// The same as data.
    pub fn opening(&self) -> &Opening {
        &self.shared.opening
    }

    /// What tells this device's Ed25519 key from others, so that a person can compare it on two
    /// screens: the first 64 bits of the SHA-256 of its public half, as `0123 4567 89ab cdef`.
    pub fn fingerprint(&self) -> &str {
        &self.shared.fingerprint
    }

    /// This device's Ed25519 key, by which hubs know it again.
    pub fn device_key(&self) -> &DeviceKey {
        &self.shared.device_key
    }

    /// Where the secrets are.
    pub fn secrets(&self) -> &SecretStore {
        &self.shared.secrets
    }

    /// Writes, and answers once that is durable.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.write_recorded(None, work).await
    }

    /// Writes, and says so in the record, both or neither.
    async fn write_recorded<T: Send + 'static>(
        &self,
        record: Option<RecordEntry>,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        record.as_ref().map_or(Ok(()), RecordEntry::check)?;
        self.shared
            .writer
            .submit(move |batch| {
                let done = work(batch.connection)?;
                record.map(|entry| batch.append(&entry)).transpose()?;
                Ok(done)
            })
            .await
    }
}

/// Does what blocks on a thread that may.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    // It was never cancelled, so it panicked, which has been told where it happened.
    done.unwrap_or(Err(Error::Closed))
}

/// A cause as a sentence of its own.
fn sentence(because: &str) -> String {
    let mut sentence = because.to_owned();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence.push('.');
    sentence
}

#[cfg(test)]
mod tests;
