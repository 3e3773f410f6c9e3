//! Tokens for whoever signed in, and their renewal.

use std::time::Duration;

use chaperone_dialects::{Proving, credential_hash};
use chaperone_protocol::{SignedDuration, Timestamp};

use crate::{
    Error,
    app::App,
    device_key::{DeviceKey, Proof},
    secrets::{fresh_id, key_hash, random_text},
    store::{Account, AccountId, Rotated, Session, SessionKind},
    token::{Claims, Scope, Signed},
};

/// As the clients of other hubs expect it.
const PERSON_FOR: Duration = Duration::from_hours(24);
const DEVICE_FOR: Duration = Duration::from_hours(1);
/// How long a session lives that nobody uses.
const PERSON_STANDS: SignedDuration = SignedDuration::from_hours(30 * 24);
const DEVICE_STANDS: SignedDuration = SignedDuration::from_hours(180 * 24);

/// What is to be told apart of the sessions of one person.
pub(crate) struct Opened {
    pub(crate) account: AccountId,
    pub(crate) kind: SessionKind,
    pub(crate) label: String,
    pub(crate) holder: Option<String>,
    pub(crate) fingerprint: Option<String>,
    pub(crate) key: Option<DeviceKey>,
}

/// Whose a token is.
pub(crate) struct Holder {
    pub(crate) account: Account,
    pub(crate) claims: Claims,
    /// The key without whose proof the token is worth nothing.
    pub(crate) key: Option<DeviceKey>,
}

/// What showing a refresh token came to.
pub(crate) enum Renewed {
    Given(Box<Given>),
    /// It is not good any more.
    Ended,
    /// It came without the proof of the key that the device was paired with.
    Unproven,
}

/// Tokens that were given out. Secret.
pub(crate) struct Given {
    pub(crate) session: Session,
    pub(crate) access: String,
    pub(crate) access_for: Duration,
    pub(crate) refresh: String,
}

impl App {
    /// Opens a session.
    pub(crate) async fn open_session(&self, new: Opened, now: Timestamp) -> Result<Given, Error> {
        let refresh = random_text()?;
        let session = Session {
            id: fresh_id()?,
            account: new.account,
            kind: new.kind,
            label: new.label,
            holder: new.holder,
            fingerprint: new.fingerprint,
            key: new.key,
            created_at: now,
            used_at: now,
            expires_at: stands_until(new.kind, now),
        };
        self.store
            .add_session(session.clone(), key_hash(&refresh))
            .await?;
        self.given(session, refresh, now)
    }

    /// Goes on with a session by its refresh token, and by the proof of its key where it has one.
    pub(crate) async fn renew_session(
        &self,
        kind: SessionKind,
        refresh: &str,
        proof: Proof,
        now: Timestamp,
    ) -> Result<Renewed, Error> {
        let next = random_text()?;
        let credential = credential_hash(refresh);
        let is_holder = move |session: &Session| {
            let device = session.holder.as_deref().unwrap_or_default();
            session
                .key
                .is_none_or(|key| proof.is_of(key, Proving::Renewal, device, credential))
        };
        let rotated = self
            .store
            .rotate_session(
                key_hash(refresh),
                key_hash(&next),
                is_holder,
                (stands_until(kind, now), now),
            )
            .await?;
        match rotated {
            Rotated::On(session) if session.kind == kind => {
                let given = self.given(session, next, now)?;
                Ok(Renewed::Given(Box::new(given)))
            }
            Rotated::Unproven(session) => {
                let device = session.holder.unwrap_or_default();
                let why = "a refresh token came without the proof of the key";
                self.store
                    .device_unproven(session.account, device, why, now)
                    .await?;
                Ok(Renewed::Unproven)
            }
            Rotated::Reused(session) => {
                if let Some(device) = session.holder {
                    self.hang_up(&device);
                }
                Ok(Renewed::Ended)
            }
            // A token of another kind was never meant for here.
            Rotated::On(_) | Rotated::Unknown => Ok(Renewed::Ended),
        }
    }

    /// Whose a token is, while it, its session and its account are good.
    pub(crate) async fn holder(&self, token: &str) -> Result<Option<Holder>, Error> {
        let Some(claims) = self.tokens.check(token) else {
            return Ok(None);
        };
        let key = match claims.sid.clone() {
            Some(session) => match self.store.standing(session, Timestamp::now()).await? {
                Some(key) => key,
                None => return Ok(None),
            },
            None => None,
        };
        let account = self
            .store
            .account(AccountId::new(claims.sub.clone()))
            .await?;
        Ok(account.map(|account| Holder {
            account,
            claims,
            key,
        }))
    }

    /// Another token for a session that stands, for clients that renew by showing the last one.
    pub(crate) fn access(
        &self,
        account: &AccountId,
        session: Option<String>,
        now: Timestamp,
    ) -> Result<String, Error> {
        let mut claims = Claims::of(account.as_str(), now, PERSON_FOR);
        claims.sid = session;
        self.tokens.sign(Signed::Shared, &claims)
    }

    fn given(&self, session: Session, refresh: String, now: Timestamp) -> Result<Given, Error> {
        let (signed, access_for) = match session.kind {
            SessionKind::Person => (Signed::Shared, PERSON_FOR),
            SessionKind::Device => (Signed::Own, DEVICE_FOR),
        };
        let mut claims = Claims::of(session.account.as_str(), now, access_for);
        claims.sid = Some(session.id.clone());
        if session.kind == SessionKind::Device {
            claims.scope = Some(Scope::Device);
            claims.device.clone_from(&session.holder);
        }
        Ok(Given {
            access: self.tokens.sign(signed, &claims)?,
            access_for,
            refresh,
            session,
        })
    }
}

fn stands_until(kind: SessionKind, now: Timestamp) -> Timestamp {
    let stands = match kind {
        SessionKind::Person => PERSON_STANDS,
        SessionKind::Device => DEVICE_STANDS,
    };
    now.checked_add(stands).unwrap_or(Timestamp::MAX)
}
