//! The picture that is recorded: what a display shows, in the recording's colours and extent.
//!
//! Only what changed is painted and scaled again.

use chaperone_protocol::Resolution;
use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{CroppedImageMut, Image, ImageRef},
};

use super::{fit, planes::Planes};
use crate::screen::{
    area::{Area, side},
    source::Piece,
};

/// What is recorded at the moment.
pub(super) struct Canvas {
    picture: Planes,
    display: Resolution,
    way: Way,
}

/// How the display's pixels come into the picture.
enum Way {
    /// As they are.
    Plain,
    /// Through a picture of the display's own extent.
    Scaled(Box<Scaled>),
}

struct Scaled {
    original: Planes,
    placed: Area,
    /// The rows painted since the last scaling.
    painted: Option<(usize, usize)>,
    resizer: Resizer,
}

impl Canvas {
    /// For a recording of that extent, of a display of that one.
    pub(super) fn new(recorded: Resolution, display: Resolution) -> Self {
        let picture = Planes::black(recorded);
        let way = way(&picture, display);
        Self {
            picture,
            display,
            way,
        }
    }

    /// From now on the display has another extent; the recording keeps its own.
    pub(super) fn resize(&mut self, display: Resolution) {
        self.picture = Planes::black(self.picture.resolution());
        self.way = way(&self.picture, display);
        self.display = display;
    }

    pub(super) fn paint(&mut self, piece: Piece<'_>) {
        match &mut self.way {
            Way::Plain => self.picture.paint(piece, self.display),
            Way::Scaled(scaled) => {
                scaled.original.paint(piece, self.display);
                let (from, to) = scaled.painted.unwrap_or((usize::MAX, 0));
                scaled.painted = Some((from.min(piece.area.y), to.max(piece.area.bottom())));
            }
        }
    }

    /// The picture with everything in it that was painted.
    pub(super) fn picture(&mut self) -> &Planes {
        if let Way::Scaled(scaled) = &mut self.way {
            scaled.settle(self.display, &mut self.picture);
        }
        &self.picture
    }
}

fn way(picture: &Planes, display: Resolution) -> Way {
    let original = Planes::black(display);
    if original.resolution() == picture.resolution() {
        return Way::Plain;
    }
    Way::Scaled(Box::new(Scaled {
        placed: fit::placed(display, picture.resolution()),
        original,
        painted: None,
        resizer: Resizer::new(),
    }))
}

impl Scaled {
    fn settle(&mut self, display: Resolution, picture: &mut Planes) {
        let Some(rows) = self.painted.take() else {
            return;
        };
        let (from, to) = fit::reached(rows, display.height, self.placed);
        let (width, height) = (picture.width, picture.height);
        let original = &self.original;
        let (wide, high) = (original.width, original.height);
        // Of the colours there is one value for two pixels either way.
        let planes = original
            .each()
            .into_iter()
            .zip(picture.each_mut())
            .zip([1, 2, 2]);
        for ((original, picture), each) in planes {
            let scaled = scale(
                &mut self.resizer,
                (original, wide / each, high / each),
                (picture, width / each, height / each),
                self.placed.shrunk(each),
                (from / each, to / each),
            );
            debug_assert!(scaled.is_some(), "{from}..{to} of {:?}", self.placed);
        }
    }
}

impl Area {
    /// Where it lies in a plane that has one value for so many pixels a side.
    fn shrunk(self, by: usize) -> Self {
        Self {
            x: self.x / by,
            y: self.y / by,
            width: self.width / by,
            height: self.height / by,
        }
    }
}

