//! The device's contract, kept by a window where there is one and by a notice where there is not.

use std::{pin::Pin, time::Duration};

use chaperone_api::{
    Capability, Capture, CaptureFor, DesktopNotice, Indicator, Light, LightOver, Lighting,
    RecordingSound, visible,
};
use tokio_util::sync::CancellationToken;

use super::{
    Pill,
    lights::{CaptureView, Does},
};
use crate::platform;

/// A window that is not in sight by then leaves the notice a moment of what the device waits.
const IN_SIGHT: Duration = Duration::from_millis(1900);

/// Shows captures in the window. A desktop that does not let windows stay on top shows a notice
/// besides; one on which the window does not appear shows the notice alone.
pub(crate) struct PillOrNotice {
    pub(crate) pill: Pill,
    pub(crate) notice: DesktopNotice,
}

/// A capture that stands in the window. It goes out when this is dropped.
struct Lit {
    pill: Pill,
    key: u64,
    gone: CancellationToken,
}

/// Takes a line back that nobody waits for any more.
struct Asked<'a> {
    pill: &'a Pill,
    key: Option<u64>,
}

/// Stands in the notice; the window only makes it easier to find.
struct Both {
    notice: Box<dyn Light>,
    _pill: Option<Lit>,
}

impl Indicator for PillOrNotice {
    fn show<'a>(&'a self, capture: &'a Capture) -> Lighting<'a> {
        Box::pin(async move {
            if platform::keeps_windows_on_top() {
                return match self.pill.show(capture).await {
                    Some(lit) => Ok(Box::new(lit) as Box<dyn Light>),
                    None => self.notice.show(capture).await,
                };
            }
            let (pill, notice) = tokio::join!(self.pill.show(capture), self.notice.show(capture));
            Ok(Box::new(Both {
                notice: notice?,
                _pill: pill,
            }) as Box<dyn Light>)
        })
    }
}

impl Pill {
    async fn show(&self, capture: &Capture) -> Option<Lit> {
        let (key, lit) = self.light(view(capture));
        let mut asked = Asked {
            pill: self,
            key: Some(key),
        };
        let Ok(Ok(gone)) = tokio::time::timeout(IN_SIGHT, lit).await else {
            tracing::warn!("the indicator's window did not come into sight");
            return None;
        };
        asked.key = None;
        Some(Lit {
            pill: self.clone(),
            key,
            gone,
        })
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.pill.out(key);
        }
    }
}

impl Drop for Lit {
    fn drop(&mut self) {
        self.pill.out(self.key);
    }
}

impl Light for Lit {
    fn over<'a>(&'a self) -> Pin<Box<dyn Future<Output = LightOver> + Send + 'a>> {
        Box::pin(async {
            // Stop is a call of its own, which the device hears directly.
            self.gone.cancelled().await;
            LightOver::Gone
        })
    }
}

impl Light for Both {
    fn over<'a>(&'a self) -> Pin<Box<dyn Future<Output = LightOver> + Send + 'a>> {
        self.notice.over()
    }
}

fn view(capture: &Capture) -> CaptureView {
    let (agent, connection) = match &capture.whom {
        CaptureFor::Agent { name, connection } => (Some(visible(name)), Some(visible(connection))),
        CaptureFor::Person => (None, None),
    };
    CaptureView {
        id: capture.number.to_string(),
        agent,
        connection,
        does: match (capture.capability, capture.hears) {
            (Capability::Camera, _) => Does::Photographs,
            (_, None) => Does::Looks,
            (_, Some(RecordingSound::Microphone)) => Does::LooksAndHearsMicrophone,
            (_, Some(RecordingSound::Output)) => Does::LooksAndHearsOutput,
        },
        source: visible(&capture.source),
        since: capture.since.as_millisecond(),
    }
}
