//! Pictures from the cameras of this computer.
//!
//! Whether a picture may be taken, what tells the person that one is, and where it is kept, is not
//! decided here: whoever asks gets the bytes.

mod choice;
pub(crate) mod fake;
mod native;
mod picture;

use std::pin::Pin;

use chaperone_protocol::{Resolution, Snap};

use crate::SenseError;

pub use native::NativeCameras;

/// The cameras there are, as soon as they are known.
pub type ListingCameras<'a> =
    Pin<Box<dyn Future<Output = Result<Vec<FoundCamera>, SenseError>> + Send + 'a>>;

/// A photo on its way. Dropping it lets go of the camera within a second.
pub type Snapping<'a> = Pin<Box<dyn Future<Output = Result<Photo, SenseError>> + Send + 'a>>;

/// Whatever has cameras.
pub trait Cameras: Send + Sync {
    /// The cameras there are now, the first one first.
    fn list(&self) -> ListingCameras<'_>;

    /// Takes one photo. Ends in time, whatever the camera does.
    fn snap<'a>(&'a self, shot: &'a Shot) -> Snapping<'a>;
}

/// A camera that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCamera {
    /// What names it in a [`Shot`]. It holds as long as the camera stays plugged in.
    pub id: String,
    /// What its maker calls it.
    pub name: String,
}

/// Which camera.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum WhichCamera {
    /// The first one there is.
    #[default]
    First,
    /// The one that the person prefers, or none.
    Preferred(String),
    /// The one that was asked for, or none.
    Asked(String),
}

/// What photo to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shot {
    /// With which camera.
    pub camera: WhichCamera,
    /// The extent wished for; the nearest that the camera has is taken.
    pub resolution: Resolution,
    /// The JPEG's quality, 1 to 100.
    pub quality: u8,
}

/// A photo.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// The picture, as JPEG, without a word about the camera or the time in it.
    pub jpeg: Vec<u8>,
    /// Its extent.
    pub resolution: Resolution,
    /// The camera that took it.
    pub camera: FoundCamera,
}

impl Shot {
    /// The extent wished for when nobody says.
    pub const RESOLUTION: Resolution = Resolution {
        width: 1920,
        height: 1080,
    };
    /// The quality when nobody says.
    pub const QUALITY: u8 = 85;

    /// What a command asks for, on a computer whose person may prefer a camera.
    pub fn asked(snap: &Snap, preferred: Option<&str>) -> Self {
        let camera = match (&snap.camera, preferred) {
            (Some(id), _) => WhichCamera::Asked(id.clone()),
            (None, Some(id)) => WhichCamera::Preferred(id.to_owned()),
            (None, None) => WhichCamera::First,
        };
        Self {
            camera,
            resolution: snap.resolution.unwrap_or(Self::RESOLUTION),
            ..Self::default()
        }
    }
}

impl Default for Shot {
    fn default() -> Self {
        Self {
            camera: WhichCamera::First,
            resolution: Self::RESOLUTION,
            quality: Self::QUALITY,
        }
    }
}

impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What is in a photo is nobody's business but the person's: it reaches no log.
        f.debug_struct("Photo")
            .field("bytes", &self.jpeg.len())
            .field("resolution", &self.resolution)
            .field("camera", &self.camera)
            .finish_non_exhaustive()
    }
}
