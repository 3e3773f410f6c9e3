//! Displays for tests: show what they are given, and end recordings when told to.

use std::{
    fs::OpenOptions,
    future::{pending, ready},
    io::Write as _,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use chaperone_protocol::Resolution;

use super::{
    Display, Displays, ListingDisplays, Picture, PictureFormat, PictureWish, Picturing,
    RecordingWish, StartingRecording,
    display::choose,
    recording::{Ending, Progress, Recorder, Recording, pair, stop},
};
use crate::SenseError;

/// Remembers what it was asked for. Clones remember together.
#[derive(Debug, Clone)]
pub struct ScriptedDisplays {
    displays: Vec<Display>,
    mood: Mood,
    content: Option<Vec<u8>>,
    asked: Arc<Mutex<Asked>>,
}

#[derive(Debug, Clone)]
enum Mood {
    Willing,
    Failing(SenseError),
    Hanging,
}

#[derive(Debug, Default)]
struct Asked {
    pictures: Vec<PictureWish>,
    recordings: Vec<RecordingWish>,
    running: Vec<Arc<Recorder>>,
}

impl Default for ScriptedDisplays {
    fn default() -> Self {
        Self::new()
    }
}

impl ScriptedDisplays {
    /// What a recording's file holds.
    pub const RECORDED: &[u8] = b"recorded by a fake";

    /// Two displays, of which the first is the primary.
    pub fn new() -> Self {
        let display = |id: &str, x, primary| Display {
            id: id.to_owned(),
            name: id.to_owned(),
            x,
            y: 0,
            resolution: Resolution {
                width: 1920,
                height: 1080,
            },
            primary,
        };
        Self {
            displays: vec![display("FAKE-1", 0, true), display("FAKE-2", 1920, false)],
            mood: Mood::Willing,
            content: None,
            asked: Arc::default(),
        }
    }

    /// The same, whose pictures and recordings hold these bytes.
    #[must_use]
    pub fn with_content(self, content: impl Into<Vec<u8>>) -> Self {
        Self {
            content: Some(content.into()),
            ..self
        }
    }

    /// One that shows nothing and says why.
    pub fn failing(error: SenseError) -> Self {
        Self {
            mood: Mood::Failing(error),
            ..Self::new()
        }
    }

    /// One that never answers.
    pub fn hanging() -> Self {
        Self {
            mood: Mood::Hanging,
            ..Self::new()
        }
    }

    /// The pictures it was asked for.
    pub fn pictures(&self) -> Vec<PictureWish> {
        self.asked().pictures.clone()
    }

    /// The recordings it was asked for.
    pub fn recordings(&self) -> Vec<RecordingWish> {
        self.asked().recordings.clone()
    }

    /// Ends every recording that runs, for that reason.
    pub fn end(&self, ending: &Ending) {
        for recorder in self.asked().running.drain(..) {
            recorder.end(ending);
        }
    }

    fn asked(&self) -> std::sync::MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, wish: &PictureWish) -> Result<Picture, SenseError> {
        let display = choose(self.displays.clone(), wish.display.as_deref())?;
        let resolution = match wish.at_most {
            Some(at_most) => super::recording::within(display.resolution, at_most),
            None => display.resolution,
        };
        let bytes: &[u8] = match wish.format {
            PictureFormat::Png => b"\x89PNG\r\n\x1a\n by a fake",
            PictureFormat::Jpeg => b"\xff\xd8\xff by a fake",
        };
        Ok(Picture {
            bytes: self.content.clone().unwrap_or_else(|| bytes.to_vec()),
            format: wish.format,
            resolution,
            display: display.id,
        })
    }

    fn begin(&self, wish: &RecordingWish) -> Result<Recording, SenseError> {
        wish.check()?;
        let display = choose(self.displays.clone(), wish.display.as_deref())?;
        let failed = |error: std::io::Error| {
            SenseError::Failed(format!(
                "could not make the recording's file {}: {error}",
                wish.path.display()
            ))
        };
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .open(&wish.path)
            .map_err(failed)?;
        let content = self.content.as_deref().unwrap_or(Self::RECORDED);
        file.write_all(content).map_err(failed)?;
        let (stopper, stop) = stop::pair();
        let (recording, recorder, progress) = pair(display.resolution, stopper, stop.clone());
        let recorder = Arc::new(recorder);
        self.asked().running.push(Arc::clone(&recorder));
        let limit = wish.limit;
        thread::Builder::new()
            .name("fake recording".to_owned())
            .spawn(move || run(&recorder, progress, limit))
            .map_err(failed)?;
        Ok(recording)
    }
}

/// Lasts until it is stopped or ended, at most as long as it may.
fn run(recorder: &Recorder, progress: Progress, limit: Duration) {
    let began = Instant::now();
    recorder.running(Progress {
        frames: 1,
        bytes: u64::try_from(ScriptedDisplays::RECORDED.len()).unwrap_or(u64::MAX),
        ..progress
    });
    let told = recorder.stop.wait_until(began + limit);
    recorder.end(if told {
        &Ending::Stopped
    } else {
        &Ending::Limit
    });
}

impl ScriptedDisplays {
    fn answer<T>(
        &self,
        willing: impl FnOnce() -> Result<T, SenseError>,
    ) -> Option<Result<T, SenseError>> {
        match &self.mood {
            Mood::Willing => Some(willing()),
            Mood::Failing(error) => Some(Err(error.clone())),
            Mood::Hanging => None,
        }
    }
}

impl Displays for ScriptedDisplays {
    fn list(&self) -> ListingDisplays<'_> {
        match self.answer(|| Ok(self.displays.clone())) {
            Some(answer) => Box::pin(ready(answer)),
            None => Box::pin(pending()),
        }
    }

    fn hears(&self) -> Result<(), SenseError> {
        match &self.mood {
            Mood::Willing | Mood::Hanging => Ok(()),
            Mood::Failing(error) => Err(error.clone()),
        }
    }

    fn picture<'a>(&'a self, wish: &'a PictureWish) -> Picturing<'a> {
        self.asked().pictures.push(wish.clone());
        match self.answer(|| self.take(wish)) {
            Some(answer) => Box::pin(ready(answer)),
            None => Box::pin(pending()),
        }
    }

    fn record<'a>(&'a self, wish: &'a RecordingWish) -> StartingRecording<'a> {
        self.asked().recordings.push(wish.clone());
        match self.answer(|| self.begin(wish)) {
            Some(answer) => Box::pin(ready(answer)),
            None => Box::pin(pending()),
        }
    }
}
