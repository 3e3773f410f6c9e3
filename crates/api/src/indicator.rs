//! What shows that something is captured where no window of ours does: a notice that stands on the
//! desktop, with a button that ends it.

use std::pin::Pin;

use chaperone_device::{Capture, Indicator, Light, LightOver, Lighting, NoIndicator};
use chaperone_protocol::{Capability, visible};
use chaperone_senses::{NoticeOver, Standing, StandingNotice};

/// Shows captures as notices of the desktop.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct DesktopNotice;

struct Stands(StandingNotice);

impl Indicator for DesktopNotice {
    fn show<'a>(&'a self, capture: &'a Capture) -> Lighting<'a> {
        Box::pin(async move {
            let shown = StandingNotice::show(standing(capture)).await;
            let notice = shown.map_err(|error| NoIndicator {
                because: error.to_string(),
            })?;
            Ok(Box::new(Stands(notice)) as Box<dyn Light>)
        })
    }
}

impl Light for Stands {
    fn over<'a>(&'a self) -> Pin<Box<dyn Future<Output = LightOver> + Send + 'a>> {
        Box::pin(async {
            match self.0.over().await {
                NoticeOver::Pressed => LightOver::Stopped,
                NoticeOver::Gone => LightOver::Gone,
            }
        })
    }
}

fn standing(capture: &Capture) -> Standing {
    let does = match capture.capability {
        Capability::Camera => "takes a photo",
        _ => "looks at your screen",
    };
    let agent = visible(&capture.agent);
    let at = capture.since.to_zoned(jiff::tz::TimeZone::system());
    Standing {
        application: "Chaperone".to_owned(),
        title: format!("{agent} {does}"),
        body: format!(
            "{} · through {} · since {}",
            visible(&capture.source),
            visible(&capture.connection),
            at.strftime("%H:%M:%S")
        ),
        button: "Stop".to_owned(),
    }
}
