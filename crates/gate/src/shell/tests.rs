use super::{builtins::BUILTINS, programs::wraps, word::literal};

#[test]
fn the_builtins_can_be_searched() {
    assert!(BUILTINS.is_sorted());
}

#[test]
fn quotes_come_off() {
    for (written, text) in [
        ("a", "a"),
        ("''", ""),
        (r#""""#, ""),
        ("'a b'", "a b"),
        (r#""a b""#, "a b"),
        (r"a\ b", "a b"),
        (r#"a'b'"c"\d"#, "abcd"),
        (r"'a\b'", r"a\b"),
        (r#""a\b\$\`\"\\""#, r#"a\b$`"\"#),
        ("\"a\\\nb\"", "ab"),
        ("'it'\\''s'", "it's"),
        ("--x='y z'", "--x=y z"),
        ("HEAD~1", "HEAD~1"),
        ("{}", "{}"),
        ("stash@{0}", "stash@{0}"),
        ("[", "["),
        ("]", "]"),
        ("!", "!"),
        ("!=", "!="),
        ("done!", "done!"),
        (r#""Fix this! Now""#, "Fix this! Now"),
        ("a#b", "a#b"),
        ("a^b%c", "a^b%c"),
        ("Zoë€", "Zoë€"),
        (r"\~", "~"),
        ("'*?[a]'", "*?[a]"),
        (r"\*", "*"),
    ] {
        assert_eq!(literal(written).as_deref(), Ok(text), "{written}");
    }
}

#[test]
fn what_a_shell_would_replace_is_no_literal() {
    for written in [
        "$a",
        "a$",
        r#""$a""#,
        r#""a$""#,
        "`a`",
        r#""`a`""#,
        "$'a'",
        "*",
        "a?",
        "[ab]",
        "[!a]x",
        "~",
        "~a",
        "a=~",
        "PATH=a:~b",
        "{a,b}",
        "{1..3}",
        "x{a,b}y",
        "!!",
        "!a",
        "a!b",
        "(",
        "a|b",
        "'a",
        r#""a"#,
        "a\\",
    ] {
        assert!(literal(written).is_err(), "{written}");
    }
}

#[test]
fn wrappers_are_known_by_any_path_and_version() {
    for argv in [
        &["sh", "-c", "ls"] as &[&str],
        &["sh"],
        &["/usr/bin/python3.12", "x.py"],
        &["Python.exe", "x.py"],
        &["env", "A=b", "ls"],
        &["sudo", "ls"],
        &["xargs", "rm"],
        &["find", ".", "-exec", "ls", "{}", ";"],
        &["git", "-ccore.pager=ls", "log"],
        &["vim", "+!ls"],
        &["tar", "-cf", "x", "--to-command=ls"],
        &["awk", "BEGIN { system(1) }"],
        &["m4", "x"],
        &["run0", "ls"],
    ] {
        assert!(wraps(argv), "{argv:?}");
    }
    for argv in [
        &[] as &[&str],
        &["ls", "-c"],
        &["env"],
        &["python3", "--version"],
        &["find", ".", "-executable"],
        &["git", "status"],
        &["tar", "-tf", "x"],
        &["."],
    ] {
        assert!(!wraps(argv), "{argv:?}");
    }
}