/// Scales what lands in some rows of the placed picture.
#[expect(
    clippy::cast_precision_loss,
    reason = "no side of a picture is that long"
)]
fn scale(
    resizer: &mut Resizer,
    (original, wide, high): (&[u8], usize, usize),
    (picture, width, height): (&mut [u8], usize, usize),
    placed: Area,
    (from, to): (usize, usize),
) -> Option<()> {
    if to <= from {
        return Some(());
    }
    let original = ImageRef::new(side(wide), side(high), original, PixelType::U8).ok()?;
    let mut picture =
        Image::from_slice_u8(side(width), side(height), picture, PixelType::U8).ok()?;
    let mut target = CroppedImageMut::new(
        &mut picture,
        side(placed.x),
        side(placed.y + from),
        side(placed.width),
        side(to - from),
    )
    .ok()?;
    let each = high as f64 / placed.height as f64;
    // Rounding must not reach below the last row.
    let rows = (each * (to - from) as f64).min(high as f64 - each * from as f64);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .crop(0.0, each * from as f64, wide as f64, rows);
    resizer.resize(&original, &mut target, &options).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::source::PIXEL_BYTES;

    fn resolution(width: u32, height: u32) -> Resolution {
        Resolution { width, height }
    }

    /// Each pixel its own brightness.
    fn pixels(area: Area) -> Vec<u8> {
        let mut pixels = Vec::new();
        for y in area.y..area.bottom() {
            for x in area.x..area.right() {
                let grey = u8::try_from((x * 7 + y * 3) % 256).unwrap();
                pixels.extend([grey, grey, grey, 0]);
            }
        }
        pixels
    }

    fn paint(canvas: &mut Canvas, area: Area) {
        canvas.paint(Piece {
            area,
            pixels: &pixels(area),
            stride: area.width * PIXEL_BYTES,
        });
    }

    #[test]
    fn painting_in_pieces_is_painting_at_once() {
        for (display, recorded) in [
            (resolution(64, 48), resolution(64, 48)),
            (resolution(67, 49), resolution(68, 50)),
            (resolution(67, 49), resolution(32, 24)),
            (resolution(640, 480), resolution(64, 48)),
            (resolution(64, 48), resolution(200, 48)),
        ] {
            let mut whole = Canvas::new(recorded, display);
            paint(&mut whole, Area::whole(display));
            let whole = whole.picture().clone();
            let mut pieces = Canvas::new(recorded, display);
            let all = Area::whole(display);
            for y in (0..all.height).step_by(6).rev() {
                for x in (0..all.width).step_by(10) {
                    let area = Area {
                        x,
                        y,
                        width: 10.min(all.width - x),
                        height: 6.min(all.height - y),
                    };
                    paint(&mut pieces, area);
                }
                // Scaled in between, or all at the end.
                if y % 12 == 0 {
                    pieces.picture();
                }
            }
            let pieces = pieces.picture();
            let apart = |one: &[u8], other: &[u8]| {
                one.iter()
                    .zip(other)
                    .map(|(a, b)| a.abs_diff(*b))
                    .max()
                    .unwrap_or(0)
            };
            // The parts of a scaled picture are weighed anew, with another rounding.
            for (one, other) in whole.each().into_iter().zip(pieces.each()) {
                assert_eq!(one.len(), other.len());
                let apart = apart(one, other);
                assert!(apart <= 2, "{apart} in {display} as {recorded}");
            }
        }
    }

    #[test]
    fn an_odd_edge_is_shown_twice() {
        let display = resolution(5, 3);
        let mut canvas = Canvas::new(resolution(16, 16), display);
        canvas.resize(resolution(15, 15));
        paint(&mut canvas, Area::whole(resolution(15, 15)));
        let picture = canvas.picture();
        let rows: Vec<_> = picture.each()[0].chunks_exact(16).collect();
        assert!(rows.iter().all(|row| row[14] == row[15]));
        assert_eq!(rows[14], rows[15]);
        assert_ne!(rows[13], rows[14]);
    }

    #[test]
    fn what_surrounds_another_shape_is_black() {
        let mut canvas = Canvas::new(resolution(64, 64), resolution(64, 64));
        paint(&mut canvas, Area::whole(resolution(64, 64)));
        canvas.resize(resolution(64, 16));
        paint(&mut canvas, Area::whole(resolution(64, 16)));
        let luma = canvas.picture().each()[0];
        assert!(luma[..64 * 24].iter().all(|luma| *luma == 16));
        assert!(luma[64 * 24..64 * 25].iter().any(|luma| *luma != 16));
    }
}
