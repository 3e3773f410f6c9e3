//! Any person, any rule and any command, for properties that hold for all of them.

use std::{collections::BTreeMap, time::Duration};

use chaperone_gate::{
    Argument, Cell, Memory, Past, Permission, Permissions, Policy, Rule, RuleBook, Scope,
    ScreenUse, Shape, Standing, Switches, TextDigest, Use, Verdict, parse,
};
use chaperone_protocol::{
    Action, Agent, AgentId, Capability, Confidence, Maturity, Precision, Timestamp,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::support::{
    Asked, FOLDER, REST, World, below, connection, example, execute, locate, notify, record, rule,
    run_agent, screenshot, snap, stop_recording, word,
};

/// Lines that rules here are about, and lines that only look like them.
const LINES: &[&str] = &[
    "git status",
    "git log -3",
    "git -c a=b status",
    "/usr/bin/git status",
    "ls -la",
    "ls *",
    "cat a",
    "cat ../a",
    "cat a; git status",
    "ls | sort",
    "sh -c 'git status'",
    "rm a",
    "ps aux",
];

pub(crate) fn level() -> impl Strategy<Value = Maturity> {
    select(Maturity::ALL.to_vec())
}

pub(crate) fn capability() -> impl Strategy<Value = Capability> {
    select(Capability::ALL.to_vec())
}

pub(crate) fn verdict() -> impl Strategy<Value = Verdict> {
    select(Verdict::ALL.to_vec())
}

fn moment() -> impl Strategy<Value = Timestamp> {
    select(vec![
        "2025-06-01T00:00:00Z",
        "2026-03-02T11:30:00Z",
        "2026-03-02T12:00:00Z",
        "2026-03-02T12:00:10Z",
        "2027-01-01T00:00:00Z",
    ])
    .prop_map(|text| text.parse().expect("a time"))
}

/// Few ids, so that claims about the same agent meet.
fn agent_id() -> impl Strategy<Value = AgentId> {
    select(vec!["a", "b"]).prop_map(|id| AgentId::new(id).expect("a short id"))
}

pub(crate) fn agent() -> impl Strategy<Value = Option<Agent>> {
    let score =
        option::of((0..=10_u8).prop_map(|tenths| {
            Confidence::new(f64::from(tenths) / 10.0).expect("between 0 and 1")
        }));
    let agent =
        (agent_id(), ".{0,8}", level(), score).prop_map(|(id, name, maturity, confidence)| Agent {
            id,
            name,
            maturity,
            confidence,
        });
    option::of(agent)
}

fn action() -> impl Strategy<Value = Action> {
    let line = select(LINES.to_vec()).prop_map(execute);
    let with_variable = select(LINES.to_vec()).prop_map(|line| {
        let mut action = execute(line);
        if let Action::Execute(execute) = &mut action {
            execute.environment = BTreeMap::from([("PAGER".to_owned(), "x".to_owned())]);
        }
        action
    });
    let other = select(vec![
        notify(),
        locate(Precision::Low),
        locate(Precision::High),
        snap(None),
        snap(Some("c")),
        screenshot(None),
        screenshot(Some("d")),
        record(None, true),
        record(Some("d"), false),
        stop_recording(),
        run_agent(None),
        run_agent(Some("p")),
    ]);
    prop_oneof![4 => line, 1 => with_variable, 4 => other]
}

/// Anything that a hub can ask.
pub(crate) fn asked() -> impl Strategy<Value = Asked> {
    let folder = option::of(select(vec![FOLDER, "/home/u/project/sub", "/tmp"]));
    let hub = select(vec!["hub", "other"]);
    (
        agent(),
        hub,
        action(),
        folder,
        any::<bool>(),
        proptest::bool::weighted(0.1),
        moment(),
        proptest::bool::weighted(0.9),
    )
        .prop_map(
            |(agent, hub, action, folder, network, uncontained, now, read)| {
                let program = match &action {
                    Action::Execute(execute) if read => parse(&execute.line).ok(),
                    _ => None,
                };
                Asked {
                    agent,
                    connection: connection(hub),
                    program,
                    folder: folder.map(str::to_owned),
                    network,
                    uncontained,
                    now,
                    action,
                }
            },
        )
}

fn shape() -> impl Strategy<Value = (Shape, &'static str)> {
    let argv = |program: &str, arguments: Vec<Argument>| Shape::Argv {
        program: program.to_owned(),
        arguments,
    };
    let text = |line: &str| Shape::Script {
        sha256: TextDigest::of(line),
    };
    select(vec![
        (argv("git", vec![word("status")]), "git status"),
        (argv("git", vec![REST]), "git status"),
        (argv("/usr/bin/git", vec![REST]), "/usr/bin/git status"),
        (argv("ls", vec![REST]), "ls -la"),
        (argv("cat", vec![below(FOLDER)]), "cat a"),
        (argv("cat", vec![Argument::Any {}]), "cat a"),
        (argv("rm", vec![REST]), "rm a"),
        (argv("ps", vec![REST]), "ps aux"),
        (text("ls *"), "ls *"),
        (text("git status"), "git status"),
        (text("sh -c 'git status'"), "sh -c 'git status'"),
        (Shape::Notification {}, ""),
        (
            Shape::Location {
                precision: Precision::Medium,
            },
            "",
        ),
        (Shape::Camera { camera: None }, ""),
        (
            Shape::Camera {
                camera: Some("c".to_owned()),
            },
            "",
        ),
        (Shape::Microphone {}, ""),
        (
            Shape::Screen {
                display: None,
                captures: ScreenUse::Any,
            },
            "",
        ),
        (Shape::Agents { program: None }, ""),
        (Shape::Network {}, ""),
    ])
}

/// Any good rule of these answers.
pub(crate) fn a_rule(answers: &[Verdict]) -> impl Strategy<Value = Rule> + use<> {
    let scope = (
        option::of(select(vec!["hub", "other"])),
        option::of(agent_id()),
    )
        .prop_map(|(hub, agent)| Scope {
            connection: hub.map(connection),
            agent: hub.and(agent),
        });
    let folder = option::weighted(0.3, select(vec![FOLDER, "/home"]));
    (
        shape(),
        select(answers.to_vec()),
        scope,
        folder,
        option::of(moment()),
        any::<bool>(),
        any::<u32>(),
    )
        .prop_map(
            |((shape, covers), answer, scope, folder, expires_at, until_lock, id)| {
                let of_shell =
                    matches!(shape.capability(), Capability::Shell | Capability::Network);
                let examples = (!covers.is_empty()).then(|| example(covers, true));
                Rule {
                    scope,
                    folder: folder.filter(|_| of_shell).map(str::to_owned),
                    expires_at,
                    until_lock,
                    examples: examples.into_iter().collect(),
                    ..rule(&id.to_string(), answer, shape)
                }
            },
        )
}

pub(crate) fn rules() -> impl Strategy<Value = Vec<Rule>> {
    vec(a_rule(&Verdict::ALL), 0..6)
}

/// A book of good rules. Two that happen to have one name are one too many.
pub(crate) fn book(rules: Vec<Rule>) -> RuleBook {
    let (book, refused) = RuleBook::load(rules);
    for refused in refused {
        assert_eq!(refused.problem, chaperone_gate::RuleProblem::SameId);
    }
    book
}

fn cell() -> impl Strategy<Value = Cell> {
    let memory = option::of((select(vec![0_u64, 60, 3_600]), verdict())).prop_map(|memory| {
        memory.map(|(seconds, verdict)| Memory {
            lasts: Duration::from_secs(seconds),
            verdict,
        })
    });
    let precision = option::of(select(Precision::ALL.to_vec()));
    (
        verdict(),
        option::of(0..4_u32),
        memory,
        any::<bool>(),
        precision,
    )
        .prop_map(|(verdict, per_minute, memory, preview, precision)| Cell {
            verdict,
            per_minute,
            memory,
            preview,
            precision,
        })
}

/// Any table the person could have made, or that could stand in a file somebody edited.
fn standing() -> impl Strategy<Value = Standing> {
    let edited = vec((capability(), level(), cell()), 0..16).prop_map(|edits| {
        let mut standing = Standing::default();
        for (capability, level, cell) in edits {
            standing.set(capability, level, cell);
        }
        standing
    });
    let stored = vec(cell(), 32).prop_map(|cells| {
        let mut cells = cells.into_iter();
        let table: BTreeMap<&str, BTreeMap<&str, Cell>> = Capability::ALL
            .into_iter()
            .map(|capability| {
                let row = Maturity::ALL
                    .into_iter()
                    .map(Maturity::as_str)
                    .zip(&mut cells);
                (capability.as_str(), row.collect())
            })
            .collect();
        let text = serde_json::to_string(&table).expect("a table is JSON");
        serde_json::from_str(&text).expect("a whole table is read")
    });
    prop_oneof![edited, stored]
}

fn past() -> impl Strategy<Value = Past> {
    let one = (
        proptest::bool::weighted(0.8),
        option::of(moment()),
        0..5_u32,
    );
    vec(one, Capability::ALL.len()).prop_map(|uses| {
        let mut past = Past::default();
        for (capability, (acquainted, allowed_at, recent)) in Capability::ALL.into_iter().zip(uses)
        {
            past.set(
                capability,
                Use {
                    acquainted,
                    allowed_at,
                    recent,
                },
            );
        }
        past
    })
}

pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    vec((capability(), verdict()), 0..6).prop_map(|words| {
        let mut policy = Policy::default();
        for (capability, verdict) in words {
            policy.set(capability, verdict);
        }
        policy
    })
}

