//! A connection kept as a person wants it, and on a network that changes.

use std::time::Duration;

use chaperone_dialects::{
    ConnectFailure, Context, DeviceSession, Input, Preferences, Purpose, SignedBearer, Ways,
    dialect,
};
use chaperone_protocol::{Remedy, Timestamp};

use crate::support::{Device, NOW, desktop, registered};

const NOTHING_NEW: &str = r#"{"commands":[],"ack_events":[]}"#;

fn device(kind: &str, preferences: Preferences) -> Device {
    let session = DeviceSession::new(dialect(kind).unwrap(), desktop(), 1);
    Device::of(session.preferring(preferences))
}

fn polled(status: u16, body: &str) -> Input {
    Input::Answered {
        purpose: Purpose::Poll,
        answer: Ok((status, body.to_owned())),
    }
}

fn polls() -> Preferences {
    Preferences {
        ways: Ways::Polling,
        ..Preferences::default()
    }
}

fn is_poll(actions: &[String]) -> bool {
    matches!(actions, [only] if only.starts_with("post /edge/sync"))
}

#[test]
fn fewer_quick_tries_where_a_person_wants_that() {
    let mut device = device(
        "atom",
        Preferences {
            patience: Some(2),
            ..Preferences::default()
        },
    );
    let mut waits = Vec::new();
    device.feed(Input::Timer);
    for _ in 0..4 {
        let failure = ConnectFailure::Network("nothing listens".to_owned());
        device.feed(Input::ConnectFailed(failure));
        waits.push(device.ring().0.as_secs_f32());
    }
    // Two tries as the wire has them, then at the slowest; all spread a little.
    let (first, second) = (0.8..=1.0, 1.6..=2.0);
    assert!(
        first.contains(&waits[0]) && second.contains(&waits[1]),
        "{waits:?}"
    );
    assert!(
        waits[2..].iter().all(|wait| (24.0..=30.0).contains(wait)),
        "{waits:?}"
    );
}

#[test]
fn a_person_and_a_hub_may_both_want_heartbeats_sooner() {
    for (wanted, hub, kept) in [(10, "20", 10), (10, "5", 5), (60, "20", 20), (60, "90", 30)] {
        let mut device = device(
            "atom",
            Preferences {
                heartbeat_every: Some(Duration::from_secs(wanted)),
                ..Preferences::default()
            },
        );
        device.feed(Input::Timer);
        device.feed(Input::Opened);
        device.hears(&format!(
            r#"{{"type":"connected","heartbeat_interval":{hub}}}"#
        ));
        device.hears(&registered(""));
        let (waited, said) = device.ring();
        assert_eq!(
            (waited.as_secs(), said),
            (kept, vec!["send heartbeat".to_owned()])
        );
    }
}

#[test]
fn without_its_socket_a_session_never_connects() {
    let mut device = device("archety", polls());
    assert!(is_poll(&device.feed(Input::Timer)));
    assert_eq!(device.phase(), "Connecting");
    assert!(device.feed(polled(200, NOTHING_NEW)).is_empty());
    assert_eq!(device.phase(), "Polling");
    for _ in 0..5 {
        let (waited, said) = device.ring();
        assert_eq!(waited, Duration::from_secs(15));
        assert!(is_poll(&said), "{said:?}");
        assert!(device.feed(polled(200, NOTHING_NEW)).is_empty());
    }
    device.sleep(3_600);
    assert!(is_poll(&device.feed(Input::Timer)), "it woke up");
    device.feed(polled(200, NOTHING_NEW));
    assert!(is_poll(&device.feed(Input::TryNow)));
    device.feed(polled(200, NOTHING_NEW));
    assert!(is_poll(&device.feed(Input::NetworkChanged)));
    assert!(
        device.feed(Input::Stop).is_empty(),
        "there is nothing to close"
    );
    assert_eq!(device.phase(), "Stopped");
}

