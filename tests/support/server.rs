//! A hub by itself, in a process and folder of its own, which a test may end at any moment.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    Dice,
    client::{Answer, exchange},
};

const EMAIL: &str = "you@example.org";
const PASSWORD: &str = "correct horse battery";
/// The longest a test waits for something that should happen soon.
const SOON: Duration = Duration::from_secs(30);

/// The hub, which is started again where it was. Ends with the value.
pub struct Server {
    folder: TempDir,
    program: PathBuf,
    address: SocketAddr,
    running: Option<Running>,
}

struct Running {
    child: Child,
    /// Closed, it would have the hub fail to say something.
    _said: BufReader<ChildStdout>,
}

impl Server {
    /// One with an owner, not started yet.
    pub fn new(program: &str) -> Result<Self> {
        let server = Self {
            folder: tempfile::tempdir()?,
            program: program.into(),
            address: free()?,
            running: None,
        };
        let mut child = server
            .command(&["account", "add", EMAIL, "--owner"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let mut input = child.stdin.take().context("a standard input")?;
        input.write_all(PASSWORD.as_bytes())?;
        drop(input);
        ensure!(child.wait()?.success(), "the account could not be added");
        Ok(server)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg("hub")
            .args(words)
            .env("CHAPERONE_HUB_DATA_DIR", self.folder.path())
            .env("CHAPERONE_HUB_LIMITS_REQUESTS_PER_MINUTE", "0")
            .env("CHAPERONE_LOG", "error")
            .env("CHAPERONE_DATA_DIR", "/nowhere/at/all");
        command
    }

    fn serving(&self) -> Command {
        self.command(&["--json", "--listen", &self.address.to_string()])
    }

    pub fn start(&mut self) -> Result<()> {
        let command = self.serving();
        self.spawn(command)
    }

    /// Starts it with so much room for each of its files. Writing too far then fails, as on a full
    /// disk, instead of ending the process.
    pub fn start_cramped(&mut self, room_bytes: u64) -> Result<()> {
        let whole = self.serving();
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' XFSZ; exec prlimit --fsize=\"$0:\" \"$@\""])
            .arg(room_bytes.to_string())
            .arg(whole.get_program())
            .args(whole.get_args());
        for (name, value) in whole.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        self.spawn(command)
    }

    fn spawn(&mut self, mut command: Command) -> Result<()> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut said = BufReader::new(child.stdout.take().context("a standard output")?);
        let mut line = String::new();
        loop {
            line.clear();
            ensure!(
                said.read_line(&mut line)? > 0,
                "it ended before it was ready"
            );
            let word: Value = serde_json::from_str(&line)?;
            if word.get("type").is_some_and(|kind| kind == "ready") {
                break;
            }
        }
        self.running = Some(Running { child, _said: said });
        Ok(())
    }

    /// Which process it is.
    pub fn process(&self) -> Result<u32> {
        let running = self.running.as_ref().context("it does not run")?;
        Ok(running.child.id())
    }

    /// Gives it all the room there is.
    pub fn make_room(&self) -> Result<()> {
        let process = self.process()?.to_string();
        let lifted = Command::new("prlimit")
            .args(["--fsize=unlimited:", "--pid", &process])
            .status()?;
        ensure!(lifted.success(), "prlimit failed");
        Ok(())
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&mut self) -> Result<()> {
        let mut running = self.running.take().context("it does not run")?;
        running.child.kill()?;
        running.child.wait()?;
        Ok(())
    }

    /// Ends it in order.
    pub fn end(&mut self) -> Result<()> {
        let mut running = self.running.take().context("it does not run")?;
        let process = running.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &process]).status()?;
        ensure!(told.success(), "it cannot be told to end");
        ensure!(running.child.wait()?.success(), "it ended with an error");
        Ok(())
    }

    /// What `hub verify` says, if the audit is whole.
    pub fn verify(&self) -> Result<Value> {
        let output = self.command(&["verify", "--json"]).output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "the audit is not whole: {said}");
        Ok(serde_json::from_str(&said)?)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    /// Calls it once. An error where nobody answers.
    pub fn call(&self, start: &str, credential: &str, more: &str, body: &Value) -> Result<Answer> {
        exchange(self.address, &self.request(start, credential, more, body))
    }

    /// The whole text of a call.
    pub fn request(&self, start: &str, credential: &str, more: &str, body: &Value) -> String {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        format!(
            "{start} HTTP/1.0\r\nHost: {}\r\nAuthorization: Bearer {credential}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n{more}\r\n{body}",
            self.address,
            body.len(),
        )
    }

    /// Signs its owner in.
    pub fn sign_in(&self) -> Result<String> {
        let login = json!({ "username": EMAIL, "password": PASSWORD });
        let answer = self.call("POST /api/auth/login", "", "", &login)?;
        text(&answer, "access_token")
    }

    /// A key of the autonomous agent, which may ask as much as there is.
    pub fn key(&self, token: &str) -> Result<String> {
        let agent = "/api/agents/autonomous";
        let most = json!({ "commands_per_minute": 10_000 });
        let changed = self.call(&format!("PATCH {agent}"), token, "", &most)?;
        ensure!(changed.status == 200, "{}", changed.body);
        let key = self.call(&format!("POST {agent}/keys"), token, "", &json!({}))?;
        text(&key, "key")
    }

    /// Waits until something is so.
    pub fn soon(&self, what: &str, mut so: impl FnMut() -> Result<bool>) -> Result<()> {
        let until = Instant::now() + SOON;
        while !so()? {
            ensure!(Instant::now() < until, "it never came to be that {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.running.is_some() {
            let _ = self.kill();
        }
    }
}

fn text(answer: &Answer, field: &str) -> Result<String> {
    let body = answer.json();
    let text = body.get(field).and_then(Value::as_str);
    text.map(str::to_owned)
        .with_context(|| format!("no {field}: {}", answer.body))
}

/// A port that nobody has, and that no connection is given by the system: whoever knocks while the
/// hub is away would else be able to become its own peer there.
fn free() -> Result<SocketAddr> {
    let mut dice = Dice::new(u64::from(std::process::id()) ^ clock());
    for _ in 0..100 {
        let port = 15_000 + u16::try_from(dice.below(15_000))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("no port is free")
}

fn clock() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| u64::from(now.subsec_nanos()))
}
