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
//! `urandom`), and the working folder. It does not read the person's home beyond the working folder,
//! nor, even there, any of the secrets in [`Surroundings::secrets`]. The kernel's rules only ever
//! allow, for a folder and all beneath it. So where a secret lies beneath the working folder,
//! everything around the secret is allowed piece by piece, and the folders on the way to it can
//! not be listed: a listing would have to be allowed for the secret too. Such a folder's files
//! still open by name. In the system's folders names are no secret, and listing stays possible.
//!
//! *Writes* nothing, anywhere, neither content nor names nor modes nor attributes. `/dev/null`
//! takes what it is given.
//!
//! *Reaches* nobody: no sockets of any family, no shared memory or queues of System V or POSIX, no
//! signals to anything outside, no tracing, no terminal, no new namespaces, no privileges. As root
//! it holds no capabilities, and so is only the owner of root's files.
//!
//! *Sees* what the kernel does not hide from any program: the names, sizes and times of files whose
//! path it knows, and the process list with its command lines. The environment and the open
//! files of other processes stay closed to it.
//!
//! *Lives* no longer than its command: all its processes are one group that none of them can
//! leave, and the group ends with the command, its time limit, its cancellation, or this process,
//! however that ends.

mod containment;
mod error;
mod identity;
// Where nothing runs, nothing prints; its tests hold everywhere.
#[cfg(any(test, target_os = "linux"))]
mod output;
mod prepare;
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

#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
mod elsewhere;
#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
use elsewhere as platform;

pub use containment::Containment;
pub use error::{Changed, PrepareError, RunError, Uncontained};
pub use prepare::{Prepared, prepare};
pub use surroundings::Surroundings;

use chaperone_protocol::Executed;
use tokio_util::sync::CancellationToken;

/// Runs what was prepared, to its end, its time limit or its cancellation.
///
/// A program that fails is still a command that ran: a non-zero exit is `Ok`. When the future is
/// dropped, everything it started ends too. Needs a tokio runtime with time and I/O enabled.
pub async fn run(prepared: Prepared, cancel: CancellationToken) -> Result<Executed, RunError> {
    platform::run(prepared, cancel).await
}

/// Proves that the containment holds on this machine, by running something inside that tries to
/// break it. Blocks for some milliseconds; may be called from anywhere.
pub fn doctor() -> Result<(), Uncontained> {
    platform::doctor()
}

#[cfg(test)]
mod tests;
