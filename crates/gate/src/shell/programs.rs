//! What is known about programs by their names.
//!
//! The lists are hints, never permissions: a program that is on none of them is not harmless.

use super::{
    RiskKind,
    names::{
        DESTRUCTIVE, DESTRUCTIVE_OPTIONS, DESTRUCTIVE_WITH, INERT, INTERPRETERS, NETWORKED,
        NETWORKED_WITH, Options, PRIVILEGED, RUNS_WITH, WRAPPERS,
    },
};

/// Whether the program runs other programs or code that it is given, so that its own name says
/// nothing about what happens.
pub(crate) fn wraps<Word: AsRef<str>>(argv: &[Word]) -> bool {
    let Some((program, arguments)) = argv.split_first() else {
        return false;
    };
    let name = family(program.as_ref());
    let arguments = || arguments.iter().map(AsRef::as_ref);
    if INTERPRETERS.contains(&name.as_str()) {
        // Asked for its version only, it runs nothing.
        return !(arguments().count() == 1
            && arguments().all(|argument| INERT.contains(&argument)));
    }
    if WRAPPERS.contains(&name.as_str()) {
        return arguments().any(|argument| !argument.is_empty() && !INERT.contains(&argument));
    }
    options_of(RUNS_WITH, &name)
        .is_some_and(|options| arguments().any(|argument| is_option(argument, options)))
}

/// The risks of one program with its arguments, each with the word that tells.
pub(super) fn about<'a>(argv: &[&'a str]) -> Vec<(RiskKind, &'a str)> {
    let Some((program, arguments)) = argv.split_first() else {
        return Vec::new();
    };
    let name = family(program);
    let name = name.as_str();
    let with = |table| {
        options_of(table, name).is_some_and(|options| {
            arguments
                .iter()
                .any(|argument| is_option(argument, options))
        })
    };
    let mut about = Vec::new();
    if wraps(argv) {
        about.push((RiskKind::Wrapper, *program));
    }
    if PRIVILEGED.contains(&name) {
        about.push((RiskKind::Privilege, *program));
    }
    if NETWORKED.contains(&name) || with(NETWORKED_WITH) {
        about.push((RiskKind::Network, *program));
    }
    if DESTRUCTIVE.contains(&name) || name.starts_with("mkfs") || with(DESTRUCTIVE_WITH) {
        about.push((RiskKind::Destructive, *program));
    }
    if DESTRUCTIVE_OPTIONS.contains(program) {
        about.push((RiskKind::Destructive, *program));
    }
    for argument in arguments {
        if DESTRUCTIVE_OPTIONS.contains(argument) {
            about.push((RiskKind::Destructive, *argument));
        }
    }
    about
}

/// The bare name: `/usr/bin/python3.12` and `Python.exe` are both `python`.
fn family(program: &str) -> String {
    let file = program.rsplit(['/', '\\']).next().unwrap_or_default();
    let lower = file.to_ascii_lowercase();
    let stem = lower.strip_suffix(".exe").unwrap_or(&lower);
    let bare = stem.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    // A name that is all version, such as `.`, is left alone.
    let bare = if bare.is_empty() { stem } else { bare };
    bare.to_owned()
}

fn options_of(table: &[Options], name: &str) -> Option<&'static [&'static str]> {
    table
        .iter()
        .find(|(program, _)| *program == name)
        .map(|(_, options)| *options)
}

/// Whether the argument is one of the options or subcommands, perhaps with a value attached:
/// `--force=yes`, `-c…`, and `-rf` where `-f` is meant.
fn is_option(argument: &str, options: &[&str]) -> bool {
    options.iter().any(|option| {
        let Some(rest) = argument.strip_prefix(option) else {
            return is_among_letters(argument, option);
        };
        let short = *option == "+" || (option.len() == 2 && option.starts_with('-'));
        rest.is_empty() || short || (option.starts_with('-') && rest.starts_with('='))
    })
}

fn is_among_letters(argument: &str, option: &str) -> bool {
    let letter = option.strip_prefix('-').filter(|letter| letter.len() == 1);
    match (letter, argument.strip_prefix('-')) {
        (Some(letter), Some(letters)) => {
            !letters.starts_with('-')
                && letters.chars().all(|c| c.is_ascii_alphabetic())
                && letters.contains(letter)
        }
        (None, _) | (_, None) => false,
    }
}
