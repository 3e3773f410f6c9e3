//! The product's central promise: nothing a hub sends raises what an agent may do here.

use std::collections::BTreeMap;

use chaperone_gate::{Cell, Judgement, Situation, Standing, Switches, Verdict, judge};
use chaperone_protocol::{Agent, AgentId, Capability, Join, Maturity, Program, Step};
use proptest::{collection::vec, prelude::*, sample::select};

/// All that a hub can say with one command, as far as the gate could ever notice it.
#[derive(Debug, Clone)]
struct Claim {
    agent: Option<Agent>,
    capability: Capability,
    program: Option<Program>,
}

/// All that the person decided. Who is known is the person's word too: it is written only when
/// they allow something.
#[derive(Debug, Clone)]
struct Person {
    switches: Switches,
    standing: Standing,
    ceiling: Maturity,
    known: Vec<(Option<AgentId>, Capability)>,
}

/// The device between two decisions of the person: it counts, and nothing else.
struct Device<'a> {
    person: &'a Person,
    recent: BTreeMap<(Option<AgentId>, Capability), u32>,
}

impl Device<'_> {
    fn receive(&mut self, claim: &Claim) -> Judgement {
        let judgement = judge(
            claim.agent.as_ref(),
            claim.capability,
            claim.program.as_ref(),
            &self.situation(claim),
        );
        if judgement.verdict < Verdict::Ask {
            *self.recent.entry(key(claim)).or_default() += 1;
        }
        judgement
    }

    fn situation(&self, claim: &Claim) -> Situation {
        Situation {
            switches: self.person.switches.clone(),
            standing: self.person.standing.clone(),
            ceiling: self.person.ceiling,
            acquainted: self.person.known.contains(&key(claim)),
            recent: self.recent.get(&key(claim)).copied().unwrap_or(0),
        }
    }
}

fn key(claim: &Claim) -> (Option<AgentId>, Capability) {
    (
        claim.agent.as_ref().map(|agent| agent.id.clone()),
        claim.capability,
    )
}

fn level() -> impl Strategy<Value = Maturity> {
    select(Maturity::ALL.to_vec())
}

fn capability() -> impl Strategy<Value = Capability> {
    select(Capability::ALL.to_vec())
}

/// Few ids, so that claims about the same agent meet.
fn agent_id() -> impl Strategy<Value = AgentId> {
    select(vec!["a", "b", "c"]).prop_map(|id| AgentId::new(id).expect("a short id"))
}

fn agent() -> impl Strategy<Value = Option<Agent>> {
    let agent = (agent_id(), ".{0,8}", level()).prop_map(|(id, name, maturity)| Agent {
        id,
        name,
        maturity,
    });
    proptest::option::of(agent)
}

fn program() -> impl Strategy<Value = Option<Program>> {
    let plain = |words: &[&str]| Program::Plain {
        steps: vec![Step {
            join: Join::Then,
            pipeline: vec![words.iter().map(|&word| word.to_owned()).collect()],
        }],
    };
    select(vec![
        None,
        Some(plain(&["ls"])),
        Some(plain(&["sh", "-c", "ls"])),
        Some(Program::Script {
            text: "ls *".to_owned(),
            because: "it holds a pattern".to_owned(),
        }),
    ])
}

fn claim() -> impl Strategy<Value = Claim> {
    (agent(), capability(), program()).prop_map(|(agent, capability, program)| Claim {
        agent,
        capability,
        program,
    })
}

fn cell() -> impl Strategy<Value = Cell> {
    (
        select(Verdict::ALL.to_vec()),
        proptest::option::of(0..4_u32),
    )
        .prop_map(|(verdict, per_minute)| Cell {
            verdict,
            per_minute,
        })
}

