//! One photo, or one picture of a display: shown while it is taken, kept here, not sent.

use chaperone_protocol::{ArtifactId, FailureCode, Outcome, Resolution, Timestamp};
use chaperone_senses::{PictureFormat, PictureWish, PointerIs, SenseError, Shot, WhichCamera};
use chaperone_vault::{Artifact, NewArtifact};

use super::{Bench, Ended, Job, failed, kept_entry, thumbnail, went_out};
use crate::{plan::Plan, request::Captured};

/// A picture, before it is kept.
struct Taken {
    content: Vec<u8>,
    media_type: &'static str,
    resolution: Resolution,
}

impl Bench {
    pub(super) async fn capture(&self, job: &Job) -> Ended {
        let taken = tokio::select! {
            biased;
            () = job.stop.cancelled() => return Ended::Stopped(None),
            taken = self.take_shown(job) => taken,
        };
        // Not broken off any more: whoever stops it now deletes what was kept.
        let kept = match taken {
            Ok(taken) => self.keep_taken(job, taken).await,
            Err(outcome) => Err(outcome),
        };
        match kept {
            Ok(captured) => Ended::Captured(captured),
            Err(outcome) => Ended::With(outcome),
        }
    }

    /// Takes it while a person can see that, and no longer.
    async fn take_shown(&self, job: &Job) -> Result<Taken, Outcome> {
        let _lease = self.lease(job).map_err(|busy| *busy)?;
        let light = self.light(job).await?;
        tokio::select! {
            biased;
            over = light.over() => Err(went_out(over)),
            taken = self.take(&job.plan) => taken.map_err(|error| failed(&error)),
        }
    }

    async fn keep_taken(&self, job: &Job, taken: Taken) -> Result<Captured, Outcome> {
        let resolution = taken.resolution;
        let now = Timestamp::now();
        let mut about = NewArtifact::new(taken.media_type, Some(job.number), now);
        about.expires_at = now
            .checked_add(job.settings.retention())
            .unwrap_or(about.expires_at);
        let (content, small) = thumbnail::of_picture(taken.content).await;
        let kept = match kept_entry(job) {
            Ok(row) => {
                let keeping = self.vault.keep_artifact(about, content, small, Some(row));
                keeping.await
            }
            Err(error) => Err(error),
        };
        let artifact = kept.map_err(|error| not_kept(&error))?;
        captured(artifact, Some(resolution)).ok_or_else(nameless)
    }

    async fn take(&self, plan: &Plan) -> Result<Taken, SenseError> {
        match plan {
            Plan::Photo { camera, resolution } => {
                let shot = Shot {
                    camera: WhichCamera::Asked(camera.id.clone()),
                    resolution: *resolution,
                    ..Shot::default()
                };
                let photo = self.senses.cameras.snap(&shot).await?;
                Ok(Taken {
                    content: photo.jpeg,
                    media_type: "image/jpeg",
                    resolution: photo.resolution,
                })
            }
            Plan::Picture { display, at_most } => {
                let wish = PictureWish {
                    display: Some(display.id.clone()),
                    at_most: *at_most,
                    format: PictureFormat::Png,
                    pointer: PointerIs::LeftOut,
                };
                let picture = self.senses.displays.picture(&wish).await?;
                Ok(Taken {
                    content: picture.bytes,
                    media_type: "image/png",
                    resolution: picture.resolution,
                })
            }
            _ => Err(SenseError::Unsupported(
                "this is nothing that can be captured".to_owned(),
            )),
        }
    }
}

pub(super) fn captured(artifact: Artifact, resolution: Option<Resolution>) -> Option<Captured> {
    Some(Captured {
        artifact: ArtifactId::new(artifact.id.as_str()).ok()?,
        media_type: artifact.media_type,
        bytes: artifact.size_bytes,
        sha256: artifact.sha256,
        resolution,
        length: None,
    })
}

pub(super) fn not_kept(error: &chaperone_vault::Error) -> Outcome {
    let message = format!(
        "what was captured could not be kept, and is gone: {}",
        chaperone_protocol::in_full(error)
    );
    Outcome::failure(FailureCode::Unrecorded, message, Timestamp::now())
}

fn nameless() -> Outcome {
    Outcome::failure(
        FailureCode::Failed,
        "what was captured got a name that is none",
        Timestamp::now(),
    )
}
