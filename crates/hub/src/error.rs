//! What can go wrong while the hub starts or keeps its books.
//!
//! What a caller or a device did wrong is no `Error`: it is answered where it came from.

use std::{io, net::SocketAddr, path::PathBuf};

use crate::{Origin, SecretsError};

/// Why the hub cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address could be reached from other computers.
    #[error("refusing to listen on {address}: only loopback addresses are taken")]
    NotLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// Others can reach the address, and the hub does not know what they call it.
    #[error("refusing to listen on {address} without a public URL: say where others find this hub")]
    NoPublicUrl {
        /// The address asked for.
        address: SocketAddr,
    },
    /// Tokens would go over the network as they are.
    #[error("refusing the public URL {url}: it must begin with https://")]
    PublicUrlInTheClear {
        /// The URL.
        url: Origin,
    },
    /// The certificate or its key cannot be used.
    #[error("using the certificate in {}", file.display())]
    Certificate {
        /// The file that is wrong.
        file: PathBuf,
        /// What is wrong with it. Never its content.
        #[source]
        source: CertificateError,
    },
    /// Another program listens there.
    #[error(
        "listening on {address}: another program has this port; end that program, or choose another port"
    )]
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
    /// A file of somebody's could not be read or written.
    #[error("keeping a file")]
    File {
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
    /// It is no address of a mailbox.
    #[error("this is not an e-mail address")]
    Email,
    /// The password is too short or too long.
    #[error("the password must have between 8 and 128 characters")]
    UnfitPassword,
    /// Somebody has the address already.
    #[error("an account with this address exists already")]
    AccountExists,
    /// Nobody has the address.
    #[error("there is no account with this address")]
    NoAccount,
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

impl Error {
    /// Whether there is no room left to write to.
    pub(crate) fn is_full_disk(&self) -> bool {
        match self {
            Self::File { source } => matches!(
                source.kind(),
                io::ErrorKind::StorageFull
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::FileTooLarge
            ),
            // A quota or a limit that is used up comes as a write that failed.
            Self::Store(error) => error.sqlite_error().is_some_and(|error| {
                error.code == rusqlite::ErrorCode::DiskFull
                    || error.extended_code == rusqlite::ffi::SQLITE_IOERR_WRITE
            }),
            Self::Database { source } => {
                source.code() == Some(&postgres::error::SqlState::DISK_FULL)
            }
            _ => false,
        }
    }
}

/// What is wrong with a certificate or its key.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file cannot be read, or is no PEM.
    #[error("the file cannot be read as PEM")]
    Pem(#[source] rustls::pki_types::pem::Error),
    /// It holds no certificate.
    #[error("the file holds no certificate")]
    Empty,
    /// The certificate and the key do not belong together, or are of a kind that is not known.
    #[error("the certificate and the key do not fit together")]
    Misfit(#[source] rustls::Error),
}
