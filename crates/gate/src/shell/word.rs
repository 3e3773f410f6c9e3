//! Takes the quotes off one word, if nothing in it would be replaced.

use std::{iter::Peekable, str::Chars};

use chaperone_protocol::NeedsShell;

/// The text a program would receive for a word as it is written, or why only a shell can tell.
pub(super) fn literal(written: &str) -> Result<String, NeedsShell> {
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
                None => return Err(NeedsShell::UnclearQuotes),
            },
            '$' => return Err(NeedsShell::Expansion),
            '`' => return Err(NeedsShell::Backquote),
            '*' | '?' => return Err(NeedsShell::Pattern),
            '~' if matches!(before, None | Some('=' | ':')) => return Err(NeedsShell::Tilde),
            '!' if !matches!(letters.peek(), None | Some('=')) => return Err(NeedsShell::History),
            // The tokenizer cuts words here; it and this reading disagree about the quotes.
            ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => {
                return Err(NeedsShell::UnclearQuotes);
            }
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
        return Err(NeedsShell::Pattern);
    }
    if brace.is_some_and(|start| after(start).contains([',']) || after(start).contains("..")) {
        return Err(NeedsShell::Braces);
    }
    Ok(text)
}

fn single_quoted(letters: &mut Peekable<Chars<'_>>, text: &mut String) -> Result<(), NeedsShell> {
    for letter in letters {
        if letter == '\'' {
            return Ok(());
        }
        text.push(letter);
    }
    Err(NeedsShell::UnclearQuotes)
}

/// History is no matter here: only an interactive shell looks for it inside double quotes, and
/// an exclamation mark in a sentence is too common to make a script of.
fn double_quoted(letters: &mut Peekable<Chars<'_>>, text: &mut String) -> Result<(), NeedsShell> {
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return Ok(()),
            '$' => return Err(NeedsShell::Expansion),
            '`' => return Err(NeedsShell::Backquote),
            '\\' => match letters.next() {
                Some('\n') => {}
                Some(escaped @ ('$' | '`' | '"' | '\\')) => text.push(escaped),
                Some(other) => {
                    text.push('\\');
                    text.push(other);
                }
                None => return Err(NeedsShell::UnclearQuotes),
            },
            _ => text.push(letter),
        }
    }
    Err(NeedsShell::UnclearQuotes)
}
