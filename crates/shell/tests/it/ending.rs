//! Everything ends: by itself, by its time, by a word from outside, or with this process.

use std::{
    env,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use chaperone_protocol::FailureCode;
use chaperone_shell::{RunError, doctor, run};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::bench::{assert_gone, bench, lives, pids, script};

/// Prints the pids of a child, a grandchild and a process whose parent is gone, all deaf to every
/// signal that can be ignored.
const FAMILY: &str = "trap '' TERM HUP INT; echo $$; sleep 301 & echo $!; \
                      (sleep 302 & echo $!); sh -c 'sleep 303 & echo $!; wait'";

#[tokio::test]
async fn the_time_limit_ends_the_whole_tree() {
    let bench = bench();
    let started = Instant::now();
    let error = bench
        .within(Duration::from_secs(1), FAMILY)
        .await
        .unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(2));
    assert_eq!(error.code(), FailureCode::TimedOut);
    assert_eq!(
        error.to_string(),
        "it was stopped after 1 s, which is its time limit"
    );
    let RunError::TimedOut { partial, .. } = error else {
        panic!("ended otherwise");
    };
    let family = pids(&partial.stdout);
    assert_eq!(family.len(), 4);
    assert_eq!(partial.exit_code, 137);
    assert_gone(&family);
}

#[tokio::test]
async fn a_cancellation_ends_the_whole_tree() {
    let bench = bench();
    let cancel = CancellationToken::new();
    let running = run(bench.prepare(script(FAMILY)).unwrap(), cancel.clone());
    let (ended, cancelled_at) = tokio::join!(running, async {
        sleep(Duration::from_millis(600)).await;
        cancel.cancel();
        Instant::now()
    });
    assert!(cancelled_at.elapsed() < Duration::from_secs(1));
    let Err(RunError::Cancelled { partial }) = ended else {
        panic!("ended otherwise: {ended:?}");
    };
    let family = pids(&partial.stdout);
    assert_eq!(family.len(), 4);
    assert_gone(&family);
}

#[tokio::test]
async fn a_cancellation_beforehand_starts_nothing_that_stays() {
    let bench = bench();
    let cancel = CancellationToken::new();
    cancel.cancel();
    let ended = run(bench.prepare(script("sleep 304")).unwrap(), cancel).await;
    assert!(matches!(ended, Err(RunError::Cancelled { .. })));
}

#[tokio::test]
async fn what_stays_in_the_background_ends_with_the_command() {
    let bench = bench();
    for holding in ["", "> /dev/null 2>&1"] {
        let started = Instant::now();
        let executed = bench
            .script(&format!("sleep 305 {holding} & echo $!; exit 3"))
            .await;
        assert!(started.elapsed() < Duration::from_secs(2));
        assert_eq!(executed.exit_code, 3);
        assert_gone(&pids(&executed.stdout));
    }
}

#[tokio::test]
async fn dropping_the_future_ends_the_whole_tree() {
    let bench = bench();
    // Of a length that no other run of these tests uses.
    let lengths = [306, 307].map(|whole| format!("{whole}.{}", std::process::id()));
    let text = format!("sleep {} & sleep {}", lengths[0], lengths[1]);
    let prepared = bench.prepare(script(&text)).unwrap();
    let running = run(prepared, CancellationToken::new());
    assert!(timeout(Duration::from_millis(500), running).await.is_err());
    let asked_at = Instant::now();
    while sleepers(&lengths) {
        assert!(asked_at.elapsed() < Duration::from_secs(1));
        sleep(Duration::from_millis(5)).await;
    }
}

/// Whether any process is a sleep of one of these lengths.
fn sleepers(lengths: &[String]) -> bool {
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .any(|process| {
            let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
            lengths
                .iter()
                .any(|length| line == format!("sleep\0{length}\0").as_bytes())
        })
}

/// Not a test by itself: what the next one runs in a process of its own, to kill that.
#[tokio::test]
#[ignore = "the victim of another test"]
async fn victim() {
    let bench = bench();
    let prepared = bench.prepare(script(FAMILY)).unwrap();
    let (_, ()) = tokio::join!(run(prepared, CancellationToken::new()), async {
        sleep(Duration::from_millis(600)).await;
        println!("\nrunning");
    });
}

#[test]
fn the_whole_tree_ends_with_this_process_however_that_ends() {
    let mut victim = Command::new(env::current_exe().unwrap())
        .args(["--exact", "ending::victim", "--ignored", "--nocapture"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "running"));
    let family = group_members(victim.id());
    assert!(family.len() >= 5, "{family:?}");
    // Not a signal that could be caught: as in a crash, nothing is tidied up.
    victim.kill().unwrap();
    victim.wait().unwrap();
    assert_gone(&family);
}

/// All processes in the groups that children of `parent` lead.
fn group_members(parent: u32) -> Vec<u32> {
    let stats: Vec<(u32, u32, u32)> = std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|process| {
            let stat = std::fs::read_to_string(process.path().join("stat")).ok()?;
            let pid = stat.split(' ').next()?.parse().ok()?;
            let mut rest = stat.rsplit(") ").next()?.split(' ').skip(1);
            let parent = rest.next()?.parse().ok()?;
            Some((pid, parent, rest.next()?.parse().ok()?))
        })
        .collect();
    let led: Vec<u32> = stats
        .iter()
        .filter(|(pid, of, group)| *of == parent && pid == group)
        .map(|(pid, ..)| *pid)
        .collect();
    stats
        .iter()
        .filter(|(.., group)| led.contains(group))
        .map(|(pid, ..)| *pid)
        .collect()
}

#[tokio::test]
async fn a_program_that_kills_its_own_group_ends_only_that() {
    let bench = bench();
    let executed = bench.script("sleep 308 & echo $!; kill -9 0").await;
    assert_eq!(executed.exit_code, 137);
    let started = pids(&executed.stdout);
    assert!(lives(std::process::id()));
    assert_gone(&started);
}

#[test]
fn doctor_finds_it_well() {
    doctor().unwrap();
}

#[tokio::test]
async fn doctor_may_be_called_on_a_runtime() {
    doctor().unwrap();
}

#[tokio::test]
async fn many_run_at_once() {
    let bench = bench();
    let runs: Vec<_> = (0..12)
        .map(|number| {
            bench
                .prepare(crate::bench::plain(&format!("echo {number} | cat")))
                .unwrap()
        })
        .map(|prepared| run(prepared, CancellationToken::new()))
        .collect();
    for (number, running) in runs.into_iter().enumerate() {
        assert_eq!(running.await.unwrap().stdout, format!("{number}\n"));
    }
    let text = "sleep 0.3; echo x";
    let (one, two, three) =
        tokio::join!(bench.script(text), bench.script(text), bench.script(text));
    assert_eq!([one.stdout, two.stdout, three.stdout], ["x\n"; 3]);
}
