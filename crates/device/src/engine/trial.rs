//! The person tries what this computer can do: begun, ended with whatever ends everything, told in
//! the record, and forgotten soon.
//!
//! **Invariant:** only a face of the person comes here; no hub and no agent has words for it.

use std::{sync::Arc, time::Duration};

use chaperone_protocol::{
    Action, Capability, Precision, RecordingFormat, SessionId, Snap, StartRecording, in_full,
};
use chaperone_senses::SenseError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Engine, Stopped, planning::Draft};
use crate::{
    entry::Entry,
    error::{AnswerError, TrialError},
    event::{Event, TrialReply},
    plan::Plan,
    run::{Bench, For, Job, TrialEnded, Trouble},
    settings::Settings,
    trial::{Brought, Hindrance, Trial, TrialKind, contained},
};

/// How long a recording is that the person tries.
const FILM: Duration = Duration::from_secs(3);

impl Engine {
    /// Begins one, unless something speaks against it.
    pub(super) async fn on_try(&mut self, trial: Trial, reply: TrialReply) {
        let kind = trial.kind();
        if let Some(error) = self.speaks_against(kind) {
            // Whoever asked may be gone.
            let _ = reply.send(Err(error));
            return;
        }
        // What the record cannot tell of is not done, however it ends.
        if let Err(error) = self.try_note(Entry::Trying { trial: kind }).await {
            let _ = reply.send(Err(TrialError::Hindered {
                hindrance: Hindrance::Unrecorded,
                message: in_full(&error),
            }));
            return;
        }
        let stop = self.cancel.child_token();
        let number = self.trials.begin(kind, stop.clone(), reply);
        let whom = For::Person {
            kept: self.trials.keeps(),
        };
        let (bench, settings) = (self.bench.clone(), Arc::clone(&self.settings));
        self.tracker
            .spawn(try_out(bench, number, trial, settings, whom, stop));
    }

    /// What of the person's own doing is in the way; what cannot be recorded is found by trying.
    fn speaks_against(&self, kind: TrialKind) -> Option<TrialError> {
        let off = |need: &&Capability| !self.settings.switches.is_on(**need);
        if let Some(off) = kind.needs().iter().find(off) {
            return Some(TrialError::SwitchedOff(*off));
        }
        if self.paused && kind.ends_with_pause() {
            return Some(TrialError::Paused);
        }
        if self.trials.goes_on(kind) {
            return Some(TrialError::Going);
        }
        None
    }

    /// One has ended: the record says so, and then whoever tried it hears.
    pub(super) async fn on_tried(&mut self, ended: TrialEnded) {
        let TrialEnded {
            number,
            source,
            brought,
        } = ended;
        let Some(going) = self.trials.take(number) else {
            return;
        };
        let brought = match (going.stopped, brought) {
            // The stop came in time: what was captured goes, and a place is not told.
            (Some(stopped), Ok(Brought::Captured(captured))) => {
                self.erase(captured.artifact.as_str()).await;
                Err(stopped.hinders())
            }
            (Some(stopped), Ok(Brought::Place(_)) | Err(Trouble::Stopped)) => {
                Err(stopped.hinders())
            }
            (_, Ok(brought)) => Ok(brought),
            (_, Err(trouble)) => Err((trouble.hindrance(), trouble.message())),
        };
        let (hindrance, message) = match &brought {
            Ok(Brought::Findings(findings)) if !contained(findings) => {
                (Some(Hindrance::Uncontained), None)
            }
            Ok(_) => (None, None),
            Err((hindrance, message)) => (Some(*hindrance), Some(message.clone())),
        };
        let told = self
            .try_note(Entry::Tried {
                trial: going.kind,
                source,
                hindrance,
                message,
            })
            .await;
        let brought = match (told, brought) {
            (Ok(()), Ok(brought)) => Ok(brought),
            (Ok(()), Err((hindrance, message))) => Err(TrialError::Hindered { hindrance, message }),
            (Err(error), brought) => {
                if let Ok(Brought::Captured(captured)) = brought {
                    self.erase(captured.artifact.as_str()).await;
                }
                Err(TrialError::Hindered {
                    hindrance: Hindrance::Unrecorded,
                    message: in_full(&error),
                })
            }
        };
        if let Ok(Brought::Captured(captured)) = &brought {
            self.trials.keep(captured.artifact.clone());
        }
        if let Err(Ok(Brought::Captured(captured))) = going.reply.send(brought) {
            // Nobody waits for it any more.
            self.erase(captured.artifact.as_str()).await;
        }
    }

