//! A backend of nokhwa's whose every wait has an end.
//!
//! nokhwa's own one waits for a frame without limit, so that a camera which gives none, such as a
//! virtual one that nothing feeds, could never be let go. It also refuses cameras that begin with a
//! format or a rate it does not know, and fails on names that are not whole text. This one sets the
//! extent and leaves the rate alone, which is of no matter to one picture.

use std::{borrow::Cow, collections::HashMap, io, time::Duration};

use nokhwa::{
    Buffer, Camera, NokhwaError,
    camera_traits::CaptureBackendTrait,
    utils::{
        ApiBackend, CameraControl, CameraFormat, CameraIndex, CameraInfo, ControlValueSetter,
        FrameFormat, KnownCameraControl, Resolution,
    },
};
use v4l::{
    Device, Format,
    buffer::{Flags, Type},
    framesize::{FrameSizeEnum, Stepwise},
    io::traits::{CaptureStream, Stream as _},
    prelude::MmapStream,
    video::Capture,
};

use super::{
    kinds::{four_letters, frame_format, kinds},
    name,
};
use crate::camera::native::trouble::NOTHING_YET;

/// How long a wait for a frame lasts before whoever waits may think again.
const TICK: Duration = Duration::from_millis(200);

/// Frames that the system may fill while we look at one.
const BUFFERS: u32 = 4;

/// What a camera with any extent is asked for.
const USUAL: [(u32, u32); 9] = [
    (160, 120),
    (320, 240),
    (640, 360),
    (640, 480),
    (800, 600),
    (1280, 720),
    (1600, 1200),
    (1920, 1080),
    (3840, 2160),
];

/// What a camera answers that knows no such question.
const NOT_TOLD: [Option<i32>; 2] = [Some(libc::EINVAL), Some(libc::ENOTTY)];

pub(in crate::camera::native) fn open(id: &str) -> Result<Camera, NokhwaError> {
    let refused = |why: String| NokhwaError::OpenDeviceError(id.to_owned(), why);
    let number: u32 = id
        .parse()
        .map_err(|error: std::num::ParseIntError| refused(error.to_string()))?;
    let device = Device::new(number as usize).map_err(|error| refused(error.to_string()))?;
    let index = CameraIndex::Index(number);
    let backend = Video {
        info: CameraInfo::new(&name(number as usize), "", "", index.clone()),
        device,
        format: CameraFormat::default(),
        row_bytes: 0,
        stream: None,
    };
    Ok(Camera::with_custom(
        index,
        ApiBackend::Video4Linux,
        Box::new(backend),
    ))
}

/// One open camera.
struct Video {
    info: CameraInfo,
    device: Device,
    format: CameraFormat,
    row_bytes: usize,
    stream: Option<MmapStream<'static>>,
}

impl Video {
    fn extents(&self, kind: FrameFormat) -> Result<Vec<Resolution>, NokhwaError> {
        let sizes = match Capture::enum_framesizes(&self.device, four_letters(kind)) {
            Ok(sizes) => sizes,
            // It does not tell, and takes the nearest to what it is asked.
            Err(error) if NOT_TOLD.contains(&error.raw_os_error()) => {
                return Ok(USUAL
                    .map(|(width, height)| Resolution::new(width, height))
                    .to_vec());
            }
            Err(error) => {
                return Err(NokhwaError::GetPropertyError {
                    property: "extents".to_owned(),
                    error: error.to_string(),
                });
            }
        };
        Ok(sizes
            .into_iter()
            .flat_map(|size| match size.size {
                FrameSizeEnum::Discrete(size) => vec![(size.width, size.height)],
                FrameSizeEnum::Stepwise(range) => usual_within(&range),
            })
            .map(|(width, height)| Resolution::new(width, height))
            .collect())
    }
}

impl CaptureBackendTrait for Video {
    fn backend(&self) -> ApiBackend {
        ApiBackend::Video4Linux
    }

    fn camera_info(&self) -> &CameraInfo {
        &self.info
    }

    fn refresh_camera_format(&mut self) -> Result<(), NokhwaError> {
        Ok(())
    }

