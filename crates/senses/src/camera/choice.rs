//! Which camera and which of its formats serve a wish. Pure.

use chaperone_protocol::Resolution;
use nokhwa::utils::{CameraFormat, FrameFormat};

use super::{FoundCamera, WhichCamera};
use crate::SenseError;

/// The formats we can read, the best first: a camera gives large pictures fast only as MJPEG.
const READABLE: [FrameFormat; 6] = [
    FrameFormat::MJPEG,
    FrameFormat::YUYV,
    FrameFormat::NV12,
    FrameFormat::RAWRGB,
    FrameFormat::RAWBGR,
    FrameFormat::GRAY,
];

/// The camera meant, of those there are. One that is named and not there is never replaced by
/// another: it may show something else.
pub(super) fn camera(
    which: &WhichCamera,
    found: &[FoundCamera],
) -> Result<FoundCamera, SenseError> {
    let Some(first) = found.first() else {
        return Err(SenseError::Missing(
            "this computer has no camera: plug one in, or switch it on".to_owned(),
        ));
    };
    let all = found
        .iter()
        .map(|camera| format!("{:?} ({})", camera.id, camera.name))
        .collect::<Vec<_>>()
        .join(", ");
    let named = |id: &String| found.iter().find(|camera| camera.id == *id).cloned();
    match which {
        WhichCamera::First => Ok(first.clone()),
        WhichCamera::Preferred(id) => named(id).ok_or_else(|| {
            SenseError::Missing(format!(
                "the preferred camera {id:?} is not there: plug it in, or prefer one of {all}"
            ))
        }),
        WhichCamera::Asked(id) => named(id).ok_or_else(|| {
            SenseError::Invalid(format!("there is no camera {id:?}: there is {all}"))
        }),
    }
}

/// The format nearest to the wished extent, of those we can read. Of two as near, the smaller one
/// shows less.
pub(super) fn format(wish: Resolution, offered: &[CameraFormat]) -> Option<CameraFormat> {
    offered
        .iter()
        .filter(|format| READABLE.contains(&format.format()))
        .min_by_key(|format| {
            let (width, height) = (format.width(), format.height());
            let distance = square(width, wish.width).saturating_add(square(height, wish.height));
            let rank = READABLE.iter().position(|kind| *kind == format.format());
            let area = u64::from(width) * u64::from(height);
            (distance, area, rank, std::cmp::Reverse(format.frame_rate()))
        })
        .copied()
}

/// Whether we can read such frames.
#[cfg(target_os = "linux")]
pub(super) fn is_readable(format: FrameFormat) -> bool {
    READABLE.contains(&format)
}

/// Every format we can read.
#[cfg(not(target_os = "linux"))]
pub(super) fn readable() -> &'static [FrameFormat] {
    &READABLE
}

fn square(one: u32, other: u32) -> u64 {
    let apart = u64::from(one.abs_diff(other));
    apart.saturating_mul(apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> Vec<FoundCamera> {
        [("0", "Desk"), ("2", "Face")]
            .map(|(id, name)| FoundCamera {
                id: id.to_owned(),
                name: name.to_owned(),
            })
            .to_vec()
    }

    fn id(which: &WhichCamera) -> Result<String, SenseError> {
        camera(which, &found()).map(|camera| camera.id)
    }

    #[test]
    fn the_camera_meant_or_none() {
        assert_eq!(id(&WhichCamera::First), Ok("0".to_owned()));
        assert_eq!(id(&WhichCamera::Asked("2".to_owned())), Ok("2".to_owned()));
        assert_eq!(
            id(&WhichCamera::Preferred("2".to_owned())),
            Ok("2".to_owned())
        );
        assert_eq!(
            id(&WhichCamera::Asked("1".to_owned())),
            Err(SenseError::Invalid(
                "there is no camera \"1\": there is \"0\" (Desk), \"2\" (Face)".to_owned()
            ))
        );
        assert_eq!(
            id(&WhichCamera::Preferred("1".to_owned())),
            Err(SenseError::Missing(
                "the preferred camera \"1\" is not there: plug it in, or prefer one of \"0\" \
                 (Desk), \"2\" (Face)"
                    .to_owned()
            ))
        );
        for which in [WhichCamera::First, WhichCamera::Asked("0".to_owned())] {
            let none = camera(&which, &[]).unwrap_err();
            assert!(none.to_string().contains("has no camera"), "{none}");
        }
    }

    fn nearest(wish: &str, offered: &[(u32, u32, FrameFormat)]) -> (u32, u32, FrameFormat) {
        let offered: Vec<_> = offered
            .iter()
            .map(|(width, height, kind)| CameraFormat::new_from(*width, *height, *kind, 30))
            .collect();
        let chosen = format(wish.parse().unwrap(), &offered).unwrap();
        (chosen.width(), chosen.height(), chosen.format())
    }

    #[test]
    fn the_nearest_extent() {
        use FrameFormat::{MJPEG, NV12, YUYV};
        let offered = [
            (640, 480, YUYV),
            (1280, 720, YUYV),
            (1280, 720, MJPEG),
            (1920, 1080, NV12),
        ];
        for (wish, nearest_one) in [
            ("1x1", (640, 480, YUYV)),
            ("640x480", (640, 480, YUYV)),
            ("1270x700", (1280, 720, MJPEG)),
            ("1600x900", (1280, 720, MJPEG)),
            ("1601x901", (1920, 1080, NV12)),
            ("16384x16384", (1920, 1080, NV12)),
        ] {
            assert_eq!(nearest(wish, &offered), nearest_one, "{wish}");
        }
        assert_eq!(
            format(
                Resolution {
                    width: 1,
                    height: 1
                },
                &[]
            ),
            None
        );
    }
}
