//! A desktop of the tests' own: a bus, a screen, a notification service.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Ends with the test.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended by itself needs no end.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts a program and reads the first line it prints.
fn start(command: &mut Command) -> (Running, String) {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("these tests need {command:?}: {error}"));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    (Running(child), line.trim().to_owned())
}

/// A session bus that nobody else is on, and that starts nothing by itself.
pub(crate) struct Bus {
    pub(crate) address: String,
    _daemon: Running,
    pub(crate) folder: TempDir,
}

impl Bus {
    pub(crate) fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let config = folder.path().join("bus.conf");
        let socket = folder.path().display();
        fs::write(
            &config,
            format!(
                "<busconfig><type>session</type><listen>unix:tmpdir={socket}</listen>\
                 <policy context='default'><allow send_destination='*' eavesdrop='true'/>\
                 <allow eavesdrop='true'/><allow own='*'/></policy></busconfig>"
            ),
        )
        .unwrap();
        let (daemon, address) = start(
            Command::new("dbus-daemon")
                .arg(format!("--config-file={}", config.display()))
                .args(["--nofork", "--print-address=1"]),
        );
        Self {
            address,
            _daemon: daemon,
            folder,
        }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("HOME", self.folder.path())
            .env("XDG_CONFIG_HOME", self.folder.path())
            .env("XDG_RUNTIME_DIR", self.folder.path());
        command
    }
}

/// dunst, on a bus and a screen of its own.
pub(crate) struct Dunst {
    pub(crate) bus: Bus,
    service: Running,
    _screen: Running,
}

impl Dunst {
    pub(crate) fn start() -> Self {
        let bus = Bus::start();
        let (screen, number) = start(Command::new("Xvfb").args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "640x480x24",
            "-nolisten",
            "tcp",
        ]));
        let config = bus.folder.path().join("dunstrc");
        fs::write(&config, "[global]\nfont = Sans 10\nmarkup = full\n").unwrap();
        let service = bus
            .command("dunst")
            .arg("-config")
            .arg(&config)
            .env("DISPLAY", format!(":{number}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let dunst = Self {
            bus,
            service: Running(service),
            _screen: screen,
        };
        let asked_at = Instant::now();
        while !dunst.control(&["is-paused"]).status.success() {
            assert!(
                asked_at.elapsed() < Duration::from_secs(10),
                "dunst does not answer"
            );
            thread::sleep(Duration::from_millis(50));
        }
        dunst
    }

    pub(crate) fn control(&self, words: &[&str]) -> Output {
        self.bus.command("dunstctl").args(words).output().unwrap()
    }

    /// The same desktop after its notification service has ended.
    pub(crate) fn without_service(mut self) -> Self {
        self.service.0.kill().unwrap();
        self
    }

    /// What it has shown, the latest first, as it tells.
    pub(crate) fn shown(&self) -> Vec<serde_json::Value> {
        // It counts only what has been closed.
        assert!(self.control(&["close-all"]).status.success());
        let history = self.control(&["history"]).stdout;
        let history: serde_json::Value = serde_json::from_slice(&history).unwrap();
        history["data"][0].as_array().unwrap().clone()
    }
}

/// Shows a notification from a process of its own, since the bus's address is a process's one.
/// Answers what came of it.
pub(crate) fn show(address: &str, notify: &[(&str, &str)]) -> String {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "native::shower", "--ignored", "--nocapture"])
        .env("DBUS_SESSION_BUS_ADDRESS", address)
        .envs(
            notify
                .iter()
                .map(|(name, text)| (format!("SHOW_{name}"), text)),
        )
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    printed
        .lines()
        .find_map(|line| line.strip_prefix("shown: "))
        .unwrap_or_else(|| panic!("said nothing: {printed}"))
        .to_owned()
}
