//! The first picture of a recording, from the beginning of its file.

use std::{io::Cursor, num::NonZeroU64};

use chaperone_protocol::Resolution;
use gif::{ColorOutput, DecodeOptions, MemoryLimit};
use openh264::{decoder::Decoder, formats::YUVSource as _};
use yuv::{YuvPlanarImage, YuvRange, yuv420_to_rgb};

use super::{mp4::First, planes::MATRIX};
use crate::screen::{
    area::{side, size},
    picture::Pixels,
};

/// Nothing if there is no whole picture in it, or one of more pixels than that.
pub(crate) fn of_mp4(file: &[u8], most_pixels: usize) -> Option<Pixels> {
    let first = First::find(file)?;
    let mut stream = Vec::new();
    for unit in first.each() {
        stream.extend([0, 0, 0, 1]);
        stream.extend_from_slice(unit);
    }
    let mut decoder = Decoder::new().ok()?;
    let picture = decoder.decode(&stream).ok()??;
    let (width, height) = picture.dimensions();
    if width.checked_mul(height)? > most_pixels {
        return None;
    }
    let (luma, blue, red) = picture.strides();
    let image = YuvPlanarImage {
        y_plane: picture.y(),
        y_stride: side(luma),
        u_plane: picture.u(),
        u_stride: side(blue),
        v_plane: picture.v(),
        v_stride: side(red),
        width: side(width),
        height: side(height),
    };
    let mut bytes = vec![0; width * height * 3];
    let wide = side(width * 3);
    yuv420_to_rgb(&image, &mut bytes, wide, YuvRange::Limited, MATRIX).ok()?;
    let resolution = Resolution {
        width: side(width),
        height: side(height),
    };
    Some(Pixels { bytes, resolution })
}

/// Likewise of `WebM`. It is made on Linux alone.
#[cfg(target_os = "linux")]
pub(crate) fn of_webm(file: &[u8], most_pixels: usize) -> Option<Pixels> {
    let first = super::webm::First::find(file)?;
    let pixels = usize::from(first.width).checked_mul(usize::from(first.height))?;
    if pixels > most_pixels {
        return None;
    }
    let picture = first.as_picture();
    let picture = image::load_from_memory_with_format(&picture, image::ImageFormat::WebP);
    let picture = picture.ok()?.into_rgb8();
    let (width, height) = picture.dimensions();
    Some(Pixels {
        bytes: picture.into_raw(),
        resolution: Resolution { width, height },
    })
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn of_webm(_file: &[u8], _most_pixels: usize) -> Option<Pixels> {
    None
}

/// Likewise of an animated picture.
pub(crate) fn of_gif(file: &[u8], most_pixels: usize) -> Option<Pixels> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    let most_bytes = u64::try_from(most_pixels.checked_mul(4)?).ok()?;
    options.set_memory_limit(MemoryLimit::Bytes(NonZeroU64::new(most_bytes)?));
    let mut decoder = options.read_info(Cursor::new(file)).ok()?;
    let frame = decoder.read_next_frame().ok()??;
    // The first frame is all of the picture; those after it are what changed.
    let resolution = Resolution {
        width: frame.width.into(),
        height: frame.height.into(),
    };
    let bytes: Vec<u8> = frame
        .buffer
        .chunks_exact(4)
        .flat_map(|pixel| pixel.get(..3).unwrap_or_default())
        .copied()
        .collect();
    let whole = bytes.len() == size(resolution.width) * size(resolution.height) * 3;
    (whole && !bytes.is_empty()).then_some(Pixels { bytes, resolution })
}
