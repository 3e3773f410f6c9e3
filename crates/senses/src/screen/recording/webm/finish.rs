//! The end of a recording's file, reached in order or after a crash.

use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _, SeekFrom, Write as _},
};

use super::{
    elements::{self, HEAD_BYTES, Head, UNKNOWN, whole},
    layout::{
        self, BLOCK_HEAD_BYTES, CLUSTER, Cue, KEY, Known, MARKED, PICTURE, SIMPLE_BLOCK, SOUND,
        TIMESTAMP, TRACKS,
    },
    writer::PACKET_LASTS,
};

/// What says of a length that it is in eight bytes.
const LENGTH_MARK: u64 = 1 << 56;

/// What is in a file that is not at its end.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    /// Up to here it is whole.
    pub(super) good: u64,
    pub(super) cues: Vec<Cue>,
    pub(super) frames: u64,
    /// How long all of it lasts, in milliseconds.
    pub(super) duration: u64,
}

/// Cuts off what is not whole, and adds the index.
pub(super) fn end(file: &mut File, index: &Index) -> io::Result<()> {
    if index.frames == 0 {
        return Err(invalid("it holds no whole second"));
    }
    let cues = layout::cues(&index.cues);
    file.set_len(index.good)?;
    file.seek(SeekFrom::Start(index.good))?;
    file.write_all(&cues)?;
    // What the head will point at must be there before it does, and the length comes last: a file
    // that has one needs no repair.
    file.sync_data()?;
    let beginning = layout::beginning().len();
    let known = Known {
        duration: index.duration,
        cues: index.good,
    };
    file.seek(SeekFrom::Start(length(beginning)))?;
    file.write_all(&layout::directory(Some(known)))?;
    file.sync_data()?;
    let inside = index.good + length(cues.len()) - layout::inside_segment(beginning);
    let marked = inside | LENGTH_MARK;
    file.seek(SeekFrom::Start(length(layout::length_at())))?;
    file.write_all(&marked.to_be_bytes())?;
    file.sync_data()
}

/// Reads through a file; nothing if it has its index already.
pub(super) fn scan(file: &mut File) -> io::Result<Option<Index>> {
    let end = file.metadata()?.len();
    file.seek(SeekFrom::Start(0))?;
    let mut file = Reading {
        file: BufReader::with_capacity(1 << 16, file),
        at: 0,
        end,
    };
    let beginning = layout::beginning();
    let Some(found) = file.take(beginning.len())? else {
        return Err(not_ours());
    };
    let (wanted, _) = beginning.split_at(layout::length_at());
    let (kind, inside) = found.split_at(layout::length_at());
    if kind != wanted {
        return Err(not_ours());
    }
    if inside != UNKNOWN {
        let reaches = file.at.checked_add(whole(inside) ^ LENGTH_MARK);
        return if reaches == Some(end) {
            Ok(None)
        } else {
            Err(not_ours())
        };
    }
    // Half of a repair may have filled it in.
    file.skip(length(layout::directory(None).len()))?;
    match file.head()? {
        Some(Head {
            kind: TRACKS,
            inside: Some(inside),
            ..
        }) => file.skip(inside)?,
        _ => return Err(not_ours()),
    }
    let mut index = Index {
        good: file.at,
        ..Index::default()
    };
    while file.cluster(&mut index)? {
        index.good = file.at;
    }
    Ok(Some(index))
}

/// A file that is read from its beginning to its end.
struct Reading<'a> {
    file: BufReader<&'a mut File>,
    at: u64,
    end: u64,
}

impl Reading<'_> {
    /// The next bytes; nothing if there are not so many.
    fn take(&mut self, bytes: usize) -> io::Result<Option<Vec<u8>>> {
        if length(bytes) > self.end - self.at {
            return Ok(None);
        }
        let mut taken = vec![0; bytes];
        self.file.read_exact(&mut taken)?;
        self.at += length(bytes);
        Ok(Some(taken))
    }

    /// Goes on behind so many bytes, at most to the end.
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let bytes = bytes.min(self.end - self.at);
        let offset = i64::try_from(bytes).map_err(io::Error::other)?;
        self.file.seek_relative(offset)?;
        self.at += bytes;
        Ok(())
    }

    /// The head of the next element, which is behind it then; nothing if there is none.
    fn head(&mut self) -> io::Result<Option<Head>> {
        let from = self.at;
        let most = usize::try_from(self.end - from).unwrap_or(HEAD_BYTES);
        let bytes = self.take(most.min(HEAD_BYTES))?.unwrap_or_default();
        let found = elements::head(&bytes);
        let behind = from + found.map_or(0, |head| length(head.bytes));
        // It is in the buffer still.
        let back = i64::try_from(self.at - behind).map_err(io::Error::other)?;
        self.file.seek_relative(-back)?;
        self.at = behind;
        Ok(found)
    }

    /// Whether the next is a whole cluster of ours; it is behind it then.
    fn cluster(&mut self, index: &mut Index) -> io::Result<bool> {
        let lies = self.at;
        let Some(Head {
            kind: CLUSTER,
            inside: Some(inside),
            ..
        }) = self.head()?
        else {
            return Ok(false);
        };
        let Some(end) = self.at.checked_add(inside).filter(|end| *end <= self.end) else {
            return Ok(false);
        };
        let mut found = index.clone();
        let mut begins = None;
        while self.at < end {
            let head = self.head()?;
            let Some((kind, inside)) = head.and_then(|head| Some((head.kind, head.inside?))) else {
                return Ok(false);
            };
            if inside > end.saturating_sub(self.at) {
                return Ok(false);
            }
            let behind = self.at + inside;
            match (kind, begins) {
                (TIMESTAMP, None) if inside <= 8 => {
                    let bytes = usize::try_from(inside).map_err(io::Error::other)?;
                    begins = self.take(bytes)?.map(|number| whole(&number));
                }
                (SIMPLE_BLOCK, Some(begins)) if inside >= length(BLOCK_HEAD_BYTES) => {
                    let said = self.take(BLOCK_HEAD_BYTES)?.unwrap_or_default();
                    let &[track, high, low, flags] = said.as_slice() else {
                        return Ok(false);
                    };
                    let later = u64::from(u16::from_be_bytes([high, low]));
                    let at = begins.saturating_add(later);
                    match track ^ MARKED {
                        PICTURE => found.show(at, flags & KEY != 0, lies),
                        SOUND => found.lasts_until(at.saturating_add(PACKET_LASTS)),
                        _ => return Ok(false),
                    }
                }
                _ => return Ok(false),
            }
            self.skip(behind - self.at)?;
        }
        if begins.is_none() {
            return Ok(false);
        }
        *index = found;
        Ok(true)
    }
}

fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn not_ours() -> io::Error {
    invalid("it is not a recording of Chaperone's")
}
