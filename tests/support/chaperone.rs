//! A Chaperone in a process and folder of its own.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

#[cfg(unix)]
use crate::Desktop;
use crate::{
    Names, Scripted,
    client::{Answer, Call, exchange, exchange_inside},
    elsewhere::{DEVICE, Elsewhere},
};

/// The longest a test waits for something that should happen soon.
const SOON: Duration = Duration::from_mins(1);

/// A folder that outlives the processes that use it.
pub struct Home {
    folder: TempDir,
    /// What the data folder is called.
    name: String,
    program: PathBuf,
}

/// A running Chaperone; ended with the value.
pub struct Chaperone<'a> {
    home: &'a Home,
    child: Child,
    hub: SocketAddr,
    page: Option<String>,
}

impl Home {
    pub fn new(program: &str) -> Result<Self> {
        Self::called(program, "data")
    }

    /// One whose data folder has a certain name.
    pub fn called(program: &str, name: &str) -> Result<Self> {
        Ok(Self {
            folder: tempfile::tempdir()?,
            name: name.to_owned(),
            program: program.into(),
        })
    }

    /// The folder above the data folder, which is the home of whoever runs here.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join(&self.name)
    }

    pub fn work_dir(&self) -> PathBuf {
        self.folder.path().join(format!("{}-work", self.name))
    }

    /// Starts a Chaperone here.
    pub fn start(&self) -> Result<Chaperone<'_>> {
        self.spawn(self.running())
    }

    /// Starts one that serves a page, too.
    pub fn start_with_page(&self) -> Result<Chaperone<'_>> {
        let mut command = self.running();
        command.arg("--ui");
        self.spawn(command)
    }

    /// Starts one as a test wants it.
    pub fn start_as(&self, change: impl FnOnce(&mut Command)) -> Result<Chaperone<'_>> {
        let mut command = self.running();
        change(&mut command);
        self.spawn(command)
    }

    /// Starts one on a desktop, with the camera that it has.
    #[cfg(unix)]
    pub fn start_on(&self, desktop: &Desktop) -> Result<Chaperone<'_>> {
        self.start_as(|command| {
            desktop.dress(command);
            desktop.with_camera(command);
        })
    }

    /// Starts one that is connected to a hub elsewhere, too.
    pub fn join(&self, hub: &Elsewhere) -> Result<Chaperone<'_>> {
        self.spawn(self.joining(hub))
    }

    /// Starts one on a computer with other names.
    pub fn start_among(&self, names: &Names) -> Result<Chaperone<'_>> {
        self.spawn(names.around(&self.running()))
    }

    /// The same, as a test wants it.
    pub fn join_as(
        &self,
        hub: &Elsewhere,
        change: impl FnOnce(&mut Command),
    ) -> Result<Chaperone<'_>> {
        let mut command = self.joining(hub);
        change(&mut command);
        self.spawn(command)
    }

    /// The same, but it dies, as by `kill -9`, at a step of the journal.
    pub fn join_fatal(&self, hub: &Elsewhere, step: &str) -> Result<Chaperone<'_>> {
        let mut command = self.joining(hub);
        command.env("CHAPERONE_DIE_AT", step);
        self.spawn(command)
    }

    /// One that dies at a step before it is ready.
    pub fn join_once(&self, hub: &Elsewhere, step: &str) -> Result<()> {
        let mut command = self.joining(hub);
        command.env("CHAPERONE_DIE_AT", step);
        let ended = command.stdout(Stdio::null()).status()?;
        ensure!(!ended.success(), "it did not die at {step}");
        Ok(())
    }

    /// One that is killed so long after its start, ready or not.
    pub fn join_until_killed(&self, hub: &Elsewhere, time: Duration) -> Result<()> {
        let mut child = self.joining(hub).stdout(Stdio::null()).spawn()?;
        std::thread::sleep(time);
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    /// The same, on a disk where no file may grow beyond `room_bytes`.
    pub fn join_cramped(&self, hub: &Elsewhere, room_bytes: u64) -> Result<Chaperone<'_>> {
        let whole = self.joining(hub);
        let mut command = Command::new("sh");
        // Writing too far then fails, as on a full disk, instead of ending the process.
        command
            .args(["-c", "trap '' XFSZ; exec prlimit --fsize=\"$0:\" \"$@\""])
            .arg(room_bytes.to_string())
            .arg(whole.get_program())
            .args(whole.get_args());
        for (name, value) in whole.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        self.spawn(command)
    }

    /// One word of the command line, to its end.
    pub fn run(&self, words: &[&str]) -> Result<Output> {
        Ok(self.command().args(words).stdin(Stdio::null()).output()?)
    }

    pub fn key(&self, agent: &str) -> Result<String> {
        let output = self.run(&["key", agent])?;
        ensure!(
            output.status.success(),
            "key: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// The program on this folder, without a word yet.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg("--data-dir")
            .arg(self.data_dir())
            .env("HOME", self.folder.path())
            // No desktop of the person who runs the tests: no keyring, no notifications.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            // What a test provokes is no news.
            .env("CHAPERONE_LOG", "off")
            .env_remove("XDG_DATA_HOME");
        command
    }

    /// The program, as it runs.
    pub fn running(&self) -> Command {
        let mut command = self.command();
        command
            .args(["run", "--hub-port", "0", "--as-root"])
            // Tests may run as root, in a container.
            .env("CHAPERONE_AS_ROOT", "yes");
        command
    }

    fn joining(&self, hub: &Elsewhere) -> Command {
        let mut command = self.running();
        command
            .args(["--ceiling", "autonomous"])
            .args(["--device-id", DEVICE, "--join", &hub.address()])
            .arg("--token-file")
            .arg(hub.token_file());
        command
    }

    fn spawn(&self, mut command: Command) -> Result<Chaperone<'_>> {
        command.stdout(Stdio::piped());
        let mut child = command.spawn().context("starting Chaperone")?;
        let output = child.stdout.take().context("no output")?;
        let (mut hub, mut page) = (None, None);
        for line in BufReader::new(output).lines() {
            let line = line?;
            if let Some(address) = line.strip_prefix("hub   http://") {
                hub = Some(address.parse()?);
            } else if let Some(link) = line.strip_prefix("page  ") {
                page = Some(link.to_owned());
            } else if line.starts_with("ready") {
                break;
            }
        }
        let Some(hub) = hub else {
            let _ = child.kill();
            bail!("Chaperone did not become ready: {:?}", child.wait()?);
        };
        let chaperone = Chaperone {
            home: self,
            child,
            hub,
            page,
        };
        let mut seen = Value::Null;
        let connected = chaperone.soon("the device connects", || {
            let state = chaperone.call("state/snapshot", &json!({}))?;
            seen = state.get("connections").cloned().unwrap_or_default();
            Ok(seen.as_array().is_some_and(|all| {
                let connected = Some(&json!("connected"));
                !all.is_empty() && all.iter().all(|it| it.get("phase") == connected)
            }))
        });
        connected.with_context(|| format!("its connections: {seen}"))?;
        Ok(chaperone)
    }
}

