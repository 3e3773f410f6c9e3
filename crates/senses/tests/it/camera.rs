//! Photos from cameras that answer in the kernel's place: what reaches nokhwa is what a real
//! driver would give it.

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Stdio},
    sync::LazyLock,
    time::{Duration, Instant},
};

use chaperone_protocol::{Resolution, Snap};
use chaperone_senses::{Cameras as _, NativeCameras, SenseError, Shot};
use image::{ImageFormat, Rgb, RgbImage};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

/// Two cameras that work, and what else such a computer has in `/dev`.
const TWO: &str = "2|Desk Camera|YUYV 64x48 128x72; MJPG 192x108|every=5\n\
                   1|Face Camera|YUYV 32x24|every=5\n\
                   3|Face Camera||";

/// The program that stands in for the kernel, built once.
static KERNEL: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    let library = folder.path().join("camera.so");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
        .arg(&library)
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/it/fixtures/camera.c"
        ))
        .args(["-ldl", "-lpthread"])
        .status()
        .expect("these tests need a C compiler: install build-essential");
    assert!(built.success(), "the test camera does not compile");
    (folder, library)
});

/// A computer with cameras.
struct Computer {
    cameras: String,
    folder: TempDir,
}

/// What a program on it told.
struct Told {
    said: String,
    photo: Option<RgbImage>,
    log: Vec<(f64, String)>,
}

impl Computer {
    fn with(cameras: impl Into<String>) -> Self {
        let folder = TempDir::new().unwrap();
        let halves = |left| {
            RgbImage::from_fn(32, 24, move |x, _| {
                Rgb(if x < 16 { left } else { [0, 0, 255] })
            })
        };
        for (name, picture) in [
            ("bright.jpg", halves([255, 0, 0])),
            ("black.jpg", RgbImage::new(32, 24)),
        ] {
            picture
                .save_with_format(folder.path().join(name), ImageFormat::Jpeg)
                .unwrap();
        }
        Self {
            cameras: cameras.into(),
            folder,
        }
    }

    /// One camera with these formats and faults.
    fn with_one(formats: &str, faults: &str) -> Self {
        Self::with(format!("0|Camera|{formats}|every=5 {faults}"))
    }

    /// Runs one of the parts below in a process of its own, whose kernel is ours.
    fn run(&self, part: &str, words: &[(&str, &str)]) -> Told {
        let place = |name: &str| self.folder.path().join(name);
        for leftover in ["log", "photo.jpg"] {
            fs::remove_file(place(leftover)).ok();
        }
        let output = Command::new(env::current_exe().unwrap())
            .args([
                "--exact",
                &format!("camera::{part}"),
                "--ignored",
                "--nocapture",
            ])
            .env("LD_PRELOAD", &KERNEL.1)
            .env("CAMERAS", &self.cameras)
            .env("CAMERA_JPEG", place("bright.jpg"))
            .env("CAMERA_BLACK_JPEG", place("black.jpg"))
            .env("CAMERA_LOG", place("log"))
            .env("PHOTO", place("photo.jpg"))
            .envs(words.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let said = printed
            .lines()
            .find_map(|line| line.strip_prefix("said: "))
            .unwrap_or_else(|| {
                let errors = String::from_utf8_lossy(&output.stderr);
                panic!("said nothing: {printed}{errors}")
            })
            .to_owned();
        let log = fs::read_to_string(place("log")).unwrap_or_default();
        Told {
            said,
            photo: image::open(place("photo.jpg")).ok().map(|photo| {
                // By its bytes, whatever its name says.
                assert_eq!(
                    image::guess_format(&fs::read(place("photo.jpg")).unwrap()).unwrap(),
                    ImageFormat::Jpeg
                );
                photo.into_rgb8()
            }),
            log: log
                .lines()
                .map(|line| {
                    let (at, event) = line.split_once(' ').unwrap();
                    (at.parse().unwrap(), event.to_owned())
                })
                .collect(),
        }
    }

    fn snap(&self, words: &[(&str, &str)]) -> Told {
        self.run("photographer", words)
    }
}

impl Told {
    fn events(&self, what: &str) -> usize {
        self.log.iter().filter(|(_, event)| event == what).count()
    }

    /// The last time that it happened.
    fn at(&self, what: &str) -> f64 {
        let last = self.log.iter().rev().find(|(_, event)| event == what);
        last.unwrap_or_else(|| panic!("no {what} in {:?}", self.log))
            .0
    }

    fn assert_halves(&self, left: [u8; 3], right: [u8; 3]) {
        let photo = self
            .photo
            .as_ref()
            .unwrap_or_else(|| panic!("no photo: {}", self.said));
        let (width, height) = photo.dimensions();
        for (x, wanted) in [(width / 4, left), (width * 3 / 4, right)] {
            for y in [0, height / 2, height - 1] {
                let Rgb(seen) = *photo.get_pixel(x, y);
                let near = seen.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 16);
                assert!(near, "{seen:?} at {x},{y} is not {wanted:?}");
            }
        }
    }

