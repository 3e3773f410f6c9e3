//! VP8, made for what displays show and for little work.

use std::time::Duration;

use chaperone_protocol::Resolution;

use super::{
    film::{Coder, Encoded, FilmError, Why},
    planes::Planes,
    vpx::{Care, Vpx},
};

/// The step between two shades, on the encoder's scale of 0 to 63, while much moves.
const MOVING: u32 = 24;

/// What moves little, as letters that are typed.
const TOUCHED: u32 = 16;

/// What has come to rest is made better, until nothing is seen to be lost.
const STILL: u32 = 8;

/// As hasty as it can be, and always: asked for less it would measure itself, and be slow for a
/// while before it sees that it may hurry. What is as good as unchanged, which is most of a desktop,
/// is not encoded again; more of that would keep what has come to rest from getting better.
const CARE: Care = Care {
    haste: -16,
    still_below: 100,
};

/// Encodes one recording.
#[derive(Default)]
pub(super) struct Vp8 {
    /// Made for the first picture's extent.
    encoder: Option<(Vpx, Resolution)>,
    anew: bool,
    /// When the last frame was, in thousandths of a second.
    last: Option<u64>,
}

impl Coder for Vp8 {
    type Format = Resolution;

    fn begin_anew(&mut self) {
        self.anew = true;
    }

    fn encode(
        &mut self,
        picture: &Planes,
        at: Duration,
        why: Why,
    ) -> Result<Encoded<'_, Resolution>, FilmError> {
        let (encoder, extent) = match &mut self.encoder {
            Some(begun) => begun,
            none => {
                let encoder = Vpx::new(picture.width, picture.height, CARE)?;
                none.insert((encoder, picture.resolution()))
            }
        };
        let begins = self.anew || self.last.is_none();
        // What never changes is never made better than it is in a frame that stands by itself.
        encoder.coarse(match why {
            _ if begins => STILL,
            Why::Moving => MOVING,
            Why::Touched => TOUCHED,
            Why::Still => STILL,
        })?;
        let at = u64::try_from(at.as_millis()).unwrap_or(u64::MAX);
        let at = self.last.map_or(at, |last| at.max(last.saturating_add(1)));
        let (data, key) = encoder.encode(picture, at, begins)?;
        self.last = Some(at);
        self.anew = false;
        Ok(Encoded {
            format: extent,
            data,
            key,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, shade: u8) -> Planes {
        let mut picture = Planes::black(Resolution { width, height });
        let [luma, ..] = picture.each_mut();
        for (place, pixel) in luma.iter_mut().enumerate() {
            *pixel = shade.wrapping_add(u8::try_from(place * 7 % 97).unwrap());
        }
        picture
    }

    #[test]
    fn a_frame_stands_by_itself_at_first_and_when_it_is_asked_to() {
        let mut vp8 = Vp8::default();
        let key = |vp8: &mut Vp8, shade, at, why| {
            let picture = picture(66, 50, shade);
            // Two at the same moment are one after the other.
            let encoded = vp8.encode(&picture, Duration::from_millis(at), why);
            let encoded = encoded.unwrap();
            assert!(!encoded.data.is_empty());
            let extent = Resolution {
                width: 66,
                height: 50,
            };
            assert_eq!(*encoded.format, extent);
            // As the frame itself says it: the lowest bit of a frame that does is not set.
            assert_eq!(encoded.data[0] & 1 == 0, encoded.key);
            encoded.key
        };
        assert!(key(&mut vp8, 20, 0, Why::Moving));
        assert!(!key(&mut vp8, 40, 0, Why::Moving));
        assert!(!key(&mut vp8, 40, 40, Why::Touched));
        vp8.begin_anew();
        assert!(key(&mut vp8, 40, 80, Why::Still));
        assert!(!key(&mut vp8, 60, 120, Why::Moving));
    }

    #[test]
    fn a_picture_of_another_extent_is_refused() {
        let mut vp8 = Vp8::default();
        let first = vp8.encode(&picture(66, 50, 0), Duration::ZERO, Why::Moving);
        assert!(first.is_ok());
        for (width, height) in [(64, 50), (66, 52), (68, 50)] {
            let refused = vp8.encode(&picture(width, height, 0), Duration::ZERO, Why::Moving);
            let said = refused.err().unwrap().to_string();
            assert!(said.contains("another extent"), "{said}");
        }
    }
}
