//! A recording as its owner holds it.

use std::{fmt, time::Duration};

use chaperone_protocol::Resolution;
use tokio::sync::watch;

use super::stop::{Stop, Stopper};

/// A recording that runs, or has ended. Dropping it ends it within a second; the file is finished
/// either way.
#[derive(Debug)]
pub struct Recording {
    stopper: Stopper,
    state: watch::Receiver<RecordingState>,
}

/// How a recording stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordingState {
    /// It runs.
    Running(Progress),
    /// It has ended, and what it recorded until then is in its file.
    Ended(Progress, Ending),
}

/// What was recorded so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How long it has run.
    pub elapsed: Duration,
    /// How many frames it has; what does not change needs few.
    pub frames: u64,
    /// How long its file is.
    pub bytes: u64,
    /// How large its picture is; it stays so.
    pub resolution: Resolution,
}

/// Why a recording ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It was stopped, or its handle was dropped.
    Stopped,
    /// It lasted as long as it may.
    Limit,
    /// Its display can no longer be watched, for this reason.
    DisplayLost(String),
    /// There was no room for more.
    StorageFull,
    /// Something else went wrong.
    Failed(String),
}

impl Recording {
    /// How it stands.
    pub fn state(&self) -> RecordingState {
        self.state.borrow().clone()
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&mut self) -> (Progress, Ending) {
        let ended = self
            .state
            .wait_for(|state| matches!(state, RecordingState::Ended(..)))
            .await
            .map(|state| state.clone());
        match ended.unwrap_or_else(|_| self.state()) {
            RecordingState::Ended(progress, ending) => (progress, ending),
            // Whoever recorded is gone without a word.
            RecordingState::Running(progress) => {
                let why = "the recording broke off".to_owned();
                (progress, Ending::Failed(why))
            }
        }
    }

    /// Ends it, and waits until its file is finished: at most some seconds.
    pub async fn stop(mut self) -> (Progress, Ending) {
        self.stopper.tell();
        self.ended().await
    }
}

impl RecordingState {
    /// What was recorded so far.
    pub fn progress(&self) -> Progress {
        match self {
            Self::Running(progress) | Self::Ended(progress, _) => *progress,
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => f.write_str("the recording was stopped"),
            Self::Limit => f.write_str("the recording reached its time limit"),
            Self::StorageFull => f.write_str(
                "there is no room left for the recording: it ended there, and what it has until \
                 then is kept; make room before the next one",
            ),
            Self::DisplayLost(why) | Self::Failed(why) => write!(
                f,
                "{why}: the recording ended there, and what it has until then is kept"
            ),
        }
    }
}

/// The other end of a recording: whoever records.
#[derive(Debug)]
pub(crate) struct Recorder {
    pub(crate) stop: Stop,
    state: watch::Sender<RecordingState>,
}

/// A recording and its recorder.
pub(crate) fn pair(
    resolution: Resolution,
    stopper: Stopper,
    stop: Stop,
) -> (Recording, Recorder, Progress) {
    let progress = Progress {
        elapsed: Duration::ZERO,
        frames: 0,
        bytes: 0,
        resolution,
    };
    let (sender, state) = watch::channel(RecordingState::Running(progress));
    let recorder = Recorder {
        stop,
        state: sender,
    };
    (Recording { stopper, state }, recorder, progress)
}

impl Recorder {
    pub(crate) fn running(&self, progress: Progress) {
        self.state.send_replace(RecordingState::Running(progress));
    }

    pub(crate) fn end(&self, ending: &Ending) {
        self.state.send_if_modified(|state| {
            let RecordingState::Running(progress) = *state else {
                return false;
            };
            *state = RecordingState::Ended(progress, ending.clone());
            true
        });
    }
}