    fn assert_closed(&self, camera: u32) {
        let opened = self.events(&format!("{camera} open"));
        assert_eq!(opened, self.events(&format!("{camera} close")));
        assert_eq!(
            self.events(&format!("{camera} start")),
            self.events(&format!("{camera} stop"))
        );
    }
}

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];

fn asked() -> Shot {
    let snap = Snap {
        camera: env::var("CAMERA").ok(),
        resolution: env::var("EXTENT").ok().map(|text| text.parse().unwrap()),
        save_path: None,
    };
    Shot::asked(&snap, env::var("PREFERRED").ok().as_deref())
}

fn patient(milliseconds: u64) -> NativeCameras {
    NativeCameras::new().within(Duration::from_millis(milliseconds))
}

/// Not a test by itself: what a program does on a computer with cameras.
#[tokio::test]
#[ignore = "a part of other tests"]
async fn photographer() {
    let limit = env::var("LIMIT").map_or(8_000, |limit| limit.parse().unwrap());
    let snapped = patient(limit).snap(&asked()).await;
    if let Ok(photo) = &snapped {
        fs::write(env::var("PHOTO").unwrap(), &photo.jpeg).unwrap();
    }
    println!("\nsaid: {snapped:?}");
}

/// Not a test by itself.
#[tokio::test]
#[ignore = "a part of other tests"]
async fn lister() {
    println!("\nsaid: {:?}", NativeCameras::new().list().await);
}

/// Not a test by itself: gives up, asks again at once and once more.
#[tokio::test]
#[ignore = "a part of other tests"]
async fn turncoat() {
    let cameras = patient(8_000);
    let shot = Shot::default();
    let gone = timeout(Duration::from_millis(300), cameras.snap(&shot)).await;
    assert!(gone.is_err());
    sleep(Duration::from_millis(900)).await;
    let again = cameras.within(Duration::from_millis(300)).snap(&shot).await;
    println!("\nsaid: {again:?}");
}

/// Not a test by itself: two ask for the same camera, and a third for the other.
#[tokio::test]
#[ignore = "a part of other tests"]
async fn crowd() {
    let cameras = patient(8_000);
    let of = |id: &str| {
        let snap = Snap {
            camera: Some(id.to_owned()),
            ..Snap::default()
        };
        Shot::asked(&snap, None)
    };
    let (desk, face) = (of("2"), of("1"));
    let asked_at = Instant::now();
    let second = async {
        sleep(Duration::from_millis(150)).await;
        let asked_at = Instant::now();
        (cameras.snap(&desk).await, asked_at.elapsed())
    };
    let (first, (second, waited), third) =
        tokio::join!(cameras.snap(&desk), second, cameras.snap(&face));
    assert!(first.is_ok() && third.is_ok(), "{first:?} {third:?}");
    let took = asked_at.elapsed();
    assert!(waited < took / 3, "{waited:?} of {took:?}");
    println!("\nsaid: {second:?}");
}

#[test]
fn lists_what_gives_pictures_in_order() {
    let computer = Computer::with(TWO);
    assert_eq!(
        computer.run("lister", &[]).said,
        "Ok([FoundCamera { id: \"1\", name: \"Face Camera\" }, \
         FoundCamera { id: \"2\", name: \"Desk Camera\" }])"
    );
}

#[test]
fn a_computer_without_cameras_says_so() {
    let computer = Computer::with("3|Not a camera||");
    assert_eq!(computer.run("lister", &[]).said, "Ok([])");
    assert_eq!(
        computer.snap(&[]).said,
        "Err(Missing(\"this computer has no camera: plug one in, or switch it on\"))"
    );
}

#[test]
fn every_format_shows_what_is_there_in_its_light() {
    for (formats, faults) in [
        ("YUYV 32x24", ""),
        ("YUYV 32x24", "gap=32"),
        ("NV12 32x24", ""),
        ("NV12 32x24", "gap=64"),
        ("MJPG 32x24", ""),
    ] {
        let told = Computer::with_one(formats, faults).snap(&[]);
        told.assert_halves(RED, BLUE);
        assert_eq!(
            told.photo.as_ref().unwrap().dimensions(),
            (32, 24),
            "{formats}"
        );
        // The camera's own first eight are black.
        assert!(told.events("0 frame") > 8, "{:?}", told.log);
        told.assert_closed(0);
    }
}