/// Any table the person could have made, or that could stand in a file somebody edited.
fn standing() -> impl Strategy<Value = Standing> {
    let edited = vec((capability(), level(), cell()), 0..12).prop_map(|edits| {
        let mut standing = Standing::default();
        for (capability, level, cell) in edits {
            standing.set(capability, level, cell);
        }
        standing
    });
    let stored = vec(cell(), 20).prop_map(|cells| {
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

fn person() -> impl Strategy<Value = Person> {
    let known = vec((proptest::option::of(agent_id()), capability()), 0..12);
    let switches = vec((capability(), proptest::bool::weighted(0.8)), 0..5).prop_map(|turns| {
        let mut switches = Switches::default();
        for (capability, on) in turns {
            switches.set(capability, on);
        }
        switches
    });
    (switches, standing(), level(), known).prop_map(|(switches, standing, ceiling, known)| Person {
        switches,
        standing,
        ceiling,
        known,
    })
}

fn with_level(claim: &Claim, maturity: Maturity) -> Claim {
    let mut claim = claim.clone();
    if let Some(agent) = &mut claim.agent {
        agent.maturity = maturity;
    }
    claim
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    /// After any conversation, no claim gets further than the ceiling itself would.
    #[test]
    fn no_claim_beats_the_ceiling(person in person(), before in vec(claim(), 0..12), claim in claim()) {
        let mut device = Device { person: &person, recent: BTreeMap::new() };
        for earlier in &before {
            device.receive(earlier);
        }
        let situation = device.situation(&claim);
        let at_the_ceiling = with_level(&claim, person.ceiling);
        let most = judge(
            at_the_ceiling.agent.as_ref(),
            claim.capability,
            claim.program.as_ref(),
            &situation,
        );
        let judged = device.receive(&claim);
        prop_assert!(judged.verdict >= most.verdict);
        prop_assert!(judged.level <= person.ceiling);
    }

    /// The same command asked later, after whatever else the hub said in between and with
    /// whatever level it claims by then, never gets further than at first it could have.
    #[test]
    fn nothing_a_hub_says_makes_it_more(person in person(), claims in vec(claim(), 1..24), first in claim()) {
        let mut device = Device { person: &person, recent: BTreeMap::new() };
        let mut could = device.receive(&with_level(&first, Maturity::Autonomous)).verdict;
        for claim in &claims {
            device.receive(claim);
            for level in Maturity::ALL {
                let now = judge(
                    with_level(&first, level).agent.as_ref(),
                    first.capability,
                    first.program.as_ref(),
                    &device.situation(&first),
                );
                prop_assert!(now.verdict >= could);
            }
            let now = device.receive(&with_level(&first, Maturity::Autonomous)).verdict;
            prop_assert!(now >= could);
            could = now;
        }
    }

    /// Names are for people to read; the gate does not.
    #[test]
    fn names_say_nothing(person in person(), claim in claim(), name in ".{0,40}") {
        let device = Device { person: &person, recent: BTreeMap::new() };
        let mut renamed = claim.clone();
        if let Some(agent) = &mut renamed.agent {
            agent.name = name;
        }
        let situation = device.situation(&claim);
        prop_assert_eq!(
            judge(claim.agent.as_ref(), claim.capability, claim.program.as_ref(), &situation),
            judge(renamed.agent.as_ref(), claim.capability, claim.program.as_ref(), &situation)
        );
    }

    /// A higher ceiling never forbids more, and a lower one never allows more.
    #[test]
    fn the_ceiling_is_monotone(person in person(), claim in claim(), recent in 0..5_u32) {
        let mut device = Device { person: &person, recent: BTreeMap::new() };
        device.recent.insert(key(&claim), recent);
        let situation = device.situation(&claim);
        let verdicts: Vec<Verdict> = Maturity::ALL
            .into_iter()
            .map(|ceiling| {
                let situation = Situation { ceiling, ..situation.clone() };
                judge(claim.agent.as_ref(), claim.capability, claim.program.as_ref(), &situation).verdict
            })
            .collect();
        prop_assert!(verdicts.is_sorted_by(|lower, higher| lower >= higher), "{verdicts:?}");
    }

    /// The strictest word counts, one step decided, and it stands last.
    #[test]
    fn the_strictest_wins(person in person(), claim in claim(), recent in 0..5_u32) {
        let mut device = Device { person: &person, recent: BTreeMap::new() };
        device.recent.insert(key(&claim), recent);
        let judged = device.receive(&claim);
        prop_assert_eq!(Some(judged.verdict), judged.reasons.iter().map(|reason| reason.said).max());
        let decided: Vec<_> = judged.reasons.iter().filter(|reason| reason.decided).collect();
        prop_assert_eq!(decided.len(), 1);
        prop_assert_eq!(decided.first().copied(), judged.reasons.last());
        prop_assert_eq!(judged.decisive().map(|reason| reason.said), Some(judged.verdict));
    }

    /// On a fresh install nothing runs without a yes, whatever is claimed.
    #[test]
    fn a_fresh_install_runs_nothing_unasked(claims in vec(claim(), 1..12), ceiling in level()) {
        let person = Person {
            switches: Switches::default(),
            standing: Standing::default(),
            ceiling,
            known: Vec::new(),
        };
        let mut device = Device { person: &person, recent: BTreeMap::new() };
        for claim in &claims {
            prop_assert!(device.receive(claim).verdict >= Verdict::Ask);
        }
    }
}
