//! What the settings come to: every problem at once, or a configuration that fits together.
//!
//! Whether a port is free or a database answers is found out by starting.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    path::{Path, PathBuf},
};

use chaperone_hub::{
    Certificate, Entrance, Limits, Origin, Place, Reach, Registration, TlsFiles, WebhookReach,
};
use serde_json::{Map, Value, json};

use super::settings::Settings;

/// Where a hub listens that was not told.
const LISTEN: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 8443));
/// Of one address. A device sends none once it is connected, an agent one for each command.
const REQUESTS_PER_MINUTE: u32 = 1_200;

/// A configuration that fits together.
pub(super) struct Config {
    pub(super) data_dir: PathBuf,
    pub(super) listen: SocketAddr,
    pub(super) place: Place,
    pub(super) registration: Registration,
    pub(super) reach: Reach,
    pub(super) limits: Limits,
    pub(super) keeping: Keeping,
    pub(super) json_log: bool,
}

/// Where the hub's keys are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeping {
    Files,
    Keyring,
}

/// Reads settings one by one, and remembers what is wrong.
struct Reading<'s> {
    settings: &'s Settings,
    problems: Vec<String>,
}

/// Makes a configuration. `own` is the folder where none is named.
pub(super) fn resolve(settings: &Settings, own: PathBuf) -> Result<Config, Vec<String>> {
    let mut reading = Reading {
        settings,
        problems: Vec::new(),
    };
    let listen = reading.listen();
    let public_url = reading.origin("public_url");
    let entrance = reading.entrance();
    let origins = reading.origins("origins");
    let names = reading.texts("names").to_vec();
    for name in &names {
        if name.is_empty() || name.contains(['/', ' ', '@', '*']) {
            reading.problem("names", &format!("`{name}` is not a host's name"));
        }
    }
    let requests = reading.number("limits.requests_per_minute", REQUESTS_PER_MINUTE);
    let usual = Limits::default();
    let failures = reading.number(
        "limits.sign_in_failures_per_minute",
        usual.sign_in_failures_per_minute,
    );
    let handshakes = reading.number("limits.handshakes", 256);
    for (key, number) in [
        ("limits.sign_in_failures_per_minute", failures),
        ("limits.handshakes", handshakes),
    ] {
        if number == 0 {
            reading.problem(key, "must be at least 1");
        }
    }
    let registration = reading.choice(
        "registration",
        &[
            ("closed", Registration::Closed),
            ("open", Registration::Open),
        ],
        Registration::Closed,
    );
    let webhooks = reading.choice(
        "webhooks",
        &[
            ("outside", WebhookReach::Outside),
            ("inside", WebhookReach::Inside),
        ],
        WebhookReach::Outside,
    );
    let keeping = reading.choice(
        "secrets",
        &[("file", Keeping::Files), ("keyring", Keeping::Keyring)],
        Keeping::Files,
    );
    let json_log = reading.choice("log", &[("text", false), ("json", true)], false);
    let place = reading.place();
    let data_dir = reading.text("data_dir").map_or(own, PathBuf::from);
    reading.exposure(listen, public_url.as_ref(), &entrance);
    if !reading.problems.is_empty() {
        return Err(reading.problems);
    }
    Ok(Config {
        data_dir,
        listen,
        place,
        registration,
        reach: Reach {
            entrance,
            public_url,
            names,
            origins,
            webhooks,
        },
        limits: Limits {
            requests_per_minute: (requests > 0).then_some(requests),
            sign_in_failures_per_minute: failures,
            handshakes: usize::try_from(handshakes).unwrap_or(usize::MAX),
        },
        keeping,
        json_log,
    })
}

impl Config {
    /// The configuration for whoever wants to see it, without what is secret.
    pub(super) fn shown(&self) -> Value {
        let mut shown = Map::new();
        let mut show = |key: &str, value: Value| drop(shown.insert(key.to_owned(), value));
        show("data_dir", json!(self.data_dir));
        show("listen", json!(self.listen));
        show(
            "public_url",
            json!(self.reach.public_url.as_ref().map(Origin::as_str)),
        );
        let (proxy, tls) = match &self.reach.entrance {
            Entrance::Local => (false, None),
            Entrance::BehindProxy => (true, None),
            Entrance::Tls(files) => (false, Some(files)),
        };
        show("behind_proxy", json!(proxy));
        show(
            "tls.certificate",
            json!(tls.map(|files| &files.certificate)),
        );
        show("tls.key", json!(tls.map(|files| &files.key)));
        show(
            "database",
            match &self.place {
                Place::File => json!("a file in the folder"),
                Place::Database(_) => json!("PostgreSQL (the address is not shown)"),
            },
        );
        let open = self.registration == Registration::Open;
        show("registration", json!(if open { "open" } else { "closed" }));
        let inside = self.reach.webhooks == WebhookReach::Inside;
        show("webhooks", json!(if inside { "inside" } else { "outside" }));
        let origins: Vec<_> = self.reach.origins.iter().map(Origin::as_str).collect();
        show("origins", json!(origins));
        show("names", json!(self.reach.names));
        let keyring = self.keeping == Keeping::Keyring;
        show("secrets", json!(if keyring { "keyring" } else { "file" }));
        show("log", json!(if self.json_log { "json" } else { "text" }));
        show(
            "limits.requests_per_minute",
            json!(self.limits.requests_per_minute.unwrap_or(0)),
        );
        show(
            "limits.sign_in_failures_per_minute",
            json!(self.limits.sign_in_failures_per_minute),
        );
        show("limits.handshakes", json!(self.limits.handshakes));
        Value::Object(shown)
    }
}

