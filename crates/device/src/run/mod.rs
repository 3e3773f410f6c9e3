//! Doing what was allowed. Reports how it ended; decides nothing.

mod capture;
mod cut;
mod recording;
mod thumbnail;
mod trial;
mod trouble;

pub(crate) use cut::cut;
pub(crate) use recording::{leftovers, take_in};
pub(crate) use trial::TrialEnded;
pub(crate) use trouble::Trouble;

use std::{panic::AssertUnwindSafe, path::PathBuf, sync::Arc, time::Duration};

use chaperone_protocol::{
    Capability, ConnectionId, Data, Executed, FailureCode, Locate, Located, Outcome, SessionId,
    Timestamp,
};
use chaperone_senses::{Cameras, Displays, Locator, Notifier, SenseError};
use chaperone_shell::{Prepared, RunError};
use chaperone_vault::{NewArtifact, RecordEntry, Vault};
use futures_util::FutureExt as _;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    entry::Entry,
    event::Event,
    indicator::{Capture, CaptureFor, Indicator, Light, NoLight},
    owners::{Lease, Owners, Source as Owned},
    plan::Plan,
    request::{Asker, Captured},
    settings::Settings,
};

/// A host that cannot show within this time does not show.
const LIT_WITHIN: Duration = Duration::from_secs(3);

/// What this machine can sense and show.
#[derive(Clone)]
pub struct Senses {
    /// How it shows notifications.
    pub notifier: Arc<dyn Notifier>,
    /// How it finds its place.
    pub locator: Arc<dyn Locator>,
    /// Its cameras.
    pub cameras: Arc<dyn Cameras>,
    /// Its displays.
    pub displays: Arc<dyn Displays>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// By itself.
    With(Outcome),
    /// It was stopped from outside; a program may have printed something by then.
    Stopped(Option<Box<Executed>>),
    /// It captured something, which has not left.
    Captured(Captured),
    /// A recording has begun, and goes on.
    Recording,
}

/// Everything that runs need beside their plan. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Bench {
    pub(crate) senses: Senses,
    pub(crate) indicator: Arc<dyn Indicator>,
    pub(crate) owners: Owners,
    pub(crate) vault: Vault,
    /// Where recordings lie while they are made.
    pub(crate) recordings: PathBuf,
    pub(crate) events: mpsc::Sender<Event>,
    /// The end of everything.
    pub(crate) cancel: CancellationToken,
}

/// For whom something is done.
pub(crate) enum For {
    /// Whoever asked for it by a command, which the journal knows by its number.
    Asker(Asker),
    /// The person, who tries what this computer can do.
    Person {
        /// What is captured is kept for so long.
        kept: Duration,
    },
}

/// One thing to do.
pub(crate) struct Job {
    pub(crate) number: u64,
    pub(crate) whom: For,
    pub(crate) plan: Plan,
    pub(crate) settings: Arc<Settings>,
    /// Ends it.
    pub(crate) stop: CancellationToken,
}

impl Bench {
    /// Does it, to its end or until it is stopped, and tells the loop.
    pub(crate) async fn run(self, job: Job) {
        let (number, events) = (job.number, self.events.clone());
        let ended = AssertUnwindSafe(self.work(job)).catch_unwind().await;
        let ended = ended.unwrap_or_else(|_| {
            let message = "the program that was to do this broke; this is a defect of Chaperone";
            Some(Ended::With(Outcome::failure(
                FailureCode::Failed,
                message,
                Timestamp::now(),
            )))
        });
        if let Some(ended) = ended {
            // The loop being gone means that the app ends: the journal calls it interrupted.
            let _ = events.send(Event::Ended { number, ended }).await;
        }
    }

    /// Answers nothing where it has told the loop already.
    async fn work(self, job: Job) -> Option<Ended> {
        Some(match &job.plan {
            Plan::Notification(notify) => {
                let shown = async { Ok(Data::Notified(self.senses.notifier.show(notify).await?)) };
                stoppable(&job.stop, shown).await
            }
            Plan::Place { precision } => {
                let locate = Locate {
                    precision: *precision,
                };
                let found = async { Ok(Data::Located(self.place(&job, &locate).await?)) };
                stoppable(&job.stop, found).await
            }
            Plan::Photo { .. } | Plan::Picture { .. } => match self.capture(&job).await {
                Ok(captured) => Ended::Captured(captured),
                Err(trouble) => trouble.into(),
            },
            Plan::Recording(film) => {
                let film = film.clone();
                return self.record(job, film).await;
            }
            // Waits for its recording, which the loop does.
            Plan::EndRecording { .. } => Ended::With(Outcome::failure(
                FailureCode::Failed,
                "a recording is ended by the device itself",
                Timestamp::now(),
            )),
            Plan::Shell { prepared, .. } => shell((**prepared).clone(), job.stop).await,
        })
    }

