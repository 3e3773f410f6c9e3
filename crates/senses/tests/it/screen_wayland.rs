//! Displays of a real Wayland compositor, shown by a portal of the tests' own through a real
//! `PipeWire`.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use chaperone_protocol::Resolution;
use chaperone_senses::{
    Displays as _, Ending, NativeDisplays, PictureFormat, PictureWish, PointerIs, RecordingWish,
    SenseError,
};
use tempfile::TempDir;
use tokio::time::sleep;
use zbus::Connection;

use crate::{
    desktop::Bus,
    screen_desktop::{BLUE, END, RED, Running, assert_near, colour_at, ended, play, run, until},
    screen_portal::{Person, Portal},
};

/// A session with a compositor, `PipeWire` and a portal. It ends in the order of its parts.
struct Session {
    displays: NativeDisplays,
    person: Arc<Mutex<Person>>,
    source: Option<Running>,
    _portal: Connection,
    _servers: Vec<Running>,
    bus: Bus,
}

pub(crate) fn start(
    program: &str,
    arguments: &[&str],
    runtime: &Path,
    bus: &str,
    package: &str,
) -> Running {
    let child = Command::new(program)
        .args(arguments)
        .env("XDG_RUNTIME_DIR", runtime)
        .env("XDG_STATE_HOME", runtime)
        .env("HOME", runtime)
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .env("DBUS_SYSTEM_BUS_ADDRESS", bus)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("these tests need {program} (Debian's package {package}): {error}")
        });
    Running(child)
}

impl Session {
    async fn start() -> Self {
        let bus = Bus::start();
        let runtime = bus.folder.path();
        let server = |program: &str, arguments: &[&str], package: &str| {
            start(program, arguments, runtime, &bus.address, package)
        };
        let compositor = [
            "--backend=headless-backend.so",
            "--socket=compositor",
            "--width=640",
            "--height=480",
            "--no-config",
        ];
        let servers = vec![
            server("weston", &compositor, "weston"),
            server("pipewire", &[], "pipewire"),
        ];
        until("PipeWire listens", || runtime.join("pipewire-0").exists());
        let policy = server("wireplumber", &[], "wireplumber");
        until("the compositor listens", || {
            runtime.join("compositor").exists()
        });
        let person = Arc::new(Mutex::new(Person::default()));
        let portal = Portal::serve(&bus.address, runtime, &person).await;
        let mut session = Self {
            displays: NativeDisplays::of_wayland(runtime.join("compositor"), &*bus.address),
            person,
            source: None,
            _portal: portal,
            _servers: servers.into_iter().chain([policy]).collect(),
            bus,
        };
        session.show(RED);
        session
    }

    /// From now on the display is all of that colour.
    fn show(&mut self, colour: u32) {
        drop(self.source.take());
        let runtime = self.bus.folder.path();
        let picture = format!("foreground-color={}", 0xff00_0000 | colour);
        let name = format!("display-{colour:06x}");
        let properties = format!("stream-properties=p,node.name={name},media.class=Video/Source");
        let arguments = [
            "-q",
            "videotestsrc",
            "is-live=true",
            "pattern=solid-color",
            &picture,
            "!",
            "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1",
            "!",
            "pipewiresink",
            "mode=provide",
            &properties,
        ];
        let package = "gstreamer1.0-tools";
        self.source = Some(start(
            "gst-launch-1.0",
            &arguments,
            runtime,
            &self.bus.address,
            package,
        ));
        let mut node = None;
        until(
            "the source shows (Debian's gstreamer1.0-pipewire and gstreamer1.0-plugins-base)",
            || {
                node = self.node(&name);
                node.is_some()
            },
        );
        self.person.lock().unwrap().node = node.unwrap();
    }

    fn node(&self, name: &str) -> Option<u32> {
        let mut dump = Command::new("pw-dump");
        dump.env("XDG_RUNTIME_DIR", self.bus.folder.path());
        let told = run(&mut dump, "pipewire-bin").stdout;
        let told: serde_json::Value = serde_json::from_slice(&told).ok()?;
        let mut objects = told.as_array()?.iter();
        let found = objects.find(|object| object["info"]["props"]["node.name"] == name)?;
        found["id"].as_u64()?.try_into().ok()
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.person.lock().unwrap().asked)
    }
}

