//! The system calls a contained program may not make, or not like that.

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, SeccompCmpArgLen::Dword, SeccompCmpOp, SeccompCondition, SeccompRule,
};

use super::{
    Policy,
    allowed::{self, ATTRIBUTES, ATTRIBUTES_HERE, FCHMODAT2},
};

pub(super) fn calls(policy: Policy) -> Result<BTreeMap<i64, Vec<SeccompRule>>, BackendError> {
    let mut refused: BTreeMap<i64, Vec<SeccompRule>> = ALWAYS
        .iter()
        .chain(HERE)
        .chain(ATTRIBUTES)
        .chain(ATTRIBUTES_HERE)
        .map(|number| (*number, Vec::new()))
        .collect();
    for number in allowed::calls(policy) {
        refused.remove(&number);
    }
    if policy.network {
        sockets(&mut refused)?;
    }
    if policy.writes {
        borrowed_rights(policy, &mut refused)?;
    }

    // A fork is allowed; new namespaces, and children that are not its own, are not.
    let flags = CLONE_FLAGS.iter().map(|flag| both(0, *flag, *flag));
    refused.insert(libc::SYS_clone, any(flags)?);

    // Only what asks, or is about the process's own handles. Everything else on a terminal or on
    // a file could change it, whatever it was opened for.
    let others = IOCTLS
        .iter()
        .map(|request| SeccompCondition::new(1, Dword, SeccompCmpOp::Ne, *request))
        .collect::<Result<Vec<_>, _>>()?;
    refused.insert(libc::SYS_ioctl, vec![SeccompRule::new(others)?]);

    // Signals that arrive through a handle, at whomever it names.
    let owners = FCNTLS.iter().map(|operation| equal(1, *operation));
    refused.insert(libc::SYS_fcntl, any(owners)?);

    // Truncating what is opened for reading only, and the access mode that is neither.
    for (number, argument) in OPENS {
        let truncating = flag(libc::O_TRUNC);
        let modes = flag(libc::O_ACCMODE);
        refused.entry(*number).or_default().extend(any([
            both(*argument, truncating | modes, truncating),
            both(*argument, modes, modes),
        ])?);
    }

    // A process may change itself, which is called 0, and nobody else.
    for number in OF_A_PROCESS {
        refused.insert(*number, any([unequal(0, 0)])?);
    }
    refused.insert(
        libc::SYS_setpriority,
        any([
            unequal(0, flag(libc::PRIO_PROCESS.cast_signed())),
            unequal(1, 0),
        ])?,
    );

    // Where Landlock lets signals out, only the own group can be signalled.
    if !policy.signals_are_kept() {
        refused.insert(libc::SYS_kill, any([unequal(0, 0)])?);
        for number in SIGNALS {
            refused.insert(*number, Vec::new());
        }
    }
    Ok(refused)
}

/// Of all sockets only those for asking over TCP and UDP. None reaches a service of this machine
/// by its path or its abstract name, none is raw.
fn sockets(refused: &mut BTreeMap<i64, Vec<SeccompRule>>) -> Result<(), BackendError> {
    const KIND: u64 = 0xf;
    let kinds = |but: &'static [libc::c_int]| {
        (0..=KIND)
            .filter(|kind| !but.iter().any(|allowed| flag(*allowed) == *kind))
            .map(|kind| both(1, KIND, kind))
    };
    let others = |argument: u8, allowed: &[libc::c_int]| {
        let conditions: Result<Vec<_>, _> = allowed
            .iter()
            .map(|value| unequal(argument, flag(*value)))
            .collect();
        SeccompRule::new(conditions?)
    };
    let mut rules = any(kinds(&[libc::SOCK_STREAM, libc::SOCK_DGRAM]))?;
    rules.push(others(0, &[libc::AF_INET, libc::AF_INET6])?);
    rules.push(others(2, &[0, libc::IPPROTO_TCP, libc::IPPROTO_UDP])?);
    refused.insert(libc::SYS_socket, rules);

    // A pair is connected from the start; of datagrams, each end could still write elsewhere.
    let mut rules = any(kinds(&[libc::SOCK_STREAM]))?;
    rules.push(others(0, &[libc::AF_UNIX])?);
    refused.insert(libc::SYS_socketpair, rules);
    Ok(())
}

/// No file is made that runs with the rights of its owner, whoever starts it.
fn borrowed_rights(
    policy: Policy,
    refused: &mut BTreeMap<i64, Vec<SeccompRule>>,
) -> Result<(), BackendError> {
    let borrowing = [libc::S_ISUID, libc::S_ISGID];
    let with_mode =
        |argument: u8| any(borrowing.map(|bit| both(argument, u64::from(bit), u64::from(bit))));
    if policy.attributes_are_guarded() {
        for (number, argument) in CHMODS {
            refused.insert(*number, with_mode(*argument)?);
        }
    }
    for (number, argument) in MAKERS {
        refused.insert(*number, with_mode(*argument)?);
    }
    for (number, argument) in OPENS {
        // Without the flag the mode is whatever lies there.
        let made = borrowing.map(|bit| {
            SeccompRule::new(vec![
                both(*argument, flag(libc::O_CREAT), flag(libc::O_CREAT))?,
                both(*argument + 1, u64::from(bit), u64::from(bit))?,
            ])
        });
        let unnamed = borrowing.map(|bit| {
            SeccompRule::new(vec![
                both(*argument, O_TMPFILE_ALONE, O_TMPFILE_ALONE)?,
                both(*argument + 1, u64::from(bit), u64::from(bit))?,
            ])
        });
        let rules: Result<Vec<_>, _> = made.into_iter().chain(unnamed).collect();
        refused.insert(*number, rules?);
    }
    Ok(())
}

