//! A place that the person typed.

use std::future::ready;

use chaperone_protocol::{Locate, Located};

use super::{Locating, Locator, coarse};

/// A place that the person typed, for computers that do not move or do not know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TypedPlace {
    latitude: f64,
    longitude: f64,
    accuracy: Option<f64>,
}

/// Numbers that are no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPlace {
    /// Beyond a pole.
    #[error("the latitude must be between -90 and 90 degrees")]
    Latitude,
    /// Beyond the date line.
    #[error("the longitude must be between -180 and 180 degrees")]
    Longitude,
    /// No distance.
    #[error("the accuracy must be a number of metres above 0")]
    Accuracy,
}

impl TypedPlace {
    /// Where a typed place is said to be known from.
    pub const SOURCE: &str = "typed by the person";

    /// The place, within `accuracy` metres if that was typed too.
    pub fn new(latitude: f64, longitude: f64, accuracy: Option<f64>) -> Result<Self, NoPlace> {
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(NoPlace::Latitude);
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(NoPlace::Longitude);
        }
        if accuracy.is_some_and(|metres| !metres.is_finite() || metres <= 0.0) {
            return Err(NoPlace::Accuracy);
        }
        Ok(Self {
            latitude,
            longitude,
            accuracy,
        })
    }
}

impl Locator for TypedPlace {
    fn locate<'a>(&'a self, locate: &'a Locate) -> Locating<'a> {
        let place = Located {
            latitude: self.latitude,
            longitude: self.longitude,
            accuracy: self.accuracy,
            source: Some(Self::SOURCE.to_owned()),
            ..Located::default()
        };
        Box::pin(ready(Ok(coarse(place, locate.precision))))
    }
}
