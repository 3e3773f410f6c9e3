//! Pictures and recordings that are kept here, as faces show them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What was captured and waits to be let go.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReviewView {
    /// What names it here.
    pub artifact: String,
    pub media_type: String,
    #[ts(type = "number")]
    pub bytes: u64,
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// How long it is.
    pub seconds: Option<f64>,
}

/// Something that was captured and is kept.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactView {
    pub id: String,
    /// Later ones are higher.
    #[ts(type = "number")]
    pub number: u64,
    pub media_type: String,
    #[ts(type = "number")]
    pub bytes: u64,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub created_at: i64,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub expires_at: i64,
    /// The command that brought it.
    pub command: Option<String>,
    /// There is a small picture of it.
    pub has_thumbnail: bool,
}

/// `artifacts/list`: newest first, with numbers below `before`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArtifactListParams {
    #[ts(type = "number | null")]
    pub before: Option<u64>,
    /// At most 200.
    pub limit: u32,
    /// Only what this command brought.
    #[ts(optional)]
    pub command: Option<String>,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactListResponse {
    pub artifacts: Vec<ArtifactView>,
    pub more: bool,
}

/// `artifacts/read`: a part of one, for faces that cannot fetch it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArtifactReadParams {
    pub id: String,
    #[ts(type = "number")]
    pub offset: u64,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactReadResponse {
    pub media_type: String,
    /// The whole size.
    #[ts(type = "number")]
    pub bytes: u64,
    /// What begins at the offset, in base64; at most a mebibyte of content.
    pub base64: String,
}

/// `artifacts/thumbnail`: a small picture of one, or of its first moment.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArtifactThumbnailParams {
    pub id: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactThumbnailResponse {
    pub media_type: String,
    /// In base64.
    pub base64: String,
}

/// `artifacts/trim`: keeps a part of a recording that waits to be sent, in the place of the whole.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArtifactTrimParams {
    pub id: String,
    /// Milliseconds from its beginning.
    #[ts(type = "number")]
    pub from: u64,
    /// Milliseconds from its beginning.
    #[ts(type = "number")]
    pub to: u64,
}

/// What the part really is: it begins with a frame that can be shown by itself.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactTrimResponse {
    /// Milliseconds from the beginning of the whole; never later than it was wanted.
    #[ts(type = "number")]
    pub from: u64,
    /// Milliseconds from the beginning of the whole; never later than it was wanted.
    #[ts(type = "number")]
    pub to: u64,
}

/// `artifacts/delete`
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArtifactDeleteParams {
    pub id: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactDeleteResponse {
    /// What may be left of it on the disk, in plain words.
    pub leftovers: String,
}
