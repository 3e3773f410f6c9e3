//! A recording's file while it grows.

use std::{fs::File, io, time::Duration};

use super::{
    finish,
    layout::{self, Format, Part, Sample, SoundFormat, TICKS},
    track::{PACKET_TICKS, Track},
};
use crate::screen::recording::film::{Container, append};

/// After so long a fragment is written, so that no more than that is lost.
const FRAGMENT_TICKS: u64 = TICKS as u64 / 2;

/// Writes frames into a file that plays however it ends.
#[derive(Debug)]
pub(crate) struct Mp4 {
    file: File,
    /// Up to here the file is whole.
    good: u64,
    fragments: u32,
    waiting: Waiting,
    unheard: Unheard,
}

/// Frames of the fragment to come.
#[derive(Debug, Default)]
struct Waiting {
    /// When each begins, how long it is in bytes, and whether it is a key.
    frames: Vec<(u64, u32, bool)>,
    bytes: Vec<u8>,
    /// How far the file's frames reach.
    shown_until: u64,
}

/// Sound of the fragment to come.
#[derive(Debug, Default)]
struct Unheard {
    packets: Vec<u32>,
    bytes: Vec<u8>,
    /// How far the file's sound reaches.
    heard_until: u64,
}

impl Mp4 {
    fn due(&self, now: u64) -> bool {
        let first = self.waiting.frames.first();
        first.is_some_and(|(begins, ..)| now.saturating_sub(*begins) >= FRAGMENT_TICKS)
    }

    fn write(&mut self, end: u64) -> io::Result<()> {
        let parts: Vec<Part> = [self.waiting.part(end), self.unheard.part()]
            .into_iter()
            .flatten()
            .collect();
        if parts.is_empty() {
            return Ok(());
        }
        let mut fragment = layout::fragment(self.fragments + 1, &parts);
        fragment.append(&mut self.waiting.bytes);
        fragment.append(&mut self.unheard.bytes);
        append(&mut self.file, &mut self.good, &fragment)?;
        self.fragments += 1;
        Ok(())
    }
}

impl Container for Mp4 {
    type Format = Format;

    fn begin(mut file: File, format: &Format, sound: Option<SoundFormat>) -> io::Result<Self> {
        let mut head = layout::beginning();
        head.extend(layout::growing(format, sound));
        let mut good = 0;
        append(&mut file, &mut good, &head)?;
        Ok(Self {
            file,
            good,
            fragments: 0,
            waiting: Waiting::default(),
            unheard: Unheard::default(),
        })
    }

    /// `data` is in units that begin with their lengths.
    fn push(&mut self, at: Duration, data: &[u8], key: bool) -> io::Result<()> {
        let at = ticks(at);
        if key || self.due(at) {
            self.write(at)?;
        }
        let after = self
            .waiting
            .frames
            .last()
            .map_or(0, |(begins, ..)| begins + 1);
        let at = at.max(after).max(self.waiting.shown_until);
        let length = u32::try_from(data.len()).map_err(io::Error::other)?;
        self.waiting.frames.push((at, length, key));
        self.waiting.bytes.extend_from_slice(data);
        Ok(())
    }

    fn hear(&mut self, packet: &[u8]) -> io::Result<()> {
        let length = u32::try_from(packet.len()).map_err(io::Error::other)?;
        self.unheard.packets.push(length);
        self.unheard.bytes.extend_from_slice(packet);
        Ok(())
    }

    fn settle(&mut self, now: Duration) -> io::Result<()> {
        let now = ticks(now);
        if self.due(now) {
            self.write(now)?;
        }
        Ok(())
    }

    fn flush(&mut self, end: Duration) -> io::Result<()> {
        self.write(ticks(end))
    }

    fn bytes(&self) -> u64 {
        self.good + bytes(&self.waiting.bytes) + bytes(&self.unheard.bytes)
    }

    /// Without room for the index the file stays as it was, which also plays.
    fn finish(mut self, end: Duration) -> io::Result<u64> {
        let end = ticks(end);
        let written = self.write(end);
        let indexed = finish::finish(&mut self.file, end);
        if let Err(error) = indexed {
            self.file.set_len(self.good)?;
            return Err(written.err().unwrap_or(error));
        }
        written?;
        self.file.metadata().map(|data| data.len())
    }
}

impl Waiting {
    /// The frames, the last of which is shown until `end`.
    fn part(&mut self, end: u64) -> Option<Part> {
        let (begins, ..) = *self.frames.first()?;
        let (last, ..) = *self.frames.last()?;
        let end = end.max(last + 1);
        let ends = self.frames.iter().skip(1).map(|(begins, ..)| *begins);
        let samples = self
            .frames
            .iter()
            .zip(ends.chain([end]))
            .map(|((begins, bytes, key), ends)| Sample {
                ticks: u32::try_from(ends - begins).unwrap_or(u32::MAX),
                bytes: *bytes,
                key: *key,
            })
            .collect();
        self.frames.clear();
        self.shown_until = end;
        Some(Part {
            track: Track::PICTURE,
            begins,
            samples,
        })
    }
}

impl Unheard {
    fn part(&mut self) -> Option<Part> {
        let begins = self.heard_until;
        let samples: Vec<Sample> = self
            .packets
            .drain(..)
            .map(|bytes| Sample {
                ticks: PACKET_TICKS,
                bytes,
                key: true,
            })
            .collect();
        let packets = u64::try_from(samples.len()).unwrap_or(0);
        self.heard_until += packets * u64::from(PACKET_TICKS);
        (!samples.is_empty()).then_some(Part {
            track: Track::SOUND,
            begins,
            samples,
        })
    }
}

fn bytes(slice: &[u8]) -> u64 {
    u64::try_from(slice.len()).unwrap_or(u64::MAX)
}

fn ticks(at: Duration) -> u64 {
    u64::try_from(at.as_micros() * u128::from(TICKS) / 1_000_000).unwrap_or(u64::MAX)
}
