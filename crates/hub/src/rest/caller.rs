//! Who calls: an agent by its key, or a person by a token.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

use super::Refusal;
use crate::{
    app::App,
    secrets::{KEY_PREFIX, key_hash},
    store::{Account, AccountId, AgentRow},
    token::Scope,
};

/// A caller whose credentials were checked.
pub(super) enum Caller {
    Agent(AgentRow),
    Person(Account),
}

impl Caller {
    /// Whose devices it may see.
    pub(super) fn account(&self) -> &AccountId {
        match self {
            Self::Agent(agent) => &agent.account,
            Self::Person(person) => &person.id,
        }
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(Refusal::unauthorized());
        };
        let value = value.to_str().map_err(|_| Refusal::unauthorized())?;
        let (scheme, credential) = value.split_once(' ').ok_or_else(Refusal::unauthorized)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal::unauthorized());
        }
        let credential = credential.trim();
        if credential.starts_with(KEY_PREFIX) {
            let agent = app.store.agent_by_key(key_hash(credential)).await?;
            return agent.map(Self::Agent).ok_or_else(Refusal::unauthorized);
        }
        let claims = app.tokens.check(credential);
        let claims = claims.ok_or_else(Refusal::unauthorized)?;
        if claims.scope == Some(Scope::Device) {
            return Err(Refusal::unauthorized());
        }
        let person = app.store.account(AccountId::new(claims.sub)).await?;
        person.map(Self::Person).ok_or_else(Refusal::unauthorized)
    }
}
