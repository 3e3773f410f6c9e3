//! What goes over HTTP.

use chaperone_dialects::{
    Configuration, Context, Downstream, EdgeRegistered, EdgeRegistration, Poll, Polled,
    PolledEvent, RemoteCommand, Upstream,
};
use chaperone_protocol::{DeviceId, Event, Health, Value};
use serde_json::json;

use super::{NOTHING_NEW, archety, body, foreign, http, notified, notify, object, said};
use crate::support::{NOW, id};

#[test]
fn a_request_for_commands_is_as_written_down() {
    let health = Health {
        uptime: Some(std::time::Duration::from_millis(12_900)),
        ..Health::default()
    };
    let device = DeviceId::new("edge_123").unwrap();
    let cx = Context {
        now: NOW.now,
        device: Some(&device),
        health: Some(&health),
    };
    let poll = Poll {
        last_command: None,
        events: vec![PolledEvent {
            id: "e1".to_owned(),
            event: Event {
                name: "message_sent".to_owned(),
                data: object(json!({"thread_id": "+15550100"})),
            },
        }],
    };
    assert_eq!(http().path(), "/edge/sync");
    assert_eq!(http().asked(&body("sync"), cx).unwrap(), poll);
    let mut written = said(&http().ask(&poll, cx).unwrap());
    // Ours has the thread among the details as well.
    let details = written["pending_events"][0]["details"].take();
    assert_eq!(details, json!({"thread_id": "+15550100"}));
    written["pending_events"][0]["details"] = json!({});
    assert_eq!(written, said(&body("sync")));
    // Nobody fetches another device's commands.
    let other = DeviceId::new("edge_456").unwrap();
    let error = http()
        .asked(&body("sync"), NOW.of(Some(&other)))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the sync body is malformed: it speaks for another device"
    );
    // What is not known is not guessed.
    let bare = said(&http().ask(&Poll::default(), NOW).unwrap());
    let status = json!({"scheduled_messages": 0, "active_rules": 0});
    assert_eq!(
        bare,
        json!({"edge_agent_id": null, "last_command_id": null, "pending_events": [], "status": status})
    );
}

#[test]
fn an_answer_with_commands_always_has_both_lists() {
    let empty = http().answer(&Polled::default(), NOW).unwrap();
    assert_eq!(said(&empty), said(NOTHING_NEW));
    assert_eq!(http().answered(&empty, NOW).unwrap(), Polled::default());
    for lists in [
        r"{}",
        r#"{"commands":null,"ack_events":null,"config_updates":null}"#,
    ] {
        assert_eq!(http().answered(lists, NOW).unwrap(), Polled::default());
    }
    let wishes = |seconds, more: Value| {
        Downstream::Configure(Configuration {
            poll_every: Some(std::time::Duration::from_secs(seconds)),
            more: object(more),
        })
    };
    let polled = http().answered(&body("synced"), NOW).unwrap();
    let cancel = RemoteCommand {
        id: id("c9"),
        asked: foreign("cancel_scheduled", json!({"schedule_id": "s1"})),
        ..notify()
    };
    let expected = Polled {
        messages: vec![Downstream::Command(cancel.clone()), wishes(30, json!({}))],
        kept_events: vec!["e1".to_owned()],
    };
    assert_eq!(polled, expected);
    let again = http().answer(&polled, NOW).unwrap();
    assert_eq!(http().answered(&again, NOW).unwrap(), expected);
    // Wishes come together in one place, where the later one counts.
    let twice = Polled {
        messages: vec![
            wishes(30, json!({"log_level": "info"})),
            Downstream::Command(cancel.clone()),
            wishes(60, json!({"sync_interval": 5})),
        ],
        kept_events: Vec::new(),
    };
    let heard = http().answered(&http().answer(&twice, NOW).unwrap(), NOW);
    let together = vec![
        Downstream::Command(cancel),
        wishes(60, json!({"log_level": "info"})),
    ];
    assert_eq!(heard.unwrap().messages, together);
}

#[test]
fn one_senseless_command_does_not_hold_up_the_others() {
    let text = json!({"commands": [
        {"command_type": "set_rule"},
        7,
        {"command_id": "c", "command_type": "get_location"},
    ]});
    let polled = http().answered(&text.to_string(), NOW).unwrap();
    let complaint = |message: &str| Downstream::Error {
        message: message.to_owned(),
    };
    let [first, second, third] = &polled.messages[..] else {
        panic!("{polled:?}")
    };
    assert_eq!(*first, complaint("the command frame has no command_id"));
    assert_eq!(
        *second,
        complaint("the sync body is malformed: a command is not an object")
    );
    assert!(matches!(third, Downstream::Command(_)));
}

