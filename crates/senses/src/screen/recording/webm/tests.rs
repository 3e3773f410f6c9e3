//! Files cut at every place, and mended.

use std::{fs, path::Path, time::Duration};

use chaperone_protocol::Resolution;
use proptest::prelude::*;
use tempfile::TempDir;

use super::{
    elements::{UNKNOWN, each, whole},
    layout::{CLUSTER, SEGMENT, SIMPLE_BLOCK, TIMESTAMP, length_at},
    *,
};
use crate::screen::recording::{
    film::Container as _,
    mp4::SoundFormat,
    repair::{Repaired, repair},
};

const EXTENT: Resolution = Resolution {
    width: 64,
    height: 48,
};

fn create(path: &Path, sound: Option<SoundFormat>) -> Webm {
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)
        .unwrap();
    Webm::begin(file, &EXTENT, sound).unwrap()
}

/// A frame each 100 ms, each as long as its number.
fn write(path: &Path, frames: u32) -> Webm {
    let mut webm = create(path, None);
    for frame in 0..frames {
        let data = vec![u8::try_from(frame % 251).unwrap(); frame as usize + 1];
        webm.push(Duration::from_millis(100) * frame, &data, frame % 30 == 0)
            .unwrap();
    }
    webm
}

/// What is directly in the segment, which must fill the rest of the file.
fn inside(file: &[u8]) -> Vec<(u32, &[u8])> {
    let (kind, segment) = each(file).nth(1).unwrap();
    assert_eq!(kind, SEGMENT);
    let inside: Vec<_> = each(segment).collect();
    let last = inside.last().unwrap().1.as_ptr_range().end;
    assert_eq!(last, file.as_ptr_range().end);
    inside
}

/// Each block: its track, when it begins, whether it is a key, how long its data is.
fn blocks(file: &[u8]) -> Vec<(u8, u64, bool, usize)> {
    let clusters = inside(file)
        .into_iter()
        .filter(|(kind, _)| *kind == CLUSTER);
    let each_block = clusters.flat_map(|(_, cluster)| {
        let mut all = each(cluster);
        let (kind, begins) = all.next().unwrap();
        assert_eq!(kind, TIMESTAMP);
        all.map(move |(kind, block)| {
            assert_eq!(kind, SIMPLE_BLOCK);
            let later = u64::from(u16::from_be_bytes([block[1], block[2]]));
            let key = block[3] & layout::KEY != 0;
            (block[0] & 0x7f, whole(begins) + later, key, block.len() - 4)
        })
    });
    each_block.collect()
}

fn found<'a>(inside: &[(u32, &'a [u8])], kind: u32) -> &'a [u8] {
    inside.iter().find(|(found, _)| *found == kind).unwrap().1
}

#[test]
fn a_file_that_ended_in_order_is_whole() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.webm");
    let bytes = write(&path, 40).finish(Duration::from_secs(4)).unwrap();
    let written = fs::read(&path).unwrap();
    assert_eq!(bytes, written.len() as u64);
    assert_eq!(repair(&path), Ok(Repaired::Whole));
    assert_eq!(fs::read(&path).unwrap(), written);
    let frames: Vec<_> = (0..40u8)
        .map(|frame| {
            (
                1,
                u64::from(frame) * 100,
                frame % 30 == 0,
                frame as usize + 1,
            )
        })
        .collect();
    assert_eq!(blocks(&written), frames);

    // It says where everything is, and that is where it is.
    let inside = inside(&written);
    let from = each(&written).nth(1).unwrap().1;
    let place = |what: &[u8]| what.as_ptr() as usize - from.as_ptr() as usize;
    let seeks = each(found(&inside, 0x114d_9b74)).map(|(_, seek)| {
        let mut seek = each(seek).map(|(_, value)| whole(value));
        (
            seek.next().unwrap(),
            usize::try_from(seek.next().unwrap()).unwrap(),
        )
    });
    let seeks: Vec<_> = seeks.collect();
    assert_eq!(seeks.len(), 3);
    for (kind, at) in seeks {
        assert_eq!(&from[at..at + 4], &kind.to_be_bytes()[4..]);
    }
    let cues: Vec<_> = each(found(&inside, 0x1c53_bb6b))
        .map(|(_, cue)| {
            let mut cue = each(cue);
            let at = whole(cue.next().unwrap().1);
            let lies = each(cue.next().unwrap().1).nth(1).unwrap().1;
            (at, usize::try_from(whole(lies)).unwrap())
        })
        .collect();
    assert_eq!(
        cues.iter().map(|(at, _)| *at).collect::<Vec<_>>(),
        [0, 3000]
    );
    for (at, lies) in cues {
        let cluster = inside.iter().find(|(kind, cluster)| {
            *kind == CLUSTER && (lies..lies + 9).contains(&(place(cluster).saturating_sub(1)))
        });
        let (_, begins) = each(cluster.unwrap().1).next().unwrap();
        assert_eq!(whole(begins), at);
    }
    let lasts = each(found(&inside, 0x1549_a966)).last().unwrap();
    assert_eq!(lasts, (0x4489, &4000f64.to_be_bytes()[..]));
}

