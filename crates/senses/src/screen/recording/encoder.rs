//! H.264, made for what displays show and for little work.

use std::time::Duration;

use openh264::{
    OpenH264API,
    encoder::{
        BitRate, Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod,
        MatrixCoefficients, QpRange, RateControlMode, UsageType, VuiConfig,
    },
};

use openh264_sys2::{ENCODER_OPTION_DELIVERY_STATUS, SDeliveryStatus};

use super::{film::Why, mp4::Format, planes::Planes};

/// The step between two shades, on the encoder's scale of 0 to 51. While much moves: small letters
/// stay clear, and the grain of a film is left out as long as it moves evenly. Where frames are missed
/// it gets in, and makes the file larger; one step further it does so in half of them.
const MOVING: u8 = 22;

/// What moves little is made better frame by frame, until nothing is seen to be lost.
const STILL: u8 = 18;

/// More than any recording at that quality needs, so that it is never a reason for another.
const BITS_PER_SECOND: u32 = 100_000_000;

/// The kinds of units in the stream that describe it.
const SEQUENCE: u8 = 7;
const PICTURE: u8 = 8;

/// Encodes one recording.
pub(super) struct H264 {
    encoder: Encoder,
    /// Said by the first frame.
    format: Option<Format>,
    /// The last frame's units, each after its length.
    units: Vec<u8>,
}

/// A frame in the stream.
pub(super) struct Encoded<'a> {
    pub(super) format: &'a Format,
    pub(super) units: &'a [u8],
    pub(super) key: bool,
}

impl H264 {
    pub(super) fn new(frames_per_second: u32) -> Result<Self, openh264::Error> {
        // What a display shows is seldom noisy and often still: a quality that does not depend on
        // the size costs little where little moves. The encoder has no plain switch for it; this
        // rate control, given more than it can use, only goes up and down with what it is told.
        // Its mode for screens makes smaller files, and takes nearly three times as long; more care
        // makes them a little smaller, for an eighth more work.
        let config = EncoderConfig::new()
            .usage_type(UsageType::CameraVideoRealTime)
            .complexity(Complexity::Low)
            .rate_control_mode(RateControlMode::Bufferbased)
            .qp(QpRange::new(STILL, MOVING))
            .bitrate(BitRate::from_bps(BITS_PER_SECOND))
            .max_frame_rate(FrameRate::from_hz(f32::from(
                u16::try_from(frames_per_second).unwrap_or(u16::MAX),
            )))
            .skip_frames(false)
            .background_detection(false)
            .scene_change_detect(false)
            .adaptive_quantization(false)
            .long_term_reference(false)
            .intra_frame_period(IntraFramePeriod::from_num_frames(0))
            .num_threads(1)
            .vui(VuiConfig::bt709().matrix_coefficients(MatrixCoefficients::Smpte170M));
        Ok(Self {
            encoder: Encoder::with_api_config(OpenH264API::from_source(), config)?,
            format: None,
            units: Vec::new(),
        })
    }

    /// Makes the next frame one that stands by itself.
    pub(super) fn begin_anew(&mut self) {
        self.encoder.force_intra_frame();
    }

    /// Frames that nobody sees, until the quality is the finest. What never changes is never made
    /// better than it is in the first frame.
    fn settle(&mut self, picture: &Planes, at: openh264::Timestamp) -> Result<(), openh264::Error> {
        for _ in STILL..MOVING {
            self.encoder.encode_at(picture, at)?;
        }
        self.encoder.force_intra_frame();
        Ok(())
    }

    /// Its rate control goes one step finer for each frame that arrived at the other end, and two
    /// steps coarser for one that did not.
    #[expect(
        unsafe_code,
        reason = "the encoder's own words, of which these have no safe form"
    )]
    fn steer(&mut self, why: Why) {
        let mut arrived = SDeliveryStatus {
            bDeliveryFlag: why != Why::Moving,
            ..SDeliveryStatus::default()
        };
        // SAFETY: the encoder reads what this wish goes with, and keeps no pointer to it. Nothing
        // that its safe side relies on depends on it.
        unsafe {
            let api = self.encoder.raw_api();
            api.set_option(ENCODER_OPTION_DELIVERY_STATUS, (&raw mut arrived).cast());
        }
    }

    pub(super) fn encode(
        &mut self,
        picture: &Planes,
        at: Duration,
        why: Why,
    ) -> Result<Encoded<'_>, openh264::Error> {
        let at = openh264::Timestamp::from_millis(u64::try_from(at.as_millis()).unwrap_or(0));
        if self.format.is_none() {
            self.settle(picture, at)?;
        } else {
            self.steer(why);
        }
        let stream = self.encoder.encode_at(picture, at)?;
        let key = matches!(stream.frame_type(), FrameType::IDR);
        self.units.clear();
        let (mut sequence, mut parameters) = (None, None);
        let layers = (0..stream.num_layers()).filter_map(|layer| stream.layer(layer));
        for layer in layers {
            for unit in (0..layer.nal_count()).filter_map(|unit| layer.nal_unit(unit)) {
                let unit = without_start_code(unit);
                match unit.first().map(|first| first & 0x1f) {
                    Some(SEQUENCE) => sequence = Some(unit.to_vec()),
                    Some(PICTURE) => parameters = Some(unit.to_vec()),
                    Some(_) => {
                        let length = u32::try_from(unit.len()).unwrap_or(u32::MAX);
                        self.units.extend(length.to_be_bytes());
                        self.units.extend_from_slice(unit);
                    }
                    None => {}
                }
            }
        }
        if let (None, Some(sequence), Some(parameters)) = (&self.format, sequence, parameters) {
            let side = |side: usize| u16::try_from(side).unwrap_or(u16::MAX);
            self.format = Some(Format {
                width: side(picture.width),
                height: side(picture.height),
                sequence,
                picture: parameters,
            });
        }
        let format = self.format.as_ref();
        let format = format.ok_or_else(|| openh264::Error::msg("no description of the stream"))?;
        Ok(Encoded {
            format,
            units: &self.units,
            key,
        })
    }
}

fn without_start_code(unit: &[u8]) -> &[u8] {
    unit.strip_prefix(&[0, 0, 0, 1])
        .or_else(|| unit.strip_prefix(&[0, 0, 1]))
        .unwrap_or(unit)
}
