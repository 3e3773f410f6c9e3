//! Displays of the tests' own, and players for what was recorded of them.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use chaperone_protocol::RecordingFormat;
use chaperone_senses::{Ending, NativeDisplays, Progress, Recording, RecordingWish};
use tokio::time::timeout;
use x11rb::{
    connection::Connection as _,
    protocol::xproto::{ChangeGCAux, ConnectionExt as _, CreateGCAux, Rectangle, SubwindowMode},
    rust_connection::RustConnection,
};

/// Later than any recording here lasts.
pub(crate) const END: f64 = 1e6;

pub(crate) const RED: u32 = 0x00d0_2010;
pub(crate) const BLUE: u32 = 0x0010_30c0;
pub(crate) const GREEN: u32 = 0x0020_b040;

pub(crate) fn displays(server: &XServer) -> NativeDisplays {
    NativeDisplays::of_x_server(&server.name)
}

/// One of the kind that its file's name ends with.
pub(crate) fn recording(path: PathBuf) -> RecordingWish {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap();
    let mut kinds = RecordingFormat::ALL.into_iter();
    let format = kinds.find(|kind| kind.as_str() == ending).unwrap();
    RecordingWish {
        format,
        ..RecordingWish::new(path, Duration::from_secs(30))
    }
}

pub(crate) async fn ended(mut recording: Recording) -> (Progress, Ending) {
    timeout(Duration::from_secs(10), recording.ended())
        .await
        .unwrap()
}

/// A program that ends with the test.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended by itself needs no end.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// An X server without a screen to look at.
pub(crate) struct XServer {
    /// What `DISPLAY` would be.
    pub(crate) name: String,
    pub(crate) process: Running,
}

impl XServer {
    /// One display of that extent.
    pub(crate) fn start(extent: &str) -> Self {
        let screen = format!("{extent}x24");
        Self::with(&["-screen", "0", &screen])
    }

    /// One that tells, and one that does not tell, what changes.
    pub(crate) fn telling_and_silent(extent: &str) -> [Self; 2] {
        let screen = format!("{extent}x24");
        let silent = ["-screen", "0", &screen, "-extension", "DAMAGE"];
        [Self::start(extent), Self::with(&silent)]
    }

    pub(crate) fn with(arguments: &[&str]) -> Self {
        let mut child = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("these tests need Xvfb (Debian's package xvfb): {error}")
            });
        let mut number = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        assert!(
            !number.trim().is_empty(),
            "Xvfb did not start: {arguments:?}"
        );
        Self {
            name: format!(":{}", number.trim()),
            process: Running(child),
        }
    }

    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.name).stdin(Stdio::null());
        command
    }

    /// Arranges displays.
    pub(crate) fn xrandr(&self, arguments: &str) {
        let mut command = self.command("xrandr");
        let output = run(command.args(arguments.split(' ')), "x11-xserver-utils");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments}: {said}");
    }

    pub(crate) fn painter(&self) -> Painter {
        self.painter_on(0)
    }

    pub(crate) fn painter_on(&self, screen: usize) -> Painter {
        let name = format!("{}.{screen}", self.name);
        let (connection, screen) = RustConnection::connect(Some(&name)).unwrap();
        let root = connection.setup().roots[screen].root;
        let gc = connection.generate_id().unwrap();
        let everywhere = CreateGCAux::new().subwindow_mode(SubwindowMode::INCLUDE_INFERIORS);
        connection.create_gc(gc, root, &everywhere).unwrap();
        Painter {
            connection,
            root,
            gc,
        }
    }
}

/// Paints on a display.
pub(crate) struct Painter {
    connection: RustConnection,
    root: u32,
    gc: u32,
}

impl Painter {
    /// A filled rectangle, which is there when this returns.
    pub(crate) fn fill(&self, colour: u32, x: i16, y: i16, width: u16, height: u16) {
        self.connection
            .change_gc(self.gc, &ChangeGCAux::new().foreground(colour))
            .unwrap();
        let rectangle = Rectangle {
            x,
            y,
            width,
            height,
        };
        self.connection
            .poly_fill_rectangle(self.root, self.gc, &[rectangle])
            .unwrap();
        self.connection.get_input_focus().unwrap().reply().unwrap();
    }

    /// Puts the mouse pointer there.
    pub(crate) fn point(&self, x: i16, y: i16) {
        self.connection
            .warp_pointer(x11rb::NONE, self.root, 0, 0, 0, 0, x, y)
            .unwrap();
        self.connection.get_input_focus().unwrap().reply().unwrap();
    }
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command, package: &str) -> Output {
    command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| {
            panic!("these tests need {command:?} (Debian's package {package}): {error}")
        })
}

/// What a player makes of a file.
#[derive(Debug, PartialEq)]
pub(crate) struct Played {
    pub(crate) codec: String,
    pub(crate) width: u64,
    pub(crate) height: u64,
    pub(crate) frames: u64,
    /// Nothing where the file does not say it, as `WebM` does not before its end.
    pub(crate) seconds: f64,
}

/// Decodes all of a file; fails if the player finds anything wrong with it.
pub(crate) fn play(path: &Path) -> Played {
    let output = run(
        Command::new("ffprobe")
            .args(["-v", "warning", "-count_frames", "-of", "json"])
            .args([
                "-show_entries",
                "stream=codec_name,width,height,nb_read_frames:format=duration",
            ])
            .arg(path),
        "ffmpeg",
    );
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let stream = &found["streams"][0];
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Played {
        codec: text(&stream["codec_name"]),
        width: stream["width"].as_u64().unwrap(),
        height: stream["height"].as_u64().unwrap(),
        frames: text(&stream["nb_read_frames"]).parse().unwrap(),
        seconds: text(&found["format"]["duration"]).parse().unwrap_or(0.0),
    }
}

/// Red, green and blue at a place of what is shown at a time: of the last frame until then.
pub(crate) fn colour_at(path: &Path, seconds: f64, x: u32, y: u32) -> [u8; 3] {
    let filters = format!(
        "select='lte(t,{seconds})',scale=in_color_matrix=auto,format=rgb24,crop=1:1:{x}:{y}:exact=1"
    );
    let output = run(
        Command::new("ffmpeg")
            .args(["-v", "error", "-i"])
            .arg(path)
            .args(["-vsync", "passthrough", "-vf", &filters])
            .args(["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]),
        "ffmpeg",
    );
    let said = String::from_utf8_lossy(&output.stderr);
    let colours = output.stdout.chunks_exact(3);
    let last = colours.last().and_then(|colour| colour.try_into().ok());
    last.unwrap_or_else(|| panic!("no picture at {seconds} s of {}: {said}", path.display()))
}

pub(crate) fn assert_near(found: [u8; 3], wanted: u32) {
    let [_, red, green, blue] = wanted.to_be_bytes();
    let apart = |(found, wanted): (&u8, u8)| found.abs_diff(wanted);
    let far = found
        .iter()
        .zip([red, green, blue])
        .map(apart)
        .max()
        .unwrap();
    assert!(far <= 14, "{found:?} is not {wanted:06x}");
}

/// Waits until it is so.
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "waited in vain: {what}"
        );
        thread::sleep(Duration::from_millis(20));
    }
}

/// A number that the kernel tells of a process, in KiB.
pub(crate) fn memory(process: u32, what: &str) -> u64 {
    let mut status = String::new();
    File::open(format!("/proc/{process}/status"))
        .unwrap()
        .read_to_string(&mut status)
        .unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

pub(crate) fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |data| data.len())
}
