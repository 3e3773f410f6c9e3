//! Recordings that go on after the command that began them.

use std::collections::BTreeMap;

use chaperone_gate::Switches;
use chaperone_protocol::{
    AgentId, CommandId, ConnectionId, Data, FailureCode, Outcome, Recording, SessionId, Timestamp,
};
use chaperone_vault::Ending;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    Engine,
    command::{Case, instant},
};
use crate::{
    entry::Entry,
    plan::Plan,
    request::{Asker, Captured, Running},
    run::RecordingEnded,
};

/// Recordings that ended and that nobody has asked for since; the oldest is forgotten first. Its
/// artifact stays for its time.
const KEPT: usize = 100;

/// All recordings that this run of the device knows.
#[derive(Debug, Default)]
pub(super) struct Recordings(BTreeMap<(ConnectionId, SessionId), One>);

#[derive(Debug)]
struct One {
    view: Running,
    stop: CancellationToken,
    stage: Stage,
    /// The person looks at it before it leaves.
    preview: bool,
    /// The command that wants it handed over.
    wanted: Option<Wanted>,
}

/// A command that wants a recording handed over as soon as it is over.
#[derive(Debug)]
struct Wanted {
    case: Case,
    asker: Asker,
    plan: Plan,
    /// Longer than this nobody waits.
    until: Instant,
}

#[derive(Debug)]
enum Stage {
    Going,
    Over(Result<Captured, String>),
}

impl Recordings {
    /// What is recorded right now.
    pub(super) fn going(&self) -> impl Iterator<Item = &Running> {
        self.0
            .values()
            .filter(|one| matches!(one.stage, Stage::Going))
            .map(|one| &one.view)
    }

    pub(super) fn is_any_going(&self) -> bool {
        self.going().next().is_some()
    }

    /// Ends all that go on, or those that a hub wanted.
    pub(super) fn stop(&self, of: Option<&ConnectionId>) {
        for ((connection, _), one) in &self.0 {
            if of.is_none_or(|of| of == connection) {
                one.stop.cancel();
            }
        }
    }

    /// Ends those of one agent.
    pub(super) fn stop_agent(&self, connection: &ConnectionId, agent: &AgentId) {
        for one in self.0.values() {
            let asker = &one.view.asker;
            let by_agent = asker.agent.as_ref().is_some_and(|by| by.id == *agent);
            if asker.connection == *connection && by_agent {
                one.stop.cancel();
            }
        }
    }

    /// Ends those that need what is switched off.
    pub(super) fn stop_without(&self, switches: &Switches) {
        for one in self.0.values() {
            if one
                .view
                .plan
                .needs()
                .iter()
                .any(|need| !switches.is_on(*need))
            {
                one.stop.cancel();
            }
        }
    }

    /// The number of the recording that a command waits for.
    pub(super) fn wanted_by(&self, connection: &ConnectionId, id: &CommandId) -> Option<u64> {
        let waits = |one: &&One| {
            let case = one.wanted.as_ref().map(|wanted| &wanted.case);
            case.is_some_and(|case| case.connection == *connection && case.id == *id)
        };
        self.0.values().find(waits).map(|one| one.view.number)
    }

    /// Lets a command wait no longer. The recording ends all the same, and can be asked for again.
    pub(super) fn take_wanted(
        &mut self,
        connection: &ConnectionId,
        id: &CommandId,
    ) -> Option<Case> {
        let number = self.wanted_by(connection, id)?;
        let one = self.0.values_mut().find(|one| one.view.number == number)?;
        one.wanted.take().map(|wanted| wanted.case)
    }

    /// Lets all commands wait no longer, or those of one hub.
    pub(super) fn take_all_wanted(&mut self, of: Option<&ConnectionId>) -> Vec<Case> {
        self.0
            .iter_mut()
            .filter(|((connection, _), _)| of.is_none_or(|of| of == connection))
            .filter_map(|(_, one)| one.wanted.take())
            .map(|wanted| wanted.case)
            .collect()
    }

    /// When the next command has waited long enough.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let wanted = self.0.values().filter_map(|one| one.wanted.as_ref());
        wanted.map(|wanted| wanted.until).min()
    }

    /// Those that have waited long enough; they wait no longer.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<Case> {
        self.0
            .values_mut()
            .filter_map(|one| one.wanted.take_if(|wanted| wanted.until <= now))
            .map(|wanted| wanted.case)
            .collect()
    }

    /// Ends the one of that number.
    pub(super) fn stop_number(&self, number: u64) -> bool {
        let found = self
            .0
            .values()
            .find(|one| one.view.number == number && matches!(one.stage, Stage::Going));
        if let Some(one) = found {
            one.stop.cancel();
        }
        found.is_some()
    }

    pub(super) fn knows(&self, connection: &ConnectionId, session: &SessionId) -> bool {
        self.0.contains_key(&(connection.clone(), session.clone()))
    }

    fn forget_oldest(&mut self) {
        let over = |one: &One| matches!(one.stage, Stage::Over(_)) && one.wanted.is_none();
        while self.0.values().filter(|one| over(one)).count() > KEPT {
            let oldest = self
                .0
                .iter()
                .filter(|(_, one)| over(one))
                .min_by_key(|(_, one)| one.view.number)
                .map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { return };
            self.0.remove(&oldest);
        }
    }
}

