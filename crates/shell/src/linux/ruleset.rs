//! The file half of the sandbox: Landlock rules from openings. Enforced in the child, by `system`.

use std::{
    io,
    os::fd::{AsFd as _, OwnedFd},
};

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible as _, PathBeneath,
    Ruleset, RulesetAttr as _, RulesetCreated, RulesetCreatedAttr as _, RulesetError, Scope,
};

use super::reach::{Allows, Opening};
use crate::Uncontained;

/// What the running kernel's Landlock can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub(super) i32);

impl Version {
    /// From here on signals stay inside. Before, `calls` must see to it.
    pub(super) fn keeps_signals(self) -> bool {
        self.0 >= 6
    }

    /// From here on truncating needs a right of its own. Before, `calls` must see to it.
    pub(super) fn knows_truncation(self) -> bool {
        self.0 >= 3
    }
}

/// The rules, ready for a process to put on itself.
pub(super) fn ruleset(
    version: Version,
    network: bool,
    openings: Vec<Opening>,
) -> Result<OwnedFd, Uncontained> {
    if version.0 < 1 {
        return Err(Uncontained::NoLandlock);
    }
    let created = create(version, network, openings).map_err(|error| Uncontained::Setup {
        what: "file rules",
        source: io::Error::other(error),
    })?;
    Option::<OwnedFd>::from(created).ok_or(Uncontained::NoLandlock)
}

fn create(
    version: Version,
    network: bool,
    openings: Vec<Opening>,
) -> Result<RulesetCreated, RulesetError> {
    let abi = ABI::from(version.0);
    // Everything this version knows is handled, and what is handled and not allowed is refused.
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(abi))?;
    let mut net = AccessNet::from_all(abi);
    if network {
        // What is not handled is not refused; taking a port for TCP still is.
        net.remove(AccessNet::ConnectTcp);
    }
    if !net.is_empty() {
        ruleset = ruleset.handle_access(net)?;
    }
    let scope = Scope::from_all(abi);
    if !scope.is_empty() {
        ruleset = ruleset.scope(scope)?;
    }
    let mut created = ruleset.create()?;
    for opening in openings {
        let allowed = rights(opening.allows) & AccessFs::from_all(abi);
        created = created.add_rule(PathBeneath::new(opening.handle.as_fd(), allowed))?;
    }
    Ok(created)
}

fn rights(allows: Allows) -> BitFlags<AccessFs> {
    let read = AccessFs::ReadFile;
    match allows {
        Allows::Tree => read | AccessFs::ReadDir | AccessFs::Execute,
        Allows::Names => AccessFs::ReadDir.into(),
        Allows::File => read | AccessFs::Execute,
        Allows::WritableTree => {
            read | AccessFs::ReadDir
                | AccessFs::Execute
                | AccessFs::WriteFile
                | AccessFs::Truncate
                | AccessFs::MakeReg
                | AccessFs::MakeDir
                | AccessFs::MakeSym
                | AccessFs::MakeFifo
                | AccessFs::RemoveFile
                | AccessFs::RemoveDir
                | AccessFs::Refer
        }
        Allows::WritableFile => read | AccessFs::Execute | AccessFs::WriteFile | AccessFs::Truncate,
        Allows::Source => read | AccessFs::IoctlDev,
        Allows::Sink => read | AccessFs::IoctlDev | AccessFs::WriteFile | AccessFs::Truncate,
    }
}
