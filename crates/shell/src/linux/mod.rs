//! Running programs on Linux: which sandboxes there are, and what each is made of.

mod bubblewrap;
mod calls;
mod cgroup;
mod limits;
mod reach;
mod ruleset;
mod scratch;
mod spawner;
mod system;
mod tree;

pub(crate) use tree::Tree;

use crate::{Backend, Profile};

/// The sandboxes for a profile, the better one first.
pub(crate) fn backends(profile: Profile) -> &'static [Backend] {
    match profile {
        Profile::ReadOnly | Profile::Write | Profile::WriteNetwork => {
            &[Backend::Bubblewrap, Backend::Landlock]
        }
        Profile::None => &[Backend::Unconfined],
    }
}

#[cfg(test)]
mod tests;
