//! Pictures and recordings inside a frame, or named in it.
//!
//! Inside they are said as data URLs, because a data URL says what it is; heard they may be bare
//! base64 as well, and then their first bytes tell.

use chaperone_protocol::{ArtifactId, Content};
use serde::{Serialize, Serializer};

use crate::json::Fields;

/// What stands under `base64_data`.
pub(crate) struct DataUrl<'a> {
    pub(crate) media_type: &'a str,
    pub(crate) base64: &'a str,
}

impl Serialize for DataUrl<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { media_type, base64 } = self;
        serializer.collect_str(&format_args!("data:{media_type};base64,{base64}"))
    }
}

/// What stands under `artifact`.
#[derive(Serialize)]
pub(crate) struct Reference<'a> {
    pub(crate) id: &'a str,
    pub(crate) media_type: &'a str,
    pub(crate) bytes: u64,
    pub(crate) sha256: &'a str,
}

pub(super) fn inline(content: Option<&Content>) -> Option<DataUrl<'_>> {
    match content? {
        Content::Inline { media_type, base64 } => Some(DataUrl { media_type, base64 }),
        Content::Uploaded { .. } | Content::Kept { .. } => None,
    }
}

pub(super) fn reference(content: Option<&Content>) -> Option<Reference<'_>> {
    match content? {
        Content::Inline { .. } | Content::Kept { .. } => None,
        Content::Uploaded {
            id,
            media_type,
            bytes,
            sha256,
        } => Some(Reference {
            id: id.as_str(),
            media_type,
            bytes: *bytes,
            sha256,
        }),
    }
}

/// Reads either.
pub(super) fn read(fields: Fields<'_>) -> Result<Option<Content>, String> {
    if let Some(text) = fields.text("base64_data")? {
        return from_text(text).map(Some);
    }
    if !fields.has("artifact") {
        return Ok(None);
    }
    let artifact = fields.object("artifact")?;
    let id = ArtifactId::new(artifact.text_or_empty("id"))
        .map_err(|problem| format!("the artifact's id is not valid: {problem}"))?;
    let sha256 = artifact.text_or_empty("sha256");
    let lower_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if sha256.len() != 64 || !sha256.bytes().all(lower_hex) {
        return Err("the artifact's sha256 is not 64 hexadecimal digits".to_owned());
    }
    Ok(Some(Content::Uploaded {
        id,
        media_type: artifact.text_or_empty("media_type"),
        bytes: artifact
            .count("bytes")
            .ok_or("the artifact's bytes are not a number")?,
        sha256,
    }))
}

fn from_text(text: &str) -> Result<Content, String> {
    let (media_type, base64) = match text.strip_prefix("data:") {
        None => (guessed(text).to_owned(), text),
        Some(rest) => {
            let (head, base64) = rest
                .split_once(";base64,")
                .filter(|(head, _)| head.len() <= 100)
                .ok_or("base64_data is a data URL without base64 in it")?;
            (head.to_owned(), base64)
        }
    };
    Ok(Content::Inline {
        media_type,
        base64: base64.to_owned(),
    })
}

/// The first characters of the base64 of a file's first bytes.
fn guessed(base64: &str) -> &'static str {
    const KINDS: [(&str, &str); 6] = [
        ("/9j/", "image/jpeg"),
        ("iVBORw0KGgo", "image/png"),
        ("R0lGOD", "image/gif"),
        ("UklGR", "image/webp"),
        ("GkXfo", "video/webm"),
        ("AAAA", "video/mp4"),
    ];
    KINDS
        .into_iter()
        .find(|(start, _)| base64.starts_with(start))
        .map_or("application/octet-stream", |(_, kind)| kind)
}
