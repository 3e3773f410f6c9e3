//! Everything ends: by itself, by its time, by a word from outside, or with this process.

use std::{
    env,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    task::Poll,
    time::{Duration, Instant},
};

use chaperone_protocol::FailureCode;
use chaperone_shell::{Backend, Profile, RunError, doctor, run_in};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::bench::{WAYS, assert_gone, bench_in, bench_with, length, lives, script, sleepers};

/// Says that it started, and then starts a child, a grandchild, a process whose parent is gone,
/// one that stopped itself and, where it is let, one in a session of its own, all deaf to every
/// signal that can be ignored. `LENGTH` makes them known from outside.
const FAMILY: &str = "trap '' TERM HUP INT; echo started; sleep 1LENGTH & (sleep 2LENGTH &) ; \
                      sh -c 'sleep 3LENGTH & wait' & setsid sleep 4LENGTH & \
                      sh -c '(setsid sleep 5LENGTH &) ; kill -STOP $$; sleep 6LENGTH' & \
                      wait";

fn family() -> (String, String) {
    let length = length();
    (FAMILY.replace("LENGTH", &length), length)
}

/// How many of the family there are: the two that leave their session only where they may.
fn size(backend: Backend) -> usize {
    if backend == Backend::Unconfined { 5 } else { 3 }
}

