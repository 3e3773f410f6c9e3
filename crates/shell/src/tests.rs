use std::{io, path::PathBuf, time::Duration};

use chaperone_protocol::FailureCode;

use super::*;

#[test]
fn errors_have_a_code_and_a_plain_sentence() {
    let uncontained = RunError::from(Uncontained::NotBuilt {
        system: "somewhere",
    });
    assert_eq!(uncontained.code(), FailureCode::Uncontained);
    assert_eq!(
        uncontained.to_string(),
        "programs can not be contained on somewhere yet: the sandbox is not built for this system, so nothing is run"
    );
    let changed = RunError::from(Changed::Executable {
        path: PathBuf::from("/bin/x"),
    });
    assert_eq!(changed.code(), FailureCode::Failed);
    let spawn = RunError::Spawn {
        what: "/bin/x".to_owned(),
        source: io::Error::other("no"),
    };
    assert_eq!(spawn.code(), FailureCode::Failed);
    assert_eq!(spawn.to_string(), "could not start /bin/x: no");
}

#[cfg(not(target_os = "linux"))]
#[tokio::test]
async fn nothing_runs_without_a_sandbox() {
    let home = tempfile::TempDir::new().unwrap();
    let surroundings = Surroundings::of(home.path(), home.path(), []);
    let execute = chaperone_protocol::Execute {
        line: "x".to_owned(),
        working_dir: None,
        timeout: Duration::from_secs(5),
        environment: std::collections::BTreeMap::new(),
    };
    let program = chaperone_protocol::Program::Plain {
        steps: vec![chaperone_protocol::Step {
            join: chaperone_protocol::Join::Then,
            pipeline: vec![vec![if cfg!(windows) { "cmd" } else { "ls" }.to_owned()]],
        }],
    };
    let prepared = prepare(&execute, program, &surroundings).unwrap();
    assert!(matches!(
        run(prepared, CancellationToken::new()).await,
        Err(RunError::Uncontained(Uncontained::NotBuilt { .. }))
    ));
    assert!(doctor().is_err());
}

#[test]
fn a_time_limit_says_how_long() {
    let executed = chaperone_protocol::Executed {
        exit_code: 137,
        stdout: String::new(),
        stderr: String::new(),
        cut_bytes: 0,
        working_dir: String::new(),
        took: Duration::ZERO,
        containment: Containment::ReadOnly.to_string(),
    };
    let error = RunError::TimedOut {
        after: Duration::from_secs(30),
        partial: Box::new(executed),
    };
    assert_eq!(error.code(), FailureCode::TimedOut);
    assert_eq!(
        error.to_string(),
        "it was stopped after 30 s, which is its time limit"
    );
}
