//! Runs programs, contained, and nothing about permission.
//!
//! [`prepare()`] turns a command line that was already taken apart into everything a person needs
//! to see: each program's argv and real executable, the real working folder, the variables, the
//! time limit and the [`Containment`]. [`run()`] checks all of it again and then does exactly that.
//!
//! Whether it may run at all is not decided here, and neither is who is asked.
//!
//! # What a contained program can do
//!
//! *Reads*: the system's own folders ([`Surroundings`] lists them) except what only root may read
//! there, `/proc` and a little of `/sys`, the harmless devices (`null`, `zero`, `full`, `random`,
//! `urandom`), the working folder and the folder it writes in. It does not read the person's home
//! beyond those, nor, even there, any of the secrets in [`Surroundings::secrets`], whether they are
//! there when it starts or come to be while it runs.
//!
//! *Writes*, with [`Containment::ReadOnly`], nothing, anywhere, neither content nor names nor modes
//! nor attributes. `/dev/null` takes what it is given. With [`Containment::Write`] and
//! [`Containment::WriteNetwork`] it writes in one folder, which is never the home, the system's, nor
//! one for settings, and in a folder for temporary files that is its own and gone with it. In the
//! folder, repositories' own folders (`.git`, `.hg`) stay as they are, at any depth, and keys
//! (`.ssh`, `.gnupg`, keyrings) and all secrets can not even be read. A *new* name of that kind can
//! not be refused: what has one after the run is renamed before the run is reported, and the
//! [`Executed::containment`] says so. Until then, which is as long as the run, it bears the name.
//! No file that lends its owner's rights can be made.
//!
//! *Reaches* nobody: no sockets of any family, no shared memory or queues of System V or POSIX, no
//! signals to anything outside, no tracing, no terminal, no new namespaces, no privileges. As root
//! it holds no capabilities, and so is only the owner of root's files. With
//! [`Containment::WriteNetwork`] it asks others over TCP and UDP, those on this machine included, and
//! names of hosts with them. It does not listen: a port for UDP, which asking needs, is all it can
//! take. Sockets of this machine's services, by path or by abstract name, raw ones and pings stay
//! closed.
//!
//! *Sees* what the kernel does not hide from any program; how much that is depends on the sandbox.
//! The environment and the open files of other processes stay closed to it in each.
//!
//! *Lives* no longer than its command: all its processes end with the command, its time limit, its
//! cancellation, or this process, however that ends, those that made sessions of their own too.
//!
//! # What keeps it so
//!
//! On Linux, **bubblewrap**, where it works: namespaces of its own for files, processes, users and
//! network. What it may not read is not there; other processes are not seen. A background process
//! ends with the program that started it. Where the folder it writes in holds a guarded name that is
//! a link, it is not run.
//!
//! Else **Landlock**, with the system call filter that both have: the kernel's rules only ever allow,
//! for a folder and all beneath it. So where something guarded lies beneath a folder, everything
//! around it is allowed piece by piece. The folders on the way to a secret can not be listed, and
//! nothing new can be made in the folders on the way to anything guarded; files there still open by
//! name, and other folders are as usual. Modes, owners and times of files can not be changed, since
//! Landlock does not guard them elsewhere. The program sees the names, sizes and times of files whose
//! path it knows, and the process list with its command lines.
//!
//! Else nothing: the command is refused. Which one serves is found out by [`doctor()`]'s trials, once
//! for each profile. Limits for each process (count, memory, file size, open files) come on top;
//! where this process may make control groups, one bounds all of a command's processes together, and
//! the sentence in [`Executed::containment`] says so.
//!
//! On Windows a job holds the processes together. A token of low integrity without privileges is
//! there and tried; it keeps nobody from reading or from the network, and so serves no profile. On
//! macOS there is a process group, which a program can leave. On both, only [`Containment::None`]
//! runs.
//!
//! [`Containment::None`] promises no more than the end of everything: on Linux a reaper gets every
//! orphan, whatever session it is in, and ends it. What took another user's rights, with `sudo` for
//! instance, it can not end.

mod choice;
mod containment;
mod doctor;
mod error;
mod guard;
mod identity;
mod output;
mod prepare;
mod running;
mod surroundings;

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod linux;
#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
use linux as platform;

#[cfg(all(
    unix,
    not(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "aarch64")
    ))
))]
mod unix;
#[cfg(all(
    unix,
    not(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "aarch64")
    ))
))]
use unix as platform;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as platform;

pub use containment::{Backend, Containment, Profile};
pub use doctor::Finding;
pub use error::{Changed, PrepareError, RunError, Tried, Uncontained};
pub use prepare::{Prepared, prepare};
pub use surroundings::Surroundings;

use chaperone_protocol::Executed;
use tokio_util::sync::CancellationToken;

/// Runs what was prepared, to its end, its time limit or its cancellation, in the first sandbox in
/// which a trial of its profile holds.
///
/// A program that fails is still a command that ran: a non-zero exit is `Ok`. When the future is
/// dropped, everything it started ends too. Needs a tokio runtime with time and I/O enabled.
pub async fn run(prepared: Prepared, cancel: CancellationToken) -> Result<Executed, RunError> {
    let backend = choice::serving(prepared.containment().profile()).await?;
    running::run(backend, prepared, cancel).await
}

/// The same in this sandbox and no other, for whoever has tried it or wants to.
pub async fn run_in(
    backend: Backend,
    prepared: Prepared,
    cancel: CancellationToken,
) -> Result<Executed, RunError> {
    running::run(backend, prepared, cancel).await
}

/// Tries every sandbox there is on this system with every profile it offers, by running something
/// inside that writes, reads a secret and connects. Blocks for a part of a second; may be called from
/// anywhere.
pub fn doctor() -> Vec<Finding> {
    doctor::doctor()
}

#[cfg(test)]
mod tests;