impl Chaperone<'_> {
    pub fn hub(&self) -> SocketAddr {
        self.hub
    }

    /// The link that was printed, where a page is served.
    pub fn page(&self) -> &str {
        self.page.as_deref().unwrap_or_default()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Pairs it with a hub, as a person with a token from there would; nobody there has a higher
    /// level than this.
    pub fn pair(&self, hub: &Scripted, dialect: &str, ceiling: &str) -> Result<String> {
        let settings = json!({ "pin": hub.pin() });
        let id = self.pair_at(&hub.address(), dialect, ceiling, &settings)?;
        self.connected(&id)?;
        Ok(id)
    }

    /// The same at an address of the test's choice and with its settings, and without waiting for
    /// it.
    #[expect(
        clippy::indexing_slicing,
        reason = "a JSON value that has not what is looked for answers null"
    )]
    pub fn pair_at(
        &self,
        address: &str,
        dialect: &str,
        ceiling: &str,
        settings: &Value,
    ) -> Result<String> {
        let offered = self.call("connections/offer", &json!({ "address": address }))?;
        let ways = offered
            .pointer("/dialects")
            .and_then(Value::as_array)
            .and_then(|all| all.iter().find(|one| one["id"] == dialect))
            .map(|one| one["ways"].clone())
            .context("this dialect is not offered")?;
        let mut wanted = json!({
            "address": address,
            "dialect": dialect,
            "name": format!("{dialect} hub"),
            "device": "desk",
            "ceiling": ceiling,
            "settings": settings,
        });
        if ways != json!([]) {
            wanted["way"] = json!("pastedToken");
        }
        let mut answer = self.call("connections/signIn", &wanted)?;
        if answer["step"]["type"] == "needs" {
            let given =
                json!({ "token": "a token", "sharedSecret": "a shared secret of some length" });
            let step = json!({ "ticket": answer["ticket"], "given": given });
            answer = self.call("connections/signInStep", &step)?;
        }
        let id = answer["step"]["connection"]
            .as_str()
            .with_context(|| format!("not paired: {answer}"))?
            .to_owned();
        Ok(id)
    }

    /// Waits until a connection is up.
    pub fn connected(&self, id: &str) -> Result<()> {
        self.soon("the hub is connected", || {
            let phase = self.connection(id)?.get("phase").cloned();
            Ok(phase == Some(json!("connected")))
        })
    }

    /// What the window says of a connection; null before it knows of it.
    #[expect(
        clippy::indexing_slicing,
        reason = "a JSON value that has not what is looked for answers null"
    )]
    pub fn connection(&self, id: &str) -> Result<Value> {
        let state = self.call("state/snapshot", &json!({}))?;
        let connections = state["connections"].as_array().cloned().unwrap_or_default();
        let found = connections.into_iter().find(|one| one["id"] == id);
        Ok(found.unwrap_or_default())
    }

    /// A call as the command line makes it.
    pub fn call(&self, name: &str, params: &Value) -> Result<Value> {
        let answer = self.ask("POST", &format!("/call/{name}"), &params.to_string())?;
        ensure!(
            answer.status == 200,
            "{name}: {} {}",
            answer.status,
            answer.body
        );
        Ok(answer.json())
    }

    /// A request of the command line, as it is.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> Result<Answer> {
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len(),
        );
        exchange_inside(&self.door(), &request)
    }

    /// The socket of the command line.
    pub fn door(&self) -> PathBuf {
        let door = self.home.data_dir().join("door.sock");
        std::fs::read_link(&door).unwrap_or(door)
    }

    /// An agent posts, and waits on a thread of its own.
    pub fn post(&self, agent: &str, path: &str, body: &Value) -> Result<Call> {
        let request = post(self.hub, path, &self.home.key(agent)?, &body.to_string());
        Ok(Call::start(self.hub, request))
    }

    /// The autonomous agent wants a line run.
    pub fn execute(&self, line: &str) -> Result<Call> {
        let body = json!({ "device_node_id": "this-computer", "command": line });
        self.post("autonomous", "/api/devices/execute", &body)
    }

    pub fn get(&self, agent: &str, path: &str) -> Result<Answer> {
        let hub = self.hub;
        let key = self.home.key(agent)?;
        exchange(
            hub,
            &format!("GET {path} HTTP/1.0\r\nHost: {hub}\r\nAuthorization: Bearer {key}\r\n\r\n"),
        )
    }

    /// What waits for the person.
    pub fn requests(&self) -> Result<Vec<Value>> {
        let state = self.call("state/snapshot", &json!({}))?;
        Ok(state
            .get("requests")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default())
    }

    /// The one request that waits, once it does.
    pub fn request(&self) -> Result<Value> {
        let mut found = None;
        self.soon("a request waits", || {
            found = self.requests()?.into_iter().next();
            Ok(found.is_some())
        })?;
        found.context("no request")
    }

    /// The person answers a request as it was shown.
    pub fn decide(&self, request: &Value, decision: &str) -> Result<Value> {
        self.call(
            "requests/answer",
            &json!({ "id": request["id"], "digest": request["digest"], "decision": decision }),
        )
    }

    /// The ends of commands, newest first.
    pub fn commands(&self) -> Result<Vec<Value>> {
        let page = self.call("activity/list", &json!({ "before": null, "limit": 200 }))?;
        let entries = page
            .get("entries")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        Ok(entries
            .into_iter()
            .filter_map(|entry| entry.get("what").cloned())
            .filter(|what| what.get("type") == Some(&json!("command")))
            .collect())
    }

    /// Waits until something holds.
    pub fn soon(&self, what: &str, mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
        let until = Instant::now() + SOON;
        while !holds()? {
            ensure!(Instant::now() < until, "not within {SOON:?}: {what}");
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Waits until the process is gone.
    pub fn died(mut self) -> Result<()> {
        let until = Instant::now() + SOON;
        while self.child.try_wait()?.is_none() {
            ensure!(Instant::now() < until, "it still lives");
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Ends it as a service manager does.
    pub fn end(self) -> Result<()> {
        let told = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()?;
        ensure!(told.success(), "kill failed");
        self.died()
    }

    /// Ends it as `kill -9` does.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Chaperone<'_> {
    fn drop(&mut self) {
        // Ended already is just as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A POST with everything a good client sends.
pub(crate) fn post(address: SocketAddr, path: &str, token: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.0\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
    )
}

/// Whether a file is readable by its owner alone.
#[cfg(unix)]
pub fn is_private(path: &std::path::Path) -> Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::metadata(path)?
        .permissions()
        .mode()
        .trailing_zeros()
        >= 6)
}
