//! A place told less exactly than it is known. Pure.
//!
//! The earth is divided into cells that depend on nothing but the precision, and what is told is
//! the middle of the cell the place lies in. So asking again, or knowing the place differently well,
//! tells nothing more. Noise would not do: many answers would average it away.

use chaperone_protocol::{Located, Precision};

/// One degree of latitude, in metres.
const DEGREE: f64 = 111_320.0;

/// A way to divide the earth into cells.
struct Grid {
    /// A cell's height in degrees; its width is about as many metres. The rows fill 180 degrees.
    step: f64,
    /// What is said about the accuracy, at least.
    metres: f64,
}

/// About 5 km.
const TOWN: Grid = Grid {
    step: 0.045,
    metres: 5_000.0,
};

/// About 1 km.
const STREETS: Grid = Grid {
    step: 0.009,
    metres: 1_000.0,
};

/// The place, told as exactly as `precision` says and no more. What is coarse enough already stays
/// as it is.
pub fn coarse(place: Located, precision: Precision) -> Located {
    match precision {
        Precision::Low => TOWN.tell(place),
        Precision::Medium => STREETS.tell(place),
        Precision::High => place,
    }
}

impl Grid {
    fn tell(&self, place: Located) -> Located {
        let (latitude, longitude) = self.middle(place.latitude, place.longitude);
        // What was told before and is told again has lost nothing by it.
        let is_middle =
            (latitude - place.latitude).abs() < 1e-9 && (longitude - place.longitude).abs() < 1e-9;
        let lost = if is_middle { 0.0 } else { self.reach() };
        let accuracy = (place.accuracy.unwrap_or_default() + lost).max(self.metres);
        Located {
            latitude,
            longitude,
            // A number with its metres would tell one measurement from another.
            accuracy: Some((accuracy / 1_000.0).ceil() * 1_000.0),
            altitude: None,
            heading: None,
            speed: None,
            source: place.source,
            measured_at: place.measured_at,
        }
    }

    /// The middle of the cell.
    fn middle(&self, latitude: f64, longitude: f64) -> (f64, f64) {
        let rows = (180.0 / self.step).round();
        let row = ((latitude.clamp(-90.0, 90.0) + 90.0) / self.step)
            .floor()
            .min(rows - 1.0);
        let latitude = (row + 0.5) * self.step - 90.0;
        // Fewer cells to a row towards the poles, so that none gets narrow.
        let columns = (360.0 * latitude.to_radians().cos() / self.step)
            .floor()
            .max(1.0);
        let width = 360.0 / columns;
        let column = ((longitude + 180.0).rem_euclid(360.0) / width)
            .floor()
            .min(columns - 1.0);
        (latitude, (column + 0.5) * width - 180.0)
    }

