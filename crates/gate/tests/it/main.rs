//! The gate from outside: what lines become, what noise does to it, and what nobody can talk it
//! into.

// Everything here is a test; the attribute tells the linter that helpers are tests too.
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod invariant;
#[cfg(test)]
mod noise;
#[cfg(target_os = "linux")]
#[cfg(test)]
mod peer;
