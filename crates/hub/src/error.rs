//! What can go wrong while the hub starts or keeps its books.
//!
//! What a caller or a device did wrong is no `Error`: it is answered where it came from.

use std::{io, net::SocketAddr, path::PathBuf};

use crate::SecretsError;

/// Why the hub cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address could be reached from other computers.
    #[error("refusing to listen on {address}: only loopback addresses are taken")]
    NotLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// Another program listens there.
    #[error("listening on {address}: the port is taken by another program")]
    AddressInUse {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("listening on {address}")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The data folder cannot be used.
    #[error("preparing the hub's folder {}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// Another hub works on the same data.
    #[error("the hub's data in {} is in use by another hub", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// The data was written by a later version.
    #[error("the hub's data has version {found}, and this program knows versions up to {known}")]
    TooNew {
        /// The version in the file.
        found: i64,
        /// The latest version known.
        known: usize,
    },
    /// The file refused.
    #[error("keeping the hub's books")]
    Store(#[from] rusqlite::Error),
    /// The database server refused, or cannot be reached.
    #[error("keeping the hub's books in the database")]
    Database {
        /// The server's reason, or the network's. Never the URL.
        #[from]
        source: postgres::Error,
    },
    /// Another hub works on the same database.
    #[error("the database is in use by another hub")]
    DatabaseInUse,
    /// The connection to the database cannot be encrypted.
    #[error("preparing an encrypted connection to the database")]
    Tls(#[source] rustls::Error),
    /// The system gave no thread.
    #[error("starting a thread for the hub's books")]
    Thread(#[source] io::Error),
    /// There are as many entries as there can be.
    #[error("the hub's audit is full")]
    Full,
    /// What the database holds makes no sense.
    #[error("reading the hub's books: the {what} of {row} is damaged")]
    Damaged {
        /// The column.
        what: &'static str,
        /// The row's id.
        row: String,
    },
    /// The thread that keeps the books has ended.
    #[error("the hub is stopping")]
    Stopped,
    /// The secrets cannot be read or written.
    #[error("reaching the stored secret {name}")]
    Secrets {
        /// The secret's name.
        name: String,
        /// The store's reason.
        #[source]
        source: SecretsError,
    },
    /// The system gave no random bytes.
    #[error("drawing random bytes")]
    Random(#[source] getrandom::Error),
    /// A password could not be made into what is kept of it.
    #[error("hashing a password")]
    Password,
    /// What was sealed was sealed with another key, or changed.
    #[error("opening something sealed: the hub's sealing key is another one")]
    Sealed,
    /// A token could not be signed.
    #[error("signing a token")]
    Sign(#[source] jsonwebtoken::errors::Error),
    /// Something could not be written as JSON.
    #[error("writing JSON")]
    Json(#[from] serde_json::Error),
}
