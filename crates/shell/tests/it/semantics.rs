//! Plain programs run without a shell, and yet as a shell would run them.

use std::process::{Command, Stdio};

use super::BACKEND;
use crate::bench::{bench_in, plain};

const CORPUS: &[&str] = &[
    "true",
    "false",
    "echo one",
    "echo one ; echo two",
    "true && echo yes",
    "false && echo yes",
    "false || echo no",
    "true || echo no",
    "false && echo a || echo b",
    "true && echo a || echo b",
    "true || echo a && echo b",
    "false || echo a && echo b",
    "false && echo a ; echo b",
    "false || false ; echo b",
    "false || false && echo c",
    "true && false || false && echo d || echo e",
    "echo one ; false",
    "echo one | cat",
    "printf b\\na\\nc\\n | sort | head -n 2",
    "false | true",
    "true | false",
    "false | true && echo ok",
    "true | false || echo failed",
    "seq 5 | grep 3 && seq 5 | grep 9 || echo none",
    "yes | head -n 3",
    "seq 100000 | head -n 1",
    "cat missing",
    "cat missing | wc -l",
    "cat missing || echo there is none",
    "echo x | cat missing - | tr x y",
    "sh -c exit\\ 0",
    "expr 1 + 1 ; expr 1 - 1",
    "cat | wc -c",
    "echo a && echo b && echo c && false && echo d",
    "test -f readable && cat readable",
    "basename /a/b ; dirname /a/b",
];

#[tokio::test]
async fn plain_programs_do_what_a_shell_would_make_of_the_line() {
    let bench = bench_in(BACKEND);
    for line in CORPUS {
        let executed = bench.run(plain(line)).await;
        // The corpus' escapes are printf's, which a shell would take first.
        let quoted = line.replace('\\', "\\\\");
        let reference = Command::new("/bin/sh")
            .args(["-c", &quoted])
            .current_dir(bench.work())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        assert_eq!(
            (Some(executed.exit_code), executed.stdout, executed.stderr),
            (
                reference.status.code(),
                text(&reference.stdout),
                text(&reference.stderr)
            ),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_signal_is_an_exit_code() {
    let bench = bench_in(BACKEND);
    let executed = bench.script("kill -15 $$").await;
    assert_eq!(executed.exit_code, 128 + 15);
}
