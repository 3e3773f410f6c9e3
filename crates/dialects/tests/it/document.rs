//! `docs/dialects.md` is made from the code, so that nothing in it is out of date.

use std::{env, fmt::Write as _, fs, time::Duration};

use chaperone_dialects::{
    ALL, Asked, Configuration, Credential, Decoded, Dialect, Downstream, Extensions, Fate, GivenUp,
    Greeting, Heartbeat, Known, Profile, Registration, RemoteCommand, Seat, Speaker, Upstream,
};
use chaperone_protocol::{
    Action, Agent, AgentId, CardKind, CommandState, Data, DeviceId, Event, Health, HubCard,
    HubNews, Maturity, Notified, Notify, Outcome, Report,
};
use serde_json::{Map, json};

use crate::support::{NOW, desktop, id};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/dialects.md");

#[test]
fn the_document_is_up_to_date() {
    let mut text = String::from(
        "# The wire protocols\n\n\
         Made from the code by a test of `chaperone-dialects`; `UPDATE_GENERATED=1 cargo test -p chaperone-dialects document` writes it anew.\n\n\
         *Documented* frames stand in the system's own document.\n\
         *Observed* ones are sent by its programs, whatever its document says.\n\
         *Inferred* ones are known from passages about it, and parts of them are guesswork.\n\
         *Ours* are our own additions.\n\n\
         What a frame maps to is a word of `Upstream` (what devices say) or `Downstream` (what hubs say).\n\
         A frame that is only *heard* is understood from others and never sent by us.\n",
    );
    summary(&mut text);
    for dialect in ALL {
        chapter(&mut text, *dialect);
    }
    if env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(PATH, &text).unwrap();
    }
    let found = fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        found == text,
        "docs/dialects.md is out of date: run `UPDATE_GENERATED=1 cargo test -p chaperone-dialects document`"
    );
}

fn summary(text: &mut String) {
    text.push_str("\n| | path | token | hello | heartbeat | device given up | frames up, down |\n|---|---|---|---|---|---|---|\n");
    for dialect in ALL {
        let profile = dialect.profile();
        writeln!(
            text,
            "| [{}](#{}) | `{}` | {} | {} | {} | {} | {}, {} |",
            profile.name,
            profile.name.to_ascii_lowercase().replace(' ', "-"),
            profile.native_path,
            credential(profile),
            greeting(profile),
            heartbeat(profile),
            given_up(profile),
            bytes(profile.max_up_bytes),
            bytes(profile.max_down_bytes),
        )
        .unwrap();
    }
}

fn chapter(text: &mut String, dialect: &dyn Dialect) {
    let profile = dialect.profile();
    writeln!(text, "\n## {}\n", profile.name).unwrap();
    writeln!(
        text,
        "`{}`; a hub keeps one connection for each {}; tries again after {} to {}, after {} failures at the slowest; at most {} messages in {}.",
        profile.id,
        match profile.seat {
            Seat::Device => "device",
            Seat::Account => "account",
            Seat::Socket => "socket",
        },
        span(profile.retry.first),
        span(profile.retry.most),
        profile.retry.patience,
        profile.pace.messages,
        span(profile.pace.within),
    )
    .unwrap();
    if let Some(every) = profile.poll_every {
        writeln!(
            text,
            "While the socket is down, commands are fetched over HTTP every {}.",
            span(every)
        )
        .unwrap();
    }
    writeln!(
        text,
        "Where peers differ, and what that means here: [`crates/dialects/src/{0}/README.md`](../crates/dialects/src/{0}/README.md).",
        profile.id
    )
    .unwrap();
    for (from, title) in [
        (Speaker::Device, "From the device"),
        (Speaker::Hub, "From the hub"),
    ] {
        writeln!(
            text,
            "\n### {title}\n\n| frame | known | here |\n|---|---|---|"
        )
        .unwrap();
        for frame in dialect.frames().iter().filter(|frame| frame.from == from) {
            let known = match frame.known {
                Known::Documented => "documented",
                Known::Observed => "observed",
                Known::Inferred => "inferred",
                Known::Ours => "ours",
            };
            let here = match frame.fate {
                Fate::Spoken(word) => format!("`{word}`"),
                Fate::Heard(word) => format!("`{word}`, only heard"),
                Fate::Ignored(why) => format!("ignored: {why}"),
            };
            writeln!(text, "| `{}` | {known} | {here} |", frame.name).unwrap();
        }
    }
    shown(text, dialect);
    losses(text, dialect);
}

