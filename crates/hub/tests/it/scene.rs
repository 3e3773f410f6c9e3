//! A hub on a free port, its secrets, and who may call it.

use std::{
    collections::HashMap,
    fmt::Write as _,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use chaperone_hub::{
    Error, Hub, HubConfig, Limits, Place, Reach, Registration, Secrets, SecretsError, Starter,
    WebhookReach,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::http::{self, Pending, Reply};

/// Secrets in memory, which outlive the hub.
#[derive(Clone, Default)]
pub(crate) struct Memory(pub(crate) Arc<Mutex<HashMap<String, String>>>);

impl Secrets for Memory {
    fn get(&self, name: &str) -> Result<Option<String>, SecretsError> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn set(&self, name: &str, text: &str) -> Result<(), SecretsError> {
        let mut texts = self.0.lock().unwrap();
        texts.insert(name.to_owned(), text.to_owned());
        Ok(())
    }
}

/// The books of a hub, behind its back.
pub(crate) struct Books<'f>(&'f Path);

impl Books<'_> {
    /// Everything that is in them and beside them, but the audit, in which refusals stand too.
    pub(crate) fn dump(&self) -> String {
        let mut dump = match place(self.0) {
            Place::File => dump_file(&self.0.join("hub.sqlite")),
            Place::Database(url) => std::thread::spawn(move || dump_database(&url))
                .join()
                .unwrap(),
        };
        let mut files: Vec<_> = std::fs::read_dir(self.0.join("artifacts"))
            .unwrap()
            .map(|file| file.unwrap())
            .map(|file| (file.file_name(), file.metadata().unwrap().len()))
            .collect();
        files.sort();
        writeln!(dump, "{files:?}").unwrap();
        dump
    }

    /// Changes them; the hub must be stopped.
    pub(crate) fn change(&self, statements: &str) {
        match place(self.0) {
            Place::File => {
                let file = self.0.join("hub.sqlite");
                let books = rusqlite::Connection::open(file).unwrap();
                books.execute_batch(statements).unwrap();
            }
            Place::Database(url) => {
                let statements = statements.to_owned();
                let change = move || {
                    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
                    client.batch_execute(&statements).unwrap();
                };
                std::thread::spawn(change).join().unwrap();
            }
        }
    }
}

const AUDIT: [&str; 2] = ["audit", "audit_seal"];

fn dump_file(file: &Path) -> String {
    let books = rusqlite::Connection::open(file).unwrap();
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut names = books.prepare(names).unwrap();
    let names = names.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let mut dump = String::new();
    for name in names.map(Result::unwrap) {
        if AUDIT.contains(&name.as_str()) {
            continue;
        }
        writeln!(dump, "{name}").unwrap();
        let mut all = books.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns = all.column_count();
        let mut rows = all.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let row: Vec<_> = (0..columns).map(|at| row.get_ref(at).unwrap()).collect();
            writeln!(dump, "  {row:?}").unwrap();
        }
    }
    dump
}

fn dump_database(url: &str) -> String {
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    let names = "SELECT table_name::text FROM information_schema.tables
        WHERE table_schema = 'public' ORDER BY 1";
    let mut dump = String::new();
    for name in client.query(names, &[]).unwrap() {
        let name: String = name.get(0);
        if AUDIT.contains(&name.as_str()) {
            continue;
        }
        writeln!(dump, "{name}").unwrap();
        let all = format!("SELECT one::text FROM {name} one ORDER BY 1");
        for row in client.query(&all, &[]).unwrap() {
            writeln!(dump, "  {}", row.get::<_, String>(0)).unwrap();
        }
    }
    dump
}

/// A running hub.
pub(crate) struct Scene {
    pub(crate) address: SocketAddr,
    pub(crate) device_token: String,
    pub(crate) owner_token: String,
    pub(crate) starters: Vec<Starter>,
    pub(crate) secrets: Memory,
    folder: TempDir,
    cancel: CancellationToken,
    tasks: TaskTracker,
}

/// A file in the folder, or a database for it at the server that the environment names.
pub(crate) fn place(folder: &Path) -> Place {
    let Ok(server) = std::env::var("CHAPERONE_TEST_DATABASE") else {
        return Place::File;
    };
    let mut name = String::new();
    for byte in folder.file_name().unwrap().to_string_lossy().bytes() {
        write!(name, "{byte:02x}").unwrap();
    }
    let url = format!("{server} dbname=hub_{name}");
    let make = move || {
        let postgres = format!("{server} dbname=postgres");
        let mut client = postgres::Client::connect(&postgres, postgres::NoTls).unwrap();
        // After a restart it is there already.
        let _ = client.execute(&format!("CREATE DATABASE hub_{name}"), &[]);
    };
    std::thread::spawn(make).join().unwrap();
    Place::Database(url)
}