#[test]
fn a_file_that_was_let_go_has_all_but_its_last_moment() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.webm");
    drop(write(&path, 40));
    assert_eq!(
        repair(&path),
        Ok(Repaired::Mended {
            duration: Duration::from_millis(3401),
            frames: 35,
            cut_bytes: 0
        })
    );
    assert_eq!(repair(&path), Ok(Repaired::Whole));
    assert_eq!(blocks(&fs::read(&path).unwrap()).len(), 35);
}

#[test]
fn sound_is_kept_beside_the_frames_of_its_time() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.webm");
    let mut webm = create(&path, Some(SoundFormat { delay: 312 }));
    for frame in 0..40u8 {
        let at = Duration::from_millis(100) * frame.into();
        webm.push(at, &[frame; 9], frame % 30 == 0).unwrap();
        for packet in 0..5 {
            webm.hear(&[200 + packet; 7]).unwrap();
        }
    }
    drop(webm);
    let Ok(Repaired::Mended { frames: 35, .. }) = repair(&path) else {
        panic!("{:?}", repair(&path));
    };
    let blocks = blocks(&fs::read(&path).unwrap());
    let sound: Vec<_> = blocks.iter().filter(|block| block.0 == 2).collect();
    // Without a gap, and all that came with the frames.
    assert_eq!(sound.len(), 35 * 5);
    for (number, block) in (0..).zip(sound) {
        assert_eq!(*block, (2, number * 20, true, 7));
    }
    assert!(blocks.is_sorted_by_key(|block| (block.1, block.0)));
}

#[test]
fn a_recorder_that_was_held_up_for_long_loses_nothing() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.webm");
    let mut webm = create(&path, Some(SoundFormat { delay: 312 }));
    webm.push(Duration::ZERO, &[1], true).unwrap();
    for _ in 0..4000 {
        webm.hear(&[7; 3]).unwrap();
    }
    webm.push(Duration::from_secs(80), &[2], false).unwrap();
    webm.finish(Duration::from_secs(81)).unwrap();
    let blocks = blocks(&fs::read(&path).unwrap());
    assert_eq!(blocks.len(), 4002);
    let sound = blocks.iter().filter(|block| block.0 == 2);
    for (number, block) in (0..).zip(sound) {
        assert_eq!(block.1, number * 20);
    }
}

#[test]
fn the_first_frame_is_found_in_half_a_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.webm");
    let mut webm = create(&path, Some(SoundFormat { delay: 312 }));
    let frame = [0x10, 0, 0, 0x9d, 1, 0x2a, 64, 0, 48, 0x40, 9, 9, 9];
    webm.push(Duration::ZERO, &frame, true).unwrap();
    webm.hear(&[7; 3]).unwrap();
    webm.push(Duration::from_millis(30), &[1; 300], false)
        .unwrap();
    webm.finish(Duration::from_secs(1)).unwrap();
    let written = fs::read(&path).unwrap();
    let first = First::find(&written[..written.len() - 250]).unwrap();
    assert_eq!(
        (first.frame, first.width, first.height),
        (&frame[..], 64, 48)
    );
    let picture = first.as_picture();
    assert_eq!(picture.len() % 2, 0);
    assert_eq!(&picture[20..20 + frame.len()], frame);
    for long in 0..200 {
        assert_eq!(First::find(&written[..long]), None);
    }
}

#[test]
fn other_files_stay_as_they_are() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("other");
    let others = [
        MAGIC.to_vec(),
        [&MAGIC[..], &[0xff; 64]].concat(),
        layout::beginning(),
        [layout::beginning(), vec![0xec; 200]].concat(),
    ];
    for content in others {
        fs::write(&path, &content).unwrap();
        let error = repair(&path).unwrap_err().to_string();
        assert!(error.contains("not a recording of Chaperone's"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), content);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn wherever_it_is_cut_what_was_whole_is_kept(cut in 0.0f64..1.0, noise in any::<[u8; 24]>(), noisy: bool) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a.webm");
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
                // Noise may just fill up a cluster that was torn.
                prop_assert!(noisy || frames % 5 == 0);
                prop_assert!((1..=35).contains(&frames), "{}", frames);
                let good = torn.len() - usize::try_from(cut_bytes).unwrap();
                prop_assert!(good <= kept || noisy);
                prop_assert_eq!(repair(&path), Ok(Repaired::Whole));
                let mended = fs::read(&path).unwrap();
                let pictures = blocks(&mended).into_iter().filter(|block| block.0 == 1);
                prop_assert_eq!(pictures.count() as u64, frames);
                // A repair that was broken off before its last step is taken up.
                let mut undone = mended[..mended.len() - 3].to_vec();
                undone[length_at()..length_at() + 8].copy_from_slice(&UNKNOWN);
                fs::write(&path, &undone).unwrap();
                prop_assert!(repair(&path).is_ok());
                prop_assert_eq!(fs::read(&path).unwrap(), mended);
            }
            Ok(Repaired::Whole) => prop_assert!(false, "it had no index"),
            Err(_) => {
                prop_assert!(kept < 500, "{} bytes were there", kept);
                prop_assert_eq!(fs::read(&path).unwrap(), torn);
            }
        }
    }
}
