//! More processes than a machine can bear: bounded while they run, and gone afterwards.

use std::{fs, os::unix::fs::MetadataExt as _, time::Duration};

use chaperone_shell::{Backend, Profile, RunError};
use tokio::sync::Mutex;

use crate::bench::{WAYS, assert_gone, bench_with, length, sleepers};

/// A user's limit counts all of a user's processes, those of another test here too.
static ALONE: Mutex<()> = Mutex::const_new(());

#[tokio::test]
async fn too_many_processes_are_stopped_by_a_bound_or_by_the_end() {
    let _alone = ALONE.lock().await;
    for (backend, profile) in WAYS {
        if profile == Profile::WriteNetwork {
            // Its bounds are those of writing without the network.
            continue;
        }
        let bench = bench_with(backend, profile);
        let length = length();
        // Not bash, which waits for a long time and tries again.
        let text = format!(
            "exec sh -c 'i=0; while [ $i -lt 1000 ]; do i=$((i+1)); sleep 3{length} & echo $i; done' 2> /dev/null"
        );
        let executed = bench.script(&text).await;
        let started = executed.stdout.lines().count();
        // The kernel does not hold root to a user's limit; a control group holds everybody.
        let held = fs::metadata("/proc/self").unwrap().uid() != 0
            || executed.containment.contains("bounded together");
        if held {
            assert!(
                (50..1000).contains(&started),
                "{backend}, {profile}: {started}"
            );
        }
        assert_gone(&sleepers(&length));
        buried().await;
    }
}

/// Waits until the dead are buried. Until then they count as the user's processes, and the next
/// limit lies above them.
async fn buried() {
    let user = fs::metadata("/proc/self").unwrap().uid();
    for _ in 0..500 {
        let own = fs::read_dir("/proc")
            .unwrap()
            .flatten()
            .filter(|process| process.metadata().is_ok_and(|it| it.uid() == user))
            .filter(|process| {
                fs::read_to_string(process.path().join("stat")).is_ok_and(|it| it.contains(") Z "))
            })
            .count();
        if own < 50 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_fork_bomb_is_gone_when_its_time_is_up() {
    let _alone = ALONE.lock().await;
    for (backend, profile) in [
        (Backend::Landlock, Profile::Write),
        (Backend::Bubblewrap, Profile::Write),
    ] {
        let bench = bench_with(backend, profile);
        let length = length();
        let text = format!("sleep 3{length} & bomb() {{ bomb | bomb & }}; bomb; wait");
        let ended = bench.within(Duration::from_secs(1), &text).await;
        let took = match ended {
            Ok(executed) => executed.took,
            Err(RunError::TimedOut { partial, .. }) => partial.took,
            Err(error) => panic!("{backend}: {error}"),
        };
        assert!(took < Duration::from_secs(4), "{backend}: {took:?}");
        assert_gone(&sleepers(&length));
        // And the machine still does as it is told.
        assert_eq!(bench.script("echo well").await.stdout, "well\n");
    }
}
