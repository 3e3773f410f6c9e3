//! Long texts on wires with a frame limit.
//!
//! Head and tail stay, because a program's first and last lines say the most; the cut is marked.

/// How many bytes a text takes inside a JSON string.
pub(crate) fn escaped_bytes(text: &str) -> usize {
    text.chars().map(escaped).sum()
}

fn escaped(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        c => c.len_utf8(),
    }
}

/// The text, or its head and tail where it would take more than `limit` bytes of JSON, and how
/// many of its bytes were left out.
pub(crate) fn shortened(text: &str, limit: usize) -> (String, u64) {
    /// The mark between head and tail, with any number in it.
    const MARK_BYTES: usize = 64;

    if escaped_bytes(text) <= limit {
        return (text.to_owned(), 0);
    }
    let half = limit.saturating_sub(MARK_BYTES) / 2;
    let head_bytes = fitting(text.chars(), half);
    let tail_bytes = fitting(text.chars().rev(), half);
    let cut = text.len().saturating_sub(head_bytes + tail_bytes);
    let head = text.get(..head_bytes).unwrap_or_default();
    let tail = text.get(text.len() - tail_bytes..).unwrap_or_default();
    let marked = format!("{head}\n[… {cut} bytes left out …]\n{tail}");
    (marked, u64::try_from(cut).unwrap_or(u64::MAX))
}

/// How many bytes of text the characters that fit take.
fn fitting(chars: impl Iterator<Item = char>, limit: usize) -> usize {
    let mut escaped_so_far = 0;
    chars
        .take_while(|c| {
            escaped_so_far += escaped(*c);
            escaped_so_far <= limit
        })
        .map(char::len_utf8)
        .sum()
}
