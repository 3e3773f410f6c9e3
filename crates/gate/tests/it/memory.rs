//! A yes that counts for a while, and clocks that jump.

use std::time::Duration;

use chaperone_gate::{Because, Cell, Memory, Standing, Use, Verdict};
use chaperone_protocol::{Capability, Maturity, Precision, Timestamp};

use crate::support::{Asked, World, locate, noon, snap};
use Capability::{Camera, Location, Screen};
use Maturity::{Autonomous, Intern, Student, Supervised};
use Verdict::{Ask, Forbid, Free, Watch};

const HOUR: Duration = Duration::from_hours(1);

fn allowed(capability: Capability, at: &str) -> World {
    let at: Timestamp = at.parse().unwrap();
    World::trusting().with(|world| {
        let past = Use {
            allowed_at: Some(at),
            ..world.past.of(capability)
        };
        world.past.set(capability, past);
    })
}

#[test]
fn a_yes_counts_for_its_time() {
    let picture = Asked::for_action(snap(None));
    for (at, verdict) in [
        ("2026-03-02T12:00:00Z", Watch),
        ("2026-03-02T11:59:59Z", Watch),
        ("2026-03-02T11:00:01Z", Watch),
        ("2026-03-02T11:00:00.000000001Z", Watch),
        ("2026-03-02T11:00:00Z", Ask),
        ("2026-03-02T10:00:00Z", Ask),
        ("1990-01-01T00:00:00Z", Ask),
        ("-009999-01-02T01:59:59Z", Ask),
    ] {
        assert_eq!(allowed(Camera, at).verdict(&picture), verdict, "{at}");
    }
    let remembered = allowed(Camera, "2026-03-02T11:30:00Z").judge(&picture);
    assert_eq!(
        remembered.decisive().map(|reason| &reason.because),
        Some(&Because::Remembered {
            capability: Camera,
            level: Autonomous,
            allowed_at: "2026-03-02T11:30:00Z".parse().unwrap(),
            until: "2026-03-02T12:30:00Z".parse().unwrap(),
        })
    );
}

#[test]
fn a_yes_from_the_future_counts_for_nothing() {
    let picture = Asked::for_action(snap(None));
    for at in [
        "2026-03-02T12:00:00.000000001Z",
        "2026-03-02T12:00:01Z",
        "2027-01-01T00:00:00Z",
        "9999-12-30T22:00:00Z",
    ] {
        assert_eq!(allowed(Camera, at).verdict(&picture), Ask, "{at}");
    }
    // A clock at its very ends makes no difference, and nothing breaks.
    for now in [Timestamp::MIN, Timestamp::MAX] {
        for at in [Timestamp::MIN, Timestamp::MAX] {
            let asked = picture.with(|asked| asked.now = now);
            let world = allowed(Camera, &at.to_string()).with(|world| {
                let cell = Cell::asking_once(Duration::MAX, Free);
                world.standing.set(Camera, Autonomous, cell);
            });
            let verdict = world.verdict(&asked);
            assert!(verdict == Ask || at <= now, "{at} {now}");
        }
    }
}

#[test]
fn a_yes_counts_for_its_capability_and_level_only() {
    let world = allowed(Camera, "2026-03-02T11:59:00Z");
    assert_eq!(
        world.verdict(&Asked::for_action(snap(None)).by(Supervised)),
        Ask
    );
    assert_eq!(
        world.verdict(&Asked::for_action(snap(None)).by(Student)),
        Forbid
    );
    let place = Asked::for_action(locate(Precision::Low)).by(Supervised);
    assert_eq!(world.verdict(&place), Ask);
    let world = allowed(Location, "2026-03-01T12:01:00Z");
    assert_eq!(world.verdict(&place), Watch);
    assert_eq!(world.verdict(&place.by(Intern)), Ask);
    // The yes was to some place, and says nothing about a more exact one.
    assert_eq!(
        world.verdict(&Asked::for_action(locate(Precision::High)).by(Supervised)),
        Ask
    );
}

