//! Any message there is, for property tests.

use std::{collections::BTreeMap, time::Duration};

use chaperone_dialects::{Downstream, Extension, Extensions, RemoteCommand, Upstream};
use chaperone_protocol::{
    Action, Agent, AgentId, CommandId, CommandState, Data, DeviceId, DeviceInfo, Execute, Executed,
    FailureCode, Maturity, Notified, Notify, Outcome, Timestamp,
};
use proptest::{collection, option, prelude::*, sample};

fn text() -> impl Strategy<Value = String> {
    any::<String>()
}

fn printable() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 äß€:._-]{1,40}"
}

fn command_id() -> impl Strategy<Value = CommandId> {
    printable().prop_map(|text| CommandId::new(text).unwrap())
}

fn device_id() -> impl Strategy<Value = DeviceId> {
    printable().prop_map(|text| DeviceId::new(text).unwrap())
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000, 0_i32..1_000_000_000)
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap())
}

fn extensions() -> impl Strategy<Value = Extensions> {
    sample::subsequence(Extension::ALL.to_vec(), 0..=Extension::ALL.len())
        .prop_map(|some| some.into_iter().fold(Extensions::NONE, Extensions::with))
}

fn device() -> impl Strategy<Value = DeviceInfo> {
    let texts = (printable(), text(), text(), text());
    (device_id(), texts, collection::vec(text(), 0..4)).prop_map(
        |(id, (name, platform, platform_version, architecture), capabilities)| DeviceInfo {
            id,
            name,
            platform,
            platform_version,
            architecture,
            capabilities,
        },
    )
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let notified =
        option::of(any::<u32>()).prop_map(|shown_as| Data::Notified(Notified { shown_as }));
    let executed = (
        (any::<i32>(), text(), text(), any::<u64>()),
        (text(), 0_u64..400_000_000_000, text()),
    )
        .prop_map(
            |((exit_code, stdout, stderr, cut_bytes), (working_dir, took, containment))| {
                Data::Executed(Executed {
                    exit_code,
                    stdout,
                    stderr,
                    cut_bytes,
                    working_dir,
                    took: Duration::from_nanos(took),
                    containment,
                })
            },
        );
    let success = (prop_oneof![notified, executed], moment())
        .prop_map(|(data, finished_at)| Outcome::Success { data, finished_at });
    let codes = sample::select(vec![
        FailureCode::Forbidden,
        FailureCode::Denied,
        FailureCode::RateLimited,
        FailureCode::TimedOut,
        FailureCode::Interrupted,
        FailureCode::Failed,
    ]);
    let failure = (codes, ".{1,60}", moment())
        .prop_map(|(code, message, finished_at)| Outcome::failure(code, message, finished_at));
    prop_oneof![success, failure]
}

fn action() -> impl Strategy<Value = Action> {
    let notify = (
        printable(),
        text(),
        option::of(printable()),
        option::of(printable()),
    )
        .prop_map(|(title, body, icon, sound)| {
            Action::Notify(Notify {
                title,
                body,
                icon,
                sound,
            })
        });
    let environment = collection::btree_map("[A-Z]{3}_[A-Z]{1,8}", printable(), 0..4);
    let execute = (text(), option::of(printable()), 1_u64..=300, environment).prop_map(
        |(line, working_dir, seconds, environment): (_, _, _, BTreeMap<_, _>)| {
            Action::Execute(Execute {
                line,
                working_dir,
                timeout: Duration::from_secs(seconds),
                environment,
            })
        },
    );
    prop_oneof![notify, execute].prop_filter("only what a device would act on", |action| {
        action.validate().is_ok()
    })
}

fn remote_command() -> impl Strategy<Value = RemoteCommand> {
    let agent = (
        printable(),
        printable(),
        sample::select(Maturity::ALL.to_vec()),
    )
        .prop_map(|(id, name, maturity)| Agent {
            id: AgentId::new(id).unwrap(),
            name,
            maturity,
        });
    (
        command_id(),
        option::of(agent),
        option::of(moment()),
        action(),
    )
        .prop_map(|(id, agent, deadline_at, action)| RemoteCommand {
            id,
            agent,
            deadline_at,
            action: Ok(action),
        })
}

pub(crate) fn upstream() -> impl Strategy<Value = Upstream> {
    prop_oneof![
        (device(), extensions())
            .prop_map(|(device, extensions)| Upstream::Register(device, extensions)),
        Just(Upstream::Heartbeat),
        (command_id(), outcome()).prop_map(|(id, outcome)| Upstream::Result { id, outcome }),
        (command_id(), sample::select(CommandState::ALL.to_vec()))
            .prop_map(|(id, state)| Upstream::Progress { id, state }),
        text().prop_map(|message| Upstream::Error { message }),
    ]
}

pub(crate) fn downstream() -> impl Strategy<Value = Downstream> {
    prop_oneof![
        (option::of(device_id()), option::of(1_u64..600)).prop_map(|(device, seconds)| {
            Downstream::Connected {
                device,
                heartbeat_every: seconds.map(Duration::from_secs),
            }
        }),
        (option::of(device_id()), extensions())
            .prop_map(|(device, extensions)| Downstream::Registered { device, extensions }),
        remote_command().prop_map(Downstream::Command),
        command_id().prop_map(|id| Downstream::Cancel { id }),
        command_id().prop_map(|id| Downstream::ResultAck { id }),
        Just(Downstream::Heartbeat),
        Just(Downstream::HeartbeatAck),
        Just(Downstream::HeartbeatProbe),
        text().prop_map(|message| Downstream::Error { message }),
    ]
}
