//! What a display showed when its last picture arrived, and what is new in it. Pure.

use chaperone_protocol::Resolution;

use crate::screen::{
    area::{Area, size},
    compare::Compared,
    source::{Look, PIXEL_BYTES, Piece, Taker},
};

/// The last picture.
#[derive(Debug, Default)]
pub(super) struct Shown {
    extent: Option<Resolution>,
    compared: Compared,
    changed: Vec<Area>,
    resized: bool,
    /// A picture whose colours had to be put in order.
    ordered: Vec<u8>,
}

/// What a picture is like that arrives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arriving {
    pub(super) extent: Resolution,
    /// How many bytes lie between the beginnings of two rows.
    pub(super) stride: usize,
    pub(super) order: Order,
}

/// Which colour comes first in a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    BlueFirst,
    RedFirst,
}

impl Shown {
    /// The extent of the last picture; none as long as there was none.
    pub(super) fn extent(&self) -> Option<Resolution> {
        self.extent
    }

    /// Compares a picture with the one before. One that is not whole is left out.
    pub(super) fn take(&mut self, picture: Arriving, pixels: &[u8]) {
        let Arriving { extent, order, .. } = picture;
        let wide = size(extent.width) * PIXEL_BYTES;
        let stride = picture.stride.max(wide);
        let bytes = stride * size(extent.height).saturating_sub(1) + wide;
        let Some(mut pixels) = pixels
            .get(..bytes)
            .filter(|_| wide > 0 && extent.height > 0)
        else {
            return;
        };
        if self.extent != Some(extent) {
            self.extent = Some(extent);
            self.compared = Compared::default();
            self.changed.clear();
            self.resized = true;
        }
        self.compared.hold(extent);
        if order == Order::RedFirst {
            self.ordered.clear();
            self.ordered.extend_from_slice(pixels);
            for row in self.ordered.chunks_mut(stride) {
                for pixel in row.chunks_exact_mut(PIXEL_BYTES) {
                    if let [red, _, blue, _] = pixel {
                        std::mem::swap(red, blue);
                    }
                }
            }
            pixels = &self.ordered;
        }
        let piece = Piece {
            area: Area::whole(extent),
            pixels,
            stride,
        };
        self.compared.compare(piece, &mut self.changed);
    }

    /// What is new since it was last asked.
    pub(super) fn news(&mut self) -> Look {
        let changed = std::mem::take(&mut self.changed);
        if std::mem::take(&mut self.resized) {
            Look::Resized
        } else {
            Look::Changed(changed)
        }
    }

    /// Hands over an area of it.
    pub(super) fn show(&self, area: Area, take: &mut Taker<'_>) {
        if let Some(extent) = self.extent {
            self.compared.show(area, extent, take);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arriving(width: u32, height: u32) -> Arriving {
        Arriving {
            extent: Resolution { width, height },
            stride: 0,
            order: Order::BlueFirst,
        }
    }

    fn changed(shown: &mut Shown) -> usize {
        match shown.news() {
            Look::Changed(areas) => areas.len(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_new_is_told_once() {
        let mut shown = Shown::default();
        let mut pixels = vec![7; 4 * 40 * 4];
        shown.take(arriving(4, 40), &pixels);
        assert!(matches!(shown.news(), Look::Resized));
        shown.take(arriving(4, 40), &pixels);
        assert_eq!(changed(&mut shown), 0);
        // Two pictures came between two looks.
        pixels[0] = 1;
        shown.take(arriving(4, 40), &pixels);
        *pixels.last_mut().unwrap() = 1;
        shown.take(arriving(4, 40), &pixels);
        assert_eq!(changed(&mut shown), 2);
        assert_eq!(changed(&mut shown), 0);
    }

    #[test]
    fn another_extent_begins_anew() {
        let mut shown = Shown::default();
        shown.take(arriving(4, 4), &[1; 64]);
        shown.news();
        shown.take(arriving(4, 4), &[2; 64]);
        shown.take(arriving(2, 3), &[3; 24]);
        assert!(matches!(shown.news(), Look::Resized));
        assert_eq!(
            shown.extent(),
            Some(Resolution {
                width: 2,
                height: 3
            })
        );
        assert_eq!(changed(&mut shown), 0);
    }

    #[test]
    fn half_a_picture_is_none() {
        let mut shown = Shown::default();
        shown.take(arriving(4, 4), &[1; 63]);
        shown.take(arriving(0, 4), &[1; 64]);
        shown.take(arriving(4, 0), &[1; 64]);
        assert_eq!(shown.extent(), None);
    }

    #[test]
    fn red_and_blue_find_their_places() {
        let mut shown = Shown::default();
        let picture = Arriving {
            stride: 7,
            order: Order::RedFirst,
            ..arriving(1, 2)
        };
        // There is something between the rows.
        shown.take(picture, &[1, 2, 3, 0, 9, 9, 9, 4, 5, 6, 0]);
        let mut seen = Vec::new();
        let all = Area {
            x: 0,
            y: 0,
            width: 1,
            height: 2,
        };
        shown.show(all, &mut |piece| seen.extend_from_slice(piece.pixels));
        assert_eq!(seen, [3, 2, 1, 0, 6, 5, 4, 0]);
    }
}
