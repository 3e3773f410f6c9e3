//! What is handed back of what was printed.

use std::time::Duration;

use chaperone_shell::RunError;

use super::BACKEND;
use crate::bench::{bench_in, plain};

#[tokio::test]
async fn both_streams_are_kept_apart() {
    let bench = bench_in(BACKEND);
    let executed = bench.script("echo out; echo err >&2; exit 7").await;
    assert_eq!(
        (
            executed.stdout.as_str(),
            executed.stderr.as_str(),
            executed.exit_code
        ),
        ("out\n", "err\n", 7)
    );
    assert_eq!(executed.cut_bytes, 0);
    assert_eq!(executed.working_dir, bench.work().display().to_string());
}

#[tokio::test]
async fn huge_output_keeps_head_and_tail() {
    let bench = bench_in(BACKEND);
    let executed = bench.run(plain("seq 1000000")).await;
    let printed: u64 = (1..=1_000_000_u64)
        .map(|line| line.to_string().len() as u64 + 1)
        .sum();
    assert_eq!(executed.cut_bytes, printed - (1 << 20));
    let mark = format!("\n[… {} bytes left out …]\n", executed.cut_bytes);
    let (head, tail) = executed.stdout.split_once(&mark).unwrap();
    assert_eq!((head.len(), tail.len()), (1 << 19, 1 << 19));
    assert!(head.starts_with("1\n2\n3\n"));
    assert!(tail.ends_with("\n999999\n1000000\n"));
    assert_eq!(executed.exit_code, 0);
}

#[tokio::test]
async fn endless_output_takes_bounded_memory() {
    let bench = bench_in(BACKEND);
    let RunError::TimedOut { partial, .. } = bench
        .within(Duration::from_secs(1), "yes")
        .await
        .unwrap_err()
    else {
        panic!("ended otherwise");
    };
    assert!(partial.stdout.len() < (1 << 20) + 100);
    assert!(partial.cut_bytes > 1 << 20);
    assert!(partial.stdout.starts_with("y\ny\n"));
}

#[tokio::test]
async fn what_is_no_text_is_made_readable() {
    let bench = bench_in(BACKEND);
    let executed = bench.run(plain("printf a\\377b")).await;
    assert_eq!(executed.stdout, "a\u{FFFD}b");
}

#[tokio::test]
async fn closed_streams_do_not_end_the_command() {
    let bench = bench_in(BACKEND);
    let executed = bench.script("exec >&- 2>&-; sleep 0.3; exit 5").await;
    assert_eq!((executed.exit_code, executed.stdout.as_str()), (5, ""));
    assert!(executed.took >= Duration::from_millis(300));
}