    /// How far from its middle a cell reaches, in metres.
    fn reach(&self) -> f64 {
        self.step * DEGREE * std::f64::consts::FRAC_1_SQRT_2
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(latitude: f64, longitude: f64, accuracy: Option<f64>) -> Located {
        Located {
            latitude,
            longitude,
            accuracy,
            altitude: Some(34.0),
            heading: Some(90.0),
            speed: Some(1.0),
            source: Some("GeoClue".to_owned()),
            measured_at: None,
        }
    }

    /// Metres over the ground.
    fn apart(one: &Located, other: &Located) -> f64 {
        let half = |a: f64, b: f64| ((a - b).to_radians() / 2.0).sin().powi(2);
        let chord = half(one.latitude, other.latitude)
            + one.latitude.to_radians().cos()
                * other.latitude.to_radians().cos()
                * half(one.longitude, other.longitude);
        2.0 * (DEGREE * 180.0 / std::f64::consts::PI) * chord.sqrt().min(1.0).asin()
    }

    fn coarser() -> impl Strategy<Value = (Precision, f64)> {
        prop_oneof![
            Just((Precision::Low, 5_000.0)),
            Just((Precision::Medium, 1_000.0))
        ]
    }

    #[test]
    fn high_is_left_alone() {
        let here = place(52.52, 13.405, Some(3.0));
        assert_eq!(coarse(here.clone(), Precision::High), here);
    }

    #[test]
    fn a_town_is_told_as_a_town() {
        let told = coarse(place(52.52, 13.405, Some(3.0)), Precision::Low);
        assert_eq!(told.accuracy, Some(5_000.0));
        assert_eq!(
            (told.altitude, told.heading, told.speed),
            (None, None, None)
        );
        assert_eq!(told.source.as_deref(), Some("GeoClue"));
        // Its neighbours on the same square are told as the same place…
        let near = coarse(place(52.521, 13.407, Some(800.0)), Precision::Low);
        assert_eq!(
            (told.latitude, told.longitude, told.accuracy),
            (near.latitude, near.longitude, near.accuracy)
        );
        // …and it is where it is.
        assert!(apart(&told, &place(52.52, 13.405, None)) < 4_000.0);
    }

    #[test]
    fn what_is_vague_becomes_no_more_exact() {
        let vague = coarse(place(52.52, 13.405, Some(25_000.0)), Precision::Low);
        assert_eq!(vague.accuracy, Some(29_000.0));
    }

    #[test]
    fn the_date_line_is_one_line() {
        for precision in [Precision::Low, Precision::Medium] {
            for latitude in [-90.0, -33.3, 0.0, 51.0, 90.0] {
                let east = coarse(place(latitude, 180.0, None), precision);
                let west = coarse(place(latitude, -180.0, None), precision);
                assert_eq!(east, west, "{latitude}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_more_exact_than_the_grid(
            (precision, metres) in coarser(),
            latitude in -90.0..=90.0_f64,
            longitude in -180.0..=180.0_f64,
            accuracy in proptest::option::of(0.0..100_000.0_f64),
            north in -1.0..=1.0_f64,
            east in -1.0..=1.0_f64,
        ) {
            let there = place(latitude, longitude, accuracy);
            let told = coarse(there.clone(), precision);
            prop_assert!((-90.0..=90.0).contains(&told.latitude));
            prop_assert!((-180.0..=180.0).contains(&told.longitude));
            prop_assert!(told.accuracy.unwrap() >= metres);
            // True: the place is where it is said to be.
            prop_assert!(apart(&there, &told) <= told.accuracy.unwrap());
            // Stable: the same, however well it was known, and when it is told again.
            let precisely = coarse(place(latitude, longitude, Some(1.0)), precision);
            prop_assert_eq!(
                (precisely.latitude, precisely.longitude),
                (told.latitude, told.longitude)
            );
            prop_assert_eq!(coarse(told.clone(), precision), told.clone());
            // Hiding: anywhere well within the cell is told as the same place. Seen from the poles
            // a cell is a wedge, whose height alone is sure.
            let cell = metres * 0.49 / DEGREE;
            let polar = told.latitude.abs() > 89.8;
            let shrunk = told.latitude.to_radians().cos();
            let neighbour = place(
                told.latitude + north * cell,
                told.longitude + if polar { 0.0 } else { east * cell / shrunk },
                Some(5.0),
            );
            let told_of_neighbour = coarse(neighbour, precision);
            prop_assert!((told_of_neighbour.latitude - told.latitude).abs() < 1e-9);
            prop_assert!((told_of_neighbour.longitude - told.longitude).abs() < 1e-9);
        }

        #[test]
        fn told_places_lie_a_grid_apart(
            (precision, metres) in coarser(),
            latitude in -89.5..=89.5_f64,
            longitude in -180.0..=180.0_f64,
            north in -0.2..=0.2_f64,
            east in -0.2..=0.2_f64,
        ) {
            let one = coarse(place(latitude, longitude, None), precision);
            let other = coarse(
                place((latitude + north).clamp(-89.5, 89.5), longitude + east, None),
                precision,
            );
            let apart = apart(&one, &other);
            prop_assert!(apart < 1e-3 || apart > metres * 0.98, "{apart}");
        }

        #[test]
        fn nothing_else_is_told(
            (precision, _) in coarser(),
            latitude in -90.0..=90.0_f64,
            longitude in -180.0..=180.0_f64,
        ) {
            let told = coarse(place(latitude, longitude, Some(3.3)), precision);
            prop_assert_eq!((told.altitude, told.heading, told.speed), (None, None, None));
            prop_assert!(told.accuracy.unwrap() % 1_000.0 < f64::EPSILON);
        }
    }
}
