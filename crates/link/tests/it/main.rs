//! A link against a real WebSocket server on loopback.

// All of this is tests; the attribute tells the linter that the helpers are, too.
#[cfg(test)]
mod address;
#[cfg(test)]
mod hub;
#[cfg(test)]
mod link;
