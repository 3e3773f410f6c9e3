//! How large a recording is, and where a picture lies in it. Pure.

use chaperone_protocol::Resolution;

use crate::screen::area::{Area, size};

/// What the encoder takes: the longer side and the shorter one.
const LONGER: u32 = 3840;
const SHORTER: u32 = 2160;

/// The largest extent of the same shape within the bound; never larger than it is.
pub(crate) fn within(extent: Resolution, bound: Resolution) -> Resolution {
    if extent.width <= bound.width && extent.height <= bound.height {
        return extent;
    }
    filling(extent, bound)
}

/// The same shape, as large as the bound allows.
fn filling(extent: Resolution, bound: Resolution) -> Resolution {
    let (width, height) = (
        u64::from(extent.width.max(1)),
        u64::from(extent.height.max(1)),
    );
    let (most_wide, most_high) = (u64::from(bound.width), u64::from(bound.height));
    let number = |side: u64| u32::try_from(side.max(1)).unwrap_or(u32::MAX);
    let nearest = |of: u64, by: u64, through: u64| (of * by + through / 2) / through;
    if most_wide * height <= most_high * width {
        Resolution {
            width: bound.width,
            height: number(nearest(height, most_wide, width).min(most_high)),
        }
    } else {
        Resolution {
            width: number(nearest(width, most_high, height).min(most_wide)),
            height: bound.height,
        }
    }
}

/// How large a recording of a display is: both sides even, and not more than the encoder takes.
pub(crate) fn recorded(display: Resolution, at_most: Option<Resolution>) -> Resolution {
    let even = Resolution {
        width: display.width.next_multiple_of(2).max(16),
        height: display.height.next_multiple_of(2).max(16),
    };
    let limit = if display.width >= display.height {
        Resolution {
            width: LONGER,
            height: SHORTER,
        }
    } else {
        Resolution {
            width: SHORTER,
            height: LONGER,
        }
    };
    let mut fitting = within(even, limit);
    if let Some(bound) = at_most {
        fitting = within(fitting, bound);
    }
    // Downwards, so that a bound stays one; the encoder takes nothing smaller than a block.
    Resolution {
        width: (fitting.width & !1).max(16),
        height: (fitting.height & !1).max(16),
    }
}

/// Where a picture lies in a larger or smaller one: as large as fits, in the middle, between two
/// pairs of pixels.
pub(crate) fn placed(picture: Resolution, within: Resolution) -> Area {
    let fitting = filling(picture, within);
    let width = size(fitting.width & !1).max(2);
    let height = size(fitting.height & !1).max(2);
    Area {
        x: (size(within.width).saturating_sub(width) / 2) & !1,
        y: (size(within.height).saturating_sub(height) / 2) & !1,
        width,
        height,
    }
}

/// The rows of the placed picture that rows of the original reach into.
pub(crate) fn reached(rows: (usize, usize), of: u32, placed: Area) -> (usize, usize) {
    // The filter looks at neighbours, of which there are more the more it scales down.
    let (of, high) = (size(of).max(1), placed.height);
    let margin = 2 + high / of * 2;
    let from = (rows.0 * high / of).saturating_sub(margin) & !1;
    let to = ((rows.1 * high).div_ceil(of) + margin)
        .next_multiple_of(2)
        .min(high);
    (from, to.max(from))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn resolution(width: u32, height: u32) -> Resolution {
        Resolution { width, height }
    }

    #[test]
    fn pictures_shrink_and_never_grow() {
        let shrunk = within(resolution(1920, 1080), resolution(640, 640));
        assert_eq!(shrunk, resolution(640, 360));
        let small = resolution(10, 3);
        assert_eq!(within(small, resolution(640, 640)), small);
        let thin = within(resolution(16_384, 1), resolution(100, 100));
        assert_eq!(thin, resolution(100, 1));
    }

    #[test]
    fn recordings_are_even_and_small_enough() {
        let of = |width, height, bound| recorded(resolution(width, height), bound);
        assert_eq!(of(1367, 769, None), resolution(1368, 770));
        assert_eq!(
            of(1920, 1080, Some(resolution(1280, 1280))),
            resolution(1280, 720)
        );
        assert_eq!(of(7680, 4320, None), resolution(3840, 2160));
        assert_eq!(of(2160, 5120, None), resolution(1620, 3840));
        assert_eq!(of(3, 2, Some(resolution(1, 1))), resolution(16, 16));
    }

    #[test]
    fn another_shape_lies_in_the_middle() {
        let lies = placed(resolution(800, 600), resolution(1920, 1080));
        assert_eq!(
            lies,
            Area {
                x: 240,
                y: 0,
                width: 1440,
                height: 1080
            }
        );
    }

    proptest! {
        #[test]
        fn what_is_placed_stays_inside(
            width in 1u32..5000, height in 1u32..5000, wide in 8u32..2000, high in 8u32..2000,
            from in 0usize..5000, rows in 1usize..5000,
        ) {
            let within = resolution(wide * 2, high * 2);
            let lies = placed(resolution(width, height), within);
            prop_assert!(lies.right() <= size(within.width) && lies.bottom() <= size(within.height));
            let from = from.min(size(height) - 1);
            let (first, last) = reached((from, (from + rows).min(size(height))), height, lies);
            prop_assert!(first % 2 == 0 && last % 2 == 0 && last <= lies.height && first <= last);
        }

        #[test]
        fn a_recording_keeps_to_its_bound(
            width in 1u32..9000, height in 1u32..9000, wide in 16u32..4000, high in 16u32..4000,
        ) {
            let bound = resolution(wide, high);
            let fits = recorded(resolution(width, height), Some(bound));
            prop_assert!(fits.width.is_multiple_of(2) && fits.height.is_multiple_of(2));
            prop_assert!(fits.width.max(fits.height) <= LONGER && fits.width.min(fits.height) <= SHORTER);
            prop_assert!(fits.width <= wide.max(16) && fits.height <= high.max(16));
        }
    }
}