    fn camera_format(&self) -> CameraFormat {
        self.format
    }

    fn set_camera_format(&mut self, wish: CameraFormat) -> Result<(), NokhwaError> {
        let refused = |error: String| NokhwaError::SetPropertyError {
            property: "extent".to_owned(),
            value: wish.to_string(),
            error,
        };
        let wished = Format::new(wish.width(), wish.height(), four_letters(wish.format()));
        let set = Capture::set_format(&self.device, &wished)
            .map_err(|error| refused(error.to_string()))?;
        let Some(kind) = frame_format(set.fourcc) else {
            return Err(refused(format!("it gives {} instead", set.fourcc)));
        };
        let extent = Resolution::new(set.width, set.height);
        self.format = CameraFormat::new(extent, kind, wish.frame_rate());
        self.row_bytes = set.stride as usize;
        Ok(())
    }

    fn compatible_list_by_resolution(
        &mut self,
        kind: FrameFormat,
    ) -> Result<HashMap<Resolution, Vec<u32>>, NokhwaError> {
        // The rate is left alone: none is told from another.
        let extents = self.extents(kind)?;
        Ok(extents
            .into_iter()
            .map(|extent| (extent, vec![0]))
            .collect())
    }

    fn compatible_fourcc(&mut self) -> Result<Vec<FrameFormat>, NokhwaError> {
        Ok(kinds(&self.device))
    }

    fn resolution(&self) -> Resolution {
        self.format.resolution()
    }

    fn set_resolution(&mut self, extent: Resolution) -> Result<(), NokhwaError> {
        self.set_camera_format(CameraFormat::new(
            extent,
            self.format.format(),
            self.format.frame_rate(),
        ))
    }

    fn frame_rate(&self) -> u32 {
        self.format.frame_rate()
    }

    fn set_frame_rate(&mut self, _rate: u32) -> Result<(), NokhwaError> {
        Err(unsupported())
    }

    fn frame_format(&self) -> FrameFormat {
        self.format.format()
    }

    fn set_frame_format(&mut self, kind: FrameFormat) -> Result<(), NokhwaError> {
        self.set_camera_format(CameraFormat::new(
            self.format.resolution(),
            kind,
            self.format.frame_rate(),
        ))
    }

    fn camera_control(&self, _control: KnownCameraControl) -> Result<CameraControl, NokhwaError> {
        Err(unsupported())
    }

    fn camera_controls(&self) -> Result<Vec<CameraControl>, NokhwaError> {
        Ok(Vec::new())
    }

    fn set_camera_control(
        &mut self,
        _control: KnownCameraControl,
        _value: ControlValueSetter,
    ) -> Result<(), NokhwaError> {
        Err(unsupported())
    }

    fn open_stream(&mut self) -> Result<(), NokhwaError> {
        let start = || {
            let mut stream = MmapStream::with_buffers(&self.device, Type::VideoCapture, BUFFERS)?;
            // All but the first, which asking for a frame hands over. So the wait for a frame can
            // happen before asking: the stream cannot go on after a wait of its own was in vain.
            for index in 1..BUFFERS as usize {
                match CaptureStream::queue(&mut stream, index) {
                    // The system may have given us fewer.
                    Err(error) if index > 1 && error.kind() == io::ErrorKind::InvalidInput => break,
                    queued => queued?,
                }
            }
            stream.set_timeout(TICK);
            stream.start()?;
            io::Result::Ok(stream)
        };
        let stream = start().map_err(|error| NokhwaError::OpenStreamError(error.to_string()))?;
        self.stream = Some(stream);
        Ok(())
    }

    fn is_stream_open(&self) -> bool {
        self.stream.is_some()
    }

    fn frame(&mut self) -> Result<Buffer, NokhwaError> {
        let (extent, kind) = (self.format.resolution(), self.format.format());
        let frame = self.frame_raw()?;
        Ok(Buffer::new(extent, &frame, kind))
    }

