//! Small pictures of what was captured, for lists of such.
//!
//! One that cannot be made is left out: it is a convenience, and nothing of a command depends on it.

use std::{fs::File, io::Read as _, path::PathBuf, sync::Arc};

use chaperone_senses::{SenseError, THUMBNAIL_NEEDS_BYTES, thumbnail};

/// Twice what a list shows, for displays that are that fine.
const LONGEST_SIDE: u32 = 240;

/// Of a picture, which comes back.
pub(super) async fn of_picture(content: Vec<u8>) -> (Vec<u8>, Option<Vec<u8>>) {
    let content = Arc::new(content);
    let seen = Arc::clone(&content);
    let small = made(move || thumbnail(&seen, LONGEST_SIDE)).await;
    (Arc::unwrap_or_clone(content), small)
}

/// Of a recording that lies in a file, by its first picture.
pub(super) async fn of_recording(path: PathBuf) -> Option<Vec<u8>> {
    made(move || {
        let unread = |error| SenseError::Failed(format!("the recording cannot be read: {error}"));
        let file = File::open(&path).map_err(unread)?;
        let enough = u64::try_from(THUMBNAIL_NEEDS_BYTES).unwrap_or(u64::MAX);
        let mut begins = Vec::new();
        file.take(enough).read_to_end(&mut begins).map_err(unread)?;
        thumbnail(&begins, LONGEST_SIDE)
    })
    .await
}

/// Of a recording whose beginning is in memory.
pub(super) async fn of_beginning(begins: Vec<u8>) -> Option<Vec<u8>> {
    made(move || thumbnail(&begins, LONGEST_SIDE)).await
}

/// Makes one where that holds nobody up; whatever breaks in it, what was captured stays.
async fn made(
    make: impl FnOnce() -> Result<Vec<u8>, SenseError> + Send + 'static,
) -> Option<Vec<u8>> {
    match tokio::task::spawn_blocking(make).await {
        Ok(Ok(small)) => Some(small),
        Ok(Err(error)) => {
            tracing::debug!(%error, "what was captured has no thumbnail");
            None
        }
        Err(error) => {
            tracing::warn!(%error, "making a thumbnail broke off");
            None
        }
    }
}
