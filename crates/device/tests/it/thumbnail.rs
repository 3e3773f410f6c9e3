//! Small pictures of what was captured: made with it, encrypted like it, gone with it.

use std::{fs, io::Cursor};

use chaperone_device::Answer;
use chaperone_senses::fake::ScriptedDisplays;
use chaperone_vault::Artifact;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::json;

use crate::support::{Home, PATIENCE, Running, Setup, autonomous, supervised};

/// A real PNG, as large as a display, in one colour.
fn painted() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = RgbImage::from_pixel(1920, 1080, Rgb([200, 30, 20]));
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// The smallest recording: a GIF of one white pixel.
const FILM: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

fn showing(content: impl Into<Vec<u8>>) -> Setup {
    Setup {
        displays: Some(ScriptedDisplays::new().with_content(content)),
        ..Setup::default()
    }
}

async fn only_one(device: &Running<'_>) -> Artifact {
    let mut kept = device.vault.artifacts(None, 10).await.unwrap();
    assert_eq!(kept.len(), 1);
    kept.remove(0)
}

/// The thumbnail of what is kept: its bytes, and how large it is.
async fn small(device: &Running<'_>) -> (Vec<u8>, (u32, u32)) {
    let artifact = only_one(device).await;
    assert!(artifact.has_thumbnail);
    let small = device.vault.artifact_thumbnail(&artifact.id).await.unwrap();
    let small = small.unwrap();
    let picture = image::load_from_memory_with_format(&small, ImageFormat::Jpeg).unwrap();
    (small, (picture.width(), picture.height()))
}

#[tokio::test]
async fn a_picture_has_a_small_one_as_long_as_it_is_kept() {
    let home = Home::new().await;
    let device = home.start_with(showing(painted())).await;
    home.hub
        .ask("s-1", "screen_snap", json!({}), &supervised())
        .await;
    device.say(Answer::AllowOnce).await;
    home.hub.progress("s-1", "reviewing").await;
    let (bytes, size) = small(&device).await;
    assert_eq!(size, (240, 135));
    // Encrypted as the picture is.
    for name in ["vault.db", "vault.db-wal"] {
        let raw = fs::read(home.vault_dir().join(name)).unwrap();
        assert!(!raw.windows(64).any(|part| part == &bytes[..64]), "{name}");
    }
    let id = only_one(&device).await.id;
    device.say(Answer::Discard).await;
    home.hub.answer("s-1").await;
    assert_eq!(device.artifacts().await, 0);
    assert_eq!(device.vault.artifact_thumbnail(&id).await.unwrap(), None);
    device.shut().await;
}

#[tokio::test]
async fn a_recording_has_one_of_its_first_moment() {
    let home = Home::new().await;
    let device = home.start_with(showing(FILM)).await;
    let params = json!({"session_id": "film", "duration_seconds": 600});
    home.hub
        .ask("r-1", "screen_record_start", params, &autonomous())
        .await;
    device.say(Answer::AllowOnce).await;
    home.hub.answer("r-1").await;
    let end = json!({"session_id": "film"});
    home.hub
        .ask("r-2", "screen_record_stop", end, &autonomous())
        .await;
    home.hub.answer("r-2").await;
    assert_eq!(small(&device).await.1, (1, 1));
    device.shut().await;
}

#[tokio::test]
async fn a_recording_that_an_earlier_run_left_has_one_too() {
    let home = Home::new().await;
    fs::write(home.recordings().join("7.gif"), FILM).unwrap();
    let device = home.start().await;
    let taken_in = async {
        while device.artifacts().await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, taken_in).await.unwrap();
    assert_eq!(small(&device).await.1, (1, 1));
    device.shut().await;
}

#[tokio::test]
async fn what_cannot_be_made_small_is_kept_all_the_same() {
    let home = Home::new().await;
    let device = home.start_with(showing("no picture at all")).await;
    home.hub
        .ask("s-1", "screen_snap", json!({}), &supervised())
        .await;
    device.say(Answer::AllowOnce).await;
    home.hub.progress("s-1", "reviewing").await;
    assert!(!only_one(&device).await.has_thumbnail);
    device.say(Answer::Send).await;
    let answer = home.hub.answer("s-1").await;
    assert_eq!(answer["success"], true, "{answer}");
    device.shut().await;
}
