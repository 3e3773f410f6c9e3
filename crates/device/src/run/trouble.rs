//! Why a run brought nothing: once for the hub that asked, once for the person who tries.

use chaperone_protocol::{FailureCode, Outcome, Timestamp};
use chaperone_senses::SenseError;

use super::Ended;
use crate::{indicator::LightOver, trial::Hindrance};

#[derive(Debug)]
pub(crate) enum Trouble {
    /// It was stopped from outside.
    Stopped,
    /// The sense says so.
    Sense(SenseError),
    /// Somebody uses the camera or display, as a sentence.
    Taken(String),
    /// Nothing shows that something is captured, as a sentence.
    Dark(String),
    /// What showed it is over before the capture is.
    WentOut(LightOver),
    /// It could not be kept, as a sentence.
    Unkept(String),
}

impl Trouble {
    /// What the person who tries is told.
    pub(crate) fn hindrance(&self) -> Hindrance {
        match self {
            Self::Stopped | Self::WentOut(LightOver::Stopped) => Hindrance::Stopped,
            Self::Taken(_) => Hindrance::Taken,
            Self::Dark(_) | Self::WentOut(LightOver::Gone) => Hindrance::Unseen,
            Self::Unkept(_) => Hindrance::Unrecorded,
            Self::Sense(error) => match error {
                // Nobody but the person says which one is tried, and theirs is not there.
                SenseError::Missing(_) | SenseError::Invalid(_) => Hindrance::Missing,
                SenseError::Refused(_) => Hindrance::Refused,
                SenseError::Busy(_) => Hindrance::InUse,
                SenseError::Unavailable(_) => Hindrance::Unavailable,
                SenseError::Unsupported(_) => Hindrance::Unsupported,
                SenseError::TimedOut(_) => Hindrance::TimedOut,
                _ => Hindrance::Failed,
            },
        }
    }

    /// The same, as a sentence.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Stopped | Self::WentOut(LightOver::Stopped) => "the person stopped it".to_owned(),
            Self::WentOut(LightOver::Gone) => {
                "what showed that something is captured went away, so nothing was".to_owned()
            }
            Self::Sense(error) => error.to_string(),
            Self::Taken(sentence) | Self::Dark(sentence) | Self::Unkept(sentence) => {
                sentence.clone()
            }
        }
    }

    /// What a hub is told.
    fn code(&self) -> FailureCode {
        match self {
            Self::Stopped | Self::WentOut(LightOver::Stopped) => FailureCode::Cancelled,
            Self::Sense(error) => error.code(),
            Self::Taken(_) => FailureCode::Busy,
            Self::Dark(_) | Self::WentOut(LightOver::Gone) => FailureCode::Unavailable,
            Self::Unkept(_) => FailureCode::Unrecorded,
        }
    }
}

impl From<SenseError> for Trouble {
    fn from(error: SenseError) -> Self {
        Self::Sense(error)
    }
}

impl From<Trouble> for Ended {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            // Who stopped it, and so what the hub is told, the loop knows.
            Trouble::Stopped => Self::Stopped(None),
            trouble => Self::With(Outcome::failure(
                trouble.code(),
                trouble.message(),
                Timestamp::now(),
            )),
        }
    }
}
