//! The thread that records.

use std::{
    fs, io, thread,
    time::{Duration, Instant},
};

use chaperone_protocol::{RecordingFormat, Resolution};
use tokio::sync::oneshot;

use super::{
    canvas::Canvas,
    clock::Clock,
    film::{self, Film, FilmError, Why},
    fit,
    handle::{self, Ending, Progress, Recorder, Recording},
    kind,
    sound::{Ear, Microphone, Source},
    stop::Stop,
};
use crate::{
    SenseError,
    screen::{
        RecordingWish, Sound,
        area::{Area, gather},
        blend::blend,
        picture::collect,
        source::{FrameSource, Look, Lost, PIXEL_BYTES, Piece, Pointer},
    },
};

/// After so long without a change the same frame is added again, so that a file which a crash
/// breaks off reaches nearly up to it.
const STILL_EVERY: Duration = Duration::from_secs(1);

/// More than this part of the display is much of it.
const MUCH: usize = 16;

/// An animated picture looks no more often; its frames' times are counted in hundredths.
const GIF_FRAMES_PER_SECOND: u32 = 10;

/// Opens a display, on the thread that will watch it.
pub(crate) type Opener = Box<dyn FnOnce(&Stop) -> Result<Box<dyn FrameSource>, SenseError> + Send>;

/// Starts the thread. What is answered has its first frame in the file.
pub(crate) fn begin(
    open: Opener,
    ear: Ear,
    wish: RecordingWish,
) -> Result<oneshot::Receiver<Result<Recording, SenseError>>, SenseError> {
    wish.check()?;
    let (answer, answered) = oneshot::channel();
    thread::Builder::new()
        .name("recording".to_owned())
        .spawn(move || match Shoot::begin(open, &ear, wish) {
            // If nobody waits any more, the recording is dropped here, and ends at once.
            Ok((shoot, recording)) => {
                drop(answer.send(Ok(recording)));
                shoot.run();
            }
            Err(error) => drop(answer.send(Err(error))),
        })
        .map_err(|error| SenseError::Failed(format!("could not start a recording: {error}")))?;
    Ok(answered)
}

struct Shoot {
    source: Box<dyn FrameSource>,
    canvas: Canvas,
    pointer: Option<Drawn>,
    film: Box<dyn Film>,
    microphone: Option<Microphone>,
    recorder: Recorder,
    progress: Progress,
    began: Instant,
    clock: Clock,
    limit: Duration,
    /// When the last frame was added.
    added: Duration,
}

/// The pointer as it is in the picture.
struct Drawn {
    pointer: Pointer,
    area: Area,
}

/// Why a tick was the last.
enum Broken {
    Source(Lost),
    Film(FilmError),
}

impl From<Lost> for Broken {
    fn from(lost: Lost) -> Self {
        Self::Source(lost)
    }
}

impl From<FilmError> for Broken {
    fn from(error: FilmError) -> Self {
        Self::Film(error)
    }
}

impl Shoot {
    fn begin(
        open: Opener,
        ear: &Ear,
        wish: RecordingWish,
    ) -> Result<(Self, Recording), SenseError> {
        let (stopper, stop) = super::stop::pair();
        let source = open(&stop)?;
        let heard = match wish.sound {
            Sound::None => None,
            Sound::Microphone => Some(Source::Microphone),
            Sound::Output => Some(Source::Output),
        };
        let microphone = heard
            .map(|source| Microphone::open(ear, source, &stop))
            .transpose()?;
        let display = source.extent();
        let resolution = fit::recorded(display, wish.at_most);
        let frames_per_second = match wish.format {
            RecordingFormat::Gif => wish.frames_per_second.min(GIF_FRAMES_PER_SECOND),
            RecordingFormat::Mp4 | RecordingFormat::Webm => wish.frames_per_second,
        };
        let path = wish.path;
        let failed = |error: &dyn std::fmt::Display| {
            SenseError::Failed(format!(
                "could not make the recording's file {}: {error}",
                path.display()
            ))
        };
        let made = film::create(&path).map_err(|error| failed(&error))?;
        let sound = microphone.as_ref().map(Microphone::format);
        let film = kind::begin(wish.format, made, frames_per_second, sound)
            .map_err(|error| failed(&error))?;
        let (recording, recorder, progress) = handle::pair(resolution, stopper, stop);
        let mut shoot = Self {
            source,
            canvas: Canvas::new(resolution, display),
            pointer: None,
            film,
            microphone,
            recorder,
            progress,
            began: Instant::now(),
            clock: Clock::new(frames_per_second),
            limit: wish.limit,
            added: Duration::ZERO,
        };
        if let Some(microphone) = &shoot.microphone {
            microphone.begin(shoot.began);
        }
        match shoot.tick(Duration::ZERO) {
            Ok(_) => Ok((shoot, recording)),
            Err(broken) => {
                // Nothing is in it, and it was made here.
                drop(fs::remove_file(&path));
                Err(match broken {
                    Broken::Source(lost) => SenseError::Unavailable(lost.0),
                    Broken::Film(error) => failed(&error),
                })
            }
        }
    }

