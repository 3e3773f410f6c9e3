//! Any message there is, for property tests.

use std::{collections::BTreeMap, time::Duration};

use chaperone_dialects::{
    Asked, Configuration, Downstream, Extension, Extensions, Registration, RemoteCommand, Upstream,
};
use chaperone_protocol::{
    Action, Agent, AgentId, ArtifactId, CommandId, CommandState, Confidence, Content, Data,
    DeviceId, DeviceInfo, Event, Execute, Executed, FailureCode, Health, Locate, Located, Map,
    Maturity, Notified, Notify, Outcome, Pictured, Precision, Recorded, Recording, RecordingFormat,
    Report, Resolution, RunAgent, Screenshot, SessionId, Snap, StartRecording, StopRecording,
    Timestamp, Value,
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

fn session_id() -> impl Strategy<Value = SessionId> {
    printable().prop_map(|text| SessionId::new(text).unwrap())
}

fn agent_id() -> impl Strategy<Value = AgentId> {
    printable().prop_map(|text| AgentId::new(text).unwrap())
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000, 0_i32..1_000_000_000)
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap())
}

fn extensions() -> impl Strategy<Value = Extensions> {
    sample::subsequence(Extension::ALL.to_vec(), 0..=Extension::ALL.len())
        .prop_map(|some| some.into_iter().fold(Extensions::NONE, Extensions::with))
}

/// A number that JSON gives back as it took it.
fn number() -> impl Strategy<Value = f64> {
    (-1_000_000_i32..1_000_000).prop_map(|thousandths| f64::from(thousandths) / 64.0)
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        number().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            collection::btree_map("[a-z]{1,6}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Members that no wire has a meaning for.
fn members() -> impl Strategy<Value = Map<String, Value>> {
    collection::btree_map("x_[a-z]{1,8}", value(), 0..3).prop_map(|map| map.into_iter().collect())
}

fn resolution() -> impl Strategy<Value = Resolution> {
    (1..=Resolution::MAX_SIDE, 1..=Resolution::MAX_SIDE)
        .prop_map(|(width, height)| Resolution { width, height })
}

fn device() -> impl Strategy<Value = DeviceInfo> {
    let texts = (printable(), printable(), text(), text(), text());
    (device_id(), texts, collection::vec(text(), 0..4), members()).prop_map(
        |(id, (name, kind, platform, platform_version, architecture), capabilities, more)| {
            DeviceInfo {
                id,
                name,
                kind,
                platform,
                platform_version,
                architecture,
                capabilities,
                more,
            }
        },
    )
}

fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        "[A-Za-z0-9+/]{4,40}".prop_map(|base64| Content::Inline {
            media_type: "image/png".to_owned(),
            base64,
        }),
        (printable(), any::<u64>(), "[0-9a-f]{64}").prop_map(|(id, bytes, sha256)| {
            Content::Uploaded {
                id: ArtifactId::new(id).unwrap(),
                media_type: "video/mp4".to_owned(),
                bytes,
                sha256,
            }
        }),
    ]
}

fn data() -> impl Strategy<Value = Data> {
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
    let located = (
        (-90.0..90.0_f64, -180.0..180.0_f64),
        (option::of(number()), option::of(number())),
        (option::of(number()), option::of(number())),
        (option::of(text()), option::of(moment())),
    )
        .prop_map(
            |((north, east), (altitude, accuracy), (heading, speed), (source, at))| {
                // As much of a degree as JSON gives back for certain.
                let whole = |degrees: f64| (degrees * 1024.0).trunc() / 1024.0;
                Data::Located(Located {
                    latitude: whole(north),
                    longitude: whole(east),
                    altitude,
                    accuracy,
                    heading,
                    speed,
                    source,
                    measured_at: at,
                })
            },
        );
    let pictured = (
        option::of(content()),
        option::of(resolution()),
        option::of(text()),
        option::of(text()),
    )
        .prop_map(|(content, resolution, source, file_path)| {
            Data::Pictured(Pictured {
                content,
                resolution,
                source,
                file_path,
            })
        });
    let recording =
        option::of(session_id()).prop_map(|session| Data::Recording(Recording { session }));
    let recorded = (
        option::of(session_id()),
        option::of(content()),
        option::of(0_u64..4_000_000),
        option::of(text()),
    )
        .prop_map(|(session, content, milliseconds, file_path)| {
            Data::Recorded(Recorded {
                session,
                content,
                duration: milliseconds.map(Duration::from_millis),
                file_path,
            })
        });
    let other = members().prop_map(Data::Other);
    prop_oneof![
        notified, executed, located, pictured, recording, recorded, other
    ]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let success =
        (data(), moment()).prop_map(|(data, finished_at)| Outcome::Success { data, finished_at });
    let codes = sample::select(FailureCode::ALL.to_vec());
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
    let locate = sample::select(Precision::ALL.to_vec())
        .prop_map(|precision| Action::Locate(Locate { precision }));
    let snap = (
        option::of(printable()),
        option::of(resolution()),
        option::of(printable()),
    )
        .prop_map(|(camera, resolution, save_path)| {
            Action::Snap(Snap {
                camera,
                resolution,
                save_path,
            })
        });
    let screenshot =
        (option::of(printable()), option::of(resolution())).prop_map(|(display, resolution)| {
            Action::Screenshot(Screenshot {
                display,
                resolution,
            })
        });
    let start = (
        (session_id(), option::of(printable()), 1_u64..=3600),
        (
            any::<bool>(),
            option::of(resolution()),
            sample::select(RecordingFormat::ALL.to_vec()),
        ),
    )
        .prop_map(
            |((session, display, seconds), (audio, resolution, format))| {
                Action::StartRecording(StartRecording {
                    session,
                    display,
                    duration: Duration::from_secs(seconds),
                    audio,
                    resolution,
                    format,
                })
            },
        );
    let stop = session_id().prop_map(|session| Action::StopRecording(StopRecording { session }));
    let run = (option::of(agent_id()), members())
        .prop_map(|(program, details)| Action::RunAgent(RunAgent { program, details }));
    prop_oneof![notify, execute, locate, snap, screenshot, start, stop, run]
        .prop_filter("only what a device would act on", |action| {
            action.validate().is_ok()
        })
}