#[test]
fn without_its_socket_a_session_says_how_its_requests_fare() {
    let mut device = device("archety", polls());
    device.feed(Input::Timer);
    for failed in 1..=3 {
        device.feed(polled(502, ""));
        let state = device.state().clone();
        assert_eq!(
            (device.phase().as_str(), state.failed_attempts),
            ("Waiting", failed)
        );
        assert!(state.trouble.is_some() && state.remedy.is_none());
        assert!(state.next_try_at.is_some());
        assert!(is_poll(&device.ring().1));
    }
    device.feed(polled(401, ""));
    assert_eq!(device.phase(), "Refused");
    assert_eq!(device.state().remedy, Some(Remedy::SignIn));
    assert_eq!(
        device.ring().0,
        Duration::from_mins(5),
        "only a person mends that"
    );
    device.feed(polled(200, NOTHING_NEW));
    let state = device.state().clone();
    assert_eq!(
        (device.phase().as_str(), state.failed_attempts),
        ("Polling", 0)
    );
    assert_eq!(
        (state.trouble, state.remedy, state.next_try_at),
        (None, None, None)
    );
}

#[test]
fn without_requests_a_session_has_its_socket_alone() {
    let mut device = device(
        "archety",
        Preferences {
            ways: Ways::Socket,
            ..Preferences::default()
        },
    );
    assert_eq!(device.feed(Input::Timer), ["connect"]);
    let refused = ConnectFailure::Refused { status: 403 };
    assert!(device.feed(Input::ConnectFailed(refused)).is_empty());
    assert_eq!(device.ring().1, ["connect"]);
}

#[test]
fn how_often_is_for_the_person_to_say_and_else_for_the_hub() {
    let wish = r#"{"commands":[],"ack_events":[],"config_updates":{"sync_interval":60}}"#;
    for (insisted, kept) in [(None, 60), (Some(Duration::from_secs(20)), 20)] {
        let mut device = device(
            "archety",
            Preferences {
                poll_every: insisted,
                ..polls()
            },
        );
        device.feed(Input::Timer);
        device.feed(polled(200, wish));
        assert_eq!(device.ring().0, Duration::from_secs(kept));
    }
}

#[test]
fn another_network_is_tried_at_once() {
    let mut device = Device::new(1);
    device.feed(Input::Timer);
    // An attempt over the network that went would only hang.
    assert_eq!(
        device.feed(Input::NetworkChanged),
        ["close 1001 the network changed", "connect"]
    );
    device.feed(Input::ConnectFailed(ConnectFailure::Network(
        "gone".to_owned(),
    )));
    assert_eq!(device.phase(), "Waiting");
    assert_eq!(device.feed(Input::NetworkChanged), ["connect"]);
    device.feed(Input::Opened);
    device.hears(&registered(""));
    assert_eq!(device.feed(Input::NetworkChanged), ["send heartbeat"]);
    // Unless something is heard soon, the socket counts as lost with the network.
    let (waited, said) = device.ring();
    assert_eq!(waited, Duration::from_secs(10));
    assert!(said[0].starts_with("close 1001"), "{said:?}");
}

#[test]
fn what_only_a_person_can_mend_is_told_before_the_hub_is_reached() {
    for (failure, remedy, phase) in [
        (
            ConnectFailure::SignIn("sign in".to_owned()),
            Remedy::SignIn,
            "Refused",
        ),
        (
            ConnectFailure::Untrusted("changed".to_owned()),
            Remedy::CheckAddress,
            "Waiting",
        ),
    ] {
        let mut device = Device::new(1);
        device.feed(Input::Timer);
        device.feed(Input::ConnectFailed(failure));
        assert_eq!(device.state().remedy, Some(remedy));
        assert_eq!(device.phase(), phase);
    }
}

#[test]
fn a_request_says_when_its_token_was_signed() {
    let wire = dialect("archety").unwrap().polling().unwrap();
    let desk = desktop().id;
    let cx: Context<'_> = NOW.of(Some(&desk));
    let bearer = SignedBearer {
        edge_agent_id: desk.clone(),
        user_phone: "+1".to_owned(),
        signed_at: Timestamp::from_second(1_795_231_372).unwrap(),
    };
    let signed = bearer.signed(b"secret").unwrap();
    for (token, second) in [(signed.as_str(), "1795231372"), ("raw", "1770026400")] {
        assert_eq!(
            wire.headers(token, cx),
            [
                ("x-edge-protocol-version", "1.0".to_owned()),
                ("x-edge-timestamp", second.to_owned()),
                ("x-edge-agent-id", "desk".to_owned()),
            ]
        );
    }
}
