//! A hub's half of the conversation.

use std::time::Duration;

use chaperone_dialects::{Asked, Close, Downstream, HubInput, RemoteCommand};
use chaperone_protocol::{Action, Agent, AgentId, Execute, Maturity, Notify};

use crate::support::{Hub, NOW, id};

const HELLO: &str = r#"{"type":"register","device_node_id":"desk"}"#;
const PROOF: &str = r#"{"type":"proof","signature":"s"}"#;
const HEARTBEAT: &str = r#"{"type":"heartbeat"}"#;

fn command(asked: Asked) -> HubInput {
    HubInput::Send(Downstream::Command(RemoteCommand {
        id: id("c-1"),
        agent: Some(Agent {
            id: AgentId::new("bot").unwrap(),
            name: "Bot".to_owned(),
            maturity: Maturity::Intern,
            confidence: None,
        }),
        deadline_at: Some(NOW.now),
        asked,
    }))
}

fn notify() -> Asked {
    Asked::Ability(Action::Notify(Notify {
        title: "Hi".to_owned(),
        body: String::new(),
        icon: None,
        sound: None,
    }))
}

#[test]
fn a_hello_is_admitted() {
    let mut hub = Hub::opened();
    assert_eq!(hub.hears(HELLO), ["deliver hello of desk"]);
    assert_eq!(
        hub.feed(HubInput::Admit),
        ["send connected", "send registered"]
    );
    let mut extended = Hub::opened();
    extended.hears(
        r#"{"type":"register","device_node_id":"desk","device_info":{"extensions":["cancel"]}}"#,
    );
    assert_eq!(
        extended.feed(HubInput::Admit),
        ["send connected", "send registered +extensions"]
    );
}

#[test]
fn a_hello_is_refused() {
    let mut hub = Hub::opened();
    hub.hears(HELLO);
    let reason = "this device belongs to somebody else".to_owned();
    assert_eq!(
        hub.feed(HubInput::Refuse { reason }),
        ["close 1008 this device belongs to somebody else"]
    );
    assert!(hub.hears(HELLO).is_empty(), "over");
}

