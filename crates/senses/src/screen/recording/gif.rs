//! An animated picture, for short recordings.
//!
//! All frames share one palette that does not depend on what is shown, so that a frame need only
//! hold the part that changed.

use std::{fs::File, time::Duration};

use gif::{DisposalMethod, Encoder, Frame, Repeat};
use yuv::{YuvPlanarImage, YuvRange, yuv420_to_rgb};

use super::{
    film::{Film, FilmError, Why, append},
    planes::{MATRIX, Planes},
};
use crate::screen::area::{Area, side};

/// So many steps of each colour; what is left of the 256 are greys.
const STEPS: usize = 6;
const GREYS: usize = 256 - STEPS * STEPS * STEPS;

/// Frames in a file whose end is only written when it is known how long the last is shown.
pub(super) struct Animation {
    file: File,
    /// Up to here the file is whole.
    good: u64,
    encoder: Option<Encoder<Vec<u8>>>,
    /// What is shown now, each pixel by its place in the palette.
    shown: Vec<u8>,
    colours: Vec<u8>,
    waiting: Option<Waiting>,
}

/// A frame that is shown until the next.
struct Waiting {
    frame: Frame<'static>,
    at: Duration,
}

impl Animation {
    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            good: 0,
            encoder: None,
            shown: Vec::new(),
            colours: Vec::new(),
            waiting: None,
        }
    }

    /// What is different from what is shown, as a frame; a single pixel if nothing is.
    fn different(&mut self, picture: &Planes) -> Frame<'static> {
        self.colours.resize(picture.width * picture.height * 3, 0);
        let [luma, blue, red] = picture.each();
        let image = YuvPlanarImage {
            y_plane: luma,
            y_stride: side(picture.width),
            u_plane: blue,
            u_stride: side(picture.width / 2),
            v_plane: red,
            v_stride: side(picture.width / 2),
            width: side(picture.width),
            height: side(picture.height),
        };
        let coloured = yuv420_to_rgb(
            &image,
            &mut self.colours,
            side(picture.width * 3),
            YuvRange::Limited,
            MATRIX,
        );
        debug_assert!(coloured.is_ok(), "{coloured:?}");
        let new: Vec<u8> = self.colours.chunks_exact(3).map(nearest).collect();
        let area = apart(&self.shown, &new, picture.width).unwrap_or(Area {
            x: 0,
            y: 0,
            width: 1,
            height: 1,
        });
        let rows = new.chunks_exact(picture.width);
        let buffer: Vec<u8> = rows
            .skip(area.y)
            .take(area.height)
            .flat_map(|row| row.get(area.x..area.right()).unwrap_or_default())
            .copied()
            .collect();
        self.shown = new;
        Frame {
            left: short(area.x),
            top: short(area.y),
            width: short(area.width),
            height: short(area.height),
            buffer: buffer.into(),
            dispose: DisposalMethod::Keep,
            ..Frame::default()
        }
    }

    /// Writes the frame that waits, which is shown until `end`.
    fn write(&mut self, end: Duration) -> Result<(), FilmError> {
        let (Some(mut waiting), Some(encoder)) = (self.waiting.take(), &mut self.encoder) else {
            return Ok(());
        };
        // Both ends are rounded alike, so that what is lost in one frame is in the next.
        let hundredths = |at: Duration| at.as_millis() / 10;
        let shown = hundredths(end).saturating_sub(hundredths(waiting.at));
        waiting.frame.delay = u16::try_from(shown.max(2)).unwrap_or(u16::MAX);
        encoder.write_frame(&waiting.frame)?;
        let bytes = std::mem::take(encoder.get_mut());
        Ok(append(&mut self.file, &mut self.good, &bytes)?)
    }
}

impl Film for Animation {
    fn add(&mut self, picture: &Planes, at: Duration, _why: Why) -> Result<(), FilmError> {
        if self.encoder.is_none() {
            let (width, height) = (short(picture.width), short(picture.height));
            let mut encoder = Encoder::new(Vec::new(), width, height, &palette())?;
            encoder.set_repeat(Repeat::Infinite)?;
            self.encoder = Some(encoder);
        }
        self.write(at)?;
        let frame = self.different(picture);
        self.waiting = Some(Waiting { frame, at });
        Ok(())
    }

