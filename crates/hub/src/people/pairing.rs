//! Letting a device in: it shows a code, and a person who is signed in says yes to it (RFC 8628).

use std::time::Duration;

use chaperone_dialects::{Proving, credential_hash};
use chaperone_protocol::{DeviceId, SignedDuration, Timestamp};

use super::{Given, Opened};
use crate::{
    Error,
    app::App,
    device_key::{DeviceKey, Proof},
    secrets::{fresh_id, key_hash, random_bytes, random_text},
    store::{AccountId, Application, Asked, SessionKind},
};

/// How long a code is good.
pub(crate) const CODE_FOR: Duration = Duration::from_mins(10);
/// How often a device may ask.
pub(crate) const ASKED_EVERY: Duration = Duration::from_secs(5);
/// A little less: a network may bring two questions closer together than they were put.
const TOO_SOON: SignedDuration = SignedDuration::from_millis(4_500);
/// Letters that nobody mistakes for others, and that spell nothing.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LETTERS_EACH: usize = 4;
/// Another code is drawn where one is taken.
const DRAWS: usize = 5;

/// A device that wants to be let in.
pub(crate) struct Applicant {
    pub(crate) client: String,
    pub(crate) device: Option<DeviceId>,
    pub(crate) name: String,
    pub(crate) fingerprint: Option<String>,
    pub(crate) key: Option<DeviceKey>,
}

/// The code that is shown on both screens, such as `BDFG-KLMN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserCode(String);

/// What a device is told that asks.
pub(crate) enum Poll {
    NotYet,
    TooSoon,
    Denied,
    Expired,
    Unknown,
    /// Whoever asks does not prove the key that the applicant named.
    Unproven,
    Paired(Box<Given>),
}

impl UserCode {
    fn fresh() -> Result<Self, Error> {
        let mut code = String::new();
        while code.len() < LETTERS_EACH * 2 + 1 {
            // Twelve times twenty is below 256; what is above would make some letters likelier.
            let [byte] = random_bytes()?;
            if let Some(letter) = (byte < 240)
                .then(|| LETTERS.get(usize::from(byte % 20)))
                .flatten()
            {
                if code.len() == LETTERS_EACH {
                    code.push('-');
                }
                code.push(char::from(*letter));
            }
        }
        Ok(Self(code))
    }

    /// However a person typed it.
    pub(crate) fn typed(text: &str) -> Option<Self> {
        let letters: String = text
            .chars()
            .filter(char::is_ascii_alphabetic)
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let (first, last) = letters.split_at_checked(LETTERS_EACH)?;
        (last.len() == LETTERS_EACH).then(|| Self(format!("{first}-{last}")))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl App {
    /// Takes an application down; gives the device's code and the person's, or nothing while too
    /// many others wait.
    pub(crate) async fn apply(
        &self,
        applicant: Applicant,
        now: Timestamp,
    ) -> Result<Option<(String, UserCode)>, Error> {
        let expires_at = now.checked_add(CODE_FOR).unwrap_or(Timestamp::MAX);
        for _ in 0..DRAWS {
            let (device_code, user_code) = (random_text()?, UserCode::fresh()?);
            let application = Application {
                user_code: user_code.0.clone(),
                client: applicant.client.clone(),
                device: applicant.device.as_ref().map(DeviceId::to_string),
                name: applicant.name.clone(),
                fingerprint: applicant.fingerprint.clone(),
                key: applicant.key,
                state: Asked::Open,
                account: None,
                expires_at,
                polled_at: Timestamp::UNIX_EPOCH,
            };
            let made = self
                .store
                .add_application(key_hash(&device_code), application, now)
                .await?;
            if made {
                return Ok(Some((device_code, user_code)));
            }
        }
        Ok(None)
    }

    /// What a device with this code is told now.
    pub(crate) async fn poll(
        &self,
        client: &str,
        device_code: &str,
        proof: Proof,
        now: Timestamp,
    ) -> Result<Poll, Error> {
        let credential = credential_hash(device_code);
        let is_applicant = move |found: &Application| {
            let device = found.device.as_deref().unwrap_or_default();
            let proving = Proving::Pairing {
                user_code: &found.user_code,
            };
            found
                .key
                .is_none_or(|key| proof.is_of(key, proving, device, credential))
        };
        let found = self
            .store
            .poll_application(key_hash(device_code), is_applicant, now)
            .await?;
        let found = match found {
            Some((found, proved)) if found.client == client => {
                if !proved {
                    return Ok(Poll::Unproven);
                }
                found
            }
            Some(_) | None => return Ok(Poll::Unknown),
        };
        if now >= found.expires_at {
            return Ok(Poll::Expired);
        }
        match (found.state, found.account.clone()) {
            (Asked::Open, _) if now.duration_since(found.polled_at) < TOO_SOON => Ok(Poll::TooSoon),
            (Asked::Open, _) => Ok(Poll::NotYet),
            (Asked::Denied, _) => Ok(Poll::Denied),
            // Its token was given out before; a second one would be somebody else's.
            (Asked::Used, _) | (Asked::Allowed, None) => Ok(Poll::Unknown),
            (Asked::Allowed, Some(account)) => {
                let given = self.let_in(found, account, now).await?;
                Ok(Poll::Paired(Box::new(given)))
            }
        }
    }

    async fn let_in(
        &self,
        application: Application,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Given, Error> {
        let wanted = application.device.and_then(|id| DeviceId::new(id).ok());
        let device = match wanted {
            Some(id) => {
                let whose = self.store.device_account(id.clone()).await?;
                // The name of somebody else's device is theirs.
                whose.is_none_or(|whose| whose == account).then_some(id)
            }
            None => None,
        };
        let holder = match device {
            Some(id) => id.to_string(),
            None => fresh_id()?,
        };
        let opened = Opened {
            account,
            kind: SessionKind::Device,
            label: application.name,
            holder: Some(holder),
            fingerprint: application.fingerprint,
            key: application.key,
        };
        let given = self.open_session(opened, now).await?;
        // Whatever was connected under that name was let in by what is over now.
        if let Some(device) = &given.session.holder {
            self.hang_up(device);
        }
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use super::UserCode;

    #[test]
    fn codes_are_read_however_they_are_typed() {
        let fresh = UserCode::fresh().unwrap();
        assert_eq!(fresh.as_str().len(), 9);
        let typed = fresh.as_str().to_lowercase().replace('-', " ");
        assert_eq!(UserCode::typed(&typed), Some(fresh));
        for wrong in ["", "BCDF", "BCDF-GHJKL", "1234-5678"] {
            assert_eq!(UserCode::typed(wrong), None, "{wrong}");
        }
    }
}
