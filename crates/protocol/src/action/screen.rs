//! Pictures and recordings of a display.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

use super::{InvalidAction, within};
use crate::SessionId;

/// Which display, and how large a picture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screenshot {
    /// The display's id; absent means the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// What the picture is scaled down to, if it is larger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
}

/// What to record, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRecording {
    /// The recording, as its hub names it.
    pub session: SessionId,
    /// The display's id; absent means the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// It ends by itself after so long.
    pub duration: Duration,
    /// Whether the microphone is recorded too.
    pub audio: bool,
    /// What the recording is scaled down to, if the display is larger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// The file's kind.
    pub format: RecordingFormat,
}

/// Which recording to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopRecording {
    /// The recording, as its hub named it.
    pub session: SessionId,
}

/// The kind of a recording's file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingFormat {
    /// H.264 in MP4.
    #[default]
    Mp4,
    /// `WebM`.
    Webm,
    /// An animated picture, for short ones.
    Gif,
}

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resolution {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// A text that is no `1920x1080`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a resolution is written like 1920x1080")]
pub struct InvalidResolution;

impl Screenshot {
    pub(super) fn validate(&self) -> Result<(), InvalidAction> {
        within("display", self.display.as_deref().unwrap_or_default(), 500)?;
        self.resolution.map_or(Ok(()), Resolution::validate)
    }
}

impl StartRecording {
    /// How long a recording is when nothing is said, and at most.
    pub const MAX_DURATION: Duration = Duration::from_hours(1);

    pub(super) fn validate(&self) -> Result<(), InvalidAction> {
        within("display", self.display.as_deref().unwrap_or_default(), 500)?;
        if self.duration < Duration::from_secs(1) || self.duration > Self::MAX_DURATION {
            return Err(InvalidAction::Duration {
                seconds: self.duration.as_secs(),
                limit: Self::MAX_DURATION.as_secs(),
            });
        }
        self.resolution.map_or(Ok(()), Resolution::validate)
    }
}

impl RecordingFormat {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Mp4, Self::Webm, Self::Gif];

    /// The word on every wire, which is also the file's extension.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Webm => "webm",
            Self::Gif => "gif",
        }
    }
}

impl Resolution {
    /// The largest side taken.
    pub const MAX_SIDE: u32 = 16_384;

    pub(super) fn validate(self) -> Result<(), InvalidAction> {
        let Self { width, height } = self;
        let sides = 1..=Self::MAX_SIDE;
        if sides.contains(&width) && sides.contains(&height) {
            return Ok(());
        }
        Err(InvalidAction::Resolution {
            width,
            height,
            limit: Self::MAX_SIDE,
        })
    }
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl FromStr for Resolution {
    type Err = InvalidResolution;

    fn from_str(text: &str) -> Result<Self, InvalidResolution> {
        let (width, height) = text
            .trim()
            .split_once(['x', 'X', '×'])
            .ok_or(InvalidResolution)?;
        let side = |text: &str| text.trim().parse().map_err(|_| InvalidResolution);
        Ok(Self {
            width: side(width)?,
            height: side(height)?,
        })
    }
}
