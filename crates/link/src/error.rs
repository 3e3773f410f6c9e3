//! Why a text is not the address of a hub.

/// An address that cannot be used. None of the sentences repeats it: it may hold a token.
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
}
