//! Whole conversations of either half.

use chaperone_dialects::{Downstream, HubInput, Input, Upstream};
use chaperone_protocol::{Data, Notified, Report};
use serde_json::json;

use super::{blueprint, fixture, health, notify, remote, reported, result, success};
use crate::{
    support::{NOW, id},
    transcript::Transcript,
};

#[test]
fn a_device_converses() {
    let mut device = Transcript::device(blueprint());
    device.feed("starts", Input::Timer);
    device.feed("learns how it is", Input::Health(health()));
    device.chapter("the hello is said twice in one frame, and nobody answers it");
    device.feed("opened", Input::Opened);
    device.chapter("a hub that greets does no harm");
    device.hears(&fixture("down", "connection_established"));
    device.hears(&fixture("down", "registration_success"));
    device.chapter("a command and its answer");
    device.hears(&fixture("down", "device_command_notification"));
    let shown = Data::Notified(Notified { shown_as: Some(7) });
    device.says(result("c4", success(shown)));
    device.feed("written", Input::Written(id("c4")));
    device.chapter("a command that no device here carries out");
    device.hears(&fixture("down", "device_command"));
    device.chapter("orders that nobody could answer");
    device.hears(&fixture("down/ignored", "scan_request"));
    device.hears(&fixture("down/ignored", "ping_command"));
    device.chapter("what the others say");
    device.hears(&fixture("down", "deviceLeave"));
    device.hears(&fixture("down", "agent_connected"));
    device.hears(&fixture("down", "ping_update"));
    device.chapter("wishes and complaints");
    device.hears(&fixture("down", "config_update_flat"));
    device.hears(&fixture("down", "error_flat"));
    device.hears("{");
    device.chapter("news");
    device.says(reported(
        "deviceJoin",
        json!({"deviceId": "aa:bb:cc:dd:ee:ff"}),
    ));
    device.says(Upstream::Report(Report::Health(health())));
    device.chapter("a heartbeat and a ping every 30 s");
    device.rings();
    device.feed("hears a pong", Input::Heard);
    device.rings();
    device.chapter("90 s without anything");
    device.rings();
    device.rings();
    insta::assert_snapshot!(device.text());
}

#[test]
fn what_a_close_means_to_a_device() {
    let mut text = String::new();
    for (code, reason) in [
        (None, ""),
        (Some(1000), "Agent shutdown"),
        (Some(1008), "AUTH_FAILED"),
        (Some(1009), "too large"),
        (Some(1012), "restart"),
        (Some(1003), ""),
    ] {
        let mut device = Transcript::connected(blueprint());
        device.closed(code, reason);
        text.push_str(&device.text());
        text.push('\n');
    }
    insta::assert_snapshot!(text);
}

#[test]
fn delays_are_those_of_the_document() {
    let mut device = Transcript::device(blueprint());
    device.feed("starts", Input::Timer);
    let mut failed_at = NOW.now;
    for plain in [1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30] {
        device.closed(None, "");
        let next_try_at = device.state().next_try_at.unwrap();
        let waits = next_try_at.duration_since(failed_at).as_secs_f64();
        assert!(
            (0.8..=1.0).contains(&(waits / f64::from(plain))),
            "{plain}: {waits}"
        );
        device.rings();
        failed_at = next_try_at;
    }
}

#[test]
fn a_hub_converses() {
    let mut hub = Transcript::hub(blueprint());
    hub.chapter("whoever opens the socket may speak");
    hub.feed("opened", HubInput::Opened);
    hub.feed("admits", HubInput::Admit);
    hub.hears(&fixture("up", "deviceJoin_flat"));
    hub.chapter("a hello, as it is written down");
    hub.hears(&fixture("up", "agent_register"));
    hub.feed("admits", HubInput::Admit);
    hub.chapter("a command and its answer");
    let command = Downstream::Command(remote(notify()));
    hub.feed("sends a command", HubInput::Send(command));
    hub.hears(&fixture("up", "command_response"));
    hub.hears(&fixture("up", "command_response_failed"));
    hub.chapter("a heartbeat is answered; from then on 90 s without one are the end");
    hub.hears(&fixture("up", "agent_heartbeat"));
    hub.chapter("nonsense is answered for readers of either form");
    hub.hears("{");
    hub.hears(r#"{"type":"deviceJoin","data":{"rssi":"near"}}"#);
    hub.hears(r#"{"type":"typing"}"#);
    hub.hears(&fixture("up/ignored", "scan_request"));
    hub.rings();
    hub.pass(20);
    hub.hears(&fixture("up", "pingResult"));
    hub.rings();
    hub.rings();
    insta::assert_snapshot!(hub.text());
}

#[test]
fn a_device_that_never_said_a_heartbeat_lives_by_anything() {
    let mut hub = Transcript::hub(blueprint());
    hub.feed("opened", HubInput::Opened);
    hub.hears(&fixture("up", "agent_register_flat"));
    hub.feed("admits", HubInput::Admit);
    for _ in 0..5 {
        hub.pass(60);
        hub.feed("hears a ping", HubInput::Heard);
    }
    hub.pass(60);
    hub.hears(&fixture("up", "health_analysis"));
    hub.chapter("but not by nothing");
    hub.pass(90);
    hub.rings();
    insta::assert_snapshot!(hub.text());
}
