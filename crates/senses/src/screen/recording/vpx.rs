//! The encoder of `libvpx`, as far as a recording needs it, behind a safe face.
//!
//! All that is unsafe in making VP8 is here. Which quality a frame deserves is not decided here.
//!
//! Why it is sound: the context is made once, never moved, used by one owner at a time and let go
//! once. A picture is lent to the library for one call, which only reads it, and only after its
//! planes were found to be as long as their width and height say. What the library hands out is
//! copied before the next call.

#![expect(
    unsafe_code,
    reason = "the library speaks C, and its bindings have no safe form that every version of it allows"
)]

use std::{
    ffi::{CStr, c_int, c_long, c_ulong},
    mem::MaybeUninit,
    ptr, slice,
};

use vpx_sys::{
    VPX_DL_REALTIME, VPX_EFLAG_FORCE_KF, VPX_ENCODER_ABI_VERSION, VPX_FRAME_IS_KEY,
    vp8e_enc_control_id, vpx_codec_control_, vpx_codec_ctx_t, vpx_codec_cx_pkt_kind,
    vpx_codec_destroy, vpx_codec_enc_cfg_t, vpx_codec_enc_config_default, vpx_codec_enc_config_set,
    vpx_codec_enc_init_ver, vpx_codec_encode, vpx_codec_err_t, vpx_codec_err_to_string,
    vpx_codec_get_cx_data, vpx_codec_vp8_cx, vpx_image_t, vpx_img_fmt, vpx_img_wrap, vpx_kf_mode,
    vpx_rc_mode,
};

use super::planes::Planes;

/// Moments are counted in thousandths of a second.
const MOMENTS: c_int = 1000;

/// More than any recording needs, so that it is never a reason for another quality.
const KILOBITS_PER_SECOND: u32 = 100_000;

/// What the library says when it does not do as it is told.
#[derive(Debug, thiserror::Error)]
#[error("the VP8 encoder could not {doing}: {said}")]
pub(super) struct VpxError {
    doing: &'static str,
    said: String,
}

/// A VP8 encoder for pictures of one extent.
pub(super) struct Vpx {
    // In a place of its own, for the library may point back at it.
    context: Box<vpx_codec_ctx_t>,
    settings: vpx_codec_enc_cfg_t,
    /// The last frame.
    frame: Vec<u8>,
}

/// How much care it takes; what is left out is told by the library's own scales.
#[derive(Debug, Clone, Copy)]
pub(super) struct Care {
    /// The more, the less.
    pub(super) haste: i32,
    /// Differences below that are not looked at.
    pub(super) still_below: i32,
}

impl Vpx {
    pub(super) fn new(width: usize, height: usize, care: Care) -> Result<Self, VpxError> {
        let mut settings = default_settings()?;
        let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
        (settings.g_w, settings.g_h) = (side(width), side(height));
        (settings.g_timebase.num, settings.g_timebase.den) = (1, MOMENTS);
        settings.g_threads = 1;
        // Each frame comes at once, none is left out, and none is a key that was not asked for.
        settings.g_lag_in_frames = 0;
        settings.rc_dropframe_thresh = 0;
        settings.rc_resize_allowed = 0;
        settings.kf_mode = vpx_kf_mode::VPX_KF_DISABLED;
        settings.rc_end_usage = vpx_rc_mode::VPX_CBR;
        settings.rc_target_bitrate = KILOBITS_PER_SECOND;
        // SAFETY: nothing but numbers, null pointers and the enumeration's first word, which is 0.
        let context = unsafe { MaybeUninit::<vpx_codec_ctx_t>::zeroed().assume_init() };
        let mut context = Box::new(context);
        let version = c_int::try_from(VPX_ENCODER_ABI_VERSION).unwrap_or(c_int::MAX);
        // SAFETY: both are valid for the call; the library keeps a copy of the settings.
        let begun = unsafe {
            let way = vpx_codec_vp8_cx();
            vpx_codec_enc_init_ver(context.as_mut(), way, &raw const settings, 0, version)
        };
        said("begin", begun)?;
        let mut vpx = Self {
            context,
            settings,
            frame: Vec::new(),
        };
        vpx.control(vp8e_enc_control_id::VP8E_SET_CPUUSED, care.haste)?;
        vpx.control(
            vp8e_enc_control_id::VP8E_SET_STATIC_THRESHOLD,
            care.still_below,
        )?;
        Ok(vpx)
    }

    /// Each of these takes one whole number.
    fn control(&mut self, what: vp8e_enc_control_id, value: c_int) -> Result<(), VpxError> {
        // SAFETY: the context is whole, and both of what is asked here take a number of this kind.
        let heard = unsafe { vpx_codec_control_(self.context.as_mut(), what as c_int, value) };
        said("be set up", heard)
    }

    /// From now on each step between two shades is so large, on the library's scale of 0 to 63.
    pub(super) fn coarse(&mut self, step: u32) -> Result<(), VpxError> {
        if self.settings.rc_min_quantizer == step && self.settings.rc_max_quantizer == step {
            return Ok(());
        }
        self.settings.rc_min_quantizer = step;
        self.settings.rc_max_quantizer = step;
        // SAFETY: both are valid for the call; the library keeps a copy of the settings.
        let heard =
            unsafe { vpx_codec_enc_config_set(self.context.as_mut(), &raw const self.settings) };
        said("change its quality", heard)
    }

