//! `GeoClue`, the location service of Linux desktops.
//!
//! Each search has a connection of its own: `GeoClue` forgets its client at the latest when that
//! closes, which happens too when a search is given up.

use std::time::Duration;

use chaperone_protocol::{Located, Precision};
use jiff::Timestamp;
use tokio::time::timeout;
use zbus::{
    Connection, DBusError as _, ObjectPath, OwnedObjectPath,
    export::ordered_stream::OrderedStreamExt as _, proxy,
};

use crate::SenseError;

/// What `GeoClue` knows us as: the name of our desktop file.
const DESKTOP_ID: &str = "chaperone";

/// `GeoClue`'s levels of accuracy.
const CITY: u32 = 4;
const STREET: u32 = 6;
const EXACT: u32 = 8;

/// How long the desktop gets to say whether we may ask. It says so at once, or waits for ever for a
/// part of it that is not there.
const PERMISSION_LIMIT: Duration = Duration::from_secs(10);

/// How much of the time a coarse search gets before an exact one.
const COARSE_SHARE: u32 = 3;

#[proxy(
    interface = "org.freedesktop.GeoClue2.Manager",
    default_service = "org.freedesktop.GeoClue2",
    default_path = "/org/freedesktop/GeoClue2/Manager"
)]
trait Clients {
    fn create_client(&self) -> zbus::Result<OwnedObjectPath>;
    fn delete_client(&self, client: &ObjectPath<'_>) -> zbus::Result<()>;
}

#[proxy(
    interface = "org.freedesktop.GeoClue2.Client",
    default_service = "org.freedesktop.GeoClue2"
)]
trait Client {
    fn start(&self) -> zbus::Result<()>;
    fn stop(&self) -> zbus::Result<()>;
    #[zbus(property)]
    fn set_desktop_id(&self, id: &str) -> zbus::Result<()>;
    #[zbus(property)]
    fn set_requested_accuracy_level(&self, level: u32) -> zbus::Result<()>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn active(&self) -> zbus::Result<bool>;
    #[zbus(signal)]
    fn location_updated(&self, old: ObjectPath<'_>, new: ObjectPath<'_>) -> zbus::Result<()>;
}

#[proxy(
    interface = "org.freedesktop.GeoClue2.Location",
    default_service = "org.freedesktop.GeoClue2"
)]
trait Location {
    #[zbus(property(emits_changed_signal = "false"))]
    fn latitude(&self) -> zbus::Result<f64>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn longitude(&self) -> zbus::Result<f64>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn accuracy(&self) -> zbus::Result<f64>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn altitude(&self) -> zbus::Result<f64>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn speed(&self) -> zbus::Result<f64>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn heading(&self) -> zbus::Result<f64>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn timestamp(&self) -> zbus::Result<(u64, u64)>;
}

pub(super) async fn find(precision: Precision, limit: Duration) -> Result<Located, SenseError> {
    match timeout(limit, search(precision, limit)).await {
        Ok(found) => found,
        Err(_) => Err(SenseError::TimedOut(
            "the location service found no place in time: switch on Wi-Fi or GPS, or type the \
             place in the settings"
                .to_owned(),
        )),
    }
}

async fn search(precision: Precision, limit: Duration) -> Result<Located, SenseError> {
    let connection = Connection::system()
        .await
        .map_err(|error| no_service(&error))?;
    let clients = ClientsProxy::new(&connection)
        .await
        .map_err(|error| told(&error))?;
    // Answered only when the desktop has a part that speaks for the person.
    let patience = PERMISSION_LIMIT.min(limit / 2);
    let path = timeout(patience, clients.create_client())
        .await
        .map_err(|_| nobody_answers())?
        .map_err(|error| told(&error))?;
    let found = ask(&connection, &path, precision, limit, patience).await;
    // It goes with the connection anyway.
    drop(clients.delete_client(&path).await);
    drop(connection.close().await);
    found
}

async fn ask(
    connection: &Connection,
    path: &OwnedObjectPath,
    precision: Precision,
    limit: Duration,
    patience: Duration,
) -> Result<Located, SenseError> {
    let client = ClientProxy::builder(connection)
        .path(path)
        .build()
        .await
        .map_err(|error| told(&error))?;
    client
        .set_desktop_id(DESKTOP_ID)
        .await
        .map_err(|error| told(&error))?;
    let mut updates = client
        .receive_location_updated()
        .await
        .map_err(|error| told(&error))?;
    // A source that is more exact than asked for does not answer; where there is no other, it is
    // asked after all, and what it says is made coarse here.
    let levels: &[(u32, Duration)] = match precision {
        Precision::Low => &[(CITY, limit / COARSE_SHARE), (EXACT, limit)],
        Precision::Medium => &[(STREET, limit / COARSE_SHARE), (EXACT, limit)],
        Precision::High => &[(EXACT, limit)],
    };
    for (level, long) in levels {
        client
            .set_requested_accuracy_level(*level)
            .await
            .map_err(|error| told(&error))?;
        timeout(patience, client.start())
            .await
            .map_err(|_| nobody_answers())?
            .map_err(|error| told(&error))?;
        // It takes the question of a program it tells nothing, in case it may some day.
        if !client.active().await.map_err(|error| told(&error))? {
            return Err(SenseError::Refused(
                "location is switched off on this desktop: switch it on in its privacy settings, \
                 or type the place in the settings"
                    .to_owned(),
            ));
        }
        let update = timeout(*long, updates.next()).await;
        drop(client.stop().await);
        match update {
            Ok(Some(update)) => {
                let arguments = update.args().map_err(|error| told(&error))?;
                return read(connection, arguments.new()).await;
            }
            Ok(None) => break,
            Err(_) => {}
        }
    }
    Err(SenseError::Failed(
        "the location service broke off: try again".to_owned(),
    ))
}

