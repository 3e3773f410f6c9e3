//! Each step of a judgement, by itself and against the others.

use std::collections::BTreeMap;

use chaperone_gate::{
    Because, Cell, Judgement, Permission, Permissions, Shape, Standing, Use, Verdict, effective,
    floor,
};
use chaperone_protocol::{Action, Capability, Confidence, Maturity, Precision};

use crate::support::{
    Asked, World, actions, agent, execute, locate, notify, record, rule, run_agent, screenshot,
    snap, stop_recording,
};
use Capability::{Agents, Camera, Location, Microphone, Network, Notification, Screen, Shell};
use Maturity::{Autonomous, Intern, Student, Supervised};
use Verdict::{Ask, Forbid, Free, Watch};

fn asked(capability: Capability) -> Asked {
    match capability {
        Notification => Asked::for_action(notify()),
        Location => Asked::for_action(locate(Precision::Low)),
        Camera => Asked::for_action(snap(None)),
        Microphone => Asked::for_action(record(None, true)),
        Screen => Asked::for_action(screenshot(None)),
        Agents => Asked::for_action(run_agent(None)),
        Network => Asked::line("ls -la").with(|asked| asked.network = true),
        Shell => Asked::line("ls -la"),
    }
}

fn step(because: &Because) -> &'static str {
    match because {
        Because::Ending => "ending",
        Because::Paused => "paused",
        Because::Switch { .. } => "switch",
        Because::Permission { .. } => "permission",
        Because::Level { .. } => "level",
        Because::Floor { .. } => "floor",
        Because::Graduated { .. } => "graduated",
        Because::Standing { .. } => "standing",
        Because::Remembered { .. } => "remembered",
        Because::FirstUse { .. } => "first use",
        Because::Precision { .. } => "precision",
        Because::Script { .. } => "script",
        Because::Variables { .. } => "variables",
        Because::Uncontained => "uncontained",
        Because::Rate { .. } => "rate",
        Because::Policy { .. } => "policy",
        Because::Rule { .. } => "rule",
    }
}

/// The verdict and the name of the step it rests on.
fn check(judgement: &Judgement, verdict: Verdict, decisive: &str) {
    assert_eq!(judgement.verdict, verdict, "{judgement}");
    let because = judgement.decisive().map(|reason| step(&reason.because));
    assert_eq!(because, Some(decisive), "{judgement}");
}

#[test]
fn the_default_table() {
    for (capability, verdicts) in [
        (Notification, [Forbid, Ask, Free, Free]),
        (Location, [Forbid, Ask, Ask, Watch]),
        (Camera, [Forbid, Ask, Ask, Ask]),
        (Microphone, [Forbid, Forbid, Ask, Ask]),
        (Screen, [Forbid, Forbid, Ask, Ask]),
        (Agents, [Forbid, Forbid, Forbid, Ask]),
        (Network, [Forbid, Forbid, Forbid, Ask]),
        (Shell, [Forbid, Forbid, Forbid, Ask]),
    ] {
        for (level, verdict) in Maturity::ALL.into_iter().zip(verdicts) {
            let judgement = World::trusting().judge(&asked(capability).by(level));
            assert_eq!(judgement.verdict, verdict, "{capability} {level}");
            assert_eq!(judgement.level, level);
            let cell = Standing::default().cell(capability, level);
            assert_eq!(cell.verdict, verdict, "{capability} {level}");
            let limited = capability == Notification && level >= Supervised;
            assert_eq!(
                cell.per_minute,
                limited.then_some(10),
                "{capability} {level}"
            );
        }
    }
}

#[test]
fn what_the_default_table_asks_beyond_the_verdict() {
    let table = Standing::default();
    let previewed = [(Camera, Intern), (Camera, Supervised), (Screen, Supervised)];
    let hour = std::time::Duration::from_hours(1);
    let memories = BTreeMap::from([
        ((Location, Supervised), 24 * hour),
        ((Camera, Autonomous), hour),
        ((Screen, Autonomous), hour),
    ]);
    for capability in Capability::ALL {
        for level in [Intern, Supervised, Autonomous] {
            let cell = table.cell(capability, level);
            let at = (capability, level);
            if cell.verdict == Forbid {
                continue;
            }
            assert_eq!(cell.preview, previewed.contains(&at), "{at:?}");
            assert_eq!(
                cell.memory.map(|memory| memory.lasts),
                memories.get(&at).copied(),
                "{at:?}"
            );
            assert!(cell.memory.is_none_or(|memory| memory.verdict == Watch));
            let coarse = (capability == Location).then_some(Precision::Low);
            assert_eq!(cell.precision, coarse, "{at:?}");
        }
    }
}

