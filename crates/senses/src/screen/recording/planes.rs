//! A picture as video encoders take it: brightness for each pixel, colour for each four.

use std::borrow::Cow;

use chaperone_protocol::Resolution;
use openh264::formats::YUVSource;
use yuv::{
    BufferStoreMut, YuvConversionMode, YuvPlanarImageMut, YuvRange, YuvStandardMatrix,
    bgra_to_yuv420,
};

use crate::screen::{
    area::{Area, side, size},
    source::{PIXEL_BYTES, Piece},
};

/// How brightness and colour come from red, green and blue: as in BT.601, limited range. It keeps
/// more of red and blue letters than BT.709 does where four pixels share a colour, and programs that
/// do not read what a file says of itself, as those of agents often do not, assume it.
pub(crate) const MATRIX: YuvStandardMatrix = YuvStandardMatrix::Bt601;

/// Three planes of brightness, blue and red. Each side is even: an odd last column or row of what is
/// painted is shown twice.
#[derive(Debug, Clone)]
pub(crate) struct Planes {
    pub(crate) width: usize,
    pub(crate) height: usize,
    // Each has a row more than it shows: the conversion wants whole rows, wherever they begin.
    luma: Vec<u8>,
    blue: Vec<u8>,
    red: Vec<u8>,
}

impl Planes {
    /// A black picture, large enough for something of that extent.
    pub(crate) fn black(extent: Resolution) -> Self {
        let width = size(extent.width).next_multiple_of(2);
        let height = size(extent.height).next_multiple_of(2);
        Self {
            width,
            height,
            luma: vec![16; width * (height + 1)],
            blue: vec![128; width / 2 * (height / 2 + 1)],
            red: vec![128; width / 2 * (height / 2 + 1)],
        }
    }

    pub(crate) fn resolution(&self) -> Resolution {
        Resolution {
            width: side(self.width),
            height: side(self.height),
        }
    }

    /// Brightness, blue and red.
    pub(crate) fn each(&self) -> [&[u8]; 3] {
        let pixels = self.width * self.height;
        [
            self.luma.get(..pixels).unwrap_or_default(),
            self.blue.get(..pixels / 4).unwrap_or_default(),
            self.red.get(..pixels / 4).unwrap_or_default(),
        ]
    }

    /// Brightness, blue and red, to be painted on.
    pub(crate) fn each_mut(&mut self) -> [&mut [u8]; 3] {
        let pixels = self.width * self.height;
        [
            self.luma.get_mut(..pixels).unwrap_or_default(),
            self.blue.get_mut(..pixels / 4).unwrap_or_default(),
            self.red.get_mut(..pixels / 4).unwrap_or_default(),
        ]
    }

    /// Paints a piece that begins between two pairs of pixels, of a display of that extent.
    pub(crate) fn paint(&mut self, piece: Piece<'_>, extent: Resolution) {
        let area = piece.area;
        let (pixels, stride) = whole_rows(piece);
        let colour_width = self.width / 2;
        let luma_from = area.y * self.width + area.x;
        let colour_from = area.y / 2 * colour_width + area.x / 2;
        let luma = luma_from..luma_from + area.height * self.width;
        let colour = colour_from..colour_from + area.height.div_ceil(2) * colour_width;
        let (Some(luma), Some(blue), Some(red)) = (
            self.luma.get_mut(luma),
            self.blue.get_mut(colour.clone()),
            self.red.get_mut(colour),
        ) else {
            debug_assert!(false, "{area:?} is outside of {extent}");
            return;
        };
        let mut image = YuvPlanarImageMut {
            y_plane: BufferStoreMut::Borrowed(luma),
            y_stride: side(self.width),
            u_plane: BufferStoreMut::Borrowed(blue),
            u_stride: side(colour_width),
            v_plane: BufferStoreMut::Borrowed(red),
            v_stride: side(colour_width),
            width: side(area.width),
            height: side(area.height),
        };
        let painted = bgra_to_yuv420(
            &mut image,
            &pixels,
            side(stride),
            YuvRange::Limited,
            MATRIX,
            YuvConversionMode::Balanced,
        );
        debug_assert!(painted.is_ok(), "{painted:?} {area:?} in {extent}");
        self.repeat_edges(area, extent);
    }

    fn repeat_edges(&mut self, area: Area, extent: Resolution) {
        let (width, height) = (size(extent.width), size(extent.height));
        if area.right() == width && width < self.width {
            let rows = self.luma.chunks_exact_mut(self.width);
            for row in rows.skip(area.y).take(area.height) {
                if let Some([last, beyond]) = row.get_mut(width - 1..=width) {
                    *beyond = *last;
                }
            }
        }
        if area.bottom() == height && height < self.height {
            let end = height * self.width;
            self.luma.copy_within(end - self.width..end, end);
        }
    }
}

/// The piece's rows, each of them whole, and how long they are. The conversion leaves out a row
/// that ends early.
fn whole_rows(piece: Piece<'_>) -> (Cow<'_, [u8]>, usize) {
    let Area { width, height, .. } = piece.area;
    if let Some(pixels) = piece.pixels.get(..height * piece.stride) {
        return (Cow::Borrowed(pixels), piece.stride);
    }
    let wide = width * PIXEL_BYTES;
    let rows = piece.pixels.chunks(piece.stride.max(1)).take(height);
    let mut pixels: Vec<u8> = rows
        .flat_map(|row| row.get(..wide).unwrap_or_default())
        .copied()
        .collect();
    pixels.resize(height * wide, 0);
    (Cow::Owned(pixels), wide)
}

impl YUVSource for Planes {
    fn dimensions(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    fn strides(&self) -> (usize, usize, usize) {
        (self.width, self.width / 2, self.width / 2)
    }

    fn y(&self) -> &[u8] {
        &self.luma
    }

    fn u(&self) -> &[u8] {
        &self.blue
    }

    fn v(&self) -> &[u8] {
        &self.red
    }
}