/// What the person sees of it, found out by asking.
fn shown(text: &mut String, dialect: &dyn Dialect) {
    let told = dialect.frames().iter().filter_map(|frame| {
        if frame.from == Speaker::Device {
            return None;
        }
        match dialect.decode_down(frame.example, NOW).ok()? {
            Decoded::Message(Downstream::Event(event)) => {
                Some((frame.name, dialect.tells(&event)?))
            }
            Decoded::Message(_) | Decoded::Ignored { .. } => None,
        }
    });
    let told: Vec<String> = told
        .map(|(name, news)| match news {
            HubNews::Switch(_) => format!("`{name}` as a switch"),
            HubNews::Card(HubCard {
                kind: CardKind::Companion,
                ..
            }) => format!("`{name}` as a companion's card"),
            HubNews::Card(HubCard {
                kind: CardKind::Report,
                ..
            }) => format!("`{name}` as a report's card"),
        })
        .collect();
    let switches: Vec<String> = dialect
        .switches()
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    text.push_str("\n### What the person is shown\n\n");
    if told.is_empty() {
        text.push_str("Nothing beyond commands and how the connection fares.\n");
        return;
    }
    writeln!(text, "With the connection: {}.", told.join(", ")).unwrap();
    if !switches.is_empty() {
        writeln!(
            text,
            "Every hub of this kind has the switches {}; a person here can ask it to switch them.",
            switches.join(", ")
        )
        .unwrap();
    }
}

/// What this wire has no words for, found out by asking.
fn losses(text: &mut String, dialect: &dyn Dialect) {
    let mut unsaid = Vec::new();
    let mut less = Vec::new();
    for (what, message) in ups() {
        match dialect.heard_up(message.clone()) {
            None => unsaid.push(what),
            Some(heard) if heard != message => less.push(what),
            Some(_) => {}
        }
    }
    for (what, message) in downs() {
        match dialect.heard_down(message.clone()) {
            None => unsaid.push(what),
            Some(heard) if heard != message => less.push(what),
            Some(_) => {}
        }
    }
    text.push_str("\n### What is lost\n\n");
    let list = |names: &[&str]| {
        if names.is_empty() {
            "nothing".to_owned()
        } else {
            names.join(", ")
        }
    };
    writeln!(text, "No words for: {}.", list(&unsaid)).unwrap();
    writeln!(text, "Said with less than there is: {}.", list(&less)).unwrap();
}

fn ups() -> Vec<(&'static str, Upstream)> {
    let success = |data| Upstream::Result {
        id: id("c"),
        outcome: Outcome::Success {
            data,
            finished_at: NOW.now,
        },
    };
    let members = || Map::from_iter([("x".to_owned(), json!(1))]);
    vec![
        (
            "a device's description",
            Upstream::Register(Registration {
                device: desktop(),
                extensions: Extensions::NONE,
                public_key: None,
            }),
        ),
        (
            "proof of a key",
            Upstream::Proof {
                signature: "s".to_owned(),
            },
        ),
        ("heartbeats", Upstream::Heartbeat),
        (
            "the confirmation of a command",
            Upstream::Accepted { id: id("c") },
        ),
        (
            "progress",
            Upstream::Progress {
                id: id("c"),
                state: CommandState::Waiting,
            },
        ),
        (
            "parts of a result",
            Upstream::Part {
                // The name that runs have where they are told from other commands.
                id: id("run:c"),
                data: members(),
            },
        ),
        (
            "results",
            success(Data::Notified(Notified { shown_as: Some(1) })),
        ),
        ("foreign results", success(Data::Other(members()))),
        (
            "failures",
            Upstream::Result {
                id: id("c"),
                outcome: crate::support::denied(),
            },
        ),
        (
            "a device's health",
            Upstream::Report(Report::Health(Health {
                uptime: Some(Duration::from_mins(1)),
                cpu_percent: Some(1.0),
                memory_percent: Some(2.0),
                memory_mb: Some(3.0),
                more: Map::new(),
            })),
        ),
        (
            "a device's events",
            Upstream::Report(Report::Event(Event {
                // One wire has words for certain events only.
                name: "deviceJoin".to_owned(),
                data: members(),
            })),
        ),
        (
            "a device's complaints",
            Upstream::Error {
                message: "no".to_owned(),
            },
        ),
    ]
}

