//! Cameras on every system: the scripted ones, and what can be asked of the real ones.

use std::time::Duration;

use chaperone_protocol::{FailureCode, Resolution, Snap};
use chaperone_senses::{Cameras as _, SenseError, Shot, WhichCamera, fake::ScriptedCameras};
use tokio::time::timeout;

#[test]
fn a_command_becomes_a_shot() {
    let mut snap = Snap::default();
    assert_eq!(Shot::asked(&snap, None), Shot::default());
    let preferred = Shot::asked(&snap, Some("2"));
    assert_eq!(preferred.camera, WhichCamera::Preferred("2".to_owned()));
    snap.camera = Some("1".to_owned());
    snap.resolution = Some(Resolution {
        width: 640,
        height: 480,
    });
    let asked = Shot::asked(&snap, Some("2"));
    assert_eq!(asked.camera, WhichCamera::Asked("1".to_owned()));
    assert_eq!(asked.resolution.to_string(), "640x480");
    assert_eq!(asked.quality, Shot::QUALITY);
}

#[tokio::test]
async fn follows_its_script() {
    let busy = SenseError::Busy("not now".to_owned());
    let cameras = ScriptedCameras::new([("0", "Face"), ("1", "Desk")])
        .then_photo(*b"jpeg")
        .then_failure(busy.clone())
        .then_nothing();
    let found = cameras.list().await.unwrap();
    assert_eq!(found.len(), 2);
    let shot = Shot {
        camera: WhichCamera::Asked("1".to_owned()),
        ..Shot::default()
    };
    let seen = cameras.clone();
    let photo = cameras.snap(&shot).await.unwrap();
    assert_eq!(photo.jpeg, b"jpeg");
    assert_eq!(photo.camera, found[1]);
    assert!(!format!("{photo:?}").contains("106"), "{photo:?}");
    assert_eq!(cameras.snap(&shot).await, Err(busy.clone()));
    assert_eq!(busy.code(), FailureCode::Busy);
    let waited = timeout(Duration::from_millis(20), cameras.snap(&shot)).await;
    assert!(waited.is_err());
    // Its script is over.
    assert!(cameras.snap(&shot).await.is_err());
    assert_eq!(seen.shots(), vec![shot; 4]);
}

#[tokio::test]
async fn has_only_its_cameras() {
    let cameras = ScriptedCameras::new([("0", "Face")]).then_photo(*b"jpeg");
    let unknown = Shot {
        camera: WhichCamera::Asked("7".to_owned()),
        ..Shot::default()
    };
    let error = cameras.snap(&unknown).await.unwrap_err();
    assert_eq!(error.code(), FailureCode::Invalid);
    assert!(cameras.snap(&Shot::default()).await.is_ok());
}

/// On Linux a stand-in is asked: see the tests of that system.
#[cfg(not(target_os = "linux"))]
#[tokio::test]
async fn this_computer_answers_in_time() {
    let cameras = chaperone_senses::NativeCameras::new();
    let listed = timeout(Duration::from_secs(20), cameras.list()).await;
    let unknown = Shot {
        camera: WhichCamera::Asked("no such camera".to_owned()),
        ..Shot::default()
    };
    let error = cameras.snap(&unknown).await.unwrap_err();
    let code = match listed.expect("it hangs") {
        Ok(found) if found.is_empty() => FailureCode::Unavailable,
        Ok(_) => FailureCode::Invalid,
        // Without its media system, as some editions are sold.
        Err(error) => {
            assert!(error.to_string().contains("Media Feature Pack"), "{error}");
            FailureCode::Unavailable
        }
    };
    assert_eq!(error.code(), code, "{error}");
}
