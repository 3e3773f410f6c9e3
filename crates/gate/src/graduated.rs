//! The graduated shell: harmless command lines that agents below the floor of the shell may ask
//! for, where the person has switched that on. They are always asked.
//!
//! This list is a permission, unlike the hints in `shell/names.rs`: what is not on it stays behind
//! the floor.

use chaperone_protocol::Maturity;

use crate::{
    Question,
    question::argvs,
    shell::{fits_letter, wraps},
};

/// The lowest level that may ask for this line, if any below the floor may.
pub(crate) fn needs(question: &Question<'_>) -> Option<Maturity> {
    if question.sets_variables() || question.network {
        return None;
    }
    argvs(question.program)?
        .map(|argv| program(argv))
        .try_fold(Maturity::Intern, |needs, one| Some(needs.max(one?)))
}

fn program(argv: &[String]) -> Option<Maturity> {
    let (name, arguments) = argv.split_first()?;
    if wraps(argv) {
        return None;
    }
    let (level, harmless) = match name.as_str() {
        "ls" | "pwd" | "cat" | "grep" | "head" | "echo" | "whoami" => (Maturity::Intern, true),
        "tail" => (
            Maturity::Intern,
            !arguments.iter().any(|word| follows(word)),
        ),
        "date" => (Maturity::Intern, only_tells(arguments)),
        "top" | "df" | "du" | "netstat" => (Maturity::Supervised, true),
        "find" => (
            Maturity::Supervised,
            !arguments.iter().any(|word| acts(word)),
        ),
        "ps" => (Maturity::Supervised, !shows_secrets(arguments)),
        // It would keep a file of what it saw.
        "lsof" => (
            Maturity::Supervised,
            !arguments.iter().any(|word| fits_letter(word, 'D')),
        ),
        _ => return None,
    };
    harmless.then_some(level)
}

/// Whether `tail` would wait for more, as `-f`, `-5f`, `+5f`, `--follow`, `--retry` and `--pid` do.
fn follows(word: &str) -> bool {
    if let Some(long) = word.strip_prefix("--") {
        return ["f", "r", "p"].iter().any(|start| long.starts_with(start));
    }
    let signed = word.replacen('+', "-", 1);
    fits_letter(&signed, 'f') || fits_letter(&signed, 'F')
}

/// Whether `date` only tells a time. A bare word would set the clock, and so would `-s`.
fn only_tells(arguments: &[String]) -> bool {
    let mut words = arguments.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let known = match word {
            "-u" | "--utc" | "--universal" | "-R" | "--rfc-email" | "-I" => true,
            "-d" | "--date" => words.next().is_some(),
            _ => ["+", "-I", "--iso-8601", "--rfc-3339=", "--date="]
                .iter()
                .any(|start| word.starts_with(start)),
        };
        if !known {
            return false;
        }
    }
    true
}

/// Whether a word of `find` runs a program, deletes, or writes a file.
fn acts(word: &str) -> bool {
    ["-exec", "-ok", "-delete", "-fprint", "-fls"]
        .iter()
        .any(|action| word.starts_with(action))
}

/// Whether `ps` would show the variables of other programs, where secrets are often kept: `e`
/// without a dash, `-E` on some systems, or a column of that name.
fn shows_secrets(arguments: &[String]) -> bool {
    let mut before = None;
    arguments.iter().any(|word| {
        let is_value = before
            .replace(word)
            .is_some_and(|option: &String| option.starts_with('-'));
        let bare = !word.starts_with('-') && !is_value;
        (bare && word.contains('e')) || fits_letter(word, 'E') || word.contains("environ")
    })
}