impl Engine {
    /// A recording has begun: its command is answered, and it goes on.
    pub(super) async fn on_recording(
        &mut self,
        case: Case,
        view: Running,
        stop: CancellationToken,
    ) {
        let Plan::Recording(film) = &view.plan else {
            return;
        };
        let session = film.session.clone();
        let preview = case
            .judgement
            .as_ref()
            .is_none_or(|judgement| judgement.duties.preview);
        let key = (case.connection.clone(), session.clone());
        let one = One {
            view,
            stop,
            stage: Stage::Going,
            preview,
            wanted: None,
        };
        self.recordings.0.insert(key, one);
        self.tell_running().await;
        let outcome = crate::run::success(Data::Recording(Recording {
            session: Some(session),
        }));
        self.settle(case, Ending::Finished, outcome).await;
    }

    /// A recording is over and kept here, or lost.
    pub(super) async fn on_recording_ended(&mut self, ended: RecordingEnded) {
        let key = (ended.connection, ended.session);
        let Some(one) = self.recordings.0.get_mut(&key) else {
            return;
        };
        let number = one.view.number;
        one.stage = Stage::Over(ended.kept);
        let wanted = one.wanted.take();
        self.note(Entry::RecordingEnded {
            number,
            why: ended.why,
        })
        .await;
        self.tell_running().await;
        match wanted {
            Some(Wanted {
                case, asker, plan, ..
            }) => {
                self.hand_over(&key, case, asker, plan).await;
            }
            None => self.recordings.forget_oldest(),
        }
    }

    /// What saw a recording through broke; nothing more comes of it.
    pub(super) async fn on_recording_broken(&mut self, number: u64, outcome: &Outcome) {
        let going = |one: &One| one.view.number == number && matches!(one.stage, Stage::Going);
        let key = self
            .recordings
            .0
            .iter()
            .find(|(_, one)| going(one))
            .map(|(key, _)| key.clone());
        let Some((connection, session)) = key else {
            return;
        };
        let why = match outcome {
            Outcome::Failure { message, .. } => message.clone(),
            Outcome::Success { .. } => "the recording broke off".to_owned(),
        };
        let ended = RecordingEnded {
            connection,
            session,
            kept: Err(why.clone()),
            why,
        };
        Box::pin(self.on_recording_ended(ended)).await;
    }

    /// A hub wants a recording to end, and to have it.
    pub(super) async fn end_recording(
        &mut self,
        case: Case,
        asker: Asker,
        plan: Plan,
        session: &SessionId,
    ) {
        let key = (case.connection.clone(), session.clone());
        let Some(one) = self.recordings.0.get_mut(&key) else {
            let message = format!(
                "there is no recording {session} on this device: it was handed over, lost in a \
                 restart, or never began"
            );
            return self.fail(case, FailureCode::Invalid, message).await;
        };
        if one.wanted.is_some() {
            let message = format!("the recording {session} is being handed over already");
            return self.fail(case, FailureCode::Busy, message).await;
        }
        if matches!(one.stage, Stage::Going) {
            one.stop.cancel();
            let now = Instant::now();
            let longest = now + plan.time_limit();
            one.wanted = Some(Wanted {
                until: instant(case.expires_at).unwrap_or(now).min(longest),
                case,
                asker,
                plan,
            });
            return;
        }
        self.hand_over(&key, case, asker, plan).await;
    }

    async fn hand_over(
        &mut self,
        key: &(ConnectionId, SessionId),
        mut case: Case,
        asker: Asker,
        plan: Plan,
    ) {
        let Some(one) = self.recordings.0.remove(key) else {
            return;
        };
        match one.stage {
            Stage::Over(Ok(captured)) => {
                // Whether the person looks at it was settled when it began, for whoever began it.
                let beginner = one.view.asker.agent.as_ref().map(|agent| &agent.id);
                let other = beginner != asker.agent.as_ref().map(|agent| &agent.id);
                if let Some(judgement) = &mut case.judgement {
                    judgement.duties.preview = one.preview || other;
                }
                let view = Running {
                    number: case.number,
                    asker,
                    plan,
                    started_at: Timestamp::now(),
                };
                self.on_captured(case, view, captured).await;
            }
            Stage::Over(Err(problem)) => {
                let outcome = Outcome::failure(FailureCode::Failed, problem, Timestamp::now());
                self.settle(case, Ending::Finished, outcome).await;
            }
            // It was taken out of the map only when it was over.
            Stage::Going => {
                let message = "the recording goes on";
                self.fail(case, FailureCode::Busy, message).await;
            }
        }
    }
}
