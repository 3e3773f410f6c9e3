//! The one way these tests run anything.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Once,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use chaperone_protocol::{Execute, Executed, Join, NeedsShell, Program, Step};
use chaperone_shell::{
    Backend, Containment, PrepareError, Prepared, Profile, RunError, Surroundings, doctor, prepare,
    run_in,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A home with a secret, and a folder for agents in it, and how what runs there is contained.
pub(crate) struct Bench {
    pub(crate) root: TempDir,
    pub(crate) surroundings: Surroundings,
    pub(crate) backend: Backend,
    pub(crate) containment: Containment,
}

/// Every way there is to run something.
pub(crate) const WAYS: [(Backend, Profile); 7] = [
    (Backend::Landlock, Profile::ReadOnly),
    (Backend::Landlock, Profile::Write),
    (Backend::Landlock, Profile::WriteNetwork),
    (Backend::Bubblewrap, Profile::ReadOnly),
    (Backend::Bubblewrap, Profile::Write),
    (Backend::Bubblewrap, Profile::WriteNetwork),
    (Backend::Unconfined, Profile::None),
];

/// A bench that runs read-only in this sandbox.
pub(crate) fn bench_in(backend: Backend) -> Bench {
    bench_with(backend, Profile::ReadOnly)
}

pub(crate) fn bench_with(backend: Backend, profile: Profile) -> Bench {
    static CONTAINED: Once = Once::new();
    CONTAINED.call_once(|| {
        for finding in doctor() {
            assert!(
                finding.works(),
                "these tests prove nothing where programs can not be contained: {finding}"
            );
        }
    });
    // Not beneath the folder for temporary files, in whose place some sandboxes put their own.
    let root = TempDir::new_in("/var/tmp").unwrap();
    let home = fs::canonicalize(root.path()).unwrap().join("home");
    let work = home.join("work");
    fs::create_dir_all(&work).unwrap();
    fs::create_dir_all(home.join(".ssh")).unwrap();
    fs::create_dir_all(home.join("data")).unwrap();
    fs::write(home.join(".ssh/id"), "secret\n").unwrap();
    fs::write(home.join("data/vault"), "secret\n").unwrap();
    fs::write(home.join("note"), "private\n").unwrap();
    fs::write(work.join("readable"), "readable\n").unwrap();
    let folder = work.clone();
    let containment = match profile {
        Profile::ReadOnly => Containment::ReadOnly,
        Profile::Write => Containment::Write { folder },
        Profile::WriteNetwork => Containment::WriteNetwork { folder },
        Profile::None => Containment::None,
    };
    let surroundings = Surroundings::of(&home, work, [home.join("data")]);
    Bench {
        root,
        surroundings,
        backend,
        containment,
    }
}

pub(crate) fn execute(line: &str) -> Execute {
    Execute {
        line: line.to_owned(),
        working_dir: None,
        timeout: Duration::from_secs(20),
        environment: BTreeMap::new(),
    }
}

pub(crate) fn script(text: &str) -> Program {
    Program::Script {
        text: text.to_owned(),
        because: NeedsShell::Expansion,
    }
}

/// Words between blanks, joined by `|`, `&&`, `||` and `;` as words of their own.
pub(crate) fn plain(line: &str) -> Program {
    let mut steps = vec![Step {
        join: Join::Then,
        pipeline: vec![Vec::new()],
    }];
    for word in line.split_whitespace() {
        let join = match word {
            "&&" => Some(Join::And),
            "||" => Some(Join::Or),
            ";" => Some(Join::Then),
            _ => None,
        };
        if let Some(join) = join {
            steps.push(Step {
                join,
                pipeline: vec![Vec::new()],
            });
            continue;
        }
        let pipeline = &mut steps.last_mut().unwrap().pipeline;
        if word == "|" {
            pipeline.push(Vec::new());
        } else {
            pipeline.last_mut().unwrap().push(word.to_owned());
        }
    }
    Program::Plain { steps }
}

impl Bench {
    pub(crate) fn home(&self) -> &Path {
        self.surroundings.home.as_deref().unwrap()
    }

    pub(crate) fn work(&self) -> &Path {
        &self.surroundings.working_folder
    }

    pub(crate) fn prepare(&self, program: Program) -> Result<Prepared, PrepareError> {
        self.prepare_as(&execute("a line"), program)
    }

    pub(crate) fn prepare_as(
        &self,
        execute: &Execute,
        program: Program,
    ) -> Result<Prepared, PrepareError> {
        prepare(execute, program, &self.containment, &self.surroundings)
    }

    /// Runs it with all the time it needs.
    pub(crate) async fn run(&self, program: Program) -> Executed {
        let prepared = self.prepare(program).unwrap();
        self.start(prepared).await.unwrap()
    }

    pub(crate) async fn script(&self, text: &str) -> Executed {
        self.run(script(text)).await
    }

    /// Runs it with a time limit.
    pub(crate) async fn within(&self, limit: Duration, text: &str) -> Result<Executed, RunError> {
        let execute = Execute {
            timeout: limit,
            ..execute(text)
        };
        let prepared = self.prepare_as(&execute, script(text)).unwrap();
        self.start(prepared).await
    }

    pub(crate) async fn start(&self, prepared: Prepared) -> Result<Executed, RunError> {
        run_in(self.backend, prepared, CancellationToken::new()).await
    }

    /// Runs Python lines, each tried by itself; prints the number and the text of each that worked.
    pub(crate) async fn python(&self, attempts: &[&str]) -> Executed {
        let quoted: Vec<String> = attempts.iter().map(|line| format!("{line:?}")).collect();
        let text = format!(
            "/usr/bin/python3 - <<'END'\n{PRELUDE}\n\
             for number, attempt in enumerate([{}]):\n\
             \x20   try:\n\
             \x20       exec(attempt)\n\
             \x20       print(number, attempt)\n\
             \x20   except (OSError, ValueError) as error:\n\
             \x20       pass\n\
             print('done')\n\
             END",
            quoted.join(",")
        );
        self.script(&text).await
    }

    /// Every path beneath the root, and what the files hold.
    pub(crate) fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn into(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_dir() {
                    found.insert(entry.path(), Vec::new());
                    into(&entry.path(), found);
                } else {
                    let content = fs::read(entry.path()).unwrap_or_default();
                    found.insert(entry.path(), content);
                }
            }
        }
        let mut found = BTreeMap::new();
        into(self.root.path(), &mut found);
        found
    }
}

