//! From a camera's frame to a JPEG. Pure.

use std::{borrow::Cow, io::Cursor, iter};

use chaperone_protocol::Resolution;
use image::{DynamicImage, ImageFormat, ImageReader, Limits, RgbImage, codecs::jpeg::JpegEncoder};
use nokhwa::utils::FrameFormat;

/// A frame that is not a whole picture. Cameras give such now and then; the next may be whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unreadable(String);

const START_OF_JPEG: [u8; 2] = [0xff, 0xd8];
const START_OF_SCAN: u8 = 0xda;

/// The end of every JPEG. Inside one, these two bytes never follow each other.
const END_OF_JPEG: [u8; 2] = [0xff, 0xd9];

/// The picture in a frame. Rows follow each other without a gap; what comes after the last is
/// ignored.
pub(super) fn decode(
    format: FrameFormat,
    extent: Resolution,
    frame: &[u8],
) -> Result<RgbImage, Unreadable> {
    let width = extent.width as usize;
    let pixels = width.saturating_mul(extent.height as usize);
    let rgb = match format {
        FrameFormat::MJPEG => return jpeg_frame(frame),
        FrameFormat::YUYV => yuyv(width, first(frame, pixels.saturating_mul(2))?),
        FrameFormat::NV12 => nv12(width, extent.height as usize, frame)?,
        FrameFormat::GRAY => first(frame, pixels)?
            .iter()
            .flat_map(|luma| [*luma; 3])
            .collect(),
        FrameFormat::RAWRGB => first(frame, pixels.saturating_mul(3))?.to_vec(),
        FrameFormat::RAWBGR => first(frame, pixels.saturating_mul(3))?
            .as_chunks::<3>()
            .0
            .iter()
            .flat_map(|[blue, green, red]| [*red, *green, *blue])
            .collect(),
    };
    RgbImage::from_raw(extent.width, extent.height, rgb).ok_or_else(cut_off)
}

/// The picture as JPEG, with nothing else in it.
pub(super) fn encode(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, image::ImageError> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, quality.clamp(1, 100)).encode_image(picture)?;
    Ok(jpeg)
}

fn first(frame: &[u8], bytes: usize) -> Result<&[u8], Unreadable> {
    frame.get(..bytes).ok_or_else(cut_off)
}

fn cut_off() -> Unreadable {
    Unreadable("the frame is cut off".to_owned())
}

/// Decoded and encoded again rather than handed on: some cameras leave out the tables, and some put
/// in their serial number.
fn jpeg_frame(frame: &[u8]) -> Result<RgbImage, Unreadable> {
    // The decoder would fill up the rest with grey.
    if !frame.windows(2).any(|pair| pair == END_OF_JPEG) {
        return Err(cut_off());
    }
    let frame = with_tables(frame);
    let mut reader = ImageReader::with_format(Cursor::new(&*frame), ImageFormat::Jpeg);
    let mut limits = Limits::default();
    limits.max_image_width = Some(Resolution::MAX_SIDE);
    limits.max_image_height = Some(Resolution::MAX_SIDE);
    reader.limits(limits);
    reader
        .decode()
        .map(DynamicImage::into_rgb8)
        .map_err(|error| Unreadable(error.to_string()))
}

/// The frame with the usual Huffman tables, if it brings none: in motion JPEG they go without
/// saying.
fn with_tables(frame: &[u8]) -> Cow<'_, [u8]> {
    let brings_some = segments(frame).any(is_table);
    let Some((start, rest)) = frame.split_at_checked(START_OF_JPEG.len()) else {
        return Cow::Borrowed(frame);
    };
    // Our own encoder writes just them.
    let Ok(usual) = encode(&RgbImage::new(1, 1), 1) else {
        return Cow::Borrowed(frame);
    };
    if brings_some || start != START_OF_JPEG {
        return Cow::Borrowed(frame);
    }
    let tables = segments(&usual).filter(|segment| is_table(segment));
    Cow::Owned(
        [start]
            .into_iter()
            .chain(tables)
            .chain([rest])
            .flatten()
            .copied()
            .collect(),
    )
}

