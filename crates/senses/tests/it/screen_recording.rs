//! Recordings of real X servers, looked at by a real player.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use chaperone_protocol::{RecordingFormat, Resolution};
use chaperone_senses::{
    Displays as _, Ending, RecordingState, RecordingWish, Repaired, THUMBNAIL_NEEDS_BYTES, repair,
    thumbnail,
};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::screen_desktop::{
    BLUE, END, GREEN, RED, XServer, assert_near, colour_at, displays, ended, length, play,
    recording,
};

#[tokio::test]
async fn what_happened_is_in_the_recording_when_it_happened() {
    for (name, codec) in [("a.mp4", "h264"), ("a.webm", "vp8")] {
        let server = XServer::start("640x480");
        let painter = server.painter();
        painter.fill(RED, 0, 0, 640, 480);
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(name);
        let recorded = displays(&server)
            .record(&recording(path.clone()))
            .await
            .unwrap();
        sleep(Duration::from_millis(1300)).await;
        painter.fill(BLUE, 200, 100, 100, 100);
        sleep(Duration::from_millis(1300)).await;
        let RecordingState::Running(progress) = recorded.state() else {
            panic!("it has ended: {:?}", recorded.state());
        };
        assert!(
            progress.elapsed >= Duration::from_millis(2400),
            "{progress:?}"
        );
        assert!(
            progress.bytes > 1000 && progress.frames >= 3,
            "{progress:?}"
        );
        let (progress, ending) = recorded.stop().await;
        assert_eq!(ending, Ending::Stopped);
        assert_eq!(progress.bytes, length(&path));
        let played = play(&path);
        assert_eq!((played.width, played.height), (640, 480));
        assert_eq!(played.codec, codec);
        assert_eq!(played.frames, progress.frames);
        // What did not change was not encoded: the first, the change, one a second.
        assert!((3..=7).contains(&played.frames), "{played:?}");
        assert!(
            (played.seconds - progress.elapsed.as_secs_f64()).abs() < 0.02,
            "{played:?} {progress:?}"
        );
        for (seconds, colour) in [(0.0, RED), (1.0, RED), (2.0, BLUE), (2.5, BLUE)] {
            assert_near(colour_at(&path, seconds, 250, 150), colour);
            assert_near(colour_at(&path, seconds, 350, 150), RED);
        }
        assert_eq!(repair(&path), Ok(Repaired::Whole));
    }
}

#[tokio::test]
async fn what_moves_has_every_frame() {
    for name in ["a.mp4", "a.webm"] {
        let server = XServer::start("320x240");
        let painter = server.painter();
        painter.fill(RED, 0, 0, 320, 240);
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(name);
        let wish = RecordingWish {
            limit: Duration::from_secs(2),
            ..recording(path.clone())
        };
        let recorded = displays(&server).record(&wish).await.unwrap();
        let began = Instant::now();
        let mut step = 0;
        while began.elapsed() < Duration::from_millis(2100) {
            step += 1;
            painter.fill(if step % 2 == 0 { GREEN } else { BLUE }, 10, 10, 50, 50);
            sleep(Duration::from_millis(7)).await;
        }
        let (progress, ending) = ended(recorded).await;
        assert_eq!(ending, Ending::Limit);
        assert_eq!(progress.elapsed, Duration::from_secs(2));
        let played = play(&path);
        assert!((played.seconds - 2.0).abs() < 0.02, "{played:?}");
        // As many as there are ticks, and on a busy machine some fewer.
        assert!((30..=61).contains(&played.frames), "{played:?}");
    }
}

