//! From the engine's types to what faces show. Text from outside is made visible here, once.

use std::{path::Path, time::Duration};

use chaperone_device as device;
use chaperone_gate::{Because, Judgement, Permission, Reason, Risk, RiskKind, Verdict};
use chaperone_protocol::{
    Agent, Capability, CommandState, FailureCode, Maturity, Precision, Timestamp, visible,
};
use chaperone_shell::Containment;

use crate::{
    rule, trial, unread,
    view::{
        ActionView, ActivityAction, ActivityEntry, ActivityView, AgentView, BecauseView,
        CapabilityView, ContainmentView, Decision, Ended, Level, PrecisionView, ProgramView,
        ReasonView, RecordingSoundView, RequestView, ReviewView, RiskKind as RiskKindView,
        RiskView, RunningView, VariableView, VerdictView,
    },
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
        decisions: request.decisions().into_iter().map(decision).collect(),
        review: request.review.as_ref().map(review),
        rules: request.rules.iter().map(rule::rule).collect(),
    }
}

fn decision(decision: device::Decision) -> Decision {
    match decision {
        device::Decision::Deny => Decision::Deny,
        device::Decision::AllowOnce => Decision::AllowOnce,
        device::Decision::AllowCoarse => Decision::AllowCoarse,
        device::Decision::AllowAlways => Decision::AllowAlways,
        device::Decision::Send => Decision::Send,
        device::Decision::Retake => Decision::Retake,
        device::Decision::Discard => Decision::Discard,
    }
}

