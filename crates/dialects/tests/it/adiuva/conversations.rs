//! Whole conversations, and how they end.

use std::{fmt::Write as _, time::Duration};

use chaperone_dialects::{
    Asked, CloseReason, DeviceSession, Downstream, HubInput, Input, Upstream,
};
use chaperone_protocol::{
    Action, AgentId, CommandState, Data, Event, FailureCode, Map, Notified, Outcome, Remedy,
    Report, RunAgent,
};
use serde_json::json;

use super::{adiuva, asks, command, notify, object, other, result, success};
use crate::{
    support::{NOW, desktop, id},
    transcript::Transcript,
};

#[test]
fn a_devices_day() {
    let mut device = Transcript::device(adiuva());
    device.chapter("hello, which nobody answers");
    device.feed("starts", Input::Timer);
    device.pass(1);
    device.feed("opened", Input::Opened);
    device.chapter("a command of the system's own world");
    let select = r#"{"type":"tool_call","id":"c1","action":"select","table":"tasks","limit":50}"#;
    device.hears(select);
    let refusal = command(&serde_json::from_str(select).unwrap()).asked;
    device.says(result("c1", refusal.refusal(NOW.now).unwrap()));
    device.feed("written", Input::Written(id("c1")));
    device.chapter("one of our abilities");
    device.hears(
        r#"{"type":"tool_call","id":"c2","action":"send_notification","data":{"title":"Standup"}}"#,
    );
    device.says(result(
        "c2",
        success(Data::Notified(Notified { shown_as: Some(7) })),
    ));
    device.feed("written", Input::Written(id("c2")));
    device.chapter("one of our abilities, without sense");
    device.hears(r#"{"type":"tool_call","id":"c3","action":"send_notification"}"#);
    device.chapter("a run");
    device.hears(r#"{"type":"agent_run","run_id":"r9","agent_id":"a-12","folders":["/docs"]}"#);
    device.says(Upstream::Part {
        id: id("run:r9"),
        data: object(json!({"files": [{"path": "/docs/a.md"}]})),
    });
    device.says(result("run:r9", success(other(json!({})))));
    device.feed("written", Input::Written(id("run:r9")));
    device.chapter("the end of a run that failed");
    let failed = Outcome::failure(
        FailureCode::Failed,
        "the program ended with code 3",
        NOW.now,
    );
    device.says(result("run:r10", failed));
    device.feed("written", Input::Written(id("run:r10")));
    device.chapter("what has no words is not said");
    device.says(Upstream::Progress {
        id: id("c1"),
        state: CommandState::Running,
    });
    device.says(Upstream::Report(Report::Event(Event {
        name: "x".to_owned(),
        data: Map::new(),
    })));
    device.chapter("heartbeats");
    device.rings();
    device.hears(r#"{"type":"ping"}"#);
    device.chapter("junk");
    for junk in [
        "nonsense",
        "[1]",
        "\"text\"",
        r#"{"type":"mutation"}"#,
        r#"{"type":"tool_call","action":"select"}"#,
        r#"{"type":"agent_run"}"#,
        r#"{"id":"c4"}"#,
    ] {
        device.hears(junk);
    }
    device.chapter("silence");
    for _ in 0..3 {
        device.rings();
    }
    device.chapter("back again");
    device.rings();
    device.feed("opened", Input::Opened);
    insta::assert_snapshot!("device", device.text());
}

#[test]
fn a_hubs_day() {
    let mut hub = Transcript::hub(adiuva());
    hub.chapter("a hello within 15 s, which nobody answers");
    hub.feed("opened", HubInput::Opened);
    hub.pass(14);
    hub.hears(r#"{"type":"device_hello","device_id":"pc-01","agent_ids":["a-12","a-31"]}"#);
    hub.feed("admits", HubInput::Admit);
    hub.chapter("a ping 30 s later");
    hub.rings();
    hub.hears(r#"{"type":"pong"}"#);
    hub.chapter("calls");
    hub.feed("asks", HubInput::Send(asks("c1", notify())));
    let foreign = Asked::Foreign {
        name: "select".to_owned(),
        parameters: object(json!({"table": "tasks", "filters": {"status": "open"}})),
    };
    hub.feed("asks", HubInput::Send(asks("c2", foreign)));
    hub.hears(r#"{"type":"tool_result","id":"c2","rows":[{"id":"t1"}]}"#);
    hub.hears(r#"{"type":"tool_result","id":"c1","ok":false,"error":"no","code":"denied"}"#);
    hub.feed(
        "keeps the result",
        HubInput::Send(Downstream::ResultAck { id: id("c1") }),
    );
    hub.feed(
        "takes it back",
        HubInput::Send(Downstream::Cancel { id: id("c1") }),
    );
    hub.chapter("a run");
    let run = RunAgent {
        program: Some(AgentId::new("a-12").unwrap()),
        details: object(json!({"folders": ["/docs"]})),
    };
    let run = Asked::Ability(Action::RunAgent(run));
    hub.feed("asks", HubInput::Send(asks("run:r9", run.clone())));
    hub.hears(r#"{"type":"agent_data","run_id":"r9","files":[{"path":"/docs/a.md"}]}"#);
    hub.hears(r#"{"type":"agent_complete","run_id":"r9"}"#);
    hub.chapter("the same under an id that is no run's");
    hub.feed("asks", HubInput::Send(asks("c3", run)));
    hub.chapter("what has no words");
    hub.feed("asks", HubInput::Send(asks("run:r10", notify())));
    hub.chapter("junk is passed over in silence");
    for junk in [
        "nonsense",
        "[1]",
        "\"text\"",
        r#"{"type":"chat_request","message":"hello"}"#,
        r#"{"type":"tool_result","rows":[]}"#,
        r#"{"type":"agent_data","files":[]}"#,
        r#"{"type":"agent_complete","run_id":""}"#,
    ] {
        hub.hears(junk);
    }
    hub.chapter("no pong is tolerated while the socket lives");
    for _ in 0..4 {
        hub.feed("hears of the socket", HubInput::Heard);
        hub.rings();
    }
    hub.chapter("silence is not");
    for _ in 0..2 {
        hub.rings();
    }
    insta::assert_snapshot!("hub", hub.text());
}

#[test]
fn whatever_is_wrong_with_a_hello_closes_without_a_word() {
    let mut told = String::new();
    for hello in [
        None,
        Some("nonsense"),
        Some("[1]"),
        Some("\"device_hello\""),
        Some(r#"{"type":"pong"}"#),
        Some(r#"{"type":"mutation"}"#),
        Some(r#"{"device_id":"pc-01"}"#),
        Some(r#"{"type":"device_hello"}"#),
        Some(r#"{"type":"device_hello","device_id":null}"#),
        Some(r#"{"type":"device_hello","device_id":""}"#),
        Some(r#"{"type":"device_hello","device_id":{}}"#),
        Some(r#"{"type":"device_hello","device_id":"pc-01","agent_ids":"a-12"}"#),
    ] {
        let mut hub = Transcript::hub(adiuva());
        hub.feed("opened", HubInput::Opened);
        match hello {
            Some(hello) => hub.hears(hello),
            None => hub.rings(),
        }
        let text = hub.text();
        assert!(text.contains("close 1008 \"\""), "{text}");
        assert!(!text.contains("send"), "{text}");
        write!(told, "{text}").unwrap();
    }
    insta::assert_snapshot!("bad_hellos", told);
}

#[test]
fn what_follows_a_close() {
    // The code, whether the hub had said anything before, what only a person can do, and how soon
    // the next try may come.
    for (code, spoke, remedy, soonest, latest) in [
        (Some(1008), false, Some(Remedy::SignIn), 240, 300),
        (Some(4001), true, Some(Remedy::SignIn), 240, 300),
        (Some(1008), true, None, 31, 39),
        (Some(1002), true, Some(Remedy::CheckAddress), 48, 60),
        (Some(1003), true, Some(Remedy::CheckAddress), 48, 60),
        (Some(1012), true, None, 0, 0),
        (Some(1000), true, None, 31, 39),
        (Some(1001), true, None, 31, 39),
        (Some(1006), true, None, 31, 39),
        (Some(1011), true, None, 31, 39),
        (None, true, None, 31, 39),
    ] {
        let mut device = Transcript::connected(adiuva());
        if spoke {
            device.hears(r#"{"type":"ping"}"#);
        }
        device.closed(code, "");
        let state = device.state();
        assert_eq!(state.remedy, remedy, "{code:?}");
        match state.next_try_at {
            Some(at) => {
                let wait = at.duration_since(NOW.now).as_secs();
                assert!((soonest..=latest).contains(&wait), "{code:?}: {wait} s");
            }
            None => assert_eq!(latest, 0, "{code:?}"),
        }
    }
}

#[test]
fn after_a_loss_the_backend_has_time_to_notice() {
    // It forgets a lost socket up to 30 s late, and with it whichever came in its place.
    for seed in 0..200 {
        let mut session = DeviceSession::new(adiuva(), desktop(), seed);
        let zero = Duration::ZERO;
        for input in [
            Input::Timer,
            Input::Opened,
            Input::Closed(CloseReason {
                code: Some(1000),
                reason: String::new(),
            }),
        ] {
            session.handle(input, zero, NOW.now);
        }
        let next = session.state().next_try_at.unwrap();
        assert!(next.duration_since(NOW.now).as_secs_f64() >= 31.0, "{seed}");
    }
}
