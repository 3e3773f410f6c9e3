//! What the calls about pictures and recordings do.

use std::cmp::Reverse;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chaperone_device::Entry;
use chaperone_protocol::Timestamp;
use chaperone_vault::{Artifact, ArtifactReader, LocalArtifactId};

use crate::{
    Api,
    answer::{invalid, number},
    convert,
    view::{
        ApiError, ArtifactDeleteParams, ArtifactDeleteResponse, ArtifactListParams,
        ArtifactListResponse, ArtifactReadParams, ArtifactReadResponse, ArtifactThumbnailParams,
        ArtifactThumbnailResponse, ArtifactView, ErrorCode,
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

fn named(id: &str) -> Result<LocalArtifactId, ApiError> {
    id.parse()
        .map_err(|_| invalid(format!("{id:?} names no picture or recording")))
}

fn gone() -> ApiError {
    ApiError::new(ErrorCode::Gone, "this is not kept here any more")
}
