//! From what was asked to exactly what would happen: which camera, which display, which programs.
//!
//! A person is shown what this finds, and nothing else is done.

use std::{panic::AssertUnwindSafe, path::Path, sync::Arc, thread, time::Duration};

use chaperone_protocol::{Action, Execute, FailureCode, Precision, Program};
use chaperone_senses::{SenseError, Shot};
use chaperone_shell::{Containment, PrepareError, Prepared, Surroundings};
use futures_util::FutureExt as _;
use tokio::sync::{Semaphore, oneshot};

use crate::{
    plan::{Film, Plan, Source},
    run::Senses,
    settings::{RecordingSound, Settings},
};

/// A system that does not say in this time what it has, has nothing.
const LOOKING: Duration = Duration::from_secs(10);
/// Command lines that are looked into at once. A folder of a server that is gone may hold up whoever
/// looks into it for ever, and nobody can make that thread come back.
const LOOKERS: usize = 8;

/// Finds out what command lines come to, beside the loop: it asks the file system, which may hang.
#[derive(Debug, Clone)]
pub(super) struct Lookout {
    surroundings: Arc<Surroundings>,
    places: Arc<Semaphore>,
}

impl Lookout {
    pub(super) fn new(surroundings: Surroundings) -> Self {
        Self {
            surroundings: Arc::new(surroundings),
            places: Arc::new(Semaphore::new(LOOKERS)),
        }
    }

    /// The programs of a line, in the sandbox that the person set for its folder.
    pub(super) async fn prepare(
        self,
        execute: Execute,
        program: Program,
        settings: Arc<Settings>,
    ) -> Result<Prepared, (FailureCode, String)> {
        let hangs = || {
            let message = "the folder of this command does not answer: ask again later";
            (FailureCode::Unavailable, message.to_owned())
        };
        let looked = tokio::time::timeout(LOOKING, async {
            let place = self.places.acquire_owned().await.ok()?;
            let surroundings = self.surroundings;
            let (found, finding) = oneshot::channel();
            // A thread of its own, which no end of the program waits for.
            let looking = thread::Builder::new()
                .name("folder".to_owned())
                .spawn(move || {
                    let prepared = prepare(&execute, &program, &settings, &surroundings);
                    drop(place);
                    // Whoever asked may have stopped waiting.
                    drop(found.send(prepared));
                });
            looking.ok()?;
            finding.await.ok()
        });
        let Ok(looked) = looked.await else {
            return Err(hangs());
        };
        let prepared = looked.ok_or_else(broke)?;
        prepared.map_err(|error| (FailureCode::Invalid, error.to_string()))
    }
}

fn prepare(
    execute: &Execute,
    program: &Program,
    settings: &Settings,
    surroundings: &Surroundings,
) -> Result<Prepared, PrepareError> {
    let within = |containment: &Containment| {
        chaperone_shell::prepare(execute, program.clone(), containment, surroundings)
    };
    let read_only = match within(&Containment::ReadOnly) {
        Ok(prepared) => prepared,
        // It may be that only a sandbox keeps it from starting, and that there is to be none.
        Err(error @ PrepareError::OutOfReach { .. }) => {
            let folder = execute.working_dir.as_ref().map(Path::new);
            return match folder.map(|folder| settings.containment(folder)) {
                Some(Containment::None) => within(&Containment::None),
                _ => Err(error),
            };
        }
        Err(error) => return Err(error),
    };
    match settings.containment(read_only.working_dir()) {
        Containment::ReadOnly => Ok(read_only),
        more => within(&more),
    }
}

const BROKE: &str = "finding out what this comes to broke off; this is a defect of Chaperone";

fn broke() -> (FailureCode, String) {
    (FailureCode::Failed, BROKE.to_owned())
}

/// What a command asks for, before it is known what that comes to.
pub(super) struct Draft {
    pub(super) action: Action,
    pub(super) prepared: Option<Result<Prepared, (FailureCode, String)>>,
    /// The most exact place that may leave unasked.
    pub(super) precision: Option<Precision>,
    /// Whether a person is asked.
    pub(super) asks: bool,
    /// The camera that the person prefers.
    pub(super) camera: Option<String>,
    /// The display that the person prefers.
    pub(super) display: Option<String>,
    /// What the person lets recordings with sound hear.
    pub(super) heard: RecordingSound,
}

type Found = Result<Plan, (FailureCode, String)>;

