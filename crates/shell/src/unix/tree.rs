//! One command's processes: their group, the pipes they share. Starts pipelines and ends everything;
//! what starts when is decided in `running`.

use std::{
    io::{self, PipeReader, PipeWriter},
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{self, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::process::Child;

use super::system;
use crate::{
    Backend, Prepared, RunError, Uncontained,
    guard::Aside,
    running::{Sinks, could_not_start},
};

/// Leads the group and waits for the end of a pipe, which comes when this process is gone, however
/// that happens; then it ends the group. While it was not waited for, the group's number is its own.
const LEADER: &str = "trap '' HUP INT QUIT TERM; read -r line; kill -KILL 0";

/// What a command's processes are made of, before there are any.
#[derive(Debug)]
pub(crate) struct Tree {
    prepared: Arc<Prepared>,
    leader: Mutex<process::Child>,
    group: u32,
    _lifeline: PipeWriter,
}

impl Tree {
    /// Checks the folder once more and makes the group.
    #[expect(clippy::unused_async, reason = "elsewhere there is more to make")]
    pub(crate) async fn plant(prepared: Arc<Prepared>, backend: Backend) -> Result<Self, RunError> {
        let profile = prepared.containment().profile();
        if !super::backends(profile).contains(&backend) {
            return Err(Uncontained::NotOffered { backend, profile }.into());
        }
        prepared.recheck_folder()?;
        let failed = |source| could_not_start("the process group", source);
        let (reader, lifeline) = io::pipe().map_err(failed)?;
        let leader = Command::new("/bin/sh")
            .args(["-c", LEADER])
            .env_clear()
            .stdin(reader)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        Ok(Self {
            prepared,
            group: leader.id(),
            leader: Mutex::new(leader),
            _lifeline: lifeline,
        })
    }

    /// Starts `count` programs, from the one numbered `from`, each reading what the one before
    /// writes.
    #[expect(clippy::unused_async, reason = "elsewhere another thread starts them")]
    pub(crate) async fn start(
        &self,
        from: usize,
        count: usize,
        sinks: &Sinks,
    ) -> Result<Vec<Child>, RunError> {
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
        let group = libc::pid_t::try_from(self.group).unwrap_or(0);
        for (place, (argv, path)) in programs.into_iter().enumerate() {
            let failed = |source| could_not_start(&path.display().to_string(), source);
            let (next, stdout) = if place + 1 == count {
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
                .current_dir(self.prepared.working_dir())
                .env_clear()
                .envs(self.prepared.whole_environment())
                .stdin(upstream.take().map_or_else(Stdio::null, Stdio::from))
                .stdout(stdout)
                .stderr(sinks.stderr.try_clone().map_err(failed)?)
                .process_group(group);
            system::limit(&mut command);
            self.prepared.recheck_executables(from + place, 1)?;
            let child = tokio::process::Command::from(command)
                .kill_on_drop(true)
                .spawn();
            children.push(child.map_err(failed)?);
            upstream = next;
        }
        Ok(children)
    }

    /// Every program that was started was started as it should.
    #[expect(clippy::unused_async, reason = "elsewhere a sandbox's report is read")]
    pub(crate) async fn entered(&self) -> Result<(), RunError> {
        Ok(())
    }

    /// How the programs are contained, in plain words.
    pub(crate) fn describe(&self) -> String {
        self.prepared.containment().to_string()
    }

    /// Ends every process that did not leave the group.
    pub(crate) fn kill(&self) {
        system::end_group(self.group);
    }

    /// Ends what is left.
    #[expect(
        clippy::unused_async,
        reason = "elsewhere there is something to wait for"
    )]
    pub(crate) async fn finish(self) -> Aside {
        Aside::default()
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.kill();
        let leader = self
            .leader
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        // It was killed a moment ago, and holds nothing that could keep it.
        drop(leader.wait());
    }
}
