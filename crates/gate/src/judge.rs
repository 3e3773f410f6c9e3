//! The judgement itself: every step looks at one thing and speaks, and the strictest word counts.

use std::fmt;

use chaperone_protocol::{Agent, Capability, Maturity, Program};
use serde::{Deserialize, Serialize};

use crate::{Because, Reason, Standing, Switches, Verdict, shell};

/// Everything that the person decided and this device counted; nothing in it comes from a hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// What is switched on.
    pub switches: Switches,
    /// What agents of each level may do.
    pub standing: Standing,
    /// The highest level that this agent, or this connection, has here.
    pub ceiling: Maturity,
    /// Whether the person allowed this agent this capability before.
    pub acquainted: bool,
    /// How often this agent used this capability without asking in the last minute, this time
    /// not counted.
    pub recent: u32,
}

/// An answer, and everything that led to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// What may happen.
    pub verdict: Verdict,
    /// Every step in the order it was taken, except that the one which decided stands last.
    pub reasons: Vec<Reason>,
    /// The level that counted.
    pub level: Maturity,
}

impl Judgement {
    /// The step that decided.
    pub fn decisive(&self) -> Option<&Reason> {
        self.reasons.iter().find(|reason| reason.decided)
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.verdict)?;
        for reason in &self.reasons {
            let mark = if reason.decided { '*' } else { '-' };
            write!(f, "\n  {mark} {reason}")?;
        }
        Ok(())
    }
}

/// The level a capability needs at least, whatever any table says.
pub fn floor(capability: Capability) -> Maturity {
    match capability {
        Capability::Notification | Capability::Location | Capability::Camera => Maturity::Intern,
        Capability::Screen => Maturity::Supervised,
        Capability::Shell => Maturity::Autonomous,
    }
}

/// The level that counts here: the lower of claim and ceiling. Where a hub names no agent, the
/// ceiling is all there is.
pub fn effective(agent: Option<&Agent>, ceiling: Maturity) -> Maturity {
    agent.map_or(ceiling, |agent| agent.maturity.min(ceiling))
}

/// Says what may happen when `agent` asks for `capability`, and why.
///
/// For a shell command `program` is what [`parse`](crate::parse) made of it; without one, the
/// command is taken for a script.
pub fn judge(
    agent: Option<&Agent>,
    capability: Capability,
    program: Option<&Program>,
    situation: &Situation,
) -> Judgement {
    let level = effective(agent, situation.ceiling);
    let mut reasons = vec![
        switch(capability, situation),
        Reason::new(
            Verdict::Free,
            Because::Level {
                claimed: agent.map(|agent| agent.maturity),
                ceiling: situation.ceiling,
                effective: level,
            },
        ),
        needed(capability, level),
        Reason::new(
            situation.standing.cell(capability, level).verdict,
            Because::Standing { capability, level },
        ),
    ];
    if !situation.acquainted {
        reasons.push(Reason::new(Verdict::Ask, Because::FirstUse { capability }));
    }
    if let Some(because) = unread(capability, program) {
        reasons.push(Reason::new(Verdict::Ask, Because::Script { because }));
    }
    if let Some(limit) = situation.standing.limit(capability, level) {
        reasons.push(rate(limit, situation.recent));
    }
    settle(reasons, level)
}

fn switch(capability: Capability, situation: &Situation) -> Reason {
    let on = situation.switches.is_on(capability);
    let said = if on { Verdict::Free } else { Verdict::Forbid };
    Reason::new(said, Because::Switch { capability, on })
}

fn needed(capability: Capability, has: Maturity) -> Reason {
    let needs = floor(capability);
    let said = if has < needs {
        Verdict::Forbid
    } else {
        Verdict::Free
    };
    Reason::new(
        said,
        Because::Floor {
            capability,
            needs,
            has,
        },
    )
}

fn rate(limit: u32, recent: u32) -> Reason {
    let said = if recent >= limit {
        Verdict::Forbid
    } else {
        Verdict::Free
    };
    Reason::new(said, Because::Rate { limit, recent })
}

/// Why the words of a shell command do not tell what it does, if they do not. Programs that run
/// other programs or code are treated like scripts: their own name says nothing.
fn unread(capability: Capability, program: Option<&Program>) -> Option<String> {
    match (capability, program) {
        (_, Some(Program::Script { because, .. })) => Some(because.clone()),
        (_, Some(Program::Plain { steps })) => steps
            .iter()
            .flat_map(|step| &step.pipeline)
            .find(|argv| shell::wraps(argv))
            .and_then(|argv| argv.first())
            .map(|name| format!("`{name}` runs other programs or code that it is given")),
        (Capability::Shell, None) => Some("nothing has taken it apart".to_owned()),
        (
            Capability::Notification
            | Capability::Location
            | Capability::Camera
            | Capability::Screen,
            None,
        ) => None,
    }
}

/// The strictest word counts. Among equals the one decides that is hardest to change, so that
/// nobody is sent to turn a knob that does not help.
fn settle(mut reasons: Vec<Reason>, level: Maturity) -> Judgement {
    let verdict = reasons
        .iter()
        .map(|reason| reason.said)
        .max()
        .unwrap_or(Verdict::Forbid);
    let decisive = reasons
        .iter()
        .enumerate()
        .filter(|(_, reason)| reason.said == verdict)
        .min_by_key(|(_, reason)| rank(verdict, &reason.because))
        .map(|(index, _)| index);
    if let Some(index) = decisive {
        let mut reason = reasons.remove(index);
        reason.decided = true;
        reasons.push(reason);
    }
    Judgement {
        verdict,
        reasons,
        level,
    }
}

fn rank(verdict: Verdict, because: &Because) -> u8 {
    match because {
        // Only the table grants anything; every other step merely does not object.
        Because::Standing { .. } if verdict < Verdict::Ask => 0,
        Because::Switch { .. } => 1,
        Because::Floor { .. } => 2,
        Because::Rate { .. } => 3,
        Because::Script { .. } => 4,
        Because::Standing { .. } => 5,
        Because::FirstUse { .. } => 6,
        Because::Level { .. } => 7,
    }
}
