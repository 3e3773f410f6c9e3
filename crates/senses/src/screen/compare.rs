//! What changed on a display that does not say so: a copy of what it showed is compared with what
//! it shows. Pure.

use chaperone_protocol::Resolution;

use super::{
    area::{Area, size},
    source::{PIXEL_BYTES, Piece, Taker},
};

/// What a display showed when it was last read.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    shown: Vec<u8>,
}

impl Compared {
    /// Rows compared at once.
    const BAND: usize = 16;

    /// Makes room for a display of that extent.
    pub(crate) fn hold(&mut self, extent: Resolution) {
        let bytes = size(extent.width) * size(extent.height) * PIXEL_BYTES;
        self.shown.resize(bytes, 0);
    }

    /// Keeps a piece of full width, and says which of its rows are different.
    pub(crate) fn compare(&mut self, piece: Piece<'_>, changed: &mut Vec<Area>) {
        let area = piece.area;
        let wide = area.width * PIXEL_BYTES;
        let shown = self.shown.get_mut(area.y * wide..).unwrap_or_default();
        let bands = shown
            .chunks_mut((wide * Self::BAND).max(1))
            .zip(piece.pixels.chunks((piece.stride * Self::BAND).max(1)));
        for (number, (before, now)) in bands.enumerate() {
            let y = area.y + number * Self::BAND;
            let height = Self::BAND.min(area.bottom().saturating_sub(y));
            let rows = || now.chunks(piece.stride.max(1)).take(height);
            let mut pairs = before.chunks(wide.max(1)).zip(rows());
            if pairs.all(|(before, now)| now.get(..wide) == Some(before)) {
                continue;
            }
            for (before, now) in before.chunks_mut(wide.max(1)).zip(rows()) {
                if let Some(now) = now.get(..before.len()) {
                    before.copy_from_slice(now);
                }
            }
            changed.push(Area { y, height, ..area });
        }
    }

    /// Hands over an area as it was read; answers whether it was.
    pub(crate) fn show(&self, area: Area, extent: Resolution, take: &mut Taker<'_>) -> bool {
        let stride = size(extent.width) * PIXEL_BYTES;
        let from = area.y * stride + area.x * PIXEL_BYTES;
        match self.shown.get(from..) {
            Some(pixels) if self.shown.len() >= area.bottom() * stride => {
                take(Piece {
                    area,
                    pixels,
                    stride,
                });
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_that_are_different_are_found_and_kept() {
        let extent = Resolution {
            width: 3,
            height: 40,
        };
        let area = Area::whole(extent);
        let mut compared = Compared::default();
        compared.hold(extent);
        // Rows may have something between them.
        let stride = 16;
        let mut pixels = vec![0; stride * 40];
        pixels[15] = 9;
        let mut found = |pixels: &[u8]| {
            let mut changed = Vec::new();
            let piece = Piece {
                area,
                pixels,
                stride,
            };
            compared.compare(piece, &mut changed);
            let changed = changed.iter().map(|area| (area.y, area.height));
            changed.collect::<Vec<_>>()
        };
        assert_eq!(found(&pixels), []);
        pixels[stride * 17 + 11] = 1;
        pixels[stride * 39] = 1;
        assert_eq!(found(&pixels), [(16, 16), (32, 8)]);
        assert_eq!(found(&pixels), []);
        let last = Area {
            x: 2,
            y: 17,
            width: 1,
            height: 1,
        };
        let mut shown = Vec::new();
        assert!(compared.show(last, extent, &mut |piece| {
            shown.extend_from_slice(&piece.pixels[..4]);
        }));
        assert_eq!(shown, [0, 0, 0, 1]);
    }
}
