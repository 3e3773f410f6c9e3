//! The file format: what goes in comes out, in any parts, and nothing else ever does.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;

use super::{
    key::FileKey,
    sealed::{PIECE, Sealed, Sealer, Unread, Unsealer, sealed_bytes},
};

fn content(size: usize) -> Vec<u8> {
    // No two pieces are alike.
    (0..size)
        .map(|place| (place / 251 + place).to_le_bytes()[0])
        .collect()
}

fn seal(key: &FileKey, content: &[u8], part: usize) -> Vec<u8> {
    let mut sealer = Sealer::begin(Vec::new(), key).unwrap().unwrap();
    for part in content.chunks(part.max(1)) {
        sealer.write(part).unwrap();
    }
    let Sealed {
        out, size_bytes, ..
    } = sealer.finish().unwrap();
    assert_eq!(size_bytes, content.len() as u64);
    out
}

/// All of the content, or how far it is sound.
fn unseal(key: &FileKey, file: &[u8], size: usize) -> Result<Vec<u8>, u64> {
    let damaged = |unread| match unread {
        Unread::Damaged(offset) => offset,
        Unread::Failed(error) => panic!("{error}"),
    };
    let mut unsealer = Unsealer::begin(Cursor::new(file), key, size as u64).map_err(damaged)?;
    let mut found = Vec::new();
    loop {
        let part = unsealer.read(found.len() as u64).map_err(damaged)?;
        if part.is_empty() {
            return Ok(found);
        }
        found.extend_from_slice(part);
    }
}

#[test]
fn what_goes_in_comes_out_at_every_size() {
    let key = FileKey::random().unwrap();
    for size in [
        0,
        1,
        PIECE - 1,
        PIECE,
        PIECE + 1,
        2 * PIECE,
        3 * PIECE + 100,
    ] {
        let content = content(size);
        for part in [1_000, 3 * PIECE] {
            let file = seal(&key, &content, part);
            assert_eq!(file.len() as u64, sealed_bytes(size as u64), "{size}");
            assert!(unseal(&key, &file, size).unwrap() == content, "{size}");
        }
    }
}

#[test]
fn the_digest_is_of_the_content() {
    let key = FileKey::random().unwrap();
    let mut sealer = Sealer::begin(Vec::new(), &key).unwrap().unwrap();
    sealer.write(b"a").unwrap();
    sealer.write(b"bc").unwrap();
    let sha256 = crate::record::hex(&sealer.finish().unwrap().sha256);
    // From the standard's own examples.
    assert_eq!(
        sha256,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn any_place_is_read_without_those_before_it() {
    let key = FileKey::random().unwrap();
    let content = content(3 * PIECE + 100);
    let mut file = seal(&key, &content, 5_000);
    // The first two pieces are not even there to be read.
    file[43..43 + 2 * (PIECE + 16)].fill(0);
    let mut unsealer = Unsealer::begin(Cursor::new(&file), &key, content.len() as u64)
        .ok()
        .unwrap();
    for offset in [2 * PIECE, 3 * PIECE + 7, 2 * PIECE + 1, 3 * PIECE + 99] {
        let part = unsealer.read(offset as u64).ok().unwrap().to_vec();
        assert!(content[offset..].starts_with(&part), "{offset}");
        assert!(!part.is_empty());
    }
    assert!(matches!(unsealer.read(10), Err(Unread::Damaged(0))));
    let past_the_end = unsealer.read(u64::MAX).ok().unwrap();
    assert_eq!(past_the_end, b"");
}

#[test]
fn pieces_cannot_change_places_or_files() {
    let key = FileKey::random().unwrap();
    let content = content(4 * PIECE);
    let file = seal(&key, &content, PIECE);
    let piece = |number: usize| 43 + number * (PIECE + 16)..43 + (number + 1) * (PIECE + 16);
    let size = content.len();

    let mut swapped = file.clone();
    swapped[piece(1)].copy_from_slice(&file[piece(2)]);
    swapped[piece(2)].copy_from_slice(&file[piece(1)]);
    assert_eq!(unseal(&key, &swapped, size), Err(PIECE as u64));

    // Two files under one key differ in their nonce.
    let mut mixed = file.clone();
    mixed[piece(2)].copy_from_slice(&seal(&key, &content, PIECE)[piece(2)]);
    assert_eq!(unseal(&key, &mixed, size), Err(2 * PIECE as u64));

    // Cut off at a border between pieces, with a row that was changed to match.
    let cut = &file[..43 + 2 * (PIECE + 16)];
    assert_eq!(unseal(&key, cut, 2 * PIECE), Err(PIECE as u64));
    assert_eq!(unseal(&key, cut, size), Err(2 * PIECE as u64));

    let mut longer = file.clone();
    longer.extend_from_slice(&file[piece(3)]);
    assert!(unseal(&key, &longer, size).is_err());
    assert_eq!(unseal(&FileKey::random().unwrap(), &file, size), Err(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_as_such() {
    let key = FileKey::random().unwrap();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let Err(source) = Sealer::begin(full, &key).unwrap() else {
        panic!("there is no room there")
    };
    let error = crate::Error::file("write", std::path::Path::new("a"), source);
    assert!(error.is_disk_full(), "{error:?}");
    assert_eq!(
        error.to_string(),
        "no room for a: free some space on that disk, then try again"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// One byte changed, wherever: nothing from its piece on is ever answered.
    #[test]
    fn any_changed_byte_is_found(place in any::<prop::sample::Index>(), flip in 1..=255_u8) {
        let key = FileKey::random().unwrap();
        let content = content(2 * PIECE + 10);
        let mut file = seal(&key, &content, PIECE);
        let place = place.index(file.len());
        file[place] ^= flip;
        let sound = unseal(&key, &file, content.len()).unwrap_err();
        let piece = place.saturating_sub(43) / (PIECE + 16);
        prop_assert_eq!(sound, (piece * PIECE) as u64);
    }

    /// Cut off anywhere: torn.
    #[test]
    fn any_cut_is_found(place in any::<prop::sample::Index>()) {
        let key = FileKey::random().unwrap();
        let content = content(2 * PIECE + 10);
        let file = seal(&key, &content, PIECE);
        let place = place.index(file.len());
        prop_assert!(unseal(&key, &file[..place], content.len()).is_err());
    }

    /// In parts of any size.
    #[test]
    fn parts_make_no_difference(sizes in prop::collection::vec(0..90_000_usize, 0..4)) {
        let key = FileKey::random().unwrap();
        let content = content(sizes.iter().sum());
        let mut sealer = Sealer::begin(Vec::new(), &key).unwrap().unwrap();
        let mut rest = content.as_slice();
        for size in sizes {
            let (part, later) = rest.split_at(size);
            sealer.write(part).unwrap();
            rest = later;
        }
        let mut file = sealer.finish().unwrap().out;
        file.flush().unwrap();
        prop_assert!(unseal(&key, &file, content.len()).unwrap() == content);
    }
}
