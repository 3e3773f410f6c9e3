//! Real X servers: which displays they have, pictures of these, and what is refused.

use std::{fs, time::Duration};

use chaperone_protocol::{RecordingFormat, Resolution};
use chaperone_senses::{
    Displays as _, Ending, NativeDisplays, PictureFormat, PictureWish, PointerIs, RecordingWish,
    SenseError, Sound,
};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::screen_desktop::{
    BLUE, GREEN, RED, XServer, assert_near, colour_at, displays, ended, play, recording,
};

fn picture() -> PictureWish {
    PictureWish {
        display: None,
        at_most: None,
        format: PictureFormat::Png,
        pointer: PointerIs::LeftOut,
    }
}

fn pixel(file: &[u8], x: u32, y: u32) -> ([u8; 3], (u32, u32)) {
    let picture = image::load_from_memory(file).unwrap().to_rgb8();
    (picture.get_pixel(x, y).0, picture.dimensions())
}

#[tokio::test]
async fn displays_are_listed_and_chosen_by_id() {
    let server = XServer::with(&["-screen", "0", "640x480x24", "-screen", "1", "320x240x24"]);
    server.painter_on(0).fill(RED, 0, 0, 640, 480);
    server.painter_on(1).fill(BLUE, 0, 0, 320, 240);
    let displays = displays(&server);
    let found = displays.list().await.unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|display| {
            (
                display.id.as_str(),
                display.resolution.to_string(),
                display.primary,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("screen", "640x480".to_owned(), true),
            ("1:screen", "320x240".to_owned(), false)
        ]
    );
    for (display, colour) in found.iter().zip([RED, BLUE]) {
        let wish = PictureWish {
            display: Some(display.id.clone()),
            ..picture()
        };
        let taken = displays.picture(&wish).await.unwrap();
        assert_eq!(
            (&taken.display, taken.resolution),
            (&display.id, display.resolution)
        );
        assert_near(pixel(&taken.bytes, 5, 5).0, colour);
    }
    let wish = PictureWish {
        display: Some("HDMI-9".to_owned()),
        ..picture()
    };
    assert_eq!(
        displays.picture(&wish).await,
        Err(SenseError::Invalid(
            "there is no display \"HDMI-9\": there are screen, 1:screen".to_owned()
        ))
    );
}

#[tokio::test]
async fn displays_beside_each_other_are_seen_apart() {
    let server = XServer::start("640x480");
    server.xrandr("--setmonitor left 341/100x480/100+0+0 screen");
    server.xrandr("--setmonitor *right 299/100x400/100+341+80 none");
    let painter = server.painter();
    painter.fill(RED, 0, 0, 341, 480);
    painter.fill(BLUE, 341, 80, 299, 400);
    let displays = displays(&server);
    let found = displays.list().await.unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|display| (display.id.as_str(), display.x, display.y, display.primary))
        .collect();
    assert_eq!(told, [("right", 341, 80, true), ("left", 0, 0, false)]);
    // The primary one, of which nothing beside it is seen.
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let recorded = displays.record(&recording(path.clone())).await.unwrap();
    sleep(Duration::from_millis(300)).await;
    painter.fill(GREEN, 300, 300, 60, 60);
    sleep(Duration::from_millis(300)).await;
    // It is switched off; the other one goes on.
    server.xrandr("--delmonitor right");
    let (_, ending) = ended(recorded).await;
    let why = "display right was switched off or unplugged".to_owned();
    assert_eq!(ending, Ending::DisplayLost(why));
    let played = play(&path);
    assert_eq!((played.width, played.height), (300, 400));
    assert_near(colour_at(&path, 0.1, 0, 250), BLUE);
    assert_near(colour_at(&path, 0.5, 4, 250), GREEN);
    assert_near(colour_at(&path, 0.5, 40, 250), BLUE);
    assert_eq!(displays.picture(&picture()).await.unwrap().display, "left");
}

#[tokio::test]
async fn a_picture_has_every_pixel_or_as_many_as_wanted() {
    let server = XServer::start("1367x769");
    let painter = server.painter();
    painter.fill(RED, 0, 0, 1367, 769);
    painter.fill(BLUE, 1366, 768, 1, 1);
    painter.point(100, 100);
    let displays = displays(&server);
    let taken = displays.picture(&picture()).await.unwrap();
    assert_eq!(
        pixel(&taken.bytes, 1366, 768),
        ([0x10, 0x30, 0xc0], (1367, 769))
    );
    assert_eq!(pixel(&taken.bytes, 1365, 768).0, [0xd0, 0x20, 0x10]);
    // The pointer is at its tip, or not at all.
    assert_eq!(pixel(&taken.bytes, 100, 100).0, [0xd0, 0x20, 0x10]);
    let wish = PictureWish {
        pointer: PointerIs::Drawn,
        ..picture()
    };
    let pointed = displays.picture(&wish).await.unwrap();
    assert_ne!(pixel(&pointed.bytes, 100, 100).0, [0xd0, 0x20, 0x10]);
    assert_eq!(pixel(&pointed.bytes, 300, 300).0, [0xd0, 0x20, 0x10]);
    let wish = PictureWish {
        at_most: Some(Resolution {
            width: 400,
            height: 400,
        }),
        format: PictureFormat::Jpeg,
        ..picture()
    };
    let small = displays.picture(&wish).await.unwrap();
    assert_eq!(
        small.resolution,
        Resolution {
            width: 400,
            height: 225
        }
    );
    let (colour, extent) = pixel(&small.bytes, 200, 100);
    assert_eq!(extent, (400, 225));
    assert_near(colour, RED);
    assert!(small.bytes.starts_with(b"\xff\xd8\xff"));
}

#[tokio::test]
async fn without_a_display_it_says_what_to_do() {
    let displays = NativeDisplays::of_x_server(":49999");
    let folder = TempDir::new().unwrap();
    let wish = recording(folder.path().join("a.mp4"));
    for error in [
        displays.list().await.unwrap_err(),
        displays.picture(&picture()).await.unwrap_err(),
        displays.record(&wish).await.unwrap_err(),
    ] {
        let SenseError::Missing(said) = error else {
            panic!("not missing: {error:?}");
        };
        assert!(
            said.contains("start Chaperone inside a desktop session"),
            "{said}"
        );
    }
    assert!(!wish.path.exists());
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_in_words() {
    // Nothing is opened for these.
    let displays = NativeDisplays::of_x_server(":49999");
    let folder = TempDir::new().unwrap();
    let plain = recording(folder.path().join("a.mp4"));
    for (wish, words) in [
        (
            RecordingWish {
                sound: Sound::Microphone,
                format: RecordingFormat::Gif,
                ..plain.clone()
            },
            "an animated picture has no sound",
        ),
        (
            RecordingWish {
                format: RecordingFormat::Gif,
                limit: Duration::from_secs(61),
                ..plain.clone()
            },
            "at most 60 seconds",
        ),
        (
            RecordingWish {
                frames_per_second: 0,
                ..plain.clone()
            },
            "between 1 and 60",
        ),
    ] {
        let error = displays.record(&wish).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
    let server = XServer::start("320x240");
    fs::write(&plain.path, "somebody's").unwrap();
    let displays = NativeDisplays::of_x_server(&server.name);
    let error = displays.record(&plain).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("could not make the recording's file"),
        "{error}"
    );
    assert_eq!(fs::read(&plain.path).unwrap(), b"somebody's");
}
