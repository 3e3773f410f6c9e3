use std::time::Duration;

use chaperone_protocol::{CardKind, HubCard, HubNews, HubSwitch, Reading, ReadingValue, Timestamp};
use tokio::time::Instant;

use super::{ANSWERED_WITHIN, CARDS, HubTold, SWITCHES, Wish};

const NOW: Timestamp = Timestamp::constant(1_770_026_400, 0);

fn switched(name: &str, on: bool) -> HubNews {
    let name = name.to_owned();
    HubNews::Switch(HubSwitch { name, on })
}

fn pet(name: &str, energy: u8) -> HubNews {
    HubNews::Card(HubCard {
        kind: CardKind::Companion,
        name: name.to_owned(),
        readings: vec![Reading {
            name: "energy".to_owned(),
            value: ReadingValue::Percent(energy),
        }],
    })
}

/// What is known of a switch, and what is wished of it.
fn state(told: &mut HubTold, name: &str) -> (Option<bool>, bool, Option<bool>, Option<bool>) {
    let switch = told.find(name).unwrap();
    let (asked, unanswered) = match switch.wish {
        Wish::None => (None, None),
        Wish::Asked(on, _) => (Some(on), None),
        Wish::Unanswered(on) => (None, Some(on)),
    };
    (
        switch.on.map(|(on, _)| on),
        switch.current,
        asked,
        unanswered,
    )
}

#[test]
fn only_the_hubs_word_changes_a_switch() {
    let mut told = HubTold::of(&["vision", "audio"]);
    assert_eq!(state(&mut told, "vision"), (None, false, None, None));
    assert!(told.hear(switched("vision", true), NOW));
    assert!(!told.hear(switched("vision", true), NOW), "no news");

    let now = Instant::now();
    told.find("vision").unwrap().ask(false, now);
    assert_eq!(
        state(&mut told, "vision"),
        (Some(true), true, Some(false), None)
    );
    // Somebody else had it switched on once more: no answer to this person.
    told.hear(switched("vision", true), NOW);
    assert_eq!(
        state(&mut told, "vision"),
        (Some(true), true, Some(false), None)
    );
    assert!(told.hear(switched("vision", false), NOW));
    assert_eq!(state(&mut told, "vision"), (Some(false), true, None, None));
}

#[test]
fn what_is_not_confirmed_in_time_is_said() {
    let mut told = HubTold::of(&["vision"]);
    let now = Instant::now();
    told.find("vision").unwrap().ask(true, now);
    assert_eq!(told.next_due(), Some(now + ANSWERED_WITHIN));
    assert!(!told.give_up(now + ANSWERED_WITHIN - Duration::from_millis(1)));
    assert!(told.give_up(now + ANSWERED_WITHIN));
    assert_eq!(told.next_due(), None);
    assert_eq!(state(&mut told, "vision"), (None, false, None, Some(true)));
    // Late is not never, and a second wish stands for itself.
    told.hear(switched("vision", true), NOW);
    assert_eq!(state(&mut told, "vision"), (Some(true), true, None, None));
}

#[test]
fn with_the_socket_all_of_it_is_the_last_that_is_known() {
    let mut told = HubTold::of(&["vision"]);
    told.hear(switched("vision", true), NOW);
    told.hear(pet("angela_v1", 70), NOW);
    told.find("vision").unwrap().ask(false, Instant::now());
    told.end();
    assert_eq!(state(&mut told, "vision"), (Some(true), false, None, None));
    assert!(!told.cards[0].current);
    assert!(told.hear(switched("vision", true), NOW), "it holds again");
    told.hear(pet("angela_v1", 69), NOW);
    assert!(told.cards[0].current);
    assert_eq!(told.cards.len(), 1);
}

#[test]
fn no_hub_has_more_than_anybody_looks_through() {
    let mut told = HubTold::of(&["vision"]);
    assert!(told.hear(switched("first", true), NOW));
    assert!(!told.more_switches);
    for at in 0..1_000 {
        told.hear(switched(&format!("module {at}"), true), NOW);
        told.hear(pet(&format!("pet {at}"), 1), NOW + Duration::from_secs(at));
    }
    assert_eq!(told.switches.len(), SWITCHES);
    assert!(told.more_switches);
    assert_eq!(told.cards.len(), CARDS);
    assert_eq!(told.cards[CARDS - 1].card.name, "pet 999");
    // What is known still changes.
    assert!(told.hear(switched("first", false), NOW));
    assert!(told.hear(switched("vision", false), NOW));
}

#[test]
fn no_two_switches_look_alike() {
    let mut told = HubTold::of(&["vision"]);
    told.hear(switched("vis\u{200b}ion", true), NOW);
    assert!(told.find("vis\\u{200b}ion").is_some());
    // Spelled the way that the other one is shown.
    told.hear(switched("vis\\u{200b}ion", false), NOW);
    assert!(told.more_switches);
    assert_eq!(told.switches.len(), 2);
    let shown = told.find("vis\\u{200b}ion").unwrap();
    assert_eq!(shown.name, "vis\u{200b}ion");
    assert_eq!(shown.on, Some((true, NOW)));
}
