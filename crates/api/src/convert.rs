//! From the engine's types to what faces show. Text from outside is made visible here, once.

use std::path::Path;

use chaperone_device as device;
use chaperone_gate::{Because, Judgement, Permission, Reason, Risk, RiskKind, Standing, Verdict};
use chaperone_protocol::{
    Agent, Capability, CommandState, ConnectionPhase, FailureCode, Maturity, Timestamp, visible,
};
use chaperone_shell::Containment;

use crate::view::{
    ActionView, ActivityAction, ActivityEntry, ActivityView, AgentView, BecauseView,
    CapabilityView, ConnectionView, ContainmentView, Decision, Ended, Level, Phase, ProgramView,
    ReasonView, RequestView, RiskKind as RiskKindView, RiskView, RunningView, StandingCell,
    StandingRow, VariableView, VerdictView,
};

pub(crate) fn request(request: &device::Request) -> RequestView {
    RequestView {
        id: request.number.to_string(),
        digest: request.digest.clone(),
        agent: asker(&request.asker),
        connection: visible(&request.asker.connection_name),
        action: action(&request.plan),
        reasons: reasons(&request.judgement),
        risks: request.risks.iter().map(risk).collect(),
        asked_at: millis(request.asked_at),
        expires_at: millis(request.expires_at),
        decisions: vec![Decision::Deny, Decision::AllowOnce],
    }
}

pub(crate) fn running(running: &device::Running) -> RunningView {
    RunningView {
        id: running.number.to_string(),
        agent: asker(&running.asker),
        connection: visible(&running.asker.connection_name),
        action: action(&running.plan),
        started_at: millis(running.started_at),
    }
}

pub(crate) fn connection(connection: &device::Connection) -> ConnectionView {
    let state = &connection.state;
    ConnectionView {
        id: connection.id.to_string(),
        name: connection.name.clone(),
        address: connection.address.clone(),
        phase: match state.phase {
            ConnectionPhase::Connecting => Phase::Connecting,
            ConnectionPhase::Connected => Phase::Connected,
            ConnectionPhase::Polling => Phase::Polling,
            ConnectionPhase::Waiting => Phase::Waiting,
            ConnectionPhase::Refused => Phase::Refused,
            ConnectionPhase::Stopped => Phase::Stopped,
        },
        failed_attempts: state.failed_attempts,
        next_try_at: state.next_try_at.map(millis),
        round_trip_ms: state.round_trip.map(|time| time.as_secs_f64() * 1000.0),
        trouble: state.trouble.as_deref().map(visible),
        ceiling: level(connection.ceiling),
    }
}

/// The table, for what this device can really do.
pub(crate) fn standing(standing: &Standing) -> Vec<StandingRow> {
    let cell = |capability, level| {
        let cell = standing.cell(capability, level);
        // A limit says something only where nobody is asked.
        let unasked = cell.verdict < Verdict::Ask;
        StandingCell {
            verdict: verdict(cell.verdict),
            per_minute: standing.limit(capability, level).filter(|_| unasked),
        }
    };
    [Capability::Notification, Capability::Shell]
        .into_iter()
        .map(|capability| StandingRow {
            capability: self::capability(capability),
            student: cell(capability, Maturity::Student),
            intern: cell(capability, Maturity::Intern),
            supervised: cell(capability, Maturity::Supervised),
            autonomous: cell(capability, Maturity::Autonomous),
        })
        .collect()
}

/// An entry of the record as a line of the timeline; `None` for steps that it leaves out.
pub(crate) fn activity(seq: u64, at: Timestamp, entry: &device::Entry) -> Option<ActivityEntry> {
    use device::Entry;
    let what = match entry {
        Entry::Started { version } => ActivityView::Started {
            version: version.clone(),
        },
        Entry::Stopped => ActivityView::Stopped,
        Entry::Paused => ActivityView::Paused,
        Entry::Resumed => ActivityView::Resumed,
        Entry::Connected { connection } => ActivityView::Connected {
            connection: visible(connection),
        },
        Entry::Disconnected { connection } => ActivityView::Disconnected {
            connection: visible(connection),
        },
        Entry::Stepped { .. } => return None,
        Entry::Settled(settled) => command(settled),
    };
    Some(ActivityEntry {
        seq,
        at: millis(at),
        what,
    })
}

