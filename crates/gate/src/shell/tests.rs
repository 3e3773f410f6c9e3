use super::{
    builtins::BUILTINS,
    runners::{INERT, INTERPRETERS, WRAPPERS},
    runs_with::RUNS_WITH,
    word::literal,
    wraps::{family, fits_letter, is_option, wraps},
};

#[test]
fn the_lists_can_be_searched() {
    assert!(BUILTINS.is_sorted());
    assert!(INTERPRETERS.is_sorted());
    assert!(WRAPPERS.is_sorted());
    assert!(RUNS_WITH.is_sorted_by_key(|(program, _)| program));
    let names = RUNS_WITH.iter().map(|(program, _)| program);
    for name in INTERPRETERS.iter().chain(WRAPPERS).chain(names) {
        assert_eq!(family(name), *name, "no program is known by this name");
    }
}

#[test]
fn every_name_on_the_lists_counts() {
    for name in INTERPRETERS.iter().chain(WRAPPERS) {
        assert!(wraps(&[*name, "word"]), "{name}");
        for word in INERT {
            assert!(!wraps(&[*name, *word]), "{name} {word}");
        }
    }
    for name in INTERPRETERS {
        assert!(wraps(&[*name]), "{name}");
        assert!(wraps(&[*name, "--version", "x"]), "{name}");
        assert!(wraps(&[*name, "x", "--version"]), "{name}");
    }
    for name in WRAPPERS {
        assert!(!wraps(&[*name]), "{name}");
        assert!(!wraps(&[*name, ""]), "{name}");
    }
    for (name, options) in RUNS_WITH {
        assert!(!wraps(&[*name]), "{name}");
        for option in *options {
            assert!(wraps(&[*name, *option]), "{name} {option}");
            assert!(wraps(&[*name, "word", *option]), "{name} word {option}");
        }
    }
}

#[test]
fn a_program_is_known_by_its_family() {
    for (program, expected) in [
        ("ls", "ls"),
        ("/usr/bin/ls", "ls"),
        (r"C:\Windows\cmd.exe", "cmd"),
        ("CMD.EXE", "cmd"),
        ("cmd.exe. .", "cmd"),
        ("a.com", "a"),
        ("a.bat", "a"),
        ("a.cmd", "a"),
        ("python3.12", "python"),
        ("gcc-12", "gcc"),
        ("7z", "7z"),
        (".", ""),
        ("42", "42"),
        ("a.exe.b", "a.exe.b"),
    ] {
        assert_eq!(family(program), expected, "{program}");
    }
}

