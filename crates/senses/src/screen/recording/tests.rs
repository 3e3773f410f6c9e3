//! Recordings of displays that exist only here.

use std::{fs, path::Path, time::Duration};

use chaperone_protocol::Resolution;
use tempfile::TempDir;

use super::*;
use crate::{
    SenseError,
    screen::{
        RecordingWish,
        area::Area,
        source::{FrameSource, Look, Lost, PIXEL_BYTES, Piece, Pointer, Taker},
    },
};

const EXTENT: Resolution = Resolution {
    width: 64,
    height: 48,
};

/// What looks find, one after another; then nothing new.
struct Script {
    looks: Vec<Result<Look, Lost>>,
    reads: usize,
}

impl FrameSource for Script {
    fn extent(&self) -> Resolution {
        EXTENT
    }

    fn look(&mut self) -> Result<Look, Lost> {
        if self.looks.is_empty() {
            return Ok(Look::Changed(Vec::new()));
        }
        self.looks.remove(0)
    }

    fn read(&mut self, area: Area, take: &mut Taker<'_>) -> Result<(), Lost> {
        self.reads += 1;
        let grey = u8::try_from(self.reads * 16 % 256).unwrap();
        let stride = area.width * PIXEL_BYTES;
        take(Piece {
            area,
            pixels: &vec![grey; stride * area.height],
            stride,
        });
        Ok(())
    }

    fn pointer(&mut self) -> Result<Option<Pointer>, Lost> {
        Ok(None)
    }
}

fn all() -> Look {
    Look::Changed(vec![Area::whole(EXTENT)])
}

fn lost() -> Lost {
    Lost("somebody pulled the plug".to_owned())
}

async fn record(
    path: &Path,
    looks: Vec<Result<Look, Lost>>,
) -> Result<(Progress, Ending), SenseError> {
    let wish = RecordingWish::new(path.to_owned(), Duration::from_millis(400));
    let open: Opener = Box::new(|_| Ok(Box::new(Script { looks, reads: 0 })));
    let mut recording = begin(open, Ear::default(), wish)?.await.unwrap()?;
    Ok(recording.ended().await)
}

#[tokio::test]
async fn a_display_that_cannot_be_seen_leaves_no_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let error = record(&path, vec![Err(lost())]).await.unwrap_err();
    assert_eq!(error, SenseError::Unavailable(lost().0));
    assert!(!path.exists());
}

#[tokio::test]
async fn what_was_seen_before_the_display_went_is_kept() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let (progress, ending) = record(&path, vec![Ok(all()), Ok(all()), Err(lost())])
        .await
        .unwrap();
    assert_eq!(progress.frames, 2);
    assert_eq!(
        ending.to_string(),
        "somebody pulled the plug: the recording ended there, and what it has until then is kept"
    );
    assert_eq!(fs::metadata(&path).unwrap().len(), progress.bytes);
    assert_eq!(repair(&path), Ok(Repaired::Whole));
}

#[tokio::test]
async fn only_what_is_new_is_a_frame() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let nothing = || Ok(Look::Changed(Vec::new()));
    let unsure = || Ok(Look::Unsure(vec![Area::whole(EXTENT)]));
    let looks = vec![Ok(all()), nothing(), unsure(), Ok(all()), Ok(Look::Resized)];
    let (progress, ending) = record(&path, looks).await.unwrap();
    assert_eq!((progress.frames, ending), (3, Ending::Limit));
    assert_eq!(progress.elapsed, Duration::from_millis(400));
    assert_eq!(progress.resolution, EXTENT);
}

#[tokio::test]
async fn a_thread_that_breaks_off_is_an_ending_too() {
    let (stopper, stop) = stop::pair();
    let (mut recording, recorder, _) = pair(EXTENT, stopper, stop);
    drop(recorder);
    let (_, ending) = recording.ended().await;
    assert_eq!(ending, Ending::Failed("the recording broke off".to_owned()));
}