    fn settle(&mut self, _now: Duration) -> Result<(), FilmError> {
        Ok(())
    }

    fn bytes(&self) -> u64 {
        self.good
    }

    fn finish(mut self: Box<Self>, end: Duration) -> Result<u64, FilmError> {
        let written = self.write(end);
        if let Some(encoder) = self.encoder.take() {
            let trailer = encoder.into_inner()?;
            append(&mut self.file, &mut self.good, &trailer)?;
        }
        written?;
        self.file.sync_data()?;
        Ok(self.good)
    }
}

fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

fn palette() -> Vec<u8> {
    let step = |number: usize, of: usize| u8::try_from(number * 255 / (of - 1)).unwrap_or(u8::MAX);
    let mut palette = Vec::with_capacity(256 * 3);
    for colour in 0..STEPS * STEPS * STEPS {
        let (red, green, blue) = (
            colour / (STEPS * STEPS),
            colour / STEPS % STEPS,
            colour % STEPS,
        );
        palette.extend([red, green, blue].map(|number| step(number, STEPS)));
    }
    for grey in 0..GREYS {
        palette.extend([step(grey, GREYS); 3]);
    }
    palette
}

/// The place in the palette of what is nearest to a colour.
fn nearest(colour: &[u8]) -> u8 {
    let &[red, green, blue] = colour else {
        return 0;
    };
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    let place = if most - least < 12 {
        STEPS * STEPS * STEPS + (usize::from(green) * (GREYS - 1) + 127) / 255
    } else {
        let step = |part: u8| (usize::from(part) * (STEPS - 1) + 127) / 255;
        (step(red) * STEPS + step(green)) * STEPS + step(blue)
    };
    u8::try_from(place).unwrap_or(u8::MAX)
}

/// The smallest area outside of which both are the same.
fn apart(before: &[u8], now: &[u8], width: usize) -> Option<Area> {
    let height = now.len().checked_div(width)?;
    if before.len() != now.len() {
        return Some(Area {
            x: 0,
            y: 0,
            width,
            height,
        });
    }
    let mut found: Option<(usize, usize, usize, usize)> = None;
    let rows = before.chunks_exact(width).zip(now.chunks_exact(width));
    for (y, (before, now)) in rows.enumerate().filter(|(_, (before, now))| before != now) {
        let differs = |(before, now): (&u8, &u8)| before != now;
        let left = before.iter().zip(now).position(differs).unwrap_or(0);
        let right = before.iter().zip(now).rposition(differs).unwrap_or(0);
        let (x, top, last, _) = found.unwrap_or((left, y, right, y));
        found = Some((x.min(left), top, last.max(right), y));
    }
    found.map(|(x, y, last, bottom)| Area {
        x,
        y,
        width: last + 1 - x,
        height: bottom + 1 - y,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_near_what_they_were() {
        let palette = palette();
        assert_eq!(palette.len(), 256 * 3);
        for colour in [
            [0, 0, 0],
            [255, 255, 255],
            [255, 0, 0],
            [10, 200, 90],
            [77, 77, 77],
        ] {
            let place = usize::from(nearest(&colour)) * 3;
            let near = &palette[place..place + 3];
            for (near, wanted) in near.iter().zip(colour) {
                assert!(
                    near.abs_diff(wanted) <= 26,
                    "{near} for {wanted} in {colour:?}"
                );
            }
        }
    }

    #[test]
    fn only_what_is_different_is_in_a_frame() {
        let before = [0; 12];
        let mut now = before;
        assert_eq!(apart(&before, &now, 4), None);
        now[5] = 1;
        now[10] = 1;
        let area = Area {
            x: 1,
            y: 1,
            width: 2,
            height: 2,
        };
        assert_eq!(apart(&before, &now, 4), Some(area));
        assert_eq!(apart(&[], &now, 4).map(|area| area.width), Some(4));
    }
}
