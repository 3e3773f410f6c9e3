//! The end of a recording's file, reached in order or after a crash.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    time::Duration,
};

use super::{
    boxes::{HEAD_BYTES, find, head, long_number, number},
    layout::{self, Index, Sample, TICKS},
};

/// No box that is read whole is larger; the index of a fragment is some kilobytes.
const LARGEST_INDEX: u64 = 1 << 20;

/// What was found in a file, and made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finished {
    /// It had its index already.
    Before,
    /// It has one now.
    Now {
        duration: Duration,
        frames: u64,
        /// What was cut off its end.
        cut_bytes: u64,
    },
}

/// A file as far as it is whole.
struct Found {
    /// Where the box is that makes room for a longer head.
    free: u64,
    sides: (u16, u16),
    description: Vec<u8>,
    index: Index,
    /// Up to here it is whole.
    good: u64,
}

/// Cuts off what is not whole, and adds the index. A file that has one stays as it is.
///
/// The last frame is shown until `shown_until`, or as long as the file says if that is longer.
pub(super) fn finish(file: &mut File, shown_until: u64) -> io::Result<Finished> {
    let end = file.metadata()?.len();
    let Some(mut found) = scan(file, end)? else {
        return Ok(Finished::Before);
    };
    if found.index.samples.is_empty() {
        return Err(invalid("it holds no whole second"));
    }
    let left = shown_until.saturating_sub(found.index.ticks());
    if let Some(last) = found.index.samples.last_mut() {
        last.ticks = last.ticks.saturating_add(u32::try_from(left).unwrap_or(0));
    }
    let index = layout::ended(found.sides, &found.description, &found.index);
    file.set_len(found.good)?;
    file.seek(SeekFrom::Start(found.good))?;
    file.write_all(&index)?;
    // What the head will point at must be there before it does.
    file.sync_data()?;
    file.seek(SeekFrom::Start(found.free))?;
    file.write_all(&layout::around(found.good - found.free))?;
    file.sync_data()?;
    Ok(Finished::Now {
        duration: duration(found.index.ticks()),
        frames: u64::try_from(found.index.samples.len()).unwrap_or(u64::MAX),
        cut_bytes: end - found.good,
    })
}

fn duration(ticks: u64) -> Duration {
    let nanoseconds = u128::from(ticks) * 1_000_000_000 / u128::from(TICKS);
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

/// Reads through the boxes; nothing if the file has its index already.
fn scan(file: &mut File, end: u64) -> io::Result<Option<Found>> {
    let mut free = None;
    let mut described = None;
    let mut index = Index::default();
    let mut fragment = None;
    let (mut at, mut good) = (0, 0);
    // When the last sample ends, as its fragment says.
    let mut shown_until = 0;
    while let Some((length, kind)) = head_at(file, at, end)? {
        match &kind {
            b"mdat" if length == 1 && free.is_none() => return Ok(None),
            _ if length < 8 || length > end - at => break,
            b"ftyp" if at == 0 => {}
            b"free" if free.is_none() && length == u64::from(layout::FREE_BYTES) => free = Some(at),
            b"moov" if described.is_none() && free.is_some() => {
                described = Some(describe(&inside(file, length)?).ok_or_else(not_ours)?);
            }
            b"moof" if described.is_some() => fragment = samples(&inside(file, length)?),
            b"mdat" => {
                let Some((begins, samples)) = fragment.take() else {
                    break;
                };
                let held: u64 = samples.iter().map(|sample| u64::from(sample.bytes)).sum();
                if held + 8 != length {
                    break;
                }
                if let Some(last) = index.samples.last_mut() {
                    let gap = u32::try_from(begins.saturating_sub(shown_until)).unwrap_or(0);
                    last.ticks = last.ticks.saturating_add(gap);
                }
                let ticks: u64 = samples.iter().map(|sample| u64::from(sample.ticks)).sum();
                shown_until = begins + ticks;
                let count = u32::try_from(samples.len()).map_err(io::Error::other)?;
                index.chunks.push((at + 8, count));
                index.samples.extend(samples);
                good = at + length;
            }
            // An index that was not finished, or what a crash left.
            _ => break,
        }
        at += length;
    }
    let (Some(free), Some((sides, description))) = (free, described) else {
        return Err(not_ours());
    };
    Ok(Some(Found {
        free,
        sides,
        description,
        index,
        good,
    }))
}

fn head_at(file: &mut File, at: u64, end: u64) -> io::Result<Option<(u64, [u8; 4])>> {
    if end.saturating_sub(at) < 8 {
        return Ok(None);
    }
    let mut bytes = [0; HEAD_BYTES];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    Ok(head(&bytes))
}

/// What is inside the box whose head was just read.
fn inside(file: &mut File, length: u64) -> io::Result<Vec<u8>> {
    if length > LARGEST_INDEX {
        return Err(not_ours());
    }
    let mut bytes = vec![0; usize::try_from(length - 8).map_err(io::Error::other)?];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Extent and description of the frames, from inside `moov`.
fn describe(movie: &[u8]) -> Option<((u16, u16), Vec<u8>)> {
    let track = find(movie, &[b"trak", b"tkhd"])?;
    let (wide, high) = track
        .split_at_checked(track.len().checked_sub(8)?)?
        .1
        .split_at_checked(4)?;
    let side = |bytes| number(bytes, 0).and_then(|side| u16::try_from(side >> 16).ok());
    let description = find(movie, &[b"trak", b"mdia", b"minf", b"stbl", b"stsd"])?;
    Some(((side(wide)?, side(high)?), description.to_vec()))
}

/// When a fragment begins and what it holds, from inside `moof`.
fn samples(fragment: &[u8]) -> Option<(u64, Vec<Sample>)> {
    let begins = long_number(find(fragment, &[b"traf", b"tfdt"])?, 4)?;
    let run = find(fragment, &[b"traf", b"trun"])?;
    let samples: Option<Vec<_>> = run
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
    samples.map(|samples| (begins, samples))
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn not_ours() -> io::Error {
    invalid("it is not a recording of Chaperone's")
}
