//! What the elements of a recording say: the head of the file, a second of it, and its index.
//!
//! A file is `EBML Segment(Void Info Tracks Cluster*)` while it grows, its segment's length not
//! known: each cluster plays without what follows it. At its end `Cues` are added, the room at the
//! front is filled with where things are and how long all lasts, and the segment gets its length.

use chaperone_protocol::Resolution;

use super::elements::{Elements, Kind, UNKNOWN};
use crate::screen::recording::mp4::{SOUND_TICKS, SoundFormat};

pub(super) const EBML: Kind = 0x1a45_dfa3;
pub(super) const SEGMENT: Kind = 0x1853_8067;
pub(super) const CLUSTER: Kind = 0x1f43_b675;
pub(super) const TRACKS: Kind = 0x1654_ae6b;
pub(super) const TIMESTAMP: Kind = 0xe7;
pub(super) const SIMPLE_BLOCK: Kind = 0xa3;
const INFO: Kind = 0x1549_a966;
const SEEK_HEAD: Kind = 0x114d_9b74;
const CUES: Kind = 0x1c53_bb6b;
const DURATION: Kind = 0x4489;
const VOID: Kind = 0xec;

/// The tracks' numbers.
pub(super) const PICTURE: u8 = 1;
pub(super) const SOUND: u8 = 2;

/// A block says its track's number in one byte, marked as such.
pub(super) const MARKED: u8 = 0x80;

/// A block that can be shown without any before it.
pub(super) const KEY: u8 = 0x80;

/// What a block says before its data: its track, its time in the cluster, its flags.
pub(super) const BLOCK_HEAD_BYTES: usize = 4;

const NANOSECONDS_IN_MILLISECOND: u64 = 1_000_000;

/// Sound before the place one jumps to that has to be decoded for it, in nanoseconds: as the
/// mapping of Opus into this container asks for.
const HEARD_BEFORE: u64 = 80_000_000;

/// Where the segment's eight bytes of length are.
pub(super) fn length_at() -> usize {
    beginning().len() - UNKNOWN.len()
}

/// A moment from which a player can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cue {
    /// In milliseconds.
    pub(super) at: u64,
    /// Where its cluster is in the file.
    pub(super) lies: u64,
}

/// What is known of a file when it ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// In milliseconds.
    pub(super) duration: u64,
    /// Where the cues are in the file.
    pub(super) cues: u64,
}

/// What kind of file it is, and the segment's head, which ends with its length.
pub(super) fn beginning() -> Vec<u8> {
    let mut elements = Elements::default();
    elements.put(EBML, |inside| {
        inside.number(0x4286, 1);
        inside.number(0x42f7, 1);
        inside.number(0x42f2, 4);
        inside.number(0x42f3, 8);
        inside.text(0x4282, "webm");
        inside.number(0x4287, 4);
        inside.number(0x4285, 2);
    });
    elements.kind(SEGMENT);
    elements.raw(&UNKNOWN);
    elements.done()
}

/// Where things are and how long all lasts; as long as that takes while nobody knows.
pub(super) fn directory(known: Option<Known>) -> Vec<u8> {
    let from = inside_segment(beginning().len());
    let measured = seek_head(0, 0, 0).len();
    let info = info(known.map(|known| known.duration));
    let (info_at, tracks_at) = (measured, measured + info.len());
    let mut directory = match known {
        Some(known) => seek_head(place(info_at), place(tracks_at), known.cues - from),
        None => void(measured),
    };
    directory.extend(info);
    directory
}

fn place(at: usize) -> u64 {
    u64::try_from(at).unwrap_or(u64::MAX)
}

/// Places in a file are counted from the first byte inside the segment.
pub(super) fn inside_segment(beginning: usize) -> u64 {
    place(beginning)
}

fn seek_head(info: u64, tracks: u64, cues: u64) -> Vec<u8> {
    let mut elements = Elements::default();
    elements.put(SEEK_HEAD, |inside| {
        for (kind, at) in [(INFO, info), (TRACKS, tracks), (CUES, cues)] {
            inside.put(0x4dbb, |seek| {
                seek.bytes(0x53ab, &kind.to_be_bytes());
                seek.wide_number(0x53ac, at);
            });
        }
    });
    elements.done()
}

