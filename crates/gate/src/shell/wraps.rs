//! Whether a program runs other programs, code or files that it is given, so that no rule for its
//! name can mean what happens.
//!
//! A program that is not known here is not harmless; it merely has no known way to become another.

use super::{
    runners::{INERT, INTERPRETERS, WRAPPERS},
    runs_with::RUNS_WITH,
};

/// Whether the program runs other programs or code that it is given, so that its own name says
/// nothing about what happens.
pub(crate) fn wraps<Word: AsRef<str>>(argv: &[Word]) -> bool {
    let Some((program, words)) = argv.split_first() else {
        return false;
    };
    let name = family(program.as_ref());
    let name = name.as_str();
    let words = || words.iter().map(AsRef::as_ref);
    if is_one_of(INTERPRETERS, name) {
        // Asked for its version only, it runs nothing.
        return !(words().count() == 1 && words().all(|word| INERT.contains(&word)));
    }
    if is_one_of(WRAPPERS, name) || name.starts_with("ld-linux") || name.starts_with("ld-musl") {
        return words().any(|word| !word.is_empty() && !INERT.contains(&word));
    }
    let habit = match name {
        "git" => git(words()),
        "make" | "gmake" | "bmake" => make(words()),
        "sed" | "gsed" => sed(words()),
        // The old way of writing options has no dash.
        "tar" | "bsdtar" | "gtar" => words()
            .next()
            .is_some_and(|word| !word.starts_with('-') && word.contains(['I', 'F'])),
        _ => false,
    };
    habit || runs_with(name).is_some_and(|options| words().any(|word| is_option(word, options)))
}

/// The bare name: `/usr/bin/python3.12` and `Python.exe` are both `python`.
pub(super) fn family(program: &str) -> String {
    let file = program.rsplit(['/', '\\']).next().unwrap_or_default();
    let lower = file.trim_end_matches(['.', ' ']).to_ascii_lowercase();
    let stem = [".exe", ".com", ".bat", ".cmd"]
        .iter()
        .find_map(|end| lower.strip_suffix(end))
        .unwrap_or(&lower);
    let bare = stem.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    // A name that is all version, such as `.`, is left alone.
    let bare = if bare.is_empty() { stem } else { bare };
    bare.to_owned()
}

/// Whether the argument is one of the options or subcommands, perhaps with a value attached or cut
/// short: `--force=yes`, `--forc`, `-c…`, and `-rf` where `-f` is meant.
pub(super) fn is_option(word: &str, options: &[&str]) -> bool {
    options.iter().any(|option| {
        if *option == "+" || *option == "@" {
            return word.starts_with(option);
        }
        if let Some(long) = option.strip_prefix("--") {
            return is_long(word, long);
        }
        let letter = option.strip_prefix('-').and_then(only_letter);
        match (letter, word.strip_prefix(option)) {
            (Some(letter), _) => fits_letter(word, letter),
            (None, Some(rest)) => {
                rest.is_empty() || (option.starts_with('-') && rest.starts_with('='))
            }
            (None, None) => false,
        }
    })
}

/// Whether the option of this one letter is, or may be, in the word: `-f`, `-rf`, `-f5`, `-xf/file`.
pub(crate) fn fits_letter(word: &str, letter: char) -> bool {
    word.strip_prefix('-').is_some_and(|letters| {
        letters
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .any(|own| own == letter)
    })
}

/// Most programs understand as much of a long option as tells it from the others.
fn is_long(word: &str, long: &str) -> bool {
    let name = word
        .strip_prefix("--")
        .map(|word| word.split_once('=').map_or(word, |(name, _)| name));
    name.is_some_and(|name| !name.is_empty() && long.starts_with(name))
}

fn only_letter(text: &str) -> Option<char> {
    let mut letters = text.chars();
    letters.next().filter(|_| letters.next().is_none())
}

fn is_one_of(list: &[&str], name: &str) -> bool {
    list.binary_search(&name).is_ok()
}

fn runs_with(name: &str) -> Option<&'static [&'static str]> {
    let place = RUNS_WITH
        .binary_search_by(|(program, _)| (*program).cmp(name))
        .ok()?;
    RUNS_WITH.get(place).map(|(_, options)| *options)
}