    /// Ends the test of that kind.
    pub(super) fn on_stop_trial(&mut self, kind: TrialKind) -> Result<(), AnswerError> {
        if self.trials.stop_kind(kind) {
            Ok(())
        } else {
            Err(AnswerError::Gone)
        }
    }

    /// What takes too long ends, and what was kept long enough goes.
    pub(super) async fn look_after_trials(&mut self, now: Instant) {
        for artifact in self.trials.take_due(now) {
            self.erase(artifact.as_str()).await;
        }
    }

    /// Nothing of a test outlives the program.
    pub(super) async fn forget_trials(&mut self) {
        for artifact in self.trials.take_kept() {
            self.erase(artifact.as_str()).await;
        }
    }
}

impl Stopped {
    fn hinders(self) -> (Hindrance, String) {
        let (hindrance, message) = match self {
            Self::Person | Self::Hub => (Hindrance::Stopped, "the person stopped it"),
            Self::Pause => (Hindrance::Paused, "the person stopped everything"),
            Self::Deadline => (
                Hindrance::TimedOut,
                "it took longer than it may, and was stopped",
            ),
            Self::Shutdown => (Hindrance::Stopped, "Chaperone was closed"),
        };
        (hindrance, message.to_owned())
    }
}

async fn try_out(
    bench: Bench,
    number: u64,
    trial: Trial,
    settings: Arc<Settings>,
    whom: For,
    stop: CancellationToken,
) {
    let events = bench.events.clone();
    let told = |brought| {
        Event::Tried(Box::new(TrialEnded {
            number,
            source: None,
            brought,
        }))
    };
    if trial == Trial::Containment {
        let finding = tokio::task::spawn_blocking(chaperone_shell::doctor);
        // Its programs are short, and end by themselves.
        let findings = stop.run_until_cancelled(finding).await;
        let brought = match findings {
            None => Err(Trouble::Stopped),
            Some(Ok(findings)) => Ok(Brought::Findings(findings)),
            Some(Err(error)) => Err(Trouble::Sense(SenseError::Failed(format!(
                "trying the sandboxes broke off: {error}"
            )))),
        };
        // The loop being gone means that the app ends.
        let _ = events.send(told(brought)).await;
        return;
    }
    let planning = plan(trial, &settings, &bench);
    let planned = stop.run_until_cancelled(planning).await;
    let plan = match planned {
        Some(Ok(plan)) => plan,
        Some(Err(error)) => {
            let _ = events.send(told(Err(error.into()))).await;
            return;
        }
        None => {
            let _ = events.send(told(Err(Trouble::Stopped))).await;
            return;
        }
    };
    let job = Job {
        number,
        whom,
        plan,
        settings,
        stop,
    };
    bench.try_out(job).await;
}

/// What it comes to: with the camera or display that was named, or else that a command would get.
async fn plan(trial: Trial, settings: &Settings, bench: &Bench) -> Result<Plan, SenseError> {
    let action = match trial {
        Trial::Notification(notify) => return Ok(Plan::Notification(notify)),
        Trial::Location => {
            // It does not leave this computer.
            let precision = Precision::High;
            return Ok(Plan::Place { precision });
        }
        Trial::Containment => {
            return Err(SenseError::Unsupported(
                "sandboxes are tried by themselves".to_owned(),
            ));
        }
        Trial::Camera { camera } => Action::Snap(Snap {
            camera,
            resolution: None,
            save_path: None,
        }),
        Trial::Screenshot { display } => Action::Screenshot(chaperone_protocol::Screenshot {
            display,
            resolution: None,
        }),
        Trial::Recording { display, audio } => Action::StartRecording(StartRecording {
            session: SessionId::new("tried")
                .map_err(|error| SenseError::Failed(error.to_string()))?,
            display,
            duration: FILM,
            audio,
            format: RecordingFormat::Mp4,
            resolution: None,
        }),
    };
    let draft = Draft {
        action,
        prepared: None,
        precision: None,
        asks: true,
        camera: settings.camera.clone(),
        display: settings.display.clone(),
        heard: settings.recording_sound,
    };
    draft.find(&bench.senses).await
}