#[test]
fn the_camera_meant_and_no_other() {
    let computer = Computer::with(TWO);
    for (words, left) in [
        (&[][..], GREEN),
        (&[("CAMERA", "1")], GREEN),
        (&[("CAMERA", "2")], RED),
        (&[("PREFERRED", "2")], RED),
        (&[("PREFERRED", "2"), ("CAMERA", "1")], GREEN),
    ] {
        let mut words = words.to_vec();
        words.push(("EXTENT", "32x24"));
        computer.snap(&words).assert_halves(left, BLUE);
    }
    for words in [("CAMERA", "0"), ("CAMERA", "3"), ("PREFERRED", "7")] {
        let told = computer.snap(&[words]);
        assert!(
            told.said
                .contains("\\\"1\\\" (Face Camera), \\\"2\\\" (Desk Camera)"),
            "{}",
            told.said
        );
        let code = if words.0 == "CAMERA" {
            "Err(Invalid("
        } else {
            "Err(Missing("
        };
        assert!(told.said.starts_with(code), "{}", told.said);
        assert_eq!(told.events("1 start") + told.events("2 start"), 0);
    }
}

#[test]
fn the_nearest_extent() {
    let computer = Computer::with(TWO);
    for (wish, given) in [
        ("1x1", (64, 48)),
        ("130x70", (128, 72)),
        // The file that the fixture gives as MJPG: a frame's own extent is the true one.
        ("400x300", (32, 24)),
    ] {
        let told = computer.snap(&[("CAMERA", "2"), ("EXTENT", wish)]);
        assert_eq!(told.photo.as_ref().unwrap().dimensions(), given, "{wish}");
        let Resolution { width, height } = Resolution {
            width: given.0,
            height: given.1,
        };
        assert!(
            told.said.contains(&format!(
                "Resolution {{ width: {width}, height: {height} }}"
            )),
            "{}",
            told.said
        );
    }
}

#[test]
fn what_is_wrong_is_told_apart() {
    let formats = "YUYV 32x24";
    for (faults, start, rest) in [
        ("open=13", "Err(Refused(", "group \\\"video\\\""),
        ("open=16", "Err(Busy(", "in use by another program"),
        ("open=19", "Err(Missing(", "is gone: plug it in"),
        ("set=16", "Err(Busy(", "in use by another program"),
        ("start=16", "Err(Busy(", "in use by another program"),
        ("start=28", "Err(Failed(", "os error 28"),
        ("unplug=0", "Err(Missing(", "is gone: plug it in"),
        ("unplug=5", "Err(Missing(", "is gone: plug it in"),
        ("silent=0", "Err(TimedOut(", "gave no picture in time"),
        ("silent=4", "Err(TimedOut(", "too slow"),
    ] {
        let told = Computer::with_one(formats, faults).snap(&[("LIMIT", "700")]);
        assert!(
            told.said.starts_with(start) && told.said.contains(rest),
            "{faults}: {}",
            told.said
        );
        assert_eq!(told.events("0 open"), told.events("0 close"), "{faults}");
    }
}

#[test]
fn frames_cut_off_are_passed_over() {
    let told = Computer::with_one("MJPG 32x24", "cut=14").snap(&[]);
    told.assert_halves(RED, BLUE);
    let told = Computer::with_one("MJPG 32x24", "cut=10000").snap(&[("LIMIT", "700")]);
    assert!(
        told.said.starts_with("Err(TimedOut(") && told.said.contains("no whole picture"),
        "{}",
        told.said
    );
}

#[test]
fn a_slow_camera_is_waited_for() {
    let computer = Computer::with("0|Camera|YUYV 32x24|every=450");
    let told = computer.snap(&[]);
    // Not yet its light: a slow camera is not waited for until its eighth frame.
    assert!(told.said.starts_with("Ok("), "{}", told.said);
    assert!(told.events("0 frame") >= 3, "{:?}", told.log);
}

#[test]
fn its_time_over_a_camera_is_let_go() {
    let told = Computer::with_one("YUYV 32x24", "silent=0").snap(&[("LIMIT", "500")]);
    assert!(told.said.starts_with("Err(TimedOut("), "{}", told.said);
    told.assert_closed(0);
    let held = told.at("0 close") - told.at("0 start");
    assert!((0.3..1.0).contains(&held), "{held} s");
}

#[test]
fn given_up_a_camera_is_let_go() {
    let told = Computer::with_one("YUYV 32x24", "silent=0").run("turncoat", &[]);
    // Not busy: the first has ended.
    assert!(told.said.starts_with("Err(TimedOut("), "{}", told.said);
    told.assert_closed(0);
    let times = |what: &str| -> Vec<f64> {
        told.log
            .iter()
            .filter(|(_, event)| event == what)
            .map(|(at, _)| *at)
            .collect()
    };
    let held = times("0 stop")[0] - times("0 start")[0];
    assert!((0.2..0.8).contains(&held), "{held} s");
}

#[test]
fn one_at_a_time() {
    let told = Computer::with(TWO.replace("every=5", "every=40")).run("crowd", &[]);
    assert_eq!(
        told.said,
        format!(
            "{:?}",
            Err::<(), _>(SenseError::Busy(
                "the camera \"Desk Camera\" is already taking a photo: try again in some seconds"
                    .to_owned()
            ))
        )
    );
    assert_eq!(told.events("2 start"), 1);
    told.assert_closed(1);
    told.assert_closed(2);
}
