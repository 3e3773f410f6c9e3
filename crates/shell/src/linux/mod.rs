//! Running contained programs on Linux: when which pipeline runs, when all of it ends, and what is
//! handed back. The sandbox itself is in the modules below.

mod calls;
mod doctor;
mod limits;
mod reach;
mod ruleset;
mod spawner;
mod system;
mod tree;

use std::{
    io::{self, PipeReader},
    os::{fd::OwnedFd, unix::process::ExitStatusExt as _},
    process::ExitStatus,
    time::Duration,
};

use chaperone_protocol::{Executed, Join, Program};
use tokio::{
    io::AsyncReadExt as _,
    net::unix::pipe,
    process::Child,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

pub(crate) use doctor::doctor;

use crate::{Prepared, RunError, output::Output};
use ruleset::Version;
use tree::{Sinks, Tree};

/// Of each stream so much is kept, half from either end.
const OUTPUT_BYTES: usize = 1 << 20;
/// How long output is waited for that a process left behind may still write.
const DRAIN: Duration = Duration::from_millis(300);
/// How long the kernel gets to end what was killed. A process stuck in a device may take longer,
/// and is not waited for.
const DYING: Duration = Duration::from_millis(500);

pub(crate) async fn run(
    prepared: Prepared,
    cancel: CancellationToken,
) -> Result<Executed, RunError> {
    run_on(system::landlock_version(), prepared, cancel).await
}

/// Why a command's time ended.
enum End {
    Exited(i32),
    TimedOut,
    Cancelled,
}

async fn run_on(
    version: Version,
    prepared: Prepared,
    cancel: CancellationToken,
) -> Result<Executed, RunError> {
    let started = Instant::now();
    let after = prepared.timeout();
    let containment = prepared.containment();
    let working_dir = prepared.working_dir().display().to_string();
    let plan = plan(prepared.program());
    let tree = Tree::plant(prepared, version).await?;

    let (stdout, stdout_sink) = stream()?;
    let (stderr, stderr_sink) = stream()?;
    let sinks = Sinks {
        stdout: stdout_sink,
        stderr: stderr_sink,
    };
    let mut printed = Output::keeping(OUTPUT_BYTES);
    let mut complained = Output::keeping(OUTPUT_BYTES);
    let mut children = Vec::new();

    let end = {
        let reading = async {
            tokio::join!(
                collect(stdout, &mut printed),
                collect(stderr, &mut complained)
            )
        };
        let mut running = Box::pin(steps(&plan, &tree, sinks, &mut children));
        let limit = sleep_until(started + after);
        tokio::pin!(reading, limit);
        let mut read = false;
        let end = loop {
            tokio::select! {
                status = &mut running => break status.map(End::Exited),
                () = &mut limit => break Ok(End::TimedOut),
                () = cancel.cancelled() => break Ok(End::Cancelled),
                _ = &mut reading, if !read => read = true,
            }
        };
        // With the steps go the ends that they hold open for programs to come.
        drop(running);
        if matches!(end, Ok(End::Exited(_))) && !read {
            // What was left running in the background may still be writing.
            tokio::select! {
                drained = timeout(DRAIN, &mut reading) => read = drained.is_ok(),
                () = cancel.cancelled() => {}
            }
        }
        tree.kill();
        if !read {
            // What they wrote before they were killed is still in the pipes.
            drop(timeout(DYING, &mut reading).await);
        }
        end
    };
    drop(timeout(DYING, reap(&mut children)).await);

    let (exit_code, reason) = match end? {
        End::Exited(code) => (code, None),
        End::TimedOut => (KILLED, Some(End::TimedOut)),
        End::Cancelled => (KILLED, Some(End::Cancelled)),
    };
    let (stdout, cut) = printed.finish();
    let (stderr, cut_too) = complained.finish();
    let executed = Executed {
        exit_code,
        stdout,
        stderr,
        cut_bytes: cut + cut_too,
        working_dir,
        took: started.elapsed(),
        containment: containment.to_string(),
    };
    let partial = || Box::new(executed.clone());
    match reason {
        Some(End::TimedOut) => Err(RunError::TimedOut {
            after,
            partial: partial(),
        }),
        Some(End::Cancelled) => Err(RunError::Cancelled { partial: partial() }),
        Some(End::Exited(_)) | None => Ok(executed),
    }
}

/// The exit code of what was killed, in the shells' way.
const KILLED: i32 = 128 + libc::SIGKILL;

/// One pipeline: how it follows the one before, and how many programs it has.
struct Planned {
    join: Join,
    programs: usize,
}

fn plan(program: &Program) -> Vec<Planned> {
    match program {
        Program::Plain { steps } => steps
            .iter()
            .map(|step| Planned {
                join: step.join,
                programs: step.pipeline.len(),
            })
            .collect(),
        Program::Script { .. } => vec![Planned {
            join: Join::Then,
            programs: 1,
        }],
    }
}

/// Runs one pipeline after the other, as their joins say. The last one that ran gives the code.
async fn steps(
    plan: &[Planned],
    tree: &Tree,
    sinks: Sinks,
    children: &mut Vec<Child>,
) -> Result<i32, RunError> {
    let mut code = 0;
    let mut from = 0;
    for Planned { join, programs } in plan {
        let runs = match join {
            Join::Then => true,
            Join::And => code == 0,
            Join::Or => code != 0,
        };
        if runs {
            *children = tree.start(from, *programs, &sinks).await?;
            code = reap(children)
                .await
                .map_err(|source| RunError::Spawn {
                    what: "waiting for the programs".to_owned(),
                    source,
                })?
                .map_or(0, exit_code);
        }
        from += programs;
    }
    Ok(code)
}

/// Waits for all of them; the last one's status counts.
async fn reap(children: &mut [Child]) -> io::Result<Option<ExitStatus>> {
    let mut status = None;
    for child in children {
        status = Some(child.wait().await?);
    }
    Ok(status)
}

fn exit_code(status: ExitStatus) -> i32 {
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

fn stream() -> Result<(pipe::Receiver, io::PipeWriter), RunError> {
    let open = || -> io::Result<_> {
        let (reader, writer): (PipeReader, _) = io::pipe()?;
        Ok((
            pipe::Receiver::from_owned_fd(OwnedFd::from(reader))?,
            writer,
        ))
    };
    open().map_err(|source| RunError::Spawn {
        what: "the programs' pipes".to_owned(),
        source,
    })
}

/// Reads to the end of the stream. An error is an end as well: there is nobody to tell.
async fn collect(mut stream: pipe::Receiver, output: &mut Output) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(count) = stream.read(&mut buffer).await {
        match buffer.get(..count) {
            Some(bytes) if count > 0 => output.push(bytes),
            _ => break,
        }
    }
}

#[cfg(test)]
mod tests;
