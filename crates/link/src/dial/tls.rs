//! Encryption: this computer's trusted roots, or one pinned certificate and no other.

use std::sync::{Arc, OnceLock};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore,
    SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};

use super::DialError;
use crate::Pin;

/// What both sockets and requests are encrypted with.
pub(super) async fn config(pin: Option<Pin>) -> Result<Arc<ClientConfig>, DialError> {
    if let Some(pin) = pin {
        return pinned(pin);
    }
    if let Some(known) = SYSTEM.get() {
        return Ok(Arc::clone(known));
    }
    // Reading the roots takes a while on some systems.
    let read = tokio::task::spawn_blocking(system).await;
    let config = read.map_err(|_| DialError::NoRoots)??;
    Ok(Arc::clone(SYSTEM.get_or_init(|| config)))
}

/// The roots are read once, at the first connection that needs them.
static SYSTEM: OnceLock<Arc<ClientConfig>> = OnceLock::new();

fn system() -> Result<Arc<ClientConfig>, DialError> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::debug!(%error, "part of the trusted roots cannot be read");
    }
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(DialError::NoRoots);
    }
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(DialError::Encryption)?;
    Ok(Arc::new(
        builder.with_root_certificates(roots).with_no_client_auth(),
    ))
}

fn pinned(pin: Pin) -> Result<Arc<ClientConfig>, DialError> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Arc::new(Pinned {
        pin,
        provider: Arc::clone(&provider),
    });
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(DialError::Encryption)?;
    Ok(Arc::new(
        builder
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth(),
    ))
}

/// Another certificate than the pinned one was shown.
#[derive(Debug, thiserror::Error)]
#[error("another certificate was shown than the pinned one: {shown}")]
pub(super) struct Changed {
    /// The certificate's fingerprint.
    pub(super) shown: Pin,
}

/// Takes the pinned certificate, whoever signed it and whatever it says, and no other. That the
/// hub has its key is checked as always.
#[derive(Debug)]
struct Pinned {
    pin: Pin,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = Pin::of(end_entity);
        if shown == self.pin {
            return Ok(ServerCertVerified::assertion());
        }
        let key = ParsedCertificate::try_from(end_entity)?.subject_public_key_info();
        if Pin::of(&key) == self.pin {
            return Ok(ServerCertVerified::assertion());
        }
        let changed = OtherError(Arc::new(Changed { shown }));
        Err(CertificateError::Other(changed).into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
