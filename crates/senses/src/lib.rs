//! What this machine can sense and show: notifications, photos, the place, displays.
//!
//! Each ability is a trait with a native implementation and a fake one. Whether a thing may be
//! shown, and how often, is not decided here.

mod camera;
mod error;
mod location;
mod lock;
mod notification;
mod screen;
mod thumbnail;

pub use camera::{
    Cameras, FoundCamera, ListingCameras, NativeCameras, Photo, Shot, Snapping, WhichCamera,
};
pub use error::SenseError;
pub use location::{Locating, Locator, NativeLocator, NoPlace, TypedPlace, coarse};
pub use lock::ScreenLocks;
pub use notification::{NativeNotifier, NoticeOver, Notifier, Showing, Standing, StandingNotice};
pub use screen::{
    Display, Displays, Ending, ListingDisplays, NativeDisplays, Picture, PictureFormat,
    PictureWish, Picturing, PointerIs, Progress, Recording, RecordingState, RecordingWish,
    Repaired, Sound, StartingRecording, Trimmed, repair, trim,
};
pub use thumbnail::{THUMBNAIL_NEEDS_BYTES, thumbnail};

pub mod fake {
    //! The senses of a computer for tests, which follow a script.

    pub use crate::{
        camera::fake::ScriptedCameras,
        location::fake::ScriptedLocator,
        notification::fake::RecordingNotifier,
        screen::{fake::ScriptedDisplays, film},
    };
}
