//! The judgement itself: every step looks at one thing and speaks, and the strictest word counts.
//!
//! Rules of the person that let something run take no part in that: they answer in place of the
//! table, and of nothing else. What forbids is never lifted by one.

use chaperone_protocol::{Action, Capability, Locate, Maturity, Program};

use crate::{
    Because, Cell, Duties, Judgement, Permission, Question, Reason, Situation, Unread, Verdict,
    effective, floor, graduated, question::argvs, shell,
};

/// How many names of variables a reason holds; more would not be read.
const MAX_NAMES: usize = 8;

/// Says what may happen with a command, and why.
pub fn judge(question: &Question<'_>, situation: &Situation<'_>) -> Judgement {
    let level = effective(question.agent, situation.ceiling);
    if let Action::StopRecording(_) = question.action {
        return Judgement::settle(vec![Reason::new(Verdict::Free, Because::Ending)], level);
    }
    let mut bench = Bench {
        question,
        situation,
        level,
        reasons: Vec::with_capacity(12),
        duties: Duties::default(),
    };
    if situation.paused {
        bench.say(Verdict::Forbid, Because::Paused);
    }
    bench.say(
        Verdict::Free,
        Because::Level {
            claimed: question.agent.map(chaperone_protocol::Agent::claim),
            ceiling: situation.ceiling,
            effective: level,
        },
    );
    for capability in question.needs() {
        bench.weigh(capability);
    }
    let mut judgement = Judgement::settle(bench.reasons, level);
    judgement.duties = bench.duties;
    if judgement.verdict == Verdict::Ask {
        judgement.missed = question
            .needs()
            .flat_map(|capability| situation.rules.misses(question, capability))
            .collect();
    }
    judgement
}

/// A judgement in the making.
struct Bench<'a> {
    question: &'a Question<'a>,
    situation: &'a Situation<'a>,
    level: Maturity,
    reasons: Vec<Reason>,
    duties: Duties,
}

