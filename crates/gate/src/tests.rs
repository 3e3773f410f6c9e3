use chaperone_protocol::{Agent, AgentId, Capability, Maturity, Program};

use crate::{
    Because, Cell, Judgement, Reason, Situation, Standing, Switches, Verdict, effective, floor,
    judge, parse,
};
use Capability::{Camera, Location, Notification, Screen, Shell};
use Maturity::{Autonomous, Intern, Student, Supervised};
use Verdict::{Ask, Forbid, Free, Watch};

fn agent(maturity: Maturity) -> Agent {
    Agent {
        id: AgentId::new("release-bot").unwrap(),
        name: "Release bot".to_owned(),
        maturity,
    }
}

/// Somebody the person trusts wholly and knows.
fn trusting() -> Situation {
    Situation {
        switches: Switches::default(),
        standing: Standing::default(),
        ceiling: Autonomous,
        acquainted: true,
        recent: 0,
    }
}

fn plain() -> Program {
    parse("ls -la").unwrap()
}

fn judged(capability: Capability, claimed: Maturity, situation: &Situation) -> Judgement {
    let program = (capability == Shell).then(plain);
    judge(
        Some(&agent(claimed)),
        capability,
        program.as_ref(),
        situation,
    )
}

/// The verdict and the name of the step it rests on.
fn check(judgement: &Judgement, verdict: Verdict, decisive: &str) {
    assert_eq!(judgement.verdict, verdict, "{judgement}");
    let because = judgement.decisive().map(|reason| match reason.because {
        Because::Switch { .. } => "switch",
        Because::Level { .. } => "level",
        Because::Floor { .. } => "floor",
        Because::Standing { .. } => "standing",
        Because::FirstUse { .. } => "first use",
        Because::Script { .. } => "script",
        Because::Rate { .. } => "rate",
    });
    assert_eq!(because, Some(decisive), "{judgement}");
}

