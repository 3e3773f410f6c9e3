//! Every dialect hears what is documented, and hears what it says itself.

use std::{collections::BTreeSet, fmt::Write as _, fs};

use chaperone_dialects::{
    ALL, DecodeError, Decoded, Dialect, Downstream, EncodeError, Extensions, RemoteCommand,
    Upstream,
};
use chaperone_protocol::{Data, Executed, FailureCode, Outcome};
use proptest::prelude::*;

use crate::{
    support::{NOW, desktop, fixtures, id},
    vocabulary::{downstream, upstream},
};

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

#[test]
fn documented_frames_mean_what_they_say() {
    for dialect in ALL {
        let name = dialect.profile().id;
        let mut meaning = String::new();
        for (file, text) in fixtures(name, "up") {
            let message = message(&file, dialect.decode_up(&text, NOW));
            writeln!(meaning, "up/{file}: {message:#?}\n").unwrap();
            let again = dialect.encode_up(&message, NOW).unwrap();
            assert_eq!(
                dialect.decode_up(&again, NOW).unwrap(),
                Decoded::Message(message),
                "{file}"
            );
        }
        for (file, text) in fixtures(name, "down") {
            let message = message(&file, dialect.decode_down(&text, NOW));
            writeln!(meaning, "down/{file}: {message:#?}\n").unwrap();
            match dialect.encode_down(&message, NOW) {
                Ok(again) => assert_eq!(
                    dialect.decode_down(&again, NOW).unwrap(),
                    Decoded::Message(message),
                    "{file}"
                ),
                Err(EncodeError::Unsupported { .. }) => assert!(
                    matches!(
                        message,
                        Downstream::Command(RemoteCommand { action: Err(_), .. })
                    ),
                    "{file}"
                ),
                Err(error) => panic!("{file}: {error}"),
            }
        }
        insta::assert_snapshot!(format!("{name}_fixtures"), meaning);
    }
}

#[test]
fn unknown_kinds_are_passed_over() {
    let text = r#"{"type":"from_the_future","command_id":7}"#;
    for dialect in ALL {
        let kind = "from_the_future".to_owned();
        assert_eq!(
            dialect.decode_up(text, NOW).unwrap(),
            Decoded::Ignored { kind: kind.clone() }
        );
        assert_eq!(
            dialect.decode_down(text, NOW).unwrap(),
            Decoded::Ignored { kind }
        );
    }
}

#[test]
fn frames_beyond_the_limit_are_refused_unread() {
    for dialect in ALL {
        let limit = dialect.profile().max_frame_bytes;
        let text = " ".repeat(limit + 1);
        let refused = |error| matches!(error, Some(DecodeError::TooLarge { .. }));
        assert!(refused(dialect.decode_up(&text, NOW).err()));
        assert!(refused(dialect.decode_down(&text, NOW).err()));
        let message = Downstream::Error { message: text };
        assert!(matches!(
            dialect.encode_down(&message, NOW),
            Err(EncodeError::TooLarge { .. })
        ));
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
    let mega = 1024 * 1024;
    for dialect in ALL {
        for (stdout, stderr) in [
            ("\0".repeat(mega), "€\"".repeat(mega / 4)),
            ("x".repeat(2 * mega), String::new()),
        ] {
            let outcome = executed(&stdout, &stderr);
            let result = Upstream::Result {
                id: id("c"),
                outcome,
            };
            let text = dialect.encode_up(&result, NOW).unwrap();
            assert!(text.len() <= dialect.profile().max_frame_bytes);
            // What the other stream leaves free is used.
            assert!(text.len() > dialect.profile().max_frame_bytes * 8 / 10);
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
        let failure = Outcome::failure(FailureCode::Failed, "x".repeat(2 * mega), NOW.now);
        let result = Upstream::Result {
            id: id("c"),
            outcome: failure,
        };
        assert!(dialect.encode_up(&result, NOW).is_ok());
    }
}

#[test]
fn without_extensions_a_hello_is_as_its_inventors_wrote_it() {
    for dialect in ALL {
        let plain = Upstream::Register(desktop(), Extensions::NONE);
        let text = dialect.encode_up(&plain, NOW).unwrap();
        assert!(!text.contains("extensions"), "{text}");
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
    let text = dialect.encode_up(said, NOW).unwrap();
    let heard = message(&text, dialect.decode_up(&text, NOW));
    assert_eq!(heard, *said, "{text}");
}

fn same_down(dialect: &dyn Dialect, said: &Downstream) {
    let text = dialect.encode_down(said, NOW).unwrap();
    let heard = message(&text, dialect.decode_down(&text, NOW));
    assert_eq!(heard, *said, "{text}");
}

proptest! {
    #[test]
    fn what_a_device_says_is_heard(said in upstream()) {
        for dialect in ALL {
            same_up(*dialect, &said);
        }
    }

    #[test]
    fn what_a_hub_says_is_heard(said in downstream()) {
        for dialect in ALL {
            same_down(*dialect, &said);
        }
    }
}
