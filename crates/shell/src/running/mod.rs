//! When which pipeline runs, when all of it ends, and what is handed back. What a process is, and
//! what keeps it in, is the platform's business.

mod stream;

use std::{
    io::{self, PipeWriter},
    process::ExitStatus,
    sync::Arc,
    time::Duration,
};

use chaperone_protocol::{Executed, Join, Program};
use tokio::{
    process::Child,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Backend, Prepared, RunError, Uncontained, guard::Aside, output::Output, platform::Tree,
};
use stream::{Stream, stream};

/// Of each stream so much is kept, half from either end.
const OUTPUT_BYTES: usize = 1 << 20;
/// How long output is waited for that a process left behind may still write.
const DRAIN: Duration = Duration::from_millis(300);
/// How long the kernel gets to end what was killed. A process stuck in a device may take longer,
/// and is not waited for.
pub(crate) const DYING: Duration = Duration::from_millis(500);

/// The ends that every program of the command writes to.
#[derive(Debug)]
pub(crate) struct Sinks {
    pub(crate) stdout: PipeWriter,
    pub(crate) stderr: PipeWriter,
}

impl Sinks {
    #[cfg(any(windows, target_os = "linux"))]
    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        Ok(Self {
            stdout: self.stdout.try_clone()?,
            stderr: self.stderr.try_clone()?,
        })
    }
}

/// Why a command's time ended.
enum End {
    Exited(i32),
    TimedOut,
    Cancelled,
}

/// Makes the tree and runs the command in it.
pub(crate) async fn run(
    backend: Backend,
    prepared: Prepared,
    cancel: CancellationToken,
) -> Result<Executed, RunError> {
    let started = Instant::now();
    let prepared = Arc::new(prepared);
    let tree = Tree::plant(Arc::clone(&prepared), backend).await?;
    grow(started, &prepared, tree, cancel).await
}

/// Runs the command in a tree that was made for it.
pub(crate) async fn grow(
    started: Instant,
    prepared: &Prepared,
    tree: Tree,
    cancel: CancellationToken,
) -> Result<Executed, RunError> {
    let after = prepared.timeout();
    let plan = plan(prepared.program());
    let pipes = |source| RunError::Spawn {
        what: "the programs' pipes".to_owned(),
        source,
    };
    let (stdout, stdout_sink) = stream().map_err(pipes)?;
    let (stderr, stderr_sink) = stream().map_err(pipes)?;
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
    let described = tree.describe();
    let aside = tree.finish().await;

    let (stdout, cut) = printed.finish();
    let (stderr, cut_too) = complained.finish();
    let end = end.map_err(|error| with_reason(error, &stderr))?;
    let exit_code = match end {
        End::Exited(code) => code,
        End::TimedOut | End::Cancelled => KILLED,
    };
    let executed = Executed {
        exit_code,
        stdout,
        stderr,
        cut_bytes: cut + cut_too,
        working_dir: prepared.working_dir().display().to_string(),
        took: started.elapsed(),
        containment: sentence(&described, &aside),
    };
    match end {
        End::Exited(_) => Ok(executed),
        End::TimedOut => Err(RunError::TimedOut {
            after,
            partial: Box::new(executed),
        }),
        End::Cancelled => Err(RunError::Cancelled {
            partial: Box::new(executed),
        }),
    }
}

/// What a sandbox's own program printed is why it gave up.
fn with_reason(error: RunError, printed: &str) -> RunError {
    match error {
        RunError::Uncontained(Uncontained::Broken { backend, .. }) => {
            RunError::Uncontained(Uncontained::Broken {
                backend,
                said: printed.trim().to_owned(),
            })
        }
        error => error,
    }
}

/// The exit code of what was killed, in the shells' way.
const KILLED: i32 = 128 + 9;

fn sentence(described: &str, aside: &Aside) -> String {
    let named = |paths: &[std::path::PathBuf]| {
        let paths: Vec<String> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        paths.join(", ")
    };
    let mut sentence = described.to_owned();
    if !aside.moved.is_empty() {
        sentence.push_str("; set aside, because other programs would obey it: ");
        sentence.push_str(&named(&aside.moved));
    }
    if !aside.stuck.is_empty() {
        sentence.push_str("; look before you use it, it could not be set aside: ");
        sentence.push_str(&named(&aside.stuck));
    }
    sentence
}

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
            let status = reap(children).await.map_err(|source| RunError::Spawn {
                what: "waiting for the programs".to_owned(),
                source,
            })?;
            tree.entered().await?;
            code = status.map_or(0, exit_code);
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

#[cfg(unix)]
fn exit_code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

#[cfg(not(unix))]
fn exit_code(status: ExitStatus) -> i32 {
    status.code().unwrap_or(KILLED)
}

/// Reads to the end of the stream. An error is an end as well: there is nobody to tell.
async fn collect(mut stream: Stream, output: &mut Output) {
    while let Some(bytes) = stream.next().await {
        output.push(bytes);
    }
}

pub(crate) fn could_not_start(what: &str, source: io::Error) -> RunError {
    RunError::Spawn {
        what: what.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_sentence_says_what_was_set_aside() {
        let plain = sentence("read-only", &Aside::default());
        assert_eq!(plain, "read-only");
        let aside = Aside {
            moved: vec![PathBuf::from("a"), PathBuf::from("b")],
            stuck: vec![PathBuf::from("c")],
        };
        assert_eq!(
            sentence("open", &aside),
            "open; set aside, because other programs would obey it: a, b; look before you use it, \
             it could not be set aside: c"
        );
    }
}
