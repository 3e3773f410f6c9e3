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
        "programs can not be contained on somewhere yet: only what is not contained can run, and each time somebody must be asked"
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
