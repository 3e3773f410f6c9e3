//! Every dialect hears what is documented, and hears what it says itself.

use std::{collections::BTreeSet, fmt::Write as _, fs, sync::LazyLock};

use chaperone_dialects::{
    ALL, Context, DecodeError, Decoded, Dialect, Downstream, EncodeError, Extensions, Fate,
    Registration, Speaker, Upstream,
};
use chaperone_protocol::{Data, DeviceId, Executed, FailureCode, Outcome, Report};
use proptest::prelude::*;

use crate::{
    support::{NOW, desktop, fixtures, id, ignored_fixtures},
    vocabulary::{downstream, upstream},
};

/// The device `desk` speaks, or is spoken to.
fn desk() -> Context<'static> {
    static DESK: LazyLock<DeviceId> = LazyLock::new(|| desktop().id);
    NOW.of(Some(&DESK))
}

fn message<T: std::fmt::Debug>(name: &str, decoded: Result<Decoded<T>, DecodeError>) -> T {
    match decoded {
        Ok(Decoded::Message(message)) => message,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn every_folder_is_listed() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let folders: BTreeSet<String> = fs::read_dir(source)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("profile.rs").is_file())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    let listed = ALL.iter().map(|dialect| dialect.profile().id.to_owned());
    assert_eq!(folders, listed.collect());
}

/// Hears a frame again that was just said, if the wire has words for the message.
fn said_again(file: &str, dialect: &dyn Dialect, up: Option<&Upstream>, down: Option<&Downstream>) {
    let (said, declared) = match (up, down) {
        (Some(message), _) => (
            dialect
                .encode_up(message, desk())
                .map(|text| format!("{:?}", dialect.decode_up(&text, desk()).unwrap())),
            dialect
                .heard_up(message.clone())
                .map(|heard| format!("{:?}", Decoded::Message(heard))),
        ),
        (None, Some(message)) => (
            dialect
                .encode_down(message, desk())
                .map(|text| format!("{:?}", dialect.decode_down(&text, desk()).unwrap())),
            dialect
                .heard_down(message.clone())
                .map(|heard| format!("{:?}", Decoded::Message(heard))),
        ),
        (None, None) => return,
    };
    match said {
        Ok(heard) => assert_eq!(Some(heard), declared, "{file}"),
        Err(EncodeError::Unsupported { .. }) => assert_eq!(None, declared, "{file}"),
        Err(error) => panic!("{file}: {error}"),
    }
}

#[test]
fn documented_frames_mean_what_they_say() {
    for dialect in ALL {
        let name = dialect.profile().id;
        let mut meaning = String::new();
        for (file, text) in fixtures(name, "up") {
            let message = message(&file, dialect.decode_up(&text, desk()));
            writeln!(meaning, "up/{file}: {message:#?}\n").unwrap();
            said_again(&file, *dialect, Some(&message), None);
        }
        for (file, text) in fixtures(name, "down") {
            let message = message(&file, dialect.decode_down(&text, desk()));
            writeln!(meaning, "down/{file}: {message:#?}\n").unwrap();
            said_again(&file, *dialect, None, Some(&message));
        }
        insta::assert_snapshot!(format!("{name}_fixtures"), meaning);
    }
}

#[test]
fn ignored_frames_are_passed_over() {
    for dialect in ALL {
        let name = dialect.profile().id;
        for (file, text) in ignored_fixtures(name, "up") {
            let heard = dialect.decode_up(&text, desk());
            assert!(
                matches!(heard, Ok(Decoded::Ignored { .. })),
                "{name} {file}: {heard:?}"
            );
        }
        for (file, text) in ignored_fixtures(name, "down") {
            let heard = dialect.decode_down(&text, desk());
            assert!(
                matches!(heard, Ok(Decoded::Ignored { .. })),
                "{name} {file}: {heard:?}"
            );
        }
    }
}

