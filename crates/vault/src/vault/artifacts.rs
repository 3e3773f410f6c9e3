//! The handle's part for pictures and recordings.

use std::{
    fs::{self, File},
    io::Read as _,
    path::PathBuf,
    time::Duration,
};

use chaperone_protocol::Timestamp;
use rusqlite::Connection;

use super::{Vault, blocking};
use crate::{
    Artifact, ArtifactReader, ArtifactWriter, Deleted, Error, Leftovers, LocalArtifactId,
    NewArtifact, RecordEntry, Swept,
    artifacts::{self, Finished, MasterKey, check_thumbnail},
};

/// Deleted at a time by a sweep, so that nobody who writes meanwhile waits for it.
const SWEPT_AT_ONCE: u32 = 50;
/// What is read at a time from a file that is taken in.
const READ_AT_ONCE: usize = 256 * 1024;
/// How long emptying the database's log waits for somebody who reads.
const READER_PATIENCE: Duration = Duration::from_millis(50);
/// How long any other wait of the writer's connection is.
const PATIENCE: Duration = Duration::from_secs(2);

impl Vault {
    /// Begins to write an artifact. Several can be written at once.
    pub async fn begin_artifact(&self, about: NewArtifact) -> Result<ArtifactWriter, Error> {
        let (folder, master) = (self.shared.artifacts.clone(), self.master().await?);
        let writing = blocking(move || artifacts::begin(&folder, master, about)).await?;
        Ok(ArtifactWriter::new(self.clone(), writing))
    }

    /// Keeps an artifact that is in memory already, and says so in the record, both or neither.
    pub async fn keep_artifact(
        &self,
        about: NewArtifact,
        content: Vec<u8>,
        thumbnail: Option<Vec<u8>>,
        record: Option<RecordEntry>,
    ) -> Result<Artifact, Error> {
        let (folder, master) = (self.shared.artifacts.clone(), self.master().await?);
        let finished = blocking(move || {
            let mut writing = artifacts::begin(&folder, master, about)?;
            writing.append(&content)?;
            writing.finish(thumbnail.as_deref())
        })
        .await?;
        self.settle_artifact(finished, record).await
    }

    /// Takes in a file that somebody wrote, part by part, and removes it once it is kept here; what
    /// its disk may still hold of it is in the clear.
    pub async fn take_in_artifact(
        &self,
        about: NewArtifact,
        file: PathBuf,
        thumbnail: Option<Vec<u8>>,
        record: Option<RecordEntry>,
    ) -> Result<Artifact, Error> {
        let (folder, master) = (self.shared.artifacts.clone(), self.master().await?);
        let path = file.clone();
        let finished = blocking(move || {
            let failed = |source| Error::file("read", &path, source);
            let mut from = File::open(&path).map_err(failed)?;
            let mut writing = artifacts::begin(&folder, master, about)?;
            let mut part = vec![0; READ_AT_ONCE];
            loop {
                let count = from.read(&mut part).map_err(failed)?;
                if count == 0 {
                    return writing.finish(thumbnail.as_deref());
                }
                writing.append(part.get(..count).unwrap_or_default())?;
            }
        })
        .await?;
        let artifact = self.settle_artifact(finished, record).await?;
        blocking(move || {
            fs::remove_file(&file).map_err(|source| Error::file("remove", &file, source))
        })
        .await?;
        Ok(artifact)
    }

    /// Writes the row of a file that is whole; the file is kept only if that succeeds, whoever
    /// still waits for the answer.
    pub(crate) async fn settle_artifact(
        &self,
        finished: Finished,
        record: Option<RecordEntry>,
    ) -> Result<Artifact, Error> {
        record.as_ref().map_or(Ok(()), RecordEntry::check)?;
        let writer = &self.shared.writer;
        let settled = writer.submit_then(
            move |batch| {
                let number = artifacts::insert(batch.connection, &finished.row)?;
                record.map(|entry| batch.append(&entry)).transpose()?;
                let mut artifact = finished.row.artifact.clone();
                artifact.number = number;
                Ok((artifact, Some(finished)))
            },
            |_, (_, finished)| {
                if let Some(finished) = finished.take() {
                    finished.keep();
                }
            },
        );
        Ok(settled.await?.0)
    }

    /// What is kept, newest first: at most `limit`, and never more than five hundred, with numbers
    /// below `before`.
    pub async fn artifacts(&self, before: Option<u64>, limit: u32) -> Result<Vec<Artifact>, Error> {
        let before = before.unwrap_or(u64::MAX);
        self.shared
            .reader
            .ask(move |connection| artifacts::list(connection, before, limit))
            .await
    }

    /// What one command's run captured, oldest first.
    pub async fn artifacts_of(&self, command: u64) -> Result<Vec<LocalArtifactId>, Error> {
        self.shared
            .reader
            .ask(move |connection| artifacts::of_command(connection, command))
            .await
    }

    /// What is known of an artifact, if it is kept.
    pub async fn artifact(&self, id: &LocalArtifactId) -> Result<Option<Artifact>, Error> {
        Ok(self.artifact_row(id).await?.map(|row| row.artifact))
    }