impl Draft {
    /// The plan, where that needs no look at the system; else the draft again.
    pub(super) fn at_once(self) -> Result<Found, Box<Self>> {
        Ok(match (self.action, self.prepared) {
            (Action::Notify(notify), _) => Ok(Plan::Notification(notify)),
            (Action::Locate(locate), _) => {
                let most = self.precision.filter(|_| !self.asks);
                let precision = most.map_or(locate.precision, |most| most.min(locate.precision));
                Ok(Plan::Place { precision })
            }
            (Action::StopRecording(stop), _) => Ok(Plan::EndRecording {
                session: stop.session,
            }),
            (Action::Execute(execute), Some(Ok(prepared))) => Ok(Plan::Shell {
                line: execute.line,
                prepared: Box::new(prepared),
            }),
            (Action::Execute(_), Some(Err(problem))) => Err(problem),
            (Action::Execute(_), None) => {
                Err((FailureCode::Invalid, "the command is empty".to_owned()))
            }
            (Action::RunAgent(_), _) => Err((
                FailureCode::Unsupported,
                "this device has no programs that a hub may start".to_owned(),
            )),
            (
                action @ (Action::Snap(_) | Action::Screenshot(_) | Action::StartRecording(_)),
                prepared,
            ) => {
                return Err(Box::new(Self {
                    action,
                    prepared,
                    ..self
                }));
            }
        })
    }

    /// The plan, after a look at what this computer has.
    pub(super) async fn look_around(self, senses: &Senses) -> Found {
        let found = self.find(senses).await;
        found.map_err(|error| (error.code(), error.to_string()))
    }

    /// The plan of a capture, with the camera or display that there is.
    pub(super) async fn find(self, senses: &Senses) -> Result<Plan, SenseError> {
        let looking = AssertUnwindSafe(self.with_sources(senses)).catch_unwind();
        match tokio::time::timeout(LOOKING, looking).await {
            Ok(Ok(found)) => found,
            Ok(Err(_)) => Err(SenseError::Failed(BROKE.to_owned())),
            Err(_) => Err(SenseError::Unavailable(
                "this computer does not say what cameras and displays it has".to_owned(),
            )),
        }
    }

    async fn with_sources(self, senses: &Senses) -> Result<Plan, SenseError> {
        let preferred = self.display.as_deref();
        match self.action {
            Action::Snap(snap) => {
                let wanted = snap.camera.as_deref();
                Ok(Plan::Photo {
                    camera: camera(senses, wanted.or(self.camera.as_deref())).await?,
                    resolution: snap.resolution.unwrap_or(Shot::RESOLUTION),
                })
            }
            Action::Screenshot(screenshot) => Ok(Plan::Picture {
                display: display(senses, screenshot.display.as_deref().or(preferred)).await?,
                at_most: screenshot.resolution,
            }),
            Action::StartRecording(recording) => Ok(Plan::Recording(Film {
                display: display(senses, recording.display.as_deref().or(preferred)).await?,
                session: recording.session,
                at_most: recording.resolution,
                limit: recording.duration,
                format: recording.format,
                audio: recording.audio,
                heard: self.heard,
            })),
            _ => Err(SenseError::Unsupported(
                "this needs neither camera nor display".to_owned(),
            )),
        }
    }
}

/// The camera of that id, or the first one. Never another than was asked for.
async fn camera(senses: &Senses, wanted: Option<&str>) -> Result<Source, SenseError> {
    let cameras = senses.cameras.list().await?;
    let found = match wanted {
        None => cameras.first(),
        Some(id) => cameras.iter().find(|camera| camera.id == id),
    };
    let found = found.map(|camera| Source {
        id: camera.id.clone(),
        name: camera.name.clone(),
    });
    let ids = cameras.iter().map(|camera| camera.id.as_str());
    found.ok_or_else(|| missing("camera", wanted, ids))
}

/// The display of that id, or the primary one. Never another than was asked for.
async fn display(senses: &Senses, wanted: Option<&str>) -> Result<Source, SenseError> {
    let displays = senses.displays.list().await?;
    let found = match wanted {
        None => displays
            .iter()
            .find(|display| display.primary)
            .or(displays.first()),
        Some(id) => displays.iter().find(|display| display.id == id),
    };
    let found = found.map(|display| Source {
        id: display.id.clone(),
        name: display.name.clone(),
    });
    let ids = displays.iter().map(|display| display.id.as_str());
    found.ok_or_else(|| missing("display", wanted, ids))
}

fn missing<'a>(
    what: &str,
    wanted: Option<&str>,
    there: impl Iterator<Item = &'a str>,
) -> SenseError {
    let there: Vec<&str> = there.collect();
    match (wanted, there.is_empty()) {
        (None, _) => SenseError::Missing(format!("this computer has no {what}")),
        (Some(id), true) => {
            SenseError::Invalid(format!("there is no {what} {id:?}: this computer has none"))
        }
        (Some(id), false) => SenseError::Invalid(format!(
            "there is no {what} {id:?}: there is {}",
            there.join(", ")
        )),
    }
}
