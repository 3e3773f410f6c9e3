//! Cameras, and the light that shows that they are used.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use chaperone_device::{Capture, Indicator, Light, LightOver, Lighting, NoIndicator};
use chaperone_protocol::Located;
use chaperone_senses::{
    Cameras, Displays, ListingCameras, ListingDisplays, PictureWish, Picturing, RecordingWish,
    SenseError, Shot, Snapping, StartingRecording,
    fake::{ScriptedCameras, ScriptedDisplays},
};
use tokio::sync::watch;

/// What happened, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn note(&self, what: impl Into<String>) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.push(what.into());
    }

    /// Waits until that is the last that happened.
    pub(crate) async fn comes_to(&self, last: &str) {
        let comes = async {
            while self.entries().last().is_none_or(|entry| entry != last) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(super::PATIENCE, comes).await.unwrap();
    }

    pub(crate) fn entries(&self) -> Vec<String> {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.clone()
    }
}

/// Cameras that note when they are used, and for how long.
pub(crate) struct WatchedCameras {
    pub(crate) cameras: ScriptedCameras,
    pub(crate) log: Log,
}

struct Until(Log);

impl Drop for Until {
    fn drop(&mut self) {
        self.0.note("camera off");
    }
}

impl Cameras for WatchedCameras {
    fn list(&self) -> ListingCameras<'_> {
        self.cameras.list()
    }

    fn snap<'a>(&'a self, shot: &'a Shot) -> Snapping<'a> {
        Box::pin(async move {
            self.log.note("camera on");
            let _off = Until(self.log.clone());
            self.cameras.snap(shot).await
        })
    }
}

/// An indicator that does what a test says.
#[derive(Clone)]
pub(crate) struct Lamp {
    pub(crate) log: Log,
    mood: Arc<Mutex<Mood>>,
    over: watch::Sender<Option<LightOver>>,
    shown: Arc<Mutex<Vec<Capture>>>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Mood {
    Willing,
    Refusing,
    /// Never answers.
    Slow,
}

impl Lamp {
    pub(crate) fn new(log: Log) -> Self {
        Self {
            log,
            mood: Arc::new(Mutex::new(Mood::Willing)),
            over: watch::Sender::new(None),
            shown: Arc::default(),
        }
    }

    pub(crate) fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// The light that shows goes out, or is told to.
    pub(crate) fn ends(&self, over: LightOver) {
        self.over.send_replace(Some(over));
    }

    pub(crate) fn shown(&self) -> Vec<Capture> {
        self.shown.lock().unwrap().clone()
    }
}

impl Indicator for Lamp {
    fn show<'a>(&'a self, capture: &'a Capture) -> Lighting<'a> {
        let mood = *self.mood.lock().unwrap();
        Box::pin(async move {
            match mood {
                Mood::Slow => std::future::pending().await,
                Mood::Refusing => Err(NoIndicator {
                    because: "no screen is there".to_owned(),
                }),
                Mood::Willing => {
                    self.over.send_replace(None);
                    self.shown.lock().unwrap().push(capture.clone());
                    self.log.note("light on");
                    let shining: Box<dyn Light> = Box::new(Shining {
                        log: self.log.clone(),
                        over: self.over.subscribe(),
                    });
                    Ok(shining)
                }
            }
        })
    }
}

struct Shining {
    log: Log,
    over: watch::Receiver<Option<LightOver>>,
}

impl Light for Shining {
    fn over<'a>(&'a self) -> Pin<Box<dyn Future<Output = LightOver> + Send + 'a>> {
        let mut over = self.over.clone();
        Box::pin(async move {
            match over.wait_for(Option::is_some).await {
                Ok(over) => (*over).unwrap(),
                Err(_) => LightOver::Gone,
            }
        })
    }
}

impl Drop for Shining {
    fn drop(&mut self) {
        self.log.note("light off");
    }
}

/// A place that a locator tells.
pub(crate) fn place() -> Located {
    Located {
        latitude: 52.516_27,
        longitude: 13.377_70,
        accuracy: Some(5.0),
        source: Some("made for a test".to_owned()),
        ..Located::default()
    }
}

/// Displays that begin to record only when they are told to.
#[derive(Clone)]
pub(crate) struct LateDisplays {
    displays: ScriptedDisplays,
    asked: watch::Sender<bool>,
    begins: watch::Sender<bool>,
}

impl Default for LateDisplays {
    fn default() -> Self {
        Self {
            displays: ScriptedDisplays::new(),
            asked: watch::Sender::new(false),
            begins: watch::Sender::new(false),
        }
    }
}

impl LateDisplays {
    /// Waits until a recording is to begin.
    pub(crate) async fn asked(&self) {
        let mut asked = self.asked.subscribe();
        let asked = asked.wait_for(|asked| *asked);
        tokio::time::timeout(super::PATIENCE, asked)
            .await
            .unwrap()
            .unwrap();
    }

    pub(crate) fn begins(&self) {
        self.begins.send_replace(true);
    }
}

impl Displays for LateDisplays {
    fn list(&self) -> ListingDisplays<'_> {
        self.displays.list()
    }

    fn hears(&self) -> Result<(), SenseError> {
        self.displays.hears()
    }

    fn picture<'a>(&'a self, wish: &'a PictureWish) -> Picturing<'a> {
        self.displays.picture(wish)
    }

    fn record<'a>(&'a self, wish: &'a RecordingWish) -> StartingRecording<'a> {
        Box::pin(async move {
            self.asked.send_replace(true);
            let mut begins = self.begins.subscribe();
            begins.wait_for(|begins| *begins).await.unwrap();
            self.displays.record(wish).await
        })
    }
}
