//! The certificate that connections are shown, and its renewal without a stop.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

use crate::{Error, error::CertificateError, reach::TlsFiles};

/// The certificate in use. Clones are the same one.
#[derive(Clone)]
pub struct Certificate {
    files: TlsFiles,
    config: Arc<RwLock<Arc<ServerConfig>>>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

impl Certificate {
    /// Reads the files.
    pub fn read(files: TlsFiles) -> Result<Self, Error> {
        let config = Arc::new(RwLock::new(load(&files)?));
        Ok(Self { files, config })
    }

    /// Reads the files again, for connections that come from now on. Where they cannot be used, the
    /// certificate stays what it was.
    pub fn reload(&self) -> Result<(), Error> {
        let fresh = load(&self.files)?;
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    pub(super) fn current(&self) -> Arc<ServerConfig> {
        let config = self.config.read();
        Arc::clone(&config.unwrap_or_else(PoisonError::into_inner))
    }
}

fn load(files: &TlsFiles) -> Result<Arc<ServerConfig>, Error> {
    let wrong = |file: &std::path::Path, source| Error::Certificate {
        file: file.to_owned(),
        source,
    };
    let pem = |file| move |problem| wrong(file, CertificateError::Pem(problem));
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(pem(&files.certificate))?;
    if chain.is_empty() {
        return Err(wrong(&files.certificate, CertificateError::Empty));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(pem(&files.key))?;
    let misfit = |problem| wrong(&files.certificate, CertificateError::Misfit(problem));
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(misfit)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(misfit)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
