//! Which rules are refused, and how a book of rules is kept.

use chaperone_gate::{
    Argument, Example, Rule, RuleBook, RuleId, Sample, Scope, Shape, TextDigest, Verdict,
};
use chaperone_protocol::{Action, AgentId, Timestamp};

use crate::support::{
    Asked, FOLDER, REST, World, argv, below, example, execute, noon, notify, rule, rule_id, word,
};
use Verdict::{Ask, Forbid, Free, Watch};

fn git_status() -> Rule {
    argv(Watch, "git", vec![word("status")], "git status")
}

fn digest(line: &str) -> Shape {
    Shape::Script {
        sha256: TextDigest::of(line),
    }
}

#[test]
fn rules_that_cannot_be_meant_are_refused() {
    let agent_only = Scope {
        connection: None,
        agent: Some(AgentId::new("bot").unwrap()),
    };
    let with = |program: &str, arguments| argv(Watch, program, arguments, "ls");
    let many = |count: usize| vec![word("a"); count];
    let words = |count: usize| Argument::OneOf {
        words: vec!["a".to_owned(); count],
    };
    for (rule, problem) in [
        (
            Rule {
                examples: vec![],
                ..git_status()
            },
            "it has no example of a command that it covers",
        ),
        (
            Rule {
                examples: vec![example("ls", false)],
                ..git_status()
            },
            "it has no example of a command that it covers",
        ),
        (
            Rule {
                examples: vec![example("git push", true)],
                ..git_status()
            },
            "its example `git push` in /home/u/project should be covered, and is not",
        ),
        (
            Rule {
                examples: vec![example("git status", true), example("git status", false)],
                ..git_status()
            },
            "its example `git status` in /home/u/project should not be covered, and is",
        ),
        (
            Rule {
                examples: vec![example("git status 'a", true)],
                ..git_status()
            },
            "its example `git status 'a` in /home/u/project should be covered, and is not",
        ),
        (with("", vec![]), "it names no program"),
        (
            with("./ls", vec![]),
            "the program \"./ls\" must be a bare name or an absolute path",
        ),
        (
            with("bin/ls", vec![]),
            "the program \"bin/ls\" must be a bare name or an absolute path",
        ),
        (
            with("/bin/../ls", vec![]),
            "the program \"/bin/../ls\" must be a bare name or an absolute path",
        ),
        (
            with("ls", vec![REST, word("a")]),
            "nothing can follow the argument that takes all the rest",
        ),
        (
            with("ls", vec![REST, REST]),
            "nothing can follow the argument that takes all the rest",
        ),
        (
            with("ls", vec![below("sub")]),
            "the folder \"sub\" must be an absolute path without `..`",
        ),
        (with("ls", many(101)), "it has more than 100 arguments"),
        (
            with("ls", many(100)),
            "its example `ls` in /home/u/project should be covered, and is not",
        ),
        (
            with("ls", vec![words(101)]),
            "it has more than 100 words for one argument",
        ),
        (
            with("ls", vec![words(100)]),
            "its example `ls` in /home/u/project should be covered, and is not",
        ),
        (
            Rule {
                examples: vec![example("git status", true); 51],
                ..git_status()
            },
            "it has more than 50 examples",
        ),
        (
            Rule {
                folder: Some("x/../y".to_owned()),
                ..git_status()
            },
            "the folder \"x/../y\" must be an absolute path without `..`",
        ),
        (
            Rule {
                folder: Some("/x".to_owned()),
                ..rule("r", Watch, Shape::Notification {})
            },
            "only a rule for commands can be limited to a folder",
        ),
        (
            Rule {
                scope: agent_only.clone(),
                ..git_status()
            },
            "it names an agent, but not the connection that the agent belongs to",
        ),
        (
            Rule {
                examples: vec![Example {
                    sample: Sample::Action { action: notify() },
                    covers: true,
                }],
                ..rule("r", Watch, Shape::Camera { camera: None })
            },
            "its example for the notification should be covered, and is not",
        ),
    ] {
        let (book, refused) = RuleBook::load(vec![rule.clone()]);
        assert!(book.rules().is_empty(), "{problem}");
        assert_eq!(refused.len(), 1, "{problem}");
        assert_eq!(refused[0].problem.to_string(), problem);
        assert!(!refused[0].counts);
        assert_eq!(refused[0].rule, rule);
    }
    let folder = Rule {
        folder: Some("/x".to_owned()),
        ..rule("r", Watch, Shape::Network {})
    };
    assert_eq!(RuleBook::load(vec![folder]).1, []);
    assert_eq!(
        RuleBook::load(vec![Rule {
            examples: vec![example("git status", true); 50],
            ..git_status()
        }])
        .1,
        []
    );
    for shape in [digest("ls"), Shape::Notification {}] {
        assert_eq!(RuleBook::load(vec![rule("r", Watch, shape)]).1, []);
    }
}

