//! Running programs where we have no sandbox: macOS, and Linux on machines whose system calls we do
//! not know. Nothing is contained, and it says so; the processes are held together by a group, which
//! a program that wants to can leave.

mod system;
mod tree;

pub(crate) use tree::Tree;

use crate::{Backend, Profile};

/// What there is for a profile.
pub(crate) fn backends(profile: Profile) -> &'static [Backend] {
    match profile {
        Profile::ReadOnly | Profile::Write | Profile::WriteNetwork => &[],
        Profile::None => &[Backend::Unconfined],
    }
}
