//! Where frames come from: what every way of watching a display offers to the recorder.

use std::sync::Arc;

use chaperone_protocol::Resolution;

use super::area::Area;

/// Pixels as displays hand them out: blue, green, red and a byte without meaning.
pub(crate) const PIXEL_BYTES: usize = 4;

/// A piece of a picture of a display.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece<'a> {
    /// Where on the display it is.
    pub(crate) area: Area,
    /// Its rows.
    pub(crate) pixels: &'a [u8],
    /// How many bytes lie between the beginnings of two rows.
    pub(crate) stride: usize,
}

/// What came of a look at a display.
#[derive(Debug)]
pub(crate) enum Look {
    /// These areas are different now; none if nothing is.
    Changed(Vec<Area>),
    /// These areas should be read again, although nothing said that they are different.
    #[cfg_attr(
        all(any(windows, target_os = "macos"), not(test)),
        expect(dead_code, reason = "whole pictures are compared there")
    )]
    Unsure(Vec<Area>),
    /// It has another extent now, and everything is different.
    Resized,
}

/// The mouse pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pointer {
    /// Where the left edge of its picture is.
    pub(crate) x: i64,
    /// Where the top edge of its picture is.
    pub(crate) y: i64,
    pub(crate) picture: Arc<PointerPicture>,
}

impl Pointer {
    /// What it covers of a display of that extent.
    pub(crate) fn area(&self, extent: Resolution) -> Option<Area> {
        let reach = |side: usize| i64::try_from(side).unwrap_or(0);
        let to = (
            self.x + reach(self.picture.width),
            self.y + reach(self.picture.height()),
        );
        Area::between((self.x, self.y), to, extent)
    }
}

/// What the mouse pointer looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PointerPicture {
    pub(crate) width: usize,
    /// Row by row: opacity, red, green and blue, from the highest byte; colours are already
    /// weighted by the opacity.
    pub(crate) pixels: Vec<u32>,
}

impl PointerPicture {
    pub(crate) fn height(&self) -> usize {
        self.pixels.len().checked_div(self.width).unwrap_or(0)
    }
}

/// Why a display can no longer be watched, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Lost(pub(crate) String);

/// Takes pieces as they are read.
pub(crate) type Taker<'a> = dyn FnMut(Piece<'_>) + 'a;

/// A display that is watched. It stays on the thread that opened it.
pub(crate) trait FrameSource {
    /// How large it is.
    fn extent(&self) -> Resolution;

    /// Looks what is different since the last look; all of it at the first.
    fn look(&mut self) -> Result<Look, Lost>;

    /// Hands over an area as it is now, in pieces of full width from top to bottom.
    fn read(&mut self, area: Area, take: &mut Taker<'_>) -> Result<(), Lost>;

    /// The mouse pointer, if it is on this display and not in its pixels anyway.
    fn pointer(&mut self) -> Result<Option<Pointer>, Lost>;
}
