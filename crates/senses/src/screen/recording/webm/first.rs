//! The first frame of a recording, found in the beginning of its file. Pure.

use super::{
    elements::{each, head},
    layout::{self, BLOCK_HEAD_BYTES, CLUSTER, EBML, KEY, MARKED, PICTURE, SEGMENT, SIMPLE_BLOCK},
};

/// What a frame that stands by itself begins with says nothing of how large it is for so long.
const BEFORE_SIDES: usize = 6;

/// Fourteen bits of a side; the others are for scaling.
const SIDE: u16 = 0x3fff;

/// The first frame of a recording. It stands by itself.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::screen::recording) struct First<'a> {
    pub(in crate::screen::recording) frame: &'a [u8],
    pub(in crate::screen::recording) width: u16,
    pub(in crate::screen::recording) height: u16,
}

impl<'a> First<'a> {
    /// Nothing if it is not there: the file is another program's, or too little of it is given.
    pub(in crate::screen::recording) fn find(file: &'a [u8]) -> Option<Self> {
        let segment = file.get(layout::beginning().len()..)?;
        let kinds = [
            head(file)?.kind,
            head(file.get(layout::length_at() - 4..)?)?.kind,
        ];
        if kinds != [EBML, SEGMENT] {
            return None;
        }
        let mut rest = segment;
        // Of the cluster the file may hold a part.
        loop {
            let found = head(rest)?;
            rest = rest.get(found.bytes..)?;
            if found.kind == CLUSTER {
                break;
            }
            rest = rest.get(usize::try_from(found.inside?).ok()?..)?;
        }
        let mut blocks = each(rest).filter(|(kind, _)| *kind == SIMPLE_BLOCK);
        let frame = blocks.find_map(|(_, block)| {
            let (said, frame) = block.split_at_checked(BLOCK_HEAD_BYTES)?;
            let &[track, _, _, flags] = said else {
                return None;
            };
            (track == MARKED | PICTURE && flags & KEY != 0).then_some(frame)
        })?;
        let sides = frame.get(BEFORE_SIDES..)?.as_chunks::<2>().0;
        let &[width, height, ..] = sides else {
            return None;
        };
        Some(Self {
            frame,
            width: u16::from_le_bytes(width) & SIDE,
            height: u16::from_le_bytes(height) & SIDE,
        })
    }

    /// The same as a picture file: `WebP` holds just such a frame.
    pub(in crate::screen::recording) fn as_picture(&self) -> Vec<u8> {
        let padded = self.frame.len().next_multiple_of(2);
        let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
        let mut picture = b"RIFF".to_vec();
        picture.extend(length(padded + 12));
        picture.extend(b"WEBPVP8 ");
        picture.extend(length(self.frame.len()));
        picture.extend(self.frame);
        picture.resize(20 + padded, 0);
        picture
    }
}