fn downs() -> Vec<(&'static str, Downstream)> {
    let command = |asked| {
        Downstream::Command(RemoteCommand {
            id: id("c"),
            agent: None,
            deadline_at: None,
            asked,
        })
    };
    let notify = || {
        Asked::Ability(Action::Notify(Notify {
            title: "Hi".to_owned(),
            body: String::new(),
            icon: None,
            sound: None,
        }))
    };
    let members = || Map::from_iter([("x".to_owned(), json!(1))]);
    vec![
        (
            "a greeting",
            Downstream::Connected {
                device: DeviceId::new("desk").ok(),
                heartbeat_every: Some(Duration::from_secs(30)),
            },
        ),
        (
            "a challenge",
            Downstream::Challenge {
                nonce: "n".to_owned(),
            },
        ),
        (
            "the answer to a hello",
            Downstream::Registered {
                device: DeviceId::new("desk").ok(),
                extensions: Extensions::NONE,
                uploads: None,
            },
        ),
        ("commands", command(notify())),
        (
            "who asks, and until when",
            Downstream::Command(RemoteCommand {
                id: id("c"),
                agent: Some(Agent {
                    id: AgentId::new("a").unwrap(),
                    name: "A".to_owned(),
                    maturity: Maturity::Intern,
                    confidence: None,
                }),
                deadline_at: Some(NOW.now),
                asked: notify(),
            }),
        ),
        (
            "foreign commands",
            command(Asked::Foreign {
                name: "x_command".to_owned(),
                parameters: members(),
            }),
        ),
        ("taking a command back", Downstream::Cancel { id: id("c") }),
        (
            "the confirmation of a result",
            Downstream::ResultAck { id: id("c") },
        ),
        ("a hub's heartbeat", Downstream::Heartbeat),
        ("the answer to a heartbeat", Downstream::HeartbeatAck),
        ("asking for a heartbeat", Downstream::HeartbeatProbe),
        (
            "a hub's wishes",
            Downstream::Configure(Configuration {
                poll_every: Some(Duration::from_secs(30)),
                more: Map::new(),
            }),
        ),
        (
            "a hub's events",
            Downstream::Event(Event {
                name: "x_event".to_owned(),
                data: members(),
            }),
        ),
        (
            "a hub's complaints",
            Downstream::Error {
                message: "no".to_owned(),
            },
        ),
    ]
}

fn credential(profile: &Profile) -> String {
    let token = match profile.credential {
        Credential::Nothing => "none".to_owned(),
        Credential::Query(name) => format!("`?{name}=`"),
        Credential::Bearer => "`Authorization: Bearer`".to_owned(),
    };
    match profile.id_query {
        None => token,
        Some(name) => format!("{token}, id as `?{name}=`"),
    }
}

fn greeting(profile: &Profile) -> String {
    match profile.greeting {
        Greeting::Nothing => "none".to_owned(),
        Greeting::Announced { within: None, .. } => "the device's, any time".to_owned(),
        Greeting::Announced {
            within: Some(within),
            ..
        } => format!("the device's, within {}", span(within)),
        Greeting::Confirmed { within, .. } => {
            format!("the device's, within {}, answered", span(within))
        }
    }
}

fn heartbeat(profile: &Profile) -> String {
    match profile.heartbeat {
        Heartbeat::Hub { every } => format!("the hub asks every {}", span(every)),
        Heartbeat::Device {
            every,
            answered_within,
            ..
        } => match answered_within {
            None => format!("the device's, every {}", span(every)),
            Some(within) => format!(
                "the device's, every {}, answered within {}",
                span(every),
                span(within)
            ),
        },
    }
}

fn given_up(profile: &Profile) -> String {
    match (profile.given_up, profile.silence_limit) {
        (GivenUp::WithoutHeartbeat(limit), _) => format!("{} without a heartbeat", span(limit)),
        (GivenUp::WithoutFurtherHeartbeat(limit), _) => {
            format!("{} after its last heartbeat, if it sends any", span(limit))
        }
        (GivenUp::OnSilence, Some(limit)) => format!("{} of silence", span(limit)),
        (GivenUp::OnSilence, None) => "never".to_owned(),
    }
}

fn span(length: Duration) -> String {
    format!("{} s", length.as_secs())
}

fn bytes(count: usize) -> String {
    format!("{} MiB", count / (1024 * 1024))
}