impl Reading<'_> {
    fn texts(&self, key: &str) -> &[String] {
        self.settings.get(key).map_or(&[], |said| &said.texts)
    }

    fn text(&self, key: &str) -> Option<String> {
        self.texts(key).first().cloned()
    }

    /// Names the place, so that nobody looks in the wrong one.
    fn problem(&mut self, key: &str, problem: &str) {
        let place = self.settings.get(key).map_or(key, |said| &said.place);
        self.problems.push(format!("{place}: {problem}"));
    }

    fn listen(&mut self) -> SocketAddr {
        let Some(text) = self.text("listen") else {
            return LISTEN;
        };
        text.parse().unwrap_or_else(|_| {
            self.problem("listen", "must be like 0.0.0.0:8443");
            LISTEN
        })
    }

    fn number(&mut self, key: &str, usual: u32) -> u32 {
        let Some(text) = self.text(key) else {
            return usual;
        };
        text.parse().unwrap_or_else(|_| {
            self.problem(key, "must be a whole number, from 0");
            usual
        })
    }

    fn choice<T: Copy>(&mut self, key: &str, of: &[(&str, T)], usual: T) -> T {
        let Some(text) = self.text(key) else {
            return usual;
        };
        let chosen = of.iter().find(|(name, _)| *name == text);
        if let Some((_, value)) = chosen {
            return *value;
        }
        let names: Vec<_> = of.iter().map(|(name, _)| *name).collect();
        self.problem(key, &format!("must be {}", names.join(" or ")));
        usual
    }

    fn origin(&mut self, key: &str) -> Option<Origin> {
        let text = self.text(key)?;
        text.parse()
            .map_err(|error| self.problem(key, &format!("{error}")))
            .ok()
    }

    fn origins(&mut self, key: &str) -> Vec<Origin> {
        let texts = self.texts(key).to_vec();
        let parsed = texts.iter().filter_map(|text| {
            text.parse()
                .map_err(|error| self.problem(key, &format!("`{text}` {error}")))
                .ok()
        });
        parsed.collect()
    }

    fn entrance(&mut self) -> Entrance {
        let proxy = self.choice("behind_proxy", &[("true", true), ("false", false)], false);
        match (self.text("tls.certificate"), self.text("tls.key")) {
            (Some(_), Some(_)) if proxy => {
                self.problem(
                    "behind_proxy",
                    "the proxy has the certificate then: say one of both",
                );
                Entrance::BehindProxy
            }
            (Some(certificate), Some(key)) => {
                let files = TlsFiles {
                    certificate: certificate.into(),
                    key: key.into(),
                };
                if let Err(error) = Certificate::read(files.clone()) {
                    let source = std::error::Error::source(&error);
                    let because = source.map(|source| format!(": {source}"));
                    let problem = format!("{error}{}", because.unwrap_or_default());
                    self.problem("tls.certificate", &problem);
                }
                Entrance::Tls(files)
            }
            (Some(_), None) => {
                self.problem("tls.certificate", "needs tls.key, too");
                Entrance::Local
            }
            (None, Some(_)) => {
                self.problem("tls.key", "needs tls.certificate, too");
                Entrance::Local
            }
            (None, None) if proxy => Entrance::BehindProxy,
            (None, None) => Entrance::Local,
        }
    }

    fn place(&mut self) -> Place {
        let file = self.text("database_file");
        match (self.text("database"), file) {
            (None, None) => Place::File,
            (Some(address), None) => Place::Database(address),
            (None, Some(file)) => match fs::read_to_string(Path::new(&file)) {
                Ok(address) => Place::Database(address.trim().to_owned()),
                Err(error) => {
                    self.problem("database_file", &format!("reading {file}: {error}"));
                    Place::File
                }
            },
            (Some(_), Some(_)) => {
                self.problem("database_file", "database is said, too: say one of both");
                Place::File
            }
        }
    }

    /// Nobody is let in from elsewhere by mistake.
    fn exposure(&mut self, listen: SocketAddr, public: Option<&Origin>, entrance: &Entrance) {
        if listen.ip().is_loopback() {
            return;
        }
        if public.is_none() && self.text("public_url").is_none() {
            self.problem(
                "listen",
                "others can reach this address: say public_url, where they find the hub",
            );
        }
        if public.is_some_and(|url| !url.is_encrypted()) {
            self.problem(
                "public_url",
                "others come in by it: must begin with https://",
            );
        }
        if matches!(entrance, Entrance::Local) {
            self.problem(
                "listen",
                "others can reach this address: say tls.certificate and tls.key, or behind_proxy",
            );
        }
    }
}
