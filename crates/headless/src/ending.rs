//! What the process says by how it ends, and what it says aloud when something is wrong.

use std::{fmt, process::ExitCode};

use anyhow::Error;
use chaperone_api::{DoorError, Refusal, offline::OfflineError};

const FAILED: u8 = 1;
const WRONG: u8 = 2;
const NOT_RUNNING: u8 = 3;
const REFUSED: u8 = 4;

/// A check found something.
pub(crate) fn found_something() -> ExitCode {
    ExitCode::from(WRONG)
}

/// The words do not fit together, or need something that is not there.
#[derive(Debug)]
pub(crate) struct Wrong(pub(crate) String);

/// It must not be done, or cannot any more.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}
impl std::error::Error for Refused {}

/// With which code a process ends after this.
pub(crate) fn code(error: &Error) -> u8 {
    error.chain().find_map(known).unwrap_or(FAILED)
}

fn known(error: &(dyn std::error::Error + 'static)) -> Option<u8> {
    if error.is::<Wrong>() {
        return Some(WRONG);
    }
    if error.is::<Refused>() {
        return Some(REFUSED);
    }
    if let Some(OfflineError::NoAgent(_)) = error.downcast_ref() {
        return Some(WRONG);
    }
    Some(match error.downcast_ref()? {
        DoorError::NotRunning => NOT_RUNNING,
        DoorError::AnotherUser { .. } => REFUSED,
        DoorError::Refused { refusal, .. } => match refusal {
            Refusal::Gone | Refusal::Changed | Refusal::NotAllowed => REFUSED,
            Refusal::Invalid => WRONG,
            Refusal::Failed => FAILED,
        },
        DoorError::Find(_) | DoorError::Talk(_) | DoorError::Nonsense | DoorError::Write(_) => {
            FAILED
        }
    })
}
