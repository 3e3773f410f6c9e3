//! What the boxes of one track say: what it is, how it is to be decoded, where its samples are.

use super::{
    boxes::Boxes,
    layout::{Format, IDENTITY, SoundFormat, TICKS, Whole},
};

/// Ticks a second of the sound's own clock: one for each of its samples.
pub(crate) const SOUND_TICKS: u32 = 48_000;

/// How long each packet of sound lasts.
pub(crate) const PACKET_TICKS: u32 = SOUND_TICKS / 50;

/// What a track is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Track {
    Picture { width: u16, height: u16 },
    Sound,
}

impl Track {
    /// Their numbers.
    pub(super) const PICTURE: u32 = 1;
    pub(super) const SOUND: u32 = 2;

    pub(super) fn number(self) -> u32 {
        match self {
            Self::Picture { .. } => Self::PICTURE,
            Self::Sound => Self::SOUND,
        }
    }

    fn ticks_per_second(self) -> u32 {
        match self {
            Self::Picture { .. } => TICKS,
            Self::Sound => SOUND_TICKS,
        }
    }

    /// So many of its ticks, by the clock of the file.
    pub(super) fn in_file(self, ticks: u64) -> u64 {
        let ticks = u128::from(ticks) * u128::from(TICKS) / u128::from(self.ticks_per_second());
        u64::try_from(ticks).unwrap_or(u64::MAX)
    }
}

/// `trak` of a track that lasts so long.
pub(super) fn track(boxes: &mut Boxes, track: Track, ticks: u64, tables: impl FnOnce(&mut Boxes)) {
    boxes.put(*b"trak", |boxes| {
        // Enabled, and part of what is shown.
        boxes.full(*b"tkhd", 0x0100_0003, |boxes| {
            boxes.zeros(16);
            boxes.u32s(&[track.number(), 0]);
            boxes.u64(track.in_file(ticks));
            boxes.zeros(12);
            let (volume, width, height) = match track {
                Track::Picture { width, height } => (0, width, height),
                Track::Sound => (0x0100, 0, 0),
            };
            boxes.u16(volume);
            boxes.u16(0);
            boxes.u32s(&IDENTITY);
            boxes.u32s(&[u32::from(width) << 16, u32::from(height) << 16]);
        });
        boxes.put(*b"mdia", |boxes| media(boxes, track, ticks, tables));
    });
}

fn media(boxes: &mut Boxes, track: Track, ticks: u64, tables: impl FnOnce(&mut Boxes)) {
    let (handler, name): ([u8; 4], &[u8]) = match track {
        Track::Picture { .. } => (*b"vide", b"display\0"),
        Track::Sound => (*b"soun", b"sound\0"),
    };
    boxes.full(*b"mdhd", 0x0100_0000, |boxes| {
        boxes.zeros(16);
        boxes.u32(track.ticks_per_second());
        boxes.u64(ticks);
        // No language.
        boxes.u32(0x55c4_0000);
    });
    boxes.full(*b"hdlr", 0, |boxes| {
        boxes.u32(0);
        boxes.bytes(&handler);
        boxes.zeros(12);
        boxes.bytes(name);
    });
    boxes.put(*b"minf", |boxes| {
        match track {
            Track::Picture { .. } => boxes.full(*b"vmhd", 1, |boxes| boxes.zeros(8)),
            Track::Sound => boxes.full(*b"smhd", 0, |boxes| boxes.zeros(4)),
        }
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

/// The tables of a track whose samples are all in fragments.
pub(super) fn empty(boxes: &mut Boxes, describe: impl FnOnce(&mut Boxes)) {
    boxes.full(*b"stsd", 0, |boxes| {
        boxes.u32(1);
        describe(boxes);
    });
    boxes.full(*b"stts", 0, |boxes| boxes.u32(0));
    boxes.full(*b"stsc", 0, |boxes| boxes.u32(0));
    boxes.full(*b"stsz", 0, |boxes| boxes.u32s(&[0, 0]));
    boxes.full(*b"stco", 0, |boxes| boxes.u32(0));
}

/// The tables of a track whose samples are all known.
pub(super) fn full(boxes: &mut Boxes, whole: &Whole) {
    let index = &whole.index;
    boxes.put(*b"stsd", |boxes| boxes.bytes(&whole.description));
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
    // Without this box each sample stands by itself.
    if index.samples.iter().any(|sample| !sample.key) {
        boxes.full(*b"stss", 0, |boxes| {
            let keys = (1..).zip(&index.samples).filter(|(_, sample)| sample.key);
            let keys: Vec<u32> = keys.map(|(number, _)| number).collect();
            boxes.u32(count(&keys));
            boxes.u32s(&keys);
        });
    }
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
}

pub(super) fn count<T>(things: &[T]) -> u32 {
    u32::try_from(things.len()).unwrap_or(u32::MAX)
}

pub(super) fn describe_picture(boxes: &mut Boxes, format: &Format) {
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
        // The colours of BT.709, by the matrix of BT.601, limited range; as the stream says, too.
        boxes.put(*b"colr", |boxes| boxes.bytes(b"nclx\0\x01\0\x01\0\x06\0"));
    });
}

/// Opus, of one channel.
pub(super) fn describe_sound(boxes: &mut Boxes, format: SoundFormat) {
    boxes.put(*b"Opus", |boxes| {
        boxes.zeros(6);
        boxes.u16(1);
        boxes.zeros(8);
        // One channel of 16 bits.
        boxes.u16(1);
        boxes.u16(16);
        boxes.zeros(4);
        boxes.u32(SOUND_TICKS << 16);
        boxes.put(*b"dOps", |boxes| {
            boxes.bytes(&[0, 1]);
            boxes.u16(format.delay);
            boxes.u32(SOUND_TICKS);
            // As loud as it is, and the channel where it belongs.
            boxes.bytes(&[0, 0, 0]);
        });
    });
}