#[test]
fn malformed_bodies_are_refused() {
    for (text, said) in [
        (r#"{"commands":{}}"#, "commands is not a list"),
        (r#"{"ack_events":"e1"}"#, "ack_events is not a list"),
        (
            r#"{"ack_events":[1]}"#,
            "ack_events holds something else than ids",
        ),
        (
            r#"{"config_updates":[]}"#,
            "config_updates is not an object",
        ),
        (
            r#"{"config_updates":{"sync_interval":{}}}"#,
            "sync_interval is not a number of seconds",
        ),
    ] {
        let error = http().answered(text, NOW).unwrap_err().to_string();
        assert_eq!(error, format!("the sync body is malformed: {said}"));
    }
    for (text, said) in [
        (r#"{"pending_events":7}"#, "pending_events is not a list"),
        (r#"{"pending_events":[[]]}"#, "an event is not an object"),
        (
            r#"{"pending_events":[{"event_type":"x"}]}"#,
            "an event has no event_id",
        ),
        (
            r#"{"pending_events":[{"event_id":"e"}]}"#,
            "an event has no event_type",
        ),
        (
            r#"{"pending_events":[{"event_id":"e","event_type":"x","details":[]}]}"#,
            "details is not an object",
        ),
        (r#"{"edge_agent_id":7}"#, "edge_agent_id is not text"),
    ] {
        let error = http().asked(text, NOW).unwrap_err().to_string();
        assert_eq!(error, format!("the sync body is malformed: {said}"));
    }
    assert!(http().asked(r#"{"last_command_id":7}"#, NOW).is_err());
    for text in ["", "[]", "{", r#"{"command_id":"c"}"#] {
        assert!(http().result_taken(text, NOW).is_err(), "{text}");
    }
}

#[test]
fn a_result_goes_over_http_as_it_goes_over_the_socket() {
    assert_eq!(http().result_path(), "/edge/command/ack");
    let text = http().result(&notified(), NOW).unwrap();
    let frame = archety().encode_up(&notified(), NOW).unwrap();
    assert_eq!(said(&text), said(&frame)["data"]);
    assert_eq!(http().result_taken(&text, NOW).unwrap(), notified());
    let Upstream::Result { outcome, .. } = http().result_taken(&body("command_ack"), NOW).unwrap()
    else {
        panic!("no result")
    };
    assert!(!outcome.is_success());
    let earlier = http().result_taken(&body("ack_command"), NOW).unwrap();
    let Upstream::Result { outcome, .. } = earlier else {
        panic!("no result")
    };
    assert!(outcome.is_success());
}

#[test]
fn registration_bodies_are_as_written_down() {
    let registration = EdgeRegistration::read(&body("register")).unwrap();
    assert_eq!(
        said(&registration.written().unwrap()),
        said(&body("register"))
    );
    assert_eq!(registration.user_phone, "+15550100");
    assert_eq!(registration.apple_id, None);
    assert_eq!(registration.capabilities, ["transport", "scheduler"]);
    let shown = format!("{registration:?}");
    assert!(
        !shown.contains("edge_manual_token") && !shown.contains("+1555"),
        "{shown}"
    );

    let registered = EdgeRegistered::read(&body("registered")).unwrap();
    assert_eq!(
        said(&registered.written().unwrap()),
        said(&body("registered"))
    );
    let with_token = r#"{"edge_agent_id":"edge_123","auth_token":"secret"}"#;
    let registered = EdgeRegistered::read(with_token).unwrap();
    assert_eq!(registered.auth_token.as_deref(), Some("secret"));
    assert_eq!(registered.written().unwrap(), with_token);
    assert!(!format!("{registered:?}").contains("secret"));

    for text in [
        r"{}",
        r#"{"user_phone":"","auth_token":"x"}"#,
        r#"{"user_phone":"+1"}"#,
        r#"{"user_phone":7,"auth_token":"x"}"#,
        r#"{"user_phone":"+1","auth_token":"x","version":1}"#,
    ] {
        assert!(EdgeRegistration::read(text).is_err(), "{text}");
    }
    for text in [
        r"{}",
        r#"{"edge_agent_id":""}"#,
        r#"{"edge_agent_id":1}"#,
        r#"{"edge_agent_id":"e","auth_token":[]}"#,
    ] {
        assert!(EdgeRegistered::read(text).is_err(), "{text}");
    }
}
