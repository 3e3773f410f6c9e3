//! A person, an agent and their commands, as tests need them.

use std::{collections::BTreeMap, time::Duration};

use chaperone_gate::{
    Argument, Example, Judgement, Past, Permissions, Policy, Question, Rule, RuleBook, RuleId,
    Sample, Scope, Shape, Situation, Standing, Switches, Use, Verdict, judge, parse,
};
use chaperone_protocol::{
    Action, Agent, AgentId, Capability, ConnectionId, Execute, Locate, Maturity, Notify, Precision,
    Program, RecordingFormat, RunAgent, Screenshot, SessionId, Snap, StartRecording, StopRecording,
    Timestamp,
};
use proptest::prelude::ProptestConfig;

/// The folder that commands run in.
pub(crate) const FOLDER: &str = "/home/u/project";

/// So many cases usually; `PROPTEST_CASES` scales them, 256 being the usual number.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    let scale = ProptestConfig::default().cases;
    ProptestConfig {
        cases: (usual * scale / 256).max(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// All that the person decided, and what happened before.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) paused: bool,
    pub(crate) switches: Switches,
    pub(crate) permissions: Permissions,
    pub(crate) graduated_shell: bool,
    pub(crate) standing: Standing,
    pub(crate) ceiling: Maturity,
    pub(crate) rules: RuleBook,
    pub(crate) policy: Policy,
    pub(crate) past: Past,
}

impl World {
    /// Somebody who trusts the agent wholly, and knows it.
    pub(crate) fn trusting() -> Self {
        let mut past = Past::default();
        for capability in Capability::ALL {
            past.set(
                capability,
                Use {
                    acquainted: true,
                    ..Use::default()
                },
            );
        }
        Self {
            paused: false,
            switches: Switches::default(),
            permissions: Permissions::granted(),
            graduated_shell: false,
            standing: Standing::default(),
            ceiling: Maturity::Autonomous,
            rules: RuleBook::default(),
            policy: Policy::default(),
            past,
        }
    }

    /// The same person with these rules, which must all be good.
    pub(crate) fn with_rules(rules: Vec<Rule>) -> Self {
        let (book, refused) = RuleBook::load(rules);
        assert_eq!(refused, Vec::new());
        Self {
            rules: book,
            ..Self::trusting()
        }
    }

    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut world = self.clone();
        change(&mut world);
        world
    }

    pub(crate) fn situation(&self) -> Situation<'_> {
        Situation {
            paused: self.paused,
            switches: &self.switches,
            permissions: &self.permissions,
            graduated_shell: self.graduated_shell,
            standing: &self.standing,
            ceiling: self.ceiling,
            rules: &self.rules,
            policy: &self.policy,
            past: &self.past,
        }
    }

    pub(crate) fn judge(&self, asked: &Asked) -> Judgement {
        judge(&asked.question(), &self.situation())
    }

    pub(crate) fn verdict(&self, asked: &Asked) -> Verdict {
        self.judge(asked).verdict
    }
}

/// One command, with everything that a question borrows.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) agent: Option<Agent>,
    pub(crate) connection: ConnectionId,
    pub(crate) action: Action,
    pub(crate) program: Option<Program>,
    pub(crate) folder: Option<String>,
    pub(crate) network: bool,
    pub(crate) uncontained: bool,
    pub(crate) now: Timestamp,
}

impl Asked {
    /// Asked by an agent of the highest level.
    pub(crate) fn for_action(action: Action) -> Self {
        Self {
            agent: Some(agent("bot", Maturity::Autonomous)),
            connection: connection("hub"),
            action,
            program: None,
            folder: None,
            network: false,
            uncontained: false,
            now: noon(),
        }
    }

    /// A command line that can be read.
    pub(crate) fn line(line: &str) -> Self {
        Self {
            program: Some(parse(line).expect("a line that can be read")),
            folder: Some(FOLDER.to_owned()),
            ..Self::for_action(execute(line))
        }
    }

