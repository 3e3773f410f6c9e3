//! What is wrong with a camera, out of the words of the systems beneath nokhwa, which passes on
//! nothing else.

use nokhwa::NokhwaError;

use crate::SenseError;

/// Said by our own backend when a frame is still to come.
pub(super) const NOTHING_YET: &str = "nothing yet";

/// What is wrong with a camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// No frame yet.
    Quiet,
    /// Another program uses it.
    InUse,
    /// The system does not let us.
    Refused,
    /// It is not there any more.
    Gone,
    /// Anything else, as the system tells it.
    Other(String),
}

/// How Linux, Windows and macOS put it. An error's number is the same in every language.
const IN_USE: [&str; 5] = [
    "(os error 16)",
    "0x800700AA",
    "0xC00D3EA2",
    "0xC00D3704",
    "Already in use",
];
const REFUSED: [&str; 4] = ["(os error 13)", "(os error 1)", "0x80070005", NOT_ALLOWED];
const GONE: [&str; 6] = [
    "(os error 19)",
    "(os error 2)",
    "(os error 6)",
    "0xC00D3EA3",
    "0x8007001F",
    "0xC00D36D5",
];

/// Said when the person has not let this program use cameras.
pub(super) const NOT_ALLOWED: &str = "not allowed by the person";

impl Trouble {
    pub(super) fn of(error: &NokhwaError) -> Self {
        let words = error.to_string();
        let has = |marks: &[&str]| {
            marks
                .iter()
                .any(|mark| words.to_lowercase().contains(&mark.to_lowercase()))
        };
        if has(&[NOTHING_YET]) {
            Self::Quiet
        } else if has(&IN_USE) {
            Self::InUse
        } else if has(&REFUSED) {
            Self::Refused
        } else if has(&GONE) {
            Self::Gone
        } else {
            Self::Other(words)
        }
    }

    /// Whether asking the camera for something else is pointless.
    pub(super) fn is_lasting(&self) -> bool {
        match self {
            Self::InUse | Self::Refused | Self::Gone => true,
            Self::Quiet | Self::Other(_) => false,
        }
    }

    /// For people, about the camera of that name.
    pub(super) fn told(self, name: &str) -> SenseError {
        match self {
            Self::Quiet => {
                SenseError::TimedOut(format!("the camera {name:?} gave no picture: try again"))
            }
            Self::InUse => SenseError::Busy(format!(
                "the camera {name:?} is in use by another program: close that one, then try again"
            )),
            Self::Refused => SenseError::Refused(format!(
                "this program may not use the camera {name:?}: {HOW_TO_ALLOW}"
            )),
            Self::Gone => SenseError::Missing(format!(
                "the camera {name:?} is gone: plug it in, then try again"
            )),
            Self::Other(words) => {
                SenseError::Failed(format!("the camera {name:?} did not work: {words}"))
            }
        }
    }
}

#[cfg(target_os = "macos")]
const HOW_TO_ALLOW: &str =
    "allow it in System Settings, Privacy & Security, Camera, then start it again";
#[cfg(windows)]
const HOW_TO_ALLOW: &str = "allow it in Settings, Privacy & security, Camera";
#[cfg(not(any(windows, target_os = "macos")))]
const HOW_TO_ALLOW: &str = "add your account to the group \"video\", then log out and in again";

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn each_systems_words_are_understood() {
        let errno = |number| io::Error::from_raw_os_error(number).to_string();
        for (words, trouble) in [
            (errno(16), Trouble::InUse),
            (errno(13), Trouble::Refused),
            (errno(1), Trouble::Refused),
            (errno(19), Trouble::Gone),
            (errno(2), Trouble::Gone),
            ("access denied (0x80070005)".to_owned(), Trouble::Refused),
            ("lost (0xc00d3ea3)".to_owned(), Trouble::Gone),
            (NOT_ALLOWED.to_owned(), Trouble::Refused),
            (NOTHING_YET.to_owned(), Trouble::Quiet),
        ] {
            let error = NokhwaError::ReadFrameError(words.clone());
            assert_eq!(Trouble::of(&error), trouble, "{words}");
        }
        let other = NokhwaError::GeneralError("odd (os error 22)".to_owned());
        assert_eq!(
            Trouble::of(&other),
            Trouble::Other("Error: odd (os error 22)".to_owned())
        );
    }
}
