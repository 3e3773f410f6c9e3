//! Rules for everything but the words of a command line.

use chaperone_gate::{Rule, Sample, ScreenUse, Shape, TextDigest, Verdict};
use chaperone_protocol::{AgentId, Capability, Maturity, Precision};

use crate::support::{
    Asked, World, argv, locate, notify, record, rule, run_agent, screenshot, snap, stop_recording,
    word,
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
fn capabilities_have_rules_of_their_own() {
    let program = |id: &str| Some(AgentId::new(id).unwrap());
    let some = |id: &str| Some(id.to_owned());
    let place = |precision| Shape::Location { precision };
    let camera = |camera| Shape::Camera { camera };
    let screen = |display, captures| Shape::Screen { display, captures };
    for (shape, action, allow, deny) in [
        (Shape::Notification {}, notify(), true, true),
        (Shape::Notification {}, snap(None), false, false),
        (place(Precision::Low), locate(Precision::Low), true, true),
        (place(Precision::Low), locate(Precision::High), false, true),
        (place(Precision::High), locate(Precision::Low), true, false),
        (place(Precision::High), locate(Precision::High), true, true),
        (camera(None), snap(None), true, true),
        (camera(None), snap(Some("a")), true, true),
        (camera(some("a")), snap(Some("a")), true, true),
        (camera(some("a")), snap(Some("b")), false, false),
        (camera(some("a")), snap(None), false, true),
        (
            screen(None, ScreenUse::Snapshot),
            screenshot(None),
            true,
            true,
        ),
        (
            screen(None, ScreenUse::Snapshot),
            record(None, false),
            false,
            false,
        ),
        (
            screen(None, ScreenUse::Recording),
            record(None, false),
            true,
            true,
        ),
        (
            screen(None, ScreenUse::Recording),
            screenshot(None),
            false,
            false,
        ),
        (
            screen(None, ScreenUse::Any),
            record(None, false),
            true,
            true,
        ),
        (screen(None, ScreenUse::Any), screenshot(None), true, true),
        (
            screen(some("a"), ScreenUse::Any),
            screenshot(Some("a")),
            true,
            true,
        ),
        (
            screen(some("a"), ScreenUse::Any),
            screenshot(Some("b")),
            false,
            false,
        ),
        (
            screen(some("a"), ScreenUse::Recording),
            record(None, false),
            false,
            true,
        ),
        (Shape::Agents { program: None }, run_agent(None), true, true),
        (
            Shape::Agents {
                program: program("p"),
            },
            run_agent(Some("p")),
            true,
            true,
        ),
        (
            Shape::Agents {
                program: program("p"),
            },
            run_agent(Some("q")),
            false,
            false,
        ),
        (
            Shape::Agents {
                program: program("p"),
            },
            run_agent(None),
            false,
            true,
        ),
        (Shape::Microphone {}, screenshot(None), false, false),
        (Shape::Network {}, notify(), false, false),
        (digest("ls"), notify(), false, false),
    ] {
        let asked = Asked::for_action(action.clone());
        // Everybody asks about everything, so that a rule shows.
        let asking = |answer| {
            World::with_rules(vec![rule("r", answer, shape.clone())]).with(|world| {
                for capability in Capability::ALL {
                    let cell = chaperone_gate::Cell::new(Ask);
                    world.standing.set(capability, Maturity::Autonomous, cell);
                }
            })
        };
        let expected = if allow { Free } else { Ask };
        assert_eq!(
            asking(Free).verdict(&asked),
            expected,
            "allow {shape:?} {action:?}"
        );
        let expected = if deny { Forbid } else { Ask };
        assert_eq!(
            asking(Forbid).verdict(&asked),
            expected,
            "deny {shape:?} {action:?}"
        );
        let sample = Sample::Action { action };
        assert_eq!(
            rule("r", Free, shape.clone()).covers(&sample),
            allow,
            "{shape:?}"
        );
        assert_eq!(
            rule("r", Forbid, shape.clone()).covers(&sample),
            deny,
            "{shape:?}"
        );
    }
}

#[test]
fn each_need_has_its_own_rule() {
    let screen = Shape::Screen {
        display: None,
        captures: ScreenUse::Any,
    };
    let loud = Asked::for_action(record(None, true));
    let online = Asked::line("git status").with(|asked| asked.network = true);
    for (rules, recording, command) in [
        (
            vec![rule("screen", Free, screen.clone()), git_status()],
            Ask,
            Ask,
        ),
        (
            vec![
                rule("sound", Free, Shape::Microphone {}),
                rule("net", Free, Shape::Network {}),
            ],
            Ask,
            Ask,
        ),
        (
            vec![
                rule("screen", Free, screen.clone()),
                rule("sound", Watch, Shape::Microphone {}),
                git_status(),
                rule("net", Free, Shape::Network {}),
            ],
            Watch,
            Watch,
        ),
        (
            vec![
                rule("screen", Free, screen),
                rule("sound", Forbid, Shape::Microphone {}),
                git_status(),
                rule("net", Forbid, Shape::Network {}),
            ],
            Forbid,
            Forbid,
        ),
    ] {
        let world = World::with_rules(rules);
        assert_eq!(world.verdict(&loud), recording);
        assert_eq!(world.verdict(&online), command);
    }
    let quiet = World::with_rules(vec![rule("sound", Forbid, Shape::Microphone {})]);
    assert_eq!(quiet.verdict(&Asked::for_action(record(None, false))), Ask);
    assert_eq!(quiet.verdict(&Asked::for_action(stop_recording())), Free);
    let offline = World::with_rules(vec![rule("net", Forbid, Shape::Network {})]);
    assert_eq!(offline.verdict(&Asked::line("git status")), Ask);
}

#[test]
fn a_rule_gives_a_place_as_exactly_as_it_says() {
    let world = World::with_rules(vec![rule(
        "town",
        Free,
        Shape::Location {
            precision: Precision::Medium,
        },
    )]);
    for (precision, verdict, given) in [
        (Precision::Low, Free, Precision::Low),
        (Precision::Medium, Free, Precision::Medium),
        (Precision::High, Ask, Precision::Low),
    ] {
        let judged = world.judge(&Asked::for_action(locate(precision)));
        assert_eq!(judged.verdict, verdict, "{precision:?}");
        assert_eq!(judged.duties.precision, Some(given), "{precision:?}");
    }
    // A camera rule takes no look before it leaves away.
    let world = World::with_rules(vec![rule("cam", Free, Shape::Camera { camera: None })]);
    let judged = world.judge(&Asked::for_action(snap(None)).by(Maturity::Supervised));
    assert_eq!(judged.verdict, Free);
    assert!(judged.duties.preview);
}

#[test]
fn of_several_rules_the_loosest_answers_and_the_first_of_equals() {
    let asked = Asked::for_action(notify()).by(Maturity::Intern);
    for (answers, used) in [
        (vec![Free, Watch], 0),
        (vec![Watch, Free], 1),
        (vec![Watch, Watch], 0),
        (vec![Free, Free, Watch], 0),
    ] {
        let rules = answers
            .iter()
            .enumerate()
            .map(|(number, answer)| rule(&number.to_string(), *answer, Shape::Notification {}));
        let judged = World::with_rules(rules.collect()).judge(&asked);
        let strictest = answers.iter().min().copied();
        assert_eq!(Some(judged.verdict), strictest, "{answers:?}");
        let names: Vec<String> = judged.rules_used().map(ToString::to_string).collect();
        assert_eq!(names, [used.to_string()], "{answers:?}");
    }
}
