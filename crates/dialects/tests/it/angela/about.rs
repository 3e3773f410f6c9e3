//! What a hub of this kind tells about itself, and how it is asked to be otherwise.

use chaperone_dialects::{Downstream, Upstream};
use chaperone_protocol::{
    CardKind, HubCard, HubNews, HubSwitch, Reading, ReadingValue, Report, Value,
};
use serde_json::json;

use super::{angela, down, said_up, up};

fn told(frame: &Value) -> Option<HubNews> {
    match down(frame) {
        Downstream::Event(event) => angela().tells(&event),
        other => panic!("{frame}: {other:?}"),
    }
}

fn switched(name: &str, on: bool) -> HubNews {
    let name = name.to_owned();
    HubNews::Switch(HubSwitch { name, on })
}

fn readings(frame: &Value) -> Vec<(String, ReadingValue)> {
    match told(frame) {
        Some(HubNews::Card(card)) => {
            let readings = card.readings.into_iter();
            readings.map(|one| (one.name, one.value)).collect()
        }
        other => panic!("{frame}: {other:?}"),
    }
}

#[test]
fn a_module_is_on_or_off() {
    let frame = |module: Value, enabled: Value| {
        json!({
            "type": "module_status_changed",
            "data": { "module": module, "enabled": enabled },
            "timestamp": "2026-02-07T10:00:00.1",
        })
    };
    assert_eq!(
        told(&frame(json!("vision"), json!(false))),
        Some(switched("vision", false))
    );
    // A running backend passes on whatever it was told.
    assert_eq!(
        told(&frame(json!("a new one"), json!(true))),
        Some(switched("a new one", true))
    );
    for (module, enabled) in [
        (json!("vision"), json!(null)),
        (json!("vision"), json!("yes")),
        (json!("vision"), json!(1)),
        (json!(null), json!(true)),
        (json!({}), json!(true)),
        (json!("  "), json!(true)),
        (json!("x".repeat(101)), json!(true)),
    ] {
        assert_eq!(told(&frame(module, enabled)), None);
    }
    assert_eq!(told(&json!({ "type": "module_status_changed" })), None);
}

#[test]
fn a_change_is_told_once() {
    let again = json!({
        "id": "uuid", "type": "status_change", "source": "websocket_client", "target": null,
        "data": { "module": "vision", "enabled": false, "action": "module_control" },
        "timestamp": "2026-02-07T10:00:00.1", "priority": 1,
    });
    assert_eq!(told(&again), None);
}

#[test]
fn a_module_is_switched_by_the_systems_own_frame() {
    for on in [true, false] {
        let name = "tactile".to_owned();
        let report = angela().switches_by(&HubSwitch { name, on }).unwrap();
        let frame = said_up(&Upstream::Report(report.clone()));
        assert_eq!(
            frame,
            json!({ "type": "module_control", "module": "tactile", "enabled": on })
        );
        assert_eq!(up(&frame), Upstream::Report(report));
    }
    assert_eq!(
        angela().switches(),
        ["vision", "audio", "tactile", "action"]
    );
}

#[test]
fn what_a_hub_of_ours_tells_after_that_is_heard() {
    let wish = HubSwitch {
        name: "audio".to_owned(),
        on: false,
    };
    let said = Upstream::Report(angela().switches_by(&wish).unwrap());
    let relays = angela().relays(&said, crate::support::NOW);
    let told: Vec<HubNews> = relays
        .iter()
        .filter_map(|relay| match &relay.message {
            Downstream::Event(event) => angela().tells(event),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, [HubNews::Switch(wish)]);
}

#[test]
fn a_pet_is_a_card() {
    for kind in ["pet_state_changed", "pet_state_update"] {
        let frame = json!({
            "type": kind,
            "data": {
                "pet_id": "angela_v1", "reason": "interaction_feed",
                "state": {
                    "happiness": 82, "hunger": 12.4, "energy": 70,
                    "position": { "x": 120, "y": 340 }, "scale": 1.0,
                    "current_animation": "idle", "current_expression": "happy",
                },
                "timestamp": "2026-02-07T10:00:00",
            },
            "timestamp": "2026-02-07T10:00:00",
        });
        let text = |text: &str| ReadingValue::Text(text.to_owned());
        let readings = [
            ("happiness", ReadingValue::Percent(82)),
            ("energy", ReadingValue::Percent(70)),
            ("hunger", ReadingValue::Percent(12)),
            ("expression", text("happy")),
            ("animation", text("idle")),
        ];
        assert_eq!(
            told(&frame),
            Some(HubNews::Card(HubCard {
                kind: CardKind::Companion,
                name: "angela_v1".to_owned(),
                readings: readings
                    .map(|(name, value)| Reading {
                        name: name.to_owned(),
                        value
                    })
                    .into(),
            }))
        );
    }
}

#[test]
fn a_card_holds_what_anybody_can_look_at() {
    let pet = |state: Value| json!({ "type": "pet_state_changed", "data": { "state": state } });
    for nothing in [
        json!({}),
        json!(null),
        json!([1]),
        json!({ "energy": null, "position": 3, "x": { "y": 1 }, "z": " " }),
    ] {
        assert_eq!(told(&pet(nothing)), None);
    }
    // Out of the bounds that the system gives them, they are numbers like others.
    let text = |text: &str| ReadingValue::Text(text.to_owned());
    assert_eq!(
        readings(&pet(
            json!({ "energy": 700, "hunger": -1, "mood": "calm", "asleep": true })
        )),
        [
            ("energy".to_owned(), text("700")),
            ("hunger".to_owned(), text("-1")),
            ("asleep".to_owned(), ReadingValue::Flag(true)),
            ("mood".to_owned(), text("calm")),
        ]
    );
    let long = "n".repeat(500);
    let many: Value = (0..1_000)
        .map(|at| (format!("{long}{at}"), json!(long)))
        .chain((0..1_000).map(|at| (format!("m{at}"), json!(at))))
        .collect();
    let readings = readings(&pet(many));
    assert_eq!(readings.len(), 12);
    for (name, value) in readings {
        assert!(name.chars().count() <= 101, "{name}");
        assert!(matches!(&value, ReadingValue::Text(text) if text.chars().count() <= 101));
    }
}

#[test]
fn nothing_else_tells_anything() {
    for kind in [
        "state_update",
        "data_update",
        "system_alert",
        "connected",
        "level_up",
    ] {
        let frame = json!({ "type": kind, "data": { "module": "vision", "enabled": true } });
        assert_eq!(told(&frame), None, "{kind}");
    }
    // Only the hub's own word counts, not what some device wishes.
    let Upstream::Report(Report::Event(wish)) =
        up(&json!({ "type": "module_control", "module": "vision", "enabled": true }))
    else {
        panic!("no event");
    };
    assert_eq!(angela().tells(&wish), None);
}
