//! What is said, and what is not.

use chaperone_dialects::{
    Context, Downstream, EncodeError, Extensions, Registration, Upstream, agent_token,
};
use chaperone_protocol::{Health, Report, Value};
use serde_json::json;

use super::{
    blueprint, down, event, fixture, health, object, reported, said, says_down, says_up, up,
};
use crate::support::{NOW, desktop, id};

#[test]
fn a_hello_is_said_for_readers_of_either_form() {
    let mut device = desktop();
    device.more = object(json!({
        "version": "1.0.0", "networkInterface": "192.168.1.100",
        "systemInfo": {"nodeVersion": "18.17.0", "os": "something else"},
        "token": "secret",
    }));
    let hello = Upstream::Register(Registration {
        device,
        extensions: Extensions::ALL,
        public_key: Some("key".to_owned()),
    });
    let system = json!({
        "os": "linux 6", "platform": "linux", "platformVersion": "6", "arch": "x86_64",
        "hostname": "Desk", "kind": "desktop_linux", "nodeVersion": "18.17.0",
    });
    let frame = says_up(&hello, NOW);
    assert_eq!(
        frame,
        json!({
            "type": "agent_register", "agentId": "desk", "timestamp": "2026-02-02T10:00:00.000Z",
            "data": {
                "version": "1.0.0", "networkInterface": "192.168.1.100",
                "capabilities": ["notification"], "systemInfo": system,
            },
            "capabilities": ["notification"], "systemInfo": system,
        })
    );
    // A reader of the top level alone finds what it looks for.
    let mut flat = frame;
    flat.as_object_mut().unwrap().remove("data");
    let Upstream::Register(heard) = up(&flat) else {
        panic!("no hello")
    };
    assert_eq!(heard.device.platform, "linux");
    assert_eq!(heard.device.capabilities, ["notification"]);
}

#[test]
fn a_heartbeat_says_what_is_known_and_guesses_nothing() {
    let device = desktop().id;
    let known = health();
    let half = Health {
        cpu_percent: Some(f64::NAN),
        memory_percent: None,
        ..health()
    };
    for (health, data) in [
        (
            Some(&known),
            json!({"status": "active", "uptime": 3600, "memoryUsage": 45.2, "cpuUsage": 12.8}),
        ),
        (Some(&half), json!({"status": "active", "uptime": 3600})),
        (None, json!({"status": "active"})),
    ] {
        let cx = Context {
            now: NOW.now,
            device: Some(&device),
            health,
        };
        assert_eq!(
            says_up(&Upstream::Heartbeat, cx),
            json!({"type": "agent_heartbeat", "agentId": "desk",
                "timestamp": "2026-02-02T10:00:00.000Z", "data": data})
        );
    }
}

#[test]
fn health_keeps_what_it_has_no_word_for() {
    let Upstream::Report(Report::Health(heard)) = up(&said(&fixture("up", "systemHealth"))) else {
        panic!("no health")
    };
    let expected = Health {
        cpu_percent: Some(12.8),
        memory_percent: Some(45.2),
        more: object(json!({
            "status": "healthy",
            "metrics": {"diskUsage": 67.1, "networkLatency": 8.5},
            "services": {"deviceScanner": "running", "pingProber": "running",
                "mlAnalytics": "running", "dataIntegrity": "running"},
            "errors": [],
            "warnings": ["High memory usage detected"],
        })),
        ..Health::default()
    };
    assert_eq!(heard, expected);
    let frame = says_up(&Upstream::Report(Report::Health(heard)), NOW);
    assert_eq!(frame["data"], said(&fixture("up", "systemHealth"))["data"]);
}

#[test]
fn an_event_is_said_with_the_name_of_the_one_it_is_about() {
    let device = desktop().id;
    let cx = NOW.of(Some(&device));
    let told = |name, data| Downstream::Event(event(name, data));
    assert_eq!(
        says_down(
            &told(
                "deviceLeave",
                json!({"agentId": "other", "reason": "timeout"})
            ),
            cx
        ),
        json!({"type": "deviceLeave", "agentId": "other",
            "timestamp": "2026-02-02T10:00:00.000Z", "data": {"reason": "timeout"}})
    );
    assert_eq!(
        says_down(&told("deviceLeave", json!({"reason": "timeout"})), cx),
        json!({"type": "deviceLeave", "timestamp": "2026-02-02T10:00:00.000Z",
            "data": {"reason": "timeout"}})
    );
    let flat = json!({"agentId": "other", "capabilities": [], "type": "x", "timestamp": 1,
        "data": {}});
    assert_eq!(
        says_down(&told("agent_connected", flat), cx),
        json!({"type": "agent_connected", "agentId": "other", "capabilities": [],
            "timestamp": "2026-02-02T10:00:00.000Z"})
    );
    let nested = json!({"type": "deviceLeave", "agentId": "other", "data": {"reason": "timeout"}});
    assert_eq!(
        down(&nested),
        told(
            "deviceLeave",
            json!({"agentId": "other", "reason": "timeout"})
        )
    );
}

