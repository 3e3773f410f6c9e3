//! How long a verdict takes, beside something real: starting a program that does nothing.

#![expect(
    clippy::expect_used,
    reason = "what is measured is made of constants, and a benchmark may stop"
)]

use std::{collections::BTreeMap, hint::black_box, time::Duration};

use chaperone_gate::{
    Argument, Example, Past, Permissions, Policy, Question, Rule, RuleBook, RuleId, Sample, Scope,
    Shape, Situation, Standing, Switches, Use, Verdict, judge, parse,
};
use chaperone_protocol::{
    Action, Agent, AgentId, Capability, ConnectionId, Execute, Maturity, Program, Timestamp,
};
use criterion::{Criterion, criterion_group, criterion_main};

const FOLDER: &str = "/home/u/project";
/// Two programs and a dozen words: two of the rules let it run.
const LINE: &str = "git log --oneline -n 20 -- src/lib.rs 'src/a b.rs' | grep -n fix";

/// A thousand rules as people make them: for many programs, some for many uses of one, some that
/// hold back, and some for exact texts.
fn rules() -> Vec<Rule> {
    let exact = |word: &str| Argument::Exact {
        word: word.to_owned(),
    };
    let rest = Argument::Rest { options: true };
    let mut rules = vec![
        argv(
            0,
            Verdict::Watch,
            "git",
            vec![exact("log"), rest.clone()],
            "git log -1",
        ),
        argv(1, Verdict::Free, "grep", vec![rest.clone()], "grep a"),
    ];
    for number in 2..1_000 {
        let word = format!("word-{number}");
        rules.push(match number % 10 {
            0 => argv(
                number,
                Verdict::Forbid,
                &format!("bad-{number}"),
                vec![rest.clone()],
                &format!("bad-{number} a"),
            ),
            1..4 => argv(
                number,
                Verdict::Free,
                "npm",
                vec![exact(&word), rest.clone()],
                &format!("npm {word}"),
            ),
            4 => Rule {
                shape: Shape::Script {
                    sha256: chaperone_gate::TextDigest::of(&word),
                },
                examples: Vec::new(),
                ..argv(number, Verdict::Free, "x", Vec::new(), "x")
            },
            _ => argv(
                number,
                Verdict::Free,
                &word,
                vec![exact("build"), rest.clone()],
                &format!("{word} build a"),
            ),
        });
    }
    rules
}

fn argv(
    number: usize,
    answer: Verdict,
    program: &str,
    arguments: Vec<Argument>,
    covers: &str,
) -> Rule {
    Rule {
        id: RuleId::new(format!("rule-{number}")).expect("an id"),
        answer,
        shape: Shape::Argv {
            program: program.to_owned(),
            arguments,
        },
        scope: Scope {
            connection: Some(ConnectionId::new("hub").expect("an id")),
            agent: Some(AgentId::new("bot").expect("an id")),
        },
        folder: Some(FOLDER.to_owned()),
        expires_at: None,
        until_lock: false,
        examples: vec![Example {
            sample: Sample::Line {
                line: covers.to_owned(),
                folder: None,
            },
            covers: true,
        }],
        created_at: Timestamp::UNIX_EPOCH,
        last_used_at: None,
    }
}

fn verdict(criterion: &mut Criterion) {
    let (rules, refused) = RuleBook::load(rules());
    assert!(refused.is_empty());
    assert_eq!(rules.rules().len(), 1_000);
    let mut past = Past::default();
    past.set(
        Capability::Shell,
        Use {
            acquainted: true,
            ..Use::default()
        },
    );
    let situation = Situation {
        paused: false,
        switches: &Switches::default(),
        permissions: &Permissions::granted(),
        graduated_shell: false,
        standing: &Standing::default(),
        ceiling: Maturity::Autonomous,
        rules: &rules,
        policy: &Policy::default(),
        past: &past,
    };
    let agent = Agent {
        id: AgentId::new("bot").expect("an id"),
        name: "Release bot".to_owned(),
        maturity: Maturity::Autonomous,
        confidence: None,
    };
    let connection = ConnectionId::new("hub").expect("an id");
    let action = Action::Execute(Execute {
        line: LINE.to_owned(),
        working_dir: None,
        timeout: Duration::from_secs(30),
        environment: BTreeMap::new(),
    });
    let answer = |program: &Program| {
        let question = Question {
            agent: Some(&agent),
            connection: &connection,
            action: &action,
            program: Some(program),
            folder: Some(FOLDER),
            network: false,
            uncontained: false,
            now: Timestamp::UNIX_EPOCH,
        };
        judge(black_box(&question), black_box(&situation))
    };
    let program = parse(LINE).expect("a line that can be read");
    assert_eq!(answer(&program).verdict, Verdict::Watch);

    let mut group = criterion.benchmark_group("gate");
    group.bench_function("verdict against 1,000 rules", |bencher| {
        bencher.iter(|| answer(black_box(&program)));
    });
    group.bench_function("parse and verdict against 1,000 rules", |bencher| {
        bencher.iter(|| parse(black_box(LINE)).map(|program| answer(&program)));
    });
    if cfg!(unix) {
        group.bench_function("spawn of true", |bencher| {
            bencher.iter(spawn);
        });
    }
    group.finish();
}

#[expect(
    clippy::disallowed_methods,
    reason = "the gate runs nothing, its benchmark compares it with something that runs"
)]
fn spawn() {
    let status = std::process::Command::new("/bin/true").status();
    assert!(status.is_ok_and(|status| status.success()));
}

criterion_group!(benches, verdict);
criterion_main!(benches);
