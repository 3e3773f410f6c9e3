//! Any words at all.

use chaperone_dialects::{
    Asked, Configuration, Decoded, Downstream, Extensions, Registration, Upstream,
};
use chaperone_protocol::{Event, FailureCode, Health, Outcome, Report, Value};
use proptest::prelude::*;

use super::{blueprint, down, relays, remote, result, says_down};
use crate::{
    awkward,
    support::{NOW, desktop},
};

const AWKWARD: &[&str] = &[
    "type",
    "data",
    "timestamp",
    "agentId",
    "token",
    "capabilities",
    "systemInfo",
    "os",
    "arch",
    "platform",
    "hostname",
    "kind",
    "metrics",
    "cpuUsage",
    "memoryUsage",
    "uptime",
    "memoryMb",
    "status",
    "warnings",
    "rssi",
    "deviceId",
    "protocols",
    "device",
    "devices",
    "message",
    "errorCode",
    "commandId",
    "version",
    "x",
];

proptest! {
    #[test]
    fn awkward_words_are_lost_as_declared(
        members in awkward::members(AWKWARD),
        name in proptest::sample::select(vec![
            "deviceJoin", "deviceUpdate", "trustAlert", "dataIntegrityReport", "agent_register",
            "agent_heartbeat", "systemHealth", "error", "agent_connected", "ping_update",
            "probe_results", "scan_result", "device_added", "device_updated", "device_deleted",
            "device_update", "ping", "probe", "command_response", "device_command", "typing",
        ]),
        length in any::<std::time::Duration>(),
        message in "(INVALID_DATA|[A-Z_]{0,3}|[a-z]{0,3})(: )?[A-Za-z: ]{0,4}",
    ) {
        let event = Event { name: name.to_owned(), data: members.clone() };
        awkward::up(blueprint(), &Upstream::Report(Report::Event(event.clone())));
        awkward::down(blueprint(), &Downstream::Event(event));
        let mut device = desktop();
        device.more = members.clone();
        awkward::up(blueprint(), &Upstream::Register(Registration {
            device,
            extensions: Extensions::ALL,
            public_key: None,
        }));
        awkward::up(blueprint(), &Upstream::Report(Report::Health(Health {
            uptime: Some(length),
            cpu_percent: Some(f64::NAN),
            memory_percent: Some(1.5),
            memory_mb: None,
            more: members.clone(),
        })));
        awkward::up(blueprint(), &Upstream::Error { message: message.clone() });
        awkward::up(blueprint(), &result("c", Outcome::failure(FailureCode::Failed, message.clone(), NOW.now)));
        awkward::down(blueprint(), &Downstream::Error { message });
        awkward::down(blueprint(), &Downstream::Configure(Configuration {
            poll_every: Some(length),
            more: members.clone(),
        }));
        awkward::down(blueprint(), &Downstream::Command(remote(Asked::Foreign {
            name: name.to_owned(),
            parameters: members,
        })));
    }

    #[test]
    fn whatever_is_relayed_can_be_said_and_heard(
        members in awkward::members(AWKWARD),
        name in proptest::sample::select(vec![
            "deviceJoin", "deviceUpdate", "trustUpdate", "device_update", "ping", "probe",
            "agent_register", "systemHealth", "health_analysis",
        ]),
    ) {
        let mut frame = members;
        frame.insert("type".to_owned(), name.into());
        let frame = Value::Object(frame).to_string();
        if let Ok(Decoded::Message(heard)) = blueprint().decode_up(&frame, NOW) {
            for relay in relays(&heard) {
                let again = down(&says_down(&relay.message, NOW));
                prop_assert_eq!(Some(again), blueprint().heard_down(relay.message));
            }
        }
    }
}