    /// Where this computer is: what the person typed, or what the system finds.
    async fn place(&self, job: &Job, locate: &Locate) -> Result<Located, SenseError> {
        match &job.settings.typed_place() {
            Some(place) => place.locate(locate).await,
            None => self.senses.locator.locate(locate).await,
        }
    }

    /// Takes the camera or display of a plan for it alone.
    fn lease(&self, job: &Job) -> Result<Option<Lease>, Trouble> {
        let Some((capability, source)) = job.plan.source() else {
            return Ok(None);
        };
        let owned = match capability {
            Capability::Camera => Owned::Camera(source.id.clone()),
            _ => Owned::Display(source.id.clone()),
        };
        let lease = self.owners.take(owned, job.whom.name());
        lease.map(Some).map_err(|owner| {
            Trouble::Taken(format!(
                "{} is in use by {owner}: ask again later",
                source.name
            ))
        })
    }

    /// Shows that something is captured. Nothing is before this answers well.
    async fn light(&self, job: &Job) -> Result<Box<dyn Light>, Trouble> {
        if job.settings.capture_unseen {
            return Ok(Box::new(NoLight));
        }
        let Some((capability, source)) = job.plan.source() else {
            return Ok(Box::new(NoLight));
        };
        let capture = Capture {
            number: job.number,
            whom: match &job.whom {
                For::Asker(asker) => CaptureFor::Agent {
                    name: asker.name().to_owned(),
                    connection: asker.connection_name.clone(),
                },
                For::Person { .. } => CaptureFor::Person,
            },
            capability,
            hears: job.plan.hears(),
            source: source.name.clone(),
            since: Timestamp::now(),
        };
        match tokio::time::timeout(LIT_WITHIN, self.indicator.show(&capture)).await {
            Ok(Ok(light)) => Ok(light),
            Ok(Err(dark)) => Err(Trouble::Dark(dark.to_string())),
            Err(_) => Err(Trouble::Dark(
                "nothing here showed in time that something is captured, so nothing was".to_owned(),
            )),
        }
    }
}

/// What an end of a recording brought.
#[derive(Debug)]
pub(crate) struct RecordingEnded {
    pub(crate) connection: ConnectionId,
    pub(crate) session: SessionId,
    pub(crate) kept: Result<Captured, String>,
    /// Why it ended, as a sentence.
    pub(crate) why: String,
}

async fn shell(prepared: Prepared, stop: CancellationToken) -> Ended {
    match chaperone_shell::run(prepared, stop).await {
        Ok(executed) => Ended::With(success(Data::Executed(executed))),
        Err(RunError::Cancelled { partial }) => Ended::Stopped(Some(partial)),
        Err(error) => {
            let (code, message) = (error.code(), error.to_string());
            let partial = match error {
                RunError::TimedOut { partial, .. } => Some(partial),
                _ => None,
            };
            Ended::With(Outcome::Failure {
                code,
                message,
                finished_at: Timestamp::now(),
                partial,
            })
        }
    }
}

async fn stoppable(
    stop: &CancellationToken,
    work: impl Future<Output = Result<Data, SenseError>>,
) -> Ended {
    tokio::select! {
        done = work => Ended::With(match done {
            Ok(data) => success(data),
            Err(error) => failed(&error),
        }),
        () = stop.cancelled() => Ended::Stopped(None),
    }
}

fn failed(error: &SenseError) -> Outcome {
    Outcome::failure(error.code(), error.to_string(), Timestamp::now())
}

pub(crate) fn success(data: Data) -> Outcome {
    Outcome::Success {
        data,
        finished_at: Timestamp::now(),
    }
}

impl For {
    /// What others are told who uses a camera or display.
    fn name(&self) -> &str {
        match self {
            Self::Asker(asker) => asker.name(),
            Self::Person { .. } => "the person at this computer",
        }
    }
}

impl Job {
    /// What is captured now, as it is to be kept.
    fn artifact(&self, media_type: &str) -> NewArtifact {
        let now = Timestamp::now();
        let (command, kept) = match &self.whom {
            For::Asker(_) => (Some(self.number), self.settings.retention()),
            For::Person { kept } => (None, *kept),
        };
        let mut about = NewArtifact::new(media_type, command, now);
        about.expires_at = now.checked_add(kept).unwrap_or(about.expires_at);
        about
    }

    /// The record's entry for it. How a test of the person went, the loop says.
    fn kept_entry(&self) -> Result<Option<RecordEntry>, chaperone_vault::Error> {
        let entry = match &self.whom {
            For::Asker(_) => Entry::Captured {
                number: self.number,
                capability: self.plan.capability(),
            },
            For::Person { .. } => return Ok(None),
        };
        entry.row(Timestamp::now()).map(Some)
    }
}