#[test]
fn a_memory_only_answers_a_question() {
    for verdict in Verdict::ALL {
        let cell = Cell {
            verdict,
            ..Cell::asking_once(HOUR, Free)
        };
        let world = allowed(Camera, "2026-03-02T11:59:00Z").with(|world| {
            world.standing.set(Camera, Autonomous, cell);
        });
        let expected = if verdict == Ask { Free } else { verdict };
        assert_eq!(
            world.verdict(&Asked::for_action(snap(None))),
            expected,
            "{verdict}"
        );
    }
    // Nobody can write a memory that makes the answer stricter.
    let world = allowed(Camera, "2026-03-02T11:59:00Z").with(|world| {
        world
            .standing
            .set(Camera, Autonomous, Cell::asking_once(HOUR, Forbid));
    });
    assert_eq!(world.verdict(&Asked::for_action(snap(None))), Ask);
    // An agent nobody knows is asked about, whatever some counter says.
    let stranger = allowed(Camera, "2026-03-02T11:59:00Z").with(|world| {
        let past = Use {
            acquainted: false,
            ..world.past.of(Camera)
        };
        world.past.set(Camera, past);
    });
    assert_eq!(stranger.verdict(&Asked::for_action(snap(None))), Ask);
}

#[test]
fn a_lower_level_is_never_looser() {
    let mut standing = Standing::default();
    // Tightening the top tightens what is below.
    standing.set(Capability::Notification, Autonomous, Cell::new(Ask));
    assert_eq!(
        standing.cell(Capability::Notification, Supervised).verdict,
        Ask
    );
    // Loosening the bottom goes no further than the top.
    let stands = standing.set(Capability::Notification, Intern, Cell::new(Free));
    assert_eq!(stands, Cell::new(Ask));
    // A limit above holds below.
    standing.set(Capability::Notification, Autonomous, Cell::limited(Free, 3));
    assert_eq!(standing.limit(Capability::Notification, Student), Some(3));
    assert_eq!(
        standing.limit(Capability::Notification, Autonomous),
        Some(3)
    );
    assert_eq!(standing.limit(Capability::Shell, Autonomous), None);
    standing.set(Capability::Shell, Supervised, Cell::limited(Ask, 7));
    assert_eq!(standing.limit(Capability::Shell, Autonomous), None);
    assert_eq!(standing.limit(Capability::Shell, Supervised), Some(7));
    assert_eq!(standing.limit(Capability::Shell, Student), Some(7));
}

#[test]
fn a_lower_level_never_remembers_more() {
    let day = 24 * HOUR;
    let once = Cell::asking_once;
    for (above, cell, stands) in [
        (Cell::new(Ask), once(HOUR, Watch), Cell::new(Ask)),
        (once(HOUR, Watch), once(day, Free), once(HOUR, Watch)),
        (once(day, Free), once(HOUR, Watch), once(HOUR, Watch)),
        (once(day, Watch), Cell::new(Ask), Cell::new(Ask)),
        (Cell::new(Watch), once(day, Free), once(day, Watch)),
        (Cell::new(Watch), once(day, Ask), once(day, Ask)),
        (Cell::new(Free), once(day, Free), once(day, Free)),
        (Cell::new(Forbid), once(day, Free), Cell::new(Forbid)),
        (
            Cell::new(Ask).previewed(),
            Cell::new(Ask),
            Cell::new(Ask).previewed(),
        ),
        (
            Cell::new(Ask),
            Cell::new(Ask).previewed(),
            Cell::new(Ask).previewed(),
        ),
        (
            Cell::new(Ask).at_most(Precision::Low),
            Cell::new(Ask).at_most(Precision::High),
            Cell::new(Ask).at_most(Precision::Low),
        ),
        (
            Cell::new(Ask).at_most(Precision::High),
            Cell::new(Ask).at_most(Precision::Low),
            Cell::new(Ask).at_most(Precision::Low),
        ),
        (
            Cell::new(Ask).at_most(Precision::Medium),
            Cell::new(Ask),
            Cell::new(Ask).at_most(Precision::Medium),
        ),
        (
            Cell::new(Ask),
            Cell::new(Ask).at_most(Precision::Medium),
            Cell::new(Ask).at_most(Precision::Medium),
        ),
    ] {
        let mut standing = Standing::default();
        standing.set(Screen, Autonomous, above);
        assert_eq!(standing.cell(Screen, Autonomous), above);
        assert_eq!(
            standing.set(Screen, Supervised, cell),
            stands,
            "{above:?} {cell:?}"
        );
    }
    let memory = Memory {
        lasts: HOUR,
        verdict: Watch,
    };
    assert_eq!(Cell::asking_once(HOUR, Watch).memory, Some(memory));
    assert_eq!(noon(), Asked::for_action(snap(None)).now);
}