/// The catalogue says of every kind of frame what becomes of it; here is whether that is so.
#[test]
fn the_catalogue_tells_the_truth() {
    for dialect in ALL {
        let name = dialect.profile().id;
        let mut listed = BTreeSet::new();
        for frame in dialect.frames() {
            let (heard, says) = match frame.from {
                Speaker::Device => {
                    let heard = dialect.decode_up(frame.example, desk()).unwrap();
                    let says = match &heard {
                        Decoded::Message(message) => dialect.encode_up(message, desk()).is_ok(),
                        Decoded::Ignored { .. } => false,
                    };
                    (format!("{heard:?}"), says)
                }
                Speaker::Hub => {
                    let heard = dialect.decode_down(frame.example, desk()).unwrap();
                    let says = match &heard {
                        Decoded::Message(message) => dialect.encode_down(message, desk()).is_ok(),
                        Decoded::Ignored { .. } => false,
                    };
                    (format!("{heard:?}"), says)
                }
            };
            let about = format!("{name} {} {heard}", frame.name);
            match frame.fate {
                Fate::Spoken(word) => {
                    assert!(heard.starts_with(&format!("Message({word}")), "{about}");
                    assert!(says, "{about}");
                }
                Fate::Heard(word) => {
                    assert!(heard.starts_with(&format!("Message({word}")), "{about}");
                }
                Fate::Ignored(_) => assert!(heard.starts_with("Ignored"), "{about}"),
            }
            let new = listed.insert((frame.from, frame.name));
            assert!(new, "{about} is listed twice");
        }
        assert!(listed.len() >= 4, "{name}");
    }
}

