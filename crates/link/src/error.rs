//! Why a connection cannot be kept as it was asked for.

use std::time::Duration;

/// An address or a setting that cannot be used. None of the sentences repeats an address as it was
/// typed: it may hold a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No URL at all.
    #[error("the address is not a URL such as wss://hub.example or ws://127.0.0.1:8000")]
    NotAnAddress,
    /// A URL of another kind.
    #[error(
        "the address must begin with wss:// or https://, or with ws:// or http:// for a hub on this computer"
    )]
    Scheme,
    /// A token would cross a network in the clear.
    #[error(
        "{host} is another computer, and ws:// would send the token there unencrypted: use wss://"
    )]
    Unencrypted {
        /// The host.
        host: String,
    },
    /// A name or password in front of the host.
    #[error("the address holds a user name or password: leave it out and sign in instead")]
    Credentials,
    /// Anything behind the path, such as a token.
    #[error("the address holds something after its path: leave out everything from ? or # on")]
    Query,
    /// Neither way to the hub is switched on.
    #[error("{dialect} hubs can only be reached by their socket: switch it on")]
    NothingToPoll {
        /// The hub's kind.
        dialect: &'static str,
    },
    /// A number of tries beyond reason.
    #[error("the number of quick tries must be between {least} and {most}")]
    Attempts {
        /// The fewest.
        least: u32,
        /// The most.
        most: u32,
    },
    /// A heartbeat too often or too rarely.
    #[error("the heartbeat must come every {} to {} seconds", least.as_secs(), most.as_secs())]
    Heartbeat {
        /// The shortest interval.
        least: Duration,
        /// The longest, which is what this kind of hub expects.
        most: Duration,
    },
    /// A heartbeat where the hub sets the pace.
    #[error("{dialect} hubs ask for heartbeats themselves: leave the interval out")]
    NoHeartbeat {
        /// The hub's kind.
        dialect: &'static str,
    },
    /// Polling too often or too rarely.
    #[error("commands can be fetched every {} to {} seconds", least.as_secs(), most.as_secs())]
    PollInterval {
        /// The shortest interval.
        least: Duration,
        /// The longest.
        most: Duration,
    },
    /// No fingerprint.
    #[error(
        "the certificate's fingerprint must be a SHA-256: 64 hexadecimal digits, or 44 characters of base64"
    )]
    Pin,
    /// A pin without encryption.
    #[error("a certificate can only be pinned for an encrypted address: use wss://")]
    PinUnencrypted,
}
