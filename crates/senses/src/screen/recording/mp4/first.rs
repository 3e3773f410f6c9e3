//! The first frame of a recording, found in the beginning of its file. Pure.

use super::boxes::{HEAD_BYTES, find, head, number};

/// The room in front of a description: how often each kind occurs.
const LISTED: usize = 8;

/// What a description of frames says before the boxes inside it.
const DESCRIBED: usize = 78;

/// What a decoder needs to show the first frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct First<'a> {
    pub(crate) sequence: &'a [u8],
    pub(crate) picture: &'a [u8],
    /// Each after its length.
    pub(crate) units: &'a [u8],
}

impl<'a> First<'a> {
    /// Nothing if it is not there: the file is another program's, or too little of it is given.
    pub(crate) fn find(file: &'a [u8]) -> Option<Self> {
        let (length, kind) = head(file)?;
        if &kind != b"ftyp" {
            return None;
        }
        // Room for the head that is put around everything when the recording ends.
        let room = usize::try_from(super::layout::FREE_BYTES).ok()?;
        let begins = usize::try_from(length).ok()?.checked_add(room)?;
        let (movie, fragment) = split(file.get(begins..)?, *b"moov")?;
        let (inside, _) = split(fragment, *b"moof")?;
        let (sequence, picture) = sets(movie)?;
        let run = find(inside, &[b"traf", b"trun"])?;
        let from = usize::try_from(number(run, 8)?).ok()?;
        let length = usize::try_from(number(run, 16)?).ok()?;
        Some(Self {
            sequence,
            picture,
            units: fragment.get(from..from.checked_add(length)?)?,
        })
    }

    /// Each unit that describes or holds the frame, in the order of decoding.
    pub(crate) fn each(&self) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = self.units;
        let units = std::iter::from_fn(move || {
            let length = usize::try_from(number(rest, 0)?).ok()?;
            let unit = rest.get(4..length.checked_add(4)?)?;
            rest = rest.get(length + 4..)?;
            Some(unit)
        });
        [self.sequence, self.picture].into_iter().chain(units)
    }
}

/// What is inside the box that comes first, and what comes after it.
fn split(bytes: &[u8], wanted: [u8; 4]) -> Option<(&[u8], &[u8])> {
    let (length, kind) = head(bytes)?;
    let length = usize::try_from(length).ok()?;
    let inside = bytes.get(HEAD_BYTES..length)?;
    // Fragments count from the beginning of their own box.
    let rest = if wanted == *b"moof" {
        bytes
    } else {
        bytes.get(length..)?
    };
    (kind == wanted).then_some((inside, rest))
}

fn sets(movie: &[u8]) -> Option<(&[u8], &[u8])> {
    let described = find(movie, &[b"trak", b"mdia", b"minf", b"stbl", b"stsd"])?;
    let frames = find(described.get(LISTED..)?, &[b"avc1"])?;
    let decoder = find(frames.get(DESCRIBED..)?, &[b"avcC"])?;
    let (sequence, rest) = set(decoder.get(6..)?)?;
    let (picture, _) = set(rest.get(1..)?)?;
    Some((sequence, picture))
}

/// A parameter set after its length, and what comes after it.
fn set(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length: [u8; 2] = bytes.get(..2)?.try_into().ok()?;
    bytes
        .get(2..)?
        .split_at_checked(usize::from(u16::from_be_bytes(length)))
}