    fn run(mut self) {
        let ending = loop {
            let due = self.clock.due(self.began.elapsed()).min(self.limit);
            if self.recorder.stop.wait_until(self.began + due) {
                break Ending::Stopped;
            }
            let elapsed = self.began.elapsed();
            if elapsed >= self.limit {
                break Ending::Limit;
            }
            match self.tick(elapsed) {
                Ok(found) => self.clock.found(found),
                Err(broken) => break self.ending(broken),
            }
        };
        self.finish(ending);
    }

    /// Answers what it found, if anything.
    fn tick(&mut self, at: Duration) -> Result<Option<Why>, Broken> {
        let (changed, mut new) = match self.source.look()? {
            Look::Changed(areas) => {
                let new = !areas.is_empty();
                (areas, new)
            }
            Look::Unsure(areas) => (areas, false),
            Look::Resized => {
                let display = self.source.extent();
                self.canvas.resize(display);
                self.pointer = None;
                (vec![Area::whole(display)], true)
            }
        };
        let extent = self.source.extent();
        let changed: Vec<_> = gather(changed)
            .into_iter()
            .map(|area| area.paired(extent))
            .collect();
        for area in &changed {
            let canvas = &mut self.canvas;
            self.source.read(*area, &mut |piece| canvas.paint(piece))?;
        }
        new |= self.point(&changed)?;
        let first = self.progress.frames == 0;
        let still = at.saturating_sub(self.added) >= STILL_EVERY;
        let why = if (new || first) && is_much(&changed, extent) {
            Some(Why::Moving)
        } else if new || first {
            Some(Why::Touched)
        } else {
            still.then_some(Why::Still)
        };
        if let Some(why) = why {
            self.film.add(self.canvas.picture(), at, why)?;
            self.added = at;
            self.progress.frames += 1;
        }
        self.hear()?;
        self.film.settle(at)?;
        self.tell(at);
        Ok(why)
    }

    /// Adds what was heard since.
    fn hear(&mut self) -> Result<(), FilmError> {
        let Some(microphone) = &self.microphone else {
            return Ok(());
        };
        while let Some(packet) = microphone.next() {
            self.film.hear(&packet)?;
        }
        Ok(())
    }

    fn tell(&mut self, elapsed: Duration) {
        self.progress.elapsed = elapsed;
        self.progress.bytes = self.film.bytes();
        self.recorder.running(self.progress);
    }

    /// Draws the pointer where it is now; answers whether it is elsewhere or looks different.
    fn point(&mut self, changed: &[Area]) -> Result<bool, Lost> {
        let extent = self.source.extent();
        let now = self.source.pointer()?.and_then(|pointer| {
            let area = pointer.area(extent)?.paired(extent);
            Some(Drawn { pointer, area })
        });
        let moved = match (&self.pointer, &now) {
            (Some(before), Some(now)) => before.pointer != now.pointer,
            (None, None) => false,
            _ => true,
        };
        if moved && let Some(before) = self.pointer.take() {
            let canvas = &mut self.canvas;
            self.source
                .read(before.area, &mut |piece| canvas.paint(piece))?;
        }
        if let Some(Drawn { pointer, area }) = &now
            && (moved || changed.iter().any(|changed| changed.meets(*area)))
        {
            let mut pixels = collect(self.source.as_mut(), *area)?;
            blend(pointer, *area, &mut pixels);
            self.canvas.paint(Piece {
                area: *area,
                pixels: &pixels,
                stride: area.width * PIXEL_BYTES,
            });
        }
        self.pointer = now;
        Ok(moved)
    }

    fn ending(&self, broken: Broken) -> Ending {
        match broken {
            // A display that is slow to answer is not waited for once the recording is stopped.
            Broken::Source(_) if self.recorder.stop.told() => Ending::Stopped,
            Broken::Source(lost) => Ending::DisplayLost(lost.0),
            Broken::Film(error) => why(&error),
        }
    }

    fn finish(mut self, mut ending: Ending) {
        let end = self.began.elapsed().min(self.limit);
        if let Err(error) = self.hear() {
            ending = why(&error);
        }
        // It is let go before the file is seen to, which may take a while.
        self.microphone = None;
        self.tell(end);
        match self.film.finish(end) {
            Ok(bytes) => {
                self.progress.bytes = bytes;
                self.recorder.running(self.progress);
            }
            Err(_) if matches!(ending, Ending::StorageFull | Ending::Failed(_)) => {}
            Err(error) => ending = why(&error),
        }
        self.recorder.end(&ending);
    }
}

fn is_much(changed: &[Area], of: Resolution) -> bool {
    let pixels = |area: &Area| area.width * area.height;
    changed.iter().map(pixels).sum::<usize>() > pixels(&Area::whole(of)) / MUCH
}

fn why(error: &FilmError) -> Ending {
    match error {
        FilmError::File(error)
            if matches!(
                error.kind(),
                io::ErrorKind::StorageFull
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::FileTooLarge
            ) =>
        {
            Ending::StorageFull
        }
        error => Ending::Failed(format!("could not write the recording: {error}")),
    }
}
