//! The product's central promise: nothing a hub sends raises what an agent may do here. And what
//! the person may rely on when turning one knob.

use chaperone_gate::{
    Because, Permissions, Policy, Rule, RuleBook, Standing, Switches, Use, Verdict,
};
use chaperone_protocol::{Action, Capability, Maturity};
use proptest::{collection::vec, prelude::*};

use crate::{
    made_up::{a_rule, agent, asked, book, level, policy, rules, world},
    support::{Asked, World, cases},
};
use Verdict::{Ask, Forbid, Free, Watch};

fn claiming(asked: &Asked, level: Maturity) -> Asked {
    asked.with(|asked| {
        if let Some(agent) = &mut asked.agent {
            agent.maturity = level;
            agent.confidence = None;
        }
    })
}

fn with_rules(world: &World, rules: &[Rule]) -> World {
    world.with(|world| world.rules = book(rules.to_vec()))
}

/// The device between two decisions of the person: it counts, and nothing else.
fn receive(world: &mut World, asked: &Asked) -> Verdict {
    let verdict = world.verdict(asked);
    if verdict < Ask {
        for capability in asked.question().needs() {
            let past = world.past.of(capability);
            world.past.set(
                capability,
                Use {
                    recent: past.recent + 1,
                    ..past
                },
            );
        }
    }
    verdict
}

/// What the person's settings alone would let a question have at the very most.
fn most(world: &World, asked: &Asked) -> Verdict {
    let fresh = world.with(|world| {
        world.policy = Policy::default();
        for capability in Capability::ALL {
            let past = world.past.of(capability);
            world.past.set(capability, Use { recent: 0, ..past });
        }
    });
    fresh.verdict(&claiming(asked, world.ceiling))
}