async fn read(connection: &Connection, path: &ObjectPath<'_>) -> Result<Located, SenseError> {
    let location = LocationProxy::builder(connection)
        .path(path)
        .build()
        .await
        .map_err(|error| told(&error))?;
    let latitude = location.latitude().await.map_err(|error| told(&error))?;
    let longitude = location.longitude().await.map_err(|error| told(&error))?;
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return Err(SenseError::Failed(
            "the location service told a place that is none: try again".to_owned(),
        ));
    }
    let (seconds, microseconds) = location.timestamp().await.map_err(|error| told(&error))?;
    Ok(Located {
        latitude,
        longitude,
        altitude: altitude(location.altitude().await.map_err(|error| told(&error))?),
        accuracy: accuracy(location.accuracy().await.map_err(|error| told(&error))?),
        heading: direction(location.heading().await.map_err(|error| told(&error))?),
        speed: at_least_nothing(location.speed().await.map_err(|error| told(&error))?),
        source: Some("GeoClue".to_owned()),
        measured_at: measured_at(seconds, microseconds),
    })
}

/// `GeoClue` has numbers for what it does not know: the least of all for an altitude…
fn altitude(metres: f64) -> Option<f64> {
    (metres.is_finite() && metres > -20_000.0).then_some(metres)
}

/// …nothing for an accuracy…
fn accuracy(metres: f64) -> Option<f64> {
    (metres.is_finite() && metres > 0.0).then_some(metres)
}

/// …and less than nothing for a speed…
fn at_least_nothing(value: f64) -> Option<f64> {
    (value.is_finite() && value >= 0.0).then_some(value)
}

/// …or a direction.
fn direction(degrees: f64) -> Option<f64> {
    (0.0..=360.0).contains(&degrees).then_some(degrees)
}

fn measured_at(seconds: u64, microseconds: u64) -> Option<Timestamp> {
    if seconds == 0 {
        return None;
    }
    let microseconds = i64::try_from(seconds)
        .ok()?
        .checked_mul(1_000_000)?
        .checked_add(i64::try_from(microseconds).ok()?)?;
    Timestamp::from_microsecond(microseconds).ok()
}

fn told(error: &zbus::Error) -> SenseError {
    let name = match error {
        zbus::Error::MethodError(name, _, _) => name.to_string(),
        zbus::Error::FDO(error) => error.name().to_string(),
        _ => String::new(),
    };
    match name.strip_prefix("org.freedesktop.DBus.Error.") {
        Some("AccessDenied") => SenseError::Refused(format!(
            "the location service does not let this program ask ({error}): switch on location in \
             the desktop's privacy settings, or type the place in the settings"
        )),
        Some(name)
            if name == "ServiceUnknown"
                || name == "NameHasNoOwner"
                || name.starts_with("Spawn") =>
        {
            no_service(error)
        }
        _ => SenseError::Failed(format!("the location service failed: {error}")),
    }
}

fn nobody_answers() -> SenseError {
    SenseError::Refused(
        "nothing on this desktop answers whether this program may know the place: switch on \
         location in the desktop's privacy settings, start an agent for GeoClue, or type the \
         place in the settings"
            .to_owned(),
    )
}

fn no_service(error: &zbus::Error) -> SenseError {
    SenseError::Missing(format!(
        "no location service answers on this computer ({error}): install GeoClue, or type the \
         place in the settings"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_absent() {
        assert_eq!(accuracy(0.0), None);
        assert_eq!(accuracy(f64::NAN), None);
        assert_eq!(accuracy(3.0), Some(3.0));
        assert_eq!(altitude(-f64::MAX), None);
        assert_eq!(altitude(-1.79e308), None);
        assert_eq!(altitude(-28.0), Some(-28.0));
        assert_eq!(at_least_nothing(-1.0), None);
        assert_eq!(at_least_nothing(0.0), Some(0.0));
        assert_eq!(direction(-1.0), None);
        assert_eq!(direction(359.5), Some(359.5));
        assert_eq!(measured_at(0, 0), None);
        assert_eq!(
            measured_at(1_700_000_000, 250_000).unwrap().to_string(),
            "2023-11-14T22:13:20.25Z"
        );
        assert_eq!(measured_at(u64::MAX, 0), None);
    }
}
