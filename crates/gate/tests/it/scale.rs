//! Long lines, many words and many rules take no long time.

use chaperone_gate::{Unparsable, Verdict, parse};
use chaperone_protocol::Program;

use crate::support::{Asked, REST, World, argv, below, execute, word};

fn many_rules() -> World {
    let rules = (0..1_000)
        .map(|number| {
            let name = format!("tool-{}", number / 10);
            let sub = format!("sub-{}", number % 10);
            let covers = format!("{name} {sub}");
            argv(Verdict::Free, &name, vec![word(&sub), REST], &covers)
        })
        .chain([argv(Verdict::Forbid, "rm", vec![REST], "rm a")])
        .chain([argv(Verdict::Free, "cat", vec![below("/home/u")], "cat a")])
        .chain([argv(Verdict::Free, "echo", vec![REST], "echo a")])
        .collect();
    World::with_rules(rules)
}

#[test]
fn a_thousand_rules_are_one_book() {
    let world = many_rules();
    for (line, verdict) in [
        ("tool-99 sub-9 x", Verdict::Free),
        ("tool-0 sub-0", Verdict::Free),
        ("tool-50 sub-10", Verdict::Ask),
        ("tool-100 sub-1", Verdict::Ask),
        ("rm x", Verdict::Forbid),
    ] {
        assert_eq!(world.verdict(&Asked::line(line)), verdict, "{line}");
    }
    // What nearly matched is named, and not all of it.
    let missed = world.judge(&Asked::line("tool-50 sub-10")).missed;
    assert_eq!(missed.len(), 8);
    assert!(
        missed
            .iter()
            .all(|miss| miss.rule.as_str().starts_with("free tool-50"))
    );
    assert_eq!(world.judge(&Asked::line("tool-100 a")).missed, []);
}

#[test]
fn ten_thousand_words_are_judged() {
    let world = many_rules();
    let words = format!("echo {}", "word ".repeat(10_000));
    assert_eq!(world.verdict(&Asked::line(&words)), Verdict::Free);
    let steps = "echo a; ".repeat(10_000) + "cat b";
    assert_eq!(world.verdict(&Asked::line(&steps)), Verdict::Free);
    let last = "echo a; ".repeat(10_000) + "rm b";
    assert_eq!(world.verdict(&Asked::line(&last)), Verdict::Forbid);
    let unknown = "echo a | ".repeat(10_000) + "sort";
    assert_eq!(world.verdict(&Asked::line(&unknown)), Verdict::Ask);
    let path = format!("cat {}", "a/".repeat(45_000));
    assert_eq!(world.verdict(&Asked::line(&path)), Verdict::Free);
}

#[test]
fn a_mebibyte_is_refused_before_it_is_read() {
    for filling in ["a", "a ", "(", "$(", "'", "a;", "\\", "\n", "é"] {
        let line = filling.repeat((1 << 20) / filling.len());
        let refused = Unparsable::TooLong {
            bytes: line.len(),
            limit: 100_000,
        };
        assert_eq!(parse(&line), Err(refused));
        let asked = Asked::for_action(execute(&line));
        assert_eq!(many_rules().verdict(&asked), Verdict::Ask);
    }
}

#[test]
fn a_hundred_levels_are_a_script() {
    for (open, close) in [
        ("(", ")"),
        ("{ ", "; }"),
        ("$(", ")"),
        ("if a; then ", "; fi"),
    ] {
        let line = format!("{}echo a{}", open.repeat(100), close.repeat(100));
        if let Ok(program) = parse(&line) {
            assert!(matches!(program, Program::Script { .. }), "{open}");
            assert_eq!(many_rules().verdict(&Asked::line(&line)), Verdict::Ask);
        }
    }
    let quoted = format!("echo {}", "'a'\"b\"".repeat(10_000));
    assert_eq!(many_rules().verdict(&Asked::line(&quoted)), Verdict::Free);
}
