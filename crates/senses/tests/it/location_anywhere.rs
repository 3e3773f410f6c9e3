//! The place on every system: the scripted one, the typed one, and what can be asked of the system.

use std::time::Duration;

use chaperone_protocol::{FailureCode, Locate, Located, Precision};
use chaperone_senses::{Locator as _, NoPlace, SenseError, TypedPlace, fake::ScriptedLocator};
use tokio::time::timeout;

const TOWN: Locate = Locate {
    precision: Precision::Low,
};
const EXACT: Locate = Locate {
    precision: Precision::High,
};

#[tokio::test]
async fn a_typed_place_says_so() {
    let typed = TypedPlace::new(52.52, 13.405, Some(50.0)).unwrap();
    let exactly = typed.locate(&EXACT).await.unwrap();
    assert_eq!(
        exactly,
        Located {
            latitude: 52.52,
            longitude: 13.405,
            accuracy: Some(50.0),
            source: Some("typed by the person".to_owned()),
            ..Located::default()
        }
    );
    let town = typed.locate(&TOWN).await.unwrap();
    assert_eq!(town.accuracy, Some(5_000.0));
    assert!((town.latitude - 52.52).abs() > 1e-4, "{town:?}");
    let vague = TypedPlace::new(-90.0, 180.0, None).unwrap();
    assert_eq!(vague.locate(&EXACT).await.unwrap().accuracy, None);
}

#[test]
fn what_is_no_place_is_not_taken() {
    for (latitude, longitude, accuracy, why) in [
        (90.01, 0.0, None, NoPlace::Latitude),
        (f64::NAN, 0.0, None, NoPlace::Latitude),
        (0.0, -180.01, None, NoPlace::Longitude),
        (0.0, f64::INFINITY, None, NoPlace::Longitude),
        (0.0, 0.0, Some(0.0), NoPlace::Accuracy),
        (0.0, 0.0, Some(f64::NAN), NoPlace::Accuracy),
    ] {
        assert_eq!(TypedPlace::new(latitude, longitude, accuracy), Err(why));
    }
}

#[tokio::test]
async fn the_scripted_one_is_where_it_is_told_to_be() {
    let here = Located {
        latitude: 1.0,
        longitude: 2.0,
        altitude: Some(3.0),
        ..Located::default()
    };
    let locator = ScriptedLocator::at(here.clone());
    let seen = locator.clone();
    assert_eq!(locator.locate(&EXACT).await, Ok(here));
    assert_eq!(locator.locate(&TOWN).await.unwrap().altitude, None);
    assert_eq!(seen.asked(), [EXACT, TOWN]);
    let error = SenseError::TimedOut("no fix".to_owned());
    let failing = ScriptedLocator::failing(error.clone());
    assert_eq!(failing.locate(&TOWN).await, Err(error.clone()));
    assert_eq!(error.code(), FailureCode::TimedOut);
    let hanging = ScriptedLocator::hanging();
    let waited = timeout(Duration::from_millis(20), hanging.locate(&TOWN)).await;
    assert!(waited.is_err());
}

/// On Linux a stand-in is asked: see the tests of that system.
#[cfg(not(target_os = "linux"))]
#[tokio::test]
async fn this_computer_answers_in_time() {
    let asked_at = std::time::Instant::now();
    let locator = chaperone_senses::NativeLocator::new().within(Duration::from_secs(2));
    match locator.locate(&TOWN).await {
        Ok(place) => assert!(
            place.accuracy >= Some(5_000.0) && place.source.is_some(),
            "{place:?}"
        ),
        Err(error) => assert!(
            error.to_string().contains("type the place in the settings"),
            "{error}"
        ),
    }
    assert!(asked_at.elapsed() < Duration::from_secs(4));
}
