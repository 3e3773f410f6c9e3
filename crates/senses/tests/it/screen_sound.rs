//! Recordings with sound: a real `PipeWire` session whose microphone hums.

use std::{fs, path::Path, process::Command, time::Duration};

use chaperone_protocol::RecordingFormat;
use chaperone_senses::{
    Displays as _, Ending, NativeDisplays, RecordingWish, Repaired, SenseError, Sound, repair,
};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::{
    desktop::Bus,
    screen_desktop::{RED, Running, XServer, assert_near, colour_at, play, recording, run, until},
    screen_wayland::start,
};

/// How high the microphone's tone is, and that of what the computer plays.
const HERTZ: u32 = 440;
const PLAYED_HERTZ: u32 = 1000;

/// Sound and a display. It ends in the order of its parts.
struct Session {
    displays: NativeDisplays,
    server: XServer,
    microphone: Option<Running>,
    _servers: Vec<Running>,
    bus: Bus,
}

impl Session {
    /// One with something to hear sound from, but no microphone.
    fn start() -> Self {
        let bus = Bus::start();
        let runtime = bus.folder.path();
        let sound = start("pipewire", &[], runtime, &bus.address, "pipewire");
        until("PipeWire listens", || runtime.join("pipewire-0").exists());
        let policy = start("wireplumber", &[], runtime, &bus.address, "wireplumber");
        let mut speakers = Command::new("pw-cli");
        speakers.env("XDG_RUNTIME_DIR", runtime).args([
            "create-node",
            "adapter",
            "{ factory.name=support.null-audio-sink node.name=speakers media.class=Audio/Sink \
             object.linger=true audio.position=[ FL FR ] }",
        ]);
        let made = run(&mut speakers, "pipewire-bin");
        assert!(made.status.success(), "{made:?}");
        let server = XServer::start("320x240");
        server.painter().fill(RED, 0, 0, 320, 240);
        let displays =
            NativeDisplays::of_x_server(&server.name).hearing(runtime.join("pipewire-0"));
        let session = Self {
            displays,
            server,
            microphone: None,
            _servers: vec![sound, policy],
            bus,
        };
        until("there are speakers", || session.has_node("speakers"));
        session
    }

    /// Something for the speakers, as long as what is answered is kept.
    fn play(&self) -> Running {
        let runtime = self.bus.folder.path();
        let file = runtime.join("played.wav");
        fs::write(&file, hum(PLAYED_HERTZ)).unwrap();
        let properties = "{ node.name=player }";
        let arguments = ["-P", properties, file.to_str().unwrap()];
        let address = &self.bus.address;
        let player = start("pw-play", &arguments, runtime, address, "pipewire-bin");
        until("something is played", || self.has_node("player"));
        player
    }

    fn plug_in_microphone(&mut self) {
        let runtime = self.bus.folder.path();
        let file = runtime.join("tone.wav");
        fs::write(&file, hum(HERTZ)).unwrap();
        let properties = "{ node.name=microphone media.class=Audio/Source }";
        let arguments = ["-P", properties, file.to_str().unwrap()];
        let microphone = start(
            "pw-play",
            &arguments,
            runtime,
            &self.bus.address,
            "pipewire-bin",
        );
        self.microphone = Some(microphone);
        until("there is a microphone", || self.has_node("microphone"));
    }

    fn has_node(&self, name: &str) -> bool {
        let mut dump = Command::new("pw-dump");
        dump.env("XDG_RUNTIME_DIR", self.bus.folder.path());
        let told = run(&mut dump, "pipewire-bin").stdout;
        let told: serde_json::Value = serde_json::from_slice(&told).unwrap_or_default();
        let mut objects = told.as_array().into_iter().flatten();
        objects.any(|object| object["info"]["props"]["node.name"] == name)
    }
}

