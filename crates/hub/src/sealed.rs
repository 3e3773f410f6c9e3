//! Secrets as the books hold them: sealed with the hub's key, each for the one row it belongs to.

use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use zeroize::Zeroizing;

use crate::{Error, secrets};

const NONCE_BYTES: usize = 12;

/// Seals a secret. It can be read for `whose` only.
pub(crate) fn seal(secret: &[u8], key: &[u8; 32], whose: &str) -> Result<Vec<u8>, Error> {
    let nonce = secrets::random_bytes::<NONCE_BYTES>()?;
    let payload = Payload {
        msg: secret,
        aad: whose.as_bytes(),
    };
    let sealed = ChaCha20Poly1305::new(key.into())
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|_| Error::Sealed)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Reads a secret that was sealed for that one.
pub(crate) fn unseal(
    sealed: &[u8],
    key: &[u8; 32],
    whose: &str,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES).ok_or(Error::Sealed)?;
    let nonce = Nonce::try_from(nonce).map_err(|_| Error::Sealed)?;
    let payload = Payload {
        msg: sealed,
        aad: whose.as_bytes(),
    };
    ChaCha20Poly1305::new(key.into())
        .decrypt(&nonce, payload)
        .map(Zeroizing::new)
        .map_err(|_| Error::Sealed)
}

#[cfg(test)]
mod tests {
    use super::{seal, unseal};

    #[test]
    fn a_secret_is_read_back_for_its_own_row_only() {
        let key = [7; 32];
        let sealed = seal(b"secret", &key, "one").unwrap();
        assert_eq!(unseal(&sealed, &key, "one").unwrap().as_slice(), b"secret");
        assert!(unseal(&sealed, &key, "another").is_err());
        assert!(unseal(&sealed, &[8; 32], "one").is_err());
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
    }
}
