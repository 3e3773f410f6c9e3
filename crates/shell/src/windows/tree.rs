//! One command's processes: the job they are in, the pipes they share. Starts pipelines and ends
//! everything; what starts when is decided in `running`.

use std::{
    io::{self, PipeReader},
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
};

use tokio::{process::Child, task};

use super::system::{self, Job};
use crate::{
    Backend, Prepared, RunError, Uncontained,
    guard::Aside,
    running::{Sinks, could_not_start},
};

/// What a command's processes are made of, before there are any.
#[derive(Debug)]
pub(crate) struct Tree {
    prepared: Arc<Prepared>,
    backend: Backend,
    job: Arc<Job>,
}

impl Tree {
    /// Checks the folder once more and makes the job.
    #[expect(clippy::unused_async, reason = "elsewhere there is more to make")]
    pub(crate) async fn plant(prepared: Arc<Prepared>, backend: Backend) -> Result<Self, RunError> {
        let profile = prepared.containment().profile();
        if !super::backends(profile).contains(&backend) {
            return Err(Uncontained::NotOffered { backend, profile }.into());
        }
        prepared.recheck_folder()?;
        let job =
            Job::new(backend == Backend::LowIntegrity).map_err(Uncontained::setup("the job"))?;
        Ok(Self {
            prepared,
            backend,
            job: Arc::new(job),
        })
    }

    /// Starts `count` programs, from the one numbered `from`, each reading what the one before
    /// writes.
    pub(crate) async fn start(
        &self,
        from: usize,
        count: usize,
        sinks: &Sinks,
    ) -> Result<Vec<Child>, RunError> {
        let pipes = |error| could_not_start("the programs' pipes", error);
        let sinks = sinks.try_clone().map_err(pipes)?;
        let prepared = Arc::clone(&self.prepared);
        let job = Arc::clone(&self.job);
        let lowered = self.backend == Backend::LowIntegrity;
        task::spawn_blocking(move || pipeline(&prepared, &job, lowered, (from, count), &sinks))
            .await
            .map_err(|error| could_not_start("the programs", io::Error::other(error)))?
    }

    /// Every program that was started was started inside.
    #[expect(clippy::unused_async, reason = "elsewhere a sandbox's report is read")]
    pub(crate) async fn entered(&self) -> Result<(), RunError> {
        Ok(())
    }

    /// How the programs are contained, in plain words.
    pub(crate) fn describe(&self) -> String {
        let containment = self.prepared.containment();
        let by = if self.backend == Backend::LowIntegrity {
            " (low integrity)"
        } else {
            ""
        };
        format!("{containment}{by}; its processes held in a job")
    }

    /// Ends every process there is.
    pub(crate) fn kill(&self) {
        self.job.end();
    }

    /// Ends what is left.
    #[expect(
        clippy::unused_async,
        reason = "elsewhere there is something to wait for"
    )]
    pub(crate) async fn finish(self) -> Aside {
        self.kill();
        Aside::default()
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.kill();
    }
}

fn pipeline(
    prepared: &Prepared,
    job: &Job,
    lowered: bool,
    (from, count): (usize, usize),
    sinks: &Sinks,
) -> Result<Vec<Child>, RunError> {
    let mut children = Vec::with_capacity(count);
    let mut upstream: Option<PipeReader> = None;
    let programs: Vec<(Vec<String>, PathBuf)> = prepared
        .executables()
        .iter()
        .skip(from)
        .take(count)
        .cloned()
        .collect();
    for (place, (argv, path)) in programs.into_iter().enumerate() {
        let failed = |source| could_not_start(&path.display().to_string(), source);
        let (next, stdout) = if place + 1 == count {
            (None, sinks.stdout.try_clone().map_err(failed)?)
        } else {
            let (reader, writer) = io::pipe().map_err(failed)?;
            (Some(reader), writer)
        };
        let mut command = Command::new(&path);
        command
            .args(argv.iter().skip(1))
            .current_dir(prepared.working_dir())
            .env_clear()
            .envs(prepared.whole_environment())
            .stdin(upstream.take().map_or_else(Stdio::null, Stdio::from))
            .stdout(stdout)
            .stderr(sinks.stderr.try_clone().map_err(failed)?);
        system::start_suspended(&mut command);
        prepared.recheck_executables(from + place, 1)?;
        let mut child = tokio::process::Command::from(command)
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        // Nothing of it has run yet; from here on it is in the job, or it never runs.
        let admitted = system::admit(&child, job, lowered);
        if let Err(source) = admitted {
            drop(child.start_kill());
            return Err(Uncontained::Setup {
                what: "entering it",
                source,
            }
            .into());
        }
        children.push(child);
        upstream = next;
    }
    Ok(children)
}