#[tokio::test]
async fn the_pointer_is_in_the_recording_and_leaves_nothing_behind() {
    let server = XServer::start("640x480");
    let painter = server.painter();
    painter.fill(RED, 0, 0, 640, 480);
    painter.point(100, 100);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let recorded = displays(&server)
        .record(&recording(path.clone()))
        .await
        .unwrap();
    sleep(Duration::from_millis(600)).await;
    painter.point(400, 300);
    sleep(Duration::from_millis(600)).await;
    recorded.stop().await;
    let far_from_red = |found: [u8; 3]| found[0].abs_diff(0xd0) > 40;
    assert!(far_from_red(colour_at(&path, 0.2, 100, 100)));
    assert_near(colour_at(&path, 0.2, 400, 300), RED);
    assert_near(colour_at(&path, END, 100, 100), RED);
    assert!(far_from_red(colour_at(&path, END, 400, 300)));
}

#[tokio::test]
async fn odd_sides_and_smaller_ones() {
    for kind in ["mp4", "webm"] {
        let server = XServer::start("1367x769");
        let painter = server.painter();
        painter.fill(RED, 0, 0, 1367, 769);
        painter.fill(BLUE, 1300, 700, 67, 69);
        let folder = TempDir::new().unwrap();
        let limit = Duration::from_millis(1500);
        let whole = RecordingWish {
            limit,
            ..recording(folder.path().join("whole").with_extension(kind))
        };
        let small = RecordingWish {
            limit,
            at_most: Some(Resolution {
                width: 640,
                height: 640,
            }),
            ..recording(folder.path().join("small").with_extension(kind))
        };
        let displays = displays(&server);
        // Both at once, of the same display.
        let (one, other) = (
            displays.record(&whole).await.unwrap(),
            displays.record(&small).await.unwrap(),
        );
        sleep(Duration::from_millis(300)).await;
        painter.fill(GREEN, 0, 0, 40, 40);
        assert_eq!(ended(one).await.1, Ending::Limit);
        assert_eq!(ended(other).await.1, Ending::Limit);
        for (wish, extent, scale) in [
            (&whole, (1368, 770), 1.0),
            (&small, (640, 360), 640.0 / 1367.0),
        ] {
            let played = play(&wish.path);
            assert_eq!((played.width, played.height), extent);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a place in the picture"
            )]
            let place = |at: f64| (at * scale) as u32;
            assert_near(
                colour_at(&wish.path, 0.6, place(1360.0), place(760.0)),
                BLUE,
            );
            assert_near(colour_at(&wish.path, 0.6, place(600.0), place(400.0)), RED);
            assert_near(colour_at(&wish.path, 0.0, place(20.0), place(20.0)), RED);
            assert_near(colour_at(&wish.path, END, place(20.0), place(20.0)), GREEN);
        }
        // The very last column and row are there, twice.
        assert_near(colour_at(&whole.path, 0.6, 1367, 769), BLUE);
    }
}

#[tokio::test]
async fn two_displays_are_recorded_at_once() {
    let server = XServer::with(&["-screen", "0", "320x240x24", "-screen", "1", "320x200x24"]);
    server.painter_on(0).fill(RED, 0, 0, 320, 240);
    server.painter_on(1).fill(BLUE, 0, 0, 320, 200);
    let folder = TempDir::new().unwrap();
    let displays = displays(&server);
    let mut running = Vec::new();
    for id in ["screen", "1:screen"] {
        let path = folder.path().join(format!("{}.mp4", running.len()));
        let wish = RecordingWish {
            display: Some(id.to_owned()),
            limit: Duration::from_millis(500),
            ..recording(path)
        };
        running.push((displays.record(&wish).await.unwrap(), wish.path));
    }
    for ((recorded, path), (colour, height)) in running.into_iter().zip([(RED, 240), (BLUE, 200)]) {
        assert_eq!(ended(recorded).await.1, Ending::Limit);
        assert_eq!(play(&path).height, height);
        assert_near(colour_at(&path, 0.3, 300, 190), colour);
    }
}

