//! Finds characters that are not what they seem.
//!
//! Not a full confusables table: the scripts and signs with which a command line can be made to
//! look like another one.

use chaperone_protocol::visible;

/// Words that mix look-alike letters with Latin ones, or hold a sign that only looks like one a
/// shell knows.
pub(super) fn words(line: &str) -> impl Iterator<Item = &str> {
    let mixed = line
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| mixes(word));
    let signs = line
        .split_inclusive(is_false_sign)
        .filter_map(|piece| last(piece).filter(|sign| sign.starts_with(is_false_sign)));
    let dashes = line
        .split(|c: char| c.is_ascii_whitespace())
        .filter(|word| word.starts_with(is_false_dash) && word.chars().nth(1).is_some());
    mixed.chain(signs).chain(dashes)
}

/// Characters that cannot be seen, or that look like a plain space.
pub(super) fn hidden(line: &str) -> impl Iterator<Item = &str> {
    line.split_inclusive(is_hidden)
        .filter_map(|piece| last(piece).filter(|c| c.starts_with(is_hidden)))
}

fn last(piece: &str) -> Option<&str> {
    let (start, _) = piece.char_indices().next_back()?;
    piece.get(start..)
}

fn is_hidden(c: char) -> bool {
    if c == '\n' || c == '\t' || matches!(c, ' '..='~') {
        return false;
    }
    let shown = visible(c.encode_utf8(&mut [0; 4])) != c.to_string();
    // The last is the empty Braille pattern.
    shown || c.is_whitespace() || c == '\u{2800}'
}

fn mixes(word: &str) -> bool {
    let latin = word.chars().any(|c| c.is_ascii_alphabetic());
    word.chars().any(|c| is_styled(c) || (latin && is_twin(c)))
}

/// Letters of the scripts that share shapes with Latin.
fn is_twin(c: char) -> bool {
    matches!(c,
        // Greek and Coptic, Cyrillic, Armenian.
        '\u{0370}'..='\u{058F}'
        // Cherokee.
        | '\u{13A0}'..='\u{13FF}' | '\u{AB70}'..='\u{ABBF}'
        // More Cyrillic and Greek.
        | '\u{1C80}'..='\u{1C8F}' | '\u{1F00}'..='\u{1FFF}' | '\u{2DE0}'..='\u{2DFF}'
        | '\u{A640}'..='\u{A69F}'
        // Coptic, Lisu, the dotless and click letters of Latin itself.
        | '\u{2C80}'..='\u{2CFF}' | '\u{A4D0}'..='\u{A4FF}' | '\u{0131}' | '\u{0237}'
        | '\u{0251}' | '\u{0261}' | '\u{0269}' | '\u{01C0}'..='\u{01C3}')
}

/// Latin letters and digits in another dress: small capitals, mathematical, full width.
fn is_styled(c: char) -> bool {
    matches!(c,
        '\u{1D00}'..='\u{1D25}' | '\u{2100}'..='\u{214F}' | '\u{2160}'..='\u{217F}'
        | '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}'
        | '\u{1D400}'..='\u{1D7FF}')
}

/// Signs that look like `/ ; | & $ > < : * .` and are none.
fn is_false_sign(c: char) -> bool {
    matches!(
        c,
        '\u{2044}'
            | '\u{2215}'
            | '\u{29F8}'
            | '\u{FF0F}'
            | '\u{037E}'
            | '\u{FF1B}'
            | '\u{FF5C}'
            | '\u{2223}'
            | '\u{FF06}'
            | '\u{FF04}'
            | '\u{FF1E}'
            | '\u{FF1C}'
            | '\u{2236}'
            | '\u{A789}'
            | '\u{FF1A}'
            | '\u{FF0A}'
            | '\u{2217}'
            | '\u{2024}'
            | '\u{FF0E}'
            | '\u{FF40}'
            | '\u{FF07}'
            | '\u{FF02}'
            | '\u{FF3C}'
            | '\u{2216}'
    )
}

/// Dashes that an option does not begin with.
fn is_false_dash(c: char) -> bool {
    matches!(
        c,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
    )
}
