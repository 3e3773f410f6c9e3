//! What running a command promises, tried on the real system.

#![cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]

#[cfg(test)]
mod bench;
#[cfg(test)]
mod binding;
#[cfg(test)]
mod containment;
#[cfg(test)]
mod ending;
#[cfg(test)]
mod output;
#[cfg(test)]
mod semantics;
#[cfg(test)]
mod users;
