//! What the calls about pictures and recordings do.

use std::{cmp::Reverse, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chaperone_device::{Entry, TrimError};
use chaperone_protocol::{ArtifactId, Timestamp};
use chaperone_senses::SenseError;
use chaperone_vault::{Artifact, ArtifactReader, LocalArtifactId};

use crate::{
    Api,
    answer::{failed, invalid, number},
    convert,
    view::{
        ApiError, ArtifactDeleteParams, ArtifactDeleteResponse, ArtifactListParams,
        ArtifactListResponse, ArtifactReadParams, ArtifactReadResponse, ArtifactThumbnailParams,
        ArtifactThumbnailResponse, ArtifactTrimParams, ArtifactTrimResponse, ArtifactView,
        ErrorCode,
    },
};

/// As many as one call lists.
const PAGE: u32 = 200;
/// As much as one call reads.
const PART: usize = 1024 * 1024;

impl Api {
    pub(crate) async fn artifacts(
        &self,
        params: ArtifactListParams,
    ) -> Result<ArtifactListResponse, ApiError> {
        let limit = params.limit.clamp(1, PAGE);
        let found = match params.command {
            None => self.inner.vault.artifacts(params.before, limit + 1).await?,
            Some(command) => self.brought(number(&command)?, params.before).await?,
        };
        let more = found.len() > limit as usize;
        let artifacts = found
            .into_iter()
            .take(limit as usize)
            .map(|artifact| ArtifactView {
                id: artifact.id.to_string(),
                number: artifact.number,
                media_type: artifact.media_type,
                bytes: artifact.size_bytes,
                created_at: convert::millis(artifact.created_at),
                expires_at: convert::millis(artifact.expires_at),
                command: artifact.command.map(|number| number.to_string()),
                has_thumbnail: artifact.has_thumbnail,
            });
        Ok(ArtifactListResponse {
            artifacts: artifacts.collect(),
            more,
        })
    }

    /// What one command brought and is kept, newest first. There are few.
    async fn brought(&self, command: u64, before: Option<u64>) -> Result<Vec<Artifact>, ApiError> {
        let vault = &self.inner.vault;
        let mut brought = Vec::new();
        for id in vault.artifacts_of(command).await? {
            brought.extend(vault.artifact(&id).await?);
        }
        brought.retain(|artifact| before.is_none_or(|before| artifact.number < before));
        brought.sort_by_key(|artifact| Reverse(artifact.number));
        Ok(brought)
    }

    pub(crate) async fn artifact_thumbnail(
        &self,
        params: &ArtifactThumbnailParams,
    ) -> Result<ArtifactThumbnailResponse, ApiError> {
        let id = named(&params.id)?;
        let thumbnail = self.inner.vault.artifact_thumbnail(&id).await?;
        Ok(ArtifactThumbnailResponse {
            // As the senses make them.
            media_type: "image/jpeg".to_owned(),
            base64: STANDARD.encode(thumbnail.ok_or_else(gone)?),
        })
    }

    pub(crate) async fn artifact_part(
        &self,
        params: ArtifactReadParams,
    ) -> Result<ArtifactReadResponse, ApiError> {
        let reader = self.artifact(&params.id).await?;
        let (media_type, bytes) = {
            let artifact = reader.artifact();
            (artifact.media_type.clone(), artifact.size_bytes)
        };
        let part = reader.read_at(params.offset, PART).await?;
        Ok(ArtifactReadResponse {
            media_type,
            bytes,
            base64: STANDARD.encode(part),
        })
    }

    /// Opens one for reading.
    pub(crate) async fn artifact(&self, id: &str) -> Result<ArtifactReader, ApiError> {
        let reader = self.inner.vault.read_artifact(&named(id)?).await?;
        reader.ok_or_else(gone)
    }

    pub(crate) async fn trim_artifact(
        &self,
        params: ArtifactTrimParams,
    ) -> Result<ArtifactTrimResponse, ApiError> {
        let ArtifactTrimParams { id, from, to } = params;
        named(&id)?;
        let id = ArtifactId::new(id).map_err(|error| invalid(error.to_string()))?;
        let part = Duration::from_millis(from)..Duration::from_millis(to);
        let trimmed = self.inner.device.trim(id, part).await?;
        let millis = |at: Duration| u64::try_from(at.as_millis()).unwrap_or(u64::MAX);
        Ok(ArtifactTrimResponse {
            from: millis(trimmed.from),
            to: millis(trimmed.to),
        })
    }

    pub(crate) async fn delete_artifact(
        &self,
        params: ArtifactDeleteParams,
    ) -> Result<ArtifactDeleteResponse, ApiError> {
        let id = named(&params.id)?;
        let entry = Entry::ArtifactDeleted {
            artifact: params.id,
        };
        let row = entry.row(Timestamp::now())?;
        let deleted = self.inner.vault.delete_artifact(&id, Some(row)).await?;
        let deleted = deleted.ok_or_else(gone)?;
        Ok(ArtifactDeleteResponse {
            leftovers: deleted.leftovers.to_string(),
        })
    }
}

impl From<TrimError> for ApiError {
    fn from(error: TrimError) -> Self {
        match error {
            TrimError::Gone => Self::new(ErrorCode::Gone, error.to_string()),
            TrimError::Busy => Self::new(ErrorCode::Changed, error.to_string()),
            TrimError::OtherKind | TrimError::Part(SenseError::Invalid(_)) => {
                Self::new(ErrorCode::Invalid, error.to_string())
            }
            error @ (TrimError::Part(_) | TrimError::Unkept(_) | TrimError::Stopping) => {
                failed(error)
            }
        }
    }
}

fn named(id: &str) -> Result<LocalArtifactId, ApiError> {
    id.parse()
        .map_err(|_| invalid(format!("{id:?} names no picture or recording")))
}

fn gone() -> ApiError {
    ApiError::new(ErrorCode::Gone, "this is not kept here any more")
}
