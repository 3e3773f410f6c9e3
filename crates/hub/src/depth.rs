//! How deep JSON from outside may be.
//!
//! Whatever reads JSON gives up at 128 levels. What came in must still be read where it lies within
//! something else, in the books or in an answer, so it has to keep away from that.

/// More levels than these are not taken.
pub(crate) const LEVELS: usize = 100;

/// Whether a text has more levels, if it is JSON.
pub(crate) fn is_too_deep(json: &[u8]) -> bool {
    let mut levels = 0_usize;
    let (mut in_text, mut escaped) = (false, false);
    for byte in json {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => {
                levels += 1;
                if levels > LEVELS {
                    return true;
                }
            }
            b']' | b'}' => levels = levels.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{LEVELS, is_too_deep};

    #[test]
    fn levels_are_counted_and_texts_are_not() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        for (json, expected) in [
            (nested(LEVELS), false),
            (nested(LEVELS + 1), true),
            // Side by side, not within each other.
            (format!("[{}]", vec!["{}"; 1_000].join(",")), false),
            (format!("\"{}\"", "[".repeat(1_000)), false),
            (format!(r#""\"{}""#, "{".repeat(1_000)), false),
            (format!(r#""\\"{}"#, "{".repeat(1_000)), true),
            ("]".repeat(1_000) + &nested(LEVELS), false),
            ("{\"a\":".repeat(LEVELS + 1), true),
            (String::new(), false),
        ] {
            assert_eq!(is_too_deep(json.as_bytes()), expected, "{json}");
        }
    }
}
