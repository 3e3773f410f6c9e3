//! Displays on whatever system this is, and those of the script.

use std::{fs, time::Duration};

use chaperone_protocol::Resolution;
use chaperone_senses::{
    Displays as _, Ending, NativeDisplays, PictureFormat, PictureWish, PointerIs, RecordingState,
    RecordingWish, Repaired, SenseError, fake::ScriptedDisplays, repair,
};
use tempfile::TempDir;

fn picture(display: &str) -> PictureWish {
    PictureWish {
        display: Some(display.to_owned()),
        at_most: None,
        format: PictureFormat::Png,
        pointer: PointerIs::LeftOut,
    }
}

/// Each display of this computer can be seen, or it is said why there is none.
#[tokio::test]
async fn what_this_computer_has_can_be_seen() {
    let displays = NativeDisplays::new();
    let found = match displays.list().await {
        Ok(found) => found,
        Err(error) => {
            let is_told = matches!(error, SenseError::Unavailable(_) | SenseError::Missing(_));
            assert!(is_told, "{error:?}");
            return;
        }
    };
    let folder = TempDir::new().unwrap();
    for display in &found {
        let taken = displays.picture(&picture(&display.id)).await.unwrap();
        assert_eq!(
            (&taken.display, taken.resolution),
            (&display.id, display.resolution)
        );
        assert!(taken.bytes.starts_with(b"\x89PNG"));
        let path = folder.path().join(format!("{}.mp4", found.len()));
        let wish = RecordingWish {
            display: Some(display.id.clone()),
            ..RecordingWish::new(path.clone(), Duration::from_millis(1200))
        };
        let mut recording = displays.record(&wish).await.unwrap();
        let (progress, ending) = recording.ended().await;
        assert_eq!(ending, Ending::Limit);
        assert!(progress.frames >= 2, "{progress:?}");
        assert_eq!(repair(&path), Ok(Repaired::Whole));
        assert_eq!(fs::metadata(&path).unwrap().len(), progress.bytes);
        fs::remove_file(path).unwrap();
    }
    let error = displays
        .picture(&picture("no such display"))
        .await
        .unwrap_err();
    assert!(matches!(error, SenseError::Invalid(_)), "{error:?}");
}

#[tokio::test]
async fn the_scripted_ones_do_what_they_are_told() {
    let displays = ScriptedDisplays::new();
    let ids: Vec<_> = displays
        .list()
        .await
        .unwrap()
        .into_iter()
        .map(|display| display.id)
        .collect();
    assert_eq!(ids, ["FAKE-1", "FAKE-2"]);
    let wish = PictureWish {
        at_most: Some(Resolution {
            width: 192,
            height: 192,
        }),
        ..picture("FAKE-2")
    };
    let taken = displays.picture(&wish).await.unwrap();
    assert_eq!(
        taken.resolution,
        Resolution {
            width: 192,
            height: 108
        }
    );
    assert_eq!(displays.pictures(), [wish]);
    let error = displays.picture(&picture("FAKE-3")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no display \"FAKE-3\": there are FAKE-1, FAKE-2"
    );

    let folder = TempDir::new().unwrap();
    let wish = |name: &str, limit| RecordingWish::new(folder.path().join(name), limit);
    let long = Duration::from_mins(1);
    let stopped = displays.record(&wish("stopped", long)).await.unwrap();
    assert!(matches!(stopped.state(), RecordingState::Running(_)));
    assert_eq!(stopped.stop().await.1, Ending::Stopped);
    let mut limited = displays
        .record(&wish("limited", Duration::from_millis(20)))
        .await
        .unwrap();
    assert_eq!(limited.ended().await.1, Ending::Limit);
    let mut told = displays.record(&wish("told", long)).await.unwrap();
    displays.end(&Ending::StorageFull);
    assert_eq!(told.ended().await.1, Ending::StorageFull);
    assert_eq!(
        fs::read(folder.path().join("told")).unwrap(),
        ScriptedDisplays::RECORDED
    );
    assert_eq!(displays.recordings().len(), 3);

    let why = SenseError::Busy("somebody else looks".to_owned());
    let failing = ScriptedDisplays::failing(why.clone());
    assert_eq!(failing.list().await, Err(why.clone()));
    assert_eq!(
        failing.record(&wish("failing", long)).await.unwrap_err(),
        why
    );
    let hanging = ScriptedDisplays::hanging();
    let waited = tokio::time::timeout(Duration::from_millis(50), hanging.list()).await;
    assert!(waited.is_err());
}

/// The encoder for it is a library of Linux distributions.
#[cfg(not(target_os = "linux"))]
#[tokio::test]
async fn webm_is_refused_in_words_where_it_cannot_be_made() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.webm");
    let wish = RecordingWish {
        format: chaperone_protocol::RecordingFormat::Webm,
        ..RecordingWish::new(path.clone(), Duration::from_secs(1))
    };
    let error = NativeDisplays::new().record(&wish).await.unwrap_err();
    let SenseError::Unsupported(said) = error else {
        panic!("{error:?}");
    };
    assert!(said.ends_with("ask for mp4 or gif"), "{said}");
    assert!(!path.exists());
}