#[test]
fn the_floors() {
    for (capability, least) in [
        (Notification, Intern),
        (Location, Intern),
        (Camera, Intern),
        (Microphone, Supervised),
        (Screen, Supervised),
        (Agents, Autonomous),
        (Network, Autonomous),
        (Shell, Autonomous),
    ] {
        assert_eq!(floor(capability), least, "{capability}");
    }
}

#[test]
fn each_step_can_decide() {
    let trusting = World::trusting();
    let judged = |capability, level, world: &World| world.judge(&asked(capability).by(level));
    check(
        &judged(Notification, Autonomous, &trusting),
        Free,
        "standing",
    );
    check(&judged(Location, Autonomous, &trusting), Watch, "standing");
    check(&judged(Shell, Autonomous, &trusting), Ask, "standing");
    check(&judged(Shell, Supervised, &trusting), Forbid, "floor");
    check(&judged(Camera, Student, &trusting), Forbid, "floor");

    let lowered = trusting.with(|world| world.ceiling = Intern);
    check(&judged(Notification, Autonomous, &lowered), Ask, "standing");
    check(&judged(Screen, Autonomous, &lowered), Forbid, "floor");

    let off = trusting.with(|world| world.switches.set(Notification, false));
    check(&judged(Notification, Autonomous, &off), Forbid, "switch");
    check(&judged(Notification, Student, &off), Forbid, "switch");

    let paused = trusting.with(|world| world.paused = true);
    for capability in Capability::ALL {
        check(&judged(capability, Autonomous, &paused), Forbid, "paused");
        let off = paused.with(|world| world.switches.set(capability, false));
        check(&judged(capability, Student, &off), Forbid, "paused");
    }

    let strange = trusting.with(|world| world.past.set(Notification, Use::default()));
    check(
        &judged(Notification, Autonomous, &strange),
        Ask,
        "first use",
    );

    let after = |recent| {
        trusting.with(|world| {
            let past = Use {
                recent,
                ..world.past.of(Notification)
            };
            world.past.set(Notification, past);
            world.past.set(Shell, past);
        })
    };
    check(
        &judged(Notification, Autonomous, &after(9)),
        Free,
        "standing",
    );
    check(
        &judged(Notification, Autonomous, &after(10)),
        Forbid,
        "rate",
    );
    check(
        &judged(Notification, Autonomous, &after(11)),
        Forbid,
        "rate",
    );
    check(&judged(Notification, Student, &after(10)), Forbid, "floor");
    check(&judged(Shell, Autonomous, &after(10)), Ask, "standing");
}

#[test]
fn what_decides_is_what_is_hardest_to_change() {
    let rules = |answer| World::with_rules(vec![rule("r", answer, Shape::Notification {})]);
    let stranger = |world: &World| world.with(|world| world.past.set(Notification, Use::default()));
    let asked = asked(Notification);
    let intern = asked.clone().by(Intern);
    // Among those that let it run, what gave the leave.
    check(&rules(Free).judge(&intern), Free, "rule");
    check(&rules(Watch).judge(&intern), Watch, "rule");
    check(&stranger(&rules(Free)).judge(&asked), Free, "standing");
    // Among those that ask, and among those that forbid.
    let policy =
        |verdict, world: World| world.with(|world| world.policy.set(Notification, verdict));
    check(&rules(Ask).judge(&intern), Ask, "rule");
    check(&policy(Ask, rules(Ask)).judge(&intern), Ask, "policy");
    check(&rules(Forbid).judge(&intern), Forbid, "rule");
    check(
        &rules(Forbid).judge(&intern.clone().by(Student)),
        Forbid,
        "floor",
    );
    check(
        &policy(Forbid, rules(Forbid)).judge(&intern),
        Forbid,
        "policy",
    );
    let paused = rules(Forbid).with(|world| world.paused = true);
    check(&paused.judge(&intern), Forbid, "paused");
    let off = rules(Forbid).with(|world| world.switches.set(Notification, false));
    check(&off.judge(&intern), Forbid, "switch");
    let busy = rules(Forbid).with(|world| {
        world.past.set(
            Notification,
            Use {
                recent: 10,
                ..Use::default()
            },
        );
    });
    check(&busy.judge(&asked), Forbid, "rate");
}

