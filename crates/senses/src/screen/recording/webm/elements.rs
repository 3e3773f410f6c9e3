//! The elements that a `WebM` file is made of (EBML, RFC 8794): built, and found again. Pure.

/// An element's kind, with its leading length marker.
pub(super) type Kind = u32;

/// What stands for a length that is not known, in eight bytes.
pub(super) const UNKNOWN: [u8; 8] = [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

/// Elements one after another.
#[derive(Debug, Default)]
pub(super) struct Elements(Vec<u8>);

impl Elements {
    /// Adds an element with what is put into it.
    pub(super) fn put(&mut self, kind: Kind, fill: impl FnOnce(&mut Self)) {
        let mut inside = Self::default();
        fill(&mut inside);
        self.bytes(kind, &inside.0);
    }

    /// Adds an element that holds these bytes.
    pub(super) fn bytes(&mut self, kind: Kind, bytes: &[u8]) {
        self.begin(kind, bytes.len());
        self.raw(bytes);
    }

    /// Adds the head of an element of which so many bytes follow.
    pub(super) fn begin(&mut self, kind: Kind, length: usize) {
        self.kind(kind);
        self.length(length);
    }

    pub(super) fn kind(&mut self, kind: Kind) {
        let bytes = kind.to_be_bytes();
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        self.raw(bytes.get(zeros..).unwrap_or_default());
    }

    /// A length in as few bytes as hold it.
    fn length(&mut self, length: usize) {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        // All ones would mean that it is not known.
        let bytes = (1..8)
            .find(|bytes| length < (1 << (7 * bytes)) - 1)
            .unwrap_or(8);
        let marked = length | 1 << (7 * bytes);
        self.raw(marked.to_be_bytes().get(8 - bytes..).unwrap_or_default());
    }

    /// Adds a number in as few bytes as hold it.
    pub(super) fn number(&mut self, kind: Kind, number: u64) {
        let bytes = number.to_be_bytes();
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        self.bytes(kind, bytes.get(zeros.min(7)..).unwrap_or_default());
    }

    /// Adds a number in eight bytes, whatever it is.
    pub(super) fn wide_number(&mut self, kind: Kind, number: u64) {
        self.bytes(kind, &number.to_be_bytes());
    }

    pub(super) fn float(&mut self, kind: Kind, number: f64) {
        self.bytes(kind, &number.to_be_bytes());
    }

    pub(super) fn text(&mut self, kind: Kind, text: &str) {
        self.bytes(kind, text.as_bytes());
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn done(self) -> Vec<u8> {
        self.0
    }
}

/// The first bytes of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) kind: Kind,
    /// How long the head itself is.
    pub(super) bytes: usize,
    /// How long what is inside is; nothing if that is not known.
    pub(super) inside: Option<u64>,
}

/// The longest head there can be.
pub(super) const HEAD_BYTES: usize = 12;

/// The head that these bytes begin with.
pub(super) fn head(bytes: &[u8]) -> Option<Head> {
    let first = *bytes.first()?;
    let long = usize::try_from(first.leading_zeros()).ok()? + 1;
    if long > 4 {
        return None;
    }
    let kind = whole(bytes.get(..long)?);
    let rest = bytes.get(long..)?;
    let wide = usize::try_from(rest.first()?.leading_zeros()).ok()? + 1;
    if wide > 8 {
        return None;
    }
    let most = (1u64 << (7 * wide)) - 1;
    let length = whole(rest.get(..wide)?) & most;
    Some(Head {
        kind: u32::try_from(kind).ok()?,
        bytes: long + wide,
        inside: (length != most).then_some(length),
    })
}

/// The elements one after another, with what is inside; up to the first that is not whole.
pub(super) fn each(bytes: &[u8]) -> impl Iterator<Item = (Kind, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let head = head(rest)?;
        let end = head
            .bytes
            .checked_add(usize::try_from(head.inside?).ok()?)?;
        let inside = rest.get(head.bytes..end)?;
        rest = rest.get(end..)?;
        Some((head.kind, inside))
    })
}

/// The number that an element of so many bytes holds.
pub(super) fn whole(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_is_found_again() {
        let mut elements = Elements::default();
        elements.put(0x1654_ae6b, |inside| {
            inside.number(0xd7, 0);
            inside.number(0x53c0, 300);
            inside.bytes(0xec, &[7; 126]);
            inside.bytes(0xec, &[7; 127]);
            inside.bytes(0xec, &vec![7; 20_000]);
        });
        let built = elements.done();
        let (kind, inside) = each(&built).next().unwrap();
        assert_eq!(kind, 0x1654_ae6b);
        let found: Vec<_> = each(inside)
            .map(|(kind, inside)| (kind, inside.len()))
            .collect();
        let lengths = [
            (0xd7, 1),
            (0x53c0, 2),
            (0xec, 126),
            (0xec, 127),
            (0xec, 20_000),
        ];
        assert_eq!(found, lengths);
        assert_eq!(
            each(inside).nth(1).map(|(_, number)| whole(number)),
            Some(300)
        );
        // Nothing is found in half of one.
        assert_eq!(each(&built[..built.len() - 1]).next(), None);
        for long in 0..5 {
            assert_eq!(head(&built[..long]), None);
        }
    }

    #[test]
    fn a_length_may_be_unknown() {
        let mut segment = vec![0x18, 0x53, 0x80, 0x67];
        segment.extend(UNKNOWN);
        let found = head(&segment).unwrap();
        assert_eq!(
            (found.kind, found.bytes, found.inside),
            (0x1853_8067, 12, None)
        );
        assert_eq!(head(&[0, 0x80]), None);
        assert_eq!(head(&[0xec, 0]), None);
    }
}