fn command(settled: &device::Settled) -> ActivityView {
    let asked = &settled.asked;
    let counts = settled
        .judgement
        .as_ref()
        .map_or(Maturity::Student, |judgement| judgement.level);
    ActivityView::Command {
        id: settled.number.to_string(),
        agent: agent(asked.agent.as_ref(), counts),
        connection: visible(&asked.connection),
        action: match &asked.what {
            device::What::Notification { title } => ActivityAction::Notification {
                title: visible(title),
            },
            device::What::Shell { line } => ActivityAction::Shell {
                line: visible(line),
            },
            device::What::Unknown { name } => ActivityAction::Unknown {
                name: visible(name),
            },
            device::What::Unreadable => ActivityAction::Unreadable,
        },
        reasons: settled
            .judgement
            .as_deref()
            .map(reasons)
            .unwrap_or_default(),
        ended: ended(settled),
        message: settled.message.as_deref().map(visible),
        exit_code: settled.exit_code,
        took_ms: settled
            .took
            .map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
    }
}

fn ended(settled: &device::Settled) -> Ended {
    match (settled.state, settled.code) {
        (CommandState::Denied, _) => Ended::Denied,
        (CommandState::Expired, _) => Ended::Expired,
        (CommandState::Cancelled, _) => Ended::Cancelled,
        (CommandState::Interrupted, _) => Ended::Interrupted,
        (_, Some(FailureCode::Forbidden | FailureCode::RateLimited | FailureCode::Paused)) => {
            Ended::Forbidden
        }
        (_, Some(_)) => Ended::Failed,
        (_, None) => match settled.approval {
            Some(device::Approval::Person) => Ended::Allowed,
            Some(device::Approval::Table) | None => {
                let watched = settled
                    .judgement
                    .as_ref()
                    .is_some_and(|judgement| judgement.verdict == Verdict::Watch);
                if watched { Ended::Watched } else { Ended::Free }
            }
        },
    }
}

fn asker(asker: &device::Asker) -> AgentView {
    agent(asker.agent.as_ref(), asker.level)
}

fn agent(agent: Option<&Agent>, counts: Maturity) -> AgentView {
    AgentView {
        id: agent.map(|agent| agent.id.to_string()),
        name: agent.map_or_else(|| "Somebody".to_owned(), |agent| visible(&agent.name)),
        claimed: level(agent.map_or(counts, |agent| agent.maturity)),
        level: level(counts),
    }
}

fn action(plan: &device::Plan) -> ActionView {
    match plan {
        device::Plan::Notification(notify) => ActionView::Notification {
            title: visible(&notify.title),
            body: visible(&notify.body),
        },
        device::Plan::Shell { line, prepared } => ActionView::Shell {
            line: visible(line),
            script_because: prepared.script_because().map(visible),
            programs: prepared
                .executables()
                .iter()
                .map(|(argv, path)| ProgramView {
                    argv: argv.iter().map(|word| visible(word)).collect(),
                    path: shown(path),
                })
                .collect(),
            working_dir: shown(prepared.working_dir()),
            environment: prepared
                .environment()
                .iter()
                .map(|(name, value)| VariableView {
                    name: visible(name),
                    value: visible(value),
                })
                .collect(),
            containment: containment(prepared.containment()),
            timeout_seconds: u32::try_from(prepared.timeout().as_secs()).unwrap_or(u32::MAX),
        },
    }
}

fn containment(containment: &Containment) -> ContainmentView {
    match containment {
        Containment::ReadOnly => ContainmentView::ReadOnly,
        Containment::Write { folder } => ContainmentView::Write {
            folder: shown(folder),
        },
        Containment::WriteNetwork { folder } => ContainmentView::WriteNetwork {
            folder: shown(folder),
        },
        Containment::None => ContainmentView::None,
    }
}

fn shown(path: &Path) -> String {
    visible(&path.display().to_string())
}

