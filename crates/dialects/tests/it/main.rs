//! What every dialect and both sessions must hold to.

#![expect(
    clippy::disallowed_methods,
    reason = "the fixtures are files; only the crate itself must not read any"
)]

// All of this is tests; the attribute tells the linter that the helpers are, too.
#[cfg(test)]
mod adiuva;
#[cfg(test)]
mod angela;
#[cfg(test)]
mod archety;
#[cfg(test)]
mod awkward;
#[cfg(test)]
mod blueprint;
#[cfg(test)]
mod budget;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod conversation;
#[cfg(test)]
mod device;
#[cfg(test)]
mod document;
#[cfg(test)]
mod hub;
#[cfg(test)]
mod noise;
#[cfg(test)]
mod preferences;
#[cfg(test)]
mod sixth;
#[cfg(test)]
mod support;
#[cfg(test)]
mod transcript;
#[cfg(test)]
mod vocabulary;
