//! A recording: it begins with its command and outlives it, until it is ended.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use chaperone_protocol::{Capability, RecordingFormat, Timestamp, in_full};
use chaperone_senses::{Ending, Recording, RecordingWish, Sound, StartingRecording, repair};
use chaperone_vault::{NewArtifact, Vault};

use super::{Bench, Ended, For, Job, RecordingEnded, Trouble, capture, thumbnail, trial};
use crate::{
    entry::Entry,
    event::Event,
    indicator::{Light, LightOver},
    owners::Lease,
    plan::Film,
    request::Captured,
    settings::RecordingSound,
};

/// What a recording gets beyond its limit to end by itself.
const OVERDUE: Duration = Duration::from_secs(5);
/// How long one that was stopped before it had begun is waited for.
const LATE: Duration = Duration::from_secs(30);

/// A recording that runs, with all that has to last as long.
pub(super) struct Begun {
    pub(super) recording: Recording,
    pub(super) path: PathBuf,
    pub(super) light: Box<dyn Light>,
    pub(super) lease: Option<Lease>,
}

/// How a recording was seen through.
pub(super) struct Seen {
    /// What is kept of it, or why nothing is.
    pub(super) kept: Result<Captured, String>,
    pub(super) ending: Ending,
    /// What became of its light, where that ended it.
    pub(super) went_out: Option<LightOver>,
}

impl Bench {
    /// Begins, tells the loop, goes on until it is over, and tells the loop again.
    pub(super) async fn record(self, job: Job, film: Film) -> Option<Ended> {
        let For::Asker(asker) = &job.whom else {
            return Some(Ended::Stopped(None));
        };
        let connection = asker.connection.clone();
        let (lease, light) = match self.shown_until_stopped(&job).await {
            Ok(shown) => shown,
            Err(trouble) => return Some(trouble.into()),
        };
        let wish = self.wish(&job, &film);
        let mut beginning = self.senses.displays.record(&wish);
        let (events, number) = (self.events.clone(), job.number);
        let recording = match Self::begun(&job, &*light, &mut beginning).await {
            Ok(recording) => recording,
            Err(trouble @ Trouble::Sense(_)) => return Some(trouble.into()),
            Err(trouble) => {
                // Its file may be made yet: the loop has its answer, and it is seen off.
                let ended = trouble.into();
                let _ = events.send(Event::Ended { number, ended }).await;
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
        let ended = Ended::Recording;
        // Should nobody hear it, the stop below ends it.
        let _ = events.send(Event::Ended { number, ended }).await;
        let seen = self.see_through(&job, &film, begun).await;
        let ended = RecordingEnded {
            connection,
            session: film.session,
            kept: seen.kept,
            why: seen.ending.to_string(),
        };
        let _ = events.send(Event::RecordingEnded(Box::new(ended))).await;
        None
    }

    /// Has the display for itself, and shows that it is recorded.
    pub(super) async fn shown_until_stopped(
        &self,
        job: &Job,
    ) -> Result<(Option<Lease>, Box<dyn Light>), Trouble> {
        let showing = async {
            let lease = self.lease(job)?;
            let light = self.light(job).await?;
            Ok((lease, light))
        };
        let shown = job.stop.run_until_cancelled(showing).await;
        shown.unwrap_or(Err(Trouble::Stopped))
    }

    /// Waits until it has begun, unless it is stopped before or not shown any more. What was not
    /// waited for may begin yet.
    pub(super) async fn begun(
        job: &Job,
        light: &dyn Light,
        beginning: &mut StartingRecording<'_>,
    ) -> Result<Recording, Trouble> {
        tokio::select! {
            biased;
            () = job.stop.cancelled() => Err(Trouble::Stopped),
            over = light.over() => Err(Trouble::WentOut(over)),
            begun = beginning => Ok(begun?),
        }
    }

    pub(super) fn wish(&self, job: &Job, film: &Film) -> RecordingWish {
        let extension = film.format.as_str();
        let name = match job.whom {
            For::Asker(_) => format!("{}.{extension}", job.number),
            For::Person { .. } => trial::file_name(job.number, extension),
        };
        let mut wish = RecordingWish::new(self.recordings.join(name), film.limit);
        wish.display = Some(film.display.id.clone());
        wish.at_most = film.at_most;
        wish.format = film.format;
        wish.sound = match film.hears() {
            None => Sound::None,
            Some(RecordingSound::Microphone) => Sound::Microphone,
            Some(RecordingSound::Output) => Sound::Output,
        };
        wish
    }

    /// Goes on until it is over, and keeps it.
    pub(super) async fn see_through(&self, job: &Job, film: &Film, begun: Begun) -> Seen {
        let Begun {
            mut recording,
            path,
            light,
            lease,
        } = begun;
        let mut went_out = None;
        let by_itself = tokio::select! {
            ended = recording.ended() => Some(ended),
            over = light.over() => {
                if over == LightOver::Gone {
                    tracing::warn!(number = job.number, "what showed the recording is gone, so it ends");
                }
                went_out = Some(over);
                None
            }
            () = job.stop.cancelled() => None,
            // It ends by itself, and should it not, it ends here.
            () = tokio::time::sleep(film.limit + OVERDUE) => None,
        };
        let (progress, ending) = match by_itself {
            Some(ended) => ended,
            None => recording.stop().await,
        };
        drop(light);
        drop(lease);
        let kept = self.keep(job, film.format, path).await;
        let kept = kept.map(|captured| Captured {
            resolution: Some(progress.resolution),
            length: Some(progress.elapsed),
            ..captured
        });
        let kept = kept.map_err(|problem| format!("{ending}; it could not be kept: {problem}"));
        Seen {
            kept,
            ending,
            went_out,
        }
    }

    async fn keep(
        &self,
        job: &Job,
        format: RecordingFormat,
        path: PathBuf,
    ) -> Result<Captured, String> {
        let about = job.artifact(media_type(format));
        let row = job.kept_entry().map_err(|error| in_full(&error))?;
        let small = thumbnail::of_recording(path.clone()).await;
        let artifact = self.vault.take_in_artifact(about, path, small, row);
        let artifact = artifact.await.map_err(|error| in_full(&error))?;
        capture::captured(artifact, None).ok_or_else(|| "it got no name".to_owned())
    }
}

/// Ends what was stopped before it had begun, and leaves nothing of it.
pub(super) async fn see_off(beginning: StartingRecording<'_>, path: &Path) {
    if let Ok(Ok(recording)) = tokio::time::timeout(LATE, beginning).await {
        recording.stop().await;
    }
    if let Err(error) = tokio::fs::remove_file(path).await
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::error!(path = %path.display(), %error, "a recording that was stopped is left in the clear");
    }
}

fn media_type(format: RecordingFormat) -> &'static str {
    match format {
        RecordingFormat::Mp4 => "video/mp4",
        RecordingFormat::Webm => "video/webm",
        RecordingFormat::Gif => "image/gif",
    }
}

