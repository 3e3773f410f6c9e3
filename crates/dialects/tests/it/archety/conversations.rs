//! Whole conversations of either half.

use chaperone_dialects::{
    Close, Configuration, ConnectFailure, Downstream, HubInput, Input, Purpose, Upstream,
};
use chaperone_protocol::{Event, FailureCode, Outcome, Report};
use serde_json::json;

use super::{NOTHING_NEW, answered, archety, body, fixture, notified, notify, object, result};
use crate::{
    support::{NOW, id},
    transcript::Transcript,
};

#[test]
fn a_device_converses() {
    let mut device = Transcript::device(archety());
    device.chapter("no greeting: the request has said everything");
    device.feed("starts", Input::Timer);
    device.feed("answered", answered(Purpose::Poll, 200, NOTHING_NEW));
    device.feed("opened", Input::Opened);
    device.chapter("a hub that greets does no harm");
    device.hears(&fixture("down", "connected"));
    device.hears(r#"{"type":"welcome"}"#);
    device.chapter("a command and its answer, in both shapes");
    device.hears(&fixture("down", "command_send_notification"));
    device.says(notified());
    device.feed("written", Input::Written(id("cmd_2")));
    device.chapter("a command that no device here carries out");
    device.hears(&fixture("down", "command_send_message_now"));
    device.chapter("a wish");
    device.hears(&fixture("down", "config_update"));
    device.hears(&fixture("down", "command_update_config"));
    device.chapter("nonsense is not answered: there are no words for that");
    device.hears("{");
    device.hears(r#"{"type":"command","data":{"command_type":"set_rule"}}"#);
    device.chapter("a ping every 30 s, answered");
    device.rings();
    device.pass(1);
    device.hears(&fixture("down", "pong"));
    device.chapter("a ping that is not answered in 10 s");
    device.rings();
    device.rings();
    insta::assert_snapshot!(device.text());
}

#[test]
fn a_device_falls_back_to_http_and_returns() {
    let mut device = Transcript::device(archety());
    device.chapter("the hub has no socket");
    device.feed("starts", Input::Timer);
    let refused = Input::ConnectFailed(ConnectFailure::Refused { status: 403 });
    device.feed("is refused with 403", refused);
    device.feed("answered", answered(Purpose::Poll, 200, &body("synced")));
    device.chapter("the result goes the same way");
    device.says(result(
        "c9",
        Outcome::failure(FailureCode::Unsupported, "Unknown command: x", NOW.now),
    ));
    let delivered = Purpose::Result(id("c9"));
    device.feed("answered", answered(delivered, 204, ""));
    device.chapter("an event travels with the requests until it is named");
    device.says(Upstream::Report(Report::Event(Event {
        name: "message_sent".to_owned(),
        data: object(json!({"thread_id": "+15550100"})),
    })));
    device.rings();
    device.feed("answered", answered(Purpose::Poll, 200, NOTHING_NEW));
    device.rings();
    let named = r#"{"commands":[],"ack_events":["e-1"]}"#;
    device.feed("answered", answered(Purpose::Poll, 200, named));
    device.chapter("the socket is back: no more requests");
    device.feed("is told to try now", Input::TryNow);
    device.feed("answered", answered(Purpose::Poll, 200, NOTHING_NEW));
    device.feed("opened", Input::Opened);
    device.rings();
    device.hears(&fixture("down", "pong"));
    device.rings();
    insta::assert_snapshot!(device.text());
}

#[test]
fn what_a_close_means_to_a_device() {
    let mut text = String::new();
    for (code, reason) in [
        (None, ""),
        (Some(1012), "service restart"),
        (Some(4001), "Unauthorized"),
        (Some(4009), "replaced"),
        (Some(1008), "Heartbeat timeout"),
        (Some(1002), ""),
    ] {
        let mut device = Transcript::connected(archety());
        device.closed(code, reason);
        text.push_str(&device.text());
        text.push('\n');
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_hub_converses() {
    let mut hub = Transcript::hub(archety());
    hub.chapter("the request for the socket is the hello");
    hub.feed("opened", HubInput::Opened);
    hub.feed("admits", HubInput::Admit);
    hub.chapter("a ping is answered at once: newer devices wait no longer than 10 s");
    hub.hears(&fixture("up", "ping"));
    hub.chapter("a command, its steps and its end");
    let command = Downstream::Command(notify());
    hub.feed("sends a command", HubInput::Send(command));
    hub.hears(&fixture("up", "command_ack_received"));
    hub.hears(&fixture("up", "command_ack_executing"));
    hub.hears(&fixture("up", "command_ack_pending"));
    hub.hears(&fixture("up", "command_ack_completed"));
    hub.hears(&fixture("up", "command_ack_spec_failed"));
    hub.chapter("what is no command");
    let wishes = Downstream::Configure(Configuration {
        poll_every: Some(std::time::Duration::from_secs(30)),
        more: object(json!({"log_level": "debug"})),
    });
    hub.feed("sends a wish", HubInput::Send(wishes));
    let cancel = Downstream::Cancel { id: id("cmd_2") };
    hub.feed("takes it back", HubInput::Send(cancel));
    hub.hears(&fixture("up", "status"));
    hub.hears(r#"{"type":"typing"}"#);
    hub.hears("{");
    hub.chapter("60 s without a ping, whatever else is said");
    hub.pass(59);
    hub.hears(&fixture("up", "status"));
    hub.rings();
    insta::assert_snapshot!(hub.text());
}

#[test]
fn a_hub_restarts_and_replaces() {
    for (code, reason) in [
        (Close::RESTARTING, "restarting"),
        (Close::REPLACED, "replaced"),
    ] {
        let mut hub = Transcript::hub(archety());
        hub.feed("opened", HubInput::Opened);
        hub.feed("admits", HubInput::Admit);
        hub.feed("closes", HubInput::Close(Close::new(code, reason)));
        assert!(
            hub.text()
                .ends_with(&format!("> close {code} {reason:?}\n"))
        );
    }
}
