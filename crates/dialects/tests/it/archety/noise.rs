//! Any words at all.

use chaperone_dialects::{
    Asked, Configuration, Downstream, EdgeRegistered, EdgeRegistration, Poll, PolledEvent,
    RemoteCommand, Upstream,
};
use chaperone_protocol::{Event, FailureCode, Health, Map, Outcome, Report};
use proptest::prelude::*;

use super::{archety, http, notify, result};
use crate::{
    awkward,
    support::{NOW, fixtures, id},
};

const AWKWARD: &[&str] = &[
    "type",
    "data",
    "timestamp",
    "sync_interval",
    "uptime_seconds",
    "memory_usage_mb",
    "memory_percent",
    "cpu_percent",
    "priority",
    "text",
    "message_text",
    "message",
    "send_at",
    "schedule_time",
    "schedule_id",
    "message_id",
    "payload",
    "parameters",
    "command_id",
    "x",
];

proptest! {
    #[test]
    fn awkward_words_are_lost_as_declared(
        members in awkward::members(AWKWARD),
        name in proptest::sample::select(vec![
            "send_message", "send_message_now", "schedule_message", "cancel_message",
            "cancel_scheduled", "update_config", "set_rule",
        ]),
        length in any::<std::time::Duration>(),
        message in "[a-z]{0,2}",
    ) {
        awkward::up(archety(), &Upstream::Report(Report::Health(Health {
            uptime: Some(length),
            memory_mb: Some(f64::NAN),
            more: members.clone(),
            ..Health::default()
        })));
        awkward::up(archety(), &result("c", Outcome::failure(FailureCode::Failed, message, NOW.now)));
        awkward::down(archety(), &Downstream::Configure(Configuration {
            poll_every: Some(length),
            more: members.clone(),
        }));
        awkward::down(archety(), &Downstream::Configure(Configuration {
            poll_every: None,
            more: members.clone(),
        }));
        awkward::down(archety(), &Downstream::Command(RemoteCommand {
            asked: Asked::Foreign { name: name.to_owned(), parameters: members },
            ..notify()
        }));
    }

    #[test]
    fn noise_in_a_body_is_an_error_or_nothing(text in any::<String>(), cut in any::<prop::sample::Index>()) {
        for text in fixtures("archety", "http").into_iter().map(|(_, text)| {
            text.chars().take(cut.index(text.len())).collect()
        }).chain([text]) {
            let _ = http().asked(&text, NOW);
            let _ = http().answered(&text, NOW);
            let _ = http().result_taken(&text, NOW);
            let _ = EdgeRegistration::read(&text);
            let _ = EdgeRegistered::read(&text);
        }
    }

    #[test]
    fn a_request_is_heard_as_it_was_said(
        last in proptest::option::of("[a-z0-9]{1,8}"),
        events in proptest::collection::vec(("[a-z0-9]{1,8}", "[a-z_]{1,8}", proptest::option::of("[+0-9]{1,8}"), any::<bool>()), 0..4),
    ) {
        let poll = Poll {
            last_command: last.map(|text| id(&text)),
            events: events.into_iter().map(|(id, name, thread, flag)| {
                let mut data = Map::new();
                if let Some(thread) = thread {
                    data.insert("thread_id".to_owned(), thread.into());
                }
                data.insert("flag".to_owned(), flag.into());
                PolledEvent { id, event: Event { name, data } }
            }).collect(),
        };
        let text = http().ask(&poll, NOW).unwrap();
        prop_assert_eq!(http().asked(&text, NOW).unwrap(), poll);
    }
}