/// Takes in the recordings that an earlier run was making when it ended, as far as they got; what
/// the person only tried is removed.
/// Says how many there were.
pub(crate) async fn take_in(leftovers: Vec<Leftover>, vault: &Vault, retention: Duration) -> u32 {
    let (tried, leftovers): (Vec<_>, Vec<_>) = leftovers
        .into_iter()
        .partition(|left| trial::is_left_over(&left.path));
    trial::remove(tried.into_iter().map(|left| left.path).collect()).await;
    let mended = tokio::task::spawn_blocking(move || {
        leftovers.iter().for_each(mend);
        leftovers
    });
    let mut taken = 0;
    for Leftover { path, format } in mended.await.unwrap_or_default() {
        let number = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .and_then(|stem| stem.parse().ok());
        let now = Timestamp::now();
        let mut about = NewArtifact::new(media_type(format), number, now);
        about.expires_at = now.checked_add(retention).unwrap_or(about.expires_at);
        let entry = number.map(|number| Entry::Captured {
            number,
            capability: Capability::Screen,
        });
        // What could not be said about it is no reason to leave it in the clear.
        let row = entry.and_then(|entry| entry.row(now).ok());
        let small = thumbnail::of_recording(path.clone()).await;
        match vault
            .take_in_artifact(about, path.clone(), small, row)
            .await
        {
            Ok(_) => taken += 1,
            Err(error) => {
                tracing::error!(path = %path.display(), error = in_full(&error), "a recording of an earlier run is left in the clear");
            }
        }
    }
    taken
}

/// A recording that an earlier run was making when it ended.
pub(crate) struct Leftover {
    path: PathBuf,
    format: RecordingFormat,
}

/// What lies there before anything is recorded.
pub(crate) async fn leftovers(folder: PathBuf) -> Vec<Leftover> {
    let listed = tokio::task::spawn_blocking(move || {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            return Vec::new();
        };
        let paths = entries.flatten().map(|entry| entry.path());
        let leftover = |path: PathBuf| {
            let extension = path.extension()?.to_str()?;
            let format = RecordingFormat::ALL
                .into_iter()
                .find(|format| extension == format.as_str())?;
            Some(Leftover { path, format })
        };
        paths.filter_map(leftover).collect()
    });
    listed.await.unwrap_or_default()
}

fn mend(leftover: &Leftover) {
    // An animated picture plays as far as it goes.
    if leftover.format != RecordingFormat::Gif
        && let Err(error) = repair(&leftover.path)
    {
        tracing::warn!(path = %leftover.path.display(), %error, "a recording of an earlier run cannot be mended");
    }
}
