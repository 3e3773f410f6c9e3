//! Recordings of one display.
//!
//! A recording is a thread that looks at the display with its own clock, keeps a picture of it in
//! the colours of video, and adds that picture to a file where something changed; sound, if it is
//! wanted, comes from a thread of its own. It ends by its
//! handle, its limit, or what goes wrong; what was recorded until then is kept.

mod canvas;
mod clock;
mod encoder;
mod fake;
mod film;
mod first;
mod fit;
mod gif;
mod handle;
mod kind;
mod mp4;
mod planes;
mod repair;
mod shoot;
mod sound;
pub(crate) mod stop;
#[cfg(test)]
mod tests;
mod trim;
#[cfg(target_os = "linux")]
mod vp8;
#[cfg(target_os = "linux")]
mod vpx;
#[cfg(target_os = "linux")]
mod webm;

pub use fake::film;
pub use handle::{Ending, Progress, Recording, RecordingState};
pub use repair::{Repaired, repair};
pub use trim::{Trimmed, trim};

pub(crate) use first::{of_gif as first_of_gif, of_mp4 as first_of_mp4, of_webm as first_of_webm};
pub(crate) use fit::within;
pub(crate) use handle::{Recorder, pair};
pub(crate) use kind::refusal;
pub(crate) use shoot::{Opener, begin};
pub(crate) use sound::{Ear, there_is_one as hears};
pub(crate) use stop::Stop;
