//! Whatever comes in, the gate answers, and soon.

use std::{fmt::Write as _, thread};

use chaperone_gate::{parse, risks};
use chaperone_protocol::Program;
use proptest::prelude::*;

use crate::support::cases;

/// Reads the line on half the stack of an async worker, and looks for risks.
fn survives(line: String) {
    thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(move || read(&line))
        .expect("a thread starts")
        .join()
        .expect("no line ends the thread");
}

fn read(line: &str) {
    let Ok(program) = parse(line) else { return };
    for risk in risks(line, &program) {
        assert!(risk.part.is_none_or(|part| line.contains(&part)));
    }
    match program {
        Program::Script { text, because } => {
            assert_eq!(text, line);
            assert!(!because.to_string().is_empty());
        }
        Program::Plain { steps } => {
            assert!(!steps.is_empty());
            for argv in steps.iter().flat_map(|step| &step.pipeline) {
                assert!(argv.first().is_some_and(|name| !name.is_empty()));
            }
        }
    }
}

#[test]
fn deep_and_long_lines() {
    let openers = [
        "(",
        "((",
        "{ ",
        "$(",
        "${",
        "$((",
        "$[",
        "\"$(",
        "`",
        "! ",
        "[[ ! ",
        "[[ ( ",
        "if ",
        "if a; then ",
        "case x in a) ",
        "( case x in a) ",
        "case x in a) ;; b) ( ",
        "for a in b; do ",
        "while ",
        "until a; do ",
        "f() ",
        "f() { ",
        "function f { ",
        "coproc ",
        "coproc f { ",
        "<<a ",
        "<<a;",
        "a=(",
        "a=( b ",
        "<(",
        "a <(a ",
        "{a,",
        "x{a..",
        "[a",
        "~",
        "!",
        "'",
        "\"",
        "\\",
        "\\\n",
        "#",
        "a|",
        "a&&",
        "a;",
        "a\n",
        ">",
        "1>",
        "&",
        "time ",
        "if a; then b; elif ",
        "((a;",
        "[[ a =~ ( ; ",
        "rm ",
        "git ",
        "find -exec ",
        "env ",
        "a,",
        "\u{202e}",
        "\u{430}a ",
        "select a in b; do ",
        "$'",
        "@(",
        "+(",
        "<<-a\n",
        "a\nb<<c;",
        "0<",
        "9>",
    ];
    let closers = ["", ")", "}", "fi", "done", "esac", "]]", ";", "\na\n", "a"];
    for opener in openers {
        for times in [1, 12, 31, 64, 127, 1_000, 30_000 / opener.len()] {
            for closer in closers {
                let line = opener.repeat(times) + closer;
                if times <= 1_000 || closer.is_empty() {
                    survives(line);
                }
            }
        }
    }
}

#[test]
fn balanced_groups() {
    for (open, inside, close) in [
        ("(", "a;b", ")"),
        ("((", "a;b", "))"),
        ("{ ", "a;", "; }"),
        ("$(", "a", ")"),
        ("\"$(", "a", ")\""),
        ("$((", "1", "))"),
        ("if a; then ", "b", "; fi"),
        ("case x in a) ", "b", " ;; esac"),
        ("case x in a) ", "b", "; esac"),
        ("( case x in a) ", "b", " ;; b) c ;; c) d ;; esac )"),
        ("[[ ( ", "a", " ) ]]"),
        ("f() { ", "a", "; }"),
        ("for a in b; do ", "c", "; done"),
    ] {
        for times in [1, 8, 16, 20, 40, 63, 127, 500, 5_000] {
            let line = open.repeat(times) + inside + &close.repeat(times);
            survives(line);
        }
    }
}

/// The parser looks at these again and again before it gives up: without a bound on its effort,
/// this test would not end.
#[test]
fn groups_that_are_read_more_than_once() {
    for (open, filling) in [
        ("(", "a "),
        ("[[ a =~ (", "a "),
        ("case x in a) ", "a;"),
        ("case x in ( a) (", "a "),
        ("( case x in a) ", "a\n"),
    ] {
        for groups in [2, 4, 6, 8, 12, 16, 24, 32] {
            for fillings in [1, 30, 1_000, 5_000] {
                survives(open.repeat(groups) + &filling.repeat(fillings));
            }
        }
    }
}

/// The tokenizer never finds the end of these, and eats all memory while it looks.
#[test]
fn here_documents_whose_end_mark_is_left_open() {
    for line in [
        "a <<$(",
        "a <<${",
        "a <<-\\\n${in >&[[",
        "a <<$((\nb\n",
        "a <\\\n<${",
        "a <<-\"$(\n",
        "a <<`",
    ] {
        survives(line.to_owned());
        assert!(
            matches!(parse(line), Ok(Program::Script { .. })),
            "{line:?}"
        );
    }
}

#[test]
fn long_lines_of_ordinary_words() {
    let mut line = String::new();
    for number in 0_u32.. {
        if write!(line, "echo {number} 'a b' | cat && ").is_err() || line.len() > 99_000 {
            break;
        }
    }
    line.push_str("true");
    let Ok(Program::Plain { steps }) = parse(&line) else {
        panic!("a long line of plain words is plain");
    };
    assert!(steps.len() > 1_000);
    survives(line);
    survives(format!("cat <<E\n{}\nE\n", "a b ; c\n".repeat(10_000)));
    survives(format!("cat <<a{}\na\n", ";b".repeat(45_000)));
    survives(format!(
        "{}\n{}",
        "<<a;".repeat(10_000),
        "a\n".repeat(10_000)
    ));
}

/// Text that looks like shell, in any order.
pub(crate) fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "a",
            "b",
            " ",
            " ",
            "\t",
            "\n",
            ";",
            ";;",
            "&",
            "&&",
            "|",
            "||",
            "|&",
            "<",
            ">",
            ">>",
            "<<",
            "<<-",
            "<<<",
            "<>",
            ">&",
            "&>",
            "(",
            ")",
            "((",
            "))",
            "{",
            "}",
            "[",
            "]",
            "[[",
            "]]",
            "$",
            "$(",
            "${",
            "$((",
            "`",
            "'",
            "\"",
            "\\",
            "\\\n",
            "!",
            "#",
            "*",
            "?",
            "~",
            "=",
            ":",
            ",",
            "..",
            "0",
            "1",
            "99999999999",
            "if ",
            "then ",
            "else ",
            "fi ",
            "for ",
            "in ",
            "do ",
            "done ",
            "case ",
            "esac ",
            "while ",
            "function ",
            "coproc ",
            "time ",
            "-",
            "rm",
            "sudo",
            "sh -c",
            "EOF",
            "\r",
            "é",
            "\u{202e}",
            "\u{a0}",
            "\u{10ffff}",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn shell_like_noise(line in pieces()) {
        read(&line);
    }

    #[test]
    fn any_noise(line in any::<String>()) {
        read(&line);
    }
}
