//! How recordings end: stopped, let go, killed, without room, without their display.

use std::{
    env, fs,
    io::Read as _,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use chaperone_senses::{
    Displays as _, Ending, NativeDisplays, RecordingState, Repaired, SenseError, repair,
};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::screen_desktop::{
    BLUE, END, GREEN, RED, Running, XServer, assert_near, colour_at, displays, ended, length,
    memory, play, recording, run, until,
};

#[tokio::test]
async fn dropping_it_ends_it() {
    let server = XServer::start("320x240");
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let recorded = displays(&server)
        .record(&recording(path.clone()))
        .await
        .unwrap();
    sleep(Duration::from_millis(300)).await;
    let dropped_at = Instant::now();
    drop(recorded);
    until("the recording is whole", || repair_without_change(&path));
    assert!(dropped_at.elapsed() < Duration::from_secs(1));
    assert!(play(&path).frames >= 1);
}

/// Whether the file has its index; without one it is left alone.
fn repair_without_change(path: &Path) -> bool {
    let copy = path.with_extension("copy");
    fs::copy(path, &copy).unwrap();
    repair(&copy) == Ok(Repaired::Whole)
}

#[tokio::test]
async fn a_display_that_goes_away_ends_it_and_keeps_it() {
    for server in XServer::telling_and_silent("320x240") {
        let painter = server.painter();
        painter.fill(RED, 0, 0, 320, 240);
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a.mp4");
        let recorded = displays(&server)
            .record(&recording(path.clone()))
            .await
            .unwrap();
        sleep(Duration::from_millis(700)).await;
        drop(painter);
        drop(server);
        let (progress, ending) = ended(recorded).await;
        assert_eq!(
            ending,
            Ending::DisplayLost("the desktop of display screen is gone".to_owned())
        );
        assert!(progress.elapsed >= Duration::from_millis(600));
        let played = play(&path);
        assert!(played.seconds >= 0.6, "{played:?}");
        assert_near(colour_at(&path, 0.5, 100, 100), RED);
    }
}

#[tokio::test]
async fn a_desktop_that_hangs_is_not_waited_for() {
    for server in XServer::telling_and_silent("320x240") {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a.mp4");
        let displays = displays(&server);
        let recorded = displays.record(&recording(path.clone())).await.unwrap();
        sleep(Duration::from_millis(300)).await;
        let pid = server.process.0.id().to_string();
        assert!(
            run(Command::new("kill").args(["-STOP", &pid]), "procps")
                .status
                .success()
        );
        sleep(Duration::from_millis(300)).await;
        let stopped_at = Instant::now();
        let (_, ending) = recorded.stop().await;
        assert_eq!(ending, Ending::Stopped);
        assert!(
            stopped_at.elapsed() < Duration::from_secs(1),
            "{:?}",
            stopped_at.elapsed()
        );
        assert!(play(&path).seconds > 0.2);
        let Err(SenseError::Missing(said)) = displays.list().await else {
            panic!("it was listed");
        };
        assert!(said.contains("there is no display to see"), "{said}");
    }
}

#[tokio::test]
async fn another_extent_goes_on_in_the_first() {
    for name in ["a.mp4", "a.webm"] {
        for server in XServer::telling_and_silent("800x600") {
            let painter = server.painter();
            painter.fill(RED, 0, 0, 800, 600);
            let folder = TempDir::new().unwrap();
            let path = folder.path().join(name);
            let recorded = displays(&server)
                .record(&recording(path.clone()))
                .await
                .unwrap();
            sleep(Duration::from_millis(600)).await;
            for arguments in [
                "--newmode small 25 640 640 640 640 400 400 400 400",
                "--addmode screen small",
                "--output screen --mode small",
            ] {
                server.xrandr(arguments);
            }
            sleep(Duration::from_millis(200)).await;
            let frames = recorded.state().progress().frames;
            painter.fill(BLUE, 0, 0, 640, 400);
            until("the change is recorded", || {
                recorded.state().progress().frames > frames + 1
            });
            assert!(
                matches!(recorded.state(), RecordingState::Running(_)),
                "{:?}",
                recorded.state()
            );
            assert_eq!(recorded.stop().await.1, Ending::Stopped);
            let played = play(&path);
            assert_eq!((played.width, played.height), (800, 600));
            assert_near(colour_at(&path, 0.3, 790, 590), RED);
            // As wide as before, and black above and below.
            assert_near(colour_at(&path, END, 790, 300), BLUE);
            assert_near(colour_at(&path, END, 10, 60), BLUE);
            assert_near(colour_at(&path, END, 400, 20), 0);
            assert_near(colour_at(&path, END, 400, 580), 0);
        }
    }
}

/// Not a test by itself: what is killed or cut short in a process of its own.
#[tokio::test]
#[ignore = "a part of other tests"]
async fn recorder() {
    let displays = NativeDisplays::of_x_server(env::var("RECORD_server").unwrap());
    let mut recorded = displays
        .record(&recording(env::var_os("RECORD_path").unwrap().into()))
        .await
        .unwrap();
    println!("\nended: {:?}", recorded.ended().await);
}

fn record_apart(server: &XServer, path: &Path, shell: &str) -> Running {
    let child = Command::new("sh")
        .args(["-c", &format!("{shell} exec \"$@\""), "sh"])
        .arg(env::current_exe().unwrap())
        .args([
            "--exact",
            "screen_endings::recorder",
            "--ignored",
            "--nocapture",
        ])
        .env("RECORD_server", &server.name)
        .env("RECORD_path", path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Running(child)
}

#[tokio::test]
async fn killed_it_has_all_but_its_last_second() {
    for name in ["a.mp4", "a.webm"] {
        let server = XServer::start("640x480");
        let painter = server.painter();
        painter.fill(RED, 0, 0, 640, 480);
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(name);
        let mut recorder = record_apart(&server, &path, "");
        until("something is recorded", || length(&path) > 0);
        let began = Instant::now();
        // Something moves, and then nothing does.
        while began.elapsed() < Duration::from_millis(1500) {
            painter.fill(GREEN, 0, 0, 100, 100);
            sleep(Duration::from_millis(20)).await;
            painter.fill(BLUE, 0, 0, 100, 100);
            sleep(Duration::from_millis(20)).await;
        }
        sleep(Duration::from_millis(1400)).await;
        recorder.0.kill().unwrap();
        recorder.0.wait().unwrap();
        let ran = began.elapsed().as_secs_f64();
        let before = play(&path);
        let torn = folder.path().join(format!("torn-{name}"));
        let written = fs::read(&path).unwrap();
        fs::write(&torn, &written[..written.len() - 5]).unwrap();
        let Ok(Repaired::Mended {
            duration,
            frames,
            cut_bytes: 0,
        }) = repair(&path)
        else {
            panic!("{:?}", repair(&path));
        };
        let after = play(&path);
        assert!(after.seconds >= ran - 1.0, "{after:?} of {ran}");
        assert_eq!(before.frames, after.frames);
        assert_eq!(frames, after.frames);
        assert!((duration.as_secs_f64() - after.seconds).abs() < 0.01);
        assert_near(colour_at(&path, 0.0, 300, 300), RED);
        assert_near(colour_at(&path, 1.8, 50, 50), BLUE);
        // A tear in the middle of what was written last costs that much and no more.
        let Ok(Repaired::Mended {
            frames: left,
            cut_bytes,
            ..
        }) = repair(&torn)
        else {
            panic!("{:?}", repair(&torn));
        };
        assert!(cut_bytes > 0 && left > 0 && left < frames);
        assert_eq!(play(&torn).frames, left);
    }
}

#[tokio::test]
async fn a_full_disk_ends_it_and_keeps_it() {
    for name in ["a.mp4", "a.webm"] {
        let server = XServer::start("640x480");
        let painter = server.painter();
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(name);
        // No file may grow beyond 400 blocks of 512 bytes; being told so by a signal is ignored.
        let mut recorder = record_apart(&server, &path, "trap '' XFSZ; ulimit -f 400;");
        until("something is recorded", || length(&path) > 0);
        let mut step = 0;
        until("the file is full", || {
            step += 1;
            for band in 0..24 {
                painter.fill(
                    0x0101 * (step * 7919 + band * 104_729 % 251),
                    0,
                    i16::try_from(band * 20).unwrap(),
                    640,
                    20,
                );
            }
            recorder.0.try_wait().unwrap().is_some()
        });
        let mut said = String::new();
        recorder
            .0
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert!(said.contains("StorageFull"), "{said}");
        assert!(length(&path) <= 400 * 512);
        assert!(play(&path).frames > 3);
        // The index found no room; now it does.
        assert!(repair(&path).is_ok());
        assert!(play(&path).frames > 3);
    }
}

#[tokio::test]
async fn memory_stays_as_it_is() {
    let server = XServer::start("1920x1080");
    let painter = server.painter();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let recorder = record_apart(&server, &path, "");
    until("something is recorded", || length(&path) > 0);
    let pid = recorder.0.id();
    let mut seen = Vec::new();
    for round in 0..3u32 {
        for step in 0..25u32 {
            painter.fill(0x0303_0307 * (step + 25 * round), 0, 0, 1920, 1080);
            sleep(Duration::from_millis(30)).await;
        }
        seen.push(memory(pid, "VmRSS"));
    }
    assert!(
        memory(pid, "VmHWM") < 60 * 1024,
        "{} KiB",
        memory(pid, "VmHWM")
    );
    assert!(seen[2] <= seen[0] + 4096, "{seen:?}");
}
