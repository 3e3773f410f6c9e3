//! One more dialect is its folder and its line in the list: everything else takes any there is.

use std::{fs, path::Path};

use chaperone_dialects::{
    ALL, Context, DecodeError, Decoded, Dialect, Downstream, EncodeError, Fate, FrameKind,
    Greeting, HubInput, Input, Known, Profile, Speaker, Upstream, dialect,
};

use crate::support::{Device, Hub};

/// A wire nobody speaks: heartbeats, and nothing but their first letters.
struct Sixth;

impl Dialect for Sixth {
    fn profile(&self) -> &'static Profile {
        static PROFILE: std::sync::LazyLock<Profile> = std::sync::LazyLock::new(|| Profile {
            id: "sixth",
            greeting: Greeting::Nothing,
            ..dialect("atom").unwrap().profile().clone()
        });
        &PROFILE
    }

    fn frames(&self) -> &'static [FrameKind] {
        &[FrameKind {
            name: "h",
            from: Speaker::Device,
            known: Known::Ours,
            fate: Fate::Spoken("Heartbeat"),
            example: "\"h\"",
        }]
    }

    fn encode_up(&self, message: &Upstream, _cx: Context<'_>) -> Result<String, EncodeError> {
        match message {
            Upstream::Heartbeat => Ok("\"h\"".to_owned()),
            _ => Err(EncodeError::Unsupported { what: "that" }),
        }
    }

    fn decode_up(&self, text: &str, _cx: Context<'_>) -> Result<Decoded<Upstream>, DecodeError> {
        match text {
            "\"h\"" => Ok(Decoded::Message(Upstream::Heartbeat)),
            _ => Err(DecodeError::NoType),
        }
    }

    fn encode_down(&self, message: &Downstream, _cx: Context<'_>) -> Result<String, EncodeError> {
        match message {
            Downstream::HeartbeatAck => Ok("\"a\"".to_owned()),
            _ => Err(EncodeError::Unsupported { what: "that" }),
        }
    }

    fn decode_down(
        &self,
        text: &str,
        _cx: Context<'_>,
    ) -> Result<Decoded<Downstream>, DecodeError> {
        match text {
            "\"a\"" => Ok(Decoded::Message(Downstream::HeartbeatAck)),
            _ => Err(DecodeError::NoType),
        }
    }

    fn heard_up(&self, message: Upstream) -> Option<Upstream> {
        Some(message).filter(|message| *message == Upstream::Heartbeat)
    }

    fn heard_down(&self, message: Downstream) -> Option<Downstream> {
        Some(message).filter(|message| *message == Downstream::HeartbeatAck)
    }
}

#[test]
fn the_sessions_speak_a_dialect_they_have_never_heard_of() {
    let mut device = Device::speaking(&Sixth);
    assert_eq!(device.feed(Input::Timer), ["connect"]);
    device.feed(Input::Opened);
    assert_eq!(device.phase(), "Connected");
    assert_eq!(device.ring().1, ["send "]);
    assert!(device.hears("\"a\"").is_empty());
    assert!(device.state().round_trip.is_some());

    let mut hub = Hub::speaking(&Sixth);
    assert_eq!(hub.feed(HubInput::Opened), ["deliver hello of desk"]);
    hub.feed(HubInput::Admit);
    assert_eq!(hub.hears("\"h\""), ["send ", "deliver Heartbeat"]);
}

/// Whoever names a dialect in code would have to be edited for the next one.
#[test]
fn nobody_else_names_a_dialect() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut folders = vec![
        crates.to_owned(),
        crates.parent().unwrap().join("src-tauri"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                let own = path.parent().unwrap().ends_with("dialects/src")
                    && ALL.iter().any(|dialect| dialect.profile().id == name);
                if !own && !["tests", "benches", "fuzz", "target"].contains(&name) {
                    folders.push(path);
                }
                continue;
            }
            // What a wire has over HTTP beside its socket is its own, and stands in a file of its own;
            // the hub's doors list these.
            let beside = path.parent().unwrap().ends_with("hub/src/door")
                && [
                    "adiuva.rs",
                    "angela.rs",
                    "blueprint.rs",
                    "edge.rs",
                    "mod.rs",
                ]
                .contains(&name);
            if beside {
                continue;
            }
            if path.extension().is_none_or(|kind| kind != "rs")
                || path.ends_with("dialects/src/lib.rs")
                || name == "tests.rs"
            {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            // Atom is what our own device and hub speak with each other.
            for dialect in ALL.iter().filter(|dialect| dialect.profile().id != "atom") {
                let id = dialect.profile().id;
                assert!(!text.contains(id), "{} names {id}", path.display());
            }
        }
    }
}
