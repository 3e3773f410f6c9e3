//! Who stands at a door: what the request for a socket says, looked at before it is one.

use axum::{
    extract::{Query, rejection::QueryRejection},
    http::{HeaderMap, HeaderName},
};
use chaperone_dialects::{
    Credential, Extension, Profile, Seat, SignedBearer, credential_hash, is_shared_secret,
};
use chaperone_protocol::{DeviceId, Timestamp};
use serde::Deserialize;

use crate::{
    app::App,
    device_key::{DeviceKey, authority},
    rest::{Refusal, bearer},
    store::AccountId,
};

/// The header that names a device on the wire that has one.
const EDGE_AGENT: HeaderName = HeaderName::from_static("x-edge-agent-id");

/// What the query of a request for a socket may say.
#[derive(Default, Deserialize)]
pub(super) struct Entry {
    token: Option<String>,
    edge_agent_id: Option<String>,
}

/// Somebody who may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guest {
    pub(super) account: AccountId,
    /// Whether it showed whose it is. Who did not takes part in what all of its group hear, and is
    /// no device: it is in no books, and nothing can be asked of it.
    pub(super) proven: bool,
    /// The device that the request names.
    pub(super) device: Option<DeviceId>,
    /// The only device that its token is good for.
    pub(super) bound: Option<DeviceId>,
    /// What it has yet to prove.
    pub(super) key: Option<Box<Bound>>,
}

/// A token that is worth something only together with the proof of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) key: DeviceKey,
    pub(super) session: String,
    /// What stands for the token in a proof.
    pub(super) credential: [u8; 32],
    /// This hub, as the request for the socket calls it.
    pub(super) hub: String,
}

impl Guest {
    pub(super) async fn at(
        app: &App,
        profile: &Profile,
        headers: &HeaderMap,
        entry: Result<Query<Entry>, QueryRejection>,
    ) -> Result<Self, Refusal> {
        let Ok(Query(entry)) = entry else {
            return Err(Refusal::forbidden("the query makes no sense"));
        };
        match (profile.credential, profile.seat) {
            (Credential::Bearer, _) => {
                let named = entry.edge_agent_id.map(DeviceId::new).transpose();
                let named =
                    named.map_err(|_| Refusal::forbidden("edge_agent_id is not a device's id"))?;
                let guest = Self::of_edge(app, headers, named).await?;
                if guest.device.is_none() {
                    return Err(Refusal::forbidden("the request names no edge_agent_id"));
                }
                Ok(guest)
            }
            (Credential::Query(_) | Credential::Nothing, Seat::Socket) => {
                let token = entry.token.as_deref().or_else(|| bearer(headers));
                match token {
                    Some(token) => Self::of_token(app, token).await,
                    None if app.local => Ok(Self::anybody()),
                    None => Err(Refusal::forbidden("a token is required")),
                }
            }
            (Credential::Query(_) | Credential::Nothing, Seat::Device | Seat::Account) => {
                match &entry.token {
                    Some(token) if profile.extensions.has(Extension::DeviceKey) => {
                        Self::to_be_proved(app, token, headers).await
                    }
                    Some(token) => Self::of_token(app, token).await,
                    None => Err(Refusal::forbidden("a token is required")),
                }
            }
        }
    }

    /// Whether it may speak for that device, as far as its token says.
    pub(super) fn is_for(&self, device: &DeviceId) -> bool {
        self.bound.as_ref().is_none_or(|bound| bound == device)
    }

    /// Somebody with a token of this hub that needs no proof: where nobody can be challenged, one
    /// that does opens nothing.
    pub(super) async fn of_token(app: &App, token: &str) -> Result<Self, Refusal> {
        let guest = Self::to_be_proved(app, token, &HeaderMap::new()).await?;
        if guest.key.is_some() {
            let detail =
                "this device was paired with a key, and can prove it on the atom wire only";
            return Err(Refusal::forbidden(detail));
        }
        Ok(guest)
    }

    /// Somebody with a token of this hub, and with what it has yet to prove.
    async fn to_be_proved(app: &App, token: &str, headers: &HeaderMap) -> Result<Self, Refusal> {
        let refused = || Refusal::forbidden("the token is not valid; sign in again");
        let holder = app.holder(token).await?.ok_or_else(refused)?;
        let bound = holder.claims.device.map(DeviceId::new).transpose();
        let key = holder.key.zip(holder.claims.sid).map(|(key, session)| {
            Box::new(Bound {
                key,
                session,
                credential: credential_hash(token),
                hub: authority(headers),
            })
        });
        Ok(Self {
            account: holder.account.id,
            proven: true,
            device: None,
            bound: bound.map_err(|_| refused())?,
            key,
        })
    }

    /// Somebody on the wire whose devices share a secret: with that, a token signed with it, or a
    /// token of this hub.
    pub(super) async fn of_edge(
        app: &App,
        headers: &HeaderMap,
        named: Option<DeviceId>,
    ) -> Result<Self, Refusal> {
        let Some(token) = bearer(headers) else {
            return Err(Refusal::forbidden("a bearer token is required"));
        };
        let in_header = headers
            .get(EDGE_AGENT)
            .map(|value| {
                let text = value.to_str().ok();
                text.and_then(|text| DeviceId::new(text).ok())
                    .ok_or_else(|| Refusal::forbidden("x-edge-agent-id is not a device's id"))
            })
            .transpose()?;
        if let (Some(named), Some(in_header)) = (&named, &in_header)
            && named != in_header
        {
            return Err(Refusal::forbidden("the request names two devices"));
        }
        let named = named.or(in_header);
        if is_shared_secret(token, &app.edge_secret) {
            return Ok(Self::sharing(named));
        }
        if app.tokens.check(token).is_some() {
            let guest = Self::of_token(app, token).await?;
            if named.as_ref().is_some_and(|named| !guest.is_for(named)) {
                return Err(Refusal::forbidden("the token is another device's"));
            }
            return Ok(Self {
                device: named.or_else(|| guest.bound.clone()),
                ..guest
            });
        }
        let now = Timestamp::now();
        let signed = SignedBearer::verified(token, app.edge_secret.as_bytes(), now)
            .map_err(|problem| Refusal::forbidden(problem.to_string()))?;
        if named.is_some_and(|named| named != signed.edge_agent_id) {
            return Err(Refusal::forbidden("the token is another device's"));
        }
        Ok(Self::sharing(Some(signed.edge_agent_id)))
    }

    /// Somebody who knows the secret of this hub: its first person's.
    pub(super) fn sharing(device: Option<DeviceId>) -> Self {
        Self {
            account: AccountId::first(),
            proven: true,
            device,
            bound: None,
            key: None,
        }
    }

    /// Somebody on this computer.
    pub(super) fn anybody() -> Self {
        Self {
            account: AccountId::first(),
            proven: false,
            device: None,
            bound: None,
            key: None,
        }
    }
}
