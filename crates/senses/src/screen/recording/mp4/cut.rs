//! A part of a recording, as a file of its own.
//!
//! Nothing is decoded: frames and packets are copied, and only their times are made anew. A frame
//! that needs others is never the first, so the part may have to begin earlier than it was wanted to.
//! It never ends later: what comes after a frame is not needed to show it.

use std::{
    io::{self, Read, Seek, SeekFrom, Write},
    ops::Range,
    time::Duration,
};

use super::{
    boxes::{Boxes, HEAD_BYTES, find, long_number},
    finish::{Found, duration, not_ours, scan},
    layout::{self, Index, Sample, TICKS, Whole},
    track::Track,
};

/// Enough of an index to read how long the file is.
const INDEX_BEGINS: u64 = 1024;

/// Lengths that people are shown are rounded; so little beyond the end means the end.
const ROUNDED: u64 = TICKS as u64;

/// What a part was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) from: Duration,
    pub(crate) to: Duration,
    /// How long the whole is.
    pub(crate) whole: Duration,
}

/// Why there is no such part.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It would end before it begins.
    Empty,
    /// It does not lie in the recording.
    Outside { whole: Duration },
    /// It would be all of it, as no later frame stands by itself.
    Whole,
    /// Reading or writing failed.
    Failed(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// A frame or packet, where it lies and when it is shown or heard.
#[derive(Debug, Clone, Copy)]
struct Piece {
    lies: u64,
    begins: u64,
    sample: Sample,
    /// The number of the fragment it came in, counted by its track.
    fragment: usize,
}

impl Piece {
    fn ends(&self) -> u64 {
        self.begins + u64::from(self.sample.ticks)
    }
}

/// What is written of a fragment: its head, and what is copied behind it.
struct Fragment {
    head: Vec<u8>,
    copied: Vec<Range<u64>>,
}

/// Writes the part of `source` that is wanted. What is written before a refusal is nothing whole.
pub(crate) fn cut(
    source: &mut (impl Read + Seek),
    into: &mut impl Write,
    wanted: Range<Duration>,
) -> Result<Part, Refusal> {
    let end = source.seek(SeekFrom::End(0))?;
    let mut found = scan(source, end)?;
    let shown = &mut found.picture.index;
    shown.lengthen(indexed(source, found.good, end)?.saturating_sub(shown.ticks()));
    let whole = shown.ticks();
    let frames = pieces(shown);
    let (from, to) = (ticks(wanted.start), ticks(wanted.end));
    if from >= to {
        return Err(Refusal::Empty);
    }
    if from >= whole || to > whole + ROUNDED {
        let whole = duration(whole);
        return Err(Refusal::Outside { whole });
    }
    let to = to.min(whole);
    let standing = |frame: &Piece| frame.sample.key && frame.begins <= from;
    let first = frames.iter().rposition(standing).ok_or_else(not_ours)?;
    let (_, frames) = frames.split_at(first);
    let from = match frames {
        // It is still shown then, and so it can be shown from then on.
        [first, rest @ ..] if rest.first().is_none_or(|next| next.begins > from) => {
            from.max(first.begins)
        }
        [first, ..] => first.begins,
        [] => return Err(not_ours().into()),
    };
    if (from, to) == (0, whole) {
        return Err(Refusal::Whole);
    }
    write(source, into, found, &within(frames, from, to), from..to)?;
    Ok(Part {
        from: duration(from),
        to: duration(to),
        whole: duration(whole),
    })
}

/// How long a file says it is, in the index behind its fragments; nothing where it has none.
fn indexed(source: &mut (impl Read + Seek), at: u64, end: u64) -> io::Result<u64> {
    let Some(begins) = at
        .checked_add(HEAD_BYTES as u64)
        .filter(|begins| *begins < end)
    else {
        return Ok(0);
    };
    source.seek(SeekFrom::Start(begins))?;
    let mut index = Vec::new();
    source.take(INDEX_BEGINS).read_to_end(&mut index)?;
    Ok(find(&index, &[b"mvhd"])
        .and_then(|head| long_number(head, 24))
        .unwrap_or(0))
}

fn pieces(index: &Index) -> Vec<Piece> {
    let mut begins = 0;
    let mut samples = index.samples.iter();
    let mut pieces = Vec::with_capacity(index.samples.len());
    for (fragment, (lies, count)) in index.chunks.iter().enumerate() {
        let mut lies = *lies;
        for sample in samples.by_ref().take(*count as usize) {
            pieces.push(Piece {
                lies,
                begins,
                sample: *sample,
                fragment,
            });
            lies += u64::from(sample.bytes);
            begins += u64::from(sample.ticks);
        }
    }
    pieces
}

/// The frames that are shown before `to`, as if the recording had begun at `from`.
fn within(frames: &[Piece], from: u64, to: u64) -> Vec<Piece> {
    let shown = frames.iter().take_while(|frame| frame.begins < to);
    shown
        .map(|frame| {
            let begins = frame.begins.max(from);
            let ticks = frame.ends().min(to).saturating_sub(begins);
            Piece {
                begins: begins - from,
                sample: Sample {
                    ticks: u32::try_from(ticks).unwrap_or(u32::MAX),
                    ..frame.sample
                },
                ..*frame
            }
        })
        .collect()
}

/// The packets of sound that begin and end in that time of the file.
fn heard(sound: Option<&Whole>, time: &Range<u64>) -> Vec<Piece> {
    let in_file = |ticks| Track::Sound.in_file(ticks);
    let packets = sound.map_or_else(Vec::new, |sound| pieces(&sound.index));
    packets
        .into_iter()
        .filter(|packet| time.start <= in_file(packet.begins) && in_file(packet.ends()) <= time.end)
        .collect()
}

fn write(
    source: &mut (impl Read + Seek),
    into: &mut impl Write,
    found: Found,
    frames: &[Piece],
    time: Range<u64>,
) -> io::Result<()> {
    let packets = heard(found.sound.as_ref(), &time);
    let begins_at = |packet: &Piece| Track::Sound.in_file(packet.begins) - time.start;
    let mut packets = packets.as_slice();
    let mut tracks: Vec<Whole> = [Some(found.picture), found.sound]
        .into_iter()
        .flatten()
        .map(|whole| Whole {
            index: Index::default(),
            ..whole
        })
        .collect();
    let mut movie = Boxes::new();
    movie.put(*b"moov", |boxes| boxes.bytes(&found.movie));
    let movie = movie.done();
    let mut begins = layout::beginning();
    begins.truncate(begins.len().saturating_sub(layout::FREE_BYTES as usize));
    let free = length(&begins);
    let mut at = free + u64::from(layout::FREE_BYTES) + length(&movie);
    let mut fragments = Vec::new();
    for shown in frames.chunk_by(|one, next| one.fragment == next.fragment) {
        let until = shown.last().map_or(0, Piece::ends);
        let now = packets.partition_point(|packet| begins_at(packet) < until);
        let (with_it, later) = packets.split_at(now);
        packets = later;
        let so_far = |number: u32| {
            let mut tracks = tracks.iter();
            let track = tracks.find(|whole| whole.track.number() == number);
            track.map_or(0, |whole| whole.index.ticks())
        };
        let parts: Vec<layout::Part> = [(Track::PICTURE, shown), (Track::SOUND, with_it)]
            .into_iter()
            .filter(|(_, pieces)| !pieces.is_empty())
            .map(|(track, pieces)| layout::Part {
                track,
                begins: so_far(track),
                samples: pieces.iter().map(|piece| piece.sample).collect(),
            })
            .collect();
        let number = u32::try_from(fragments.len()).unwrap_or(u32::MAX);
        let head = layout::fragment(number.saturating_add(1), &parts);
        at += length(&head);
        for part in parts {
            let bytes = u64::from(part.bytes());
            let mut tracks = tracks.iter_mut();
            if let Some(whole) = tracks.find(|whole| whole.track.number() == part.track) {
                whole.index.add(part, at);
            }
            at += bytes;
        }
        let copied = ranges(shown.iter().chain(with_it));
        fragments.push(Fragment { head, copied });
    }
    into.write_all(&begins)?;
    into.write_all(&layout::around(at - free))?;
    into.write_all(&movie)?;
    for fragment in &fragments {
        into.write_all(&fragment.head)?;
        for range in &fragment.copied {
            copy(source, into, range)?;
        }
    }
    into.write_all(&layout::ended(&tracks))
}

/// Where pieces lie, those that lie side by side as one.
fn ranges<'a>(pieces: impl Iterator<Item = &'a Piece>) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for piece in pieces {
        let ends = piece.lies + u64::from(piece.sample.bytes);
        match ranges.last_mut() {
            Some(last) if last.end == piece.lies => last.end = ends,
            _ => ranges.push(piece.lies..ends),
        }
    }
    ranges
}

fn copy(
    source: &mut (impl Read + Seek),
    into: &mut impl Write,
    range: &Range<u64>,
) -> io::Result<()> {
    source.seek(SeekFrom::Start(range.start))?;
    let wanted = range.end - range.start;
    if io::copy(&mut source.take(wanted), into)? == wanted {
        Ok(())
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn ticks(at: Duration) -> u64 {
    u64::try_from(at.as_millis() * u128::from(TICKS) / 1_000).unwrap_or(u64::MAX)
}