#[test]
fn the_operating_system_is_asked_too() {
    for capability in Capability::ALL {
        let with = |permission| {
            World::trusting().with(|world| world.permissions.set(capability, permission))
        };
        let asked = asked(capability);
        let granted = with(Permission::Granted).verdict(&asked);
        assert_eq!(granted, World::trusting().verdict(&asked));
        check(
            &with(Permission::Denied).judge(&asked),
            Forbid,
            "permission",
        );
        let unknown = with(Permission::NotYetAsked).judge(&asked);
        assert_eq!(unknown.verdict, Ask, "{capability}");
        assert_eq!(
            Permissions::default().of(capability),
            Permission::NotYetAsked
        );
        assert_eq!(Permissions::granted().of(capability), Permission::Granted);
    }
    let world = World::trusting().with(|world| world.permissions = Permissions::default());
    check(&world.judge(&asked(Notification)), Ask, "permission");
    let off = world.with(|world| world.permissions.set(Notification, Permission::Denied));
    check(
        &off.judge(&asked(Notification).by(Student)),
        Forbid,
        "permission",
    );
}

#[test]
fn a_hub_tightens_and_never_loosens() {
    for capability in Capability::ALL {
        for verdict in Verdict::ALL {
            let world = World::trusting().with(|world| world.policy.set(capability, verdict));
            let asked = asked(capability);
            let own = World::trusting().verdict(&asked);
            let judged = world.judge(&asked);
            assert_eq!(judged.verdict, own.max(verdict), "{capability} {verdict}");
            if verdict == Forbid {
                check(&judged, Forbid, "policy");
            }
        }
    }
    let world = World::trusting().with(|world| world.policy.set(Notification, Ask));
    check(&world.judge(&asked(Notification)), Ask, "policy");
    check(
        &world.judge(&asked(Notification).by(Student)),
        Forbid,
        "floor",
    );
}

#[test]
fn sound_and_network_need_answers_of_their_own() {
    let mut standing = Standing::default();
    for capability in [Screen, Shell] {
        standing.set(capability, Autonomous, Cell::new(Free));
    }
    let world = World::trusting().with(|world| world.standing = standing.clone());
    let silent = Asked::for_action(record(None, false));
    let loud = Asked::for_action(record(None, true));
    let offline = Asked::line("ls");
    let online = asked(Network);
    assert_eq!(world.verdict(&silent), Free);
    check(&world.judge(&loud), Ask, "standing");
    assert_eq!(world.verdict(&offline), Free);
    check(&world.judge(&online), Ask, "standing");

    let muted = world.with(|world| world.switches.set(Microphone, false));
    assert_eq!(muted.verdict(&silent), Free);
    check(&muted.judge(&loud), Forbid, "switch");
    let cut = world.with(|world| world.switches.set(Network, false));
    assert_eq!(cut.verdict(&offline), Free);
    check(&cut.judge(&online), Forbid, "switch");
    // The question is about commands: nothing else is let onto a network by the gate.
    let picture = Asked::for_action(snap(None)).with(|asked| asked.network = true);
    assert_eq!(
        cut.judge(&picture),
        cut.judge(&picture.with(|asked| asked.network = false))
    );
}

#[test]
fn an_end_is_never_forbidden() {
    let mut world = World::trusting().with(|world| {
        world.paused = true;
        world.ceiling = Student;
        world.permissions = Permissions::default();
    });
    for capability in Capability::ALL {
        world.switches.set(capability, false);
        world.policy.set(capability, Forbid);
        world.past.set(
            capability,
            Use {
                recent: 1_000,
                ..Use::default()
            },
        );
    }
    let judgement = world.judge(&Asked::for_action(stop_recording()));
    check(&judgement, Free, "ending");
    assert_eq!(judgement.reasons.len(), 1);
    assert_eq!(judgement.level, Student);
}

#[test]
fn a_table_cannot_go_below_the_floors() {
    let mut world = World::trusting();
    for capability in Capability::ALL {
        for level in Maturity::ALL.into_iter().rev() {
            world.standing.set(capability, level, Cell::new(Free));
        }
    }
    for capability in Capability::ALL {
        for level in Maturity::ALL {
            let verdict = world.verdict(&asked(capability).by(level));
            let expected = if level < floor(capability) {
                Forbid
            } else {
                Free
            };
            assert_eq!(verdict, expected, "{capability} {level}");
        }
    }
}

