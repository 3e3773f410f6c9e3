//! What a program prints, in bounded memory: the head, the tail, and how much fell out between.
//! Reads nothing itself.

use std::collections::VecDeque;

/// One stream's output so far.
#[derive(Debug)]
pub(crate) struct Output {
    half: usize,
    head: Vec<u8>,
    tail: VecDeque<u8>,
    cut_bytes: u64,
}

impl Output {
    /// Keeps at most `limit` bytes, half of them from either end.
    pub(crate) fn keeping(limit: usize) -> Self {
        Self {
            half: limit / 2,
            head: Vec::new(),
            tail: VecDeque::new(),
            cut_bytes: 0,
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let room = self.half.saturating_sub(self.head.len()).min(bytes.len());
        let (head, rest) = bytes.split_at(room);
        self.head.extend_from_slice(head);
        self.tail.extend(rest);
        let excess = self.tail.len().saturating_sub(self.half);
        self.tail.drain(..excess);
        self.cut_bytes += excess as u64;
    }

    /// The text, with a mark where it was cut, and how many bytes the mark stands for.
    /// Bytes that are no UTF-8 become replacement characters.
    pub(crate) fn finish(mut self) -> (String, u64) {
        if self.cut_bytes == 0 {
            self.head.extend(self.tail);
            return (lossy(&self.head), 0);
        }
        // A character that the cut went through belongs to what is left out.
        let torn = torn_at_end(&self.head);
        self.head.truncate(self.head.len() - torn);
        let torn_too = self
            .tail
            .iter()
            .take(3)
            .take_while(|byte| is_continuation(**byte))
            .count();
        self.tail.drain(..torn_too);
        let cut_bytes = self.cut_bytes + (torn + torn_too) as u64;
        let head = lossy(&self.head);
        let tail = lossy(self.tail.make_contiguous());
        let text = format!("{head}\n[… {cut_bytes} bytes left out …]\n{tail}");
        (text, cut_bytes)
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

/// How many bytes at the end begin a character that does not end there.
fn torn_at_end(bytes: &[u8]) -> usize {
    for (before, byte) in bytes.iter().rev().take(3).enumerate() {
        let length = match byte {
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF7 => 4,
            byte if is_continuation(*byte) => continue,
            _ => 1,
        };
        return if length > before + 1 { before + 1 } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn through(limit: usize, pieces: &[&[u8]]) -> (String, u64) {
        let mut output = Output::keeping(limit);
        for piece in pieces {
            output.push(piece);
        }
        output.finish()
    }

    #[test]
    fn what_fits_is_whole() {
        assert_eq!(through(8, &[b"1234", b"56", b"78"]), ("12345678".into(), 0));
    }

    #[test]
    fn what_does_not_fit_keeps_head_and_tail() {
        let expected = ("1234\n[… 3 bytes left out …]\n89ab".into(), 3);
        assert_eq!(through(8, &[b"123456789ab"]), expected);
        assert_eq!(through(8, &[b"1", b"2345678", b"9", b"ab"]), expected);
    }

    #[test]
    fn a_cut_never_tears_a_character() {
        // Each is two bytes; the limits of three fall inside one.
        let (text, cut) = through(6, &["ääääää".as_bytes()]);
        assert_eq!((text.as_str(), cut), ("ä\n[… 8 bytes left out …]\nä", 8));
    }

    #[test]
    fn what_is_no_text_is_replaced() {
        assert_eq!(through(8, &[b"a\xFFb"]), ("a\u{FFFD}b".into(), 0));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_unsaid(text in "\\PC{0,200}", limit in 8..64usize, piece in 1..20usize) {
            let mut output = Output::keeping(limit);
            for piece in text.as_bytes().chunks(piece) {
                output.push(piece);
                prop_assert!(output.head.len() + output.tail.len() <= limit);
            }
            let (shown, cut) = output.finish();
            if cut == 0 {
                prop_assert_eq!(shown, text);
            } else {
                let mark = format!("\n[… {cut} bytes left out …]\n");
                let (head, tail) = shown.split_once(&mark).unwrap();
                prop_assert!(text.starts_with(head) && text.ends_with(tail));
                prop_assert_eq!((head.len() + tail.len()) as u64 + cut, text.len() as u64);
            }
        }
    }
}
