//! A person who has so many pipes open that new ones hold next to nothing.

use std::io;

use rustix::pipe::{fcntl_getpipe_size, fcntl_setpipe_size};

use crate::bench::{WAYS, bench_with};

const LARGE_BYTES: usize = 1 << 20;
/// As much as the system gives one person, unless it is told otherwise; root gets more.
const PIPES: usize = 64;

#[tokio::test]
#[ignore = "takes the pipes of all who run as this user: for the test of an ordinary one"]
async fn programs_run_where_pipes_hold_next_to_nothing() {
    let mut held = Vec::new();
    for _ in 0..PIPES {
        let pipe = io::pipe().unwrap();
        // Refused where the person has none left, which is what is wanted.
        let _ = fcntl_setpipe_size(&pipe.1, LARGE_BYTES);
        held.push(pipe);
    }
    let size = fcntl_getpipe_size(&io::pipe().unwrap().1).unwrap();
    println!("a new pipe holds {size} bytes");
    for (backend, profile) in WAYS {
        let executed = bench_with(backend, profile).script("echo hello").await;
        assert_eq!(executed.stdout, "hello\n", "{backend}, {profile}");
    }
}
