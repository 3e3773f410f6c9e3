//! A picture from a camera.

use serde::{Deserialize, Serialize};

use super::{InvalidAction, Resolution, within};

/// Which camera, and how large a picture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snap {
    /// The camera's id; absent means the one the person prefers. An unknown one is never replaced
    /// by another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// The extent wished for; the camera's nearest is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// The file name a hub wishes for. Hubs do not choose where files lie on this device: it is
    /// shown to the person and goes no further.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub save_path: Option<String>,
}

impl Snap {
    pub(super) fn validate(&self) -> Result<(), InvalidAction> {
        within("camera_id", self.camera.as_deref().unwrap_or_default(), 500)?;
        within(
            "save_path",
            self.save_path.as_deref().unwrap_or_default(),
            4_096,
        )?;
        self.resolution.map_or(Ok(()), Resolution::validate)
    }
}