fn is_table(segment: &[u8]) -> bool {
    segment.starts_with(&[0xff, 0xc4])
}

/// What a JPEG says before its picture begins.
fn segments(jpeg: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = jpeg.strip_prefix(&START_OF_JPEG).unwrap_or_default();
    iter::from_fn(move || {
        let [0xff, marker, high, low, ..] = rest else {
            return None;
        };
        if *marker == START_OF_SCAN {
            return None;
        }
        let length = 2 + usize::from(u16::from_be_bytes([*high, *low]));
        let (segment, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(segment)
    })
}

fn yuyv(width: usize, frame: &[u8]) -> Vec<u8> {
    frame
        .chunks_exact(width.saturating_mul(2).max(1))
        .flat_map(|row| row.chunks(4))
        .flat_map(|pair| match pair {
            [one, u, other, v] => [Some(rgb(*one, *u, *v)), Some(rgb(*other, *u, *v))],
            // An odd width's last pixel has but half a colour.
            [one, u] => [Some(rgb(*one, *u, 128)), None],
            _ => [None, None],
        })
        .flatten()
        .flatten()
        .collect()
}

fn nv12(width: usize, height: usize, frame: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let (luma, colour) = frame
        .split_at_checked(width.saturating_mul(height))
        .ok_or_else(cut_off)?;
    let colour_row = width.next_multiple_of(2).max(1);
    first(colour, colour_row.saturating_mul(height.div_ceil(2)))?;
    // Two rows share one row of colour.
    let colour_rows = colour.chunks_exact(colour_row).flat_map(|row| [row, row]);
    Ok(luma
        .chunks_exact(width.max(1))
        .zip(colour_rows)
        .flat_map(|(luma, colour)| luma.chunks(2).zip(colour.as_chunks::<2>().0))
        .flat_map(|(pair, [u, v])| pair.iter().map(move |luma| rgb(*luma, *u, *v)))
        .flatten()
        .collect())
}

/// BT.601 with 16 to 235, which is what cameras give that say nothing else.
fn rgb(luma: u8, u: u8, v: u8) -> [u8; 3] {
    let (luma, u, v) = (
        298 * (i32::from(luma) - 16) + 128,
        i32::from(u) - 128,
        i32::from(v) - 128,
    );
    [luma + 409 * v, luma - 100 * u - 208 * v, luma + 516 * u]
        .map(|sum| u8::try_from((sum >> 8).clamp(0, 255)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    const RED: [u8; 3] = [81, 90, 240];
    const BLUE: [u8; 3] = [41, 240, 110];

    fn extent(width: u32, height: u32) -> Resolution {
        Resolution { width, height }
    }

    fn assert_near(picture: &RgbImage, x: u32, y: u32, wanted: [u8; 3]) {
        let Rgb(seen) = *picture.get_pixel(x, y);
        let near = seen
            .iter()
            .zip(wanted)
            .all(|(seen, wanted)| seen.abs_diff(wanted) < 12);
        assert!(near, "{seen:?} at {x},{y} is not {wanted:?}");
    }

    #[test]
    fn yuyv_keeps_its_colours() {
        let [[ry, ru, rv], [by, bu, bv]] = [RED, BLUE];
        let row = [ry, ru, ry, rv, by, bu, by, bv];
        let picture = decode(FrameFormat::YUYV, extent(4, 2), &[row, row].concat()).unwrap();
        assert_near(&picture, 0, 0, [255, 0, 0]);
        assert_near(&picture, 3, 1, [0, 0, 255]);
    }

    #[test]
    fn an_odd_width_stays_in_its_rows() {
        let picture = decode(FrameFormat::YUYV, extent(1, 2), &[235, 128, 16, 128]).unwrap();
        assert_near(&picture, 0, 0, [255, 255, 255]);
        assert_near(&picture, 0, 1, [0, 0, 0]);
    }

    #[test]
    fn nv12_keeps_its_colours() {
        let [[ry, ru, rv], [by, bu, bv]] = [RED, BLUE];
        // Three rows: the third has a row of colour of its own.
        let mut frame = [ry, ry, by, by].repeat(3);
        frame.extend([ru, rv, bu, bv].repeat(2));
        let picture = decode(FrameFormat::NV12, extent(4, 3), &frame).unwrap();
        assert_eq!(picture.dimensions(), (4, 3));
        for row in 0..3 {
            assert_near(&picture, 1, row, [255, 0, 0]);
            assert_near(&picture, 2, row, [0, 0, 255]);
        }
    }

    #[test]
    fn plain_formats_are_read() {
        let red = decode(FrameFormat::RAWRGB, extent(1, 1), &[255, 0, 0, 9]).unwrap();
        assert_near(&red, 0, 0, [255, 0, 0]);
        let red = decode(FrameFormat::RAWBGR, extent(1, 1), &[0, 0, 255]).unwrap();
        assert_near(&red, 0, 0, [255, 0, 0]);
        let grey = decode(FrameFormat::GRAY, extent(1, 1), &[7]).unwrap();
        assert_near(&grey, 0, 0, [7, 7, 7]);
    }

    fn half_and_half() -> RgbImage {
        RgbImage::from_fn(64, 32, |x, _| {
            Rgb(if x < 32 { [255, 0, 0] } else { [0, 0, 255] })
        })
    }

    /// Removes the segments that define Huffman tables, as cameras do.
    fn without_tables(jpeg: &[u8]) -> Vec<u8> {
        let kept = segments(jpeg).filter(|segment| !is_table(segment));
        let said: usize = segments(jpeg).map(<[u8]>::len).sum();
        let picture = &jpeg[START_OF_JPEG.len() + said..];
        assert_eq!(picture[..2], [0xff, START_OF_SCAN]);
        [&START_OF_JPEG[..]]
            .into_iter()
            .chain(kept)
            .chain([picture])
            .flatten()
            .copied()
            .collect()
    }

    #[test]
    fn a_jpeg_is_what_was_seen() {
        let jpeg = encode(&half_and_half(), 85).unwrap();
        // Padding after the end is usual.
        let padded = [jpeg.as_slice(), &[0; 500]].concat();
        let bare = without_tables(&jpeg);
        assert!(bare.len() < jpeg.len());
        for frame in [padded, bare] {
            let picture = decode(FrameFormat::MJPEG, extent(64, 32), &frame).unwrap();
            assert_eq!(picture.dimensions(), (64, 32));
            assert_near(&picture, 10, 16, [255, 0, 0]);
            assert_near(&picture, 50, 16, [0, 0, 255]);
        }
        let better = encode(&half_and_half(), 100).unwrap();
        assert!(better.len() > encode(&half_and_half(), 0).unwrap().len());
    }

    #[test]
    fn half_a_frame_is_no_picture() {
        let jpeg = encode(&half_and_half(), 85).unwrap();
        let wanted = extent(64, 32);
        for (format, frame) in [
            (FrameFormat::MJPEG, &jpeg[..jpeg.len() / 2]),
            (FrameFormat::MJPEG, &[0xff, 0xd9][..]),
            (FrameFormat::MJPEG, &[][..]),
            (FrameFormat::YUYV, &[0; 64 * 32 * 2 - 1][..]),
            (FrameFormat::NV12, &[0; 64 * 32][..]),
            (FrameFormat::NV12, &[0; 7][..]),
            (FrameFormat::GRAY, &[][..]),
            (FrameFormat::RAWRGB, &[0; 64 * 32 * 3 - 1][..]),
            (FrameFormat::RAWBGR, &[0][..]),
        ] {
            assert!(decode(format, wanted, frame).is_err(), "{format}");
        }
    }
}
