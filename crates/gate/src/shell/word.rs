//! Takes the quotes off one word, if nothing in it would be replaced.

use std::{iter::Peekable, str::Chars};

const EXPANSION: &str = "it holds `$`, which a shell replaces before anything runs";
const BACKQUOTE: &str = "it holds a backquote, whose content a shell runs first";
const PATTERN: &str =
    "it holds a file name pattern, which a shell replaces with the files it finds";
const TILDE: &str = "it holds `~`, which a shell replaces with a folder";
const BRACES: &str = "it holds braces, which a shell turns into several words";
const HISTORY: &str = "it holds `!`, which some shells replace with an earlier command";
const UNCLEAR: &str = "its quotes can be read in more than one way";

/// The text a program would receive for a word as it is written, or why only a shell can tell.
pub(super) fn literal(written: &str) -> Result<String, &'static str> {
    let mut letters = written.chars().peekable();
    let mut text = String::with_capacity(written.len());
    let mut before = None;
    // Where in `text` an unquoted `[` or `{` stands first.
    let mut bracket = None;
    let mut brace = None;
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => single_quoted(&mut letters, &mut text)?,
            '"' => double_quoted(&mut letters, &mut text)?,
            '\\' => match letters.next() {
                Some('\n') => {}
                Some(escaped) => text.push(escaped),
                None => return Err(UNCLEAR),
            },
            '$' => return Err(EXPANSION),
            '`' => return Err(BACKQUOTE),
            '*' | '?' => return Err(PATTERN),
            '~' if matches!(before, None | Some('=' | ':')) => return Err(TILDE),
            '!' if !matches!(letters.peek(), None | Some('=')) => return Err(HISTORY),
            // The tokenizer cuts words here; it and this reading disagree about the quotes.
            ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => return Err(UNCLEAR),
            _ => {
                if letter == '[' {
                    bracket.get_or_insert(text.len());
                }
                if letter == '{' {
                    brace.get_or_insert(text.len());
                }
                text.push(letter);
            }
        }
        before = Some(letter);
    }
    // Quotes inside would make some of these harmless. Telling which is not worth the risk.
    let after = |start: usize| text.get(start..).unwrap_or_default();
    if bracket.is_some_and(|start| after(start).contains(']')) {
        return Err(PATTERN);
    }
    if brace.is_some_and(|start| after(start).contains([',']) || after(start).contains("..")) {
        return Err(BRACES);
    }
    Ok(text)
}

fn single_quoted(letters: &mut Peekable<Chars<'_>>, text: &mut String) -> Result<(), &'static str> {
    for letter in letters {
        if letter == '\'' {
            return Ok(());
        }
        text.push(letter);
    }
    Err(UNCLEAR)
}

/// History is no matter here: only an interactive shell looks for it inside double quotes, and
/// an exclamation mark in a sentence is too common to make a script of.
fn double_quoted(letters: &mut Peekable<Chars<'_>>, text: &mut String) -> Result<(), &'static str> {
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return Ok(()),
            '$' => return Err(EXPANSION),
            '`' => return Err(BACKQUOTE),
            '\\' => match letters.next() {
                Some('\n') => {}
                Some(escaped @ ('$' | '`' | '"' | '\\')) => text.push(escaped),
                Some(other) => {
                    text.push('\\');
                    text.push(other);
                }
                None => return Err(UNCLEAR),
            },
            _ => text.push(letter),
        }
    }
    Err(UNCLEAR)
}
