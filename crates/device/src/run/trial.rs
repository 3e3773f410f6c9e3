//! One test of the person: done like a command, kept apart from what commands bring.

use std::{
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
};

use chaperone_protocol::Locate;
use chaperone_senses::{Ending, SenseError};
use futures_util::FutureExt as _;

use super::{
    Bench, Job, Trouble,
    recording::{Begun, see_off},
};
use crate::{
    erase::erase,
    event::Event,
    plan::{Film, Plan},
    request::Captured,
    trial::Brought,
};

/// What the files of recordings begin with that the person tries. They are nobody's once the
/// program is gone.
const PREFIX: &str = "tried-";

/// How a test of the person ended.
pub(crate) struct TrialEnded {
    pub(crate) number: u64,
    /// The camera or display that was tried, as people know it.
    pub(crate) source: Option<String>,
    pub(crate) brought: Result<Brought, Trouble>,
}

impl Bench {
    /// Does it, to its end or until it is stopped, and tells the loop.
    pub(crate) async fn try_out(self, job: Job) {
        let tried = AssertUnwindSafe(self.bring(&job)).catch_unwind().await;
        let tried = tried.unwrap_or_else(|_| {
            let message = "the program that was to do this broke; this is a defect of Chaperone";
            Some(Err(SenseError::Failed(message.to_owned()).into()))
        });
        if let Some(brought) = tried {
            self.tell_tried(&job, brought).await;
        }
    }

    async fn tell_tried(&self, job: &Job, brought: Result<Brought, Trouble>) {
        let source = job.plan.source().map(|(_, source)| source.name.clone());
        let number = job.number;
        let ended = TrialEnded {
            number,
            source,
            brought,
        };
        // The loop being gone means that the app ends.
        if let Err(unheard) = self.events.send(Event::Tried(Box::new(ended))).await
            && let Event::Tried(ended) = unheard.0
            && let Ok(Brought::Captured(captured)) = ended.brought
        {
            self.forget(&captured).await;
        }
    }

    /// Answers nothing where it has told the loop already.
    async fn bring(&self, job: &Job) -> Option<Result<Brought, Trouble>> {
        Some(match &job.plan {
            Plan::Notification(notify) => {
                let showing = self.senses.notifier.show(notify);
                let shown = job.stop.run_until_cancelled(showing).await;
                unless_stopped(shown).map(|_| Brought::Shown)
            }
            Plan::Place { precision } => {
                let locate = Locate {
                    precision: *precision,
                };
                let finding = self.place(job, &locate);
                let found = job.stop.run_until_cancelled(finding).await;
                unless_stopped(found).map(Brought::Place)
            }
            Plan::Photo { .. } | Plan::Picture { .. } => {
                self.capture(job).await.map(Brought::Captured)
            }
            Plan::Recording(film) => return self.shoot(job, film).await,
            Plan::EndRecording { .. } | Plan::Shell { .. } => Err(Trouble::Sense(
                SenseError::Unsupported("this is nothing that a person tries".to_owned()),
            )),
        })
    }

    /// A recording, from its beginning to its end.
    async fn shoot(&self, job: &Job, film: &Film) -> Option<Result<Brought, Trouble>> {
        let (lease, light) = match self.shown_until_stopped(job).await {
            Ok(shown) => shown,
            Err(trouble) => return Some(Err(trouble)),
        };
        let wish = self.wish(job, film);
        let mut beginning = self.senses.displays.record(&wish);
        let recording = match Self::begun(job, &*light, &mut beginning).await {
            Ok(recording) => recording,
            Err(trouble @ Trouble::Sense(_)) => return Some(Err(trouble)),
            Err(trouble) => {
                // Its file may be made yet: whoever tries has the answer, and it is seen off.
                self.tell_tried(job, Err(trouble)).await;
                let seeing_off = see_off(beginning, &wish.path);
                self.cancel.run_until_cancelled(seeing_off).await;
                return None;
            }
        };
        let begun = Begun {
            recording,
            path: wish.path.clone(),
            light,
            lease,
        };
        let seen = self.see_through(job, film, begun).await;
        let captured = match seen.kept {
            Ok(captured) => captured,
            Err(problem) => return Some(Err(Trouble::Unkept(problem))),
        };
        // Of a command, whatever there is of a recording is kept; a test is to show that it works.
        let trouble = match (seen.went_out, seen.ending) {
            (Some(over), _) => Trouble::WentOut(over),
            (None, Ending::Limit) => return Some(Ok(Brought::Captured(captured))),
            (None, Ending::Stopped) => Trouble::Stopped,
            (None, ending) => Trouble::Sense(SenseError::Failed(ending.to_string())),
        };
        self.forget(&captured).await;
        Some(Err(trouble))
    }

    /// Deletes what was captured, which nobody is to have.
    async fn forget(&self, captured: &Captured) {
        if let Err(error) = erase(&self.vault, captured.artifact.as_str()).await {
            tracing::error!(%error, "what the person tried to capture is not deleted yet");
        }
    }
}

fn unless_stopped<T>(done: Option<Result<T, SenseError>>) -> Result<T, Trouble> {
    Ok(done.ok_or(Trouble::Stopped)??)
}

/// Where a recording lies while the person tries one.
pub(super) fn file_name(number: u64, extension: &str) -> String {
    format!("{PREFIX}{number}.{extension}")
}

/// Whether an earlier run left it from a test of the person.
pub(super) fn is_left_over(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with(PREFIX))
}

/// Removes what earlier tests left in the clear.
pub(super) async fn remove(left: Vec<PathBuf>) {
    for path in left {
        if let Err(error) = tokio::fs::remove_file(&path).await {
            tracing::error!(path = %path.display(), %error, "a recording that the person tried is left in the clear");
        }
    }
}
