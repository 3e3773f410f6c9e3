//! Cameras through nokhwa's own backends.
//!
//! They wait for a frame without limit: one that gives none is reported in time and stays with its
//! thread until it gives one, so that nobody else gets it meanwhile.

use std::{sync::mpsc, time::Duration};

use nokhwa::{
    Camera, NokhwaError, nokhwa_check, nokhwa_initialize,
    utils::{ApiBackend, CameraIndex, RequestedFormat, RequestedFormatType},
};

use super::trouble::NOT_ALLOWED;
use crate::{
    SenseError,
    camera::{FoundCamera, choice},
};

/// How long the person gets to answer the system's own question. The photo's own limit is shorter
/// by default; the answer then serves the next one.
const ASKING_LIMIT: Duration = Duration::from_mins(1);

#[cfg(windows)]
const HOW_TO_MEND: &str = "install its Media Feature Pack if it has none, or restart the computer";
#[cfg(not(windows))]
const HOW_TO_MEND: &str = "restart the computer";

pub(super) fn list() -> Result<Vec<FoundCamera>, SenseError> {
    let cameras = nokhwa::query(ApiBackend::Auto).map_err(|error| {
        SenseError::Unavailable(format!(
            "the system does not say which cameras there are ({error}): {HOW_TO_MEND}"
        ))
    })?;
    Ok(cameras
        .iter()
        .map(|camera| FoundCamera {
            id: camera.index().as_string(),
            name: chaperone_protocol::visible(&camera.human_name()),
        })
        .collect())
}

pub(super) fn open(id: &str) -> Result<Camera, NokhwaError> {
    allowed(id)?;
    let index = id
        .parse()
        .map_or_else(|_| CameraIndex::String(id.to_owned()), CameraIndex::Index);
    // Any format to begin with: which there are is known only of an open camera.
    let any = RequestedFormat::with_formats(RequestedFormatType::None, choice::readable());
    Camera::new(index, any)
}

/// Has the system ask the person, where it does, and waits for the answer.
fn allowed(id: &str) -> Result<(), NokhwaError> {
    if nokhwa_check() {
        return Ok(());
    }
    let (answer, answered) = mpsc::sync_channel(1);
    nokhwa_initialize(move |granted| {
        // The second of two answers has nowhere to go, and says the same.
        answer.try_send(granted).ok();
    });
    match answered.recv_timeout(ASKING_LIMIT) {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(NokhwaError::OpenDeviceError(
            id.to_owned(),
            NOT_ALLOWED.to_owned(),
        )),
    }
}
