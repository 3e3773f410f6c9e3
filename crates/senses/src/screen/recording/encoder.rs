//! H.264, made for what displays show and for little work.

use std::time::Duration;

use openh264::{
    OpenH264API,
    encoder::{
        BitRate, Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod,
        MatrixCoefficients, QpRange, RateControlMode, UsageType, VuiConfig,
    },
};
use openh264_sys2::{
    ECOMPLEXITY_MODE, ENCODER_OPTION_SVC_ENCODE_PARAM_EXT, LOW_COMPLEXITY, MEDIUM_COMPLEXITY,
    SEncParamExt, SPS_LISTING,
};

use super::{film::Why, mp4::Format, planes::Planes};

/// The step between two shades, on the encoder's scale of 0 to 51, while much moves: small letters
/// stay clear, and the grain of a film is left out as long as it moves evenly.
const MOVING: u8 = 22;

/// The step in what is touched now and then, and in frames that stand by themselves: what does not
/// move after such a frame stays as it is there, for nothing of it is encoded again.
const TOUCHED: u8 = 18;

/// The step in what stands still, where there is time to make it better.
const STILL: u8 = 14;

/// What has moved in so many frames, which is a second as a rule, is likely to go on.
const LASTING: u8 = 30;

/// More than any recording at that quality needs, so that it is never a reason for another.
const BITS_PER_SECOND: u32 = 100_000_000;

/// The kinds of units in the stream that describe it.
const SEQUENCE: u8 = 7;
const PICTURE: u8 = 8;

/// Encodes one recording.
pub(super) struct H264 {
    encoder: Encoder,
    /// That of the last frame; nothing before the first.
    manner: Option<Manner>,
    /// In how many frames much was moving lately, more than in how many it was not.
    moved: u8,
    /// Whether the next frame stands by itself.
    anew: bool,
    /// Said by the first frame.
    format: Option<Format>,
    /// The last frame's units, each after its length.
    units: Vec<u8>,
}

/// How frames are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Manner {
    /// From one shade to the next.
    step: u8,
    care: ECOMPLEXITY_MODE,
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
        // the size costs little where little moves. The mode for screens makes smaller files, and
        // takes nearly three times as long. The medium care makes files of what moves a fifth
        // smaller than the least, and a little better, for a tenth more work.
        let config = EncoderConfig::new()
            .usage_type(UsageType::CameraVideoRealTime)
            .complexity(Complexity::Low)
            .rate_control_mode(RateControlMode::Off)
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
            manner: None,
            moved: 0,
            anew: false,
            format: None,
            units: Vec::new(),
        })
    }

    /// Makes the next frame one that stands by itself.
    pub(super) fn begin_anew(&mut self) {
        self.encoder.force_intra_frame();
        self.anew = true;
    }

    /// How the next frame is made: what moves coarser, and what no longer does finer, in some
    /// frames.
    fn manner(&self, why: Why) -> Manner {
        let last = self.manner.map_or(TOUCHED, |manner| manner.step);
        let step = match why {
            _ if self.anew => TOUCHED,
            Why::Moving => last.saturating_add(2).min(MOVING),
            Why::Touched => last.saturating_sub(1).max(TOUCHED),
            // One frame of it is enough, and nothing else waits for the encoder then.
            Why::Still => STILL,
        };
        // More care makes a film's file a fifth smaller and a little better, for a tenth more work.
        // For a window that is moved, and where little moves, it is not worth that.
        let care = if why == Why::Moving && self.moved >= LASTING {
            MEDIUM_COMPLEXITY
        } else {
            LOW_COMPLEXITY
        };
        Manner { step, care }
    }

    #[expect(
        unsafe_code,
        reason = "the encoder's own words, of which these have no safe form"
    )]
    fn proceed(&mut self, manner: Manner) -> Result<(), openh264::Error> {
        if self.manner == Some(manner) {
            return Ok(());
        }
        let option = ENCODER_OPTION_SVC_ENCODE_PARAM_EXT;
        let mut wish = SEncParamExt::default();
        // SAFETY: what this wish goes with is of the kind that the encoder reads and fills in, and
        // the encoder keeps no pointer to it. Nothing that its safe side relies on is changed.
        let refused = unsafe {
            let api = self.encoder.raw_api();
            api.get_option(option, (&raw mut wish).cast()) != 0 || {
                wish.iComplexityMode = manner.care;
                if self.manner.is_none() {
                    // Smoothing the edges of blocks makes nothing more like a display whose steps
                    // are this small, and it is work. The encoder heeds the wish only where it begins
                    // anew, as it does for another way of numbering its descriptions.
                    wish.iLoopFilterDisableIdc = 1;
                    wish.eSpsPpsIdStrategy = SPS_LISTING;
                }
                wish.sSpatialLayers[0].iDLayerQp = manner.step.into();
                api.set_option(option, (&raw mut wish).cast()) != 0
            }
        };
        if refused {
            return Err(openh264::Error::msg("the encoder takes no other quality"));
        }
        self.manner = Some(manner);
        Ok(())
    }

    pub(super) fn encode(
        &mut self,
        picture: &Planes,
        at: Duration,
        why: Why,
    ) -> Result<Encoded<'_>, openh264::Error> {
        let at = openh264::Timestamp::from_millis(u64::try_from(at.as_millis()).unwrap_or(0));
        if self.format.is_none() {
            // It takes wishes only after a first frame. Nobody sees that, and black is least work.
            self.encoder
                .encode_at(&Planes::black(picture.resolution()), at)?;
            self.begin_anew();
        }
        self.moved = match why {
            Why::Moving => (self.moved + 1).min(2 * LASTING),
            Why::Touched | Why::Still => self.moved.saturating_sub(1),
        };
        self.proceed(self.manner(why))?;
        let stream = self.encoder.encode_at(picture, at)?;
        let key = matches!(stream.frame_type(), FrameType::IDR);
        self.anew = false;
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