const PRELUDE: &str = "\
import os, socket, ctypes, signal, mmap, resource, fcntl, struct, subprocess, time
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)
def kernel(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), str(number))
    return result
def put(path):
    with open(path, 'w') as file:
        file.write('broken')
def get(path):
    with open(path) as file:
        print(file.read())";

/// A length of sleep that no other run of these tests uses, to follow a digit.
pub(crate) fn length() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("00.{}{number:03}", std::process::id())
}

/// All processes that sleep for such a length, as numbers of this namespace.
pub(crate) fn sleepers(length: &str) -> Vec<u32> {
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|process| {
            let line = fs::read_to_string(process.path().join("cmdline")).ok()?;
            let sleeps = line.starts_with("sleep\0") && line.contains(length);
            let pid = process.file_name().to_str()?.parse().ok()?;
            sleeps.then_some(pid)
        })
        .collect()
}

/// Makes a program of a shell script. Another process writes it: a file that this one had open for
/// writing could still be open in whatever another thread is just starting, and would not start.
pub(crate) fn program(path: &Path, text: &str) {
    let write = "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod 755 \"$0\"";
    let status = Command::new("/bin/sh")
        .args(["-c", write])
        .arg(path)
        .arg(text)
        .status()
        .unwrap();
    assert!(status.success());
}

/// Whether the process is there and not merely waiting to be buried.
pub(crate) fn lives(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        let state = stat
            .rsplit(") ")
            .next()
            .and_then(|rest| rest.chars().next());
        !matches!(state, Some('Z' | 'X'))
    })
}

/// Fails unless all of them are gone within the second that the house promises.
pub(crate) fn assert_gone(pids: &[u32]) {
    let asked_at = Instant::now();
    while pids.iter().any(|pid| lives(*pid)) {
        assert!(
            asked_at.elapsed() < Duration::from_secs(1),
            "still there: {:?}",
            pids.iter().filter(|pid| lives(**pid)).collect::<Vec<_>>()
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}
