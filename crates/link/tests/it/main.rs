//! A link against real servers on loopback.

// All of this is tests; the attribute tells the linter that the helpers are, too.
#[cfg(test)]
mod address;
#[cfg(test)]
mod device;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod hub;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod link;
#[cfg(test)]
mod polling;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod wake;
#[cfg(test)]
mod web;
#[cfg(test)]
mod world;