/// The flag without `O_DIRECTORY`, which it contains.
const O_TMPFILE_ALONE: u64 = flag(libc::O_TMPFILE & !libc::O_DIRECTORY);

type Condition = Result<SeccompCondition, BackendError>;

fn any(conditions: impl IntoIterator<Item = Condition>) -> Result<Vec<SeccompRule>, BackendError> {
    conditions
        .into_iter()
        .map(|condition| SeccompRule::new(vec![condition?]))
        .collect()
}

fn equal(argument: u8, value: u64) -> Condition {
    SeccompCondition::new(argument, Dword, SeccompCmpOp::Eq, value)
}

fn unequal(argument: u8, value: u64) -> Condition {
    SeccompCondition::new(argument, Dword, SeccompCmpOp::Ne, value)
}

/// Of the bits in `mask`, exactly those in `value`.
fn both(argument: u8, mask: u64, value: u64) -> Condition {
    SeccompCondition::new(argument, Dword, SeccompCmpOp::MaskedEq(mask), value)
}

/// A flag as a filter sees it: 32 bits, whatever the sign.
const fn flag(value: libc::c_int) -> u64 {
    value.cast_unsigned() as u64
}

const CLONE_FLAGS: &[u64] = &[
    flag(libc::CLONE_PARENT),
    flag(libc::CLONE_NEWNS),
    flag(libc::CLONE_NEWCGROUP),
    flag(libc::CLONE_NEWUTS),
    flag(libc::CLONE_NEWIPC),
    flag(libc::CLONE_NEWUSER),
    flag(libc::CLONE_NEWPID),
    flag(libc::CLONE_NEWNET),
];

/// Sizes and kinds of terminals, bytes that wait, close-on-exec and non-blocking, and where a
/// file's blocks and flags can be read.
const IOCTLS: &[u64] = &[
    libc::TCGETS,
    0x802c_542a,
    libc::TIOCGWINSZ,
    libc::TIOCGPGRP,
    libc::FIONREAD,
    libc::FIONBIO,
    libc::FIOCLEX,
    libc::FIONCLEX,
    0x8008_6601,
    0x801c_581f,
    0xc020_660b,
];

const FCNTLS: &[u64] = &[
    flag(libc::F_SETOWN),
    flag(F_SETSIG),
    flag(F_SETOWN_EX),
    flag(libc::F_SETLEASE),
    flag(libc::F_NOTIFY),
];
const F_SETSIG: libc::c_int = 10;
const F_SETOWN_EX: libc::c_int = 15;

const OF_A_PROCESS: &[i64] = &[
    libc::SYS_prlimit64,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_setparam,
    libc::SYS_sched_setscheduler,
    libc::SYS_sched_setattr,
];

const SIGNALS: &[i64] = &[
    libc::SYS_tkill,
    libc::SYS_tgkill,
    libc::SYS_pidfd_send_signal,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
];

const ALWAYS: &[i64] = &[
    // Anybody else, near or far.
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_recvmmsg,
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_semctl,
    libc::SYS_msgget,
    libc::SYS_msgsnd,
    libc::SYS_msgrcv,
    libc::SYS_msgctl,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Leaving the group, by which everything is stopped.
    libc::SYS_setsid,
    libc::SYS_setpgid,
    // Other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_process_mrelease,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_move_pages,
    libc::SYS_migrate_pages,
    libc::SYS_ioprio_set,
    // Files, without opening them.
    libc::SYS_truncate,
    SETXATTRAT,
    REMOVEXATTRAT,
    FILE_SETATTR,
    libc::SYS_open_by_handle_at,
    libc::SYS_inotify_init1,
    libc::SYS_fanotify_init,
    libc::SYS_sync,
    libc::SYS_syncfs,
    // The machine.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_quotactl,
    libc::SYS_acct,
    libc::SYS_reboot,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_syslog,
    libc::SYS_vhangup,
    libc::SYS_personality,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
];

const SETXATTRAT: i64 = 463;
const REMOVEXATTRAT: i64 = 466;
const FILE_SETATTR: i64 = 469;

#[cfg(target_arch = "x86_64")]
const OPENS: &[(i64, u8)] = &[(libc::SYS_openat, 2), (libc::SYS_open, 1)];
#[cfg(target_arch = "aarch64")]
const OPENS: &[(i64, u8)] = &[(libc::SYS_openat, 2)];

/// Where a mode is set, and which argument it is.
#[cfg(target_arch = "x86_64")]
const CHMODS: &[(i64, u8)] = &[
    (libc::SYS_chmod, 1),
    (libc::SYS_fchmod, 1),
    (libc::SYS_fchmodat, 2),
    (FCHMODAT2, 2),
];
#[cfg(target_arch = "aarch64")]
const CHMODS: &[(i64, u8)] = &[
    (libc::SYS_fchmod, 1),
    (libc::SYS_fchmodat, 2),
    (FCHMODAT2, 2),
];

/// Where a file is made with a mode, and which argument that is.
#[cfg(target_arch = "x86_64")]
const MAKERS: &[(i64, u8)] = &[
    (libc::SYS_creat, 1),
    (libc::SYS_mknod, 1),
    (libc::SYS_mknodat, 2),
];
#[cfg(target_arch = "aarch64")]
const MAKERS: &[(i64, u8)] = &[(libc::SYS_mknodat, 2)];

#[cfg(target_arch = "x86_64")]
const HERE: &[i64] = &[
    libc::SYS_inotify_init,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
];

#[cfg(target_arch = "aarch64")]
const HERE: &[i64] = &[];
