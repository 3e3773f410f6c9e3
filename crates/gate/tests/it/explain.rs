//! What a judgement says about itself.

use std::collections::BTreeMap;

use chaperone_gate::{
    Argument, Because, Cell, Permission, Reason, Rule, Scope, Shape, TextDigest, Unread, Use,
    Verdict,
};
use chaperone_protocol::{Action, AgentId, Capability, Maturity, NeedsShell, Precision};
use insta::assert_snapshot;

use crate::support::{
    Asked, FOLDER, REST, World, argv, below, connection, locate, noon, notify, record, rule, snap,
    stop_recording, word,
};
use Verdict::{Ask, Forbid, Free, Watch};

#[test]
fn simple_judgements() {
    let world = World::trusting().with(|world| {
        world.ceiling = Maturity::Supervised;
        world.past.set(Capability::Notification, Use::default());
    });
    assert_snapshot!("first_use", world.judge(&Asked::for_action(notify())));
    assert_snapshot!("floor", world.judge(&Asked::line("ls -la")));
    assert_snapshot!("end", world.judge(&Asked::for_action(stop_recording())));
    let unnamed = Asked::for_action(snap(None)).with(|asked| asked.agent = None);
    assert_snapshot!("unnamed", world.judge(&unnamed));
    let exact = Asked::for_action(locate(Precision::High));
    assert_snapshot!("precision", World::trusting().judge(&exact));
    let remembered = World::trusting().with(|world| {
        let allowed_at = "2026-03-02T11:30:00Z".parse().ok();
        world.past.set(
            Capability::Camera,
            Use {
                acquainted: true,
                allowed_at,
                recent: 0,
            },
        );
    });
    assert_snapshot!(
        "remembered",
        remembered.judge(&Asked::for_action(snap(None)))
    );
}

#[test]
fn everything_against_it() {
    let world = World::trusting().with(|world| {
        world.paused = true;
        world.switches.set(Capability::Screen, false);
        world
            .permissions
            .set(Capability::Screen, Permission::Denied);
        world
            .permissions
            .set(Capability::Microphone, Permission::NotYetAsked);
        world.policy.set(Capability::Microphone, Ask);
        world.policy.set(Capability::Screen, Free);
        world.ceiling = Maturity::Intern;
        world.standing.set(
            Capability::Screen,
            Maturity::Intern,
            Cell::limited(Forbid, 2),
        );
        world.past.set(
            Capability::Screen,
            Use {
                recent: 5,
                ..Use::default()
            },
        );
    });
    assert_snapshot!(
        "against",
        world.judge(&Asked::for_action(record(None, true)))
    );
}

#[test]
fn judgements_with_rules() {
    let elsewhere = Rule {
        folder: Some("/srv".to_owned()),
        ..argv(Free, "git", vec![word("push")], "git push")
    };
    let elsewhere = Rule {
        examples: vec![],
        shape: Shape::Script {
            sha256: TextDigest::of("git push"),
        },
        ..elsewhere
    };
    let expired = Rule {
        expires_at: "2026-02-01T00:00:00Z".parse().ok(),
        ..argv(Free, "git", vec![word("pull")], "git pull")
    };
    let other_agent = Rule {
        scope: Scope {
            connection: Some(connection("hub")),
            agent: AgentId::new("other").ok(),
        },
        ..argv(Watch, "git", vec![word("fetch")], "git fetch")
    };
    let world = World::with_rules(vec![
        argv(Watch, "git", vec![word("log"), REST], "git log"),
        argv(Free, "ls", vec![REST], "ls -la"),
        argv(Forbid, "rm", vec![REST], "rm a"),
        argv(Free, "/opt/git", vec![], "/opt/git"),
        argv(
            Free,
            "cat",
            vec![below(FOLDER), Argument::Any {}],
            "cat a b",
        ),
        argv(Free, "env", vec![REST], "env"),
        elsewhere,
        expired,
        other_agent,
    ]);
    let judged = |line: &str| world.judge(&Asked::line(line));
    assert_snapshot!("allowed", judged("git log -3 && ls"));
    assert_snapshot!("denied", judged("ls; rm -rf a"));
    assert_snapshot!("missed", judged("git pull"));
    assert_snapshot!("missed_agent", judged("git fetch"));
    assert_snapshot!("missed_argument", judged("cat ../\u{202e}x y"));
    assert_snapshot!("missed_few", judged("cat a"));
    assert_snapshot!("missed_wrapper", judged("env ls"));
    assert_snapshot!("missed_text", judged("git push > a"));
    let variables = Asked::line("ls").with(|asked| {
        if let Action::Execute(execute) = &mut asked.action {
            execute.environment = (0..10)
                .map(|number| (format!("V{number}"), String::new()))
                .collect::<BTreeMap<_, _>>();
        }
    });
    assert_snapshot!("missed_variables", world.judge(&variables));
    let long = judged(&format!("cat a b {}", "c".repeat(300)));
    let shown = long.missed[0].word.as_ref().unwrap();
    assert_eq!(shown.chars().count(), 201);
    assert!(shown.ends_with('…'));
    let short = judged(&format!("cat a b {}", "c".repeat(200)));
    assert_eq!(short.missed[0].word.as_ref().unwrap(), &"c".repeat(200));
    let graduated = world.with(|world| world.graduated_shell = true);
    assert_snapshot!(
        "graduated",
        graduated.judge(&Asked::line("ls").by(Maturity::Intern))
    );
}

