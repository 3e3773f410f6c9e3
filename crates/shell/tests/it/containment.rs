//! Reads what it may, writes nothing, reaches nobody.

use std::{
    fs,
    io::ErrorKind,
    net::TcpListener,
    os::unix::{fs::symlink, net::UnixListener},
    process::{Command, Stdio},
};

use chaperone_shell::{Backend, Containment, PrepareError};

use super::BACKEND;
use crate::bench::{bench_in, execute, lives, plain, program};

#[tokio::test]
async fn says_how_it_is_contained() {
    let bench = bench_in(BACKEND);
    let prepared = bench.prepare(plain("true")).unwrap();
    assert_eq!(prepared.containment(), &Containment::ReadOnly);
    let executed = bench.run(plain("true")).await;
    let said = format!("read-only, no network ({BACKEND})");
    assert!(
        executed.containment.starts_with(&said),
        "{}",
        executed.containment
    );
}

#[tokio::test]
async fn reads_the_working_folder_and_the_system() {
    let bench = bench_in(BACKEND);
    let executed = bench
        .script("cat readable; ls; cat /etc/passwd > /dev/null && ls / > /dev/null; ls /etc /usr/bin > /dev/null && head -c 4 /dev/zero /dev/urandom > /dev/null && echo system")
        .await;
    assert_eq!(
        executed.stdout, "readable\nreadable\nsystem\n",
        "{}",
        executed.stderr
    );
}

#[tokio::test]
async fn changes_nothing_through_programs() {
    let bench = bench_in(BACKEND);
    let before = bench.contents();
    for attempt in [
        "touch new",
        "echo x > readable",
        "echo x >> readable",
        "mkdir new",
        "rm readable",
        "mv readable moved",
        "ln readable hard",
        "ln -s readable soft",
        "mkfifo pipe",
        "chmod 777 readable",
        "chown 65534 readable",
        "touch -d 2001-01-01 readable",
        "truncate -s 0 readable",
        "cp readable copy",
        "dd if=/dev/zero of=readable count=1",
        "rmdir ../.ssh",
        "echo x > /tmp/chaperone-was-here",
        "echo x > /dev/shm/chaperone-was-here",
    ] {
        let executed = bench.script(attempt).await;
        assert_ne!(executed.exit_code, 0, "{attempt} worked");
    }
    assert_eq!(bench.contents(), before);
    assert!(!fs::exists("/tmp/chaperone-was-here").unwrap());
    assert!(!fs::exists("/dev/shm/chaperone-was-here").unwrap());
}

#[tokio::test]
async fn changes_nothing_through_system_calls() {
    let bench = bench_in(BACKEND);
    let before = bench.contents();
    let metadata = fs::metadata(bench.work().join("readable")).unwrap();
    let executed = bench
        .python(&[
            "os.open('readable', os.O_RDONLY | os.O_TRUNC)",
            "os.open('readable', 3 | os.O_TRUNC)",
            "os.open('readable', os.O_WRONLY)",
            "os.open('readable', os.O_RDWR)",
            "os.open('.', os.O_TMPFILE | os.O_WRONLY)",
            "os.truncate('readable', 0)",
            "os.utime('readable', (0, 0))",
            "os.utime(os.open('readable', os.O_RDONLY), (0, 0))",
            "os.chmod('readable', 0o600)",
            "os.fchmod(os.open('readable', os.O_RDONLY), 0o600)",
            "os.setxattr('readable', 'user.x', b'x')",
            "os.setxattr(os.open('readable', os.O_RDONLY), 'user.x', b'x')",
            "fcntl.ioctl(os.open('readable', os.O_RDONLY), 0x40086602, b'\\0' * 8)",
            "os.mknod('node')",
            "os.rename('readable', 'other')",
        ])
        .await;
    assert_eq!(executed.stdout, "done\n", "{}", executed.stderr);
    assert_eq!(bench.contents(), before);
    let after = fs::metadata(bench.work().join("readable")).unwrap();
    assert_eq!(after.modified().unwrap(), metadata.modified().unwrap());
    assert_eq!(after.permissions(), metadata.permissions());
}

