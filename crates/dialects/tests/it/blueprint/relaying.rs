//! What the others are told.

use chaperone_dialects::{Audience, Downstream, Relay, Upstream};
use chaperone_protocol::{DeviceId, Report};
use serde_json::json;

use super::{EVENTS, down, event, fixture, health, relays, reported, said, says_down, up};
use crate::support::NOW;

#[test]
fn documented_events_are_relayed_to_the_others() {
    for name in EVENTS {
        let frame = said(&fixture("up", name));
        let [relay] = &relays(&up(&frame))[..] else {
            panic!("{name}")
        };
        assert_eq!(relay.to, Audience::Others);
        let receiver = DeviceId::new("receiver").unwrap();
        let told = says_down(&relay.message, NOW.of(Some(&receiver)));
        assert_eq!(told["type"], name);
        assert_eq!(told["agentId"], "desk");
        assert_eq!(told["data"], frame["data"]);
    }
}

#[test]
fn a_hello_is_relayed_in_both_forms() {
    let heard = up(&said(&fixture("up", "agent_register")));
    let [written_down, connected] = &relays(&heard)[..] else {
        panic!("two")
    };
    assert_eq!(
        (written_down.to, connected.to),
        (Audience::Others, Audience::Others)
    );
    let told = says_down(&written_down.message, NOW);
    assert_eq!(told["agentId"], "desktop_agent_001");
    assert_eq!(told["data"]["networkInterface"], "192.168.1.100");
    assert_eq!(told["data"]["systemInfo"]["nodeVersion"], "18.17.0");
    let told = says_down(&connected.message, NOW);
    assert_eq!(told["type"], "agent_connected");
    assert_eq!(told["agentId"], "desktop_agent_001");
    assert_eq!(
        told["capabilities"],
        json!(["device_scan", "ping_probe", "signal_monitor"])
    );
    assert_eq!(told["systemInfo"]["os"], "Windows 11");
    let with_token = up(&said(&fixture("up", "agent_register_with_token")));
    assert!(!format!("{:?}", relays(&with_token)).contains("secret"));
}

#[test]
fn what_programs_say_is_relayed_as_their_server_does() {
    let told = |to, name, data| {
        vec![Relay {
            to,
            message: Downstream::Event(event(name, data)),
        }]
    };
    for (heard, expected) in [
        (
            reported("device_update", json!({"deviceId": 7})),
            told(
                Audience::Others,
                "device_update",
                json!({"deviceId": 7, "agentId": "desk"}),
            ),
        ),
        (
            reported("ping", json!({"ping": {"host": "h"}, "more": 1})),
            told(Audience::All, "ping_update", json!({"ping": {"host": "h"}})),
        ),
        (reported("ping", json!({})), Vec::new()),
        (
            reported(
                "probe",
                json!({"rtt": {"m": 8.5}, "ping": {"h": 7}, "location": {"x": 1}}),
            ),
            told(
                Audience::All,
                "probe_results",
                json!({
                    "rttMeasurements": [{"mac": "m", "rtt": 8.5}],
                    "pingMeasurements": [{"host": "h", "rtt": 7}],
                    "location": {"x": 1},
                }),
            ),
        ),
        (
            reported("probe", json!({})),
            told(
                Audience::All,
                "probe_results",
                json!({"rttMeasurements": [], "pingMeasurements": []}),
            ),
        ),
        (reported("health_analysis", json!({})), Vec::new()),
        (reported("ping_measurement", json!({})), Vec::new()),
        (reported("device_updates", json!({})), Vec::new()),
        (Upstream::Heartbeat, Vec::new()),
        (
            Upstream::Error {
                message: "x".to_owned(),
            },
            Vec::new(),
        ),
    ] {
        assert_eq!(relays(&heard), expected, "{heard:?}");
        for relay in expected {
            let frame = says_down(&relay.message, NOW);
            assert_eq!(
                down(&frame),
                relay.message,
                "a relayed frame is heard again"
            );
        }
    }
    let health = relays(&Upstream::Report(Report::Health(health())));
    let [relay] = &health[..] else { panic!("one") };
    assert_eq!(relay.to, Audience::Others);
    let frame = says_down(&relay.message, NOW);
    assert_eq!(frame["agentId"], "desk");
    assert_eq!(
        frame["data"]["metrics"],
        json!({"cpuUsage": 12.8, "memoryUsage": 45.2})
    );
}
