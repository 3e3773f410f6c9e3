//! Pictures of a display, as files are made of them.

use chaperone_protocol::Resolution;
use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use image::{
    ExtendedColorType, ImageEncoder as _,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType as RowFilter, PngEncoder},
    },
};

use super::{
    area::{Area, side, size},
    blend::blend,
    recording::within,
    source::{FrameSource, Lost, PIXEL_BYTES, Pointer},
};
use crate::SenseError;

/// Hardly seen to be less than perfect, at a quarter of the size.
const JPEG_QUALITY: u8 = 90;

/// The kind of a picture's file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum PictureFormat {
    /// Without loss.
    #[default]
    Png,
    /// Smaller.
    Jpeg,
}

impl PictureFormat {
    /// As messages and files say it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// A picture of a display.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its kind.
    pub format: PictureFormat,
    /// Its extent.
    pub resolution: Resolution,
    /// The id of the display it is of.
    pub display: String,
}

/// What it shows is nobody's business where this is printed.
impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Picture")
            .field("bytes", &self.bytes.len())
            .field("format", &self.format)
            .field("resolution", &self.resolution)
            .field("display", &self.display)
            .finish()
    }
}

/// Pixels of three bytes, close together: red, green, blue.
pub(crate) struct Pixels {
    pub(crate) bytes: Vec<u8>,
    pub(crate) resolution: Resolution,
}

/// The pixels of an area as the display hands them out, close together.
pub(crate) fn collect(source: &mut dyn FrameSource, area: Area) -> Result<Vec<u8>, Lost> {
    let mut pixels = Vec::with_capacity(area.width * area.height * PIXEL_BYTES);
    source.read(area, &mut |piece| {
        let wide = piece.area.width * PIXEL_BYTES;
        for row in piece
            .pixels
            .chunks(piece.stride.max(1))
            .take(piece.area.height)
        {
            pixels.extend_from_slice(row.get(..wide).unwrap_or(row));
        }
    })?;
    Ok(pixels)
}

impl Pixels {
    /// All that a display shows, with the pointer drawn into it if one is given.
    pub(crate) fn of(
        source: &mut dyn FrameSource,
        pointer: Option<&Pointer>,
    ) -> Result<Self, Lost> {
        let resolution = source.extent();
        let all = Area::whole(resolution);
        let mut pixels = collect(source, all)?;
        if let Some(pointer) = pointer {
            blend(pointer, all, &mut pixels);
        }
        let colours = pixels.chunks_exact(PIXEL_BYTES);
        let bytes = colours
            .flat_map(|pixel| match pixel {
                [blue, green, red, ..] => [*red, *green, *blue],
                _ => [0; 3],
            })
            .collect();
        Ok(Self { bytes, resolution })
    }

    fn scaled_down(mut self, at_most: Resolution) -> Result<Self, SenseError> {
        let resolution = within(self.resolution, at_most);
        if resolution == self.resolution {
            return Ok(self);
        }
        let failed = |error: &dyn std::fmt::Display| {
            SenseError::Failed(format!(
                "could not scale the picture to {resolution}: {error}"
            ))
        };
        let Resolution { width, height } = self.resolution;
        let original = ImageRef::new(width, height, &self.bytes, PixelType::U8x3)
            .map_err(|error| failed(&error))?;
        let mut scaled = Image::new(resolution.width, resolution.height, PixelType::U8x3);
        let options =
            ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
        Resizer::new()
            .resize(&original, &mut scaled, &options)
            .map_err(|error| failed(&error))?;
        self.bytes = scaled.into_vec();
        self.resolution = resolution;
        Ok(self)
    }

    /// A file of them, of the display with that id.
    pub(crate) fn encode(
        self,
        at_most: Option<Resolution>,
        format: PictureFormat,
        display: String,
    ) -> Result<Picture, SenseError> {
        let pixels = match at_most {
            Some(at_most) => self.scaled_down(at_most)?,
            None => self,
        };
        let resolution = pixels.resolution;
        if pixels.bytes.len() != size(resolution.width) * size(resolution.height) * 3 {
            return Err(SenseError::Failed(format!(
                "display {display} gave {} bytes for {resolution}: try again",
                side(pixels.bytes.len())
            )));
        }
        let mut bytes = Vec::new();
        let encoded = match format {
            // The fastest that still looks at the row above, which displays repeat a lot.
            PictureFormat::Png => {
                PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, RowFilter::Up)
                    .write_image(
                        &pixels.bytes,
                        resolution.width,
                        resolution.height,
                        ExtendedColorType::Rgb8,
                    )
            }
            PictureFormat::Jpeg => JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)
                .write_image(
                    &pixels.bytes,
                    resolution.width,
                    resolution.height,
                    ExtendedColorType::Rgb8,
                ),
        };
        encoded.map_err(|error| {
            SenseError::Failed(format!("could not make a file of the picture: {error}"))
        })?;
        Ok(Picture {
            bytes,
            format,
            resolution,
            display,
        })
    }
}
