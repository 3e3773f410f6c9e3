//! The keys: one master key in the secret store, and one for each artifact that it wraps.
//!
//! Both ciphers are XChaCha20-Poly1305. A wrapped key is its 24-byte nonce, followed by the 32
//! encrypted bytes and their tag; authenticated with it is what the row says of the artifact, so
//! that a row that was changed, or put in place of another, has no key any more.

use std::sync::Arc;

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use zeroize::Zeroizing;

use super::{Artifact, LocalArtifactId};
use crate::{Error, Secret, SecretStore};

const NAME: &str = "artifact-key";
const NONCE: usize = 24;

/// Wraps the keys of all artifacts. Its content is in no `Debug` and is wiped when dropped.
#[derive(Clone)]
pub(crate) struct MasterKey(Arc<Zeroizing<[u8; 32]>>);

/// Encrypts one artifact.
pub(super) struct FileKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// The device's key, made when there is none.
    pub(crate) fn load(secrets: &SecretStore) -> Result<Self, Error> {
        if let Some(secret) = secrets.get(NAME)? {
            let bytes = secret.expose().try_into();
            let bytes = bytes.map_err(|_| Error::MasterKey)?;
            return Ok(Self(Arc::new(Zeroizing::new(bytes))));
        }
        let bytes = random()?;
        secrets.set(NAME, &Secret::new(bytes.as_slice()))?;
        Ok(Self(Arc::new(bytes)))
    }

    /// Wraps the key of this artifact.
    pub(super) fn wrap(&self, key: &FileKey, artifact: &Artifact) -> Result<Vec<u8>, Error> {
        seal(&self.0, key.0.as_slice(), &facts(artifact))
    }

    /// The key of this artifact, if that is what was wrapped.
    pub(super) fn unwrap(&self, wrapped: &[u8], artifact: &Artifact) -> Option<FileKey> {
        let bytes = open(&self.0, wrapped, &facts(artifact))?;
        Some(FileKey(Zeroizing::new(bytes.as_slice().try_into().ok()?)))
    }
}

impl FileKey {
    pub(super) fn random() -> Result<Self, Error> {
        Ok(Self(random()?))
    }

    /// The cipher for the file's content.
    pub(super) fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }

    pub(super) fn seal_thumbnail(
        &self,
        id: &LocalArtifactId,
        bytes: &[u8],
    ) -> Result<Vec<u8>, Error> {
        seal(&self.0, bytes, &about_thumbnail(id))
    }

    pub(super) fn open_thumbnail(
        &self,
        id: &LocalArtifactId,
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        open(&self.0, sealed, &about_thumbnail(id))
    }
}

fn about_thumbnail(id: &LocalArtifactId) -> Vec<u8> {
    format!("chaperone artifact thumbnail 1\0{id}").into_bytes()
}

/// What never changes about an artifact. How long it is kept does.
fn facts(artifact: &Artifact) -> Vec<u8> {
    // None but the last can hold a zero byte.
    format!(
        "chaperone artifact key 1\0{}\0{}\0{}\0{}\0{}\0{}",
        artifact.id,
        artifact.size_bytes,
        artifact.sha256,
        artifact.created_at,
        // Numbers start at one.
        artifact.command.unwrap_or_default(),
        artifact.media_type
    )
    .into_bytes()
}

fn random() -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(Error::Random)?;
    Ok(bytes)
}

fn seal(key: &[u8; 32], content: &[u8], facts: &[u8]) -> Result<Vec<u8>, Error> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(Error::Random)?;
    let payload = Payload {
        msg: content,
        aad: facts,
    };
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| Error::Encrypt)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open(key: &[u8; 32], sealed: &[u8], facts: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let payload = Payload {
        msg: sealed,
        aad: facts,
    };
    let opened = XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(*nonce), payload);
    opened.ok().map(Zeroizing::new)
}
