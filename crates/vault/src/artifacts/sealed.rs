//! The file: a heading, then the content in sealed pieces.
//!
//! ```text
//! "chaperone artifact 1\0\0\0\0"    24 bytes
//! nonce                             19 random bytes
//! pieces                            64 KiB of content each and a tag of 16 bytes; the last is
//!                                   shorter, and empty where there is no content at all
//! ```
//!
//! The pieces are STREAM over XChaCha20-Poly1305: a piece's nonce is the file's, its own number as
//! four bytes, big end first, and a byte that is one for the last piece. So none can be changed,
//! moved, left out or cut off unnoticed, and each can be read without those before it.

use std::io::{self, Read, Seek, SeekFrom, Write};

use aead_stream::{NewStream as _, Nonce, StreamBE32, StreamPrimitive as _};
use chacha20poly1305::XChaCha20Poly1305;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::key::FileKey;
use crate::Error;

type Stream = StreamBE32<XChaCha20Poly1305>;

const MAGIC: [u8; 24] = *b"chaperone artifact 1\0\0\0\0";
const NONCE: usize = 19;
const HEADING: u64 = 24 + 19;
/// What is encrypted at a time.
pub(super) const PIECE: usize = 64 * 1024;
const TAG: usize = 16;

/// The size of a file with so much content.
pub(super) fn sealed_bytes(size_bytes: u64) -> u64 {
    let pieces = size_bytes.div_ceil(PIECE as u64).max(1);
    HEADING
        .saturating_add(size_bytes)
        .saturating_add(pieces.saturating_mul(TAG as u64))
}

/// Encrypts what is written to it.
pub(super) struct Sealer<W> {
    out: W,
    stream: Stream,
    /// The number of the piece that is being filled.
    place: u32,
    piece: Zeroizing<Vec<u8>>,
    digest: Sha256,
    size_bytes: u64,
}

/// What was written.
pub(super) struct Sealed<W> {
    pub(super) out: W,
    pub(super) size_bytes: u64,
    pub(super) sha256: [u8; 32],
}

impl<W: Write> Sealer<W> {
    /// Begins a file.
    pub(super) fn begin(mut out: W, key: &FileKey) -> Result<io::Result<Self>, Error> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(Error::Random)?;
        let written = out.write_all(&MAGIC).and_then(|()| out.write_all(&nonce));
        Ok(written.map(|()| Self {
            out,
            stream: stream(key, nonce),
            place: 0,
            piece: Zeroizing::new(Vec::with_capacity(PIECE + TAG)),
            digest: Sha256::new(),
            size_bytes: 0,
        }))
    }

    /// Takes some content, and writes each piece that it fills.
    pub(super) fn write(&mut self, mut content: &[u8]) -> io::Result<()> {
        self.digest.update(content);
        self.size_bytes = self.size_bytes.saturating_add(content.len() as u64);
        while !content.is_empty() {
            // A full piece stays here until it is known not to be the last.
            if self.piece.len() == PIECE {
                self.put(false)?;
            }
            let room = PIECE.saturating_sub(self.piece.len());
            let (now, later) = content.split_at(room.min(content.len()));
            self.piece.extend_from_slice(now);
            content = later;
        }
        Ok(())
    }

    /// Writes what is left, as the last piece.
    pub(super) fn finish(mut self) -> io::Result<Sealed<W>> {
        self.put(true)?;
        self.out.flush()?;
        Ok(Sealed {
            out: self.out,
            size_bytes: self.size_bytes,
            sha256: self.digest.finalize().into(),
        })
    }

    /// What is written to, as it stands.
    pub(super) fn abandon(self) -> W {
        self.out
    }

    pub(super) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    fn put(&mut self, last: bool) -> io::Result<()> {
        // Of the numbers the cipher knows, the very last is for a last piece: 256 TiB.
        let next = self.place.checked_add(1);
        if next.is_none() && !last {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.stream
            .encrypt_in_place(self.place, last, b"", &mut *self.piece)
            .map_err(|_| io::Error::other("the cipher refused"))?;
        self.out.write_all(&self.piece)?;
        self.piece.clear();
        self.place = next.unwrap_or(self.place);
        Ok(())
    }
}

/// Decrypts a file, piece by piece.
pub(super) struct Unsealer<R> {
    from: R,
    stream: Stream,
    size_bytes: u64,
    piece: Zeroizing<Vec<u8>>,
    /// The number of the piece that is decrypted here.
    place: Option<u32>,
}

/// Why a piece could not be had.
pub(super) enum Unread {
    /// The file could not be read.
    Failed(io::Error),
    /// It is not what was written, from this byte of the content on.
    Damaged(u64),
}

impl<R: Read + Seek> Unsealer<R> {
    /// Begins to read a file that has to have so much content.
    pub(super) fn begin(mut from: R, key: &FileKey, size_bytes: u64) -> Result<Self, Unread> {
        let length = from.seek(SeekFrom::End(0)).map_err(Unread::Failed)?;
        from.rewind().map_err(Unread::Failed)?;
        let mut magic = [0; MAGIC.len()];
        let mut nonce = [0; NONCE];
        for part in [magic.as_mut_slice(), nonce.as_mut_slice()] {
            from.read_exact(part).map_err(|error| unread(error, 0))?;
        }
        if magic != MAGIC {
            return Err(Unread::Damaged(0));
        }
        let expected = sealed_bytes(size_bytes);
        if length != expected {
            let whole = length.min(expected).saturating_sub(HEADING) / (PIECE + TAG) as u64;
            return Err(Unread::Damaged(whole * PIECE as u64));
        }
        Ok(Self {
            from,
            stream: stream(key, nonce),
            size_bytes,
            piece: Zeroizing::new(Vec::with_capacity(PIECE + TAG)),
            place: None,
        })
    }

    /// The content from this byte on, as far as its piece goes; nothing at the end.
    pub(super) fn read(&mut self, offset: u64) -> Result<&[u8], Unread> {
        if offset >= self.size_bytes {
            return Ok(&[]);
        }
        let size = PIECE as u64;
        // What has been written has no more pieces than there are numbers.
        let place = u32::try_from(offset / size).map_err(|_| Unread::Damaged(offset))?;
        if self.place != Some(place) {
            self.load(place)?;
        }
        let within = usize::try_from(offset % size).unwrap_or(usize::MAX);
        self.piece.get(within..).ok_or(Unread::Damaged(offset))
    }

    fn load(&mut self, place: u32) -> Result<(), Unread> {
        self.place = None;
        let start = u64::from(place) * PIECE as u64;
        let left = self.size_bytes.saturating_sub(start);
        let last = left <= PIECE as u64;
        let content = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
        let at = HEADING + u64::from(place) * (PIECE + TAG) as u64;
        self.from
            .seek(SeekFrom::Start(at))
            .map_err(Unread::Failed)?;
        self.piece.resize(content + TAG, 0);
        self.from
            .read_exact(&mut self.piece)
            .map_err(|error| unread(error, start))?;
        self.stream
            .decrypt_in_place(place, last, b"", &mut *self.piece)
            .map_err(|_| Unread::Damaged(start))?;
        self.place = Some(place);
        Ok(())
    }
}

fn stream(key: &FileKey, nonce: [u8; NONCE]) -> Stream {
    let nonce: Nonce<XChaCha20Poly1305, Stream> = nonce.into();
    Stream::from_aead(key.cipher(), &nonce)
}

/// A file that ends too early is torn; anything else is the disk's own trouble.
fn unread(error: io::Error, offset: u64) -> Unread {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return Unread::Damaged(offset);
    }
    Unread::Failed(error)
}
