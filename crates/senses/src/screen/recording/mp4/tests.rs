//! Files cut at every place, and mended.

use std::{fs, path::Path, time::Duration};

use proptest::prelude::*;
use tempfile::TempDir;

use super::{layout::TICKS, *};
use crate::screen::recording::{
    film::Container as _,
    repair::{Repaired, repair},
};

/// Where the box is that makes room for a longer head.
const FREE: usize = 36;

fn format() -> Format {
    Format {
        width: 64,
        height: 48,
        sequence: vec![0x67, 66, 0xc0, 31, 1, 2, 3],
        picture: vec![0x68, 1, 2],
    }
}

fn create(path: &Path) -> Mp4 {
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)
        .unwrap();
    Mp4::begin(file, &format(), None).unwrap()
}

/// A frame each 100 ms, each as long as its number.
fn write(path: &Path, frames: u32) -> Mp4 {
    let mut mp4 = create(path);
    for frame in 0..frames {
        let data = vec![u8::try_from(frame % 251).unwrap(); frame as usize + 1];
        mp4.push(Duration::from_millis(100) * frame, &data, frame % 30 == 0)
            .unwrap();
    }
    mp4
}

#[test]
fn a_file_that_ended_in_order_is_whole() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let bytes = write(&path, 40).finish(Duration::from_secs(4)).unwrap();
    let written = fs::read(&path).unwrap();
    assert_eq!(bytes, written.len() as u64);
    assert_eq!(repair(&path), Ok(Repaired::Whole));
    assert_eq!(fs::read(&path).unwrap(), written);
    // The one large box reaches from the free one to the index.
    assert_eq!(&written[FREE + 4..FREE + 8], b"mdat");
    let around = u64::from_be_bytes(written[FREE + 8..FREE + 16].try_into().unwrap());
    let index = FREE + usize::try_from(around).unwrap();
    assert_eq!(&written[index + 4..index + 8], b"moov");
    let duration = boxes::find(&written[index..], &[b"moov", b"mvhd"])
        .and_then(|head| boxes::long_number(head, 24))
        .unwrap();
    assert_eq!(duration, 4 * u64::from(TICKS));
}

#[test]
fn a_file_that_was_let_go_has_all_but_its_last_moment() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    drop(write(&path, 40));
    assert_eq!(
        repair(&path),
        Ok(Repaired::Mended {
            duration: Duration::from_millis(3500),
            frames: 35,
            cut_bytes: 0
        })
    );
    assert_eq!(repair(&path), Ok(Repaired::Whole));
}

#[test]
fn a_pause_between_fragments_is_not_lost() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let mut mp4 = create(&path);
    mp4.push(Duration::ZERO, &[1], true).unwrap();
    mp4.flush(Duration::from_millis(33)).unwrap();
    mp4.push(Duration::from_secs(1), &[2], false).unwrap();
    mp4.flush(Duration::from_millis(1033)).unwrap();
    drop(mp4);
    assert_eq!(
        repair(&path),
        Ok(Repaired::Mended {
            duration: Duration::from_millis(1033),
            frames: 2,
            cut_bytes: 0
        })
    );
}

#[test]
fn sound_is_kept_beside_the_frames_of_its_time() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.mp4");
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .unwrap();
    let mut mp4 = Mp4::begin(file, &format(), Some(SoundFormat { delay: 312 })).unwrap();
    for frame in 0..40u8 {
        let at = Duration::from_millis(100) * frame.into();
        mp4.push(at, &[frame; 9], frame % 30 == 0).unwrap();
        for packet in 0..5 {
            mp4.hear(&[200 + packet; 7]).unwrap();
        }
    }
    drop(mp4);
    let Ok(Repaired::Mended { frames: 35, .. }) = repair(&path) else {
        panic!("{:?}", repair(&path));
    };
    let written = fs::read(&path).unwrap();
    let around = u64::from_be_bytes(written[FREE + 8..FREE + 16].try_into().unwrap());
    let movie = &written[FREE + usize::try_from(around).unwrap()..];
    let tracks: Vec<_> = boxes::each(boxes::find(movie, &[b"moov"]).unwrap())
        .filter(|(kind, _)| kind == b"trak")
        .map(|(_, inside)| inside)
        .collect();
    assert_eq!(tracks.len(), 2);
    let sound = boxes::find(tracks[1], &[b"mdia"]).unwrap();
    let head = boxes::find(sound, &[b"mdhd"]).unwrap();
    let ticks = boxes::long_number(head, 24).unwrap();
    // What came with the frame after the last that was kept is kept too.
    assert!((35 * 5..=36 * 5).contains(&(ticks / 960)), "{ticks}");
    let chunks = boxes::find(sound, &[b"minf", b"stbl", b"co64"]).unwrap();
    assert!(boxes::number(chunks, 4).unwrap() >= 7);
    for chunk in chunks[8..].as_chunks::<8>().0 {
        let at = usize::try_from(u64::from_be_bytes(*chunk)).unwrap();
        assert_eq!(written[at..at + 7], [200; 7]);
        assert_eq!(written[at + 7..at + 14], [201; 7]);
    }
}

#[test]
fn other_files_stay_as_they_are() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("other");
    for content in [
        &b""[..],
        b"hello, world",
        b"\0\0\0\x08free\0\0\0\x08moov",
        &[0xff; 64],
    ] {
        fs::write(&path, content).unwrap();
        let error = repair(&path).unwrap_err().to_string();
        assert!(error.contains("not a recording of Chaperone's"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    let error = repair(&folder.path().join("none")).unwrap_err().to_string();
    assert!(error.contains("could not repair the recording"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn wherever_it_is_cut_what_was_whole_is_kept(cut in 0.0f64..1.0, noise in any::<[u8; 24]>(), noisy: bool) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a.mp4");
        drop(write(&path, 40));
        let whole = fs::read(&path).unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "some place in the file")]
        let mut torn = whole[..(whole.len() as f64 * cut) as usize].to_vec();
        let kept = torn.len();
        if noisy {
            torn.extend(noise);
        }
        fs::write(&path, &torn).unwrap();
        match repair(&path) {
            Ok(Repaired::Mended { frames, cut_bytes, .. }) => {
                prop_assert!(frames % 5 == 0 && frames <= 35);
                let good = torn.len() - usize::try_from(cut_bytes).unwrap();
                prop_assert!(good <= kept || noisy);
                prop_assert_eq!(repair(&path), Ok(Repaired::Whole));
                // A repair that was broken off before its last step is taken up.
                let mended = fs::read(&path).unwrap();
                let mut undone = mended[..mended.len() - 3].to_vec();
                undone[FREE..FREE + 16].copy_from_slice(&whole[FREE..FREE + 16]);
                fs::write(&path, &undone).unwrap();
                prop_assert!(repair(&path).is_ok());
                prop_assert_eq!(fs::read(&path).unwrap(), mended);
            }
            Ok(Repaired::Whole) => prop_assert!(false, "it had no index"),
            Err(_) => prop_assert!(kept < 1400, "{} bytes were there", kept),
        }
    }
}
