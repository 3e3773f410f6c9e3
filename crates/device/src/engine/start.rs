//! Letting a command run, and what becomes of what it captured.

use std::{sync::Arc, time::Duration};

use chaperone_protocol::{
    CommandState, ConnectionId, Content, Data, FailureCode, Outcome, Pictured, Recorded, SessionId,
    Timestamp,
};
use chaperone_vault::{Ending, Error as VaultError, Step};
use tokio::time::Instant;

use super::{
    Engine, Run,
    command::{Case, instant},
};
use crate::{
    entry::Entry,
    erase::erase,
    event::Update,
    plan::Plan,
    request::{Asker, Captured, Request, Running},
    run::{For, Job},
};

/// Programs that run at once. More would only slow each other down.
const PROGRAMS: usize = 8;
/// Beyond its own limit, for what is around a run.
const GRACE: Duration = Duration::from_secs(5);

impl Engine {
    /// Lets a command run. Once this returns well, the approval is durable.
    pub(super) async fn approve(
        &mut self,
        case: Case,
        asker: Asker,
        plan: Plan,
        digest: String,
    ) -> Result<(), VaultError> {
        if matches!(plan, Plan::Shell { .. }) && self.programs() >= PROGRAMS {
            let message = format!("{PROGRAMS} programs run for agents already: ask again later");
            self.fail(case, FailureCode::Busy, message).await;
            return Ok(());
        }
        if let Plan::Recording(film) = &plan
            && (self.recordings.knows(&case.connection, &film.session)
                || self.begins(&case.connection, &film.session))
        {
            let message = format!("there is a recording {} already", film.session);
            self.fail(case, FailureCode::Invalid, message).await;
            return Ok(());
        }
        let approved = self
            .step(&case, Step::Approved { digest }, case.approval)
            .await;
        let started = match approved {
            Ok(()) => self.step(&case, Step::Running, None).await,
            Err(error) => Err(error),
        };
        if let Err(error) = started {
            self.could_not_write(case, &error).await;
            return Err(error);
        }
        self.send_progress(&case, CommandState::Running);
        if let Plan::EndRecording { session } = &plan {
            let session = session.clone();
            self.end_recording(case, asker, plan, &session).await;
            return Ok(());
        }
        self.start(case, asker, plan).await;
        Ok(())
    }

    /// Whether a recording of that name is about to begin.
    fn begins(&self, connection: &ConnectionId, session: &SessionId) -> bool {
        self.running.values().any(|run| {
            let begun = matches!(&run.view.plan, Plan::Recording(film) if film.session == *session);
            begun && run.case.connection == *connection
        })
    }

    fn programs(&self) -> usize {
        self.running
            .values()
            .filter(|run| matches!(run.view.plan, Plan::Shell { .. }))
            .count()
    }

    /// Runs what the journal says is running.
    async fn start(&mut self, case: Case, asker: Asker, plan: Plan) {
        let now = Instant::now();
        let until = instant(case.expires_at)
            .unwrap_or(now)
            .min(now + plan.time_limit() + GRACE);
        let view = Running {
            number: case.number,
            asker: asker.clone(),
            plan: plan.clone(),
            started_at: Timestamp::now(),
        };
        let stop = self.cancel.child_token();
        let number = case.number;
        self.tracker.spawn(self.bench.clone().run(Job {
            number,
            whom: For::Asker(asker),
            plan,
            settings: Arc::clone(&self.settings),
            stop: stop.clone(),
        }));
        self.running.insert(
            number,
            Run {
                case,
                view,
                stop,
                stopped: None,
                until,
            },
        );
        self.tell_running().await;
    }

    /// Something was captured: the person looks at it, or it leaves.
    pub(super) async fn on_captured(&mut self, case: Case, view: Running, captured: Captured) {
        if self.paused {
            // It stays on this device, where the person finds it.
            let message = "the person stopped everything; what was captured stays on this device";
            return self.fail(case, FailureCode::Paused, message).await;
        }
        let preview = case
            .judgement
            .as_ref()
            .is_none_or(|judgement| judgement.duties.preview);
        if !preview {
            return self.release(case, &view.plan, captured).await;
        }
        if !self.reviewing.contains(&case.number) {
            if let Err(error) = self.step(&case, Step::Reviewing, None).await {
                self.erase(captured.artifact.as_str()).await;
                return self.could_not_write(case, &error).await;
            }
            self.reviewing.insert(case.number);
            self.send_progress(&case, CommandState::Reviewing);
        }
        let Running { asker, plan, .. } = view;
        let digest = match Request::digest(case.number, &asker, &plan, Some(&captured)) {
            Ok(digest) => digest,
            Err(source) => {
                let what = "a request";
                let error = VaultError::Encode { what, source };
                self.erase(captured.artifact.as_str()).await;
                return self.could_not_write(case, &error).await;
            }
        };
        let Some(judgement) = case.judgement.clone() else {
            return self.discard(case, &captured).await;
        };
        let request = Request {
            number: case.number,
            digest,
            asker,
            plan,
            review: Some(captured),
            judgement: *judgement,
            risks: Vec::new(),
            rules: Vec::new(),
            asked_at: Timestamp::now(),
            expires_at: case.expires_at,
        };
        self.wait(case, request).await;
    }

    /// What was captured may leave.
    pub(super) async fn release(&mut self, case: Case, plan: &Plan, captured: Captured) {
        let content = Some(Content::Kept {
            id: captured.artifact,
            media_type: captured.media_type,
            bytes: captured.bytes,
        });
        let data = match plan {
            Plan::EndRecording { session } => Data::Recorded(Recorded {
                session: Some(session.clone()),
                content,
                duration: captured.length,
                file_path: None,
            }),
            plan => Data::Pictured(Pictured {
                content,
                resolution: captured.resolution,
                source: plan.source().map(|(_, source)| source.id.clone()),
                file_path: None,
            }),
        };
        let outcome = crate::run::success(data);
        self.settle(case, Ending::Finished, outcome).await;
    }

    /// What was captured is deleted, and its hub hears so.
    pub(super) async fn discard(&mut self, case: Case, captured: &Captured) {
        self.erase(captured.artifact.as_str()).await;
        let message = "the person did not let it leave, and it was deleted";
        let outcome = Outcome::failure(FailureCode::Discarded, message, Timestamp::now());
        self.settle(case, Ending::Denied, outcome).await;
    }

    /// What was captured is deleted, and captured once more.
    pub(super) async fn retake(&mut self, case: Case, asker: Asker, plan: Plan, old: &Captured) {
        self.erase(old.artifact.as_str()).await;
        self.note(Entry::Retaken {
            number: case.number,
        })
        .await;
        self.start(case, asker, plan).await;
    }

    /// Deletes something that was captured, for real.
    pub(super) async fn erase(&mut self, artifact: &str) {
        match erase(&self.vault, artifact).await {
            Ok(Some((seq, at, entry))) => {
                self.tell(Update::Recorded {
                    seq,
                    at,
                    entry: Box::new(entry),
                })
                .await;
            }
            Ok(None) => {}
            Err(error) => self.not_written(&error).await,
        }
    }
}
