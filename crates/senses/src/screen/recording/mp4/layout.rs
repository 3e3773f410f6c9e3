//! What the boxes of a recording say: the head of the file, a fragment, and the index at its end.
//! What they say of one track is next door.
//!
//! A file is `ftyp free moov (moof mdat)*` while it grows: each fragment plays without what follows
//! it. At its end comes a second `moov` that indexes everything, and `free` becomes the head of one
//! `mdat` around all that lies between; what reads the file then sees a plain MP4.

use super::{
    boxes::{Boxes, HEAD_BYTES},
    track::{Track, count, describe_picture, describe_sound, empty, full, track},
};

/// Ticks a second of all times in the file.
pub(crate) const TICKS: u32 = 90_000;

/// The flags of a sample that stands by itself, and of one that needs others.
const KEY: u32 = 0x0200_0000;
const DEPENDENT: u32 = 0x0101_0000;

pub(super) const IDENTITY: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// Room for the head of a box with a long length.
pub(super) const FREE_BYTES: u32 = 16;

/// What the decoder has to know, as the encoder says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Format {
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// The sequence parameter set, without a start code.
    pub(crate) sequence: Vec<u8>,
    /// The picture parameter set, likewise.
    pub(crate) picture: Vec<u8>,
}

/// What the decoder of the sound has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SoundFormat {
    /// So much of the beginning is not heard: the encoder needs it to find its way in.
    pub(crate) delay: u16,
}

/// A frame in the file, or a packet of sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    /// How long it lasts, by the clock of its track.
    pub(super) ticks: u32,
    pub(super) bytes: u32,
    /// Whether it can be shown without any before it.
    pub(super) key: bool,
}

/// The samples of a whole file, by fragment.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) samples: Vec<Sample>,
    /// Where each fragment's samples begin in the file, and how many there are.
    pub(super) chunks: Vec<(u64, u32)>,
    ticks: u64,
}

impl Index {
    /// How long all samples last.
    pub(super) fn ticks(&self) -> u64 {
        self.ticks
    }

    /// Has the last sample last longer.
    pub(super) fn lengthen(&mut self, ticks: u64) {
        if let Some(last) = self.samples.last_mut() {
            let longer = last.ticks.saturating_add(u32::try_from(ticks).unwrap_or(0));
            self.ticks += u64::from(longer - last.ticks);
            last.ticks = longer;
        }
    }

    /// Adds what a fragment holds; what was before lasts until then.
    pub(super) fn add(&mut self, part: Part, lies: u64) {
        self.lengthen(part.begins.saturating_sub(self.ticks));
        self.chunks.push((lies, count(&part.samples)));
        self.ticks += part
            .samples
            .iter()
            .map(|each| u64::from(each.ticks))
            .sum::<u64>();
        self.samples.extend(part.samples);
    }
}

/// `ftyp` and `free`.
pub(super) fn beginning() -> Vec<u8> {
    let mut boxes = Boxes::new();
    boxes.put(*b"ftyp", |boxes| {
        boxes.bytes(b"isom");
        boxes.u32(512);
        boxes.bytes(b"isomiso5iso6avc1mp41");
    });
    boxes.put(*b"free", |boxes| boxes.zeros(8));
    boxes.done()
}

/// `moov` of a file that grows.
pub(super) fn growing(format: &Format, sound: Option<SoundFormat>) -> Vec<u8> {
    let picture = Track::Picture {
        width: format.width,
        height: format.height,
    };
    let both = [Track::PICTURE, Track::SOUND];
    let (alone, _) = both.split_at(1);
    let tracks = if sound.is_some() { &both[..] } else { alone };
    movie(0, tracks, |boxes| {
        track(boxes, picture, 0, |boxes| {
            empty(boxes, |boxes| describe_picture(boxes, format));
        });
        if let Some(sound) = sound {
            track(boxes, Track::Sound, 0, |boxes| {
                empty(boxes, |boxes| describe_sound(boxes, sound));
            });
        }
    })
}

