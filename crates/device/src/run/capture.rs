//! One photo, or one picture of a display: shown while it is taken, kept here, not sent.

use chaperone_protocol::{ArtifactId, Resolution};
use chaperone_senses::{PictureFormat, PictureWish, PointerIs, SenseError, Shot, WhichCamera};
use chaperone_vault::Artifact;

use super::{Bench, Job, Trouble, thumbnail};
use crate::{plan::Plan, request::Captured};

/// A picture, before it is kept.
struct Taken {
    content: Vec<u8>,
    media_type: &'static str,
    resolution: Resolution,
}

impl Bench {
    pub(super) async fn capture(&self, job: &Job) -> Result<Captured, Trouble> {
        let taken = tokio::select! {
            biased;
            () = job.stop.cancelled() => return Err(Trouble::Stopped),
            taken = self.take_shown(job) => taken,
        };
        // Not broken off any more: whoever stops it now deletes what was kept.
        self.keep_taken(job, taken?).await
    }

    /// Takes it while a person can see that, and no longer.
    async fn take_shown(&self, job: &Job) -> Result<Taken, Trouble> {
        let _lease = self.lease(job)?;
        let light = self.light(job).await?;
        tokio::select! {
            biased;
            over = light.over() => Err(Trouble::WentOut(over)),
            taken = self.take(&job.plan) => Ok(taken?),
        }
    }

    async fn keep_taken(&self, job: &Job, taken: Taken) -> Result<Captured, Trouble> {
        let resolution = taken.resolution;
        let about = job.artifact(taken.media_type);
        let (content, small) = thumbnail::of_picture(taken.content).await;
        let kept = match job.kept_entry() {
            Ok(row) => {
                let keeping = self.vault.keep_artifact(about, content, small, row);
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

fn not_kept(error: &chaperone_vault::Error) -> Trouble {
    Trouble::Unkept(format!(
        "what was captured could not be kept, and is gone: {}",
        chaperone_protocol::in_full(error)
    ))
}

fn nameless() -> Trouble {
    Trouble::Sense(SenseError::Failed(
        "what was captured got a name that is none".to_owned(),
    ))
}
