//! What the calls about the hub's own agents do, and a request that the person sends to themselves.

use std::{net::SocketAddr, time::Duration};

use chaperone_hub::OwnAgents;
use chaperone_protocol::{AgentId, Maturity, visible};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    Api,
    answer::{curl, failed, invalid},
    convert,
    start::EMBEDDED,
    view::{
        AgentKeyView, AgentLimitParams, AmountView, ApiError, CreateAgentParams,
        CreatedAgentResponse, Done, ErrorCode, HubFactsView, NewKeyParams, OwnAgentView,
        OwnAgentsResponse, PracticeParams, RemoveAgentParams, RevokeKeyParams,
    },
};

/// A longer name is no name.
const LONGEST_NAME: usize = 100;
/// Who sends what the person sends to themselves.
const PRACTICE: &str = "practice";
/// The same, for people.
const PRACTICE_NAME: &str = "Practice";
/// The hub inside answers at once that it has taken a request.
const PATIENCE: Duration = Duration::from_secs(10);
/// Its answer is a few lines.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// Why the hub inside did not take a request.
#[derive(Debug, thiserror::Error)]
enum NotTaken {
    #[error("this computer's hub cannot be reached")]
    Unreached(#[from] std::io::Error),
    #[error("this computer's hub did not answer in time")]
    Late,
    #[error("this computer's hub refused it: {0}")]
    Refused(String),
}

impl Api {
    pub(crate) async fn own_agents(&self) -> Result<OwnAgentsResponse, ApiError> {
        let agents = self.inner.own_agents.all().await.map_err(failed)?;
        let agents = agents.into_iter().map(|agent| OwnAgentView {
            id: agent.id.to_string(),
            name: visible(&agent.name),
            level: convert::level(agent.maturity),
            per_minute: agent.commands_per_minute,
            created_at: convert::millis(agent.created_at),
            keys: agent
                .keys
                .into_iter()
                .map(|key| AgentKeyView {
                    id: key.id,
                    label: visible(&key.label),
                    created_at: convert::millis(key.created_at),
                })
                .collect(),
        });
        let rest = format!("http://{}", self.inner.hub_address);
        Ok(OwnAgentsResponse {
            agents: agents.collect(),
            hub: HubFactsView {
                mcp: format!("{rest}/mcp"),
                docs: format!("{rest}/docs"),
                rest,
                device: EMBEDDED.to_owned(),
            },
            per_minute: AmountView {
                least: 1,
                most: OwnAgents::MOST_COMMANDS_PER_MINUTE,
            },
        })
    }

    pub(crate) async fn create_agent(
        &self,
        params: CreateAgentParams,
    ) -> Result<CreatedAgentResponse, ApiError> {
        let name = name(&params.name)?;
        let maturity = convert::maturity(params.level);
        let adding = self.inner.own_agents.add(None, name, maturity).await;
        let id = adding.map_err(failed)?;
        self.new_key_of(&id, "first", Some(maturity)).await
    }

    pub(crate) async fn new_agent_key(
        &self,
        params: NewKeyParams,
    ) -> Result<CreatedAgentResponse, ApiError> {
        let id = agent(params.agent)?;
        let level = self.inner.own_agents.all().await.map_err(failed)?;
        let level = level.iter().find(|agent| agent.id == id);
        let level = level.map(|agent| agent.maturity);
        self.new_key_of(&id, name(&params.label)?, level).await
    }

    async fn new_key_of(
        &self,
        id: &AgentId,
        label: &str,
        level: Option<Maturity>,
    ) -> Result<CreatedAgentResponse, ApiError> {
        let made = self.inner.own_agents.new_key(id, label).await;
        let made = made.map_err(failed)?.ok_or_else(no_agent)?;
        self.agents_changed();
        let level = level.unwrap_or(Maturity::Student);
        Ok(CreatedAgentResponse {
            agent: id.to_string(),
            id: made.id,
            curl: curl(self.inner.hub_address, level, &made.key),
            key: made.key,
        })
    }