/// A track of a file that has ended.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) track: Track,
    /// What is inside the `stsd` of the file's beginning.
    pub(super) description: Vec<u8>,
    pub(super) index: Index,
}

/// `moov` of a file that has ended.
pub(super) fn ended(tracks: &[Whole]) -> Vec<u8> {
    let ticks = |whole: &Whole| whole.track.in_file(whole.index.ticks());
    movie(tracks.iter().map(ticks).max().unwrap_or(0), &[], |boxes| {
        for whole in tracks {
            track(boxes, whole.track, whole.index.ticks(), |boxes| {
                full(boxes, whole);
            });
        }
    })
}

/// The head of the `mdat` that takes the place of `free` and reaches up to the second `moov`.
pub(super) fn around(bytes: u64) -> Vec<u8> {
    let mut boxes = Boxes::new();
    // A length of one says that the long length follows.
    boxes.u32(1);
    boxes.bytes(b"mdat");
    boxes.u64(bytes);
    boxes.done()
}

/// What a fragment holds of one track.
#[derive(Debug)]
pub(super) struct Part {
    /// The track's number.
    pub(super) track: u32,
    /// How far from the track's beginning it begins.
    pub(super) begins: u64,
    pub(super) samples: Vec<Sample>,
}

impl Part {
    pub(super) fn bytes(&self) -> u32 {
        self.samples.iter().map(|sample| sample.bytes).sum()
    }
}

/// `moof` of a fragment; the head of its `mdat` follows, in which the parts lie one after another.
pub(super) fn fragment(number: u32, parts: &[Part]) -> Vec<u8> {
    let bytes: u32 = parts.iter().map(Part::bytes).sum();
    let build = |offset: u32| {
        let mut boxes = Boxes::new();
        boxes.put(*b"moof", |boxes| {
            boxes.full(*b"mfhd", 0, |boxes| boxes.u32(number));
            let mut offset = offset;
            for part in parts {
                boxes.put(*b"traf", |boxes| held(boxes, part, offset));
                offset = offset.saturating_add(part.bytes());
            }
        });
        boxes
    };
    let length = build(0).done().len() + HEAD_BYTES;
    let mut boxes = build(u32::try_from(length).unwrap_or(u32::MAX));
    boxes.u32(bytes.saturating_add(8));
    boxes.bytes(b"mdat");
    boxes.done()
}

fn held(boxes: &mut Boxes, part: &Part, offset: u32) {
    // Offsets count from the beginning of this `moof`.
    boxes.full(*b"tfhd", 0x02_0000, |boxes| boxes.u32(part.track));
    boxes.full(*b"tfdt", 0x0100_0000, |boxes| boxes.u64(part.begins));
    boxes.full(*b"trun", 0x0701, |boxes| {
        boxes.u32s(&[count(&part.samples), offset]);
        for sample in &part.samples {
            let flags = if sample.key { KEY } else { DEPENDENT };
            boxes.u32s(&[sample.ticks, sample.bytes, flags]);
        }
    });
}

/// Whether a sample with these flags stands by itself.
pub(super) fn is_key(flags: u32) -> bool {
    flags == KEY
}

/// `moov` with these tracks, of which the numbered ones have more in fragments.
fn movie(ticks: u64, growing: &[u32], tracks: impl FnOnce(&mut Boxes)) -> Vec<u8> {
    let mut boxes = Boxes::new();
    boxes.put(*b"moov", |boxes| {
        boxes.full(*b"mvhd", 0x0100_0000, |boxes| {
            boxes.zeros(16);
            boxes.u32(TICKS);
            boxes.u64(ticks);
            boxes.u32s(&[0x1_0000, 0x0100_0000, 0, 0]);
            boxes.u32s(&IDENTITY);
            boxes.zeros(24);
            // The number of a track that somebody might add.
            boxes.u32(3);
        });
        tracks(boxes);
        if !growing.is_empty() {
            boxes.put(*b"mvex", |boxes| {
                for number in growing {
                    boxes.full(*b"trex", 0, |boxes| boxes.u32s(&[*number, 1, 0, 0, 0]));
                }
            });
        }
    });
    boxes.done()
}
