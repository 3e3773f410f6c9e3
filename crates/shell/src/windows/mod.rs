//! Running programs on Windows. A job holds them together and ends them; what there is to contain
//! them with takes away the right to change things, and keeps nobody from reading or from the
//! network. So a contained profile serves only where a trial of it holds, which is nowhere yet.

mod system;
mod tree;

pub(crate) use tree::Tree;

use crate::{Backend, Profile};

/// What there is for a profile.
pub(crate) fn backends(profile: Profile) -> &'static [Backend] {
    match profile {
        Profile::ReadOnly => &[Backend::LowIntegrity],
        // The folder would have to be made writable for everything of low integrity.
        Profile::Write | Profile::WriteNetwork => &[],
        Profile::None => &[Backend::Unconfined],
    }
}

#[cfg(test)]
mod tests;