fn info(duration: Option<u64>) -> Vec<u8> {
    let mut elements = Elements::default();
    elements.put(INFO, |inside| {
        inside.number(0x002a_d7b1, NANOSECONDS_IN_MILLISECOND);
        inside.text(0x4d80, "Chaperone");
        inside.text(0x5741, "Chaperone");
        let mut lasts = Elements::default();
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds of far less than years"
        )]
        lasts.float(DURATION, duration.unwrap_or(0) as f64);
        let lasts = lasts.done();
        match duration {
            Some(_) => inside.raw(&lasts),
            None => inside.raw(&void(lasts.len())),
        }
    });
    elements.done()
}

/// An element that says nothing, of that length with its head.
fn void(length: usize) -> Vec<u8> {
    let mut elements = Elements::default();
    elements.bytes(VOID, &vec![0; length.saturating_sub(2)]);
    elements.done()
}

/// What the tracks are, and how to decode them.
pub(super) fn tracks(extent: Resolution, sound: Option<SoundFormat>) -> Vec<u8> {
    let mut elements = Elements::default();
    elements.put(TRACKS, |inside| {
        track(inside, PICTURE, "V_VP8", |track| {
            track.put(0xe0, |video| {
                video.number(0xb0, extent.width.into());
                video.number(0xba, extent.height.into());
                // Progressive.
                video.number(0x9a, 2);
                // The matrix of BT.601, limited range, the colours of BT.709.
                video.put(0x55b0, |colour| {
                    for (kind, value) in [(0x55b1, 6), (0x55b9, 1), (0x55ba, 1), (0x55bb, 1)] {
                        colour.number(kind, value);
                    }
                });
            });
        });
        if let Some(sound) = sound {
            track(inside, SOUND, "A_OPUS", |track| describe(track, sound));
        }
    });
    elements.done()
}

fn track(elements: &mut Elements, number: u8, codec: &str, fill: impl FnOnce(&mut Elements)) {
    elements.put(0xae, |track| {
        track.number(0xd7, number.into());
        track.number(0x73c5, number.into());
        track.number(0x83, number.into());
        // Nothing is laced, and there is no language.
        track.number(0x9c, 0);
        track.text(0x0022_b59c, "und");
        track.text(0x86, codec);
        fill(track);
    });
}

/// Opus, of one channel.
fn describe(track: &mut Elements, sound: SoundFormat) {
    let delay = u64::from(sound.delay) * 1_000_000_000 / u64::from(SOUND_TICKS);
    track.number(0x56aa, delay);
    track.number(0x56bb, HEARD_BEFORE);
    let mut head = b"OpusHead\x01\x01".to_vec();
    head.extend(sound.delay.to_le_bytes());
    head.extend(SOUND_TICKS.to_le_bytes());
    // As loud as it is, and the channel where it belongs.
    head.extend([0, 0, 0]);
    track.bytes(0x63a2, &head);
    track.put(0xe1, |audio| {
        audio.float(0xb5, f64::from(SOUND_TICKS));
        audio.number(0x9f, 1);
    });
}

/// `Cues` of a file.
pub(super) fn cues(cues: &[Cue]) -> Vec<u8> {
    let from = inside_segment(beginning().len());
    let mut elements = Elements::default();
    elements.put(CUES, |inside| {
        for cue in cues {
            inside.put(0xbb, |point| {
                point.number(0xb3, cue.at);
                point.put(0xb7, |position| {
                    position.number(0xf7, PICTURE.into());
                    position.number(0xf1, cue.lies.saturating_sub(from));
                });
            });
        }
    });
    elements.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_fits_where_it_was_not() {
        let known = Known {
            duration: u64::from(u32::MAX),
            cues: u64::MAX / 2,
        };
        assert_eq!(directory(None).len(), directory(Some(known)).len());
        assert!(beginning().ends_with(&UNKNOWN));
    }
}