/// What would happen if: the same question in another situation.
#[test]
fn a_dry_run_is_a_judgement_in_another_situation() {
    let world = World::trusting();
    let asked = Asked::for_action(snap(None)).by(Maturity::Supervised);
    assert_eq!(world.verdict(&asked), Ask);
    let what_if = world.with(|world| {
        world
            .standing
            .set(Capability::Camera, Maturity::Supervised, Cell::new(Watch));
    });
    // The levels above ask, and so this one goes on asking.
    assert_eq!(what_if.verdict(&asked), Ask);
    let what_if = what_if.with(|world| {
        world
            .standing
            .set(Capability::Camera, Maturity::Autonomous, Cell::new(Watch));
        world
            .standing
            .set(Capability::Camera, Maturity::Supervised, Cell::new(Watch));
    });
    assert_eq!(what_if.verdict(&asked), Watch);
    assert_eq!(world.verdict(&asked), Ask);
}

#[test]
fn rules_in_plain_words() {
    let digest = TextDigest::of("x");
    let some = |id: &str| Some(id.to_owned());
    let full = Rule {
        scope: Scope {
            connection: Some(connection("hub")),
            agent: AgentId::new("bot").ok(),
        },
        folder: some("/srv"),
        expires_at: Some(noon()),
        until_lock: true,
        ..argv(
            Free,
            "git",
            vec![
                word("it's"),
                Argument::OneOf {
                    words: vec!["a".to_owned(), "b c".to_owned()],
                },
                Argument::Any {},
                below("/srv/a"),
                Argument::Rest { options: false },
            ],
            "x",
        )
    };
    let one = |shape| rule("r", Watch, shape).to_string();
    let mut lines = vec![full.to_string()];
    lines.push(
        Rule {
            answer: Ask,
            scope: Scope {
                connection: None,
                ..full.scope.clone()
            },
            ..full.clone()
        }
        .to_string(),
    );
    lines.push(
        Rule {
            answer: Forbid,
            scope: Scope {
                agent: None,
                ..full.scope.clone()
            },
            ..full
        }
        .to_string(),
    );
    lines.push(argv(Free, "ls", vec![REST], "x").to_string());
    for shape in [
        Shape::Script { sha256: digest },
        Shape::Notification {},
        Shape::Location {
            precision: Precision::Low,
        },
        Shape::Location {
            precision: Precision::Medium,
        },
        Shape::Location {
            precision: Precision::High,
        },
        Shape::Camera { camera: None },
        Shape::Camera {
            camera: some("c\u{202e}"),
        },
        Shape::Microphone {},
        Shape::Screen {
            display: None,
            captures: chaperone_gate::ScreenUse::Snapshot,
        },
        Shape::Screen {
            display: some("d"),
            captures: chaperone_gate::ScreenUse::Recording,
        },
        Shape::Screen {
            display: None,
            captures: chaperone_gate::ScreenUse::Any,
        },
        Shape::Agents { program: None },
        Shape::Agents {
            program: AgentId::new("p").ok(),
        },
        Shape::Network {},
    ] {
        lines.push(one(shape));
    }
    assert_snapshot!("rules", lines.join("\n"));
}

#[test]
fn every_step_names_its_change() {
    let capability = Capability::Shell;
    let rule_id = chaperone_gate::RuleId::new("r").unwrap();
    let level = |claimed, ceiling| Because::Level {
        claimed,
        ceiling,
        effective: Maturity::Intern,
    };
    let permission = |permission| Because::Permission {
        capability,
        permission,
    };
    let floor = |needs| Because::Floor {
        capability,
        needs,
        has: Maturity::Supervised,
    };
    let rate = Because::Rate {
        capability,
        limit: 3,
        recent: 1,
    };
    let lines: Vec<String> = [
        (
            Free,
            Because::Switch {
                capability,
                on: true,
            },
        ),
        (
            Forbid,
            Because::Switch {
                capability,
                on: false,
            },
        ),
        (Free, permission(Permission::Granted)),
        (Forbid, permission(Permission::Denied)),
        (Ask, permission(Permission::NotYetAsked)),
        (Free, level(Some(Maturity::Autonomous), Maturity::Intern)),
        (Free, level(Some(Maturity::Intern), Maturity::Intern)),
        (Free, level(Some(Maturity::Intern), Maturity::Supervised)),
        (Free, level(None, Maturity::Intern)),
        (Forbid, floor(Maturity::Autonomous)),
        (Free, floor(Maturity::Intern)),
        (Free, floor(Maturity::Student)),
        (Free, rate.clone()),
        (Ask, rate.clone()),
        (Forbid, rate),
        (Watch, Because::Policy { capability }),
        (Ask, Because::Policy { capability }),
        (
            Watch,
            Because::Rule {
                rule: rule_id.clone(),
                capability,
            },
        ),
        (
            Ask,
            Because::Rule {
                rule: rule_id,
                capability,
            },
        ),
        (
            Ask,
            Because::Script {
                because: Unread::NeedsShell {
                    because: NeedsShell::Group,
                },
            },
        ),
    ]
    .into_iter()
    .map(|(said, because)| {
        Reason {
            said,
            because,
            decided: false,
            answered: false,
        }
        .to_string()
    })
    .collect();
    assert_snapshot!("changes", lines.join("\n"));
    let subjects: Vec<String> = Capability::ALL
        .into_iter()
        .map(|capability| Because::Policy { capability }.to_string())
        .collect();
    assert_snapshot!("subjects", subjects.join("\n"));
}
