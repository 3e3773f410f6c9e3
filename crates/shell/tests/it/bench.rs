//! The one way these tests run anything.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Once,
    time::{Duration, Instant},
};

use chaperone_protocol::{Execute, Executed, Join, Program, Step};
use chaperone_shell::{PrepareError, Prepared, RunError, Surroundings, doctor, prepare, run};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A home with a secret, and a folder for agents in it.
pub(crate) struct Bench {
    pub(crate) root: TempDir,
    pub(crate) surroundings: Surroundings,
}

pub(crate) fn bench() -> Bench {
    static CONTAINED: Once = Once::new();
    CONTAINED.call_once(|| {
        doctor().expect("these tests prove nothing where programs can not be contained");
    });
    let root = TempDir::new().unwrap();
    let home = fs::canonicalize(root.path()).unwrap().join("home");
    let work = home.join("work");
    fs::create_dir_all(&work).unwrap();
    fs::create_dir_all(home.join(".ssh")).unwrap();
    fs::create_dir_all(home.join("data")).unwrap();
    fs::write(home.join(".ssh/id"), "secret\n").unwrap();
    fs::write(home.join("data/vault"), "secret\n").unwrap();
    fs::write(home.join("note"), "private\n").unwrap();
    fs::write(work.join("readable"), "readable\n").unwrap();
    let surroundings = Surroundings::of(&home, work, [home.join("data")]);
    Bench { root, surroundings }
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
        because: "the test says so".to_owned(),
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
        prepare(&execute("a line"), program, &self.surroundings)
    }

    /// Runs it with all the time it needs.
    pub(crate) async fn run(&self, program: Program) -> Executed {
        let prepared = self.prepare(program).unwrap();
        run(prepared, CancellationToken::new()).await.unwrap()
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
        let prepared = prepare(&execute, script(text), &self.surroundings).unwrap();
        run(prepared, CancellationToken::new()).await
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

/// The pids that a program printed, one a line.
pub(crate) fn pids(printed: &str) -> Vec<u32> {
    let pids: Vec<u32> = printed
        .lines()
        .map(|pid| pid.trim().parse().unwrap())
        .collect();
    assert!(!pids.is_empty(), "no pid was printed");
    pids
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