#[test]
fn what_has_no_words_is_not_said() {
    for message in [
        reported("typing", json!({})),
        reported("device_update", json!({})),
        reported("deviceJoin", json!({"rssi": "near"})),
        Upstream::Report(Report::Health(Health {
            more: object(json!({"warnings": "many"})),
            ..Health::default()
        })),
        Upstream::Accepted { id: id("c") },
    ] {
        let unsaid = blueprint().encode_up(&message, NOW);
        assert!(
            matches!(unsaid, Err(EncodeError::Unsupported { .. })),
            "{message:?}"
        );
        assert_eq!(blueprint().heard_up(message), None);
    }
    for message in [
        Downstream::Event(event("typing", json!({}))),
        Downstream::Event(event("deviceJoin", json!({"rssi": "near"}))),
        Downstream::Event(event("scan_result", json!({"devices": 7}))),
        Downstream::Cancel { id: id("c") },
        Downstream::HeartbeatProbe,
    ] {
        let unsaid = blueprint().encode_down(&message, NOW);
        assert!(
            matches!(unsaid, Err(EncodeError::Unsupported { .. })),
            "{message:?}"
        );
        assert_eq!(blueprint().heard_down(message), None);
    }
}

#[test]
fn what_stands_where_the_frame_has_its_own_is_declared_lost() {
    let mut device = desktop();
    device.name = String::new();
    device.more = object(json!({"capabilities": 7, "systemInfo": {"arch": 7}, "token": "x"}));
    let mut declared = desktop();
    declared.name = "desk".to_owned();
    let hello = |device| {
        Upstream::Register(Registration {
            device,
            extensions: Extensions::NONE,
            public_key: None,
        })
    };
    let heard = blueprint().heard_up(hello(device.clone()));
    assert_eq!(heard, Some(hello(declared.clone())));
    assert_eq!(up(&says_up(&hello(device), NOW)), hello(declared));

    let odd = Health {
        uptime: Some(std::time::Duration::from_millis(1_500)),
        memory_mb: Some(f64::INFINITY),
        more: object(json!({"uptime": 7, "memoryMb": "x", "metrics": {"cpuUsage": "x"}})),
        ..Health::default()
    };
    let declared = Health {
        uptime: Some(std::time::Duration::from_secs(1)),
        ..Health::default()
    };
    let report = |health| Upstream::Report(Report::Health(health));
    assert_eq!(
        blueprint().heard_up(report(odd.clone())),
        Some(report(declared.clone()))
    );
    assert_eq!(up(&says_up(&report(odd), NOW)), report(declared));

    let flat = Downstream::Event(event(
        "device_added",
        json!({"agentId": 7, "type": "x", "timestamp": 1, "data": {}, "device": {"id": 1}}),
    ));
    let declared = Downstream::Event(event("device_added", json!({"device": {"id": 1}})));
    assert_eq!(blueprint().heard_down(flat.clone()), Some(declared.clone()));
    assert_eq!(down(&says_down(&flat, NOW)), declared);
}

#[test]
fn a_token_may_come_in_the_hello_and_goes_no_further() {
    let hello = |frame: Value| agent_token(&frame.to_string());
    let token = || Some("secret".to_owned());
    assert_eq!(
        agent_token(&fixture("up", "agent_register_with_token")),
        token()
    );
    let flat = json!({"type": "agent_register", "agentId": "a", "token": "secret"});
    assert_eq!(hello(flat.clone()), token());
    let beside = json!({"type": "agent_register", "data": {}, "token": "secret"});
    assert_eq!(hello(beside), token());
    for frame in [
        json!({"type": "agent_register", "token": ""}),
        json!({"type": "agent_register", "token": 7}),
        json!({"type": "deviceJoin", "token": "secret"}),
        json!({"token": "secret"}),
        json!([]),
    ] {
        assert_eq!(hello(frame.clone()), None, "{frame}");
    }
    assert!(!format!("{:?}", up(&flat)).contains("secret"));
}