pub(crate) fn review(captured: &device::Captured) -> ReviewView {
    ReviewView {
        artifact: captured.artifact.to_string(),
        media_type: captured.media_type.clone(),
        bytes: captured.bytes,
        width: captured.resolution.map(|resolution| resolution.width),
        height: captured.resolution.map(|resolution| resolution.height),
        seconds: captured.length.map(|length| length.as_secs_f64()),
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

/// What this device can do at all.
pub(crate) const DOABLE: [Capability; 7] = [
    Capability::Notification,
    Capability::Location,
    Capability::Camera,
    Capability::Screen,
    Capability::Microphone,
    Capability::Network,
    Capability::Shell,
];

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
        // Steps on the way; the command's end says what came of it.
        Entry::Stepped { .. } | Entry::Captured { .. } | Entry::Trying { .. } => return None,
        Entry::Retaken { .. } => ActivityView::Retaken,
        Entry::RecordingCut { was, is, .. } => ActivityView::RecordingCut {
            was_ms: u64::try_from(was.as_millis()).unwrap_or(u64::MAX),
            is_ms: u64::try_from(is.as_millis()).unwrap_or(u64::MAX),
        },
        Entry::RecordingEnded { why, .. } => ActivityView::RecordingEnded { why: visible(why) },
        Entry::ArtifactDeleted { .. } => ActivityView::ArtifactDeleted,
        Entry::Tried {
            trial: kind,
            source,
            hindrance,
            message,
        } => ActivityView::Tried {
            trial: trial::kind(*kind),
            source: source.as_deref().map(visible),
            hindrance: hindrance.map(trial::hindrance),
            message: message.as_deref().map(visible),
        },
        Entry::RuleAdded { rule } => ActivityView::RuleAdded {
            sentence: visible(&rule.to_string()),
            terms: rule::terms(rule),
        },
        Entry::RuleRemoved { rule } => ActivityView::RuleRemoved {
            rule: rule.to_string(),
        },
        Entry::SettingsChanged { which } => ActivityView::SettingsChanged {
            which: which.clone(),
        },
        Entry::AgentCeiling {
            connection,
            agent,
            ceiling,
        } => ActivityView::AgentCeiling {
            connection: visible(connection),
            agent: visible(agent.as_str()),
            ceiling: ceiling.map(level),
        },
        Entry::AgentMuted {
            connection,
            agent,
            muted,
        } => ActivityView::AgentMuted {
            connection: visible(connection),
            agent: visible(agent.as_str()),
            muted: *muted,
        },
        Entry::Paired {
            connection,
            address,
        } => ActivityView::Paired {
            connection: visible(connection),
            address: visible(address),
        },
        Entry::SignedIn { connection } => ActivityView::SignedIn {
            connection: visible(connection),
        },
        Entry::ConnectionChanged { connection } => ActivityView::ConnectionChanged {
            connection: visible(connection),
        },
        Entry::HubSwitched {
            connection,
            switch,
            on,
        } => ActivityView::HubSwitched {
            connection: visible(connection),
            switch: visible(switch),
            on: *on,
        },
        Entry::Unpaired { connection } => ActivityView::Unpaired {
            connection: visible(connection),
        },
        Entry::Flooded {
            connection,
            refused,
        } => ActivityView::Flooded {
            connection: visible(connection),
            refused: *refused,
        },
        Entry::Locked { ended } => ActivityView::Locked { ended: *ended },
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
            device::What::Location { precision } => ActivityAction::Location {
                precision: precision.as_str().to_owned(),
            },
            device::What::Camera => ActivityAction::Camera,
            device::What::Screenshot => ActivityAction::Screenshot,
            device::What::Recording { limit, audio } => ActivityAction::Recording {
                seconds: seconds(*limit),
                audio: *audio,
            },
            device::What::EndRecording => ActivityAction::EndRecording,
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
            Some(device::Approval::Table | device::Approval::Rule) | None => {
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

pub(crate) fn action(plan: &device::Plan) -> ActionView {
    match plan {
        device::Plan::Notification(notify) => ActionView::Notification {
            title: visible(&notify.title),
            body: visible(&notify.body),
        },
        device::Plan::Shell { line, prepared } => ActionView::Shell {
            line: visible(line),
            script_because: prepared
                .needs_shell()
                .map(|because| visible(&because.to_string())),
            needs_shell: prepared.needs_shell().map(unread::needs_shell),
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
            timeout_seconds: seconds(prepared.timeout()),
        },
        device::Plan::Place { precision } => ActionView::Location {
            precision: precision.as_str().to_owned(),
        },
        device::Plan::Photo { camera, resolution } => ActionView::Camera {
            camera: visible(&camera.name),
            width: resolution.width,
            height: resolution.height,
        },
        device::Plan::Picture { display, at_most } => ActionView::Screenshot {
            display: visible(&display.name),
            width: at_most.map(|most| most.width),
            height: at_most.map(|most| most.height),
        },
        device::Plan::Recording(film) => ActionView::Recording {
            session: visible(film.session.as_str()),
            display: visible(&film.display.name),
            seconds: seconds(film.limit),
            hears: film.hears().map(recording_sound),
            format: film.format.as_str().to_owned(),
        },
        device::Plan::EndRecording { session } => ActionView::EndRecording {
            session: visible(session.as_str()),
        },
    }
}

pub(crate) fn recording_sound(sound: device::RecordingSound) -> RecordingSoundView {
    match sound {
        device::RecordingSound::Microphone => RecordingSoundView::Microphone,
        device::RecordingSound::Output => RecordingSoundView::Output,
    }
}

/// What recordings with sound hear, as a face names it.
pub(crate) fn recording_sound_named(sound: RecordingSoundView) -> device::RecordingSound {
    match sound {
        RecordingSoundView::Microphone => device::RecordingSound::Microphone,
        RecordingSoundView::Output => device::RecordingSound::Output,
    }
}

pub(crate) fn seconds(length: Duration) -> u32 {
    u32::try_from(length.as_secs()).unwrap_or(u32::MAX)
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
            because: unread::unread(because),
        },
        Because::Variables { names } => BecauseView::Variables {
            names: names.iter().map(|name| visible(name)).collect(),
        },
        Because::Uncontained => BecauseView::Uncontained,
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

pub(crate) fn capability(capability: Capability) -> CapabilityView {
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

/// The capability that a face names.
pub(crate) fn capability_named(capability: CapabilityView) -> Capability {
    match capability {
        CapabilityView::Notification => Capability::Notification,
        CapabilityView::Location => Capability::Location,
        CapabilityView::Camera => Capability::Camera,
        CapabilityView::Microphone => Capability::Microphone,
        CapabilityView::Screen => Capability::Screen,
        CapabilityView::Agents => Capability::Agents,
        CapabilityView::Network => Capability::Network,
        CapabilityView::Shell => Capability::Shell,
    }
}

/// The verdict that a face names.
pub(crate) fn verdict_named(verdict: VerdictView) -> Verdict {
    match verdict {
        VerdictView::Forbid => Verdict::Forbid,
        VerdictView::Ask => Verdict::Ask,
        VerdictView::Watch => Verdict::Watch,
        VerdictView::Free => Verdict::Free,
    }
}

pub(crate) fn precision(precision: Precision) -> PrecisionView {
    match precision {
        Precision::Low => PrecisionView::Low,
        Precision::Medium => PrecisionView::Medium,
        Precision::High => PrecisionView::High,
    }
}

/// The precision that a face names.
pub(crate) fn precision_named(precision: PrecisionView) -> Precision {
    match precision {
        PrecisionView::Low => Precision::Low,
        PrecisionView::Medium => Precision::Medium,
        PrecisionView::High => Precision::High,
    }
}

/// The level that a face names.
pub(crate) fn maturity(level: Level) -> Maturity {
    match level {
        Level::Student => Maturity::Student,
        Level::Intern => Maturity::Intern,
        Level::Supervised => Maturity::Supervised,
        Level::Autonomous => Maturity::Autonomous,
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

pub(crate) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}
