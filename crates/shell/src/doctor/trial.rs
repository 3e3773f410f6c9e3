//! One trial: a folder with something to read, a secret and a neighbour; a writer, a reader and a
//! connector inside the sandbox; and a look from outside at what they really did.

use std::{
    collections::{BTreeMap, hash_map::RandomState},
    env, fs,
    hash::BuildHasher as _,
    io,
    net::TcpListener,
    path::PathBuf,
    process,
    time::Duration,
};

use chaperone_protocol::{Execute, Executed, Program};
use tokio_util::sync::CancellationToken;

use crate::{Backend, Containment, Prepared, Profile, RunError, Surroundings, Uncontained};
use crate::{prepare, running};

/// Each line that succeeds and should not have, or the other way round, has its own exit code. The
/// words before it say what should work: `writes` and `connects`, each `yes` or `no`.
#[cfg(not(windows))]
const TRIAL: &str = "\
read -r line < readable || exit 11
( : > ../outside/written ) 2> /dev/null && exit 12
( read -r line < secret/key ) 2> /dev/null && exit 13
( : > secret/key ) 2> /dev/null && exit 14
( : > .git/written ) 2> /dev/null && exit 15
( read -r line < ../.ssh/key ) 2> /dev/null && exit 13
if ( : > open/written ) 2> /dev/null
then [ $writes = yes ] || exit 12
else [ $writes = no ] || exit 16
fi
if [ -n \"$BASH_VERSION\" ]; then
  if ( : > /dev/tcp/127.0.0.1/$port ) 2> /dev/null
  then [ $connects = yes ] || exit 17
  else [ $connects = no ] || exit 18
  fi
fi
exit 0";

/// The same for the one profile there is something for here.
#[cfg(windows)]
const TRIAL: &str = "@echo off\r\n\
type readable > nul 2> nul || exit 11\r\n\
(echo x> ..\\outside\\written) 2> nul && exit 12\r\n\
(echo x> open\\written) 2> nul && exit 12\r\n\
type secret\\key > nul 2> nul && exit 13\r\n\
type ..\\.ssh\\key > nul 2> nul && exit 13\r\n\
curl -s -m 2 http://127.0.0.1:%port%/ > nul 2> nul && exit 17\r\n\
exit 0\r\n";

pub(super) async fn run(profile: Profile, backend: Backend) -> Result<(), Uncontained> {
    let untried = |error: io::Error| Uncontained::Untried(error.to_string());
    let folder = Folder::new().map_err(untried)?;
    let listener = TcpListener::bind("127.0.0.1:0").map_err(untried)?;
    listener.set_nonblocking(true).map_err(untried)?;
    let port = listener.local_addr().map_err(untried)?.port();
    let prepared = folder.trial(profile, port)?;
    let executed = match running::run(backend, prepared, CancellationToken::new()).await {
        Ok(executed) => executed,
        Err(RunError::Uncontained(reason)) => return Err(reason),
        Err(error) => return Err(Uncontained::Untried(error.to_string())),
    };
    if profile == Profile::None {
        return judged_by_code(&executed);
    }
    // What was not done must not have happened either, whatever the program said.
    if folder.0.join("outside/written").exists()
        || folder.0.join("work/.git/written").exists()
        || (!profile.writes() && folder.0.join("work/open/written").exists())
    {
        return Err(Uncontained::Leaks("write where it must not"));
    }
    if !profile.reaches_network() && listener.accept().is_ok() {
        return Err(Uncontained::Leaks("reach the network"));
    }
    judged_by_code(&executed)
}

fn judged_by_code(executed: &Executed) -> Result<(), Uncontained> {
    let unable = |what: &str| Err(Uncontained::Untried(format!("a program inside {what}")));
    match executed.exit_code {
        0 => Ok(()),
        11 => unable("could not even read what it may read"),
        12 => Err(Uncontained::Leaks("write a file")),
        13 => Err(Uncontained::Leaks("read a secret")),
        14 => Err(Uncontained::Leaks("write to a secret")),
        15 => Err(Uncontained::Leaks("write into a repository's own folder")),
        16 => unable("could not write where it may write"),
        17 => Err(Uncontained::Leaks("reach the network")),
        18 => unable("could not reach the network"),
        code => Err(Uncontained::Untried(format!(
            "the trial ended with {code}: {}",
            executed.stderr.trim()
        ))),
    }
}

#[cfg(unix)]
fn for_nobody_else() -> fs::DirBuilder {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = fs::DirBuilder::new();
    builder.mode(0o700);
    builder
}

/// The folder for temporary files is the person's own here.
#[cfg(not(unix))]
fn for_nobody_else() -> fs::DirBuilder {
    fs::DirBuilder::new()
}

/// A folder for the trial, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> io::Result<Self> {
        // Random: a process that was killed left its own behind, and the next of the same number
        // must not trip over it. Named like what commands use, so that it is swept like that.
        let random = RandomState::new().hash_one(process::id());
        let name = format!("chaperone-run-trial-{random:016x}");
        let path = fs::canonicalize(env::temp_dir())?.join(name);
        let builder = for_nobody_else();
        // Fails where somebody else put something in its place.
        builder.create(&path)?;
        let folder = Self(path);
        for inner in [
            "work",
            "work/open",
            "work/secret",
            "work/.git",
            "outside",
            ".ssh",
        ] {
            builder.create(folder.0.join(inner))?;
        }
        fs::write(folder.0.join("work/secret/key"), "secret\n")?;
        fs::write(folder.0.join(".ssh/key"), "secret\n")?;
        fs::write(folder.0.join("work/readable"), "readable\n")?;
        Ok(folder)
    }

    fn trial(&self, profile: Profile, port: u16) -> Result<Prepared, Uncontained> {
        let work = self.0.join("work");
        let surroundings = Surroundings {
            home: Some(self.0.clone()),
            working_folder: work.clone(),
            secrets: vec![work.join("secret"), self.0.join(".ssh")],
        };
        let containment = match profile {
            Profile::ReadOnly => Containment::ReadOnly,
            Profile::Write => Containment::Write { folder: work },
            Profile::WriteNetwork => Containment::WriteNetwork { folder: work },
            Profile::None => Containment::None,
        };
        let (program, environment) = self.program(profile, port)?;
        let execute = Execute {
            line: "a trial".to_owned(),
            working_dir: None,
            timeout: Duration::from_secs(5),
            environment,
        };
        prepare(&execute, program, &containment, &surroundings)
            .map_err(|error| Uncontained::Untried(error.to_string()))
    }

    #[cfg(not(windows))]
    #[expect(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "elsewhere it takes a file"
    )]
    fn program(&self, profile: Profile, port: u16) -> Result<Trial, Uncontained> {
        let yes = |is: bool| if is { "yes" } else { "no" };
        let text = if profile == Profile::None {
            "exit 0".to_owned()
        } else {
            format!(
                "writes={} connects={} port={port}\n{TRIAL}",
                yes(profile.writes()),
                yes(profile.reaches_network()),
            )
        };
        let because = chaperone_protocol::NeedsShell::Redirection;
        Ok((Program::Script { text, because }, BTreeMap::new()))
    }

    #[cfg(windows)]
    fn program(&self, profile: Profile, port: u16) -> Result<Trial, Uncontained> {
        use chaperone_protocol::{Join, Step};
        let text = if profile == Profile::None {
            "@exit 0\r\n"
        } else {
            TRIAL
        };
        fs::write(self.0.join("work/trial.cmd"), text)
            .map_err(|error| Uncontained::Untried(error.to_string()))?;
        let words = ["cmd", "/d", "/c", "trial.cmd"];
        let step = Step {
            join: Join::Then,
            pipeline: vec![words.map(str::to_owned).to_vec()],
        };
        let environment = BTreeMap::from([("port".to_owned(), port.to_string())]);
        Ok((Program::Plain { steps: vec![step] }, environment))
    }
}

/// What runs, and the variables it asks for.
type Trial = (Program, BTreeMap<String, String>);

impl Drop for Folder {
    fn drop(&mut self) {
        // What can not be removed is left to the system's own cleaning of its temporary folder.
        drop(fs::remove_dir_all(&self.0));
    }
}