    pub(crate) async fn revoke_agent_key(&self, params: RevokeKeyParams) -> Result<Done, ApiError> {
        let id = agent(params.agent)?;
        let revoked = self.inner.own_agents.revoke_key(&id, params.key).await;
        if !revoked.map_err(failed)? {
            return Err(ApiError::new(ErrorCode::Gone, "there is no such key"));
        }
        self.agents_changed();
        Ok(Done {})
    }

    pub(crate) async fn limit_agent(&self, params: AgentLimitParams) -> Result<Done, ApiError> {
        let most = OwnAgents::MOST_COMMANDS_PER_MINUTE;
        if !(1..=most).contains(&params.per_minute) {
            let sentence = format!("the hub takes between 1 and {most} commands a minute");
            return Err(invalid(sentence));
        }
        let id = agent(params.agent)?;
        let set = self.inner.own_agents.set_limit(&id, params.per_minute);
        self.changed_agent(set.await)
    }

    pub(crate) async fn remove_agent(&self, params: RemoveAgentParams) -> Result<Done, ApiError> {
        let id = agent(params.agent)?;
        self.changed_agent(self.inner.own_agents.remove(&id).await)
    }

    fn changed_agent(&self, changed: Result<bool, chaperone_hub::Error>) -> Result<Done, ApiError> {
        if !changed.map_err(failed)? {
            return Err(no_agent());
        }
        self.agents_changed();
        Ok(Done {})
    }

    fn agents_changed(&self) {
        self.inner.stream.revise(|revisions| revisions.agents += 1);
    }

    /// Asks this computer for a notification, as an agent of its own hub.
    pub(crate) async fn practice(&self, params: PracticeParams) -> Result<Done, ApiError> {
        let own = &self.inner.own_agents;
        let id = AgentId::new(PRACTICE).map_err(failed)?;
        let added = own.add(Some(id.clone()), PRACTICE_NAME, Maturity::Intern);
        added.await.map_err(failed)?;
        let made = own.new_key(&id, PRACTICE).await.map_err(failed)?;
        let made = made.ok_or_else(no_agent)?;
        let asking = ask(self.inner.hub_address, &made.key, &params);
        let asked = match tokio::time::timeout(PATIENCE, asking).await {
            Ok(asked) => asked,
            Err(_) => Err(NotTaken::Late),
        };
        // The key was for this alone.
        own.revoke_key(&id, made.id).await.map_err(failed)?;
        asked.map_err(failed)?;
        Ok(Done {})
    }
}

/// Hands a request to the hub, which answers once it has taken it.
async fn ask(hub: SocketAddr, key: &str, params: &PracticeParams) -> Result<(), NotTaken> {
    let body = json!({
        "device_node_id": EMBEDDED, "title": params.title, "body": params.body,
    });
    let body = body.to_string();
    let request = format!(
        "POST /api/devices/notification HTTP/1.1\r\nHost: {hub}\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nPrefer: respond-async\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(hub).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).unwrap_or_default();
    if status.starts_with('2') {
        return Ok(());
    }
    let said = answer.split_once("\r\n\r\n").map_or("", |(_, said)| said);
    Err(NotTaken::Refused(visible(said)))
}

fn agent(id: String) -> Result<AgentId, ApiError> {
    AgentId::new(id).map_err(|error| invalid(error.to_string()))
}

fn name(text: &str) -> Result<&str, ApiError> {
    let name = text.trim();
    let printable = !name.chars().any(char::is_control);
    if name.is_empty() || name.chars().count() > LONGEST_NAME || !printable {
        return Err(invalid("a name needs 1 to 100 printable characters"));
    }
    Ok(name)
}

fn no_agent() -> ApiError {
    ApiError::new(ErrorCode::Gone, "this computer's hub has no such agent")
}
