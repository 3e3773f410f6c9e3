//! The shell of this machine as a peer: what the gate calls plain, a shell would pass on to the
//! programs byte for byte.

use std::process::{Command, Stdio};

use chaperone_gate::parse;
use chaperone_protocol::Program;
use proptest::prelude::*;

use crate::support::cases;

/// The words of a line that is one plain program.
fn words(line: &str) -> Option<Vec<String>> {
    let Ok(Program::Plain { steps }) = parse(line) else {
        return None;
    };
    let [step] = steps.as_slice() else {
        return None;
    };
    let [argv] = step.pipeline.as_slice() else {
        return None;
    };
    Some(argv.clone())
}

/// The words that a real shell would pass for the same line. It only prints them.
#[expect(
    clippy::disallowed_methods,
    reason = "the gate runs nothing, its test asks a real shell"
)]
fn passed(shell: &str, line: &str) -> Option<Vec<String>> {
    let output = Command::new(shell)
        .arg("-c")
        .arg(format!("printf '%s\\0' {line}"))
        // Were a line wrongly called plain, nothing of anybody's would be near.
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .env_clear()
        .env("PATH", "/nonexistent")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).expect("what went in as text comes out as text");
    let mut words: Vec<String> = text.split('\0').map(str::to_owned).collect();
    assert_eq!(words.pop().as_deref(), Some(""), "{shell}: {line:?}");
    assert!(output.status.success(), "{shell}: {line:?}");
    Some(words)
}

fn agrees(line: &str) -> bool {
    let Some(words) = words(line) else {
        return false;
    };
    assert_eq!(passed("/bin/sh", line).as_ref(), Some(&words), "{line:?}");
    // Where there is no bash, the other one has spoken.
    if let Some(passed) = passed("/bin/bash", line) {
        assert_eq!(passed, words, "{line:?}");
    }
    true
}

#[test]
fn plain_words_reach_a_program_as_a_shell_would_pass_them() {
    for line in [
        "ls",
        "ls -la 'a b' \"c d\" e\\ f",
        "echo '' \"\" a''b",
        "echo 'a'\\''b'",
        "echo \"a\\\"b\\$c\\`d\\\\e\\f\\'g\"",
        "echo a\\\nb \"c\\\nd\" 'e\nf'",
        "echo a#b '#c' # d",
        "echo if then { } [[ ! !=",
        "[ -f a ]",
        "echo a=b --c='d e' f=\"g h\"",
        "echo stash@{0} {} a{b}c {",
        "echo HEAD~1 a~ ''~",
        "echo a^b %1 @ + , . / : - _",
        "echo héllo '€ 😀' \u{a0}x",
        "echo \"Fix it! Now\" done!",
        "echo \\~ \\* '?' \"[a]\" \\{a,b\\} \\!",
        "echo a\\\\b 'c\\d' \"e\\\\f\"",
        "echo ] [ a] a[",
        "dd if=a of=b",
    ] {
        assert!(agrees(line), "{line:?} is plain");
    }
}

/// Nothing in here names a program or a file, so a wrong reading could do no harm.
fn line() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "a", "b", " ", " ", "'", "'", "\"", "\"", "\\", "\\\n", "#", "~", "=", ":", ",", ".", "..",
        "{", "}", "[", "]", "!", "-", "0", "%", "^", "@", "é", "'a b'", "\"a b\"", "{a", "a}",
        "{0..", "0}", "\\ ", "\\'", "\\\"", "\t", "\u{a0}", "$", "*",
    ]);
    proptest::collection::vec(piece, 1..12).prop_map(|pieces| format!("x{}", pieces.concat()))
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn whatever_is_plain_reaches_a_program_as_a_shell_would_pass_it(line in line()) {
        agrees(&line);
    }
}
