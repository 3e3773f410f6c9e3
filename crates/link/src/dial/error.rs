//! Why there is no stream, in sentences for people.

use std::io;

use rustls::{CertificateError, Error as TlsError};

use super::{Changed, proxy::ProxyError};
use crate::{Address, Pin};

#[derive(Debug, thiserror::Error)]
pub(crate) enum DialError {
    #[error("the name {host} is not found: is this computer online, and the address right?")]
    Unknown {
        host: String,
        #[source]
        source: io::Error,
    },
    #[error("nothing listens at {place}: is the hub running?")]
    NothingThere { place: String },
    #[error("{place} cannot be reached: {source}")]
    Away {
        place: String,
        #[source]
        source: io::Error,
    },
    #[error(
        "the proxy at {place} is not reached: is it running, and set right in the environment?"
    )]
    ProxyAway {
        place: String,
        #[source]
        source: Box<DialError>,
    },
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    #[error("{0} is no name that a certificate can be for")]
    Name(Address),
    #[error("{0} is not encrypted, so there is no certificate")]
    NotEncrypted(Address),
    #[error(
        "the certificate of {address} has changed: another one is pinned than the one it shows now, {shown}. Ask whoever runs the hub before you pin the new one"
    )]
    Changed { address: Address, shown: Pin },
    #[error("the certificate of {address} {problem}")]
    Untrusted {
        address: Address,
        problem: &'static str,
        #[source]
        source: Box<TlsError>,
    },
    #[error("no secure connection to {address}: {source}")]
    Handshake {
        address: Address,
        #[source]
        source: io::Error,
    },
    #[error("this computer's list of trusted certificates cannot be read")]
    NoRoots,
    #[error("encryption cannot be set up: {0}")]
    Encryption(#[source] TlsError),
}

impl DialError {
    pub(super) fn from_lookup(host: &str, source: io::Error) -> Self {
        Self::Unknown {
            host: host.to_owned(),
            source,
        }
    }

    pub(super) fn from_connect(place: String, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::ConnectionRefused {
            Self::NothingThere { place }
        } else {
            Self::Away { place, source }
        }
    }

    pub(super) fn from_handshake(address: &Address, source: io::Error) -> Self {
        let address = address.clone();
        let inner = source
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<TlsError>());
        let Some(tls @ TlsError::InvalidCertificate(certificate)) = inner else {
            return Self::Handshake { address, source };
        };
        if let CertificateError::Other(other) = certificate
            && let Some(Changed { shown }) = other.0.downcast_ref()
        {
            let shown = *shown;
            return Self::Changed { address, shown };
        }
        let problem = match certificate {
            CertificateError::UnknownIssuer => {
                "is vouched for by nobody this computer trusts: check the address, or pin the certificate"
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "has expired: check this computer's clock, or ask whoever runs the hub"
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "is not valid yet: check this computer's clock"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "is for another name: check the address"
            }
            CertificateError::Revoked => "was revoked: ask whoever runs the hub",
            _ => "is not accepted: check the address, or pin the certificate",
        };
        let source = Box::new(tls.clone());
        Self::Untrusted {
            address,
            problem,
            source,
        }
    }

    /// Whether what answered could not show that it is the hub.
    pub(crate) fn is_distrust(&self) -> bool {
        matches!(self, Self::Changed { .. } | Self::Untrusted { .. })
    }
}

/// A hub that could not be looked at.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Unreachable(#[from] DialError);
