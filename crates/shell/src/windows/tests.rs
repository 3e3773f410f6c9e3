//! What holds on Windows, as far as Wine is one: the job, the time limit, the output's caps, the
//! words as they arrive, and that what is not contained says so.

use std::{
    collections::BTreeMap,
    env, fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use chaperone_protocol::{Execute, Executed, FailureCode, Join, Program, Step};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::system;
use crate::{
    Backend, Changed, Containment, Prepared, Profile, RunError, Surroundings, Uncontained, doctor,
    prepare, run,
};

/// Runs one of the parts below, as a program of its own.
fn prepared(folder: &Path, part: &str, words: &[&str], containment: &Containment) -> Prepared {
    let program = env::current_exe().unwrap().display().to_string();
    let part = format!("windows::tests::{part}");
    let mut argv = vec![program, "--exact".to_owned(), part];
    argv.extend(["--ignored", "--nocapture"].map(str::to_owned));
    argv.extend(words.iter().map(|word| (*word).to_owned()));
    let execute = Execute {
        line: "a line".to_owned(),
        working_dir: None,
        timeout: Duration::from_secs(3),
        environment: BTreeMap::new(),
    };
    let program = Program::Plain {
        steps: vec![Step {
            join: Join::Then,
            pipeline: vec![argv],
        }],
    };
    let surroundings = Surroundings::of(folder.join("home"), folder, []);
    prepare(&execute, program, containment, &surroundings).unwrap()
}

async fn part(folder: &Path, name: &str, words: &[&str]) -> Result<Executed, RunError> {
    let prepared = prepared(folder, name, words, &Containment::None);
    run(prepared, CancellationToken::new()).await
}

const WORDS: [&str; 7] = [
    "a b",
    "quoted \"word\"",
    "back\\slash\\",
    "both \\\" of them\\\\",
    "%PATH%",
    "a&b|c>d",
    "\u{fc}\u{202E}",
];

#[test]
#[ignore = "a part of another test"]
fn says_its_words() {
    for word in env::args().skip(5) {
        println!("\nword {word:?}");
    }
}

#[tokio::test]
async fn words_arrive_as_they_are() {
    let folder = TempDir::new().unwrap();
    let executed = part(folder.path(), "says_its_words", &WORDS).await.unwrap();
    let said: Vec<&str> = executed
        .stdout
        .lines()
        .filter(|line| line.starts_with("word "))
        .collect();
    assert_eq!(said, WORDS.map(|word| format!("word {word:?}")));
    assert_eq!(
        executed.containment,
        "not contained; its processes held in a job"
    );
}

#[test]
#[ignore = "a part of another test"]
fn prints_much() {
    let line = [b'x'; 1023];
    let mut stdout = std::io::stdout().lock();
    for _ in 0..4096 {
        stdout.write_all(&line).unwrap();
        stdout.write_all(b"\n").unwrap();
    }
}

#[tokio::test]
async fn much_output_keeps_head_and_tail() {
    let folder = TempDir::new().unwrap();
    let executed = part(folder.path(), "prints_much", &[]).await.unwrap();
    assert_eq!(executed.exit_code, 0);
    assert!(executed.cut_bytes > 2 << 20);
    assert!(executed.stdout.len() < (1 << 20) + 100);
    assert!(executed.stdout.contains("bytes left out"));
}

/// Writes to a file for as long as it lives.
#[test]
#[ignore = "a part of another test"]
fn beats() {
    let file = env::args().next_back().unwrap();
    for beat in 0_u32.. {
        fs::write(&file, beat.to_string()).unwrap();
        thread::sleep(Duration::from_millis(20));
    }
}

/// Starts one that does, and waits.
#[test]
#[ignore = "a part of another test"]
fn starts_one_that_beats() {
    let file = env::args().next_back().unwrap();
    let mut child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "windows::tests::beats",
            "--ignored",
            "--nocapture",
        ])
        .arg(file)
        .spawn()
        .unwrap();
    println!("\nstarted");
    child.wait().unwrap();
}

fn assert_silent(file: &Path) {
    let beat = || fs::read_to_string(file).unwrap_or_default();
    let asked_at = Instant::now();
    loop {
        let before = beat();
        thread::sleep(Duration::from_millis(200));
        if beat() == before {
            return;
        }
        assert!(asked_at.elapsed() < Duration::from_secs(2), "still beating");
    }
}

