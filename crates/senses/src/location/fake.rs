//! A computer for tests that is wherever it is told to be.

use std::{
    future::{pending, ready},
    sync::{Arc, Mutex, PoisonError},
};

use chaperone_protocol::{Locate, Located};

use super::{Locating, Locator, coarse};
use crate::SenseError;

/// Says where it was told to be. Clones remember together what they were asked.
#[derive(Debug, Clone)]
pub struct ScriptedLocator {
    answer: Answer,
    asked: Arc<Mutex<Vec<Locate>>>,
}

#[derive(Debug, Clone)]
enum Answer {
    Place(Located),
    Failure(SenseError),
    Nothing,
}

impl ScriptedLocator {
    /// One that is there, and tells it as coarsely as it is asked.
    pub fn at(place: Located) -> Self {
        Self::new(Answer::Place(place))
    }

    /// One that does not know and says why.
    pub fn failing(error: SenseError) -> Self {
        Self::new(Answer::Failure(error))
    }

    /// One that never answers.
    pub fn hanging() -> Self {
        Self::new(Answer::Nothing)
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Locate> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn new(answer: Answer) -> Self {
        Self {
            answer,
            asked: Arc::default(),
        }
    }
}

impl Locator for ScriptedLocator {
    fn locate<'a>(&'a self, locate: &'a Locate) -> Locating<'a> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(locate.clone());
        match &self.answer {
            Answer::Place(place) => Box::pin(ready(Ok(coarse(place.clone(), locate.precision)))),
            Answer::Failure(error) => Box::pin(ready(Err(error.clone()))),
            Answer::Nothing => Box::pin(pending()),
        }
    }
}