#[tokio::test]
async fn reaches_no_network() {
    let bench = bench_in(BACKEND);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let socket = bench.work().join("socket");
    let local = UnixListener::bind(&socket).unwrap();
    local.set_nonblocking(true).unwrap();

    let bash = bench
        .script(&format!("echo x > /dev/tcp/127.0.0.1/{port}"))
        .await;
    assert_ne!(bash.exit_code, 0);
    let curl = bench
        .run(plain(&format!("curl -s -m 5 http://127.0.0.1:{port}/")))
        .await;
    assert_ne!(curl.exit_code, 0);
    let attempts = [
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_INET6, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).connect('socket')",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        "socket.socketpair()",
        "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    ];
    let executed = bench.python(&attempts).await;
    assert_eq!(executed.stdout, "done\n", "{}", executed.stderr);
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(local.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[tokio::test]
async fn keeps_to_its_own_processes() {
    let bench = bench_in(BACKEND);
    let executed = bench
        .python(&[
            "os.setsid()",
            "os.setpgid(0, 0)",
            "call('unshare', 0x10000000)",
            "call('unshare', 0x00020000)",
            "call('ptrace', 16, os.getppid(), 0, 0)",
            "call('mount', b'none', b'/tmp', b'tmpfs', 0, None)",
            "call('shmget', 0, 4096, 0o1600)",
            "call('msgget', 0, 0o1600)",
            "call('semget', 0, 1, 0o1600)",
            "call('chroot', b'.')",
            "call('inotify_init1', 0)",
            "call('personality', 0x0400000)",
            "os.setpriority(os.PRIO_PROCESS, os.getppid(), 5)",
            "os.setpriority(os.PRIO_USER, 0, 5)",
            "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (8, 8))",
            "os.sched_setaffinity(os.getppid(), {0})",
            "fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid())",
            "fcntl.ioctl(0, 0x5412, b'x')",
            "os.kill(os.getppid(), 0)",
            "os.open('/dev/tty', os.O_RDONLY)",
            "os.open('/dev/kmsg', os.O_RDONLY)",
            "os.open('/proc/self/mem', os.O_RDWR)",
        ])
        .await;
    // Its parent is the shell, which is inside, and may be asked whether it lives.
    assert_eq!(
        executed.stdout, "18 os.kill(os.getppid(), 0)\ndone\n",
        "{}",
        executed.stderr
    );
}

#[tokio::test]
async fn touches_no_process_outside() {
    let bench = bench_in(BACKEND);
    let mut outsider = Command::new("/bin/sleep")
        .arg("300")
        .env("TOKEN", "hush")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pid = outsider.id();
    let own = std::process::id();
    for attempt in [
        format!("kill -9 {pid}"),
        format!("kill -0 {pid}"),
        format!("kill -9 {own}"),
        format!("cat /proc/{pid}/environ"),
        format!("cat /proc/{pid}/maps"),
        format!("readlink /proc/{own}/fd/0"),
        format!("readlink /proc/{pid}/exe"),
        format!("cat /proc/{own}/fd/0"),
        format!("ls /proc/{pid}/root/"),
        format!("ls /proc/{pid}/cwd/"),
    ] {
        let executed = bench.script(&attempt).await;
        assert_ne!(
            executed.exit_code, 0,
            "{attempt} worked: {}",
            executed.stdout
        );
        assert!(!executed.stdout.contains("hush"));
    }
    assert!(lives(pid));
    outsider.kill().unwrap();
    outsider.wait().unwrap();
}

#[tokio::test]
async fn reads_no_secret() {
    let bench = bench_in(BACKEND);
    let home = bench.home().display().to_string();
    symlink(bench.home().join(".ssh/id"), bench.work().join("link")).unwrap();
    let mut secrets = vec![
        format!("{home}/.ssh/id"),
        format!("{home}/data/vault"),
        format!("{home}/note"),
        "link".to_owned(),
        format!("/proc/self/root{home}/.ssh/id"),
        "../.ssh/id".to_owned(),
        "/proc/kcore".to_owned(),
        "/dev/mem".to_owned(),
    ];
    for private in ["/etc/shadow", "/etc/gshadow"] {
        if fs::exists(private).unwrap() {
            secrets.push(private.to_owned());
        }
    }
    for secret in secrets {
        let executed = bench.run(plain(&format!("head -c 6 {secret}"))).await;
        assert_ne!(executed.exit_code, 0, "{secret} can be read");
        assert_eq!(executed.stdout, "");
    }
    let listed = bench.run(plain(&format!("ls {home}/.ssh"))).await;
    assert_ne!(listed.exit_code, 0);
}

#[tokio::test]
async fn a_home_as_working_folder_opens_all_but_its_secrets() {
    let mut bench = bench_in(BACKEND);
    fs::create_dir(bench.home().join("folder")).unwrap();
    symlink(bench.home().join(".ssh"), bench.home().join("alias")).unwrap();
    bench.surroundings.working_folder = bench.home().to_owned();
    let executed = bench
        .script(
            "cat note work/readable; ls work; ls folder; cat .ssh/id alias/id data/vault; ls .ssh",
        )
        .await;
    assert_eq!(executed.stdout, "private\nreadable\nreadable\n");
    let refusal = match BACKEND {
        Backend::Bubblewrap => "No such file or directory",
        _ => "Permission denied",
    };
    assert_eq!(
        executed.stderr.matches(refusal).count(),
        4,
        "{}",
        executed.stderr
    );
    let listed = bench.run(plain("ls -A")).await;
    if BACKEND == Backend::Bubblewrap {
        // What can not be read is not there at all.
        assert_eq!(listed.stdout, "alias\nfolder\nnote\nwork\n");
    } else {
        // To be listed, all beneath it would have to be, the secrets too.
        assert_ne!(listed.exit_code, 0);
    }
    // A secret that is only made now is one from the start.
    let made = bench.home().join(".netrc");
    let text = "for i in $(seq 30); do [ -e .netrc ] && break; sleep 0.02; done; cat .netrc";
    let (executed, ()) = tokio::join!(bench.script(text), async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        fs::write(&made, "secret\n").unwrap();
    });
    assert_eq!((executed.exit_code, executed.stdout.as_str()), (1, ""));
}

#[tokio::test]
async fn a_secret_behind_a_link_is_still_one() {
    let mut bench = bench_in(BACKEND);
    let vault = bench.work().join("keys");
    fs::create_dir(&vault).unwrap();
    fs::write(vault.join("key"), "secret\n").unwrap();
    symlink(&vault, bench.home().join(".gnupg")).unwrap();
    let executed = bench.script("cat keys/key").await;
    assert_eq!((executed.exit_code, executed.stdout.as_str()), (1, ""));
    bench.surroundings.working_folder = vault;
    assert!(matches!(
        bench.prepare(plain("ls")),
        Err(PrepareError::SecretFolder { .. })
    ));
}

#[tokio::test]
async fn a_folder_wider_than_the_home_opens_nothing() {
    let mut bench = bench_in(BACKEND);
    bench.surroundings.working_folder = bench.home().parent().unwrap().to_owned();
    let executed = bench
        .script("pwd; cat home/note home/work/readable; ls")
        .await;
    let wide = bench.surroundings.working_folder.display();
    let shown = match BACKEND {
        // An empty folder is there in the home's place.
        Backend::Bubblewrap => format!("{wide}\nhome\n"),
        _ => format!("{wide}\n"),
    };
    assert_eq!(executed.stdout, shown);
    for folder in ["/", "/proc", "/dev", "/sys"] {
        bench.surroundings.working_folder = folder.into();
        let executed = bench
            .script("pwd; ls -d /root/.* /dev/* /run/*; ls; cat /proc/1/environ")
            .await;
        assert!(executed.stdout.starts_with(&format!("{folder}\n")));
        let home = bench.home().join("note").display().to_string();
        let read = bench.run(plain(&format!("cat {home}"))).await;
        assert_ne!(read.exit_code, 0);
    }
}

#[tokio::test]
async fn has_no_capabilities_and_gains_no_privileges() {
    let bench = bench_in(BACKEND);
    let executed = bench
        .script("grep -E '^(Cap(Inh|Prm|Eff|Amb)|NoNewPrivs|Seccomp):' /proc/self/status")
        .await;
    assert_eq!(
        executed.stdout,
        "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n\
         CapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n"
    );
}

#[tokio::test]
async fn starts_with_three_files_and_none_of_ours() {
    let bench = bench_in(BACKEND);
    // Reading the folder takes a fourth.
    let executed = bench.run(plain("ls /proc/self/fd")).await;
    assert_eq!(executed.stdout, "0\n1\n2\n3\n");
    let executed = bench.run(plain("cat")).await;
    assert_eq!((executed.exit_code, executed.stdout.as_str()), (0, ""));
}

#[tokio::test]
async fn ordinary_programs_work() {
    let bench = bench_in(BACKEND);
    program(&bench.work().join("tool"), "echo tool \"$0\" \"$@\"");
    let tool = bench.run(plain("./tool one")).await;
    let path = match BACKEND {
        Backend::Bubblewrap => "./tool".to_owned(),
        _ => bench.work().join("tool").display().to_string(),
    };
    assert_eq!(tool.stdout, format!("tool {path} one\n"), "{}", tool.stderr);
    for line in [
        "id",
        "date",
        "uname -a",
        "df",
        "ps",
        "whoami",
        "hostname",
        "du -s .",
        "env",
        "find . -name readable",
        "sort readable",
        "grep -r readable .",
        "awk {print} readable",
        "sed s/a/b/ readable",
        "perl -e print(1)",
        "tail -n 1 readable",
        "timeout 5 true",
        "nice true",
        "xargs -a readable echo",
        "stat readable",
        "tar -cf - readable",
        "head -c 3 /dev/urandom",
    ] {
        let executed = bench.run(plain(line)).await;
        assert_eq!(executed.exit_code, 0, "{line}: {}", executed.stderr);
        assert!(
            !executed.stdout.is_empty() || line.ends_with("true"),
            "{line}"
        );
    }
    let script = "set -e; x=$(echo a | tr a b); test \"$x\" = b; diff <(echo 1) <(echo 1); \
                  cat <<< here; f() { echo function; }; f; for i in 1 2; do echo $i; done; \
                  (echo sub); sleep 0 & wait; sh -c 'kill -9 $$' || echo killed";
    let executed = bench.script(script).await;
    assert_eq!(
        executed.stdout, "here\nfunction\n1\n2\nsub\nkilled\n",
        "{}",
        executed.stderr
    );
}

#[tokio::test]
async fn a_program_out_of_reach_is_told_beforehand() {
    let bench = bench_in(BACKEND);
    let path = bench.home().join("program");
    fs::copy("/bin/true", &path).unwrap();
    let outside = plain(&path.display().to_string());
    assert!(matches!(
        bench.prepare(outside),
        Err(PrepareError::OutOfReach { .. })
    ));
}

#[tokio::test]
async fn environment_is_the_short_list_and_what_was_asked() {
    let bench = bench_in(BACKEND);
    let mut execute = execute("env");
    execute
        .environment
        .insert("ASKED".to_owned(), "for".to_owned());
    let prepared = bench.prepare_as(&execute, plain("env")).unwrap();
    assert_eq!(prepared.environment(), &execute.environment);
    let whole = prepared.whole_environment().clone();
    let executed = bench.start(prepared).await.unwrap();
    let got = executed
        .stdout
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    assert_eq!(whole, got);
    assert_eq!(whole["ASKED"], "for");
    assert_eq!(whole["HOME"], bench.home().display().to_string());
    // Cargo sets this for every test; it is not on the list.
    assert!(std::env::var("CARGO_MANIFEST_DIR").is_ok() || std::env::var("ORDINARY").is_ok());
    assert!(!whole.contains_key("CARGO_MANIFEST_DIR"));
}

/// Not a test by itself: what the next one runs in a process that was left a file open.
#[tokio::test]
#[ignore = "a part of another test"]
async fn heir() {
    let bench = bench_in(BACKEND);
    let executed = bench.script("cat <&9; echo; ls /proc/self/fd").await;
    println!("\nheir: {:?}", executed.stdout);
}

#[test]
fn files_that_this_process_was_left_are_not_handed_on() {
    let bench = bench_in(BACKEND);
    let secret = bench.home().join(".ssh/id");
    let (_, module) = module_path!().split_once("::").unwrap();
    let text = format!("exec 9< \"$1\"; exec \"$0\" --exact {module}::heir --ignored --nocapture");
    let output = Command::new("/bin/bash")
        .args(["-c", &text])
        .arg(std::env::current_exe().unwrap())
        .arg(secret)
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.contains("heir: \"\\n0\\n1\\n2\\n3\\n\""),
        "{printed}"
    );
}