/// Any person with any settings, any operating system and any past, and a hub that wants nothing.
pub(crate) fn world() -> impl Strategy<Value = World> {
    let switches = vec((capability(), proptest::bool::weighted(0.8)), 0..4).prop_map(|turns| {
        let mut switches = Switches::default();
        for (capability, on) in turns {
            switches.set(capability, on);
        }
        switches
    });
    let permission = select(vec![
        Permission::Granted,
        Permission::Denied,
        Permission::NotYetAsked,
    ]);
    let permissions = vec((capability(), permission), 0..3).prop_map(|answers| {
        let mut permissions = Permissions::granted();
        for (capability, permission) in answers {
            permissions.set(capability, permission);
        }
        permissions
    });
    let paused = proptest::bool::weighted(0.05);
    let ceiling = prop_oneof![2 => Just(Maturity::Autonomous), 1 => level()];
    (
        paused,
        switches,
        permissions,
        any::<bool>(),
        standing(),
        ceiling,
        rules(),
        past(),
    )
        .prop_map(
            |(paused, switches, permissions, graduated_shell, standing, ceiling, rules, past)| {
                World {
                    paused,
                    switches,
                    permissions,
                    graduated_shell,
                    standing,
                    ceiling,
                    rules: book(rules),
                    policy: Policy::default(),
                    past,
                }
            },
        )
}