fn asked() -> impl Strategy<Value = Asked> {
    prop_oneof![
        6 => action().prop_map(Asked::Ability),
        2 => ("x_[a-z]{1,20}", members())
            .prop_map(|(name, parameters)| Asked::Foreign { name, parameters }),
        1 => printable().prop_map(|problem| Asked::Senseless { problem }),
        1 => configuration().prop_map(Asked::Wish),
    ]
}

fn configuration() -> impl Strategy<Value = Configuration> {
    (option::of(5_u64..300), members()).prop_map(|(seconds, more)| Configuration {
        poll_every: seconds.map(Duration::from_secs),
        more,
    })
}

fn remote_command() -> impl Strategy<Value = RemoteCommand> {
    let agent = (
        agent_id(),
        printable(),
        sample::select(Maturity::ALL.to_vec()),
        option::of(0_u16..=1024),
    )
        .prop_map(|(id, name, maturity, confidence)| Agent {
            id,
            name,
            maturity,
            confidence: confidence.map(|parts| Confidence::new(f64::from(parts) / 1024.0).unwrap()),
        });
    (
        command_id(),
        option::of(agent),
        option::of(moment()),
        asked(),
    )
        .prop_map(|(id, agent, deadline_at, asked)| RemoteCommand {
            id,
            agent,
            deadline_at,
            asked,
        })
}

fn event() -> impl Strategy<Value = Event> {
    let names = prop_oneof![
        "x_[a-z]{1,20}",
        sample::select(vec![
            "module_control",
            "module_status_changed",
            "pet_state_changed",
            "data_update",
            "status_change",
            "message_sent",
            "deviceJoin",
            "trustAlert",
            "agent_connected",
            "device_update",
        ])
        .prop_map(str::to_owned),
    ];
    (names, members()).prop_map(|(name, data)| Event { name, data })
}

fn health() -> impl Strategy<Value = Health> {
    (
        option::of(0_u64..10_000_000),
        option::of(number()),
        option::of(number()),
        option::of(number()),
        members(),
    )
        .prop_map(
            |(uptime, cpu_percent, memory_percent, memory_mb, more)| Health {
                uptime: uptime.map(Duration::from_secs),
                cpu_percent,
                memory_percent,
                memory_mb,
                more,
            },
        )
}

pub(crate) fn upstream() -> impl Strategy<Value = Upstream> {
    prop_oneof![
        (device(), extensions(), option::of(printable())).prop_map(
            |(device, extensions, public_key)| Upstream::Register(Registration {
                device,
                extensions,
                public_key,
            })
        ),
        Just(Upstream::Heartbeat),
        "[A-Za-z0-9_-]{1,90}".prop_map(|signature| Upstream::Proof { signature }),
        command_id().prop_map(|id| Upstream::Accepted { id }),
        (command_id(), members()).prop_map(|(id, data)| Upstream::Part { id, data }),
        (command_id(), outcome()).prop_map(|(id, outcome)| Upstream::Result { id, outcome }),
        (command_id(), sample::select(CommandState::ALL.to_vec()))
            .prop_map(|(id, state)| Upstream::Progress { id, state }),
        health().prop_map(|health| Upstream::Report(Report::Health(health))),
        event().prop_map(|event| Upstream::Report(Report::Event(event))),
        text().prop_map(|message| Upstream::Error { message }),
    ]
}

pub(crate) fn downstream() -> impl Strategy<Value = Downstream> {
    let greetings = prop_oneof![
        (option::of(device_id()), option::of(1_u64..600)).prop_map(|(device, seconds)| {
            Downstream::Connected {
                device,
                heartbeat_every: seconds.map(Duration::from_secs),
            }
        }),
        "[A-Za-z0-9_-]{1,90}".prop_map(|nonce| Downstream::Challenge { nonce }),
        (
            option::of(device_id()),
            extensions(),
            option::of(printable())
        )
            .prop_map(|(device, extensions, uploads)| Downstream::Registered {
                device,
                extensions,
                uploads,
            }),
    ];
    let smalls = prop_oneof![
        command_id().prop_map(|id| Downstream::Cancel { id }),
        command_id().prop_map(|id| Downstream::ResultAck { id }),
        Just(Downstream::Heartbeat),
        Just(Downstream::HeartbeatAck),
        Just(Downstream::HeartbeatProbe),
    ];
    let news = prop_oneof![
        configuration().prop_map(Downstream::Configure),
        event().prop_map(Downstream::Event),
        text().prop_map(|message| Downstream::Error { message }),
    ];
    let commands = remote_command().prop_map(Downstream::Command);
    prop_oneof![greetings, smalls, news, commands]
}