#[test]
fn what_holds_back_goes_on_doing_so_even_when_refused() {
    let held = Rule {
        answer: Forbid,
        examples: vec![],
        ..git_status()
    };
    let other = Rule {
        answer: Ask,
        ..argv(Ask, "ls", vec![REST], "ls")
    };
    let same = Rule {
        id: held.id.clone(),
        ..other
    };
    let (book, refused) = RuleBook::load(vec![held.clone(), same, git_status()]);
    let said: Vec<(String, bool)> = refused
        .iter()
        .map(|refused| (refused.problem.to_string(), refused.counts))
        .collect();
    assert_eq!(
        said,
        [
            (
                "it has no example of a command that it covers".to_owned(),
                true
            ),
            ("another rule has the same id".to_owned(), true),
            ("another rule has the same id".to_owned(), false),
        ]
    );
    assert_eq!(book.rules().len(), 2);
    let world = World::trusting().with(|world| world.rules = book);
    assert_eq!(world.verdict(&Asked::line("git status")), Forbid);
    assert_eq!(world.rules.rule(&held.id), Some(&held));
    assert_eq!(world.rules.rule(&rule_id("nobody")), None);
}

#[test]
fn examples_run_where_they_say() {
    let line = |line: &str, folder: Option<&str>| Sample::Line {
        line: line.to_owned(),
        folder: folder.map(str::to_owned),
    };
    let below = argv(Watch, "cat", vec![below(FOLDER)], "cat a");
    assert!(below.covers(&line("cat a", Some(FOLDER))));
    assert!(!below.covers(&line("cat a", Some("/"))));
    assert!(!below.covers(&line("cat a", None)));
    assert!(!below.covers(&line("cat a; cat /b", Some(FOLDER))));
    assert!(!below.covers(&line("cat a > b", Some(FOLDER))));
    let scoped = Rule {
        folder: Some(FOLDER.to_owned()),
        ..below.clone()
    };
    assert!(scoped.covers(&line("cat a", None)));
    assert!(!scoped.covers(&line("cat /home/u/project/a", Some("/home"))));
    let held = Rule {
        answer: Forbid,
        ..below.clone()
    };
    assert!(held.covers(&line("ls; cat a", Some(FOLDER))));
    assert!(!held.covers(&line("ls", Some(FOLDER))));
    assert!(!held.covers(&line("ls; cat", Some(FOLDER))));
    let action = |folder: Option<&str>, variables: bool| {
        let mut action = execute("cat a");
        if let Action::Execute(execute) = &mut action {
            execute.working_dir = folder.map(str::to_owned);
            if variables {
                execute.environment.insert("A".to_owned(), "b".to_owned());
            }
        }
        Sample::Action { action }
    };
    assert!(below.covers(&action(Some(FOLDER), false)));
    assert!(!below.covers(&action(None, false)));
    assert!(!below.covers(&action(Some(FOLDER), true)));
    assert!(scoped.covers(&action(None, false)));
    assert!(held.covers(&action(Some(FOLDER), true)));
    assert!(rule("net", Free, Shape::Network {}).covers(&action(None, false)));
    assert!(!rule("n", Free, Shape::Notification {}).covers(&line("ls", None)));
}

#[test]
fn uses_are_noted() {
    let (mut book, _) = RuleBook::load(vec![
        git_status(),
        argv(Free, "ls", vec![], "ls"),
        argv(Forbid, "rm", vec![REST], "rm a"),
    ]);
    let at = |text: &str| -> Timestamp { text.parse().unwrap() };
    let unused = |book: &RuleBook, then: &str| -> Vec<String> {
        book.unused_since(at(then))
            .map(|rule| rule.id.to_string())
            .collect()
    };
    // Made in January and never used.
    assert_eq!(unused(&book, "2026-01-01T00:00:00Z"), [""; 0]);
    assert_eq!(
        unused(&book, "2026-01-31T00:00:00Z"),
        ["watch git status", "free ls"]
    );
    book.note_use([&rule_id("free ls")], noon());
    assert_eq!(
        book.rule(&rule_id("free ls")).unwrap().last_used_at,
        Some(noon())
    );
    assert_eq!(
        book.rule(&rule_id("watch git status"))
            .unwrap()
            .last_used_at,
        None
    );
    assert_eq!(unused(&book, "2026-03-02T12:00:00Z"), ["watch git status"]);
    book.note_use(
        [&rule_id("free ls"), &rule_id("watch git status")],
        at("2026-02-01T00:00:00Z"),
    );
    assert_eq!(
        book.rule(&rule_id("free ls")).unwrap().last_used_at,
        Some(noon())
    );
    assert_eq!(unused(&book, "2026-02-01T00:00:00Z"), [""; 0]);
}

#[test]
fn grants_end_with_the_screen_lock() {
    let until_lock = |rule: Rule| Rule {
        until_lock: true,
        ..rule
    };
    let (mut book, _) = RuleBook::load(vec![
        until_lock(git_status()),
        argv(Free, "ls", vec![], "ls"),
        until_lock(argv(Forbid, "rm", vec![REST], "rm a")),
    ]);
    let ended = book.on_lock();
    assert_eq!(ended, [until_lock(git_status())]);
    let world = World::trusting().with(|world| world.rules = book);
    assert_eq!(world.verdict(&Asked::line("git status")), Ask);
    assert_eq!(world.verdict(&Asked::line("ls")), Free);
    assert_eq!(world.verdict(&Asked::line("rm a")), Forbid);
}

#[test]
fn rule_ids_are_printable() {
    assert_eq!(RuleId::new("a b é").unwrap().as_str(), "a b é");
    assert!(RuleId::new("a".repeat(200)).is_ok());
    for wrong in [String::new(), "a".repeat(201), "a\nb".to_owned()] {
        let error = RuleId::new(wrong).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a rule's id needs 1 to 200 printable characters"
        );
    }
}
