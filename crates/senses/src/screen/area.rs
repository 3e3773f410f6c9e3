//! Rectangles of pixels. Pure.

use chaperone_protocol::Resolution;

/// More pieces than this are read as fewer, larger ones: each costs a question to the display.
const PIECES: usize = 8;

/// Pieces this close above each other are read as one.
const NEAR_ROWS: usize = 16;

/// A rectangle, in pixels from the top left corner of whatever it lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Area {
    /// All of something that large.
    pub(crate) fn whole(extent: Resolution) -> Self {
        Self {
            x: 0,
            y: 0,
            width: size(extent.width),
            height: size(extent.height),
        }
    }

    /// Between two corners that may lie anywhere; what lies outside `extent` is left out.
    pub(crate) fn between(from: (i64, i64), to: (i64, i64), extent: Resolution) -> Option<Self> {
        let within = |at: i64, side: u32| usize::try_from(at.clamp(0, i64::from(side))).ok();
        let (x, y) = (
            within(from.0, extent.width)?,
            within(from.1, extent.height)?,
        );
        let (right, bottom) = (within(to.0, extent.width)?, within(to.1, extent.height)?);
        (right > x && bottom > y).then(|| Self {
            x,
            y,
            width: right - x,
            height: bottom - y,
        })
    }

    pub(crate) fn right(self) -> usize {
        self.x + self.width
    }

    pub(crate) fn bottom(self) -> usize {
        self.y + self.height
    }

    pub(crate) fn meets(self, other: Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// Widened so that it begins and ends between two pairs of pixels, which share their colour;
    /// an odd last column or row of `extent` is a pair by itself.
    pub(crate) fn paired(self, extent: Resolution) -> Self {
        let (x, y) = (self.x & !1, self.y & !1);
        let right = self.right().next_multiple_of(2).min(size(extent.width));
        let bottom = self.bottom().next_multiple_of(2).min(size(extent.height));
        Self {
            x,
            y,
            width: right.saturating_sub(x),
            height: bottom.saturating_sub(y),
        }
    }

    fn with(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self {
            x,
            y,
            width: self.right().max(other.right()) - x,
            height: self.bottom().max(other.bottom()) - y,
        }
    }
}

/// The same pixels, and maybe some between, in few pieces.
pub(crate) fn gather(mut areas: Vec<Area>) -> Vec<Area> {
    if areas.len() <= PIECES {
        return areas;
    }
    areas.sort_by_key(|area| area.y);
    let mut bands: Vec<Area> = Vec::new();
    for area in areas {
        match bands.last_mut() {
            Some(band) if area.y <= band.bottom() + NEAR_ROWS => *band = band.with(area),
            _ => bands.push(area),
        }
    }
    if bands.len() <= PIECES {
        return bands;
    }
    bands.into_iter().reduce(Area::with).into_iter().collect()
}

/// A side as memory counts.
pub(crate) fn size(side: u32) -> usize {
    usize::try_from(side).unwrap_or(usize::MAX)
}

/// A side as the protocol counts.
pub(crate) fn side(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(x: usize, y: usize, width: usize, height: usize) -> Area {
        Area {
            x,
            y,
            width,
            height,
        }
    }

    #[test]
    fn what_lies_outside_is_left_out() {
        let extent = Resolution {
            width: 9,
            height: 5,
        };
        assert_eq!(
            Area::between((-3, 1), (4, 99), extent),
            Some(area(0, 1, 4, 4))
        );
        assert_eq!(Area::between((9, 0), (12, 5), extent), None);
        assert_eq!(Area::between((-5, -5), (-1, -1), extent), None);
    }

    #[test]
    fn pairs_are_kept_together() {
        let extent = Resolution {
            width: 9,
            height: 5,
        };
        assert_eq!(area(3, 1, 2, 1).paired(extent), area(2, 0, 4, 2));
        assert_eq!(area(8, 4, 1, 1).paired(extent), area(8, 4, 1, 1));
    }

    #[test]
    fn many_pieces_become_few_that_cover_them() {
        let near: Vec<_> = (0..20).map(|at| area(at * 3, at * 4, 2, 2)).collect();
        let far: Vec<_> = (0..20).map(|at| area(at * 3, at * 40, 2, 2)).collect();
        for areas in [near, far] {
            let gathered = gather(areas.clone());
            assert!(gathered.len() <= PIECES);
            for area in areas {
                assert!(gathered.iter().any(|piece| piece.with(area) == *piece));
            }
        }
    }
}
