//! What is known about programs by their names.
//!
//! The lists are hints, never permissions: a program that is on none of them is not harmless.

use super::{
    RiskKind,
    names::{
        DESTRUCTIVE, DESTRUCTIVE_OPTIONS, DESTRUCTIVE_WITH, NETWORKED, NETWORKED_WITH, Options,
        PRIVILEGED,
    },
    wraps::{family, is_option, wraps},
};

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

fn options_of(table: &[Options], name: &str) -> Option<&'static [&'static str]> {
    table
        .iter()
        .find(|(program, _)| *program == name)
        .map(|(_, options)| *options)
}
