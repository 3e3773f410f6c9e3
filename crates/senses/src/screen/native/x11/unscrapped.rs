//! Systems for which nobody asks ahead: there is no such display, so each picture is read when it is
//! wanted.

use super::monitors::Monitor;
use crate::screen::source::Piece;

/// A display that pictures are taken of. There is none.
pub(super) enum Scrapped {}

impl Scrapped {
    pub(super) fn open(_server: Option<&str>, _monitor: &Monitor) -> Option<Self> {
        None
    }

    pub(super) fn shows(&self, _monitor: &Monitor) -> bool {
        match *self {}
    }

    pub(super) fn frame(&mut self) -> Piece<'_> {
        match *self {}
    }

    pub(super) fn abandon(self) {
        match self {}
    }
}