/// What git takes before the subcommand without reading another configuration than the folder's.
const GIT_FIRST: &[&str] = &[
    "--glob-pathspecs",
    "--icase-pathspecs",
    "--literal-pathspecs",
    "--no-optional-locks",
    "--no-pager",
    "--no-replace-objects",
    "--noglob-pathspecs",
    "-P",
];
/// Subcommands that do what they say. Any other could be an alias, which can run anything.
const GIT_PLAIN: &[&str] = &[
    "--help",
    "--version",
    "-h",
    "-v",
    "add",
    "am",
    "annotate",
    "apply",
    "archive",
    "blame",
    "branch",
    "bundle",
    "cat-file",
    "check-attr",
    "check-ignore",
    "check-mailmap",
    "checkout",
    "cherry",
    "cherry-pick",
    "clean",
    "clone",
    "commit",
    "commit-tree",
    "count-objects",
    "describe",
    "diff",
    "diff-files",
    "diff-index",
    "diff-tree",
    "fetch",
    "for-each-ref",
    "format-patch",
    "fsck",
    "gc",
    "grep",
    "hash-object",
    "init",
    "log",
    "ls-files",
    "ls-remote",
    "ls-tree",
    "merge",
    "merge-base",
    "mv",
    "name-rev",
    "notes",
    "prune",
    "pull",
    "push",
    "range-diff",
    "rebase",
    "reflog",
    "remote",
    "reset",
    "restore",
    "rev-list",
    "rev-parse",
    "revert",
    "rm",
    "shortlog",
    "show",
    "show-branch",
    "show-ref",
    "stash",
    "status",
    "switch",
    "symbolic-ref",
    "tag",
    "update-index",
    "verify-commit",
    "verify-tag",
    "version",
    "whatchanged",
    "worktree",
];
/// Options of subcommands that name a program, a folder of hooks, or a file to write.
const GIT_OPTIONS: &[&str] = &[
    "--config",
    "--exec",
    "--ext-diff",
    "--filters",
    "--open-files-in-pager",
    "--output",
    "--output-directory",
    "--receive-pack",
    "--remote",
    "--strategy",
    "--template",
    "--textconv",
    "--upload-pack",
];

fn git<'a>(words: impl Iterator<Item = &'a str>) -> bool {
    let mut words = words.skip_while(|word| GIT_FIRST.contains(word));
    let Some(subcommand) = words.next() else {
        return false;
    };
    let letters: &[&str] = match subcommand {
        "clone" => &["-c", "-u"],
        "grep" => &["-O"],
        "rebase" => &["-x", "-s", "-i"],
        "cherry-pick" | "merge" | "pull" | "revert" => &["-s"],
        "archive" | "format-patch" => &["-o"],
        "config" => {
            let reads = ["--get", "--get-all", "--list", "-l", "get", "list"];
            return !words.next().is_some_and(|word| reads.contains(&word));
        }
        _ => &[],
    };
    !GIT_PLAIN.contains(&subcommand)
        || words.any(|word| {
            // `ext::` and its like name a program where an address is expected.
            is_option(word, GIT_OPTIONS) || is_option(word, letters) || word.contains("::")
        })
}

/// Variables given to make name the programs that it runs.
fn make<'a>(words: impl Iterator<Item = &'a str>) -> bool {
    const ELSEWHERE: &[&str] = &[
        "--eval",
        "-E",
        "-f",
        "--file",
        "--makefile",
        "-C",
        "--directory",
        "-I",
        "--include-dir",
    ];
    let mut words = words;
    words.any(|word| is_option(word, ELSEWHERE) || (!word.starts_with('-') && word.contains('=')))
}

/// A script of sed can run programs and write files; only the plainest are known not to.
fn sed<'a>(words: impl Iterator<Item = &'a str>) -> bool {
    let mut words = words;
    let mut script = None;
    while let Some(word) = words.next() {
        if let Some(text) = word.strip_prefix("--expression=") {
            script = Some(text);
        } else if word == "-e" || word == "--expression" || word == "-ne" {
            script = words.next();
        } else if word.starts_with("--") {
            if is_long(word, "file") || is_long(word, "expression") {
                return true;
            }
            continue;
        } else if fits_letter(word, 'e') || fits_letter(word, 'f') {
            return true;
        } else if script.is_none() && !word.starts_with('-') {
            script = Some(word);
        } else {
            continue;
        }
        if !script.is_some_and(is_plain_sed) {
            return true;
        }
    }
    false
}

/// `5p`, `1,10d`, `$q`, or one substitution whose flags do nothing else.
fn is_plain_sed(script: &str) -> bool {
    let mut letters = script.chars();
    let delimiter = letters.by_ref().nth(1).filter(|_| script.starts_with('s'));
    if let Some(delimiter @ ('/' | '|' | ',' | '#' | ':')) = delimiter {
        let parts: Vec<&str> = letters.as_str().split(delimiter).collect();
        return match parts.as_slice() {
            [_, _, flags] => {
                !script.contains(['\\', '\n'])
                    && flags
                        .chars()
                        .all(|flag| matches!(flag, 'g' | 'p' | 'i' | 'I' | '0'..='9'))
            }
            _ => false,
        };
    }
    let place = script.trim_end_matches(['p', 'd', 'q']);
    script.len() == place.len() + 1
        && place
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ',' | '$'))
}