pub(crate) async fn open(folder: &Path, secrets: Memory, listen: &str) -> Result<Hub, Error> {
    Hub::open(HubConfig {
        data_dir: folder.to_owned(),
        place: place(folder),
        secrets: Box::new(secrets),
        listen: listen.parse().unwrap(),
        registration: Registration::Open,
        reach: Reach {
            webhooks: WebhookReach::Inside,
            ..Reach::default()
        },
        limits: Limits::default(),
    })
    .await
}

impl Scene {
    pub(crate) async fn start() -> Self {
        Self::start_in(TempDir::new().unwrap(), Memory::default()).await
    }

    async fn start_in(folder: TempDir, secrets: Memory) -> Self {
        let hub = open(folder.path(), secrets.clone(), "127.0.0.1:0")
            .await
            .unwrap();
        let cancel = CancellationToken::new();
        let tasks = TaskTracker::new();
        let scene = Self {
            address: hub.address(),
            device_token: hub.owner_device_token().unwrap(),
            owner_token: hub.owner_token().unwrap(),
            starters: hub.starters().to_vec(),
            secrets,
            folder,
            cancel: cancel.clone(),
            tasks: tasks.clone(),
        };
        tasks.spawn(async move { hub.serve(cancel).await.unwrap() });
        scene
    }

    /// Stops the hub; says how long that took.
    pub(crate) async fn stop(&self) -> Duration {
        let start = std::time::Instant::now();
        self.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        start.elapsed()
    }

    /// Stops the hub, does something to its folder, and starts another in it.
    pub(crate) async fn restart(self, meanwhile: impl FnOnce(&Books<'_>)) -> Self {
        self.stop().await;
        meanwhile(&Books(self.folder.path()));
        Self::start_in(self.folder, self.secrets).await
    }

    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// The same work, which ends with the hub at the latest.
    pub(crate) fn until_stopped(
        &self,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> impl Future<Output = ()> + Send + 'static {
        let cancel = self.cancel.clone();
        async move {
            let _ = cancel.run_until_cancelled(work).await;
        }
    }

    /// Waits until something that a test looks at is so.
    pub(crate) async fn until(&self, so: impl Fn() -> bool) {
        for _ in 0..1_000 {
            if so() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it never came to be so");
    }

    /// The books of this hub while it runs.
    pub(crate) fn books(&self) -> Books<'_> {
        Books(self.folder.path())
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn key(&self, agent: &str) -> &str {
        let starter = self
            .starters
            .iter()
            .find(|starter| starter.id.as_str() == agent);
        &starter.unwrap().key
    }

    pub(crate) fn host(&self) -> String {
        format!("Host: {}", self.address)
    }

    /// Sends anything.
    pub(crate) async fn send(
        &self,
        start: &str,
        credential: &str,
        more: &[&str],
        body: &str,
    ) -> Pending {
        let host = self.host();
        let authorization = format!("Authorization: Bearer {credential}");
        let mut headers = vec![host.as_str(), &authorization, "Connection: close"];
        headers.extend(more);
        http::send(self.address, start, &headers, body).await
    }

    /// Sends a JSON body with a bearer credential.
    pub(crate) async fn post(&self, path: &str, credential: &str, body: &Value) -> Pending {
        let headers = [
            &self.host(),
            &format!("Authorization: Bearer {credential}"),
            "Content-Type: application/json",
            "Connection: close",
        ];
        http::send(
            self.address,
            &format!("POST {path}"),
            &headers,
            &body.to_string(),
        )
        .await
    }

    /// Sends a JSON body with any method and more headers.
    pub(crate) async fn call(
        &self,
        start: &str,
        credential: &str,
        more: &[&str],
        body: &Value,
    ) -> Pending {
        let (host, bearer) = (self.host(), format!("Authorization: Bearer {credential}"));
        let mut headers = vec![
            host.as_str(),
            bearer.as_str(),
            "Content-Type: application/json",
            "Connection: close",
        ];
        headers.extend(more);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        http::send(self.address, start, &headers, &body).await
    }

    pub(crate) async fn get(&self, path: &str, credential: &str) -> Reply {
        let headers = [
            &self.host(),
            &format!("Authorization: Bearer {credential}"),
            "Connection: close",
        ];
        let pending = http::send(self.address, &format!("GET {path}"), &headers, "").await;
        pending.reply().await
    }

    /// A device's audit, oldest line first.
    pub(crate) async fn audit(&self, device: &str) -> Vec<Value> {
        let reply = self
            .get(&format!("/api/devices/{device}/audit"), &self.owner_token)
            .await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let mut lines = reply.body.as_array().unwrap().clone();
        lines.reverse();
        lines
    }
}
