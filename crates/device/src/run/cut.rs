//! A part of a recording that waits to be sent, kept in the place of the whole. What is read and
//! written never lies on the disk in the clear.

use std::{
    io::{self, Write},
    ops::Range,
    time::Duration,
};

use chaperone_protocol::Timestamp;
use chaperone_senses::{SenseError, THUMBNAIL_NEEDS_BYTES, Trimmed, trim};
use chaperone_vault::{ArtifactWriter, LocalArtifactId, NewArtifact, Vault};
use tokio_util::sync::CancellationToken;

use super::{capture::captured, thumbnail};
use crate::{entry::Entry, error::TrimError, request::Captured};

/// Makes a recording of the part and keeps it, and says so in the record, both or neither. The whole
/// stays.
pub(crate) async fn cut(
    vault: &Vault,
    cancel: CancellationToken,
    number: u64,
    whole: &Captured,
    part: Range<Duration>,
) -> Result<(Captured, Trimmed), TrimError> {
    let id: LocalArtifactId = whole
        .artifact
        .as_str()
        .parse()
        .map_err(|_| TrimError::Gone)?;
    let reader = vault.read_artifact(&id).await.map_err(TrimError::Unkept)?;
    let reader = reader.ok_or(TrimError::Gone)?;
    // It is as old as what it is a part of, and kept no longer.
    let about = NewArtifact {
        media_type: whole.media_type.clone(),
        command: reader.artifact().command,
        created_at: reader.artifact().created_at,
        expires_at: reader.artifact().expires_at,
    };
    let writer = vault.begin_artifact(about).await;
    let mut into = Into {
        writer: writer.map_err(TrimError::Unkept)?,
        begins: Vec::new(),
        cancel,
    };
    let copied = tokio::task::spawn_blocking(move || {
        let trimmed = trim(&mut reader.into_blocking(), &mut into, part.start, part.end)?;
        Ok::<_, SenseError>((trimmed, into))
    });
    let broke = |_| SenseError::Failed("cutting the recording broke off".to_owned());
    let (trimmed, into) = copied.await.map_err(broke)??;
    let Into {
        mut writer, begins, ..
    } = into;
    if let Some(small) = thumbnail::of_beginning(begins).await {
        writer.set_thumbnail(small).map_err(TrimError::Unkept)?;
    }
    let is = trimmed.to.saturating_sub(trimmed.from);
    let entry = Entry::RecordingCut {
        number,
        was: trimmed.whole,
        is,
    };
    let row = entry.row(Timestamp::now()).map_err(TrimError::Unkept)?;
    let kept = writer.finish(Some(row)).await.map_err(TrimError::Unkept)?;
    let kept = captured(kept, whole.resolution).ok_or(TrimError::Gone)?;
    let kept = Captured {
        length: Some(is),
        ..kept
    };
    Ok((kept, trimmed))
}

/// Where the part goes, and its beginning once more for its small picture.
struct Into {
    writer: ArtifactWriter,
    begins: Vec<u8>,
    cancel: CancellationToken,
}

impl Write for Into {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(io::Error::other("Chaperone is closed"));
        }
        let missing = THUMBNAIL_NEEDS_BYTES.saturating_sub(self.begins.len());
        let begins = bytes.get(..missing).unwrap_or(bytes);
        self.begins.extend_from_slice(begins);
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
