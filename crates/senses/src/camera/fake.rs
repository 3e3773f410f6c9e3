//! Cameras for tests: they say what they were told to say, and remember what they were asked.

use std::{
    collections::VecDeque,
    future::{pending, ready},
    sync::{Arc, Mutex, PoisonError},
};

use super::{Cameras, FoundCamera, ListingCameras, Photo, Shot, Snapping, choice};
use crate::SenseError;

/// Cameras that follow a script. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct ScriptedCameras {
    found: Vec<FoundCamera>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    script: VecDeque<Scripted>,
    shots: Vec<Shot>,
}

/// What comes of one shot.
#[derive(Debug, Clone)]
enum Scripted {
    Photo(Vec<u8>),
    Failure(SenseError),
    Nothing,
}

impl ScriptedCameras {
    /// A computer with these cameras, as id and name.
    pub fn new<'a>(cameras: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let found = cameras
            .into_iter()
            .map(|(id, name)| FoundCamera {
                id: id.to_owned(),
                name: name.to_owned(),
            })
            .collect();
        Self {
            found,
            ..Self::default()
        }
    }

    /// The next shot brings these bytes.
    #[must_use]
    pub fn then_photo(self, jpeg: impl Into<Vec<u8>>) -> Self {
        self.then(Scripted::Photo(jpeg.into()))
    }

    /// The next shot fails.
    #[must_use]
    pub fn then_failure(self, error: SenseError) -> Self {
        self.then(Scripted::Failure(error))
    }

    /// The next shot never ends by itself.
    #[must_use]
    pub fn then_nothing(self) -> Self {
        self.then(Scripted::Nothing)
    }

    /// What it was asked for so far, whether it came or not.
    pub fn shots(&self) -> Vec<Shot> {
        self.with(|state| state.shots.clone())
    }

    fn then(self, scripted: Scripted) -> Self {
        self.with(|state| state.script.push_back(scripted));
        self
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Cameras for ScriptedCameras {
    fn list(&self) -> ListingCameras<'_> {
        Box::pin(ready(Ok(self.found.clone())))
    }

    fn snap<'a>(&'a self, shot: &'a Shot) -> Snapping<'a> {
        self.with(|state| state.shots.push(shot.clone()));
        let camera = match choice::camera(&shot.camera, &self.found) {
            Ok(camera) => camera,
            Err(error) => return Box::pin(ready(Err(error))),
        };
        let scripted = self.with(|state| state.script.pop_front());
        match scripted {
            Some(Scripted::Photo(jpeg)) => Box::pin(ready(Ok(Photo {
                jpeg,
                resolution: shot.resolution,
                camera,
            }))),
            Some(Scripted::Failure(error)) => Box::pin(ready(Err(error))),
            Some(Scripted::Nothing) => Box::pin(pending()),
            None => Box::pin(ready(Err(SenseError::Failed(
                "nothing more is in the script".to_owned(),
            )))),
        }
    }
}
