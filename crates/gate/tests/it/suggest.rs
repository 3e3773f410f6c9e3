//! Rules that the window proposes.

use chaperone_gate::{Example, Rule, RuleBook, Sample, ScreenUse, Shape, TextDigest, Verdict};
use chaperone_protocol::{Action, AgentId, Maturity, Precision};
use proptest::prelude::*;

use crate::support::{
    Asked, FOLDER, World, actions, agent, cases, connection, locate, notify, record, rule_id,
    run_agent, screenshot, snap, stop_recording, word,
};
use Verdict::{Ask, Watch};

fn suggested(asked: &Asked) -> Option<Rule> {
    Rule::suggest(rule_id("new"), &asked.question())
}

fn lines(rule: &Rule, covers: bool) -> Vec<&str> {
    rule.examples
        .iter()
        .filter(|example| example.covers == covers)
        .map(|example| match &example.sample {
            Sample::Line { line, folder: None } => line.as_str(),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn a_plain_command_gets_a_rule_for_exactly_it() {
    let asked = Asked::line("git  commit -m 'it is done'");
    let rule = suggested(&asked).unwrap();
    assert_eq!(rule.answer, Watch);
    assert_eq!(
        rule.shape,
        Shape::Argv {
            program: "git".to_owned(),
            arguments: vec![word("commit"), word("-m"), word("it is done")],
        }
    );
    assert_eq!(rule.scope.connection, Some(connection("hub")));
    assert_eq!(rule.scope.agent, Some(AgentId::new("bot").unwrap()));
    assert_eq!(rule.folder.as_deref(), Some(FOLDER));
    assert_eq!(rule.created_at, asked.now);
    assert_eq!(lines(&rule, true), ["git  commit -m 'it is done'"]);
    assert_eq!(
        lines(&rule, false),
        [
            "git commit -m 'it is done' something-else",
            "git commit -m 'it is done' && something-else",
            "git commit -m",
        ]
    );
    let world = World::with_rules(vec![rule]);
    assert_eq!(world.verdict(&asked), Watch);
    for other in [
        asked.with(|asked| asked.folder = Some("/home/u".to_owned())),
        asked.with(|asked| asked.agent = Some(agent("other", Maturity::Autonomous))),
        asked.with(|asked| asked.agent = None),
        asked.with(|asked| asked.connection = connection("other")),
        Asked::line("git commit -m 'it is not'"),
    ] {
        assert_eq!(world.verdict(&other), Ask);
    }
    let bare = suggested(&Asked::line("ls")).unwrap();
    assert_eq!(
        lines(&bare, false),
        ["ls something-else", "ls && something-else"]
    );
    assert!(suggested(&Asked::line("/bin/ls a")).is_some());
}

#[test]
fn anything_else_gets_a_rule_for_its_exact_text() {
    for line in [
        "ls *",
        "ls; pwd",
        "ls | sort",
        "sh -c ls",
        "git -c a=b status",
    ] {
        let asked = Asked::line(line);
        let rule = suggested(&asked).unwrap();
        assert_eq!(
            rule.shape,
            Shape::Script {
                sha256: TextDigest::of(line)
            }
        );
        assert_eq!(lines(&rule, true), [line]);
        assert_eq!(lines(&rule, false), [format!("{line} ")]);
        assert_eq!(
            World::with_rules(vec![rule]).verdict(&asked),
            Watch,
            "{line}"
        );
    }
}

#[test]
fn what_cannot_be_said_narrowly_gets_none() {
    assert_eq!(
        suggested(&Asked::line("ls").with(|asked| asked.folder = None)),
        None
    );
    assert_eq!(suggested(&Asked::line("./build.sh")), None);
    assert_eq!(suggested(&Asked::line("bin/build")), None);
    let variable = Asked::line("ls").with(|asked| {
        if let Action::Execute(execute) = &mut asked.action {
            execute.environment.insert("A".to_owned(), "b".to_owned());
        }
    });
    assert_eq!(suggested(&variable), None);
    assert_eq!(suggested(&Asked::for_action(record(None, true))), None);
    assert_eq!(suggested(&Asked::for_action(stop_recording())), None);
}

#[test]
fn every_other_capability_gets_a_rule_for_what_was_asked() {
    let some = |id: &str| Some(id.to_owned());
    for (action, shape) in [
        (notify(), Shape::Notification {}),
        (
            locate(Precision::Medium),
            Shape::Location {
                precision: Precision::Medium,
            },
        ),
        (snap(Some("c")), Shape::Camera { camera: some("c") }),
        (
            screenshot(Some("d")),
            Shape::Screen {
                display: some("d"),
                captures: ScreenUse::Snapshot,
            },
        ),
        (
            record(Some("d"), false),
            Shape::Screen {
                display: some("d"),
                captures: ScreenUse::Recording,
            },
        ),
        (
            run_agent(Some("p")),
            Shape::Agents {
                program: Some(AgentId::new("p").unwrap()),
            },
        ),
    ] {
        let rule = suggested(&Asked::for_action(action.clone())).unwrap();
        assert_eq!(rule.shape, shape);
        assert_eq!(rule.folder, None);
        assert_eq!(
            rule.examples,
            [Example {
                sample: Sample::Action { action },
                covers: true
            }]
        );
    }
}

proptest! {
    #![proptest_config(cases(500))]

    /// Whatever is proposed is a good rule, and lets run what it was proposed for.
    #[test]
    fn a_proposed_rule_does_what_it_says(words in proptest::collection::vec("[a-z '\"$*\\\\-]{0,6}|\\PC{0,4}", 1..5)) {
        let line = words.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''"))).collect::<Vec<_>>().join(" ");
        if let Ok(program) = chaperone_gate::parse(&line) {
            let asked = Asked { program: Some(program), ..Asked::line("ls") }
                .with(|asked| asked.action = crate::support::execute(&line));
            if let Some(rule) = suggested(&asked) {
                let (book, refused) = RuleBook::load(vec![rule]);
                prop_assert_eq!(refused, vec![]);
                let world = World::trusting().with(|world| world.rules = book);
                prop_assert_eq!(world.verdict(&asked), Watch);
            }
        }
    }
}

#[test]
fn proposals_for_every_action_are_good_rules() {
    for action in actions() {
        let asked = Asked::for_action(action).with(|asked| asked.folder = Some(FOLDER.to_owned()));
        let rule = suggested(&asked).unwrap();
        assert_eq!(RuleBook::load(vec![rule]).1, []);
    }
}
