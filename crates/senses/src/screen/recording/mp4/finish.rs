//! The end of a recording's file, reached in order or after a crash.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write as _},
    time::Duration,
};

use super::{
    boxes::{HEAD_BYTES, each, find, head, long_number, number},
    layout::{self, Index, Part, Sample, TICKS, Whole},
    track::Track,
};
use crate::screen::recording::repair::Finished;

/// No box that is read whole is larger; the index of a fragment is some kilobytes.
const LARGEST_INDEX: u64 = 1 << 20;

/// A length of one says that the long length follows.
const LONG_LENGTH: u64 = 1;

/// A file as far as it is whole.
pub(super) struct Found {
    /// Where the box is that makes room for a longer head, or that head.
    free: u64,
    /// What is inside the `moov` of its beginning.
    pub(super) movie: Vec<u8>,
    pub(super) picture: Whole,
    pub(super) sound: Option<Whole>,
    /// Up to here it is whole; an index may follow.
    pub(super) good: u64,
}

/// Cuts off what is not whole, and adds the index. A file that has one stays as it is.
///
/// The last frame is shown until `shown_until`, or as long as the file says if that is longer.
pub(super) fn finish(file: &mut File, shown_until: u64) -> io::Result<Finished> {
    let end = file.metadata()?.len();
    if is_ended(file, end)? {
        return Ok(Finished::Before);
    }
    let mut found = scan(file, end)?;
    let shown = &mut found.picture.index;
    if shown.samples.is_empty() {
        return Err(invalid("it holds no whole second"));
    }
    shown.lengthen(shown_until.saturating_sub(shown.ticks()));
    let (ticks, frames) = (shown.ticks(), shown.samples.len());
    let tracks: Vec<Whole> = [found.picture].into_iter().chain(found.sound).collect();
    let index = layout::ended(&tracks);
    file.set_len(found.good)?;
    file.seek(SeekFrom::Start(found.good))?;
    file.write_all(&index)?;
    // What the head will point at must be there before it does.
    file.sync_data()?;
    file.seek(SeekFrom::Start(found.free))?;
    file.write_all(&layout::around(found.good - found.free))?;
    file.sync_data()?;
    Ok(Finished::Now {
        duration: duration(ticks),
        frames: u64::try_from(frames).unwrap_or(u64::MAX),
        cut_bytes: end - found.good,
    })
}

pub(super) fn duration(ticks: u64) -> Duration {
    let nanoseconds = u128::from(ticks) * 1_000_000_000 / u128::from(TICKS);
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

/// Whether the file has its index already.
fn is_ended(file: &mut (impl Read + Seek), end: u64) -> io::Result<bool> {
    let Some((first, _)) = head_at(file, 0, end)? else {
        return Ok(false);
    };
    Ok(matches!(
        head_at(file, first, end)?,
        Some((LONG_LENGTH, kind)) if &kind == b"mdat"
    ))
}

/// Reads through the fragments, also of a file that has its index already.
pub(super) fn scan(file: &mut (impl Read + Seek), end: u64) -> io::Result<Found> {
    let mut free = None;
    let mut movie = Vec::new();
    let mut described: Option<Vec<Whole>> = None;
    let mut fragment = None;
    let (mut at, mut good) = (0, 0);
    while let Some((mut length, kind)) = head_at(file, at, end)? {
        match &kind {
            // The head around everything, in the place of the free box.
            b"mdat" if length == LONG_LENGTH && free.is_none() => {
                free = Some(at);
                length = u64::from(layout::FREE_BYTES);
            }
            _ if length < 8 || length > end - at => break,
            b"ftyp" if at == 0 => {}
            b"free" if free.is_none() && length == u64::from(layout::FREE_BYTES) => free = Some(at),
            b"moov" if described.is_none() && free.is_some() => {
                movie = inside(file, length)?;
                described = Some(describe(&movie).ok_or_else(not_ours)?);
            }
            b"moof" if described.is_some() => fragment = parts(&inside(file, length)?),
            b"mdat" => {
                let (Some(parts), Some(tracks)) = (fragment.take(), &mut described) else {
                    break;
                };
                let held: u64 = parts.iter().map(|part| u64::from(part.bytes())).sum();
                let known = |part: &Part| tracks.iter().any(|whole| whole.has(part));
                if held + 8 != length || !parts.iter().all(known) {
                    break;
                }
                let mut lies = at + 8;
                for part in parts {
                    let bytes = u64::from(part.bytes());
                    if let Some(whole) = tracks.iter_mut().find(|whole| whole.has(&part)) {
                        whole.index.add(part, lies);
                    }
                    lies += bytes;
                }
                good = at + length;
            }
            // An index that was not finished, or what a crash left.
            _ => break,
        }
        at += length;
    }
    let mut tracks = described.into_iter().flatten();
    let (Some(free), Some(picture)) = (free, tracks.next()) else {
        return Err(not_ours());
    };
    Ok(Found {
        free,
        movie,
        picture,
        sound: tracks.next(),
        good,
    })
}

fn head_at(file: &mut (impl Read + Seek), at: u64, end: u64) -> io::Result<Option<(u64, [u8; 4])>> {
    if end.saturating_sub(at) < 8 {
        return Ok(None);
    }
    let mut bytes = [0; HEAD_BYTES];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    Ok(head(&bytes))
}

/// What is inside the box whose head was just read.
fn inside(file: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    if length > LARGEST_INDEX {
        return Err(not_ours());
    }
    let mut bytes = vec![0; usize::try_from(length - 8).map_err(io::Error::other)?];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The tracks, without samples, from inside `moov`: the picture first.
fn describe(movie: &[u8]) -> Option<Vec<Whole>> {
    let tracks = each(movie).filter(|(kind, _)| kind == b"trak");
    tracks
        .zip([false, true])
        .map(|((_, inside), sound)| {
            let described = find(inside, &[b"mdia", b"minf", b"stbl", b"stsd"])?;
            Some(Whole {
                track: if sound {
                    Track::Sound
                } else {
                    sides(find(inside, &[b"tkhd"])?)?
                },
                description: described.to_vec(),
                index: Index::default(),
            })
        })
        .collect()
}

fn sides(track: &[u8]) -> Option<Track> {
    let (wide, high) = track
        .split_at_checked(track.len().checked_sub(8)?)?
        .1
        .split_at_checked(4)?;
    let side = |bytes| number(bytes, 0).and_then(|side| u16::try_from(side >> 16).ok());
    Some(Track::Picture {
        width: side(wide)?,
        height: side(high)?,
    })
}

impl Whole {
    fn has(&self, part: &Part) -> bool {
        self.track.number() == part.track
    }
}

/// What a fragment holds of each track, from inside `moof`.
fn parts(fragment: &[u8]) -> Option<Vec<Part>> {
    let tracks = each(fragment).filter(|(kind, _)| kind == b"traf");
    tracks.map(|(_, inside)| part(inside)).collect()
}

fn part(track: &[u8]) -> Option<Part> {
    let samples: Option<Vec<_>> = find(track, &[b"trun"])?
        .get(12..)?
        .chunks(12)
        .map(|sample| {
            Some(Sample {
                ticks: number(sample, 0)?,
                bytes: number(sample, 4)?,
                key: layout::is_key(number(sample, 8)?),
            })
        })
        .collect();
    Some(Part {
        track: number(find(track, &[b"tfhd"])?, 4)?,
        begins: long_number(find(track, &[b"tfdt"])?, 4)?,
        samples: samples?,
    })
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

pub(super) fn not_ours() -> io::Error {
    invalid("it is not a recording of Chaperone's")
}
