//! A device's half of the conversation.

use std::time::Duration;

use chaperone_dialects::{ConnectFailure, Extension, Extensions, Input, Upstream};
use chaperone_protocol::{CommandState, Remedy};

use crate::support::{Device, command, denied, id, registered};

fn result(command: &str) -> Input {
    Input::Send(Upstream::Result {
        id: id(command),
        outcome: denied(),
    })
}

const PROBE: &str = r#"{"type":"heartbeat_probe"}"#;
const ACK: &str = r#"{"type":"heartbeat_ack"}"#;

#[test]
fn hello_then_commands_then_heartbeats() {
    let mut device = Device::new(1);
    assert_eq!(device.feed(Input::Timer), ["connect"]);
    assert_eq!(device.phase(), "Connecting");
    assert_eq!(device.feed(Input::Opened), ["send register"]);
    assert!(device.hears(r#"{"type":"connected"}"#).is_empty());
    assert_eq!(device.phase(), "Connecting");
    assert!(device.hears(&registered("")).is_empty());
    assert_eq!(device.phase(), "Connected");

    assert_eq!(
        device.ring(),
        (Duration::from_secs(30), vec!["send heartbeat".to_owned()])
    );
    device.pass(2);
    assert!(device.hears(ACK).is_empty());
    assert_eq!(device.state().round_trip, Some(Duration::from_secs(2)));
    assert_eq!(device.hears(PROBE), ["send heartbeat"]);
    assert_eq!(device.ring().0, Duration::from_secs(30));
}

#[test]
fn a_hub_may_want_heartbeats_more_often_but_not_less() {
    for (wanted, kept) in [("10", 10), ("600", 30), ("0", 1), ("\"soon\"", 30)] {
        let mut device = Device::new(1);
        device.feed(Input::Timer);
        device.feed(Input::Opened);
        device.hears(&format!(
            r#"{{"type":"connected","heartbeat_interval":{wanted}}}"#
        ));
        device.hears(&registered(""));
        assert_eq!(device.ring().0, Duration::from_secs(kept), "{wanted}");
    }
}

#[test]
fn a_command_before_registered_is_taken_and_answered_after_it() {
    let mut device = Device::new(1);
    device.feed(Input::Timer);
    device.feed(Input::Opened);
    let delivered = device.hears(&command("c-1"));
    assert!(delivered[0].starts_with("deliver Command"), "{delivered:?}");
    assert!(device.feed(result("c-1")).is_empty());
    assert_eq!(device.hears(&registered("")), ["send result c-1 no"]);
}

#[test]
fn without_acks_a_written_result_is_delivered() {
    let mut device = Device::registered("");
    assert_eq!(device.feed(result("c-1")), ["send result c-1 no"]);
    assert!(device.feed(result("c-2")).is_empty(), "one at a time");
    assert_eq!(
        device.feed(Input::Written(id("c-1"))),
        ["delivered c-1", "send result c-2 no"]
    );
    // The socket broke while c-2 was being written.
    device.closed(None, "");
    assert_eq!(device.ring().1, ["connect"]);
    device.feed(Input::Opened);
    assert_eq!(device.hears(&registered("")), ["send result c-2 no"]);
    assert_eq!(device.feed(Input::Written(id("c-2"))), ["delivered c-2"]);
}

#[test]
fn with_acks_a_result_is_sent_until_it_is_acknowledged() {
    let ack = r#"{"type":"result_ack","command_id":"c-1"}"#;
    let mut device = Device::registered("result_ack");
    device.feed(result("c-1"));
    for _ in 0..3 {
        assert!(device.feed(Input::Written(id("c-1"))).is_empty());
        device.closed(1006, "");
        device.ring();
        device.feed(Input::Opened);
        assert_eq!(
            device.hears(&registered("result_ack")),
            ["send result c-1 no"]
        );
    }
    assert_eq!(device.hears(ack), ["delivered c-1"]);
    assert!(device.hears(ack).is_empty(), "acknowledged once");
    // A repeated command is answered again from the journal.
    assert_eq!(device.feed(result("c-1")), ["send result c-1 no"]);
}

#[test]
fn a_repeated_command_is_delivered_again() {
    let mut device = Device::registered("");
    assert_eq!(device.hears(&command("c-1")), device.hears(&command("c-1")));
}

#[test]
fn progress_needs_a_hub_that_asked_for_it() {
    let progress = || {
        Input::Send(Upstream::Progress {
            id: id("c-1"),
            state: CommandState::Waiting,
        })
    };
    assert!(Device::registered("").feed(progress()).is_empty());
    assert!(Device::new(1).feed(progress())[0].starts_with("connect"));
    assert_eq!(
        Device::registered("progress").feed(progress()),
        ["send progress c-1 waiting"]
    );
}

#[test]
fn silence_ends_the_connection() {
    let mut device = Device::registered("");
    let mut waited = Duration::ZERO;
    let closing = loop {
        let (more, actions) = device.ring();
        waited += more;
        if actions != ["send heartbeat"] {
            break actions;
        }
    };
    assert_eq!(waited, Duration::from_secs(90));
    assert_eq!(
        closing,
        ["close 1001 nothing was heard from the hub any more"]
    );
    assert_eq!(device.phase(), "Waiting");
    assert_eq!(device.ring().1, ["connect"]);
}

#[test]
fn anything_heard_ends_the_silence() {
    let mut device = Device::registered("");
    for text in ["{", r#"{"type":"new"}"#, PROBE] {
        device.pass(80);
        device.hears(text);
        assert_eq!(device.phase(), "Connected");
    }
    device.pass(80);
    device.feed(Input::Heard);
    device.pass(80);
    device.feed(Input::Timer);
    assert_eq!(device.phase(), "Connected");
}

#[test]
fn steps_that_take_too_long_are_given_up() {
    let mut device = Device::new(1);
    device.feed(Input::Timer);
    assert_eq!(
        device.ring(),
        (
            Duration::from_secs(20),
            vec!["close 1001 the hub did not answer in time".to_owned()]
        )
    );
    device.ring();
    device.feed(Input::Opened);
    device.hears(r#"{"type":"error","error":"no room"}"#);
    assert_eq!(
        device.ring(),
        (
            Duration::from_secs(15),
            vec!["close 1001 the hub did not register this device in time: no room".to_owned()]
        )
    );
    assert_eq!(device.state().failed_attempts, 2);
}

#[test]
fn delays_double_up_to_half_a_minute_and_never_end() {
    for seed in 0..20 {
        let mut device = Device::new(seed);
        device.feed(Input::Timer);
        for attempt in 1..=40 {
            let failure = ConnectFailure::Network("nothing listens".to_owned());
            device.feed(Input::ConnectFailed(failure));
            assert_eq!(device.phase(), "Waiting");
            assert_eq!(device.state().failed_attempts, attempt);
            assert_eq!(device.state().trouble.as_deref(), Some("nothing listens"));
            let (waited, actions) = device.ring();
            let plain =
                Duration::from_secs(1 << (attempt - 1).min(10)).min(Duration::from_secs(30));
            assert!(
                waited <= plain && waited >= plain * 8 / 10,
                "{attempt}: {waited:?}"
            );
            assert_eq!(actions, ["connect"]);
        }
    }
}

#[test]
fn devices_do_not_all_knock_at_once() {
    let delays: std::collections::BTreeSet<Duration> = (0..50)
        .map(|seed| {
            let mut device = Device::new(seed);
            device.feed(Input::Timer);
            device.closed(None, "");
            device.ring().0
        })
        .collect();
    assert!(delays.len() > 10, "{delays:?}");
}

#[test]
fn only_a_connection_that_held_makes_the_next_wait_short() {
    let mut device = Device::registered("");
    for expected in [1, 2, 4] {
        device.closed(1001, "");
        let (waited, _) = device.ring();
        assert!(waited <= Duration::from_secs(expected), "{waited:?}");
        assert!(waited > Duration::from_secs(expected) / 2, "{waited:?}");
        device.feed(Input::Opened);
        device.hears(&registered(""));
        assert_eq!(device.state().failed_attempts, 0);
    }
    device.ring();
    device.closed(1001, "");
    assert!(device.ring().0 <= Duration::from_secs(1));
}

#[test]
fn a_hub_that_does_not_know_us_is_asked_rarely() {
    for status in [401, 403, 500] {
        let mut device = Device::new(1);
        device.feed(Input::Timer);
        device.feed(Input::ConnectFailed(ConnectFailure::Refused { status }));
        assert_eq!(device.phase(), "Refused");
        let trouble = device.state().trouble.clone().unwrap();
        assert!(trouble.contains("sign in again"), "{trouble}");
        assert_eq!(
            device.feed(Input::TryNow),
            ["connect"],
            "a person may hurry"
        );
        device.feed(Input::ConnectFailed(ConnectFailure::Refused { status }));
        let (waited, actions) = device.ring();
        assert!(waited >= Duration::from_mins(4) && waited <= Duration::from_mins(5));
        assert_eq!(actions, ["connect"]);
    }
    for status in [429, 502, 503] {
        let mut device = Device::new(1);
        device.feed(Input::Timer);
        device.feed(Input::ConnectFailed(ConnectFailure::Refused { status }));
        assert_eq!(device.phase(), "Waiting", "{status}");
    }
}

#[test]
fn close_codes_tell_a_refusal_from_a_restart() {
    let after_hello = |code: u16, reason: &str| {
        let mut device = Device::new(1);
        device.feed(Input::Timer);
        device.feed(Input::Opened);
        device.closed(code, reason);
        (device.phase(), device.state().trouble.clone().unwrap())
    };
    assert_eq!(
        after_hello(1008, "User not found"),
        (
            "Refused".to_owned(),
            "the hub refused this device: User not found: sign in again".to_owned()
        )
    );
    assert_eq!(after_hello(1008, "Registration timeout").0, "Waiting");
    assert_eq!(
        after_hello(1011, "broken \u{202e}heart"),
        (
            "Waiting".to_owned(),
            "the hub closed the connection: broken \\u{202e}heart (code 1011)".to_owned()
        )
    );
    assert_eq!(after_hello(4001, "Unauthorized").0, "Refused");
    assert_eq!(
        after_hello(1002, "Expected register message"),
        (
            "Waiting".to_owned(),
            "the hub does not understand this device: Expected register message (code 1002)"
                .to_owned()
        )
    );
    let mut device = Device::registered("");
    device.closed(1008, "Heartbeat timeout");
    assert_eq!(device.phase(), "Waiting");
}

#[test]
fn a_person_need_not_wait() {
    let mut device = Device::registered("");
    assert!(device.feed(Input::TryNow).is_empty());
    device.closed(None, "");
    assert!(device.state().next_try_at.is_some());
    assert_eq!(device.feed(Input::TryNow), ["connect"]);
    assert_eq!(device.state().next_try_at, None);
    assert!(device.feed(Input::TryNow).is_empty(), "already at it");
}

#[test]
fn waking_up_checks_the_connection_soon() {
    let mut device = Device::registered("");
    device.pass(5);
    device.sleep(3600);
    assert_eq!(device.feed(Input::Timer), ["send heartbeat"]);
    let (waited, actions) = device.ring();
    assert_eq!(waited, Duration::from_secs(10));
    assert!(actions[0].starts_with("close 1001"), "{actions:?}");

    let mut device = Device::registered("");
    device.pass(5);
    device.sleep(3600);
    device.feed(Input::Timer);
    device.hears(ACK);
    assert_eq!(device.ring().1, ["send heartbeat"], "alive after all");

    let mut device = Device::new(1);
    device.feed(Input::Timer);
    device.closed(None, "");
    device.sleep(3600);
    assert_eq!(
        device.feed(Input::Timer),
        ["connect"],
        "a new network, perhaps"
    );
}

#[test]
fn what_makes_no_sense_is_said_so_and_nothing_else_happens() {
    let mut device = Device::registered("");
    assert_eq!(
        device.hears(r#"{"type":"command","command":"x"}"#),
        [
            "send error the command frame has no command_id",
            "malformed the command frame has no command_id"
        ]
    );
    assert_eq!(device.hears(r#"{"type":"hello"}"#), ["ignored hello"]);
    let complaint = device.hears(r#"{"type":"error","error":"what?"}"#);
    assert_eq!(complaint, ["deliver Error { message: \"what?\" }"]);
    assert_eq!(device.phase(), "Connected");
}

#[test]
fn stopping_is_final() {
    let mut device = Device::registered("");
    assert_eq!(device.feed(Input::Stop), ["close 1000 switched off"]);
    assert_eq!(device.phase(), "Stopped");
    for input in [Input::Timer, Input::TryNow, Input::Opened, result("c")] {
        assert!(device.feed(input).is_empty());
    }
}

#[test]
fn names_of_extensions_are_their_identity() {
    let names: Vec<&str> = Extensions::ALL.iter().map(Extension::as_str).collect();
    assert_eq!(
        names,
        [
            "agent",
            "deadline",
            "cancel",
            "progress",
            "result_ack",
            "accepted",
            "upload",
            "device_key",
            "screenshot"
        ]
    );
    assert_eq!(Extensions::from_names(names), Extensions::ALL);
    assert!(Extensions::from_names(["new"]).is_empty());
}

#[test]
fn what_only_a_person_can_mend_is_said_and_tried_rarely() {
    for (failure, remedy) in [
        (404, Some(Remedy::CheckAddress)),
        (403, Some(Remedy::SignIn)),
        (502, None),
    ] {
        let mut device = Device::new(1);
        device.feed(Input::Timer);
        device.feed(Input::ConnectFailed(ConnectFailure::Refused {
            status: failure,
        }));
        assert_eq!(device.state().remedy, remedy, "{failure}");
    }
    for code in [1002, 1003, 4009] {
        let mut device = Device::registered("");
        device.closed(code, "");
        let (waited, _) = device.ring();
        assert!(waited >= Duration::from_secs(24), "{code}: {waited:?}");
    }
}

#[test]
fn a_hub_that_restarts_is_called_again_at_once_but_not_for_ever() {
    let mut device = Device::registered("");
    assert_eq!(device.closed(1012, "service restart"), ["connect"]);
    device.feed(Input::Opened);
    device.closed(1012, "");
    assert!(device.ring().0 > Duration::from_millis(500));
}

#[test]
fn a_device_keeps_to_its_pace_and_loses_nothing() {
    let mut device = Device::registered("");
    let mut sent = 0;
    for number in 0..150 {
        let name = format!("c-{number}");
        for action in device.feed(result(&name)) {
            sent += usize::from(action.starts_with("send result"));
        }
        while let Some(name) = device.writing.take() {
            for action in device.feed(Input::Written(id(&name))) {
                sent += usize::from(action.starts_with("send result"));
            }
        }
    }
    // The hello was one of the hundred.
    assert_eq!(sent, 99);
    let mut waited = Duration::ZERO;
    while sent < 150 {
        let (more, actions) = device.ring();
        waited += more;
        assert!(waited < Duration::from_mins(2), "{sent}");
        sent += actions
            .iter()
            .filter(|action| action.starts_with("send result"))
            .count();
        if let Some(name) = device.writing.take() {
            device.feed(Input::Written(id(&name)));
        }
    }
    assert!(waited > Duration::from_secs(25), "{waited:?}");
}
