//! A desktop of the tests' own: a screen, a bus, a notification service and a camera, none of them
//! the person's who runs the tests.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

/// A program that ends with the value.
pub struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // Ended already is just as well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A screen, a bus with dunst on it, and a camera that is red and blue.
pub struct Desktop {
    folder: TempDir,
    display: String,
    bus: String,
    notifications: Option<Program>,
    _bus: Program,
    _screen: Program,
}

impl Desktop {
    pub fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (screen, number) = first_line(Command::new("Xvfb").args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "800x600x24",
            "-nolisten",
            "tcp",
        ]))?;
        let config = folder.path().join("bus.conf");
        std::fs::write(
            &config,
            format!(
                "<busconfig><type>session</type><listen>unix:tmpdir={}</listen>\
                 <policy context='default'><allow send_destination='*' eavesdrop='true'/>\
                 <allow eavesdrop='true'/><allow own='*'/></policy></busconfig>",
                folder.path().display()
            ),
        )?;
        let (bus, address) = first_line(
            Command::new("dbus-daemon")
                .arg(format!("--config-file={}", config.display()))
                .args(["--nofork", "--print-address=1"]),
        )?;
        let mut desktop = Self {
            folder,
            display: format!(":{number}"),
            bus: address,
            notifications: None,
            _bus: bus,
            _screen: screen,
        };
        desktop.show_notifications()?;
        desktop.make_camera()?;
        Ok(desktop)
    }

    /// Starts the service that shows notifications.
    pub fn show_notifications(&mut self) -> Result<()> {
        let config = self.folder.path().join("dunstrc");
        std::fs::write(&config, "[global]\nfont = Sans 10\nmarkup = full\n")?;
        let service = self.serve(self.command("dunst").arg("-config").arg(&config))?;
        self.notifications = Some(service);
        let until = Instant::now() + Duration::from_secs(20);
        while !self
            .control(&["is-paused"])
            .is_ok_and(|said| !said.is_empty())
        {
            ensure!(Instant::now() < until, "dunst does not answer");
            std::thread::sleep(Duration::from_millis(30));
        }
        Ok(())
    }

    /// Ends that service, as a crash would.
    pub fn hide_notifications(&mut self) {
        self.notifications = None;
    }

    /// Asks the notification service something.
    pub fn control(&self, words: &[&str]) -> Result<String> {
        let output = self.command("dunstctl").args(words).output()?;
        ensure!(output.status.success(), "dunstctl {words:?} failed");
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// How many notices stand on it.
    pub fn notices(&self) -> Result<u64> {
        Ok(self.control(&["count", "displayed"])?.parse()?)
    }

    /// Fills its screen with a colour.
    pub fn paint(&self, colour: &str) -> Result<()> {
        let status = self.command("xsetroot").args(["-solid", colour]).status()?;
        ensure!(status.success(), "xsetroot failed");
        Ok(())
    }

    /// A program on it.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.dress(&mut command);
        command.env("HOME", self.folder.path());
        command
    }

    /// Its own files, sockets among them.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts one more service on it.
    pub fn serve(&self, command: &mut Command) -> Result<Program> {
        let service = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("these tests need {}", command.get_program().display()))?;
        Ok(Program(service))
    }

    /// Whether a service of that name is on its bus.
    pub fn has(&self, name: &str) -> Result<bool> {
        let output = self
            .command("dbus-send")
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/",
            ])
            .args([
                "org.freedesktop.DBus.NameHasOwner",
                &format!("string:{name}"),
            ])
            .output()?;
        Ok(String::from_utf8(output.stdout)?.contains("boolean true"))
    }

    /// Puts a command onto it, camera included.
    pub fn dress(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("XDG_SESSION_TYPE");
    }

    /// Gives a command the camera.
    pub fn with_camera(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", self.folder.path().join("camera.so"))
            .env("CAMERAS", "0|Desk Camera|YUYV 640x480|every=5");
    }

    /// Builds what stands in for the kernel.
    fn make_camera(&self) -> Result<()> {
        let source = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../crates/senses/tests/it/fixtures/camera.c");
        let status = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(self.folder.path().join("camera.so"))
            .arg(source)
            .args(["-ldl", "-lpthread"])
            .status()
            .context("these tests need a C compiler")?;
        ensure!(status.success(), "the test camera does not compile");
        Ok(())
    }
}

/// Starts a program and reads the first line it prints.
fn first_line(command: &mut Command) -> Result<(Program, String)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("these tests need {command:?}"))?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
    Ok((Program(child), line.trim().to_owned()))
}
