//! A database server of our own, for as long as the tests take.
//!
//! It listens on a socket in a folder for temporary files and on nothing else.

use std::{
    env, fs,
    os::unix::{
        fs::{MetadataExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::workspace::must;

/// It refuses to run as root.
const NOBODY: u32 = 65534;
const READY_WITHIN: Duration = Duration::from_mins(1);

pub(super) struct Database {
    folder: PathBuf,
    server: Child,
}

impl Database {
    pub(super) fn start() -> Result<Self> {
        let programs = programs()?;
        let folder = env::temp_dir().join(format!("chaperone-database-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("making {}", folder.display()))?;
        let user = fs::metadata("/proc/self")?.uid();
        let program = |name: &str| {
            let mut command = Command::new(programs.join(name));
            command.current_dir(&folder).env("LC_ALL", "C.UTF-8");
            if user == 0 {
                command.uid(NOBODY).gid(NOBODY);
            }
            command
        };
        if user == 0 {
            chown(&folder, Some(NOBODY), Some(NOBODY))?;
        }
        let data = folder.join("data");
        must(
            program("initdb")
                .args([
                    "--auth=trust",
                    "--username=chaperone",
                    "--no-sync",
                    "--pgdata",
                ])
                .arg(&data)
                .stdout(Stdio::null()),
        )?;
        let server = program("postgres")
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            // What is lost with a crash of this computer was for a test.
            .args([
                "-c",
                "listen_addresses=",
                "-c",
                "fsync=off",
                "-c",
                "max_connections=300",
            ])
            .args(["-c", "log_min_messages=fatal"])
            .stdout(Stdio::null())
            .spawn()
            .context("starting postgres")?;
        let mut database = Self { folder, server };
        let until = Instant::now() + READY_WITHIN;
        while !database.folder.join(".s.PGSQL.5432").exists() {
            ensure!(database.server.try_wait()?.is_none(), "postgres has ended");
            ensure!(Instant::now() < until, "postgres is not ready in time");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(database)
    }

    /// Where it is, for the tests.
    pub(super) fn address(&self) -> String {
        format!("host={} user=chaperone", self.folder.display())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Its own word for ending at once, connections or not.
        let told = Command::new("kill")
            .args(["-INT", &self.server.id().to_string()])
            .status();
        if !told.is_ok_and(|status| status.success()) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Where the server's programs are: Debian keeps them out of the search path.
fn programs() -> Result<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    folders.sort();
    folders.reverse();
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let has = |folder: &PathBuf| {
        ["initdb", "postgres"]
            .iter()
            .all(|name| is_file(&folder.join(name)))
    };
    match folders.into_iter().find(has) {
        Some(folder) => Ok(folder),
        None => bail!("there is no PostgreSQL here: install the package postgresql"),
    }
}

fn is_file(path: &Path) -> bool {
    path.is_file()
}
