//! One command's processes: their group, their sandbox, the pipes they share. Starts pipelines and
//! ends everything; what starts when is decided in `running`.

use std::{
    fs::OpenOptions,
    io::{self, PipeReader, PipeWriter, Write as _},
    os::{
        fd::OwnedFd,
        unix::{fs::OpenOptionsExt as _, process::CommandExt as _},
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use tokio::{process::Child, runtime::Handle, task};

use super::{
    bubblewrap::{Bubblewrap, Status, Wrapped},
    calls::{self, Policy},
    cgroup::Group,
    limits,
    reach::{self, Ground, Writable},
    ruleset::{self, Version},
    scratch::Scratch,
    spawner::on_spawner,
    system::{self, Entry, NOT_ENTERED, NOT_HELD, Sandbox, Warden, Way},
};
use crate::{
    Backend, Changed, Prepared, Profile, RunError, Uncontained,
    guard::{self, Aside, Guarded},
    running::{DYING, Sinks, could_not_start},
};

/// What a command's processes are made of, before there are any.
#[derive(Debug)]
pub(crate) struct Tree {
    prepared: Arc<Prepared>,
    soil: Arc<Soil>,
    warden: Arc<Warden>,
    /// What one word to ends every reaper.
    stop: PipeWriter,
    /// Taken when it was tidied up.
    afterwards: Option<Afterwards>,
}

/// What every program of the command starts from.
#[derive(Debug)]
struct Soil {
    entry: Arc<Entry>,
    jail: Jail,
    /// Variables on top of those that were shown.
    scratch: Option<PathBuf>,
    group: Option<Group>,
    statuses: Mutex<Vec<Status>>,
}

#[derive(Debug)]
enum Jail {
    Landlock(Arc<Sandbox>),
    Bubblewrap(Bubblewrap),
    Unconfined(Arc<OwnedFd>),
}

impl Tree {
    /// Checks the folders once more and makes the sandbox around them.
    pub(crate) async fn plant(prepared: Arc<Prepared>, backend: Backend) -> Result<Self, RunError> {
        Self::plant_on(system::landlock_version(), prepared, backend).await
    }

    /// The same with a Landlock of this version, or what the kernel has if that is less.
    pub(super) async fn plant_on(
        version: Version,
        prepared: Arc<Prepared>,
        backend: Backend,
    ) -> Result<Self, RunError> {
        let shown = Arc::clone(&prepared);
        let (soil, stop, guarded) =
            task::spawn_blocking(move || Soil::prepare(&shown, version, backend))
                .await
                .map_err(|error| could_not_start("the sandbox", io::Error::other(error)))??;
        let soil = Arc::new(soil);
        let warden = on_spawner(Warden::start)
            .await
            .unwrap_or_else(|| Err(no_spawner()))
            .map_err(|source| could_not_start("the process group", source))?;
        let warden = Arc::new(warden);
        let (guarded, scratch) = guarded;
        let afterwards = Afterwards {
            soil: Arc::clone(&soil),
            warden: Arc::clone(&warden),
            folder: prepared.containment().folder().map(Path::to_owned),
            guarded,
            _scratch: scratch,
        };
        Ok(Self {
            prepared,
            soil,
            warden,
            stop,
            afterwards: Some(afterwards),
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
        let pipeline = Pipeline {
            prepared: Arc::clone(&self.prepared),
            soil: Arc::clone(&self.soil),
            warden: Arc::clone(&self.warden),
            runtime: Handle::current(),
        };
        on_spawner(move || pipeline.start(from, count, &sinks))
            .await
            .unwrap_or_else(|| Err(could_not_start("the programs", no_spawner())))
    }

    /// Fails where programs that have ended never began, because their sandbox gave up before.
    pub(crate) async fn entered(&self) -> Result<(), RunError> {
        if !matches!(self.soil.jail, Jail::Bubblewrap(_)) {
            return Ok(());
        }
        let soil = Arc::clone(&self.soil);
        let all_ran = task::spawn_blocking(move || {
            let mut statuses = soil.statuses.lock().unwrap_or_else(PoisonError::into_inner);
            let ran = statuses.iter_mut().all(|status| {
                status.read();
                status.ran()
            });
            statuses.retain(Status::lives);
            ran
        })
        .await
        .map_err(|error| could_not_start("the sandbox", io::Error::other(error)))?;
        if all_ran {
            return Ok(());
        }
        Err(RunError::Uncontained(Uncontained::Broken {
            backend: Backend::Bubblewrap,
            said: String::new(),
        }))
    }

    /// How the programs are contained, in plain words.
    pub(crate) fn describe(&self) -> String {
        let containment = self.prepared.containment();
        let by = match &self.soil.jail {
            Jail::Landlock(_) if containment.profile().writes() => {
                " (Landlock; no new names beside what is kept from change, no modes or times)"
            }
            Jail::Landlock(_) => " (Landlock)",
            Jail::Bubblewrap(_) => " (bubblewrap)",
            Jail::Unconfined(_) => "",
        };
        let group = self.soil.group.as_ref();
        let group = group.map_or_else(String::new, |group| format!("; {}", group.describe()));
        format!("{containment}{by}{group}")
    }

    /// Ends every process there is.
    pub(crate) fn kill(&self) {
        self.warden.kill();
        if matches!(self.soil.jail, Jail::Unconfined(_)) {
            // The reapers look, and do not read: one word is for all of them, a second for nobody.
            drop((&self.stop).write(b"."));
        }
    }

    /// Ends what is left, waits until it has ended, and tidies up.
    pub(crate) async fn finish(mut self) -> Aside {
        self.kill();
        let Some(afterwards) = self.afterwards.take() else {
            return Aside::default();
        };
        task::spawn_blocking(move || afterwards.tidy())
            .await
            .unwrap_or_default()
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        // A pipeline that is just being started may hold on to the warden for a moment longer.
        self.kill();
        if let Some(afterwards) = self.afterwards.take().filter(Afterwards::has_work) {
            // Dropped in the middle: nobody waits, and it is done all the same.
            drop(
                thread::Builder::new()
                    .name("tidying".to_owned())
                    .spawn(move || afterwards.tidy()),
            );
        }
    }
}

/// What is to be done when the last process has ended.
#[derive(Debug)]
struct Afterwards {
    soil: Arc<Soil>,
    warden: Arc<Warden>,
    folder: Option<PathBuf>,
    guarded: Guarded,
    /// Gone with this.
    _scratch: Option<Scratch>,
}

impl Afterwards {
    fn has_work(&self) -> bool {
        self.folder.is_some()
    }

    fn tidy(self) -> Aside {
        self.warden.bury();
        let Some(folder) = &self.folder else {
            return Aside::default();
        };
        // What still runs could still make names.
        let deadline = Instant::now() + DYING;
        while self.anybody_lives() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
        guard::set_aside(folder, &self.guarded)
    }

    fn anybody_lives(&self) -> bool {
        let mut statuses = self
            .soil
            .statuses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // The group first: while a sandbox's own program lives, its report is not complete.
        !self.warden.is_deserted()
            || statuses.iter_mut().any(|status| {
                status.read();
                status.lives()
            })
    }
}

/// What goes with the soil, and only for as long as the command.
type Belongings = (Guarded, Option<Scratch>);

impl Soil {
    fn prepare(
        prepared: &Prepared,
        version: Version,
        backend: Backend,
    ) -> Result<(Self, PipeWriter, Belongings), RunError> {
        let profile = prepared.containment().profile();
        if !super::backends(profile).contains(&backend) {
            return Err(Uncontained::NotOffered { backend, profile }.into());
        }
        prepared.recheck_folder()?;
        let folder = working_dir(prepared)?;
        let setup = |what| move |source| RunError::from(Uncontained::setup(what)(source));
        let (stop, stopper) = io::pipe().map_err(setup("process group"))?;
        let writable = prepared.containment().folder();
        let guarded = match writable {
            Some(folder) => {
                guard::look(folder).map_err(|source| Uncontained::NotLookedThrough {
                    path: folder.to_owned(),
                    source,
                })?
            }
            None => Guarded::default(),
        };
        let scratch = writable
            .map(|_| Scratch::new())
            .transpose()
            .map_err(setup("temporary folder"))?;
        let ground = Ground {
            surroundings: prepared.surroundings(),
            working_dir: prepared.working_dir(),
            writable: writable
                .zip(scratch.as_ref())
                .map(|(folder, scratch)| Writable {
                    folder,
                    guarded: &guarded,
                    scratch: scratch.path(),
                }),
            network: profile.reaches_network(),
        };
        let policy = |landlock| Policy {
            landlock,
            writes: profile.writes(),
            network: profile.reaches_network(),
        };
        let jail = match backend {
            Backend::Landlock => Jail::Landlock(Arc::new(Sandbox {
                files: ruleset::ruleset(version, ground.network, reach::openings(&ground))?,
                calls: calls::filters(policy(Some(version)))?,
            })),
            Backend::Bubblewrap => {
                let filters = calls::filters(policy(None))?;
                Jail::Bubblewrap(Bubblewrap::new(prepared, &ground, filters)?)
            }
            Backend::Unconfined | Backend::LowIntegrity => {
                Jail::Unconfined(Arc::new(OwnedFd::from(stop)))
            }
        };
        let (group, groups) = Group::make().unzip();
        let own_scratch = matches!(jail, Jail::Landlock(_))
            .then(|| scratch.as_ref().map(|scratch| scratch.path().to_owned()))
            .flatten();
        let soil = Self {
            entry: Arc::new(Entry {
                folder,
                limits: limits::limits(profile, system::user()),
                groups: groups.unwrap_or_default(),
            }),
            jail,
            scratch: own_scratch,
            group,
            statuses: Mutex::new(Vec::new()),
        };
        Ok((soil, stopper, (guarded, scratch)))
    }
}

/// From here on the folder is held by a handle: whatever takes its name is not entered.
fn working_dir(prepared: &Prepared) -> Result<OwnedFd, RunError> {
    let changed = || Changed::WorkingDir {
        path: prepared.working_dir().to_owned(),
    };
    let folder = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_PATH | libc::O_DIRECTORY | libc::O_NOFOLLOW)
        .open(prepared.working_dir())
        .map_err(|_| changed())?;
    let metadata = folder
        .metadata()
        .map_err(Uncontained::setup("working folder"))?;
    if !prepared.is_working_dir(&metadata) {
        return Err(changed().into());
    }
    Ok(folder.into())
}

/// What the spawner needs to start programs.
struct Pipeline {
    prepared: Arc<Prepared>,
    soil: Arc<Soil>,
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
            let (mut command, way) = self.command(from + place, &argv, &path)?;
            command
                .env_clear()
                .envs(self.prepared.whole_environment())
                .stdin(upstream.take().map_or_else(Stdio::null, Stdio::from))
                .stdout(stdout)
                .stderr(sinks.stderr.try_clone().map_err(failed)?);
            if let Some(scratch) = &self.soil.scratch
                && !self.prepared.whole_environment().contains_key("TMPDIR")
            {
                command.env("TMPDIR", scratch);
            }
            system::prepare(
                &mut command,
                Arc::clone(&self.soil.entry),
                way,
                &self.warden,
            );
            self.prepared.recheck_executables(from + place, 1)?;
            let mut command = tokio::process::Command::from(command);
            // A reaper that is killed could end nobody.
            let killed = self.prepared.containment().profile() != Profile::None;
            let child = command.kill_on_drop(killed).spawn();
            children.push(child.map_err(|source| refused(&path, source))?);
            upstream = next;
        }
        Ok(children)
    }

    fn command(
        &self,
        place: usize,
        argv: &[String],
        path: &Path,
    ) -> Result<(Command, Way), RunError> {
        let direct = || {
            let mut command = Command::new(path);
            if let Some((name, arguments)) = argv.split_first() {
                command.arg0(name).args(arguments);
            }
            command
        };
        Ok(match &self.soil.jail {
            Jail::Landlock(sandbox) => (direct(), Way::Landlock(Arc::clone(sandbox))),
            Jail::Unconfined(stop) => (direct(), Way::Unconfined(Arc::clone(stop))),
            Jail::Bubblewrap(bubblewrap) => {
                let wrapped = bubblewrap
                    .wrap(argv, path, |metadata| {
                        self.prepared.is_executable(place, metadata)
                    })
                    .map_err(Uncontained::setup("bubblewrap"))?;
                let Wrapped {
                    command,
                    inherited,
                    status,
                } = wrapped.ok_or_else(|| Changed::Executable {
                    path: path.to_owned(),
                })?;
                self.soil
                    .statuses
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(status);
                (command, Way::Bubblewrap(inherited))
            }
        })
    }
}

fn refused(path: &Path, source: io::Error) -> RunError {
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

fn no_spawner() -> io::Error {
    io::Error::other("the thread that starts programs is gone")
}
