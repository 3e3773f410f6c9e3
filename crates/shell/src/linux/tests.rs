//! The sandbox as older kernels would have it: what their Landlock does not know, the system call
//! filter must make up for.

use std::{collections::BTreeMap, fs, sync::Arc, time::Duration};

use chaperone_protocol::{Execute, NeedsShell, Program};
use tempfile::TempDir;

use chaperone_protocol::Executed;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    calls::{self, Policy},
    ruleset::Version,
    system, *,
};
use crate::{Containment, Prepared, RunError, Surroundings, prepare, running};

async fn run_on(
    version: Version,
    prepared: Prepared,
    cancel: CancellationToken,
) -> Result<Executed, RunError> {
    let prepared = Arc::new(prepared);
    let tree = Tree::plant_on(version, Arc::clone(&prepared), Backend::Landlock).await?;
    running::grow(Instant::now(), &prepared, tree, cancel).await
}

async fn on(version: i32, folder: &TempDir, text: &str) -> Executed {
    let secret = folder.path().join("secret");
    let surroundings = Surroundings::of("/nonexistent", folder.path(), [secret]);
    let execute = Execute {
        line: text.to_owned(),
        working_dir: None,
        timeout: Duration::from_secs(20),
        environment: BTreeMap::new(),
    };
    let program = Program::Script {
        text: text.to_owned(),
        because: NeedsShell::Expansion,
    };
    let prepared = prepare(&execute, program, &Containment::ReadOnly, &surroundings).unwrap();
    run_on(Version(version), prepared, CancellationToken::new())
        .await
        .unwrap()
}

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("readable"), "readable\n").unwrap();
    fs::write(folder.path().join("secret"), "secret\n").unwrap();
    folder
}

/// The versions up to this kernel's. Fails where there is none to try.
fn versions() -> Vec<i32> {
    let newest = system::landlock_version().0;
    assert!(
        newest > 0,
        "this kernel has no Landlock: nothing is shown here"
    );
    (1..=newest).collect()
}

#[tokio::test]
async fn older_landlocks_hold_as_well() {
    for version in versions() {
        let folder = folder();
        for attempt in [
            "cat secret",
            "echo x > readable",
            "echo x > new",
            "rm readable",
            "mv readable moved",
            "truncate -s 0 readable",
            "python3 -c 'import os; os.open(\"readable\", os.O_RDONLY | os.O_TRUNC)'",
            "python3 -c 'import os; os.open(\"readable\", 3 | os.O_TRUNC)'",
            "python3 -c 'import os; os.open(\"readable\", 3)'",
            "python3 -c 'import socket; socket.socket()'",
            "kill -9 $PPID",
            "kill -0 1",
            "python3 -c 'import os; os.setsid()'",
        ] {
            let executed = on(version, &folder, attempt).await;
            assert_ne!(executed.exit_code, 0, "version {version}: {attempt} worked");
        }
        let content = fs::read_to_string(folder.path().join("readable")).unwrap();
        assert_eq!(content, "readable\n", "version {version}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}

#[tokio::test]
async fn older_landlocks_let_programs_work() {
    for version in versions() {
        let folder = folder();
        let text = "cat readable; python3 -c 'print(1 + 1)' | cat; echo x > /dev/null; \
                    sleep 0 & wait; perl -e 'print 3'";
        let executed = on(version, &folder, text).await;
        assert_eq!(
            executed.stdout, "readable\n2\n3",
            "version {version}: {}",
            executed.stderr
        );
    }
}

#[tokio::test]
async fn without_landlock_nothing_runs() {
    let folder = folder();
    let surroundings = Surroundings::of("/nonexistent", folder.path(), []);
    let execute = Execute {
        line: "true".to_owned(),
        working_dir: None,
        timeout: Duration::from_secs(5),
        environment: BTreeMap::new(),
    };
    let program = Program::Script {
        text: "true".to_owned(),
        because: NeedsShell::Expansion,
    };
    let prepared = prepare(&execute, program, &Containment::ReadOnly, &surroundings).unwrap();
    let refused = run_on(Version(0), prepared, CancellationToken::new()).await;
    let error = refused.unwrap_err();
    assert!(matches!(
        error,
        RunError::Uncontained(crate::Uncontained::NoLandlock)
    ));
    assert!(error.to_string().contains("Linux 5.13 or newer"));
}

#[test]
fn every_call_is_either_allowed_or_refused_by_name_once() {
    for landlock in [Some(Version(1)), Some(Version(7)), None] {
        for (writes, network) in [(false, false), (true, false), (true, true)] {
            let policy = Policy {
                landlock,
                writes,
                network,
            };
            let allowed: Vec<i64> = calls::tests::allowed(policy);
            let mut unique = allowed.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(unique.len(), allowed.len(), "a call is listed twice");
            let signals = landlock == Some(Version(1));
            for number in calls::tests::refused_outright(policy) {
                assert!(
                    !allowed.contains(&number) || signals,
                    "{number} is in both lists"
                );
            }
        }
    }
}