#[test]
fn the_default_table() {
    for (capability, verdicts) in [
        (Notification, [Forbid, Ask, Free, Free]),
        (Location, [Forbid, Ask, Ask, Watch]),
        (Camera, [Forbid, Ask, Ask, Ask]),
        (Screen, [Forbid, Forbid, Ask, Ask]),
        (Shell, [Forbid, Forbid, Forbid, Ask]),
    ] {
        for (level, verdict) in Maturity::ALL.into_iter().zip(verdicts) {
            let judgement = judged(capability, level, &trusting());
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
fn each_step_can_decide() {
    let with = |change: &dyn Fn(&mut Situation)| {
        let mut situation = trusting();
        change(&mut situation);
        situation
    };
    check(
        &judged(Notification, Autonomous, &trusting()),
        Free,
        "standing",
    );
    check(
        &judged(Location, Autonomous, &trusting()),
        Watch,
        "standing",
    );
    check(&judged(Shell, Autonomous, &trusting()), Ask, "standing");
    check(&judged(Shell, Supervised, &trusting()), Forbid, "floor");
    check(&judged(Camera, Student, &trusting()), Forbid, "floor");

    let lowered = with(&|situation| situation.ceiling = Intern);
    check(&judged(Notification, Autonomous, &lowered), Ask, "standing");
    check(&judged(Screen, Autonomous, &lowered), Forbid, "floor");

    let off = with(&|situation| situation.switches.set(Notification, false));
    check(&judged(Notification, Autonomous, &off), Forbid, "switch");
    check(&judged(Notification, Student, &off), Forbid, "switch");

    let strange = with(&|situation| situation.acquainted = false);
    check(
        &judged(Notification, Autonomous, &strange),
        Ask,
        "first use",
    );
    check(&judged(Location, Autonomous, &strange), Ask, "first use");

    let nine = with(&|situation| situation.recent = 9);
    check(&judged(Notification, Autonomous, &nine), Free, "standing");
    let ten = with(&|situation| situation.recent = 10);
    check(&judged(Notification, Autonomous, &ten), Forbid, "rate");
    check(&judged(Shell, Autonomous, &ten), Ask, "standing");
}

#[test]
fn a_table_cannot_go_below_the_floors() {
    let mut situation = trusting();
    for capability in Capability::ALL {
        for level in Maturity::ALL.into_iter().rev() {
            situation.standing.set(capability, level, Cell::new(Free));
        }
        for level in Maturity::ALL {
            let verdict = judged(capability, level, &situation).verdict;
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
    let mut situation = trusting();
    situation.standing.set(Shell, Autonomous, Cell::new(Free));
    let shell = |line: &str| {
        let program = parse(line).unwrap();
        judge(Some(&agent(Autonomous)), Shell, Some(&program), &situation)
    };
    check(&shell("ls -la && cat a | sort"), Free, "standing");
    check(&shell("ls *"), Ask, "script");
    check(&shell("ls | xargs rm"), Ask, "script");
    check(&shell("sh -c 'ls *'"), Ask, "script");
    check(
        &judge(Some(&agent(Autonomous)), Shell, None, &situation),
        Ask,
        "script",
    );
}

#[test]
fn who_is_not_named_has_the_ceiling() {
    let mut situation = trusting();
    for ceiling in Maturity::ALL {
        situation.ceiling = ceiling;
        assert_eq!(effective(None, ceiling), ceiling);
        let unnamed = judge(None, Notification, None, &situation);
        let named = judged(Notification, ceiling, &situation);
        assert_eq!(unnamed.verdict, named.verdict);
        assert_eq!(unnamed.level, ceiling);
    }
}

#[test]
fn a_lower_level_is_never_looser() {
    let mut standing = Standing::default();
    // Tightening the top tightens what is below.
    standing.set(Notification, Autonomous, Cell::new(Ask));
    assert_eq!(standing.cell(Notification, Supervised).verdict, Ask);
    // Loosening the bottom goes no further than the top.
    let stands = standing.set(Notification, Intern, Cell::new(Free));
    assert_eq!(stands, Cell::new(Ask));
    // A limit above holds below.
    standing.set(Notification, Autonomous, Cell::limited(Free, 3));
    assert_eq!(standing.limit(Notification, Student), Some(3));
    assert_eq!(standing.limit(Shell, Autonomous), None);

    let upside_down = serde_json::to_string(&Standing::default())
        .unwrap()
        .replace(
            r#""student":{"verdict":"forbid"}"#,
            r#""student":{"verdict":"free"}"#,
        );
    let read: Standing = serde_json::from_str(&upside_down).unwrap();
    assert_eq!(read.cell(Notification, Student).verdict, Ask);
    assert_eq!(read.cell(Shell, Student).verdict, Forbid);
}

#[test]
fn settings_are_stored_by_name() {
    let mut switches = Switches::default();
    switches.set(Camera, false);
    let text = serde_json::to_string(&switches).unwrap();
    assert_eq!(text, r#"["notification","location","screen","shell"]"#);
    assert_eq!(serde_json::from_str::<Switches>(&text).unwrap(), switches);
    assert!(!serde_json::from_str::<Switches>("[]").unwrap().is_on(Shell));

    let standing = serde_json::to_value(Standing::default()).unwrap();
    assert_eq!(
        standing["notification"]["autonomous"],
        serde_json::json!({ "verdict": "free", "per_minute": 10 })
    );
    assert_eq!(
        standing["shell"]["intern"],
        serde_json::json!({ "verdict": "forbid" })
    );
    assert_eq!(
        serde_json::from_value::<Standing>(standing).unwrap(),
        Standing::default()
    );
}

#[test]
fn a_judgement_is_stored_whole() {
    let judgement = judged(Shell, Intern, &trusting());
    let value = serde_json::to_value(&judgement).unwrap();
    assert_eq!(value["verdict"], "forbid");
    assert_eq!(value["level"], "intern");
    let last = value["reasons"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        last,
        serde_json::json!({
            "said": "forbid",
            "because": {
                "type": "floor", "capability": "shell", "needs": "autonomous", "has": "intern"
            },
            "decided": true
        })
    );
    assert_eq!(
        serde_json::from_value::<Judgement>(value).unwrap(),
        judgement
    );
}

#[test]
fn a_judgement_explains_itself() {
    let mut situation = trusting();
    situation.ceiling = Supervised;
    situation.acquainted = false;
    let judgement = judged(Notification, Autonomous, &situation);
    assert_eq!(
        judgement.to_string(),
        "ask\n  \
         - free: the switch for notifications is on; switching it off would forbid this\n  \
         - free: its hub calls the agent autonomous, you let it be supervised at most, so it \
         counts as supervised; raising your limit to autonomous would let the claim count\n  \
         - free: the least level for notifications is intern, and this agent counts as \
         supervised; a level below intern would forbid this\n  \
         - free: so says your table on notifications for the level supervised; another answer in \
         that cell would change it\n  \
         - free: it ran 0 times without asking in the last minute, and may 10 times; reaching 10 \
         within a minute would forbid this\n  \
         * ask: you have never allowed this agent notifications before; allowing it once would \
         lift this"
    );
    let script = Reason {
        said: Ask,
        because: Because::Script {
            because: "it groups commands".to_owned(),
        },
        decided: true,
    };
    assert_eq!(
        script.to_string(),
        "ask: what it does cannot be told from its words: it groups commands; a line of plain \
         words that names each program itself would lift this"
    );
}