proptest! {
    #![proptest_config(cases(1_500))]

    /// A hub's own policy is folded in as the strictest of all words, whatever it says.
    #[test]
    fn a_policy_only_tightens(world in world(), asked in asked(), policy in policy()) {
        let own = world.verdict(&asked);
        let told = asked.question().needs().filter_map(|capability| policy.of(capability)).max();
        let judged = world.with(|world| world.policy = policy).verdict(&asked);
        let ends = matches!(asked.action, Action::StopRecording(_));
        let expected = if ends { Free } else { own.max(told.unwrap_or(Free)) };
        prop_assert_eq!(judged, expected);
    }

    /// No claim gets further than the ceiling itself would.
    #[test]
    fn no_claim_beats_the_ceiling(world in world(), asked in asked()) {
        let judged = world.judge(&asked);
        prop_assert!(judged.verdict >= world.verdict(&claiming(&asked, world.ceiling)));
        prop_assert!(judged.level <= world.ceiling);
    }

    /// After any conversation, whatever was asked and claimed in it and whatever the hub wanted
    /// held tighter and then not, no question gets more than the person's settings alone give it.
    #[test]
    fn nothing_a_hub_says_makes_it_more(
        world in world(),
        before in vec((asked(), policy()), 0..12),
        asked in asked(),
        policy in policy(),
    ) {
        let most = most(&world, &asked);
        let mut device = world.clone();
        for (earlier, policy) in before {
            device.policy = policy;
            receive(&mut device, &earlier);
        }
        device.policy = policy;
        for level in Maturity::ALL {
            prop_assert!(device.verdict(&claiming(&asked, level)) >= most);
        }
        prop_assert!(receive(&mut device, &asked) >= most);
    }

    /// The same command asked again and again gets no further than at first.
    #[test]
    fn asking_again_gains_nothing(world in world(), asked in asked(), times in 1..8_usize) {
        let mut device = world;
        let mut could = Free;
        for _ in 0..times {
            let now = receive(&mut device, &asked);
            prop_assert!(now >= could);
            could = now;
        }
    }

    /// Names are for people to read; the gate does not.
    #[test]
    fn names_say_nothing(world in world(), asked in asked(), name in ".{0,40}") {
        let renamed = asked.with(|asked| {
            if let Some(agent) = &mut asked.agent {
                agent.name = name;
            }
        });
        prop_assert_eq!(world.judge(&asked), world.judge(&renamed));
    }

    /// To name nobody helps as little: what a rule holds back from an agent, it holds back from
    /// whoever could be that agent.
    #[test]
    fn naming_nobody_escapes_no_rule(world in world(), asked in asked(), held in a_rule(&[Ask, Forbid])) {
        let alone = with_rules(&world, &[held]).with(|world| world.ceiling = Maturity::Autonomous);
        let named = claiming(&asked, Maturity::Autonomous);
        let unnamed = named.with(|asked| asked.agent = None);
        prop_assert!(alone.verdict(&unnamed) >= alone.verdict(&named));
    }

    /// For every table that can exist. Its rows cannot shrink with the level: a table that is
    /// written or read otherwise is tightened first, and that is what this rests on.
    #[test]
    fn a_higher_level_never_gets_less(world in world(), asked in asked()) {
        let by_claim: Vec<Verdict> = Maturity::ALL
            .into_iter()
            .map(|level| world.verdict(&claiming(&asked, level)))
            .collect();
        prop_assert!(by_claim.is_sorted_by(|lower, higher| lower >= higher), "{by_claim:?}");
        let by_ceiling: Vec<Verdict> = Maturity::ALL
            .into_iter()
            .map(|ceiling| world.with(|world| world.ceiling = ceiling).verdict(&asked))
            .collect();
        prop_assert!(by_ceiling.is_sorted_by(|lower, higher| lower >= higher), "{by_ceiling:?}");
    }

    /// Nor does it have more to look at, or a less exact place.
    #[test]
    fn a_higher_level_has_no_more_duties(world in world(), asked in asked()) {
        let duties: Vec<_> = Maturity::ALL
            .into_iter()
            .map(|level| world.judge(&claiming(&asked, level)).duties)
            .collect();
        if world.rules.rules().is_empty() {
            prop_assert!(duties.is_sorted_by(|lower, higher| lower.precision <= higher.precision));
        }
        prop_assert!(duties.is_sorted_by(|lower, higher| lower.preview >= higher.preview));
    }

    /// A rule that forbids cannot be outvoted by any others.
    #[test]
    fn a_forbidding_rule_stands_alone(
        world in world(),
        asked in asked(),
        others in rules(),
        forbids in a_rule(&[Forbid]),
        place in 0..6_usize,
    ) {
        let alone = with_rules(&world, std::slice::from_ref(&forbids)).judge(&asked);
        let holds = alone.rules_used().any(|rule| *rule == forbids.id);
        let mut all = others;
        all.retain(|other| other.id != forbids.id);
        all.insert(place.min(all.len()), forbids);
        let judged = with_rules(&world, &all).verdict(&asked);
        prop_assert!(!holds || judged == Forbid);
        prop_assert!(judged >= alone.verdict.min(Forbid) || !holds);
    }

    /// One more rule that lets run makes nothing stricter, wherever it stands.
    #[test]
    fn one_more_grant_tightens_nothing(
        world in world(), asked in asked(), others in rules(), more in a_rule(&[Free, Watch]), first in any::<bool>(),
    ) {
        let mut all = others;
        all.retain(|other| other.id != more.id);
        let before = with_rules(&world, &all).verdict(&asked);
        all.insert(if first { 0 } else { all.len() }, more);
        prop_assert!(with_rules(&world, &all).verdict(&asked) <= before);
    }

    /// One more rule that holds back loosens nothing, wherever it stands.
    #[test]
    fn one_more_hold_loosens_nothing(
        world in world(), asked in asked(), others in rules(), more in a_rule(&[Ask, Forbid]), first in any::<bool>(),
    ) {
        let mut all = others;
        all.retain(|other| other.id != more.id);
        let before = with_rules(&world, &all).verdict(&asked);
        all.insert(if first { 0 } else { all.len() }, more);
        prop_assert!(with_rules(&world, &all).verdict(&asked) >= before);
    }

    /// Outside its scope, its folder and its time, a rule that lets run might as well not be there.
    #[test]
    fn the_limits_of_a_grant_limit(world in world(), asked in asked(), grant in a_rule(&[Free, Watch])) {
        let scope = &grant.scope;
        let folder = asked.folder.as_deref().unwrap_or("");
        let outside = scope.connection.as_ref().is_some_and(|own| *own != asked.connection)
            || scope.agent.as_ref().is_some_and(|own| asked.agent.as_ref().is_none_or(|agent| agent.id != *own))
            || grant.folder.as_ref().is_some_and(|own| !folder.starts_with(own.as_str()))
            || grant.expires_at.is_some_and(|end| end <= asked.now);
        if outside {
            let without = with_rules(&world, &[]).verdict(&asked);
            prop_assert_eq!(with_rules(&world, &[grant]).verdict(&asked), without);
        }
    }

    /// No rule lifts what forbids, and none answers for the hub or the operating system.
    #[test]
    fn rules_answer_only_questions_of_the_table(world in world(), asked in asked(), policy in policy()) {
        let world = world.with(|world| world.policy = policy);
        let judged = world.judge(&asked);
        let without = with_rules(&world, &[]).verdict(&asked);
        prop_assert!(without != Forbid || judged.verdict == Forbid);
        for reason in judged.reasons.iter().filter(|reason| reason.answered) {
            prop_assert!(matches!(reason.said, Ask | Watch));
            let of_the_table = matches!(
                reason.because,
                Because::Standing { .. }
                    | Because::Remembered { .. }
                    | Because::FirstUse { .. }
                    | Because::Precision { .. }
                    | Because::Script { .. }
            );
            prop_assert!(of_the_table, "{:?}", reason);
        }
    }

    /// The strictest word that nobody answered counts, one step decided, and it stands last.
    #[test]
    fn the_strictest_wins(world in world(), asked in asked(), policy in policy()) {
        let judged = world.with(|world| world.policy = policy).judge(&asked);
        let strictest = judged.reasons.iter().filter(|reason| !reason.answered).map(|reason| reason.said).max();
        prop_assert_eq!(Some(judged.verdict), strictest);
        let decided: Vec<_> = judged.reasons.iter().filter(|reason| reason.decided).collect();
        prop_assert_eq!(decided.len(), 1);
        prop_assert_eq!(decided.first().copied(), judged.reasons.last());
        prop_assert_eq!(judged.decisive().map(|reason| reason.said), Some(judged.verdict));
        prop_assert!(!judged.to_string().is_empty());
    }

    /// On a fresh install nothing runs without a yes, whatever is claimed. What ends is no start.
    #[test]
    fn a_fresh_install_runs_nothing_unasked(
        asked in vec(asked(), 1..12), ceiling in level(), policy in policy(), graduated in any::<bool>(),
    ) {
        let mut device = World {
            paused: false,
            switches: Switches::default(),
            permissions: Permissions::granted(),
            graduated_shell: graduated,
            standing: Standing::default(),
            ceiling,
            rules: RuleBook::default(),
            policy,
            past: chaperone_gate::Past::default(),
        };
        for asked in &asked {
            if !matches!(asked.action, Action::StopRecording(_)) {
                prop_assert!(receive(&mut device, asked) >= Ask);
            }
        }
    }

    /// With the graduated shell on, a level below the floor gets a question at the very most.
    #[test]
    fn below_the_floor_there_is_at_most_a_question(world in world(), asked in asked(), agent in agent()) {
        let asked = asked.with(|asked| asked.agent = agent);
        let judged = world.judge(&asked);
        let shell = matches!(asked.action, Action::Execute(_));
        if shell && judged.level < Maturity::Autonomous {
            prop_assert!(judged.verdict > Watch);
        }
    }
}
