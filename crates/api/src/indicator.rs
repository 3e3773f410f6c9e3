//! What shows that something is captured where no window of ours does: a notice that stands on the
//! desktop, with a button that ends it.

use std::{
    fs,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use chaperone_device::{
    Capture, CaptureFor, Indicator, Light, LightOver, Lighting, NoIndicator, RecordingSound,
};
use chaperone_protocol::{Capability, visible};
use chaperone_senses::{NoticeOver, Standing, StandingNotice};

/// The file that says where notices stand.
const PLACES: &str = "notices";

/// Shows captures as notices of the desktop.
#[derive(Debug, Clone)]
pub struct DesktopNotice(Arc<Places>);

/// Where notices stand right now. A process that is killed cannot take them away, so the next one
/// has to know of them.
#[derive(Debug)]
struct Places {
    file: PathBuf,
    standing: Mutex<Vec<String>>,
    /// What stood there before this run.
    left: Vec<String>,
}

struct Stands {
    notice: StandingNotice,
    places: Arc<Places>,
}

impl DesktopNotice {
    /// Knows of what an earlier run left standing, too.
    pub fn new(data_dir: &Path) -> Self {
        let file = data_dir.join(PLACES);
        let left = fs::read_to_string(&file).unwrap_or_default();
        let left: Vec<String> = left.lines().map(str::to_owned).collect();
        Self(Arc::new(Places {
            file,
            standing: Mutex::new(left.clone()),
            left,
        }))
    }

    /// Takes away what an earlier run left standing, for nothing is captured there any more. What is
    /// shown meanwhile stays: no two notices have the same place.
    pub async fn take_away_left(&self) {
        for place in &self.0.left {
            match StandingNotice::take_away(place).await {
                Ok(()) => self.0.forget(place),
                // The next run may be on that desktop again.
                Err(error) => {
                    tracing::warn!(%error, "what an earlier run left on the desktop stands there yet");
                }
            }
        }
    }
}

impl Places {
    fn forget(&self, place: &str) {
        self.change(|standing| standing.retain(|other| other != place));
    }

    fn change(&self, change: impl FnOnce(&mut Vec<String>)) {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut standing);
        let written = if standing.is_empty() {
            fs::remove_file(&self.file)
        } else {
            fs::write(&self.file, standing.join("\n"))
        };
        // What is not noted only stands longer than it should, should this process be killed.
        if let Err(error) = written
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "where a notice stands is not noted");
        }
    }
}

impl Drop for Stands {
    fn drop(&mut self) {
        self.places.forget(self.notice.place());
    }
}

impl Indicator for DesktopNotice {
    fn show<'a>(&'a self, capture: &'a Capture) -> Lighting<'a> {
        Box::pin(async move {
            let shown = StandingNotice::show(standing(capture)).await;
            let notice = shown.map_err(|error| NoIndicator {
                because: error.to_string(),
            })?;
            let place = notice.place().to_owned();
            self.0.change(|standing| standing.push(place));
            let places = Arc::clone(&self.0);
            Ok(Box::new(Stands { notice, places }) as Box<dyn Light>)
        })
    }
}

impl Light for Stands {
    fn over<'a>(&'a self) -> Pin<Box<dyn Future<Output = LightOver> + Send + 'a>> {
        Box::pin(async {
            match self.notice.over().await {
                NoticeOver::Pressed => LightOver::Stopped,
                NoticeOver::Gone => LightOver::Gone,
            }
        })
    }
}

pub(crate) fn standing(capture: &Capture) -> Standing {
    let does = match (capture.capability, capture.hears) {
        (Capability::Camera, _) => "takes a photo",
        (_, None) => "looks at your screen",
        (_, Some(RecordingSound::Microphone)) => "looks at your screen and hears your microphone",
        (_, Some(RecordingSound::Output)) => {
            "looks at your screen and hears what this computer plays"
        }
    };
    let (title, through) = match &capture.whom {
        CaptureFor::Agent { name, connection } => (
            format!("{} {does}", visible(name)),
            format!("through {}", visible(connection)),
        ),
        CaptureFor::Person => (
            format!("Chaperone {does}, because you try it"),
            "for you alone".to_owned(),
        ),
    };
    let at = capture.since.to_zoned(jiff::tz::TimeZone::system());
    Standing {
        application: "Chaperone".to_owned(),
        title,
        body: format!(
            "{} · {through} · since {}",
            visible(&capture.source),
            at.strftime("%H:%M:%S")
        ),
        button: "Stop".to_owned(),
    }
}