    pub(crate) fn by(mut self, level: Maturity) -> Self {
        self.agent = Some(agent("bot", level));
        self
    }

    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut asked = self.clone();
        change(&mut asked);
        asked
    }

    pub(crate) fn question(&self) -> Question<'_> {
        Question {
            agent: self.agent.as_ref(),
            connection: &self.connection,
            action: &self.action,
            program: self.program.as_ref(),
            folder: self.folder.as_deref(),
            network: self.network,
            uncontained: self.uncontained,
            now: self.now,
        }
    }
}

pub(crate) fn noon() -> Timestamp {
    "2026-03-02T12:00:00Z".parse().expect("a time")
}

pub(crate) fn agent(id: &str, maturity: Maturity) -> Agent {
    Agent {
        id: AgentId::new(id).expect("an id"),
        name: "Release bot".to_owned(),
        maturity,
        confidence: None,
    }
}

pub(crate) fn connection(id: &str) -> ConnectionId {
    ConnectionId::new(id).expect("an id")
}

pub(crate) fn execute(line: &str) -> Action {
    Action::Execute(Execute {
        line: line.to_owned(),
        working_dir: None,
        timeout: Duration::from_secs(30),
        environment: BTreeMap::new(),
    })
}

pub(crate) fn notify() -> Action {
    Action::Notify(Notify {
        title: "Hello".to_owned(),
        body: String::new(),
        icon: None,
        sound: None,
    })
}

pub(crate) fn locate(precision: Precision) -> Action {
    Action::Locate(Locate { precision })
}

pub(crate) fn snap(camera: Option<&str>) -> Action {
    Action::Snap(Snap {
        camera: camera.map(str::to_owned),
        ..Snap::default()
    })
}

pub(crate) fn screenshot(display: Option<&str>) -> Action {
    Action::Screenshot(Screenshot {
        display: display.map(str::to_owned),
        resolution: None,
    })
}

pub(crate) fn record(display: Option<&str>, audio: bool) -> Action {
    Action::StartRecording(StartRecording {
        session: SessionId::new("s").expect("an id"),
        display: display.map(str::to_owned),
        duration: Duration::from_mins(1),
        audio,
        resolution: None,
        format: RecordingFormat::Mp4,
    })
}

pub(crate) fn stop_recording() -> Action {
    Action::StopRecording(StopRecording {
        session: SessionId::new("s").expect("an id"),
    })
}

pub(crate) fn run_agent(program: Option<&str>) -> Action {
    Action::RunAgent(RunAgent {
        program: program.map(|id| AgentId::new(id).expect("an id")),
        ..RunAgent::default()
    })
}

/// One action for every capability that can be asked for by itself.
pub(crate) fn actions() -> Vec<Action> {
    vec![
        notify(),
        locate(Precision::Low),
        snap(None),
        screenshot(None),
        run_agent(None),
        execute("ls"),
    ]
}

pub(crate) fn rule_id(id: &str) -> RuleId {
    RuleId::new(id).expect("an id")
}

/// A rule without limits.
pub(crate) fn rule(id: &str, answer: Verdict, shape: Shape) -> Rule {
    Rule {
        id: rule_id(id),
        answer,
        shape,
        scope: Scope::default(),
        folder: None,
        expires_at: None,
        until_lock: false,
        examples: Vec::new(),
        created_at: "2026-01-01T00:00:00Z".parse().expect("a time"),
        last_used_at: None,
    }
}

/// A rule for a program, with a command that it covers.
pub(crate) fn argv(answer: Verdict, program: &str, arguments: Vec<Argument>, covers: &str) -> Rule {
    let id = format!("{answer} {covers}");
    let shape = Shape::Argv {
        program: program.to_owned(),
        arguments,
    };
    Rule {
        examples: vec![example(covers, true)],
        ..rule(&id, answer, shape)
    }
}

pub(crate) fn example(line: &str, covers: bool) -> Example {
    Example {
        sample: Sample::Line {
            line: line.to_owned(),
            folder: Some(FOLDER.to_owned()),
        },
        covers,
    }
}

pub(crate) fn word(word: &str) -> Argument {
    Argument::Exact {
        word: word.to_owned(),
    }
}

pub(crate) fn below(folder: &str) -> Argument {
    Argument::Below {
        folder: folder.to_owned(),
    }
}

pub(crate) const REST: Argument = Argument::Rest { options: true };
