//! A person's agents: their levels, limits and keys. An agent can neither see nor change any.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use chaperone_protocol::{Agent, AgentId, Confidence, Maturity, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::App,
    rest::{Refusal, body::Body, caller::Me},
    secrets::{KEY_PREFIX, fresh_id, key_hash, random_text},
    store::{AgentChange, AgentRow, COMMANDS_PER_MINUTE, KeyRow, Level, Standing},
};

const MOST_COMMANDS_PER_MINUTE: u32 = 10_000;
const LONGEST_NAME: usize = 100;

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct NewAgent {
    #[schemars(with = "Option<String>")]
    id: Option<AgentId>,
    name: String,
    #[serde(default, flatten)]
    level: Wanted,
    commands_per_minute: Option<u32>,
}

/// A level, by its name or by a score.
#[derive(Default, Deserialize, JsonSchema)]
pub(in crate::rest) struct Wanted {
    #[schemars(with = "Option<String>")]
    maturity: Option<Maturity>,
    #[schemars(with = "Option<f64>")]
    confidence: Option<Confidence>,
    reason: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct Change {
    name: Option<String>,
    #[serde(default, flatten)]
    level: Wanted,
    commands_per_minute: Option<u32>,
    paused: Option<bool>,
}

#[derive(Default, Deserialize, JsonSchema)]
pub(in crate::rest) struct NewKey {
    #[serde(default)]
    label: String,
}

/// `GET /api/agents`
pub(super) async fn all(State(app): State<Arc<App>>, me: Me) -> Result<Json<Value>, Refusal> {
    let agents = app.store.agents(me.account.id).await?;
    Ok(Json(agents.iter().map(view).collect()))
}

/// `POST /api/agents`: with its first key, which is shown this once.
pub(super) async fn add(
    State(app): State<Arc<App>>,
    me: Me,
    Body(new): Body<NewAgent>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let id = match new.id {
        Some(id) => id,
        None => AgentId::new(fresh_id()?).map_err(|_| Refusal::unprocessable("id: is none"))?,
    };
    let level = new.level.level()?.unwrap_or(Level {
        maturity: Maturity::Student,
        confidence: None,
        reason: "new".to_owned(),
    });
    let row = AgentRow {
        account: me.account.id.clone(),
        agent: Agent {
            id,
            name: name(&new.name)?,
            maturity: level.maturity,
            confidence: level.confidence,
        },
        standing: Standing::Active,
        commands_per_minute: limit(new.commands_per_minute)?.unwrap_or(COMMANDS_PER_MINUTE),
        created_at: Timestamp::now(),
    };
    if !app
        .store
        .add_agent(row.clone(), level, me.account.id)
        .await?
    {
        let detail = format!("There is an agent {} already", row.agent.id);
        return Err(Refusal::new(StatusCode::CONFLICT, "exists", detail));
    }
    let key = new_key(&app, row.clone(), "first".to_owned()).await?;
    let mut view = view(&row);
    if let (Some(fields), Some(key)) = (view.as_object_mut(), key.get("key")) {
        fields.insert("key".to_owned(), key.clone());
    }
    Ok((StatusCode::CREATED, Json(view)))
}

/// `GET /api/agents/{agent}`
pub(super) async fn one(
    State(app): State<Arc<App>>,
    me: Me,
    Path(agent): Path<String>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(view(&own(&app, &me, agent).await?)))
}

/// `PATCH /api/agents/{agent}`
pub(super) async fn change(
    State(app): State<Arc<App>>,
    me: Me,
    Path(agent): Path<String>,
    Body(change): Body<Change>,
) -> Result<Json<Value>, Refusal> {
    let standing = change.paused.map(|paused| {
        if paused {
            Standing::Paused
        } else {
            Standing::Active
        }
    });
    let change = AgentChange {
        name: change.name.as_deref().map(name).transpose()?,
        level: change.level.level()?,
        commands_per_minute: limit(change.commands_per_minute)?,
        standing,
    };
    apply(&app, &me, agent, change).await
}

/// `DELETE /api/agents/{agent}`
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    me: Me,
    Path(agent): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let row = own(&app, &me, agent).await?;
    let change = AgentChange {
        standing: Some(Standing::Deleted),
        ..AgentChange::default()
    };
    let (by, now) = (me.account.id.clone(), Timestamp::now());
    app.store
        .change_agent(me.account.id, row.agent.id, change, by, now)
        .await?;
    Ok(Json(json!({ "success": true })))
}

/// `POST /api/agents/{agent}/promote`: to the level that is named, or to the next.
pub(super) async fn promote(
    State(app): State<Arc<App>>,
    me: Me,
    Path(agent): Path<String>,
    Body(wanted): Body<Wanted>,
) -> Result<Json<Value>, Refusal> {
    let row = own(&app, &me, agent).await?;
    let reason = wanted.reason.clone();
    let level = match wanted.level()? {
        Some(level) => level,
        None => Level {
            maturity: next(row.agent.maturity),
            confidence: None,
            reason: reason.unwrap_or_else(|| "promoted".to_owned()),
        },
    };
    let change = AgentChange {
        level: Some(level),
        ..AgentChange::default()
    };
    apply(&app, &me, row.agent.id.to_string(), change).await
}

