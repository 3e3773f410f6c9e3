//! Recordings of one display.
//!
//! A recording is a thread that looks at the display with its own clock, keeps a picture of it in
//! the colours of video, and adds that picture to a file where something changed; sound, if it is
//! wanted, comes from a thread of its own. It ends by its
//! handle, its limit, or what goes wrong; what was recorded until then is kept.

mod canvas;
mod clock;
mod encoder;
mod film;
mod first;
mod fit;
mod gif;
mod handle;
mod mp4;
mod planes;
mod shoot;
mod sound;
pub(crate) mod stop;
#[cfg(test)]
mod tests;

pub use handle::{Ending, Progress, Recording, RecordingState};
pub use mp4::{Repaired, repair};

pub(crate) use first::{of_gif as first_of_gif, of_mp4 as first_of_mp4};
pub(crate) use fit::within;
pub(crate) use handle::{Recorder, pair};
pub(crate) use shoot::{Opener, begin};
pub(crate) use sound::{Ear, there_is_one as hears};
pub(crate) use stop::Stop;
