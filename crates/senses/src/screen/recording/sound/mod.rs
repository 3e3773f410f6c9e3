//! What a recording hears: the microphone, or what this computer plays, on a thread of its own.
//!
//! Sound comes by its own clock and is put down by that of the recording: what is
//! missing is silent, and what is too much is left out. Nothing is heard before the recording begins
//! or after it ends. Whether it may be heard at all is not decided here.

#[cfg(target_os = "linux")]
mod choice;
#[cfg(not(target_os = "linux"))]
mod deaf;
#[cfg(target_os = "linux")]
mod line;
#[cfg(target_os = "linux")]
mod pipewire;

#[cfg(not(target_os = "linux"))]
pub(crate) use deaf::{Microphone, there_is_one};
#[cfg(target_os = "linux")]
pub(crate) use pipewire::{Microphone, there_is_one};

/// What is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Microphone,
    /// What comes out of the speakers.
    Output,
}

/// Which microphones and speakers are meant: those of the session, or of the server with that socket.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ear {
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "nothing is heard there")
    )]
    pub(crate) socket: Option<std::path::PathBuf>,
}
