//! A portal of the tests' own, and the person it asks.

#![expect(
    clippy::used_underscore_binding,
    reason = "what a portal is told is read by the macro, needed or not"
)]

use std::{
    collections::HashMap,
    os::{fd::OwnedFd, unix::net::UnixStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use zbus::{
    Connection, ObjectPath, OwnedObjectPath, OwnedVariant, Variant, connection::Builder, interface,
    message::Header,
};

const PORTAL: &str = "/org/freedesktop/portal/desktop";

type Asked<'a> = HashMap<String, OwnedVariant>;

/// What the person does when the portal asks, and what it was asked.
#[derive(Default)]
pub(crate) struct Person {
    pub(crate) refuses: bool,
    /// Where the display begins that is chosen.
    pub(crate) chooses: (i32, i32),
    pub(crate) node: u32,
    pub(crate) asked: Vec<String>,
}

/// A portal that shows what `node` brings.
pub(crate) struct Portal {
    runtime: PathBuf,
    person: Arc<Mutex<Person>>,
    /// As it says it.
    version: u32,
    cursors: u32,
}

impl Portal {
    /// On that bus, for what `PipeWire` brings that runs in that folder.
    pub(crate) async fn serve(
        bus: &str,
        runtime: &Path,
        person: &Arc<Mutex<Person>>,
    ) -> Connection {
        let portal = Self {
            runtime: runtime.to_owned(),
            person: Arc::clone(person),
            version: 4,
            cursors: 3,
        };
        Builder::address(bus)
            .serve_at(PORTAL, portal)
            .name("org.freedesktop.portal.Desktop")
            .build()
            .await
            .unwrap()
    }

    /// Answers by signal, before it answers the call: whoever asks listens already.
    async fn answer(
        &self,
        connection: &Connection,
        header: &Header<'_>,
        asked: &Asked<'_>,
        code: u32,
        results: HashMap<&str, Variant<'_>>,
    ) -> OwnedObjectPath {
        let sender = header.sender().unwrap().to_owned();
        let me = sender.trim_start_matches(':').replace('.', "_");
        let word = String::try_from(asked["handle_token"].try_clone().unwrap()).unwrap();
        let path = ObjectPath::try_from(format!("{PORTAL}/request/{me}/{word}")).unwrap();
        connection
            .emit_signal(
                Some(sender),
                path.clone(),
                "org.freedesktop.portal.Request",
                "Response",
                &(code, results),
            )
            .await
            .unwrap();
        path.into()
    }

    fn note(&self, name: &str, asked: &Asked<'_>) {
        let mut words: Vec<String> = asked
            .iter()
            .filter(|(key, _)| !key.ends_with("handle_token"))
            .map(|(key, value)| format!("{key}={}", **value))
            .collect();
        words.sort_unstable();
        let said = format!("{name} {}", words.join(" ").replace("uint32 ", ""));
        self.person.lock().unwrap().asked.push(said);
    }
}

#[interface(name = "org.freedesktop.portal.ScreenCast")]
impl Portal {
    async fn create_session(
        &self,
        options: Asked<'_>,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> OwnedObjectPath {
        let session = format!("{PORTAL}/session/of_the_tests");
        let results = HashMap::from([("session_handle", Variant::from(session))]);
        self.answer(connection, &header, &options, 0, results).await
    }

    async fn select_sources(
        &self,
        _session: ObjectPath<'_>,
        options: Asked<'_>,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> OwnedObjectPath {
        self.note("select", &options);
        self.answer(connection, &header, &options, 0, HashMap::new())
            .await
    }

    async fn start(
        &self,
        _session: ObjectPath<'_>,
        _window: String,
        options: Asked<'_>,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> OwnedObjectPath {
        let (code, results) = {
            let person = self.person.lock().unwrap();
            let described = HashMap::from([
                ("position", Variant::from(person.chooses)),
                ("source_type", Variant::from(1u32)),
            ]);
            let results = HashMap::from([
                ("streams", Variant::from(vec![(person.node, described)])),
                ("restore_token", Variant::from("the same again")),
            ]);
            if person.refuses {
                (1, HashMap::new())
            } else {
                (0, results)
            }
        };
        self.answer(connection, &header, &options, code, results)
            .await
    }

    fn open_pipe_wire_remote(
        &self,
        _session: ObjectPath<'_>,
        _options: Asked<'_>,
    ) -> zbus::OwnedFd {
        let remote = UnixStream::connect(self.runtime.join("pipewire-0")).unwrap();
        OwnedFd::from(remote).into()
    }

    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        self.version
    }

    #[zbus(property)]
    fn available_cursor_modes(&self) -> u32 {
        self.cursors
    }
}