impl Bench<'_> {
    fn say(&mut self, said: Verdict, because: Because) {
        self.reasons.push(Reason::new(said, because));
    }

    /// Everything about one of the capabilities that the command needs.
    fn weigh(&mut self, capability: Capability) {
        let before = self.reasons.len();
        let cell = self.situation.standing.cell(capability, self.level);
        self.switch(capability);
        self.permission(capability);
        self.level(capability, &cell);
        self.place(capability, &cell);
        self.words(capability);
        self.rate(capability);
        if let Some(verdict) = self.situation.policy.of(capability) {
            self.say(verdict, Because::Policy { capability });
        }
        self.rules(capability, before);
        self.duties.preview |= cell.preview;
    }

    fn switch(&mut self, capability: Capability) {
        let on = self.situation.switches.is_on(capability);
        let said = if on { Verdict::Free } else { Verdict::Forbid };
        self.say(said, Because::Switch { capability, on });
    }

    fn permission(&mut self, capability: Capability) {
        let permission = self.situation.permissions.of(capability);
        let said = match permission {
            Permission::Granted => Verdict::Free,
            Permission::Denied => Verdict::Forbid,
            Permission::NotYetAsked => Verdict::Ask,
        };
        self.say(
            said,
            Because::Permission {
                capability,
                permission,
            },
        );
    }

    /// What the agent's level is good for: the floor and the table, or the graduated shell.
    fn level(&mut self, capability: Capability, cell: &Cell) {
        let has = self.level;
        if let Some(needs) = self.graduated(capability) {
            self.say(Verdict::Ask, Because::Graduated { needs, has });
        } else {
            let needs = floor(capability);
            let said = if has < needs {
                Verdict::Forbid
            } else {
                Verdict::Free
            };
            self.say(
                said,
                Because::Floor {
                    capability,
                    needs,
                    has,
                },
            );
            self.standing(capability, cell);
        }
        if !self.situation.past.of(capability).acquainted {
            self.say(Verdict::Ask, Because::FirstUse { capability });
        }
    }

    /// The level that may ask for this line although the shell needs a higher one.
    fn graduated(&self, capability: Capability) -> Option<Maturity> {
        let on = self.situation.graduated_shell
            && capability == Capability::Shell
            && self.level < floor(capability);
        // Where nobody at all may use the shell, nobody may use a part of it.
        let top = self
            .situation
            .standing
            .cell(capability, Maturity::Autonomous);
        if !on || top.verdict == Verdict::Forbid {
            return None;
        }
        graduated::needs(self.question).filter(|needs| self.level >= *needs)
    }

    fn standing(&mut self, capability: Capability, cell: &Cell) {
        let level = self.level;
        let allowed_at = self.situation.past.of(capability).allowed_at;
        let memory = cell.remembered(allowed_at, self.question.now);
        let until = memory
            .zip(allowed_at)
            .and_then(|(memory, at)| at.checked_add(memory.lasts).ok());
        match (memory, allowed_at, until) {
            (Some(memory), Some(allowed_at), Some(until)) => self.say(
                memory.verdict.min(cell.verdict),
                Because::Remembered {
                    capability,
                    level,
                    allowed_at,
                    until,
                },
            ),
            _ => self.say(cell.verdict, Because::Standing { capability, level }),
        }
    }

    /// How exact a place may be.
    fn place(&mut self, capability: Capability, cell: &Cell) {
        let Action::Locate(Locate { precision: asked }) = *self.question.action else {
            return;
        };
        let limit = cell.precision.unwrap_or(asked);
        if capability == Capability::Location && asked > limit {
            self.say(Verdict::Ask, Because::Precision { asked, limit });
        }
        self.duties.precision = Some(asked.min(limit));
    }

    /// What a command line's words do not tell.
    fn words(&mut self, capability: Capability) {
        let (Capability::Shell, Action::Execute(execute)) = (capability, self.question.action)
        else {
            return;
        };
        if let Some(because) = unread(self.question) {
            self.say(Verdict::Ask, Because::Script { because });
        }
        if self.question.sets_variables() {
            let names = execute
                .environment
                .keys()
                .take(MAX_NAMES)
                .cloned()
                .collect();
            self.say(Verdict::Ask, Because::Variables { names });
        }
        if self.question.uncontained {
            self.say(Verdict::Ask, Because::Uncontained);
        }
    }

    fn rate(&mut self, capability: Capability) {
        let Some(limit) = self.situation.standing.limit(capability, self.level) else {
            return;
        };
        let recent = self.situation.past.of(capability).recent;
        let said = if recent >= limit {
            Verdict::Forbid
        } else {
            Verdict::Free
        };
        self.say(
            said,
            Because::Rate {
                capability,
                limit,
                recent,
            },
        );
    }

    /// The person's rules: those that hold back speak like any other step, those that let run
    /// take the place of what the table said since `before`, where it is stricter. It need not be
    /// a question: else an agent could gain by counting as a lower level, one that is asked about
    /// where this one is only watched.
    fn rules(&mut self, capability: Capability, before: usize) {
        let found = self.situation.rules.find(self.question, capability);
        for rule in found.holds {
            let id = rule.id.clone();
            self.say(
                rule.answer,
                Because::Rule {
                    rule: id,
                    capability,
                },
            );
        }
        let Some(grants) = found.grants else { return };
        let verdict = grants.verdict();
        let mut answers = false;
        for reason in self.reasons.iter_mut().skip(before) {
            let loosens = verdict < reason.said && reason.said < Verdict::Forbid;
            if loosens && can_be_answered(&reason.because, grants.exact) {
                reason.answered = true;
                answers = true;
            }
        }
        if !answers {
            return;
        }
        for rule in grants.rules {
            let id = rule.id.clone();
            self.say(
                rule.answer,
                Because::Rule {
                    rule: id,
                    capability,
                },
            );
        }
        if let Action::Locate(Locate { precision }) = self.question.action {
            self.duties.precision = Some(*precision);
        }
    }
}

/// Whether a step is one that a rule may answer in its place. `exact` rules know the
/// whole text of a command, and so need not understand it.
fn can_be_answered(because: &Because, exact: bool) -> bool {
    match because {
        Because::Standing { .. }
        | Because::Remembered { .. }
        | Because::FirstUse { .. }
        | Because::Precision { .. } => true,
        Because::Script { .. } => exact,
        Because::Ending
        | Because::Paused
        | Because::Switch { .. }
        | Because::Permission { .. }
        | Because::Level { .. }
        | Because::Floor { .. }
        | Because::Graduated { .. }
        | Because::Variables { .. }
        | Because::Uncontained
        | Because::Rate { .. }
        | Because::Policy { .. }
        | Because::Rule { .. } => false,
    }
}

/// Why the words of a shell command do not tell what it does, if they do not. Programs that run
/// other programs or code are treated like scripts: their own name says nothing.
fn unread(question: &Question<'_>) -> Option<Unread> {
    if let Some(Program::Script { because, .. }) = question.program {
        let because = because.clone();
        return Some(Unread::NeedsShell { because });
    }
    let Some(mut argvs) = argvs(question.program) else {
        return Some(Unread::NotTakenApart);
    };
    argvs
        .find(|argv| shell::wraps(argv))
        .and_then(|argv| argv.first())
        .cloned()
        .map(|program| Unread::Wraps { program })
}