    fn frame_raw(&mut self) -> Result<Cow<'_, [u8]>, NokhwaError> {
        let failed = |error: io::Error| NokhwaError::ReadFrameError(error.to_string());
        let nothing_yet = || NokhwaError::ReadFrameError(NOTHING_YET.to_owned());
        let Some(stream) = &mut self.stream else {
            return Err(NokhwaError::ReadFrameError("it is not running".to_owned()));
        };
        let tick = i32::try_from(TICK.as_millis()).unwrap_or(i32::MAX);
        match stream.handle().poll(libc::POLLIN, tick) {
            Ok(0) => return Err(nothing_yet()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(nothing_yet()),
            Err(error) => return Err(failed(error)),
        }
        let (buffer, about) = CaptureStream::next(stream).map_err(failed)?;
        if about.flags.contains(Flags::ERROR) {
            return Err(nothing_yet());
        }
        let frame = buffer.get(..about.bytesused as usize).unwrap_or(buffer);
        Ok(without_gaps(frame, self.format, self.row_bytes))
    }

    fn stop_stream(&mut self) -> Result<(), NokhwaError> {
        self.stream = None;
        Ok(())
    }
}

fn unsupported() -> NokhwaError {
    NokhwaError::UnsupportedOperationError(ApiBackend::Video4Linux)
}

/// The usual extents that the camera has, and its smallest and largest.
fn usual_within(range: &Stepwise) -> Vec<(u32, u32)> {
    let fits = |side: u32, least: u32, most: u32, step: u32| {
        (least..=most).contains(&side) && (side - least).is_multiple_of(step.max(1))
    };
    USUAL
        .into_iter()
        .filter(|(width, height)| {
            fits(*width, range.min_width, range.max_width, range.step_width)
                && fits(
                    *height,
                    range.min_height,
                    range.max_height,
                    range.step_height,
                )
        })
        .chain([
            (range.min_width, range.min_height),
            (range.max_width, range.max_height),
        ])
        .collect()
}

/// The frame with its rows side by side: cameras may leave a gap after each.
fn without_gaps(frame: &[u8], format: CameraFormat, row_bytes: usize) -> Cow<'_, [u8]> {
    let width = format.width() as usize;
    let filled = match format.format() {
        FrameFormat::MJPEG => return Cow::Borrowed(frame),
        FrameFormat::YUYV => width.saturating_mul(2),
        // Each row of colour is as long as one of light.
        FrameFormat::NV12 => width.next_multiple_of(2),
        FrameFormat::GRAY => width,
        FrameFormat::RAWRGB | FrameFormat::RAWBGR => width.saturating_mul(3),
    };
    if filled == 0 || row_bytes <= filled {
        return Cow::Borrowed(frame);
    }
    let rows = frame.chunks(row_bytes);
    Cow::Owned(
        rows.flat_map(|row| row.get(..filled).unwrap_or(row))
            .copied()
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_between_rows_are_left_out() {
        let format = CameraFormat::new(Resolution::new(1, 2), FrameFormat::GRAY, 0);
        let frame = [1, 0, 0, 2, 0];
        assert_eq!(*without_gaps(&frame, format, 3), [1, 2]);
        assert_eq!(*without_gaps(&frame, format, 1), frame);
        assert_eq!(*without_gaps(&frame, format, 0), frame);
        let jpeg = CameraFormat::new(Resolution::new(1, 2), FrameFormat::MJPEG, 0);
        assert_eq!(*without_gaps(&frame, jpeg, 3), frame);
    }

    #[test]
    fn any_extent_becomes_some() {
        let range = |step| Stepwise {
            min_width: 160,
            max_width: 1000,
            step_width: step,
            min_height: 120,
            max_height: 480,
            step_height: step,
        };
        assert_eq!(
            usual_within(&range(8)),
            [
                (160, 120),
                (320, 240),
                (640, 360),
                (640, 480),
                (160, 120),
                (1000, 480)
            ]
        );
        assert_eq!(usual_within(&range(0)).len(), 6);
        assert_eq!(
            usual_within(&range(7)),
            [(160, 120), (160, 120), (1000, 480)]
        );
    }
}
