//! What containing a program costs: each way to run `/bin/true` against plainly starting it, in turn
//! and in one run, so that the load of the machine falls on all of them alike. The fastest tenth is what it
//! costs when nobody else wants the processor at that moment.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a program for whoever measures: it prints, and stops at what it did not expect"
)]

use std::{
    collections::BTreeMap,
    env, fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use chaperone_protocol::{Execute, Join, Program, Step};
use chaperone_shell::{Containment, Profile, Surroundings, doctor, prepare, run_in};
use tokio_util::sync::CancellationToken;

const PROGRAM: &str = if cfg!(windows) { "whoami" } else { "/bin/true" };

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let rounds: usize = env::args()
        .nth(1)
        .map_or(50, |rounds| rounds.parse().unwrap());
    let folder = env::temp_dir().join(format!("chaperone-overhead-{}", std::process::id()));
    fs::create_dir_all(folder.join("work")).unwrap();
    let folder = fs::canonicalize(folder).unwrap();
    let mut plain = Vec::new();
    let mut ways: Vec<_> = doctor()
        .into_iter()
        .filter(chaperone_shell::Finding::works)
        .map(|finding| (finding.profile, finding.backend, Vec::new()))
        .collect();
    for _ in 0..rounds {
        plain.push(plainly());
        for (profile, backend, took) in &mut ways {
            let work = folder.join("work");
            let containment = match profile {
                Profile::ReadOnly => Containment::ReadOnly,
                Profile::Write => Containment::Write { folder: work },
                Profile::WriteNetwork => Containment::WriteNetwork { folder: work },
                Profile::None => Containment::None,
            };
            let started = Instant::now();
            let prepared = prepare(&execute(), program(), &containment, &surroundings(&folder));
            let executed = run_in(*backend, prepared.unwrap(), CancellationToken::new()).await;
            assert_eq!(executed.unwrap().exit_code, 0);
            took.push(started.elapsed());
        }
    }
    fs::remove_dir_all(&folder).unwrap();
    plain.sort_unstable();
    println!("{PROGRAM}, {rounds} times, in milliseconds, and how much more than plainly started");
    println!("{:<46} {:>18}  {:>18}", "", "median", "fastest tenth");
    let bases = [2, 10].map(|part| milliseconds(plain[plain.len() / part]));
    println!(
        "{:<46} {:>9.2} {:>18.2}",
        "plainly started", bases[0], bases[1]
    );
    for (profile, backend, mut took) in ways {
        took.sort_unstable();
        let median = milliseconds(took[took.len() / 2]);
        let fast = milliseconds(took[took.len() / 10]);
        println!(
            "{:<46} {median:>9.2} {:>+8.2}  {fast:>9.2} {:>+8.2}",
            format!("{profile}, {backend}"),
            median - bases[0],
            fast - bases[1],
        );
    }
}

fn plainly() -> Duration {
    let started = Instant::now();
    let status = Command::new(PROGRAM)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    assert!(status.unwrap().success());
    started.elapsed()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn execute() -> Execute {
    Execute {
        line: PROGRAM.to_owned(),
        working_dir: None,
        timeout: Duration::from_secs(30),
        environment: BTreeMap::new(),
    }
}

fn program() -> Program {
    Program::Plain {
        steps: vec![Step {
            join: Join::Then,
            pipeline: vec![vec![PROGRAM.to_owned()]],
        }],
    }
}

fn surroundings(folder: &Path) -> Surroundings {
    Surroundings::of(folder, folder.join("work"), [])
}