pub(crate) fn risk(risk: &Risk) -> RiskView {
    RiskView {
        kind: match risk.kind {
            RiskKind::Script => RiskKindView::Script,
            RiskKind::Wrapper => RiskKindView::Wrapper,
            RiskKind::Destructive => RiskKindView::Destructive,
            RiskKind::Privilege => RiskKindView::Privilege,
            RiskKind::Network => RiskKindView::Network,
            RiskKind::LookAlike => RiskKindView::LookAlike,
            RiskKind::Hidden => RiskKindView::Hidden,
        },
        part: risk.part.as_deref().map(visible),
    }
}

pub(crate) fn reasons(judgement: &Judgement) -> Vec<ReasonView> {
    judgement.reasons.iter().map(reason).collect()
}

fn reason(reason: &Reason) -> ReasonView {
    ReasonView {
        said: verdict(reason.said),
        decided: reason.decided,
        answered: reason.answered,
        because: because(&reason.because),
    }
}

fn because(because: &Because) -> BecauseView {
    match because {
        Because::Ending => BecauseView::Ending,
        Because::Paused => BecauseView::Paused,
        Because::Switch { capability, on } => BecauseView::Switch {
            capability: self::capability(*capability),
            on: *on,
        },
        Because::Permission {
            capability,
            permission,
        } => BecauseView::Permission {
            capability: self::capability(*capability),
            granted: *permission == Permission::Granted,
        },
        Because::Level {
            claimed,
            ceiling,
            effective,
        } => BecauseView::Level {
            claimed: level(claimed.unwrap_or(*ceiling)),
            ceiling: level(*ceiling),
            effective: level(*effective),
        },
        Because::Floor {
            capability,
            needs,
            has,
        } => BecauseView::Floor {
            capability: self::capability(*capability),
            needs: level(*needs),
            has: level(*has),
        },
        Because::Graduated { needs, has } => BecauseView::Graduated {
            needs: level(*needs),
            has: level(*has),
        },
        Because::Standing {
            capability,
            level: at,
        } => BecauseView::Standing {
            capability: self::capability(*capability),
            level: level(*at),
        },
        Because::Remembered {
            capability,
            level: at,
            until,
            ..
        } => BecauseView::Remembered {
            capability: self::capability(*capability),
            level: level(*at),
            until: millis(*until),
        },
        Because::FirstUse { capability } => BecauseView::FirstUse {
            capability: self::capability(*capability),
        },
        Because::Precision { limit, .. } => BecauseView::Precision {
            limit: limit.as_str().to_owned(),
        },
        Because::Script { because } => BecauseView::Script {
            because: visible(because),
        },
        Because::Variables { names } => BecauseView::Variables {
            names: names.iter().map(|name| visible(name)).collect(),
        },
        Because::Rate {
            capability,
            limit,
            recent,
        } => BecauseView::Rate {
            capability: self::capability(*capability),
            limit: *limit,
            recent: *recent,
        },
        Because::Policy { capability } => BecauseView::Policy {
            capability: self::capability(*capability),
        },
        Because::Rule { rule, capability } => BecauseView::Rule {
            rule: rule.to_string(),
            capability: self::capability(*capability),
        },
    }
}

pub(crate) fn verdict(verdict: Verdict) -> VerdictView {
    match verdict {
        Verdict::Forbid => VerdictView::Forbid,
        Verdict::Ask => VerdictView::Ask,
        Verdict::Watch => VerdictView::Watch,
        Verdict::Free => VerdictView::Free,
    }
}

fn capability(capability: Capability) -> CapabilityView {
    match capability {
        Capability::Notification => CapabilityView::Notification,
        Capability::Location => CapabilityView::Location,
        Capability::Camera => CapabilityView::Camera,
        Capability::Microphone => CapabilityView::Microphone,
        Capability::Screen => CapabilityView::Screen,
        Capability::Agents => CapabilityView::Agents,
        Capability::Network => CapabilityView::Network,
        Capability::Shell => CapabilityView::Shell,
    }
}

pub(crate) fn level(maturity: Maturity) -> Level {
    match maturity {
        Maturity::Student => Level::Student,
        Maturity::Intern => Level::Intern,
        Maturity::Supervised => Level::Supervised,
        Maturity::Autonomous => Level::Autonomous,
    }
}

fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}
