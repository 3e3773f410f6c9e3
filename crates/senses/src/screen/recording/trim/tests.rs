//! Recordings with real frames and real sound, cut, and looked at by a real player.

use std::{
    fs::{self, File},
    io::Cursor,
    path::{Path, PathBuf},
    process::Command,
};

use chaperone_protocol::{RecordingFormat, Resolution};
use tempfile::TempDir;

use super::*;
use crate::{
    THUMBNAIL_NEEDS_BYTES,
    screen::recording::{
        Repaired, film,
        film::{Why, create},
        kind,
        planes::Planes,
        repair,
    },
    thumbnail,
};

fn ms(number: u64) -> Duration {
    Duration::from_millis(number)
}

fn brightness(second: u64) -> u8 {
    u8::try_from(40 + second * 6).unwrap()
}

fn cut(path: &Path, from: u64, to: u64) -> Result<(PathBuf, Trimmed), SenseError> {
    let mut part = Vec::new();
    let trimmed = trim(&mut File::open(path).unwrap(), &mut part, ms(from), ms(to))?;
    let beside = path.with_file_name(format!("{from}-{to}.mp4"));
    fs::write(&beside, part).unwrap();
    Ok((beside, trimmed))
}

/// Codec, number of frames or packets, and length in milliseconds of each track.
fn played(path: &Path) -> Vec<(String, u64, u64)> {
    let output = Command::new("ffprobe")
        .args(["-v", "warning", "-count_frames", "-of", "json"])
        .args([
            "-show_entries",
            "stream=codec_name,nb_read_frames,duration,start_time",
        ])
        .arg(path)
        .output()
        .expect("these tests need ffprobe (Debian's package ffmpeg)");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let streams = found["streams"].as_array().unwrap().iter();
    streams
        .map(|stream| {
            assert_eq!(text(&stream["start_time"]), "0.000000");
            (
                text(&stream["codec_name"]),
                text(&stream["nb_read_frames"]).parse().unwrap(),
                text(&stream["duration"])
                    .replace('.', "")
                    .parse::<u64>()
                    .unwrap()
                    / 1000,
            )
        })
        .collect()
}

/// How bright each frame is.
fn seen(path: &Path) -> Vec<u8> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-vsync", "passthrough", "-vf", "extractplanes=y"])
        .args(["-f", "rawvideo", "-"])
        .output()
        .expect("these tests need ffmpeg (Debian's package ffmpeg)");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
    let frames = output.stdout.chunks_exact(64 * 48);
    frames.map(|frame| frame[64 * 24 + 32]).collect()
}

#[test]
fn a_part_begins_with_a_frame_that_stands_by_itself_and_ends_where_it_was_wanted_to() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    film(&path, 25).unwrap();
    let original = fs::read(&path).unwrap();
    let (part, trimmed) = cut(&path, 12_300, 17_250).unwrap();
    let wanted = Trimmed {
        from: ms(10_000),
        to: ms(17_250),
        whole: ms(25_000),
    };
    assert_eq!(trimmed, wanted);
    let tracks = played(&part);
    assert_eq!(tracks[0], ("h264".to_owned(), 73, 7_250));
    assert_eq!(tracks[1], ("opus".to_owned(), 362, 7_240));
    let shown = seen(&part);
    let near = |frame: u8, second| frame.abs_diff(brightness(second)) <= 2;
    assert!(near(shown[0], 10) && near(shown[72], 17), "{shown:?}");
    assert!(near(shown[9], 10) && near(shown[10], 11), "{shown:?}");
    assert_eq!(fs::read(&path).unwrap(), original);

    // It is a recording like any other: shown small, whole, and cut again.
    let begins = fs::read(&part).unwrap();
    let begins = &begins[..begins.len().min(THUMBNAIL_NEEDS_BYTES)];
    assert!(thumbnail(begins, 32).is_ok());
    assert_eq!(repair(&part), Ok(Repaired::Whole));
    let (again, trimmed) = cut(&part, 0, 1_040).unwrap();
    assert_eq!((trimmed.from, trimmed.to), (ms(0), ms(1_040)));
    assert_eq!(played(&again)[0], ("h264".to_owned(), 11, 1_040));
    assert_eq!(played(&again)[1], ("opus".to_owned(), 52, 1_040));

    let (end, trimmed) = cut(&path, 20_000, 25_000).unwrap();
    assert_eq!((trimmed.from, trimmed.to), (ms(20_000), ms(25_000)));
    assert_eq!(played(&end)[0], ("h264".to_owned(), 50, 5_000));
}

#[test]
fn what_stands_still_is_cut_anywhere() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let file = create(&path).unwrap();
    let (width, height) = (64, 48);
    let extent = Resolution { width, height };
    let mut still = kind::begin(RecordingFormat::Mp4, file, 10, None).unwrap();
    still
        .add(&Planes::black(extent), ms(0), Why::Touched)
        .unwrap();
    still.settle(ms(700)).unwrap();
    // That it is shown for so long stands in the index alone.
    still.finish(ms(60_000)).unwrap();
    let (part, trimmed) = cut(&path, 20_000, 30_500).unwrap();
    assert_eq!((trimmed.from, trimmed.to), (ms(20_000), ms(30_500)));
    assert_eq!(played(&part), [("h264".to_owned(), 1, 10_500)]);
}

#[test]
fn what_cannot_be_cut_is_refused_in_a_sentence() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    film(&path, 12).unwrap();
    let refused = |from, to| cut(&path, from, to).unwrap_err();
    for (from, to) in [(5_000, 5_000), (6_000, 5_000)] {
        let error = refused(from, to);
        assert!(matches!(error, SenseError::Invalid(_)), "{error:?}");
        assert!(error.to_string().starts_with("nothing would be left"));
    }
    for (from, to) in [(12_000, 12_500), (0, 13_100), (90_000, 100_000)] {
        let error = refused(from, to).to_string();
        assert!(
            error.starts_with("the recording is 12.0 seconds"),
            "{error}"
        );
    }
    // Its end is named in rounded numbers.
    assert_eq!(cut(&path, 10_000, 12_900).unwrap().1.to, ms(12_000));
    for (from, to) in [(0, 12_000), (9_999, 12_000)] {
        let error = refused(from, to).to_string();
        assert!(error.starts_with("nothing can be cut off"), "{error}");
    }
    for other in [&b""[..], b"GIF89a", b"\x1a\x45\xdf\xa3 and more of it"] {
        let error = trim(&mut Cursor::new(other), &mut Vec::new(), ms(0), ms(1)).unwrap_err();
        assert!(matches!(error, SenseError::Failed(_)), "{error:?}");
    }
}

#[test]
fn what_a_crash_left_is_cut_as_far_as_it_got() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    film(&path, 12).unwrap();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let (part, trimmed) = cut(&path, 0, 2_000).unwrap();
    assert_eq!((trimmed.from, trimmed.to), (ms(0), ms(2_000)));
    assert_eq!(played(&part)[0], ("h264".to_owned(), 20, 2_000));
}
