//! What running a command promises, tried on the real system.

#![cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]

#[cfg(test)]
mod bench;
#[cfg(test)]
mod ending;
#[cfg(test)]
mod escape;
#[cfg(test)]
mod flood;
#[cfg(test)]
mod network;
#[cfg(test)]
mod pipes;
#[cfg(test)]
mod users;
#[cfg(test)]
mod writing;

/// What holds for read-only programs, in one sandbox after the other.
#[cfg(test)]
#[expect(clippy::duplicate_mod, reason = "the same must hold in each sandbox")]
#[path = "."]
mod by_landlock {
    const BACKEND: chaperone_shell::Backend = chaperone_shell::Backend::Landlock;

    #[path = "binding.rs"]
    mod binding;
    #[path = "containment.rs"]
    mod containment;
    #[path = "output.rs"]
    mod output;
    #[path = "semantics.rs"]
    mod semantics;
}
#[cfg(test)]
#[expect(clippy::duplicate_mod, reason = "the same must hold in each sandbox")]
#[path = "."]
mod by_bubblewrap {
    const BACKEND: chaperone_shell::Backend = chaperone_shell::Backend::Bubblewrap;

    #[path = "binding.rs"]
    mod binding;
    #[path = "containment.rs"]
    mod containment;
    #[path = "output.rs"]
    mod output;
    #[path = "semantics.rs"]
    mod semantics;
}