#[test]
fn an_option_is_known_however_it_is_written() {
    for (word, option, expected) in [
        ("--exec", "--exec", true),
        ("--exec=a", "--exec", true),
        ("--exe", "--exec", true),
        ("--e=a", "--exec", true),
        ("--", "--exec", false),
        ("--=a", "--exec", false),
        ("--execute", "--exec", false),
        ("-exec", "--exec", false),
        ("exec", "--exec", false),
        ("-c", "-c", true),
        ("-ca", "-c", true),
        ("-ac", "-c", true),
        ("-a5c", "-c", true),
        ("-a/c", "-c", false),
        ("-c/x", "-c", true),
        ("-C", "-c", false),
        ("--c", "-c", false),
        ("c", "-c", false),
        ("-", "-c", false),
        ("-exec", "-exec", true),
        ("-exec=a", "-exec", true),
        ("-executable", "-exec", false),
        ("-exe", "-exec", false),
        ("run", "run", true),
        ("run=a", "run", false),
        ("rune", "run", false),
        ("+", "+", true),
        ("+a", "+", true),
        ("a+", "+", false),
        ("@a", "@", true),
        ("a@", "@", false),
        ("-", "-", true),
        ("-a", "-", false),
    ] {
        assert_eq!(is_option(word, &[option]), expected, "{word} {option}");
        assert_eq!(
            is_option(word, &["never", option]),
            expected,
            "{word} {option}"
        );
    }
    assert!(!is_option("a", &[]));
    assert!(fits_letter("-xf", 'f'));
    assert!(!fits_letter("xf", 'f'));
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
        &["/lib64/ld-linux-x86-64.so.2", "/bin/ls"],
        &["ld-musl-x86_64.so.1", "/bin/ls"],
        &["git", "unknown"],
        &["git", "--no-pager", "unknown"],
        &["git", "--bare", "status"],
        &["git", "--no-pager", "-c", "a=b", "status"],
        &["git", "config", "alias.x", "!ls"],
        &["git", "config", "--unset", "a"],
        &["git", "config"],
        &["git", "clone", "ext::ls"],
        &["git", "clone", "-u", "ls", "x"],
        &["git", "clone", "-c", "a=b", "x"],
        &["git", "fetch", "--upload-pack", "ls"],
        &["git", "grep", "-Ols", "x"],
        &["git", "rebase", "-x", "ls"],
        &["git", "rebase", "-i"],
        &["git", "merge", "-s", "x"],
        &["git", "pull", "-s", "x"],
        &["git", "revert", "--strategy=x"],
        &["git", "cherry-pick", "-sx"],
        &["git", "archive", "-o", "x"],
        &["git", "format-patch", "-ox"],
        &["git", "init", "--template=x"],
        &["gmake", "-C", "x"],
        &["bmake", "A=b"],
        &["make", "--eval=x"],
        &["tar", "cIf", "x"],
        &["tar", "xFf", "x"],
        &["gtar", "-F", "x"],
        &["bsdtar", "xI", "x"],
        &["sed", "x;y"],
        &["sed", "-e", "e"],
        &["sed", "-e"],
        &["sed", "-ne", "e"],
        &["sed", "--expression", "e"],
        &["sed", "--expression=e"],
        &["sed", "--expr=p"],
        &["sed", "--fi=x"],
        &["sed", "-fx"],
        &["sed", "-nf", "x"],
        &["sed", "-ie", "p"],
        &["sed", "-e", "p", "-e", "e"],
        &["sed", "p", "-e", "e"],
        &["sed", "s/a/b/e"],
        &["sed", "s/a/b/w"],
        &["sed", "s/a/b"],
        &["sed", "s/a/b/c/d"],
        &["sed", "s/a\\/b/e/"],
        &["sed", "s/a/b/\n1e"],
        &["sed", "sxaxbx"],
        &["sed", "y/a/b/"],
        &["sed", "pp"],
        &["sed", "5"],
        &["sed", ""],
        &["sed", "/e/d"],
        &["gsed", "e"],
    ] {
        assert!(wraps(argv), "{argv:?}");
    }
    for argv in [
        &[] as &[&str],
        &["ls", "-c"],
        &["env"],
        &["python3", "--version"],
        &["find", ".", "-executable"],
        &["git"],
        &["git", "status"],
        &["git", "--no-pager", "-P", "log"],
        &["git", "--no-pager"],
        &["git", "config", "--get", "user.name"],
        &["git", "config", "--get-all", "a"],
        &["git", "config", "--list"],
        &["git", "config", "-l"],
        &["git", "config", "get", "a"],
        &["git", "config", "list"],
        &["git", "log", "-O"],
        &["git", "log", "-s", "-c", "-x", "-o", "-u"],
        &["git", "clone", "x"],
        &["git", "grep", "x"],
        &["git", "rebase", "main"],
        &["git", "merge", "main"],
        &["git", "archive", "HEAD"],
        &["make"],
        &["make", "all", "-j4", "--keep-going"],
        &["make", "-DA=b"],
        &["tar", "-tf", "x"],
        &["tar", "xzf", "IF"],
        &["tar"],
        &["cat", "xIf"],
        &["sed"],
        &["sed", "-n", "5p", "e"],
        &["sed", "-n", "$p"],
        &["sed", "1,5d", "x"],
        &["sed", "q"],
        &["sed", "--quiet", "p", "x"],
        &["sed", "-e", "p", "-e", "5d", "e"],
        &["sed", "-ne", "p", "x"],
        &["sed", "--expression=p", "x"],
        &["sed", "--expression", "p", "x"],
        &["sed", "s/a/b/"],
        &["sed", "s|a|b|g"],
        &["sed", "s,a,b,p"],
        &["sed", "s#a#b#I"],
        &["sed", "s:a:b:i2"],
        &["sed", "-E", "s/a/b/g", "x"],
        &["."],
    ] {
        assert!(!wraps(argv), "{argv:?}");
    }
}
