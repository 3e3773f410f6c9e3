//! Who asks: one of a person's agents, or the person.
//!
//! Whether they may have what they ask for is the governance's matter.

use chaperone_protocol::{Agent, AgentId, DeviceId, Maturity};

use crate::{Error, app::App, governance, store::AccountId};

/// Somebody who asks, and for whom.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    pub(crate) account: AccountId,
    pub(crate) agent: Agent,
    /// Whether it is one of the person's agents rather than the person.
    pub(crate) by_agent: bool,
    /// The device on which it runs, where it said so.
    pub(crate) from_device: Option<DeviceId>,
}

/// One of the account's agents, or why it may not ask.
pub(crate) async fn agent(
    app: &App,
    account: &AccountId,
    id: &AgentId,
) -> Result<Result<Asker, String>, Error> {
    let row = app.store.agent_by_id(id).await?;
    let Some(row) = row.filter(|row| row.account == *account) else {
        return Ok(Err("Agent not found".to_owned()));
    };
    if let Some(reason) = governance::standing_refusal(&row) {
        return Ok(Err(reason));
    }
    Ok(Ok(Asker {
        account: row.account,
        agent: row.agent,
        by_agent: true,
        from_device: None,
    }))
}

/// The person, if they may still come in.
pub(crate) async fn person(app: &App, account: &AccountId) -> Result<Result<Asker, String>, Error> {
    if app.store.account(account.clone()).await?.is_none() {
        return Ok(Err("this account is closed".to_owned()));
    }
    Ok(themself(account).ok_or_else(|| "this account cannot ask devices".to_owned()))
}

/// The person as an asker: one who is not at the device, so with no more standing there than an
/// intern.
pub(crate) fn themself(account: &AccountId) -> Option<Asker> {
    Some(Asker {
        account: account.clone(),
        agent: Agent {
            id: AgentId::new(account.as_str()).ok()?,
            name: "You".to_owned(),
            maturity: Maturity::Intern,
            confidence: None,
        },
        by_agent: false,
        from_device: None,
    })
}

impl Asker {
    /// The same one, on a device; whoever sits at the other one is told.
    pub(crate) async fn on(mut self, app: &App, device: &DeviceId) -> Result<Self, Error> {
        let row = app.store.device(device.clone()).await?;
        let name = row.map_or_else(|| device.to_string(), |row| row.info.name);
        self.agent.name = format!("{} on {name}", self.agent.name);
        self.from_device = Some(device.clone());
        Ok(self)
    }
}