    /// The next frame, and whether it stands by itself. `at` is later than that of the one before,
    /// in thousandths of a second.
    pub(super) fn encode(
        &mut self,
        picture: &Planes,
        at: u64,
        key: bool,
    ) -> Result<(&[u8], bool), VpxError> {
        let image = self.wrap(picture)?;
        let at = i64::try_from(at).unwrap_or(i64::MAX);
        let flags = if key { VPX_EFLAG_FORCE_KF } else { 0 };
        // SAFETY: the image's planes are borrowed for longer than this call, and are as long as it
        // says; the library copies what it keeps of them.
        let taken = unsafe {
            vpx_codec_encode(
                self.context.as_mut(),
                &raw const image,
                at,
                1,
                c_long::from(flags),
                c_ulong::from(VPX_DL_REALTIME),
            )
        };
        said("take a frame", taken)?;
        self.frame.clear();
        let mut stands_alone = false;
        let mut next = ptr::null();
        loop {
            // SAFETY: what is answered is null or valid until the context is used again.
            let packet =
                unsafe { vpx_codec_get_cx_data(self.context.as_mut(), &raw mut next).as_ref() };
            let Some(packet) = packet else {
                break;
            };
            if packet.kind != vpx_codec_cx_pkt_kind::VPX_CODEC_CX_FRAME_PKT {
                continue;
            }
            // SAFETY: this kind of packet holds a frame, which has so many bytes.
            let (bytes, flags) = unsafe {
                let frame = &packet.data.frame;
                (
                    slice::from_raw_parts(frame.buf.cast::<u8>(), frame.sz),
                    frame.flags,
                )
            };
            stands_alone |= flags & VPX_FRAME_IS_KEY != 0;
            self.frame.extend_from_slice(bytes);
        }
        Ok((&self.frame, stands_alone))
    }

    /// The picture as the library sees it. Must not outlive what it was made of.
    fn wrap(&self, picture: &Planes) -> Result<vpx_image_t, VpxError> {
        let (wide, high) = (self.settings.g_w, self.settings.g_h);
        let planes = picture.each();
        let pixels = picture.width * picture.height;
        let whole = planes.map(<[u8]>::len) == [pixels, pixels / 4, pixels / 4];
        let as_before =
            u32::try_from(picture.width) == Ok(wide) && u32::try_from(picture.height) == Ok(high);
        if !(whole && as_before && picture.width.is_multiple_of(2)) {
            return Err(VpxError {
                doing: "take a frame",
                said: "it has another extent than those before".to_owned(),
            });
        }
        let mut image = MaybeUninit::<vpx_image_t>::uninit();
        let [luma, ..] = planes;
        // SAFETY: it fills in all of the image, allocates nothing, and reads nothing of the plane.
        let mut image = unsafe {
            let wrapped = vpx_img_wrap(
                image.as_mut_ptr(),
                vpx_img_fmt::VPX_IMG_FMT_I420,
                wide,
                high,
                1,
                luma.as_ptr().cast_mut(),
            );
            if wrapped.is_null() {
                return Err(VpxError {
                    doing: "take a frame",
                    said: "it has no room for its extent".to_owned(),
                });
            }
            image.assume_init()
        };
        let strides = [picture.width, picture.width / 2, picture.width / 2];
        let rows = planes.into_iter().zip(strides);
        for ((plane, stride), (from, long)) in
            image.planes.iter_mut().zip(&mut image.stride).zip(rows)
        {
            *plane = from.as_ptr().cast_mut();
            *stride = c_int::try_from(long).unwrap_or(c_int::MAX);
        }
        Ok(image)
    }
}

impl Drop for Vpx {
    fn drop(&mut self) {
        // SAFETY: it was begun, and is not used after this. That it has ended is all it can say.
        let _ = unsafe { vpx_codec_destroy(self.context.as_mut()) };
    }
}

fn default_settings() -> Result<vpx_codec_enc_cfg_t, VpxError> {
    let mut settings = MaybeUninit::<vpx_codec_enc_cfg_t>::uninit();
    // SAFETY: it fills in all of the settings, or says that it did not.
    unsafe {
        let filled = vpx_codec_enc_config_default(vpx_codec_vp8_cx(), settings.as_mut_ptr(), 0);
        said("begin", filled)?;
        Ok(settings.assume_init())
    }
}

fn said(doing: &'static str, heard: vpx_codec_err_t) -> Result<(), VpxError> {
    if heard == vpx_codec_err_t::VPX_CODEC_OK {
        return Ok(());
    }
    // SAFETY: for each of its words the library has a sentence that is always there.
    let words = unsafe { CStr::from_ptr(vpx_codec_err_to_string(heard)) };
    Err(VpxError {
        doing,
        said: words.to_string_lossy().into_owned(),
    })
}