    /// Opens an artifact for reading, if it is kept.
    pub async fn read_artifact(
        &self,
        id: &LocalArtifactId,
    ) -> Result<Option<ArtifactReader>, Error> {
        let Some(row) = self.artifact_row(id).await? else {
            return Ok(None);
        };
        let (folder, master) = (self.shared.artifacts.clone(), self.master().await?);
        blocking(move || artifacts::open(&folder, &master, row).map(Some)).await
    }

    /// An artifact's thumbnail, if it has one.
    pub async fn artifact_thumbnail(&self, id: &LocalArtifactId) -> Result<Option<Vec<u8>>, Error> {
        let (id, master) = (id.clone(), self.master().await?);
        self.shared
            .reader
            .ask(move |connection| artifacts::thumbnail(connection, &master, &id))
            .await
    }

    /// Gives an artifact another thumbnail.
    pub async fn set_artifact_thumbnail(
        &self,
        id: &LocalArtifactId,
        bytes: Vec<u8>,
    ) -> Result<(), Error> {
        check_thumbnail(&bytes)?;
        let (id, master) = (id.clone(), self.master().await?);
        self.write(move |connection| artifacts::set_thumbnail(connection, &master, &id, &bytes))
            .await
    }

    /// Changes how long an artifact is kept.
    pub async fn keep_artifact_until(
        &self,
        id: &LocalArtifactId,
        expires_at: Timestamp,
    ) -> Result<(), Error> {
        let id = id.clone();
        self.write(move |connection| artifacts::keep_until(connection, &id, expires_at))
            .await
    }

    /// Deletes an artifact for real, and says so in the record: its key is overwritten, then its
    /// file removed. Answers what may be left of it; none when there is no such artifact.
    pub async fn delete_artifact(
        &self,
        id: &LocalArtifactId,
        record: Option<RecordEntry>,
    ) -> Result<Option<Deleted>, Error> {
        record.as_ref().map_or(Ok(()), RecordEntry::check)?;
        Ok(self.erase_artifacts(vec![id.clone()], record).await?.pop())
    }

    /// Deletes every artifact whose time has come, and what earlier deletions left.
    pub async fn sweep_artifacts(&self, now: Timestamp) -> Result<Swept, Error> {
        let mut swept = Swept::default();
        loop {
            let doomed = self
                .shared
                .reader
                .ask(move |connection| artifacts::doomed(connection, now, SWEPT_AT_ONCE))
                .await?;
            let count = doomed.len();
            let deleted = self.erase_artifacts(doomed, None).await?;
            // Files that are held fast would come again and again.
            let stuck = deleted
                .iter()
                .any(|deleted| deleted.leftovers == Leftovers::File);
            swept.deleted.extend(deleted);
            if stuck || count < usize::try_from(SWEPT_AT_ONCE).unwrap_or(usize::MAX) {
                return Ok(swept);
            }
        }
    }

    async fn erase_artifacts(
        &self,
        doomed: Vec<LocalArtifactId>,
        record: Option<RecordEntry>,
    ) -> Result<Vec<Deleted>, Error> {
        if doomed.is_empty() {
            return Ok(Vec::new());
        }
        let writer = &self.shared.writer;
        let erased = writer.submit_then(
            move |batch| {
                let mut erased = artifacts::erase(batch.connection, &doomed)?;
                if !erased.is_empty() {
                    let recorded = record.map(|entry| batch.append(&entry)).transpose()?;
                    for deleted in &mut erased {
                        deleted.recorded = recorded;
                    }
                }
                Ok(erased)
            },
            |connection, erased| {
                let emptied = !erased.is_empty() && empty_log(connection);
                for deleted in erased.iter_mut().filter(|_| emptied) {
                    deleted.leftovers = Leftovers::Blocks;
                }
            },
        );
        let mut erased = erased.await?;
        let folder = self.shared.artifacts.clone();
        let (erased, gone) = blocking(move || {
            let mut gone = Vec::new();
            for deleted in &mut erased {
                match artifacts::remove(&folder, &deleted.id) {
                    Ok(()) => gone.push(deleted.id.clone()),
                    Err(error) => {
                        tracing::warn!(%error, "a deleted artifact's file is still there");
                        deleted.leftovers = Leftovers::File;
                    }
                }
            }
            Ok((erased, gone))
        })
        .await?;
        self.write(move |connection| artifacts::forget(connection, &gone))
            .await?;
        Ok(erased)
    }

    async fn artifact_row(&self, id: &LocalArtifactId) -> Result<Option<artifacts::Row>, Error> {
        let id = id.clone();
        self.shared
            .reader
            .ask(move |connection| artifacts::find(connection, &id))
            .await
    }

    async fn master(&self) -> Result<MasterKey, Error> {
        let secrets = &self.shared.secrets;
        let load = || {
            let secrets = secrets.clone();
            blocking(move || MasterKey::load(&secrets))
        };
        Ok(self.shared.master.get_or_try_init(load).await?.clone())
    }
}

/// Takes out of the database's log what stood in its tables before; says whether that worked.
fn empty_log(connection: &Connection) -> bool {
    let emptied = connection
        .busy_timeout(READER_PATIENCE)
        .and_then(|()| {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                row.get::<_, i64>(0)
            })
        })
        .is_ok_and(|busy| busy == 0);
    // Nothing is lost should this fail: the next wait is a shorter one.
    let _ = connection.busy_timeout(PATIENCE);
    emptied
}
