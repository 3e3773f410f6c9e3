//! The gate from outside: what lines become, what noise does to it, and what nobody can talk it
//! into.

// Everything here is a test; the attribute tells the linter that helpers are tests too.
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod graduated;
#[cfg(test)]
mod invariant;
#[cfg(test)]
mod made_up;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod noise;
#[cfg(target_os = "linux")]
#[cfg(test)]
mod peer;
#[cfg(test)]
mod rule_book;
#[cfg(test)]
mod rule_shapes;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod scale;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod stored;
#[cfg(test)]
mod suggest;
#[cfg(test)]
mod support;
#[cfg(test)]
mod verdicts;
