//! The other half of the sandbox: which system calls a contained program may make. Landlock
//! guards opening files; what changes files without opening them, talks to others, or leaves the
//! process group is refused here.
//!
//! Two filters, both of which must agree. The first knows what is allowed and lets every other call
//! look as if the kernel did not have it, which programs are used to. The second refuses some of
//! the allowed ones for their arguments, and gives the well-known refused ones the error that
//! people understand.

mod allowed;
mod refused;

use std::{collections::BTreeMap, env::consts::ARCH, io};

pub(super) use seccompiler::BpfProgram;
use seccompiler::{SeccompAction, SeccompFilter, SeccompRule};

use super::ruleset::Version;
use crate::Uncontained;

/// What a process puts on itself, in this order: where both filters refuse, the later one's error
/// is what the program sees.
#[derive(Debug)]
pub(super) struct Filters {
    pub(super) allowed: BpfProgram,
    pub(super) refused: BpfProgram,
}

/// What the filters must see to, beside what always holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Policy {
    /// The Landlock that guards files; absent where mounts do.
    pub(super) landlock: Option<Version>,
    pub(super) writes: bool,
    pub(super) network: bool,
}

impl Policy {
    /// Whether something else keeps the size of a file from change.
    fn truncation_is_guarded(self) -> bool {
        self.landlock.is_none_or(Version::knows_truncation)
    }

    /// Whether something else keeps signals inside.
    fn signals_are_kept(self) -> bool {
        self.landlock.is_none_or(Version::keeps_signals)
    }

    /// Landlock does not know the modes, owners and times of files; read-only mounts keep them.
    fn attributes_are_guarded(self) -> bool {
        self.landlock.is_none()
    }
}

pub(super) fn filters(policy: Policy) -> Result<Filters, Uncontained> {
    compile(policy).map_err(|error| Uncontained::Setup {
        what: "system call filter",
        source: io::Error::other(error),
    })
}

fn compile(policy: Policy) -> Result<Filters, seccompiler::BackendError> {
    let allowed: BTreeMap<i64, Vec<SeccompRule>> = allowed::calls(policy)
        .map(|number| (number, Vec::new()))
        .collect();
    let refused = refused::calls(policy)?;
    let arch = ARCH.try_into()?;
    let absent = SeccompAction::Errno(libc::ENOSYS.cast_unsigned());
    let denied = SeccompAction::Errno(libc::EPERM.cast_unsigned());
    Ok(Filters {
        allowed: SeccompFilter::new(allowed, absent, SeccompAction::Allow, arch)?.try_into()?,
        refused: SeccompFilter::new(refused, SeccompAction::Allow, denied, arch)?.try_into()?,
    })
}

#[cfg(test)]
pub(super) mod tests {
    //! The lists, as the sandbox's tests see them.

    use super::{Policy, allowed, refused};

    pub(in super::super) fn allowed(policy: Policy) -> Vec<i64> {
        allowed::calls(policy).collect()
    }

    pub(in super::super) fn refused_outright(policy: Policy) -> Vec<i64> {
        let refused = refused::calls(policy).unwrap();
        refused
            .into_iter()
            .filter(|(_, rules)| rules.is_empty())
            .map(|(number, _)| number)
            .collect()
    }
}
