//! The boxes that an MP4 file is made of (ISO/IEC 14496-12): built, and found again. Pure.

/// A box's kind.
pub(super) type Kind = [u8; 4];

/// Length and kind.
pub(super) const HEAD_BYTES: usize = 8;

/// Boxes one after another.
#[derive(Debug, Default)]
pub(super) struct Boxes(Vec<u8>);

impl Boxes {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds a box with what is put into it.
    pub(super) fn put(&mut self, kind: Kind, fill: impl FnOnce(&mut Self)) {
        let from = self.0.len();
        self.u32(0);
        self.bytes(&kind);
        fill(self);
        let length = u32::try_from(self.0.len() - from).unwrap_or(u32::MAX);
        if let Some(head) = self.0.get_mut(from..from + 4) {
            head.copy_from_slice(&length.to_be_bytes());
        }
    }

    /// Adds a box that begins with a version and flags.
    pub(super) fn full(
        &mut self,
        kind: Kind,
        version_and_flags: u32,
        fill: impl FnOnce(&mut Self),
    ) {
        self.put(kind, |boxes| {
            boxes.u32(version_and_flags);
            fill(boxes);
        });
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn zeros(&mut self, count: usize) {
        self.0.resize(self.0.len() + count, 0);
    }

    pub(super) fn u16(&mut self, number: u16) {
        self.bytes(&number.to_be_bytes());
    }

    pub(super) fn u32(&mut self, number: u32) {
        self.bytes(&number.to_be_bytes());
    }

    pub(super) fn u32s(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.u32(*number);
        }
    }

    pub(super) fn u64(&mut self, number: u64) {
        self.bytes(&number.to_be_bytes());
    }

    pub(super) fn done(self) -> Vec<u8> {
        self.0
    }
}

/// What is inside the first box of that kind, going down by `path`.
pub(super) fn find<'a>(bytes: &'a [u8], path: &[&Kind]) -> Option<&'a [u8]> {
    let Some((wanted, deeper)) = path.split_first() else {
        return Some(bytes);
    };
    let (_, inside) = each(bytes).find(|(kind, _)| kind == *wanted)?;
    find(inside, deeper)
}

/// The boxes one after another, with what is inside; up to the first that is not whole.
pub(super) fn each(bytes: &[u8]) -> impl Iterator<Item = (Kind, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (length, kind) = head(rest)?;
        let length = usize::try_from(length).ok()?;
        let inside = rest.get(HEAD_BYTES..length)?;
        rest = rest.get(length..)?;
        Some((kind, inside))
    })
}

/// A box's length and kind, from its first bytes.
pub(super) fn head(bytes: &[u8]) -> Option<(u64, Kind)> {
    let kind = bytes.get(4..HEAD_BYTES)?.try_into().ok()?;
    Some((u64::from(number(bytes, 0)?), kind))
}

/// The four-byte number at a place.
pub(super) fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    bytes.try_into().ok().map(u32::from_be_bytes)
}

/// The eight-byte number at a place.
pub(super) fn long_number(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(8)?)?;
    bytes.try_into().ok().map(u64::from_be_bytes)
}
