//! What a hub of this kind passes on that a person sees.

use chaperone_dialects::Downstream;
use chaperone_protocol::{CardKind, HubNews, ReadingValue, Value};
use serde_json::json;

use super::{blueprint, down, fixture, said};

type Readings = Vec<(String, ReadingValue)>;

/// The card of a frame: its name, and what it says.
fn card(frame: &Value) -> Option<(String, Readings)> {
    let Downstream::Event(event) = down(frame) else {
        panic!("{frame}")
    };
    match blueprint().tells(&event)? {
        HubNews::Card(card) => {
            assert_eq!(card.kind, CardKind::Report);
            let readings = card.readings.into_iter();
            let readings = readings.map(|one| (one.name, one.value)).collect();
            Some((card.name, readings))
        }
        HubNews::Switch(switch) => panic!("{switch:?}"),
    }
}

fn text(text: &str) -> ReadingValue {
    ReadingValue::Text(text.to_owned())
}

/// What the documented frame of that kind becomes.
fn check(kind: &str, name: &str, readings: &[(&str, ReadingValue)]) {
    let readings = readings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    assert_eq!(
        card(&said(&fixture("down", kind))),
        Some((name.to_owned(), readings.collect())),
        "{kind}"
    );
}

#[test]
fn the_documented_reports_are_cards() {
    check(
        "trustAlert",
        "alert",
        &[
            ("severity", text("high")),
            (
                "description",
                text("Unknown device with suspicious network scanning behavior"),
            ),
            ("kind", text("suspicious_device")),
            ("device", text("unknown:device:mac")),
            ("advice", text("block_device")),
            ("blocked", ReadingValue::Flag(false)),
            ("from", text("desktop_agent_001")),
        ],
    );
    check(
        "anomalyDetected",
        "anomaly",
        &[
            ("severity", text("medium")),
            ("kind", text("signal_drop")),
            ("device", text("aa:bb:cc:dd:ee:ff")),
            ("advice", text("investigate_interference")),
            ("from", text("desktop_agent_001")),
            ("confidence", text("0.87")),
        ],
    );
    check(
        "systemHealth",
        "health",
        &[
            ("status", text("healthy")),
            ("processor", ReadingValue::Percent(13)),
            ("memory", ReadingValue::Percent(45)),
            ("disk", ReadingValue::Percent(67)),
            ("from", text("desktop_agent_001")),
        ],
    );
    check(
        "dataIntegrityReport",
        "integrity",
        &[
            ("status", text("clean")),
            ("scanned", text("1250")),
            ("suspicious", text("0")),
            ("from", text("desktop_agent_001")),
        ],
    );
}

#[test]
fn what_concerns_programs_is_no_card() {
    for kind in ["deviceJoin", "pingResult", "mlScoreUpdate", "trustUpdate"] {
        assert_eq!(card(&said(&fixture("down", kind))), None, "{kind}");
    }
    assert_eq!(card(&json!({ "type": "systemHealth", "data": {} })), None);
    assert!(blueprint().switches().is_empty());
}