#[tokio::test]
async fn servers_that_tell_nothing_are_compared() {
    for missing in [
        &["DAMAGE"][..],
        &["MIT-SHM"],
        &["DAMAGE", "MIT-SHM", "XFIXES", "RANDR"],
    ] {
        let mut arguments = vec!["-screen", "0", "321x241x24"];
        arguments.extend(missing.iter().flat_map(|name| ["-extension", name]));
        let server = XServer::with(&arguments);
        let painter = server.painter();
        painter.fill(RED, 0, 0, 321, 241);
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a.mp4");
        let wish = RecordingWish {
            limit: Duration::from_secs(1),
            ..recording(path.clone())
        };
        let recorded = displays(&server).record(&wish).await.unwrap();
        sleep(Duration::from_millis(400)).await;
        painter.fill(BLUE, 301, 221, 20, 20);
        assert_eq!(
            ended(recorded).await.1,
            Ending::Limit,
            "without {missing:?}"
        );
        let played = play(&path);
        assert!(played.frames <= 4, "{played:?} without {missing:?}");
        assert_near(colour_at(&path, 0.1, 310, 230), RED);
        assert_near(colour_at(&path, END, 310, 230), BLUE);
        assert_near(colour_at(&path, END, 290, 230), RED);
    }
}

#[tokio::test]
async fn a_recording_has_a_small_picture_while_it_runs_and_after() {
    let server = XServer::start("641x401");
    let painter = server.painter();
    painter.fill(RED, 0, 0, 641, 401);
    painter.fill(BLUE, 0, 0, 320, 401);
    let folder = TempDir::new().unwrap();
    let check = |path: &Path| {
        let mut file = fs::read(path).unwrap();
        file.truncate(THUMBNAIL_NEEDS_BYTES);
        let small = thumbnail(&file, 200).unwrap();
        let small = image::load_from_memory(&small).unwrap().to_rgb8();
        assert_eq!(small.width(), 200);
        assert!((124..=126).contains(&small.height()), "{}", small.height());
        // An animated picture has few colours.
        let near = |x, wanted: u32| {
            let [_, red, green, blue] = wanted.to_be_bytes();
            let found = small.get_pixel(x, 60).0.into_iter();
            let apart = found.zip([red, green, blue]).map(|(a, b)| a.abs_diff(b));
            assert!(apart.max().unwrap() < 40, "{:?}", small.get_pixel(x, 60));
        };
        near(50, BLUE);
        near(150, RED);
    };
    for name in ["a.mp4", "a.webm", "a.gif"] {
        let wish = RecordingWish {
            limit: Duration::from_secs(1),
            ..recording(folder.path().join(name))
        };
        let recorded = displays(&server).record(&wish).await.unwrap();
        if wish.format != RecordingFormat::Gif {
            // Another fragment follows, so the first one is whole.
            sleep(Duration::from_millis(700)).await;
            check(&wish.path);
        }
        assert_eq!(ended(recorded).await.1, Ending::Limit);
        check(&wish.path);
    }
}

#[tokio::test]
async fn an_animated_picture_for_short_ones() {
    let server = XServer::start("321x200");
    let painter = server.painter();
    painter.fill(RED, 0, 0, 321, 200);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.gif");
    let wish = RecordingWish {
        limit: Duration::from_secs(1),
        ..recording(path.clone())
    };
    let recorded = displays(&server).record(&wish).await.unwrap();
    sleep(Duration::from_millis(400)).await;
    painter.fill(0xffff_ffff, 100, 100, 50, 50);
    let (progress, ending) = ended(recorded).await;
    assert_eq!((ending, progress.bytes), (Ending::Limit, length(&path)));
    let played = play(&path);
    assert_eq!(
        (played.codec.as_str(), played.width, played.height),
        ("gif", 322, 200)
    );
    assert!((played.seconds - 1.0).abs() < 0.1, "{played:?}");
    assert!(colour_at(&path, 0.1, 120, 120)[1] < 80);
    assert_near(colour_at(&path, END, 120, 120), 0x00ff_ffff);
}