async fn grown(length: &str, size: usize) -> Vec<u32> {
    let asked_at = Instant::now();
    loop {
        let family = sleepers(length);
        if family.len() >= size {
            return family;
        }
        assert!(
            asked_at.elapsed() < Duration::from_secs(10),
            "only {} of {size} started",
            family.len()
        );
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn the_time_limit_ends_the_whole_tree() {
    let runs = WAYS.map(|(backend, profile)| async move {
        let bench = bench_with(backend, profile);
        let (text, length) = family();
        let (error, family) = tokio::join!(
            bench.within(Duration::from_secs(5), &text),
            grown(&length, size(backend))
        );
        let error = error.unwrap_err();
        assert_gone(&family);
        assert_eq!(error.code(), FailureCode::TimedOut);
        assert_eq!(
            error.to_string(),
            "it was stopped after 5 s, which is its time limit"
        );
        let RunError::TimedOut { partial, .. } = error else {
            panic!("ended otherwise");
        };
        assert_eq!(partial.exit_code, 137);
        assert_eq!(partial.stdout, "started\n", "{}", partial.stderr);
        assert!(partial.took < Duration::from_secs(8));
        assert_eq!(sleepers(&length), Vec::<u32>::new());
    });
    Box::pin(all(runs)).await;
}

/// Waits for all of them, at the same time.
async fn all(runs: impl IntoIterator<Item = impl Future<Output = ()>>) {
    let mut runs: Vec<_> = runs.into_iter().map(Box::pin).collect();
    std::future::poll_fn(|cx| {
        runs.retain_mut(|run| run.as_mut().poll(cx).is_pending());
        if runs.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

#[tokio::test]
async fn a_cancellation_ends_the_whole_tree() {
    let runs = WAYS.map(|(backend, profile)| async move {
        let bench = bench_with(backend, profile);
        let (text, length) = family();
        let cancel = CancellationToken::new();
        let running = run_in(
            backend,
            bench.prepare(script(&text)).unwrap(),
            cancel.clone(),
        );
        let (ended, (family, cancelled_at)) = tokio::join!(running, async {
            let family = grown(&length, size(backend)).await;
            cancel.cancel();
            (family, Instant::now())
        });
        // All ways at once, on a machine that may be busy: the house promises one second.
        assert!(cancelled_at.elapsed() < Duration::from_secs(3));
        let Err(RunError::Cancelled { partial }) = ended else {
            panic!("ended otherwise: {ended:?}");
        };
        assert_eq!(partial.stdout, "started\n");
        assert_gone(&family);
        assert_eq!(sleepers(&length), Vec::<u32>::new());
    });
    Box::pin(all(runs)).await;
}

#[tokio::test]
async fn a_cancellation_beforehand_starts_nothing_that_stays() {
    for (backend, profile) in WAYS {
        let bench = bench_with(backend, profile);
        let cancel = CancellationToken::new();
        cancel.cancel();
        let prepared = bench.prepare(script("sleep 304")).unwrap();
        let ended = run_in(backend, prepared, cancel).await;
        assert!(matches!(ended, Err(RunError::Cancelled { .. })));
    }
}

#[tokio::test]
async fn what_stays_in_the_background_ends_with_the_command() {
    for holding in ["", "> /dev/null 2>&1"] {
        let runs = WAYS.map(|(backend, profile)| async move {
            let bench = bench_with(backend, profile);
            let (_, length) = family();
            let text = format!(
                "sleep 3{length} {holding} & setsid sleep 4{length} {holding} & sleep 0.1; exit 3"
            );
            let executed = bench.script(&text).await;
            assert!(executed.took < Duration::from_secs(4));
            assert_eq!(executed.exit_code, 3);
            assert_gone(&sleepers(&length));
        });
        Box::pin(all(runs)).await;
    }
}

#[tokio::test]
async fn dropping_the_future_ends_the_whole_tree() {
    for (backend, profile) in WAYS {
        let bench = bench_with(backend, profile);
        let (text, length) = family();
        let prepared = bench.prepare(script(&text)).unwrap();
        let running = run_in(backend, prepared, CancellationToken::new());
        let family = tokio::select! {
            ended = running => panic!("it ended: {ended:?}"),
            family = grown(&length, size(backend)) => family,
        };
        assert_gone(&family);
        assert_eq!(sleepers(&length), Vec::<u32>::new());
    }
}

/// Not a test by itself: what the next one runs in a process of its own, to kill that.
#[tokio::test]
#[ignore = "the victim of another test"]
async fn victim() {
    let (_, length) = family();
    let runs = WAYS.map(|(backend, profile)| {
        let text = FAMILY.replace("LENGTH", &length);
        async move {
            let bench = bench_with(backend, profile);
            drop(bench.script(&text).await);
        }
    });
    let whole = WAYS.iter().map(|(backend, _)| size(*backend)).sum();
    tokio::join!(all(runs), async {
        grown(&length, whole).await;
        println!("\nfamily {length}");
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
    let length = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("family ").map(str::to_owned))
        .unwrap();
    let family = sleepers(&length);
    assert!(family.len() >= 23, "{family:?}");
    // Not a signal that could be caught: as in a crash, nothing is tidied up.
    victim.kill().unwrap();
    victim.wait().unwrap();
    assert_gone(&family);
}

#[tokio::test]
async fn a_program_that_kills_its_own_group_ends_only_that() {
    for (backend, profile) in WAYS {
        let bench = bench_with(backend, profile);
        let (_, length) = family();
        let executed = bench.script(&format!("sleep 3{length} & kill -9 0")).await;
        assert_eq!(executed.exit_code, 137, "{backend} {profile}");
        assert!(lives(std::process::id()));
        assert_gone(&sleepers(&length));
    }
}

#[test]
fn doctor_finds_it_well() {
    let findings = doctor();
    let tried: Vec<(Backend, Profile)> = findings
        .iter()
        .map(|finding| (finding.backend, finding.profile))
        .collect();
    assert_eq!(tried.len(), WAYS.len());
    for way in WAYS {
        assert!(tried.contains(&way));
    }
    for finding in &findings {
        assert!(finding.works(), "{finding}");
        let first = finding.backend != Backend::Landlock;
        assert_eq!(finding.serves, first, "{finding}");
    }
    let json = serde_json::to_value(&findings).unwrap();
    assert_eq!(json[0]["profile"], "read_only");
    assert_eq!(json[0]["backend"], "bubblewrap");
    assert_eq!(json[0]["problem"], serde_json::Value::Null);
}

#[tokio::test]
async fn doctor_may_be_called_on_a_runtime() {
    assert!(doctor().iter().all(chaperone_shell::Finding::works));
}

#[tokio::test]
async fn the_sandbox_that_serves_is_found() {
    for profile in Profile::ALL {
        let bench = bench_with(Backend::Bubblewrap, profile);
        let prepared = bench.prepare(script("echo ran")).unwrap();
        let executed = chaperone_shell::run(prepared, CancellationToken::new())
            .await
            .unwrap();
        assert_eq!(executed.stdout, "ran\n");
        let by = executed.containment.contains("bubblewrap");
        assert_eq!(by, profile != Profile::None, "{}", executed.containment);
    }
}

#[tokio::test]
async fn many_run_at_once() {
    for backend in [Backend::Landlock, Backend::Bubblewrap] {
        let bench = bench_in(backend);
        let runs: Vec<_> = (0..12)
            .map(|number| {
                bench
                    .prepare(crate::bench::plain(&format!("echo {number} | cat")))
                    .unwrap()
            })
            .map(|prepared| bench.start(prepared))
            .collect();
        for (number, running) in runs.into_iter().enumerate() {
            assert_eq!(running.await.unwrap().stdout, format!("{number}\n"));
        }
        let text = "sleep 0.3; echo x";
        let (one, two, three) =
            tokio::join!(bench.script(text), bench.script(text), bench.script(text));
        assert_eq!([one.stdout, two.stdout, three.stdout], ["x\n"; 3]);
    }
}