#[tokio::test]
async fn the_time_limit_ends_the_whole_tree() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("beat");
    let words = [file.to_str().unwrap()];
    let error = part(folder.path(), "starts_one_that_beats", &words)
        .await
        .unwrap_err();
    assert_eq!(error.code(), FailureCode::TimedOut);
    let RunError::TimedOut { partial, .. } = error else {
        panic!("ended otherwise");
    };
    assert!(partial.stdout.contains("started"), "{}", partial.stdout);
    assert!(file.exists());
    assert_silent(&file);
}

#[tokio::test]
async fn a_cancellation_or_nobody_waiting_ends_the_whole_tree() {
    let folder = TempDir::new().unwrap();
    for cancelled in [true, false] {
        let file = folder.path().join(format!("beat{cancelled}"));
        let words = [file.to_str().unwrap()];
        let prepared = prepared(
            folder.path(),
            "starts_one_that_beats",
            &words,
            &Containment::None,
        );
        let cancel = CancellationToken::new();
        let running = run(prepared, cancel.clone());
        let beating = async {
            while !file.exists() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if cancelled {
            let (ended, ()) = tokio::join!(running, async {
                beating.await;
                cancel.cancel();
            });
            assert!(matches!(ended, Err(RunError::Cancelled { .. })));
        } else {
            tokio::select! {
                _ = running => panic!("it ended"),
                () = beating => {}
            }
        }
        assert_silent(&file);
    }
}

#[tokio::test]
async fn a_swapped_program_is_refused() {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("tool.exe");
    fs::copy(env::current_exe().unwrap(), &program).unwrap();
    let execute = Execute {
        line: "tool".to_owned(),
        working_dir: None,
        timeout: Duration::from_secs(3),
        environment: BTreeMap::new(),
    };
    let words = Program::Plain {
        steps: vec![Step {
            join: Join::Then,
            pipeline: vec![vec![".\\tool.exe".to_owned(), "--list".to_owned()]],
        }],
    };
    let surroundings = Surroundings::of(folder.path().join("home"), folder.path(), []);
    let prepared = prepare(&execute, words, &Containment::None, &surroundings).unwrap();
    fs::write(&program, "other").unwrap();
    let ended = run(prepared, CancellationToken::new()).await;
    assert!(
        matches!(ended, Err(RunError::Changed(Changed::Executable { .. }))),
        "{ended:?}"
    );
}

#[test]
#[ignore = "a part of another test"]
fn says_its_rights() {
    let (privileges, integrity) = system::own_rights().unwrap();
    println!("\nrights {privileges} {integrity:?}");
}

/// Starts the part above in a job, with its rights taken or not, and reads what it says.
async fn rights(lowered: bool) -> (u32, String) {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "windows::tests::says_its_rights"])
        .args(["--ignored", "--nocapture"])
        .stdout(Stdio::piped());
    system::start_suspended(&mut command);
    let child = tokio::process::Command::from(command).spawn().unwrap();
    let job = system::Job::new(lowered).unwrap();
    system::admit(&child, &job, lowered).unwrap();
    let said = child.wait_with_output().await.unwrap().stdout;
    let said = String::from_utf8(said).unwrap();
    let line = said.lines().find_map(|line| line.strip_prefix("rights "));
    let (privileges, integrity) = line.unwrap().split_once(' ').unwrap();
    (privileges.parse().unwrap(), integrity.to_owned())
}

#[tokio::test]
async fn a_lowered_program_has_no_privileges() {
    let (usual, _) = rights(false).await;
    assert!(usual > 0);
    let (left, integrity) = rights(true).await;
    assert_eq!(left, 0, "integrity {integrity}");
}

#[tokio::test]
async fn what_can_not_be_contained_does_not_run() {
    let folder = TempDir::new().unwrap();
    let beat = folder.path().join("beat");
    let contained = [
        Containment::ReadOnly,
        Containment::Write {
            folder: folder.path().to_owned(),
        },
    ];
    for containment in contained {
        let prepared = prepared(
            folder.path(),
            "beats",
            &[beat.to_str().unwrap()],
            &containment,
        );
        let ended = run(prepared, CancellationToken::new()).await;
        let Err(RunError::Uncontained(reason)) = ended else {
            panic!("it ran: {ended:?}");
        };
        assert!(matches!(
            reason,
            Uncontained::Nowhere { .. } | Uncontained::NotBuilt { .. }
        ));
        assert!(!beat.exists());
    }
    for finding in doctor() {
        let held_together = finding.backend == Backend::Unconfined;
        assert_eq!(finding.works(), held_together, "{finding}");
        assert_eq!(finding.profile == Profile::None, held_together);
    }
}
