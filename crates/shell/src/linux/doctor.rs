//! Trying the sandbox out. What a program inside may not do is tried by a program inside.

use std::{
    collections::BTreeMap,
    env, fs, io,
    os::unix::fs::DirBuilderExt as _,
    path::PathBuf,
    process,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use chaperone_protocol::{Execute, Program};
use tokio::runtime;
use tokio_util::sync::CancellationToken;

use crate::{Prepared, RunError, Surroundings, Uncontained, prepare};

/// Each line that succeeds and should not have, or the other way round, has its own exit code.
/// That no socket can be opened is checked on the way into every sandbox.
const TRIAL: &str = "\
read -r line < readable || exit 11
( : > written ) 2> /dev/null && exit 12
( read -r line < secret/key ) 2> /dev/null && exit 13
( : < secret/key ) 2> /dev/null && exit 13
exit 0";

pub(crate) fn doctor() -> Result<(), Uncontained> {
    let untried = |error: io::Error| Uncontained::Untried(error.to_string());
    // The caller may be on a runtime already, where another must not be waited for.
    let trial = thread::Builder::new()
        .name("doctor".to_owned())
        .spawn(move || -> Result<(), Uncontained> {
            runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(untried)?
                .block_on(try_out())
        })
        .map_err(untried)?;
    trial
        .join()
        .unwrap_or_else(|_| Err(Uncontained::Untried("the trial broke off".to_owned())))
}

async fn try_out() -> Result<(), Uncontained> {
    let folder = Folder::new().map_err(|error| Uncontained::Untried(error.to_string()))?;
    let prepared = folder.trial()?;
    match crate::run(prepared, CancellationToken::new()).await {
        Ok(executed) => match executed.exit_code {
            // What was not written must not be there either, whatever the program said.
            0 if folder.0.join("written").exists() => Err(Uncontained::Leaks("write a file")),
            0 => Ok(()),
            11 => Err(Uncontained::Untried(
                "a program inside could not even read what it may read".to_owned(),
            )),
            12 => Err(Uncontained::Leaks("write a file")),
            13 => Err(Uncontained::Leaks("read a secret")),
            code => Err(Uncontained::Untried(format!(
                "the trial ended with {code}: {}",
                executed.stderr.trim()
            ))),
        },
        Err(RunError::Uncontained(reason)) => Err(reason),
        Err(error) => Err(Uncontained::Untried(error.to_string())),
    }
}

/// A folder for the trial, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("chaperone-doctor-{}-{number}", process::id());
        let path = env::temp_dir().join(name);
        let mut builder = fs::DirBuilder::new();
        builder.mode(0o700);
        // Fails where somebody else put something in its place.
        builder.create(&path)?;
        let folder = Self(path);
        builder.create(folder.0.join("secret"))?;
        fs::write(folder.0.join("secret/key"), "secret\n")?;
        fs::write(folder.0.join("readable"), "readable\n")?;
        Ok(folder)
    }

    fn trial(&self) -> Result<Prepared, Uncontained> {
        let surroundings = Surroundings {
            home: None,
            working_folder: self.0.clone(),
            secrets: vec![self.0.join("secret")],
        };
        let execute = Execute {
            line: TRIAL.to_owned(),
            working_dir: None,
            timeout: Duration::from_secs(5),
            environment: BTreeMap::new(),
        };
        let program = Program::Script {
            text: TRIAL.to_owned(),
            because: "it redirects".to_owned(),
        };
        prepare(&execute, program, &surroundings)
            .map_err(|error| Uncontained::Untried(error.to_string()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What can not be removed is left to the system's own cleaning of its temporary folder.
        drop(fs::remove_dir_all(&self.0));
    }
}
