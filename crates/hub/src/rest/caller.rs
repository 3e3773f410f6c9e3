//! Who calls: an agent by its key, or a person by a token.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use zeroize::Zeroizing;

use super::Refusal;
use crate::{
    app::App,
    secrets::{KEY_PREFIX, key_hash},
    store::{Account, AccountId, AgentRow},
    token::Scope,
};

/// A caller whose credentials were checked.
#[derive(Clone)]
pub(crate) enum Caller {
    Agent(AgentRow),
    Person(Account),
}

impl Caller {
    async fn of(app: &App, credential: &str) -> Result<Self, Refusal> {
        if credential.starts_with(KEY_PREFIX) {
            let agent = app.store.agent_by_key(key_hash(credential)).await?;
            return agent.map(Self::Agent).ok_or_else(Refusal::unauthorized);
        }
        Ok(Self::Person(person(app, credential).await?.account))
    }

    /// Whose devices it may see.
    pub(crate) fn account(&self) -> &AccountId {
        match self {
            Self::Agent(agent) => &agent.account,
            Self::Person(person) => &person.id,
        }
    }
}

/// A person who calls, and by which session.
pub(super) struct Me {
    pub(super) account: Account,
    pub(super) session: Option<String>,
}

impl Me {
    pub(super) async fn of(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let credential = bearer(&parts.headers).ok_or_else(Refusal::unauthorized)?;
        if credential.starts_with(KEY_PREFIX) {
            // Told apart from one that is wrong only once it is known to be right.
            let agent = app.store.agent_by_key(key_hash(credential)).await?;
            return Err(match agent {
                Some(_) => Refusal::forbidden("this takes a person's token, not an agent's key"),
                None => Refusal::unauthorized(),
            });
        }
        person(app, credential).await
    }
}

impl FromRequestParts<Arc<App>> for Me {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        Self::of(parts, app).await
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let credential = bearer(&parts.headers).ok_or_else(Refusal::unauthorized)?;
        Self::of(app, credential).await
    }
}

/// A caller with what it proved itself with, for whatever outlasts a request: the credential may
/// come to its end meanwhile.
pub(crate) struct Proven {
    pub(crate) caller: Caller,
    credential: Zeroizing<String>,
}

impl Proven {
    /// Whether the credential is still good.
    pub(crate) async fn stands(&self, app: &App) -> bool {
        Caller::of(app, &self.credential).await.is_ok()
    }
}

impl FromRequestParts<Arc<App>> for Proven {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let credential = bearer(&parts.headers).ok_or_else(Refusal::unauthorized)?;
        Ok(Self {
            caller: Caller::of(app, credential).await?,
            credential: Zeroizing::new(credential.to_owned()),
        })
    }
}

/// The one bearer credential of a request.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, credential) = value.to_str().ok()?.split_once(' ')?;
    let credential = credential.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !credential.is_empty()).then_some(credential)
}

async fn person(app: &App, token: &str) -> Result<Me, Refusal> {
    match app.holder(token).await? {
        // A key binds devices' tokens only; one that is bound is no person's in any case.
        Some(holder) if holder.claims.scope != Some(Scope::Device) && holder.key.is_none() => {
            Ok(Me {
                account: holder.account,
                session: holder.claims.sid,
            })
        }
        Some(_) | None => Err(Refusal::unauthorized()),
    }
}
