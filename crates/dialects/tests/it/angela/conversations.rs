//! Whole conversations, how they end, and what one client's words become for the others.

use std::fmt::Write as _;

use chaperone_dialects::{Audience, Downstream, HubInput, Input, Upstream};
use chaperone_protocol::{Health, HubSwitch, Remedy, Report};
use serde_json::json;

use super::{angela, down, report, said_down, up};
use crate::{
    support::{Device, NOW, id},
    transcript::Transcript,
};

/// What a client says, and of what kinds the frames are that everybody hears.
const TOLD: [(&str, &[&str]); 9] = [
    (
        r#"{"type":"module_control","module":"vision","enabled":false}"#,
        &["module_status_changed", "status_change"],
    ),
    (
        r#"{"type":"module_control","module":"telepathy","enabled":null}"#,
        &["module_status_changed", "status_change"],
    ),
    (
        r#"{"type":"module_control","enabled":"perhaps"}"#,
        &["module_status_changed", "status_change"],
    ),
    (
        r#"{"type":"module_control"}"#,
        &["module_status_changed", "status_change"],
    ),
    (
        r#"{"type":"status_change","data":{"x":1}}"#,
        &["status_change"],
    ),
    (
        r#"{"type":"custom","data":{"x":1},"y":2}"#,
        &["data_update"],
    ),
    (r#"{"type":"custom","data":[1,2]}"#, &["data_update"]),
    (r#"{"data":{"x":1}}"#, &["data_update"]),
    (r#"{"type":7}"#, &["data_update"]),
];

#[test]
fn a_wish_that_cannot_be_said_at_once_is_never_said() {
    let wish = || {
        let vision = HubSwitch {
            name: "vision".to_owned(),
            on: true,
        };
        let report = angela().switches_by(&vision).unwrap();
        Input::SendNow(Upstream::Report(report))
    };
    let mut device = Device::speaking(angela());
    device.feed(Input::Timer);
    assert_eq!(device.feed(wish()), [""; 0]);
    assert_eq!(device.feed(Input::Opened), [""; 0]);
    assert_eq!(device.feed(wish()), ["send module_control"]);
    // More than the wire's pace allows.
    let said = (0..200).filter(|_| !device.feed(wish()).is_empty()).count();
    assert!((90..=100).contains(&said), "{said}");
    device.pass(2);
    assert_eq!(device.feed(wish()), ["send module_control"]);
    device.closed(None, "");
    assert_eq!(device.feed(wish()), [""; 0]);
    assert_eq!(device.ring().1, ["connect"]);
    assert_eq!(device.feed(Input::Opened), [""; 0]);
}

#[test]
fn a_devices_day() {
    let mut device = Transcript::device(angela());
    device.chapter("nobody says hello");
    device.feed("starts", Input::Timer);
    device.feed("opened", Input::Opened);
    device.chapter("a ping every 30 s, answered in time");
    device.rings();
    device.pass(2);
    device.hears(r#"{"type": "pong", "timestamp": "2026-02-07T..."}"#);
    device.chapter("something to tell, and its echo");
    device.says(report(
        "module_control",
        json!({"module": "vision", "enabled": false}),
    ));
    device.hears(
        r#"{"type":"module_status_changed","data":{"module":"vision","enabled":false},"timestamp":"2026-02-07T10:00:00.1"}"#,
    );
    device.hears(
        r#"{"id":"uuid","type":"status_change","source":"websocket_client","target":null,"data":{"module":"vision","enabled":false,"action":"module_control"},"timestamp":"2026-02-07T10:00:00.1","priority":1}"#,
    );
    device.says(report("speech", json!({"text": "hello"})));
    device.chapter("a pet");
    device.hears(r#"{"type":"pet_state_update","data":{"reason":"decay"}}"#);
    device.chapter("what has no words is not said");
    device.says(Upstream::Report(Report::Health(Health::default())));
    device.says(Upstream::Error {
        message: "what?".to_owned(),
    });
    device.chapter("junk");
    for junk in [
        "nonsense",
        "[1]",
        "7",
        r#"{"error":7}"#,
        r#"{"error":"Invalid JSON"}"#,
        r#"{"data":{"x":1}}"#,
        "{}",
        r#"{"type":"command","command_id":"c1","command":"execute_command"}"#,
    ] {
        device.hears(junk);
    }
    device.chapter("a hub that is deaf: other frames do not stand for its pong");
    device.rings();
    device.pass(5);
    device.hears(r#"{"type":"state_update","data":{}}"#);
    device.rings();
    device.chapter("back again");
    device.rings();
    device.feed("opened", Input::Opened);
    insta::assert_snapshot!("device", device.text());
}

#[test]
fn a_hubs_day() {
    let mut hub = Transcript::hub(angela());
    hub.chapter("nobody says hello");
    hub.feed("opened", HubInput::Opened);
    hub.feed("admits", HubInput::Admit);
    hub.chapter("a heartbeat");
    hub.pass(3);
    hub.hears(r#"{"type": "ping"}"#);
    hub.hears(r#"{"type":"ping","timestamp":1770026400000,"x":[]}"#);
    hub.chapter("what clients tell");
    for (frame, _) in TOLD {
        hub.hears(frame);
    }
    hub.chapter("what is no JSON object is answered, and the socket stays usable");
    for junk in [
        "nonsense",
        "[1]",
        "7",
        "\"ping\"",
        "null",
        r#"{"a":1,"a":2}"#,
    ] {
        hub.hears(junk);
    }
    hub.hears(r#"{"type":"ping"}"#);
    hub.chapter("what has no words");
    hub.feed(
        "takes it back",
        HubInput::Send(Downstream::Cancel { id: id("c1") }),
    );
    let probe = HubInput::Send(Downstream::HeartbeatProbe);
    hub.feed("wants a heartbeat", probe);
    hub.chapter("no heartbeat is needed while the socket lives");
    for _ in 0..4 {
        hub.feed("hears of the socket", HubInput::Heard);
        hub.rings();
    }
    hub.chapter("silence ends it");
    for _ in 0..2 {
        hub.rings();
    }
    insta::assert_snapshot!("hub", hub.text());
}

#[test]
fn what_one_client_says_all_of_them_hear() {
    let mut told = String::new();
    for (frame, kinds) in TOLD {
        writeln!(told, "{frame}").unwrap();
        let relays = angela().relays(&up(&serde_json::from_str(frame).unwrap()), NOW);
        let mut heard = vec![];
        for relay in relays {
            assert_eq!(relay.to, Audience::All);
            let frame = said_down(&relay.message);
            writeln!(told, "  {frame}").unwrap();
            heard.push(frame["type"].as_str().unwrap().to_owned());
            // Every client hears it as it was meant.
            assert_eq!(down(&frame), relay.message);
        }
        assert_eq!(heard, kinds, "{frame}");
    }
    insta::assert_snapshot!("relays", told);
}

#[test]
fn a_heartbeat_is_answered_to_its_sender_alone() {
    assert!(angela().relays(&Upstream::Heartbeat, NOW).is_empty());
}

#[test]
fn what_follows_a_close() {
    // The code, what only a person can do, and how soon the next try may come, in milliseconds.
    for (code, remedy, soonest, latest) in [
        (Some(1000), None, 800, 1000),
        (Some(1001), None, 800, 1000),
        (Some(1002), Some(Remedy::CheckAddress), 24_000, 30_000),
        (Some(1003), Some(Remedy::CheckAddress), 24_000, 30_000),
        (Some(1006), None, 800, 1000),
        (Some(1012), None, 0, 0),
        (Some(4001), Some(Remedy::SignIn), 240_000, 300_000),
        (None, None, 800, 1000),
    ] {
        let mut device = Transcript::connected(angela());
        device.hears(r#"{"type":"pong"}"#);
        device.closed(code, "");
        let state = device.state();
        assert_eq!(state.remedy, remedy, "{code:?}");
        match state.next_try_at {
            Some(at) => {
                let wait = at.duration_since(NOW.now).as_millis();
                assert!((soonest..=latest).contains(&wait), "{code:?}: {wait} ms");
            }
            None => assert_eq!(latest, 0, "{code:?}"),
        }
    }
}