/// A file of twenty seconds in which it hums.
fn hum(hertz: u32) -> Vec<u8> {
    let rate = 48_000u32;
    let samples = (0..rate * 20).flat_map(|number| {
        let turn = f64::from(number * hertz % rate) / f64::from(rate);
        #[expect(clippy::cast_possible_truncation, reason = "a sample")]
        let sample = ((turn * std::f64::consts::TAU).sin() * 12_000.0) as i16;
        sample.to_le_bytes()
    });
    let samples: Vec<u8> = samples.collect();
    let bytes = u32::try_from(samples.len()).unwrap();
    let mut file = b"RIFF".to_vec();
    file.extend((bytes + 36).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(rate.to_le_bytes());
    file.extend((rate * 2).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(bytes.to_le_bytes());
    file.extend(samples);
    file
}

fn with_sound(path: &Path) -> RecordingWish {
    RecordingWish {
        sound: Sound::Microphone,
        ..recording(path.to_owned())
    }
}

/// The samples of a file's sound, 48000 a second.
fn heard(path: &Path) -> Vec<i16> {
    let output = run(
        Command::new("ffmpeg")
            .args(["-v", "warning", "-i"])
            .arg(path)
            .args([
                "-map", "0:a", "-f", "s16le", "-ar", "48000", "-ac", "1", "-",
            ]),
        "ffmpeg",
    );
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
    let samples = output.stdout.as_chunks::<2>().0.iter();
    samples.map(|sample| i16::from_le_bytes(*sample)).collect()
}

/// How often a second it goes up through the middle, and how loud it is at most.
fn tone(samples: &[i16]) -> (f64, i16) {
    let pairs = samples.windows(2);
    let up = pairs.filter(|pair| pair[0] < 0 && pair[1] >= 0).count();
    #[expect(clippy::cast_precision_loss, reason = "some seconds")]
    let each = up as f64 * 48_000.0 / samples.len() as f64;
    (each, samples.iter().copied().max().unwrap_or(0))
}

fn assert_hums(samples: &[i16]) {
    assert_sounds(samples, HERTZ);
}

fn assert_sounds(samples: &[i16], hertz: u32) {
    let (each, loud) = tone(samples);
    // A sound server that comes too late on a busy computer leaves gaps, which change the count.
    let share = each / f64::from(hertz);
    assert!((0.9..1.1).contains(&share), "{each} a second");
    assert!(loud > 4000, "{loud}");
}

#[tokio::test]
async fn what_the_microphone_hears_is_in_the_recording() {
    for (name, codec) in [("a.mp4", "h264"), ("a.webm", "vp8")] {
        let mut session = Session::start();
        session.plug_in_microphone();
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(name);
        let recorded = session.displays.record(&with_sound(&path)).await.unwrap();
        assert!(session.has_node("chaperone"));
        sleep(Duration::from_millis(2600)).await;
        // As a crash would leave it.
        let crashed = folder.path().join(format!("crashed-{name}"));
        fs::copy(&path, &crashed).unwrap();
        let (progress, ending) = recorded.stop().await;
        assert_eq!(ending, Ending::Stopped);
        until("the microphone is let go", || {
            !session.has_node("chaperone")
        });
        drop(session.server);

        let played = play(&path);
        assert_eq!((played.codec.as_str(), played.width), (codec, 320));
        assert_near(colour_at(&path, 1.0, 100, 100), RED);
        let samples = heard(&path);
        #[expect(clippy::cast_precision_loss, reason = "some seconds")]
        let seconds = samples.len() as f64 / 48_000.0;
        let apart = seconds - progress.elapsed.as_secs_f64();
        assert!(apart.abs() < 0.25, "{seconds} {progress:?}");
        assert_hums(&samples[24_000..]);

        // All but the last second of it, with its sound.
        let Ok(Repaired::Mended { duration, .. }) = repair(&crashed) else {
            panic!("it was whole");
        };
        assert!(duration >= Duration::from_millis(1600), "{duration:?}");
        assert!(play(&crashed).seconds > 1.6);
        let samples = heard(&crashed);
        assert!(samples.len() > 48_000 * 3 / 2, "{}", samples.len());
        assert_hums(&samples[24_000..]);
        assert_eq!(repair(&path), Ok(Repaired::Whole));
    }
}

#[tokio::test]
async fn what_the_computer_plays_is_in_the_recording_and_nothing_else() {
    let mut session = Session::start();
    session.plug_in_microphone();
    let player = session.play();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.webm");
    let wish = RecordingWish {
        sound: Sound::Output,
        ..recording(path.clone())
    };
    let recorded = session.displays.record(&wish).await.unwrap();
    sleep(Duration::from_millis(1500)).await;
    drop(player);
    sleep(Duration::from_millis(1500)).await;
    assert_eq!(recorded.stop().await.1, Ending::Stopped);
    let samples = heard(&path);
    assert_sounds(&samples[24_000..60_000], PLAYED_HERTZ);
    // The microphone hums all the time, and is not heard.
    let silent = samples.get(48_000 * 9 / 4..).unwrap();
    assert!(tone(silent).1 < 100, "{:?}", tone(silent));
}

#[tokio::test]
async fn a_microphone_that_is_unplugged_leaves_silence() {
    let mut session = Session::start();
    session.plug_in_microphone();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let recorded = session.displays.record(&with_sound(&path)).await.unwrap();
    sleep(Duration::from_millis(1200)).await;
    drop(session.microphone.take());
    sleep(Duration::from_millis(1800)).await;
    let (progress, ending) = recorded.stop().await;
    assert_eq!(ending, Ending::Stopped);
    assert!(play(&path).seconds > 2.8);
    let samples = heard(&path);
    assert_hums(&samples[24_000..43_200]);
    let silent = samples.get(48_000 * 9 / 4..).unwrap();
    assert!(tone(silent).1 < 100, "{:?} {progress:?}", tone(silent));
}

#[tokio::test]
async fn what_cannot_be_heard_is_refused_in_words() {
    let session = Session::start();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    assert_eq!(session.displays.hears(), Ok(()));
    let error = session
        .displays
        .record(&with_sound(&path))
        .await
        .unwrap_err();
    let SenseError::Missing(said) = error else {
        panic!("{error:?}");
    };
    // What the speakers play is nobody's microphone.
    assert!(said.starts_with("no microphone is heard"), "{said}");
    assert!(said.ends_with("without audio"), "{said}");
    assert!(!path.exists());

    let nowhere = NativeDisplays::of_x_server(&session.server.name).hearing("/nowhere/pipewire-0");
    for error in [
        nowhere.record(&with_sound(&path)).await.unwrap_err(),
        nowhere.hears().unwrap_err(),
    ] {
        let said = error.to_string();
        assert!(said.contains("PipeWire, which does not answer"), "{said}");
    }
    assert!(!path.exists());
    let silent = RecordingWish {
        limit: Duration::from_millis(300),
        format: RecordingFormat::Mp4,
        ..recording(path)
    };
    // Without sound it does not matter.
    let recorded = nowhere.record(&silent).await.unwrap();
    assert_eq!(recorded.stop().await.1, Ending::Stopped);
}
