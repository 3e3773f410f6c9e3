//! Small pictures of what was taken, for lists of such.
//!
//! Pictures and recordings come from this device, but a file may have been changed since: nothing is
//! decoded that would take more memory than a display can fill. Which files there are, and who may
//! see them, is not decided here.

use std::io::Cursor;

use chaperone_protocol::Resolution;
use image::{ImageFormat, ImageReader, Limits};

use crate::{
    SenseError,
    screen::{PictureFormat, Pixels, first_of_gif, first_of_mp4, first_of_webm},
};

/// So much of a recording holds its first picture, whatever the display showed.
pub const THUMBNAIL_NEEDS_BYTES: usize = 8 << 20;

/// More than any display has: 8192 by 4608.
const MOST_PIXELS: usize = 8192 * 4608;

/// What decoding a picture may take.
const MOST_BYTES: u64 = 160 << 20;

/// Larger ones are not small.
const LONGEST_SIDE: u32 = 1024;

/// A JPEG of a picture (JPEG or PNG) or of the first picture of a recording (MP4, `WebM` or GIF),
/// neither side longer than that, and never larger than it was. Of a recording the first
/// [`THUMBNAIL_NEEDS_BYTES`] suffice. It takes some tens of milliseconds: not for an event loop.
pub fn thumbnail(file: &[u8], longest_side: u32) -> Result<Vec<u8>, SenseError> {
    let pixels = match file {
        [0xff, 0xd8, 0xff, ..] => of_picture(file, ImageFormat::Jpeg),
        [0x89, b'P', b'N', b'G', ..] => of_picture(file, ImageFormat::Png),
        [b'G', b'I', b'F', b'8', ..] => first_of_gif(file, MOST_PIXELS),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => first_of_mp4(file, MOST_PIXELS),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => first_of_webm(file, MOST_PIXELS),
        _ => None,
    };
    let pixels = pixels.ok_or_else(|| {
        SenseError::Invalid(
            "there is no picture to make small: the file is cut off, too large, or neither a \
             picture nor a recording of Chaperone's"
                .to_owned(),
        )
    })?;
    let side = longest_side.clamp(1, LONGEST_SIDE);
    let at_most = Resolution {
        width: side,
        height: side,
    };
    let small = pixels.encode(Some(at_most), PictureFormat::Jpeg, String::new())?;
    Ok(small.bytes)
}

fn of_picture(file: &[u8], format: ImageFormat) -> Option<Pixels> {
    let reader = || ImageReader::with_format(Cursor::new(file), format);
    let (width, height) = reader().into_dimensions().ok()?;
    let pixels = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
    if pixels > MOST_PIXELS {
        return None;
    }
    let mut reader = reader();
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let picture = reader.decode().ok()?.into_rgb8();
    let resolution = Resolution { width, height };
    Some(Pixels {
        bytes: picture.into_raw(),
        resolution,
    })
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        let red = RgbImage::from_pixel(width, height, Rgb([200, 30, 20]));
        red.write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    #[test]
    fn pictures_become_small_and_never_larger() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            for ((width, height), side, wanted) in [
                ((400, 100), 200, (200, 50)),
                ((100, 400), 200, (50, 200)),
                ((40, 30), 200, (40, 30)),
                ((300, 300), 0, (1, 1)),
                ((3000, 2), u32::MAX, (1024, 1)),
            ] {
                let small = thumbnail(&picture(width, height, format), side).unwrap();
                assert!(small.starts_with(b"\xff\xd8\xff"));
                let small = image::load_from_memory(&small).unwrap().to_rgb8();
                assert_eq!(small.dimensions(), wanted);
                let Rgb([red, green, blue]) = *small.get_pixel(0, 0);
                assert!(
                    red.abs_diff(200) < 9 && green < 42 && blue < 32,
                    "{red} {green} {blue}"
                );
            }
        }
    }

    #[test]
    fn what_says_that_it_is_huge_is_not_decoded() {
        // A whole picture of one pixel, except that its head says otherwise.
        let mut bomb = picture(1, 1, ImageFormat::Png);
        let sides = [30_000u32.to_be_bytes(), 30_000u32.to_be_bytes()].concat();
        bomb.splice(16..24, sides);
        assert!(matches!(thumbnail(&bomb, 200), Err(SenseError::Invalid(_))));
        let mut bomb = b"GIF89a".to_vec();
        bomb.extend([0xff, 0xff, 0xff, 0xff, 0, 0, 0]);
        bomb.extend([
            0x2c, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 2, 2, 0x4c, 1, 0, 0x3b,
        ]);
        assert!(matches!(thumbnail(&bomb, 200), Err(SenseError::Invalid(_))));
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_refused() {
        let whole = picture(300, 200, ImageFormat::Png);
        let half = &whole[..whole.len() / 2];
        for file in [
            &b""[..],
            b"GIF89a",
            b"\0\0\0\x18ftypisom",
            b"%PDF-1.7",
            half,
        ] {
            assert!(matches!(thumbnail(file, 200), Err(SenseError::Invalid(_))));
        }
    }
}
