//! The form of source files: their length, their opening, and what must not be left in them.

/// Longer files answer more than one question.
const LONGEST: usize = 600;

/// Left-overs, and ways around the lints. Each is split, so that this list does not find itself.
const LEFT_OVER: [(&str, &str); 5] = [
    (concat!("to", "do!("), "build it or open an issue"),
    (
        concat!("unimplem", "ented!("),
        "build it or return an error",
    ),
    (
        concat!("FIX", "ME"),
        "fix it or say why it stands as a sentence",
    ),
    (concat!("#[al", "low("), "use #[expect(…, reason = \"…\")]"),
    (
        concat!("#![al", "low("),
        "use #![expect(…, reason = \"…\")]",
    ),
];

/// Names that say nothing about what the thing is.
const EMPTY_ENDINGS: [&str; 5] = ["Manager", "Service", "Helper", "Util", "Utils"];

/// Whether the rules are meant for this file.
pub(super) fn is_ours(path: &str) -> bool {
    let generated = path.contains("/generated/") || path.contains("/dist/");
    !generated && ["rs", "ts", "svelte", "css"].contains(&ending(path))
}

/// Everything that is wrong with this file.
pub(super) fn findings(path: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let length = text.lines().count();
    if length > LONGEST {
        findings.push(format!(
            "{path}: {length} lines, {LONGEST} at most: split it by the questions it answers"
        ));
    }
    if ending(path) != "rs" {
        return findings;
    }
    if !is_test(path) && !text.starts_with("//!") {
        findings.push(format!(
            "{path}: open it with `//!`, what it is for and what it is not for"
        ));
    }
    for (number, line) in (1..).zip(text.lines()) {
        for (word, instead) in LEFT_OVER {
            if line.contains(word) {
                findings.push(format!("{path}:{number}: `{word}`: {instead}"));
            }
        }
        if let Some(name) = declared(line)
            && EMPTY_ENDINGS.iter().any(|ending| name.ends_with(ending))
        {
            findings.push(format!("{path}:{number}: `{name}`: name it for what it is"));
        }
    }
    findings
}

fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.split('/').any(|folder| folder == "tests")
}

/// The name of the type that this line declares.
fn declared(line: &str) -> Option<&str> {
    let mut words = line
        .split_whitespace()
        .skip_while(|word| word.starts_with("pub"));
    let keyword = words.next()?;
    let name = words.next()?;
    let name = name
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()?;
    ["struct", "enum", "trait", "type"]
        .contains(&keyword)
        .then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{findings, is_ours};

    fn check(path: &str, text: &str, expected: usize) {
        let found = findings(path, text);
        assert_eq!(found.len(), expected, "{found:?}");
    }

    #[test]
    fn length_counts_everywhere() {
        check("ui/src/App.svelte", &"a\n".repeat(600), 0);
        check("ui/src/App.svelte", &"a\n".repeat(601), 1);
    }

    #[test]
    fn modules_open_with_a_word_about_themselves() {
        check("crates/gate/src/lib.rs", "//! Judges.\n", 0);
        check("crates/gate/src/lib.rs", "use std::fmt;\n", 1);
        check("crates/gate/src/tests.rs", "use std::fmt;\n", 0);
        check("crates/gate/tests/it/main.rs", "use std::fmt;\n", 0);
    }

    #[test]
    fn left_overs_and_empty_names_are_found() {
        check(
            "a/src/lib.rs",
            concat!("//! A.\n", "fn a() { to", "do!() }\n"),
            1,
        );
        check(
            "a/src/lib.rs",
            concat!("//! A.\n", "#[al", "low(dead_code)]\nstruct A;\n"),
            1,
        );
        check(
            "a/src/lib.rs",
            "//! A.\npub(crate) struct LinkManager<T>(T);\n",
            1,
        );
        check(
            "a/src/lib.rs",
            "//! A.\nstruct Managers;\nlet manager = Manager::new();\n",
            0,
        );
    }

    #[test]
    fn generated_files_are_not_ours() {
        assert!(!is_ours("ui/src/api/generated/Command.ts"));
        assert!(is_ours("ui/src/api/client.ts"));
        assert!(!is_ours("README.md"));
    }
}
