//! The second factor: codes of six digits that change every half minute (RFC 6238).

use chaperone_protocol::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use crate::{Error, sealed, secrets::random_bytes};

const STEP_SECONDS: i64 = 30;
/// A clock may go wrong by so many steps either way.
const TOLERANCE: i64 = 1;
const SECRET_BYTES: usize = 20;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A secret that an app on the person's phone shares with the hub.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SecondFactor([u8; SECRET_BYTES]);

impl SecondFactor {
    pub(crate) fn fresh() -> Result<Self, Error> {
        random_bytes().map(Self)
    }

    /// As people type it, in base 32.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let (mut bits, mut count) = (0_u32, 0);
        for byte in self.0 {
            bits = bits << 8 | u32::from(byte);
            count += 8;
            while count >= 5 {
                count -= 5;
                let place = usize::try_from(bits >> count & 31).unwrap_or_default();
                text.push(char::from(ALPHABET.get(place).copied().unwrap_or(b'A')));
            }
        }
        text
    }

    /// One that a person, or their app, shows.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut secret = Vec::new();
        let (mut bits, mut count) = (0_u32, 0);
        for letter in text.trim().bytes() {
            let place = ALPHABET
                .iter()
                .position(|known| *known == letter.to_ascii_uppercase())?;
            bits = (bits << 5 | u32::try_from(place).ok()?) & 0xFFFF;
            count += 5;
            if count >= 8 {
                count -= 8;
                secret.push(u8::try_from(bits >> count & 0xFF).ok()?);
            }
        }
        Some(Self(secret.try_into().ok()?))
    }

    /// The step of a code, if it is one of now and later than the last that was used.
    pub(crate) fn step_of(&self, code: &str, now: Timestamp, last: i64) -> Option<i64> {
        let code: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
        if code.len() != 6 {
            return None;
        }
        let current = now.as_second().div_euclid(STEP_SECONDS);
        (current - TOLERANCE..=current + TOLERANCE)
            .filter(|step| *step > last)
            .find(|step| same(&self.code(*step), &code))
    }

    fn code(&self, step: i64) -> String {
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(&self.0) else {
            // Any length is a good one.
            return String::new();
        };
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let start = usize::from(digest.last().copied().unwrap_or_default() & 15);
        let number = digest
            .get(start..start + 4)
            .and_then(|bytes| bytes.try_into().ok())
            .map_or(0, u32::from_be_bytes);
        format!("{:06}", (number & 0x7FFF_FFFF) % 1_000_000)
    }

    /// As it is kept: sealed, for this account alone.
    pub(crate) fn seal(&self, key: &[u8; 32], account: &str) -> Result<Vec<u8>, Error> {
        sealed::seal(&self.0, key, account)
    }

    pub(crate) fn unseal(sealed: &[u8], key: &[u8; 32], account: &str) -> Result<Self, Error> {
        let secret = sealed::unseal(sealed, key, account)?;
        let secret = secret.as_slice().try_into();
        Ok(Self(secret.map_err(|_| Error::Sealed)?))
    }
}

fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one
            .bytes()
            .zip(other.bytes())
            .fold(0, |difference, (one, other)| difference | (one ^ other))
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor() -> SecondFactor {
        SecondFactor(*b"12345678901234567890")
    }

    #[test]
    fn the_standards_own_codes_come_out() {
        // RFC 6238, appendix B, the last six of its eight digits.
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(factor().code(second / STEP_SECONDS), code);
        }
        let text = factor().text();
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(SecondFactor::read(&text) == Some(factor()));
        assert!(SecondFactor::read("GEZDGNBV").is_none());
        assert!(SecondFactor::read("1").is_none());
    }

    #[test]
    fn a_code_is_taken_once_and_only_around_its_time() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let step = factor().step_of("287 082", at(59), 0);
        assert_eq!(step, Some(1));
        assert_eq!(factor().step_of("287082", at(59), 1), None);
        assert_eq!(factor().step_of("287082", at(89), 0), Some(1));
        assert_eq!(factor().step_of("287082", at(120), 0), None);
        assert_eq!(factor().step_of("", at(59), 0), None);
    }

    #[test]
    fn a_sealed_one_opens_for_its_account_only() {
        let key = [3; 32];
        let sealed = factor().seal(&key, "one").unwrap();
        assert!(SecondFactor::unseal(&sealed, &key, "one").unwrap() == factor());
        assert!(SecondFactor::unseal(&sealed, &key, "another").is_err());
        assert!(SecondFactor::unseal(&sealed, &[4; 32], "one").is_err());
        assert!(SecondFactor::unseal(&[], &key, "one").is_err());
    }
}