#[test]
fn a_key_is_proved_before_anything_else_is_taken() {
    let challenged = || {
        let mut hub = Hub::opened();
        hub.hears(HELLO);
        let nonce = "n".to_owned();
        let sent = hub.feed(HubInput::Challenge { nonce });
        assert_eq!(sent, ["send challenge"]);
        hub
    };
    let mut hub = challenged();
    assert_eq!(hub.hears(HEARTBEAT), ["send heartbeat_ack"]);
    assert_eq!(hub.hears(PROOF), [r#"deliver Proof { signature: "s" }"#]);
    assert_eq!(
        hub.feed(HubInput::Admit),
        ["send connected", "send registered"]
    );

    let result = r#"{"type":"result","command_id":"c-1","success":true,"data":{}}"#;
    for text in [HELLO, result, "{"] {
        let end = challenged().hears(text);
        assert_eq!(end[0], "close 1002 a proof was expected", "{text}");
    }
    let (waited, actions) = challenged().ring();
    assert_eq!(waited, Duration::from_secs(10));
    assert_eq!(actions, ["close 1008 Challenge timeout"]);
    // Nobody is let in while the proof is due, and none is asked for twice.
    let mut hub = challenged();
    assert!(hub.feed(HubInput::Admit).is_empty());
    let nonce = "m".to_owned();
    assert!(hub.feed(HubInput::Challenge { nonce }).is_empty());
}

#[test]
fn no_hello_no_conversation() {
    let (waited, actions) = Hub::opened().ring();
    assert_eq!(waited, Duration::from_secs(10));
    assert_eq!(actions, ["close 1008 Registration timeout"]);
    for text in [HEARTBEAT, "{", r#"{"type":"new"}"#] {
        let end = Hub::opened().hears(text);
        assert_eq!(end[0], "close 1002 Expected register message", "{text}");
    }
    for text in [
        r#"{"type":"register"}"#,
        r#"{"type":"register","device_node_id":""}"#,
    ] {
        assert_eq!(
            Hub::opened().hears(text),
            [
                "close 1002 device_node_id required",
                "malformed device_node_id required"
            ]
        );
    }
}

#[test]
fn a_device_may_say_hello_again_but_not_become_another() {
    let mut hub = Hub::registered("cancel");
    assert_eq!(hub.hears(HELLO), ["deliver hello of desk"]);
    assert_eq!(
        hub.feed(HubInput::Admit),
        ["send connected", "send registered"]
    );
    assert_eq!(
        hub.hears(r#"{"type":"register","device_node_id":"other"}"#),
        ["close 1002 a connection belongs to one device"]
    );
}

#[test]
fn silence_is_probed_and_then_ended() {
    let mut hub = Hub::registered("");
    let mut waited = Duration::ZERO;
    let mut probes = 0;
    let end = loop {
        let (more, actions) = hub.ring();
        waited += more;
        if actions != ["send heartbeat_probe"] {
            break actions;
        }
        probes += 1;
    };
    assert_eq!(end, ["close 1008 Heartbeat timeout"]);
    assert_eq!((waited, probes), (Duration::from_mins(5), 9));
}

#[test]
fn heartbeats_keep_a_device() {
    let mut hub = Hub::registered("");
    for _ in 0..50 {
        assert_eq!(hub.ring().1, ["send heartbeat_probe"]);
        assert_eq!(
            hub.hears(HEARTBEAT),
            ["send heartbeat_ack", "deliver Heartbeat"]
        );
    }
}

#[test]
fn only_what_both_agreed_on_is_said() {
    let mut plain = Hub::registered("");
    assert_eq!(
        plain.feed(command(notify())),
        ["send command c-1 send_notification"]
    );
    let cancel = || HubInput::Send(Downstream::Cancel { id: id("c-1") });
    let ack = || HubInput::Send(Downstream::ResultAck { id: id("c-1") });
    assert!(plain.feed(cancel()).is_empty());
    assert!(plain.feed(ack()).is_empty());

    let mut full = Hub::registered("agent deadline cancel result_ack");
    assert_eq!(
        full.feed(command(notify())),
        ["send command c-1 send_notification +agent +deadline_at"]
    );
    assert_eq!(full.feed(cancel()), ["send cancel c-1"]);
    assert_eq!(full.feed(ack()), ["send result_ack c-1"]);
}

#[test]
fn what_cannot_be_sent_is_handed_back() {
    let mut hub = Hub::registered("");
    let huge = Action::Execute(Execute {
        line: "x".repeat(2_000_000),
        working_dir: None,
        timeout: Execute::DEFAULT_TIMEOUT,
        environment: std::collections::BTreeMap::new(),
    });
    let back = hub.feed(command(Asked::Ability(huge)));
    assert!(
        back[0].starts_with("unsendable the frame would be"),
        "{back:?}"
    );
    let senseless = Asked::Senseless {
        problem: "x".to_owned(),
    };
    assert!(hub.feed(command(senseless))[0].starts_with("unsendable"));
}

#[test]
fn nonsense_is_answered_and_too_much_of_it_is_the_end() {
    let mut hub = Hub::registered("");
    assert_eq!(
        hub.hears("{"),
        [
            "send error the frame is not JSON",
            "malformed the frame is not JSON"
        ]
    );
    assert_eq!(hub.hears(r#"{"type":"new"}"#), ["ignored new"]);
    let end = hub.hears(&" ".repeat(9_000_000));
    assert!(end[0].starts_with("close 1009"), "{end:?}");
}

#[test]
fn a_newer_connection_takes_over() {
    let mut hub = Hub::registered("");
    let reason = "€".repeat(100);
    let closed = hub.feed(HubInput::Close(Close::new(Close::REPLACED, &reason)));
    // A close frame holds 123 bytes, and not half a character.
    assert_eq!(closed, [format!("close 4009 {}", "€".repeat(41))]);
}
