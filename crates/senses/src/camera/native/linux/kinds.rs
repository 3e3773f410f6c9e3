//! The formats of frames, as Linux and as nokhwa name them.

use nokhwa::utils::FrameFormat;
use v4l::{Device, FourCC, video::Capture};

use crate::camera::choice;

/// The formats a device offers that we can read. One that gives no pictures offers none.
pub(super) fn kinds(device: &Device) -> Vec<FrameFormat> {
    let offered = Capture::enum_formats(device).unwrap_or_default();
    offered
        .iter()
        .filter_map(|format| frame_format(format.fourcc))
        .filter(|kind| choice::is_readable(*kind))
        .collect()
}

pub(super) fn frame_format(letters: FourCC) -> Option<FrameFormat> {
    match &letters.repr {
        b"MJPG" => Some(FrameFormat::MJPEG),
        b"YUYV" => Some(FrameFormat::YUYV),
        b"NV12" => Some(FrameFormat::NV12),
        b"GREY" => Some(FrameFormat::GRAY),
        b"RGB3" => Some(FrameFormat::RAWRGB),
        b"BGR3" => Some(FrameFormat::RAWBGR),
        _ => None,
    }
}

pub(super) fn four_letters(kind: FrameFormat) -> FourCC {
    FourCC::new(match kind {
        FrameFormat::MJPEG => b"MJPG",
        FrameFormat::YUYV => b"YUYV",
        FrameFormat::NV12 => b"NV12",
        FrameFormat::GRAY => b"GREY",
        FrameFormat::RAWRGB => b"RGB3",
        FrameFormat::RAWBGR => b"BGR3",
    })
}