fn picture() -> PictureWish {
    PictureWish {
        display: None,
        at_most: None,
        format: PictureFormat::Png,
        pointer: PointerIs::LeftOut,
    }
}

#[tokio::test]
async fn what_the_portal_grants_is_seen() {
    let mut session = Session::start().await;
    let found = session.displays.list().await.unwrap();
    let [display] = found.as_slice() else {
        panic!("not one display: {found:?}");
    };
    let extent = Resolution {
        width: 640,
        height: 480,
    };
    assert_eq!((display.resolution, display.primary), (extent, true));

    let taken = session.displays.picture(&picture()).await.unwrap();
    assert_eq!((&taken.display, taken.resolution), (&display.id, extent));
    let seen = image::load_from_memory(&taken.bytes).unwrap().to_rgb8();
    assert_near(seen.get_pixel(639, 479).0, RED);
    assert_eq!(
        session.asked(),
        ["select cursor_mode=1 multiple=false persist_mode=1 types=1"]
    );

    // The person is not asked again, and the pointer is in the pixels.
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let wish = RecordingWish::new(path.clone(), Duration::from_secs(30));
    let recorded = session.displays.record(&wish).await.unwrap();
    assert_eq!(
        session.asked(),
        [
            "select cursor_mode=2 multiple=false persist_mode=1 restore_token=\"the same again\" types=1"
        ]
    );
    sleep(Duration::from_millis(1300)).await;
    // The display is taken away.
    drop(session.source.take());
    let (progress, ending) = ended(recorded).await;
    let Ending::DisplayLost(why) = ending else {
        panic!("{ending:?}");
    };
    assert!(why.starts_with("the desktop no longer shows"), "{why}");
    let played = play(&path);
    assert_eq!((played.width, played.height), (640, 480));
    // Thirty pictures a second came, and none was new.
    assert!((2..=6).contains(&played.frames), "{played:?}");
    assert_eq!(played.frames, progress.frames);
    assert_near(colour_at(&path, END, 320, 240), RED);

    session.show(BLUE);
    let taken = session.displays.picture(&picture()).await.unwrap();
    let seen = image::load_from_memory(&taken.bytes).unwrap().to_rgb8();
    assert_near(seen.get_pixel(0, 0).0, BLUE);
    refusals(&session, &display.id).await;
}

async fn refusals(session: &Session, id: &str) {
    let wish = |display: &str| PictureWish {
        display: Some(display.to_owned()),
        ..picture()
    };
    // One that does not exist is not asked for.
    session.asked();
    let error = session.displays.picture(&wish("DP-9")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("there is no display \"DP-9\": there are {id}")
    );
    assert!(session.asked().is_empty());
    session.person.lock().unwrap().refuses = true;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let wish = RecordingWish::new(path.clone(), Duration::from_secs(30));
    for error in [
        session.displays.picture(&picture()).await.unwrap_err(),
        session.displays.record(&wish).await.unwrap_err(),
    ] {
        assert!(matches!(error, SenseError::Refused(_)), "{error:?}");
        assert!(error.to_string().contains("answered with no"), "{error}");
    }
    assert!(!path.exists());
}

#[tokio::test]
async fn without_a_portal_it_says_what_to_install() {
    let bus = Bus::start();
    let runtime = bus.folder.path();
    let compositor = [
        "--backend=headless-backend.so",
        "--socket=compositor",
        "--no-config",
    ];
    let _weston = start("weston", &compositor, runtime, &bus.address, "weston");
    until("the compositor listens", || {
        runtime.join("compositor").exists()
    });
    let displays = NativeDisplays::of_wayland(runtime.join("compositor"), &*bus.address);
    let error = displays.picture(&picture()).await.unwrap_err();
    assert!(
        error.to_string().contains("install xdg-desktop-portal"),
        "{error}"
    );
    let nowhere = NativeDisplays::of_wayland(runtime.join("nowhere"), &*bus.address);
    let error = nowhere.list().await.unwrap_err();
    assert!(matches!(error, SenseError::Unavailable(_)), "{error:?}");
    fs::remove_file(runtime.join("compositor")).unwrap();
}
