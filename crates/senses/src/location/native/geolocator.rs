//! Windows' own location service.
//!
//! It is asked on a thread of its own, which nobody waits for longer than the search may take: the
//! service itself gives up soon after.

use std::{thread, time::Duration};

use chaperone_protocol::{Located, Precision};
use jiff::Timestamp;
use tokio::{sync::oneshot, time::timeout};
use windows::{
    Devices::Geolocation::{
        GeolocationAccessStatus, Geolocator, Geoposition, PositionAccuracy, PositionSource,
    },
    Foundation::{IReference, TimeSpan},
    core::Error,
};

use crate::SenseError;

/// Windows counts from the year 1601, in tenths of a microsecond.
const UNIX_EPOCH_MICROSECONDS: i64 = 11_644_473_600_000_000;

pub(super) async fn find(precision: Precision, limit: Duration) -> Result<Located, SenseError> {
    let (answer, answered) = oneshot::channel();
    thread::Builder::new()
        .name("location".to_owned())
        .spawn(move || {
            // Whoever asked may have stopped waiting.
            drop(answer.send(ask(precision, limit)));
        })
        .map_err(|error| SenseError::Failed(format!("could not start a search: {error}")))?;
    match timeout(limit, answered).await {
        Ok(Ok(found)) => found,
        Ok(Err(_)) => Err(SenseError::Failed(
            "the location service broke off: try again".to_owned(),
        )),
        Err(_) => Err(out_of_time()),
    }
}

fn ask(precision: Precision, limit: Duration) -> Result<Located, SenseError> {
    let access = Geolocator::RequestAccessAsync()
        .and_then(|asking| asking.join())
        .map_err(|error| no_service(&error))?;
    if access != GeolocationAccessStatus::Allowed {
        return Err(SenseError::Refused(
            "this program may not ask for the location: allow it in Settings, Privacy & security, \
             Location, or type the place in the settings"
                .to_owned(),
        ));
    }
    let accuracy = match precision {
        Precision::High => PositionAccuracy::High,
        Precision::Low | Precision::Medium => PositionAccuracy::Default,
    };
    Geolocator::new()
        .and_then(|locator| {
            locator.SetDesiredAccuracy(accuracy)?;
            locator
                .GetGeopositionAsyncWithAgeAndTimeout(
                    TimeSpan::default(),
                    TimeSpan {
                        Duration: i64::try_from(limit.as_micros())
                            .unwrap_or(i64::MAX)
                            .saturating_mul(10),
                    },
                )?
                .join()
        })
        .and_then(|position| read(&position))
        .map_err(|error| {
            SenseError::Failed(format!(
                "the location service found no place ({error}): switch on Wi-Fi or GPS, or type \
                 the place in the settings"
            ))
        })
}

fn read(position: &Geoposition) -> Result<Located, Error> {
    let coordinate = position.Coordinate()?;
    let point = coordinate.Point()?.Position()?;
    let optional = |value: Result<IReference<f64>, Error>| {
        let value = value.and_then(|value| value.Value()).ok()?;
        value.is_finite().then_some(value)
    };
    let accuracy = coordinate.Accuracy()?;
    let source = match coordinate.PositionSource()? {
        PositionSource::Cellular => "Windows (mobile network)",
        PositionSource::Satellite => "Windows (satellite)",
        PositionSource::WiFi => "Windows (Wi-Fi)",
        PositionSource::IPAddress => "Windows (internet address)",
        PositionSource::Default => "Windows (typed by the person)",
        _ => "Windows",
    };
    Ok(Located {
        latitude: point.Latitude,
        longitude: point.Longitude,
        // Windows writes nothing for an altitude it does not know, unless there is an accuracy.
        altitude: optional(coordinate.AltitudeAccuracy()).map(|_| point.Altitude),
        accuracy: (accuracy.is_finite() && accuracy > 0.0).then_some(accuracy),
        heading: optional(coordinate.Heading()),
        speed: optional(coordinate.Speed()),
        source: Some(source.to_owned()),
        measured_at: Timestamp::from_microsecond(
            coordinate.Timestamp()?.UniversalTime / 10 - UNIX_EPOCH_MICROSECONDS,
        )
        .ok(),
    })
}

fn no_service(error: &Error) -> SenseError {
    SenseError::Missing(format!(
        "no location service answers on this computer ({error}): switch on location in Settings, \
         Privacy & security, or type the place in the settings"
    ))
}

fn out_of_time() -> SenseError {
    SenseError::TimedOut(
        "the location service found no place in time: switch on Wi-Fi or GPS, or type the place in \
         the settings"
            .to_owned(),
    )
}
