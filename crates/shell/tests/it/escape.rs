//! What a program does to get out, tried in every sandbox with every profile.

use std::{
    fs,
    os::{
        linux::net::SocketAddrExt as _,
        unix::{
            fs::symlink,
            net::{SocketAddr, UnixListener},
        },
    },
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use chaperone_shell::{Backend, Profile};

use crate::bench::{Bench, WAYS, bench_with, lives};

/// The ways that promise anything.
fn contained() -> impl Iterator<Item = (Backend, Profile)> {
    WAYS.into_iter()
        .filter(|(_, profile)| *profile != Profile::None)
}

/// A bench with a repository, a secret and a way out in the working folder.
fn rich(backend: Backend, profile: Profile) -> Bench {
    let mut bench = bench_with(backend, profile);
    let work = bench.work().to_owned();
    for folder in [".git/hooks", "private", "open", "inner/.git", "inner/.ssh"] {
        fs::create_dir_all(work.join(folder)).unwrap();
    }
    for (file, content) in [
        (".git/config", "kept\n"),
        ("inner/.git/config", "kept\n"),
        ("private/key", "secret\n"),
    ] {
        fs::write(work.join(file), content).unwrap();
    }
    // Only where it is written is this name a secret's; elsewhere it may be anybody's.
    if profile.writes() {
        fs::write(work.join("inner/.ssh/id"), "secret\n").unwrap();
    }
    symlink(bench.home().join(".ssh"), work.join("out")).unwrap();
    bench.surroundings.secrets.push(work.join("private"));
    bench
}

/// Another process of the same user, with something to hide.
fn outsider() -> Child {
    Command::new("/bin/sleep")
        .arg("300")
        .env("TOKEN", "secret")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Runs all of it in all ways; none of it may work, and nothing may change but what is made new in
/// a folder for that.
async fn none_works(attempts: impl Fn(&Bench) -> Vec<String>) {
    for (backend, profile) in contained() {
        let bench = rich(backend, profile);
        let before = bench.contents();
        let attempts = attempts(&bench);
        let attempts: Vec<&str> = attempts.iter().map(String::as_str).collect();
        let executed = bench.python(&attempts).await;
        assert_eq!(
            executed.stdout, "done\n",
            "{backend}, {profile}: {}",
            executed.stderr
        );
        let after = bench.contents();
        for (path, content) in &before {
            assert_eq!(
                after.get(path),
                Some(content),
                "{backend}, {profile}: {}",
                path.display()
            );
        }
        if !profile.writes() {
            assert_eq!(after, before, "{backend}, {profile}");
        }
    }
}

#[tokio::test]
async fn nothing_outside_is_written() {
    none_works(|bench| {
        let home = bench.home().display();
        [
            "put('../note')",
            "put('/proc/self/root{home}/note')",
            "put('/proc/self/cwd/../note')",
            "os.truncate('../note', 0)",
            "os.chmod('../note', 0o777)",
            "os.utime('../note', (0, 0))",
            "os.setxattr('../note', 'user.x', b'x')",
            "os.rename('../note', 'open/note')",
            "os.rename('../note', '../other')",
            "os.link('../note', 'open/note'); put('open/note')",
            "os.symlink('{home}/note', 'open/way'); put('open/way')",
            "os.symlink('{home}', 'open/home'); os.mkdir('open/home/new')",
            "os.remove('../note')",
            "os.mkdir('../new')",
            "os.mknod('../node')",
            "os.symlink('x', '../link')",
            "os.rename('.', '../moved')",
            "os.rmdir('../data')",
            "os.fchmod(os.open('/usr/bin/env', os.O_RDONLY), 0o755)",
            "os.utime('/usr/bin/env')",
            "put('/etc/passwd')",
            "put('/usr/bin/new')",
            "put('/proc/sys/kernel/core_pattern')",
            "put('/proc/sysrq-trigger')",
            "put('/sys/kernel/mm/ksm/run')",
            "put('/dev/kmsg')",
            "os.mknod('open/disk', 0o60666, os.makedev(8, 0))",
            "os.mknod('open/memory', 0o20666, os.makedev(1, 1))",
            "os.open('out', os.O_TMPFILE | os.O_WRONLY)",
        ]
        .map(|attempt| attempt.replace("{home}", &home.to_string()))
        .to_vec()
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_from_change_stays_as_it_is() {
    none_works(|_| {
        let mut attempts = Vec::new();
        for kept in [".git", "inner/.git"] {
            for attempt in [
                "put('{kept}/config')",
                "put('{kept}/new')",
                "os.mkdir('{kept}/x')",
                "os.remove('{kept}/config')",
                "os.truncate('{kept}/config', 0)",
                "os.chmod('{kept}/config', 0o777)",
                "os.utime('{kept}/config', (0, 0))",
                "os.setxattr('{kept}/config', 'user.x', b'x')",
                "os.rename('{kept}', 'open/moved')",
                "os.rename('{kept}/config', 'open/config')",
                "os.rename('open', '{kept}')",
                "os.link('{kept}/config', 'open/same'); put('open/same')",
                "os.symlink('../{kept}', 'open/alias'); put('open/alias/config')",
                "os.mkdir('open/put'); os.rename('open/put', '{kept}/put')",
                "call('renameat2', -100, b'open', -100, b'{kept}', 2)",
                "os.open('{kept}', os.O_TMPFILE | os.O_WRONLY)",
            ] {
                attempts.push(attempt.replace("{kept}", kept));
            }
        }
        attempts.extend(
            [
                "put('private/key')",
                "os.rename('private', 'open/private')",
                "os.rename('inner/.ssh', 'open/keys')",
                "os.rmdir('inner/.ssh')",
            ]
            .map(str::to_owned),
        );
        attempts
    })
    .await;
}

#[tokio::test]
async fn no_secret_is_read() {
    none_works(|bench| {
        let home = bench.home().display().to_string();
        let own = std::process::id();
        [
            "get('{home}/.ssh/id')",
            "get('../.ssh/id')",
            "get('../note')",
            "get('../data/vault')",
            "get('out/id')",
            "get('private/key')",
            "os.listdir('private')",
            "os.chmod('private', 0o777); get('private/key')",
            "get('/proc/self/root{home}/.ssh/id')",
            "get('/proc/self/cwd/../.ssh/id')",
            "get('/proc/self/task/self/root{home}/.ssh/id')",
            "get('/proc/{own}/root{home}/.ssh/id')",
            "get('/proc/{own}/cwd/src/lib.rs')",
            "get('/proc/{own}/environ')",
            "get('/proc/1/root{home}/.ssh/id')",
            "get('/proc/1/environ') if os.getpid() > 9 else get('/nowhere')",
            "os.symlink('{home}/.ssh/id', 'open/way'); get('open/way')",
            "os.symlink('/proc/self/root{home}/.ssh', 'open/root'); get('open/root/id')",
            "os.link('{home}/.ssh/id', 'open/same'); get('open/same')",
            "os.link('out/id', 'open/same'); get('open/same')",
            "os.rename('{home}/.ssh/id', 'open/moved'); get('open/moved')",
            "call('mount', b'{home}/.ssh', b'open', None, 4096, None); get('open/id')",
            "get('/etc/shadow')",
            "get('/proc/kcore')",
            "os.open('/dev/mem', os.O_RDONLY)",
            "os.open('/dev/sda', os.O_RDONLY)",
            "[get(f'/proc/self/fd/{fd}') for fd in range(3, 40)]",
            "[get(f'/proc/{os.getppid()}/fd/{fd}') for fd in range(3, 40)]",
            "os.chroot('{home}'); get('/.ssh/id')",
            // A handle to the secret, by name: it can be made, and must not open.
            "handle = ctypes.create_string_buffer(struct.pack('Ii', 128, 0) + bytes(128)); \
             mount = ctypes.c_int(); \
             call('name_to_handle_at', -100, b'out/id', handle, ctypes.byref(mount), 0x400); \
             call('open_by_handle_at', os.open('.', os.O_RDONLY), handle, os.O_RDONLY)",
        ]
        .map(|attempt| {
            attempt
                .replace("{home}", &home)
                .replace("{own}", &own.to_string())
        })
        .to_vec()
    })
    .await;
    // The name alone makes it one where a program could put its own in the place.
    for (backend, profile) in contained().filter(|(_, profile)| profile.writes()) {
        let bench = rich(backend, profile);
        let executed = bench.python(&["get('inner/.ssh/id')"]).await;
        assert_eq!(executed.stdout, "done\n", "{backend}, {profile}");
    }
}

#[tokio::test]
async fn nobody_outside_is_reached() {
    let mut outsider = outsider();
    let pid = outsider.id();
    let own = std::process::id();
    none_works(|_| {
        [
            "call('ptrace', 16, {pid}, 0, 0)",
            "call('ptrace', 0x4206, {pid}, 0, 0)",
            "call('ptrace', 16, os.getppid(), 0, 0)",
            "os.open('/proc/{pid}/mem', os.O_RDWR)",
            "os.open('/proc/{own}/mem', os.O_RDONLY)",
            "os.open('/proc/self/mem', os.O_RDWR)",
            "get('/proc/{pid}/environ')",
            "get('/proc/{pid}/maps')",
            "os.readlink('/proc/{own}/exe')",
            "buffer = ctypes.create_string_buffer(8); \
             vector = struct.pack('PN', ctypes.addressof(buffer), 8); \
             call('process_vm_readv', {pid}, vector, 1, vector, 1, 0)",
            "kernel(438, kernel(434, {pid}, 0), 0, 0)",
            "kernel(424, kernel(434, {pid}, 0), 9, 0, 0)",
            "os.kill({pid}, 0)",
            "os.kill({pid}, 9)",
            "os.kill({own}, 0)",
            "os.kill(-{own}, 0)",
            "fcntl.fcntl(0, fcntl.F_SETOWN, {pid})",
            "os.setpriority(os.PRIO_PROCESS, {pid}, 5)",
            "os.setpriority(os.PRIO_USER, os.getuid(), 5)",
            "resource.prlimit({pid}, resource.RLIMIT_NOFILE, (8, 8))",
            "os.sched_setaffinity({pid}, {0})",
            "put('/proc/{pid}/oom_score_adj')",
            "os.setsid()",
            "os.setpgid(0, 0)",
        ]
        .map(|attempt| {
            attempt
                .replace("{pid}", &pid.to_string())
                .replace("{own}", &own.to_string())
        })
        .to_vec()
    })
    .await;
    assert!(lives(pid));
    outsider.kill().unwrap();
    outsider.wait().unwrap();
}

#[tokio::test]
async fn nothing_more_is_gained_from_the_kernel() {
    none_works(|_| {
        [
            "call('unshare', 0x10000000)",
            "call('unshare', 0x00020000)",
            "call('unshare', 0x40000000)",
            "call('unshare', 0x20000000)",
            "kernel(56, 0x10000000 | 17, 0, 0, 0, 0) or os._exit(0)",
            "kernel(435, bytes(88), 88)",
            "call('setns', os.open('/proc/self/ns/net', os.O_RDONLY), 0)",
            "call('mount', b'none', b'open', b'tmpfs', 0, None)",
            "call('mount', None, b'/', None, 0x1000 | 32, None)",
            "call('umount2', b'.git', 2)",
            "call('umount2', b'private', 2)",
            "kernel(428, -100, b'.', 1)",
            "kernel(430, b'tmpfs', 0)",
            "call('pivot_root', b'.', b'.')",
            "call('chroot', b'.')",
            "kernel(425, 8, bytes(120))",
            "kernel(250, 0, -3, 0)",
            "kernel(248, b'user', b'x', b'y', 1, -3)",
            "kernel(249, b'user', b'x', None, -3)",
            "kernel(321, 0, bytes(64), 64)",
            "kernel(298, bytes(112), 0, -1, -1, 0)",
            "kernel(323, 0)",
            "kernel(101, 0, 0, 0, 0)",
            "kernel(303, -100, b'x', bytes(8), 0, 0) and kernel(304, 3, bytes(8), 0)",
            "call('personality', 0x0400000)",
            "call('shmget', 0, 4096, 0o1600)",
            "call('msgget', 0, 0o1600)",
            "call('semget', 0, 1, 0o1600)",
            "call('fanotify_init', 0, 0)",
            "call('sethostname', b'x', 1)",
            "call('swapon', b'x', 0)",
            "call('acct', b'open/x')",
            "fcntl.ioctl(0, 0x5412, b'x')",
            "fcntl.ioctl(1, 0x5412, b'x')",
            "fcntl.ioctl(0, 0x541c, b'\\x03')",
            "os.open('/dev/tty', os.O_RDONLY)",
            "os.open('/dev/ptmx', os.O_RDWR)",
            "os.open('/dev/console', os.O_RDWR)",
            "os.open('/dev/fuse', os.O_RDWR)",
            "os.open('/dev/net/tun', os.O_RDWR)",
            "os.chmod('readable', 0o4755)",
            "os.fchmod(os.open('readable', os.O_RDONLY), 0o2755)",
            "os.close(os.open('open/borrowed', os.O_CREAT | os.O_WRONLY, 0o4755))",
            "os.mknod('open/borrowed', 0o104755)",
            "kernel(437, -100, b'open/borrowed', struct.pack('QQQ', 0o101, 0o4755, 0), 24)",
        ]
        .map(str::to_owned)
        .to_vec()
    })
    .await;
}

#[tokio::test]
async fn programs_that_lend_their_owners_rights_lend_nothing() {
    for (backend, profile) in contained() {
        let bench = rich(backend, profile);
        let executed = bench
            .script(
                "grep -E '^(Cap(Inh|Prm|Eff|Amb|Bnd)|NoNewPrivs|Seccomp):' /proc/self/status; \
                 find /usr/bin /bin -perm -4000 | head -n 1 | xargs -r stat -c found > /dev/null; \
                 su -c id root < /dev/null; sudo -n id; true",
            )
            .await;
        let privileges = executed.stdout;
        assert!(privileges.contains("NoNewPrivs:\t1\n"), "{privileges}");
        assert!(privileges.contains("Seccomp:\t2\n"), "{privileges}");
        for set in ["Inh", "Prm", "Eff", "Amb"] {
            assert!(
                privileges.contains(&format!("Cap{set}:\t0000000000000000\n")),
                "{privileges}"
            );
        }
        assert!(
            !privileges.contains("uid=0(root)") || backend_is_root(),
            "{privileges}"
        );
    }
}

/// As root, `su` to root asks nothing and gains nothing.
fn backend_is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").unwrap().uid() == 0
}

#[tokio::test]
async fn no_service_of_the_session_is_reached() {
    for (backend, profile) in contained() {
        let bench = rich(backend, profile);
        let by_path = bench.work().join("open/bus");
        let abstract_name = format!(
            "chaperone-test-{}-{backend}-{profile:?}",
            std::process::id()
        );
        let listeners = [
            UnixListener::bind(&by_path).unwrap(),
            UnixListener::bind_addr(&SocketAddr::from_abstract_name(&abstract_name).unwrap())
                .unwrap(),
        ];
        let attempts = [
            "socket.socket(socket.AF_UNIX).connect('open/bus')".to_owned(),
            format!("socket.socket(socket.AF_UNIX).connect('\\0{abstract_name}')"),
            "socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'x', 'open/bus')".to_owned(),
            "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b'x', 'open/bus')"
                .to_owned(),
            "socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)".to_owned(),
            "socket.socketpair()[0].connect('open/bus')".to_owned(),
            "socket.socket(socket.AF_UNIX).connect('/run/dbus/system_bus_socket')".to_owned(),
            "socket.socket(socket.AF_UNIX).connect('/tmp/.X11-unix/X0')".to_owned(),
            "socket.socket(socket.AF_UNIX).connect('\\0/tmp/.X11-unix/X0')".to_owned(),
            "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)".to_owned(),
            "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)".to_owned(),
            "socket.socket(40, socket.SOCK_STREAM)".to_owned(),
            "socket.socket(38, socket.SOCK_SEQPACKET)".to_owned(),
        ];
        let attempts: Vec<&str> = attempts.iter().map(String::as_str).collect();
        let executed = bench.python(&attempts).await;
        assert_eq!(
            executed.stdout, "done\n",
            "{backend}, {profile}: {}",
            executed.stderr
        );
        for listener in listeners {
            listener.set_nonblocking(true).unwrap();
            assert!(listener.accept().is_err(), "{backend}, {profile}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn races_win_nothing() {
    // The network makes no difference to this.
    for (backend, profile) in contained().filter(|(_, profile)| !profile.reaches_network()) {
        let bench = rich(backend, profile);
        let before = bench.contents();
        // From outside, a name leads now to a harmless folder and now to the secret.
        let swapped = bench.work().join("open/swapped");
        let harmless = bench.work().join("open/harmless");
        fs::create_dir(&harmless).unwrap();
        fs::write(harmless.join("id"), "harmless\n").unwrap();
        let secret = bench.home().join(".ssh");
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                let next = bench.work().join("open/next");
                for target in [&harmless, &secret].into_iter().cycle() {
                    drop(fs::remove_file(&next));
                    if symlink(target, &next).is_ok() {
                        drop(fs::rename(&next, &swapped));
                    }
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    thread::sleep(Duration::from_micros(20));
                }
            });
            // And from inside, where it can write there, another does the same.
            let text = "/usr/bin/python3 - <<'END'\n\
                import os, threading, time\n\
                end = time.monotonic() + 0.4\n\
                def swap():\n\
                \x20   while time.monotonic() < end:\n\
                \x20       try:\n\
                \x20           os.symlink('../../.ssh', 'open/own'); os.unlink('open/own')\n\
                \x20           os.mkdir('open/own'); os.rmdir('open/own')\n\
                \x20       except OSError: pass\n\
                threading.Thread(target=swap).start()\n\
                seen = set()\n\
                while time.monotonic() < end:\n\
                \x20   for path in ['open/swapped/id', 'open/own/id']:\n\
                \x20       try: seen.add(open(path).read())\n\
                \x20       except OSError: pass\n\
                \x20   for path in ['open/swapped/new', 'open/own/new', 'open/own/id']:\n\
                \x20       try: open(path, 'w').close(); os.unlink(path)\n\
                \x20       except OSError: pass\n\
                print(sorted(seen - {''}))\n\
                END";
            let executed = tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(bench.script(text))
            });
            over.store(true, Ordering::Relaxed);
            assert!(
                !executed.stdout.contains("secret") && executed.exit_code == 0,
                "{backend}, {profile}: {} {}",
                executed.stdout,
                executed.stderr
            );
        });
        let after = bench.contents();
        for (path, content) in before {
            assert_eq!(after.get(&path), Some(&content), "{}", path.display());
        }
        assert_eq!(fs::read_dir(&secret).unwrap().count(), 1);
    }
}
