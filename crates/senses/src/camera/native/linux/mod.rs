//! Cameras of Linux: what `/dev` holds, opened for nokhwa by a backend of our own.

mod kinds;
mod video;

use std::{fs, io};

use v4l::Device;

use self::kinds::kinds;
use crate::{SenseError, camera::FoundCamera};

pub(super) use video::open;

pub(super) fn list() -> Result<Vec<FoundCamera>, SenseError> {
    let entries = fs::read_dir("/dev").map_err(|error| {
        SenseError::Failed(format!(
            "the system did not say which cameras there are: {error}"
        ))
    })?;
    let mut numbers: Vec<usize> = entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            name.to_str()?.strip_prefix("video")?.parse().ok()
        })
        .collect();
    numbers.sort_unstable();
    Ok(numbers
        .into_iter()
        .filter(|number| gives_pictures(*number))
        .map(|number| FoundCamera {
            id: number.to_string(),
            name: name(number),
        })
        .collect())
}

/// A camera brings several devices, of which some give no pictures. One that does not let itself be
/// opened counts: whoever asks for it learns why.
fn gives_pictures(number: usize) -> bool {
    match Device::new(number) {
        Ok(device) => !kinds(&device).is_empty(),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

fn name(number: usize) -> String {
    let told = fs::read(format!("/sys/class/video4linux/video{number}/name")).unwrap_or_default();
    let told = String::from_utf8_lossy(&told);
    match told.trim() {
        "" => format!("camera {number}"),
        name => chaperone_protocol::visible(name),
    }
}
