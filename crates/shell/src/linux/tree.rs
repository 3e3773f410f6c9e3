//! One command's processes: their group, their sandbox, the pipes they share. Starts pipelines and
//! ends everything; what starts when is decided in `run`.

use std::{
    fs::OpenOptions,
    io::{self, PipeReader, PipeWriter},
    os::unix::{fs::OpenOptionsExt as _, process::CommandExt as _},
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
};

use tokio::{process::Child, runtime::Handle, task};

use super::{
    calls, limits, reach, ruleset,
    ruleset::Version,
    spawner::on_spawner,
    system::{self, NOT_ENTERED, NOT_HELD, Sandbox, Warden},
};
use crate::{Changed, Prepared, RunError, Uncontained};

/// What a command's processes are made of, before there are any.
#[derive(Debug)]
pub(super) struct Tree {
    prepared: Arc<Prepared>,
    sandbox: Arc<Sandbox>,
    warden: Arc<Warden>,
}

/// The ends that every program of the command writes to.
#[derive(Debug)]
pub(super) struct Sinks {
    pub(super) stdout: PipeWriter,
    pub(super) stderr: PipeWriter,
}

impl Tree {
    /// Checks the folder once more and makes the sandbox around it.
    pub(super) async fn plant(prepared: Prepared, version: Version) -> Result<Self, RunError> {
        let prepared = Arc::new(prepared);
        let shown = Arc::clone(&prepared);
        let sandbox = task::spawn_blocking(move || sandbox(&shown, version))
            .await
            .map_err(|error| could_not_start("the sandbox", io::Error::other(error)))??;
        let warden = on_spawner(Warden::start)
            .await
            .unwrap_or_else(|| Err(no_spawner()))
            .map_err(|source| could_not_start("the process group", source))?;
        Ok(Self {
            prepared,
            sandbox: Arc::new(sandbox),
            warden: Arc::new(warden),
        })
    }

    /// Starts `count` programs, from the one numbered `from`, each reading what the one before
    /// writes.
    pub(super) async fn start(
        &self,
        from: usize,
        count: usize,
        sinks: &Sinks,
    ) -> Result<Vec<Child>, RunError> {
        let pipes = |error| could_not_start("the programs' pipes", error);
        let sinks = Sinks {
            stdout: sinks.stdout.try_clone().map_err(pipes)?,
            stderr: sinks.stderr.try_clone().map_err(pipes)?,
        };
        let pipeline = Pipeline {
            prepared: Arc::clone(&self.prepared),
            sandbox: Arc::clone(&self.sandbox),
            warden: Arc::clone(&self.warden),
            runtime: Handle::current(),
        };
        on_spawner(move || pipeline.start(from, count, &sinks))
            .await
            .unwrap_or_else(|| Err(could_not_start("the programs", no_spawner())))
    }

    /// Ends every process there is.
    pub(super) fn kill(&self) {
        self.warden.kill();
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        // A pipeline that is just being started may hold on to the warden for a moment longer.
        self.kill();
    }
}

fn sandbox(prepared: &Prepared, version: Version) -> Result<Sandbox, RunError> {
    prepared.recheck_folder()?;
    let changed = || Changed::WorkingDir {
        path: prepared.working_dir().to_owned(),
    };
    // From here on the folder is held by a handle: whatever takes its name is not entered.
    let folder = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_PATH | libc::O_DIRECTORY | libc::O_NOFOLLOW)
        .open(prepared.working_dir())
        .map_err(|_| changed())?;
    let metadata = folder
        .metadata()
        .map_err(Uncontained::setup("working folder"))?;
    if !prepared.is_folder(&metadata) {
        return Err(changed().into());
    }
    let openings = reach::openings(prepared.surroundings(), prepared.working_dir());
    Ok(Sandbox {
        folder: folder.into(),
        files: ruleset::ruleset(version, openings)?,
        calls: calls::filters(version)?,
        limits: limits::limits(system::user()),
    })
}

/// What the spawner needs to start programs.
struct Pipeline {
    prepared: Arc<Prepared>,
    sandbox: Arc<Sandbox>,
    warden: Arc<Warden>,
    runtime: Handle,
}

impl Pipeline {
    fn start(self, from: usize, count: usize, sinks: &Sinks) -> Result<Vec<Child>, RunError> {
        // The children's pipes and exits are the runtime's to watch.
        let _entered = self.runtime.enter();
        let mut children = Vec::with_capacity(count);
        let mut upstream: Option<PipeReader> = None;
        let programs: Vec<(Vec<String>, PathBuf)> = self
            .prepared
            .executables()
            .iter()
            .skip(from)
            .take(count)
            .cloned()
            .collect();
        for (place, (argv, path)) in programs.into_iter().enumerate() {
            let failed = |source| could_not_start(&path.display().to_string(), source);
            let last = place + 1 == count;
            let (next, stdout) = if last {
                (None, sinks.stdout.try_clone().map_err(failed)?)
            } else {
                let (reader, writer) = io::pipe().map_err(failed)?;
                (Some(reader), writer)
            };
            let mut command = Command::new(&path);
            if let Some((name, arguments)) = argv.split_first() {
                command.arg0(name).args(arguments);
            }
            command
                .env_clear()
                .envs(self.prepared.whole_environment())
                .stdin(upstream.take().map_or_else(Stdio::null, Stdio::from))
                .stdout(stdout)
                .stderr(sinks.stderr.try_clone().map_err(failed)?);
            system::contain(&mut command, Arc::clone(&self.sandbox), &self.warden);
            self.prepared.recheck_executables(from + place, 1)?;
            let mut command = tokio::process::Command::from(command);
            let child = command.kill_on_drop(true).spawn();
            children.push(child.map_err(|source| refused(&path, source))?);
            upstream = next;
        }
        Ok(children)
    }
}

fn refused(path: &std::path::Path, source: io::Error) -> RunError {
    match source.raw_os_error() {
        Some(NOT_ENTERED) => RunError::Uncontained(Uncontained::Setup {
            what: "entering it",
            source,
        }),
        Some(NOT_HELD) => {
            RunError::Uncontained(Uncontained::Leaks("open a socket or write a file"))
        }
        _ => could_not_start(&path.display().to_string(), source),
    }
}

fn could_not_start(what: &str, source: io::Error) -> RunError {
    RunError::Spawn {
        what: what.to_owned(),
        source,
    }
}

fn no_spawner() -> io::Error {
    io::Error::other("the thread that starts programs is gone")
}
