//! What the boxes of a recording say: the head of the file, a fragment, and the index at its end.
//!
//! A file is `ftyp free moov (moof mdat)*` while it grows: each fragment plays without what follows
//! it. At its end comes a second `moov` that indexes everything, and `free` becomes the head of one
//! `mdat` around all that lies between; what reads the file then sees a plain MP4.

use super::boxes::{Boxes, HEAD_BYTES};

/// Ticks a second of all times in the file.
pub(crate) const TICKS: u32 = 90_000;

/// The flags of a sample that stands by itself, and of one that needs others.
const KEY: u32 = 0x0200_0000;
const DEPENDENT: u32 = 0x0101_0000;

const IDENTITY: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

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

/// A frame in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    /// How long it is shown.
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
}

impl Index {
    pub(super) fn ticks(&self) -> u64 {
        self.samples
            .iter()
            .map(|sample| u64::from(sample.ticks))
            .sum()
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
pub(super) fn growing(format: &Format) -> Vec<u8> {
    movie((format.width, format.height), 0, |boxes| {
        boxes.full(*b"stsd", 0, |boxes| {
            boxes.u32(1);
            describe(boxes, format);
        });
        boxes.full(*b"stts", 0, |boxes| boxes.u32(0));
        boxes.full(*b"stsc", 0, |boxes| boxes.u32(0));
        boxes.full(*b"stsz", 0, |boxes| boxes.u32s(&[0, 0]));
        boxes.full(*b"stco", 0, |boxes| boxes.u32(0));
    })
}

/// `moov` of a file that has ended. `description` is what is inside the `stsd` of its beginning.
pub(super) fn ended(sides: (u16, u16), description: &[u8], index: &Index) -> Vec<u8> {
    movie(sides, index.ticks(), |boxes| {
        boxes.put(*b"stsd", |boxes| boxes.bytes(description));
        boxes.full(*b"stts", 0, |boxes| {
            let mut runs: Vec<(u32, u32)> = Vec::new();
            for sample in &index.samples {
                match runs.last_mut() {
                    Some((count, ticks)) if *ticks == sample.ticks => *count += 1,
                    _ => runs.push((1, sample.ticks)),
                }
            }
            boxes.u32(count(&runs));
            for (count, ticks) in runs {
                boxes.u32s(&[count, ticks]);
            }
        });
        boxes.full(*b"stss", 0, |boxes| {
            let keys = (1..).zip(&index.samples).filter(|(_, sample)| sample.key);
            let keys: Vec<u32> = keys.map(|(number, _)| number).collect();
            boxes.u32(count(&keys));
            boxes.u32s(&keys);
        });
        boxes.full(*b"stsc", 0, |boxes| {
            let mut runs: Vec<(u32, u32)> = Vec::new();
            for (number, (_, samples)) in (1..).zip(&index.chunks) {
                if runs.last().is_none_or(|(_, before)| before != samples) {
                    runs.push((number, *samples));
                }
            }
            boxes.u32(count(&runs));
            for (number, samples) in runs {
                boxes.u32s(&[number, samples, 1]);
            }
        });
        boxes.full(*b"stsz", 0, |boxes| {
            boxes.u32s(&[0, count(&index.samples)]);
            for sample in &index.samples {
                boxes.u32(sample.bytes);
            }
        });
        boxes.full(*b"co64", 0, |boxes| {
            boxes.u32(count(&index.chunks));
            for (at, _) in &index.chunks {
                boxes.u64(*at);
            }
        });
    })
}

fn count<T>(things: &[T]) -> u32 {
    u32::try_from(things.len()).unwrap_or(u32::MAX)
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

/// `moof` of a fragment that begins so many ticks after the beginning; the head of its `mdat`
/// follows.
pub(super) fn fragment(number: u32, begins: u64, samples: &[Sample]) -> Vec<u8> {
    let bytes: u32 = samples.iter().map(|sample| sample.bytes).sum();
    let build = |offset: u32| {
        let mut boxes = Boxes::new();
        boxes.put(*b"moof", |boxes| {
            boxes.full(*b"mfhd", 0, |boxes| boxes.u32(number));
            boxes.put(*b"traf", |boxes| {
                // Offsets count from the beginning of this `moof`.
                boxes.full(*b"tfhd", 0x02_0000, |boxes| boxes.u32(1));
                boxes.full(*b"tfdt", 0x0100_0000, |boxes| boxes.u64(begins));
                boxes.full(*b"trun", 0x0701, |boxes| {
                    boxes.u32s(&[count(samples), offset]);
                    for sample in samples {
                        let flags = if sample.key { KEY } else { DEPENDENT };
                        boxes.u32s(&[sample.ticks, sample.bytes, flags]);
                    }
                });
            });
        });
        boxes
    };
    let length = build(0).done().len() + HEAD_BYTES;
    let mut boxes = build(u32::try_from(length).unwrap_or(u32::MAX));
    boxes.u32(bytes.saturating_add(8));
    boxes.bytes(b"mdat");
    boxes.done()
}

/// Whether a sample with these flags stands by itself.
pub(super) fn is_key(flags: u32) -> bool {
    flags == KEY
}

fn movie(sides: (u16, u16), ticks: u64, tables: impl FnOnce(&mut Boxes)) -> Vec<u8> {
    let mut boxes = Boxes::new();
    boxes.put(*b"moov", |boxes| {
        boxes.full(*b"mvhd", 0x0100_0000, |boxes| {
            boxes.zeros(16);
            boxes.u32(TICKS);
            boxes.u64(ticks);
            boxes.u32s(&[0x1_0000, 0x0100_0000, 0, 0]);
            boxes.u32s(&IDENTITY);
            boxes.zeros(24);
            boxes.u32(2);
        });
        boxes.put(*b"trak", |boxes| {
            // Enabled, and part of what is shown.
            boxes.full(*b"tkhd", 0x0100_0003, |boxes| {
                boxes.zeros(16);
                boxes.u32s(&[1, 0]);
                boxes.u64(ticks);
                boxes.zeros(16);
                boxes.u32s(&IDENTITY);
                boxes.u32s(&[u32::from(sides.0) << 16, u32::from(sides.1) << 16]);
            });
            boxes.put(*b"mdia", |boxes| media(boxes, ticks, tables));
        });
        if ticks == 0 {
            boxes.put(*b"mvex", |boxes| {
                boxes.full(*b"trex", 0, |boxes| boxes.u32s(&[1, 1, 0, 0, 0]));
            });
        }
    });
    boxes.done()
}

fn media(boxes: &mut Boxes, ticks: u64, tables: impl FnOnce(&mut Boxes)) {
    boxes.full(*b"mdhd", 0x0100_0000, |boxes| {
        boxes.zeros(16);
        boxes.u32(TICKS);
        boxes.u64(ticks);
        // No language.
        boxes.u32(0x55c4_0000);
    });
    boxes.full(*b"hdlr", 0, |boxes| {
        boxes.u32(0);
        boxes.bytes(b"vide");
        boxes.zeros(12);
        boxes.bytes(b"display\0");
    });
    boxes.put(*b"minf", |boxes| {
        boxes.full(*b"vmhd", 1, |boxes| boxes.zeros(8));
        boxes.put(*b"dinf", |boxes| {
            boxes.full(*b"dref", 0, |boxes| {
                boxes.u32(1);
                // The samples are in this very file.
                boxes.full(*b"url ", 1, |_| {});
            });
        });
        boxes.put(*b"stbl", tables);
    });
}

fn describe(boxes: &mut Boxes, format: &Format) {
    boxes.put(*b"avc1", |boxes| {
        boxes.zeros(6);
        boxes.u16(1);
        boxes.zeros(16);
        boxes.u16(format.width);
        boxes.u16(format.height);
        // 72 dots an inch either way, which nobody reads.
        boxes.u32s(&[0x48_0000, 0x48_0000, 0]);
        boxes.u16(1);
        boxes.zeros(32);
        boxes.u16(24);
        boxes.u16(u16::MAX);
        boxes.put(*b"avcC", |boxes| {
            boxes.bytes(&[1]);
            // Profile, constraints and level.
            boxes.bytes(format.sequence.get(1..4).unwrap_or(&[66, 0, 52]));
            // Lengths of four bytes; one parameter set of each kind.
            boxes.bytes(&[0xff, 0xe1]);
            boxes.u16(u16::try_from(format.sequence.len()).unwrap_or(u16::MAX));
            boxes.bytes(&format.sequence);
            boxes.bytes(&[1]);
            boxes.u16(u16::try_from(format.picture.len()).unwrap_or(u16::MAX));
            boxes.bytes(&format.picture);
        });
        // BT.709, limited range.
        boxes.put(*b"colr", |boxes| boxes.bytes(b"nclx\0\x01\0\x01\0\x01\0"));
    });
}