/// `GET /api/agents/{agent}/history`
pub(super) async fn history(
    State(app): State<Arc<App>>,
    me: Me,
    Path(agent): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let row = own(&app, &me, agent).await?;
    Ok(Json(json!(app.store.agent_history(row.agent.id).await?)))
}

/// `GET /api/agents/{agent}/keys`
pub(super) async fn keys(
    State(app): State<Arc<App>>,
    me: Me,
    Path(agent): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let row = own(&app, &me, agent).await?;
    Ok(Json(json!(app.store.keys(row.agent.id).await?)))
}

/// `POST /api/agents/{agent}/keys`: the key is shown this once.
pub(super) async fn add_key(
    State(app): State<Arc<App>>,
    me: Me,
    Path(agent): Path<String>,
    Body(new): Body<NewKey>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let row = own(&app, &me, agent).await?;
    let key = new_key(&app, row, new.label).await?;
    Ok((StatusCode::CREATED, Json(key)))
}

/// `DELETE /api/agents/{agent}/keys/{key}`
pub(super) async fn end_key(
    State(app): State<Arc<App>>,
    me: Me,
    Path((agent, key)): Path<(String, String)>,
) -> Result<Json<Value>, Refusal> {
    let row = own(&app, &me, agent).await?;
    if !app.store.revoke_key(row, key, Timestamp::now()).await? {
        let status = StatusCode::NOT_FOUND;
        return Err(Refusal::new(status, "not_found", "There is no such key"));
    }
    Ok(Json(json!({ "success": true })))
}

impl Wanted {
    /// The level that is wanted, if one is.
    fn level(self) -> Result<Option<Level>, Refusal> {
        let Self {
            maturity,
            confidence,
            reason,
        } = self;
        let of_score = confidence.map(Confidence::maturity);
        let maturity = match (maturity, of_score) {
            (Some(named), Some(scored)) if named != scored => {
                return Err(Refusal::unprocessable(format!(
                    "confidence: stands for {scored}, not for {named}"
                )));
            }
            (Some(maturity), _) | (None, Some(maturity)) => maturity,
            (None, None) => return Ok(None),
        };
        Ok(Some(Level {
            maturity,
            confidence,
            reason: reason.unwrap_or_default(),
        }))
    }
}

async fn apply(
    app: &App,
    me: &Me,
    agent: String,
    change: AgentChange,
) -> Result<Json<Value>, Refusal> {
    let row = own(app, me, agent).await?;
    let (account, by, now) = (
        me.account.id.clone(),
        me.account.id.clone(),
        Timestamp::now(),
    );
    app.store
        .change_agent(account, row.agent.id.clone(), change, by, now)
        .await?;
    Ok(Json(view(&own(app, me, row.agent.id.into()).await?)))
}

/// One of this person's agents. Another's is as good as none.
async fn own(app: &App, me: &Me, agent: String) -> Result<AgentRow, Refusal> {
    let none = || Refusal::new(StatusCode::NOT_FOUND, "not_found", "Agent not found");
    let id = AgentId::new(agent).map_err(|_| none())?;
    let row = app.store.agent_by_id(&id).await?;
    row.filter(|row| row.account == me.account.id)
        .ok_or_else(none)
}

async fn new_key(app: &App, agent: AgentRow, label: String) -> Result<Value, Refusal> {
    let key = format!("{KEY_PREFIX}{}", random_text()?);
    let row = KeyRow {
        id: fresh_id()?,
        label: if label.trim().is_empty() {
            "key".to_owned()
        } else {
            name(&label)?
        },
        created_at: Timestamp::now(),
    };
    app.store
        .add_key(agent, row.clone(), key_hash(&key))
        .await?;
    Ok(json!({ "id": row.id, "label": row.label, "created_at": row.created_at, "key": key }))
}

fn next(maturity: Maturity) -> Maturity {
    match maturity {
        Maturity::Student => Maturity::Intern,
        Maturity::Intern => Maturity::Supervised,
        Maturity::Supervised | Maturity::Autonomous => Maturity::Autonomous,
    }
}

fn name(name: &str) -> Result<String, Refusal> {
    let trimmed = name.trim();
    let fits = !trimmed.is_empty()
        && trimmed.chars().count() <= LONGEST_NAME
        && !trimmed.chars().any(char::is_control);
    fits.then(|| trimmed.to_owned())
        .ok_or_else(|| Refusal::unprocessable("name: needs 1 to 100 printable characters"))
}

fn limit(commands: Option<u32>) -> Result<Option<u32>, Refusal> {
    match commands {
        None | Some(1..=MOST_COMMANDS_PER_MINUTE) => Ok(commands),
        Some(_) => Err(Refusal::unprocessable(format!(
            "commands_per_minute: must be between 1 and {MOST_COMMANDS_PER_MINUTE}"
        ))),
    }
}

fn view(row: &AgentRow) -> Value {
    json!({
        "id": row.agent.id,
        "name": row.agent.name,
        "maturity": row.agent.maturity,
        "status": match row.standing {
            Standing::Active => row.agent.maturity.as_str(),
            standing => standing.as_str(),
        },
        "confidence": row.agent.confidence,
        "commands_per_minute": row.commands_per_minute,
        "created_at": row.created_at,
    })
}
