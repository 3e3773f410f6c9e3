//! Systems on which recordings have no sound yet.

use std::time::Instant;

use super::{Ear, Source};
use crate::{
    SenseError,
    screen::recording::{mp4::SoundFormat, stop::Stop},
};

/// A microphone that is heard. There is none.
pub(crate) enum Microphone {}

impl Microphone {
    pub(crate) fn open(_ear: &Ear, _source: Source, _stop: &Stop) -> Result<Self, SenseError> {
        there_is_one(&Ear::default()).and(Err(refusal()))
    }

    pub(crate) fn format(&self) -> SoundFormat {
        match *self {}
    }

    pub(crate) fn begin(&self, _at: Instant) {
        match *self {}
    }

    pub(crate) fn next(&self) -> Option<Vec<u8>> {
        match *self {}
    }
}

/// Whether a microphone can be heard.
pub(crate) fn there_is_one(_ear: &Ear) -> Result<(), SenseError> {
    Err(refusal())
}

fn refusal() -> SenseError {
    SenseError::Unsupported(
        "recordings have no sound on this system yet: ask for one without audio".to_owned(),
    )
}