/// Passed over, or passed on where the wire does that with whatever it hears; never an error, and
/// never anything that a device acts on.
#[test]
fn unknown_kinds_do_nothing() {
    let text = r#"{"type":"from_the_future","command_id":7}"#;
    for dialect in ALL {
        let name = dialect.profile().id;
        match dialect.decode_up(text, desk()).unwrap() {
            Decoded::Ignored { kind } => assert_eq!(kind, "from_the_future"),
            Decoded::Message(Upstream::Report(Report::Event(event))) => {
                assert_eq!(event.name, "from_the_future", "{name}");
            }
            other @ Decoded::Message(_) => panic!("{name}: {other:?}"),
        }
        match dialect.decode_down(text, desk()).unwrap() {
            Decoded::Ignored { kind } => assert_eq!(kind, "from_the_future"),
            Decoded::Message(Downstream::Event(event)) => {
                assert_eq!(event.name, "from_the_future", "{name}");
            }
            other @ Decoded::Message(_) => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn frames_beyond_the_limit_are_refused_unread() {
    for dialect in ALL {
        let profile = dialect.profile();
        let refused = |error| matches!(error, Some(DecodeError::TooLarge { .. }));
        let text = " ".repeat(profile.max_up_bytes + 1);
        assert!(refused(dialect.decode_up(&text, NOW).err()));
        let text = " ".repeat(profile.max_down_bytes + 1);
        assert!(refused(dialect.decode_down(&text, NOW).err()));
        let message = Downstream::Error { message: text };
        assert!(dialect.encode_down(&message, NOW).is_err());
    }
}

#[test]
fn results_always_fit() {
    let executed = |stdout: &str, stderr: &str| Outcome::Success {
        data: Data::Executed(Executed {
            exit_code: 0,
            stdout: format!("first{stdout}last"),
            stderr: stderr.to_owned(),
            cut_bytes: 5,
            working_dir: "/".to_owned(),
            took: std::time::Duration::ZERO,
            containment: String::new(),
        }),
        finished_at: NOW.now,
    };
    for dialect in ALL {
        let limit = dialect.profile().max_up_bytes;
        let plain = ("x".repeat(2 * limit), String::new());
        // Escapes are the same for everybody, and slow to go through for the largest frames.
        let escaped = ("\0".repeat(limit), "€\"".repeat(limit / 4));
        let escaped = Some(escaped).filter(|_| limit <= 1024 * 1024);
        for (stdout, stderr) in escaped.into_iter().chain([plain]) {
            let outcome = executed(&stdout, &stderr);
            let result = Upstream::Result {
                id: id("c"),
                outcome,
            };
            if dialect.heard_up(result.clone()).is_none() {
                continue;
            }
            let text = dialect.encode_up(&result, NOW).unwrap();
            assert!(text.len() <= limit);
            // What the other stream leaves free is used.
            assert!(text.len() > limit * 8 / 10);
            let heard = message("result", dialect.decode_up(&text, NOW));
            let Upstream::Result {
                outcome:
                    Outcome::Success {
                        data: Data::Executed(heard),
                        ..
                    },
                ..
            } = heard
            else {
                panic!("{heard:?}")
            };
            assert!(heard.stdout.starts_with("first") && heard.stdout.ends_with("last"));
            let sent = "firstlast".len() + stdout.len() + stderr.len();
            let marks = [&heard.stdout, &heard.stderr].map(|text| {
                let mark = text.find("\n[… ").map(|from| {
                    let rest = &text[from..];
                    rest.find("…]\n").unwrap() + "…]\n".len()
                });
                mark.unwrap_or(0)
            });
            let left = heard.stdout.len() + heard.stderr.len() - marks.iter().sum::<usize>();
            assert_eq!(heard.cut_bytes, 5 + u64::try_from(sent - left).unwrap());
        }
        let failure = Outcome::failure(FailureCode::Failed, "x".repeat(2 * limit), NOW.now);
        let result = Upstream::Result {
            id: id("c"),
            outcome: failure,
        };
        if dialect.heard_up(result.clone()).is_some() {
            assert!(dialect.encode_up(&result, NOW).is_ok());
        }
    }
}

#[test]
fn without_extensions_a_hello_is_as_its_inventors_wrote_it() {
    for dialect in ALL {
        let plain = Upstream::Register(Registration {
            device: desktop(),
            extensions: Extensions::NONE,
            public_key: None,
        });
        if let Ok(text) = dialect.encode_up(&plain, desk()) {
            assert!(!text.contains("extensions"), "{text}");
        }
    }
}

#[test]
fn the_specified_extension_frames_are_understood() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/atom-extensions.md");
    let document = fs::read_to_string(path).unwrap();
    let frames: Vec<&str> = document
        .split("```json\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(frames.len() >= 6, "{}", frames.len());
    let atom = crate::support::atom();
    for text in frames {
        let up = matches!(atom.decode_up(text, NOW), Ok(Decoded::Message(_)));
        let down = matches!(atom.decode_down(text, NOW), Ok(Decoded::Message(_)));
        assert!(up || down, "{text}");
    }
}

fn same_up(dialect: &dyn Dialect, said: &Upstream) {
    let declared = dialect.heard_up(said.clone());
    match dialect.encode_up(said, desk()) {
        Ok(text) => {
            let heard = message(&text, dialect.decode_up(&text, desk()));
            assert_eq!(Some(&heard), declared.as_ref(), "{said:?}\n{text}");
        }
        Err(EncodeError::Unsupported { .. }) => assert_eq!(None, declared, "{said:?}"),
        Err(error) => panic!("{error}"),
    }
}

fn same_down(dialect: &dyn Dialect, said: &Downstream) {
    let declared = dialect.heard_down(said.clone());
    match dialect.encode_down(said, desk()) {
        Ok(text) => {
            let heard = message(&text, dialect.decode_down(&text, desk()));
            assert_eq!(Some(&heard), declared.as_ref(), "{said:?}\n{text}");
        }
        Err(EncodeError::Unsupported { .. }) => assert_eq!(None, declared, "{said:?}"),
        Err(error) => panic!("{error}"),
    }
}

proptest! {
    #[test]
    fn what_a_device_says_is_heard_as_declared(said in upstream()) {
        for dialect in ALL {
            same_up(*dialect, &said);
        }
    }

    #[test]
    fn what_a_hub_says_is_heard_as_declared(said in downstream()) {
        for dialect in ALL {
            same_down(*dialect, &said);
        }
    }
}