#[test]
fn what_words_do_not_tell_is_asked() {
    let mut world = World::trusting();
    world.standing.set(Shell, Autonomous, Cell::new(Free));
    let line = |line: &str| world.judge(&Asked::line(line));
    check(&line("ls -la && cat a | sort"), Free, "standing");
    check(&line("ls *"), Ask, "script");
    check(&line("ls | xargs rm"), Ask, "script");
    check(&line("sh -c 'ls *'"), Ask, "script");
    check(
        &world.judge(&Asked::for_action(execute("ls"))),
        Ask,
        "script",
    );
    let variable = Asked::line("ls").with(|asked| {
        if let Action::Execute(execute) = &mut asked.action {
            execute.environment = BTreeMap::from([("PAGER".to_owned(), "x".to_owned())]);
        }
    });
    check(&world.judge(&variable), Ask, "variables");
}

#[test]
fn a_place_is_given_as_exactly_as_the_table_says() {
    let world = World::trusting();
    for (level, precision, verdict, decisive, given) in [
        (
            Autonomous,
            Precision::Low,
            Watch,
            "standing",
            Precision::Low,
        ),
        (
            Autonomous,
            Precision::Medium,
            Ask,
            "precision",
            Precision::Low,
        ),
        (
            Autonomous,
            Precision::High,
            Ask,
            "precision",
            Precision::Low,
        ),
        (Intern, Precision::High, Ask, "standing", Precision::Low),
        (Student, Precision::High, Forbid, "floor", Precision::Low),
    ] {
        let judged = world.judge(&Asked::for_action(locate(precision)).by(level));
        check(&judged, verdict, decisive);
        assert_eq!(judged.duties.precision, Some(given));
    }
    let exact = world.with(|world| {
        let cell = Cell::new(Free).at_most(Precision::Medium);
        world.standing.set(Location, Autonomous, cell);
    });
    for (precision, verdict) in [
        (Precision::Low, Free),
        (Precision::Medium, Free),
        (Precision::High, Ask),
    ] {
        let judged = exact.judge(&Asked::for_action(locate(precision)));
        assert_eq!(judged.verdict, verdict);
        assert_eq!(
            judged.duties.precision,
            Some(precision.min(Precision::Medium))
        );
    }
    let any = world.with(|world| {
        world.standing.set(Location, Autonomous, Cell::new(Free));
    });
    let judged = any.judge(&Asked::for_action(locate(Precision::High)));
    assert_eq!(judged.verdict, Free);
    assert_eq!(judged.duties.precision, Some(Precision::High));
    assert_eq!(
        any.judge(&Asked::for_action(notify())).duties.precision,
        None
    );
}

#[test]
fn a_look_before_it_leaves_is_a_duty() {
    let world = World::trusting();
    for (action, level, preview) in [
        (snap(None), Intern, true),
        (snap(None), Autonomous, false),
        (screenshot(None), Supervised, true),
        (record(None, false), Autonomous, false),
        (notify(), Supervised, false),
    ] {
        let judged = world.judge(&Asked::for_action(action.clone()).by(level));
        assert_eq!(judged.duties.preview, preview, "{action:?} {level}");
    }
    let listening = world.with(|world| {
        world
            .standing
            .set(Microphone, Autonomous, Cell::new(Ask).previewed());
    });
    assert!(
        listening
            .judge(&Asked::for_action(record(None, true)))
            .duties
            .preview
    );
}

#[test]
fn who_is_not_named_has_the_ceiling() {
    for ceiling in Maturity::ALL {
        let world = World::trusting().with(|world| world.ceiling = ceiling);
        assert_eq!(effective(None, ceiling), ceiling);
        for action in actions() {
            let named = Asked::for_action(action).by(ceiling);
            let unnamed = named.with(|asked| asked.agent = None);
            assert_eq!(world.verdict(&unnamed), world.verdict(&named));
            assert_eq!(world.judge(&unnamed).level, ceiling);
        }
    }
}

#[test]
fn a_claim_is_the_lower_of_level_and_score() {
    for (level, score, expected) in [
        (Autonomous, 0.95, Autonomous),
        (Autonomous, 0.75, Supervised),
        (Autonomous, 0.1, Student),
        (Intern, 1.0, Intern),
    ] {
        let mut agent = agent("bot", level);
        agent.confidence = Some(Confidence::new(score).unwrap());
        assert_eq!(effective(Some(&agent), Autonomous), expected);
        assert_eq!(effective(Some(&agent), Student), Student);
        let asked = Asked::for_action(notify()).with(|asked| asked.agent = Some(agent));
        let judged = World::trusting().judge(&asked);
        assert_eq!(judged.level, expected);
        let claimed = judged
            .reasons
            .iter()
            .find_map(|reason| match reason.because {
                Because::Level { claimed, .. } => claimed,
                _ => None,
            });
        assert_eq!(claimed, Some(expected));
    }
}
