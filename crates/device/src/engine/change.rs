//! What the person makes hold from now on: settings, rules, agents, connections.
//!
//! **Invariant:** nothing that a hub, an agent or a client of one sends comes here.

use std::{
    path::{Component, Path},
    sync::Arc,
};

use chaperone_gate::{Rule, RuleBook, RuleId};
use chaperone_link::Link;
use chaperone_protocol::{
    Agent, AgentId, Capability, ConnectionId, ConnectionState, FailureCode, Maturity, Outcome,
    Timestamp,
};
use chaperone_vault::{Ending, Error as VaultError, Lasting, RecordEntry};

use super::{Engine, Linked, Stopped};
use crate::{
    connection::{Connection, ConnectionConfig},
    entry::Entry,
    error::ChangeError,
    event::{Change, Update},
    settings::Settings,
    told::HubTold,
};

/// The setting that holds them.
const SETTINGS: &str = "device";

impl Engine {
    pub(super) async fn on_change(&mut self, change: Change) -> Result<(), ChangeError> {
        match change {
            Change::Settings(settings) => self.set_settings(*settings).await,
            Change::AddRule(rule) => {
                self.add_rule(*rule).await?;
                self.look_again().await;
                Ok(())
            }
            Change::RemoveRule(id) => self.remove_rule(&id).await,
            Change::AgentCeiling {
                connection,
                agent,
                ceiling,
            } => self.set_agent_ceiling(connection, agent, ceiling).await,
            Change::AgentMuted {
                connection,
                agent,
                muted,
            } => self.set_agent_muted(connection, agent, muted).await,
            Change::Connect(config) => {
                self.connect(*config);
                self.tell_connections().await;
                Ok(())
            }
            Change::Reconnect(config) => {
                if !self.links.contains_key(&config.link.connection) {
                    return Err(ChangeError::NoConnection);
                }
                let (id, paused) = (config.link.connection.clone(), config.paused);
                self.connect(*config);
                if paused {
                    let message = "the person paused this connection";
                    self.end_connection(&id, FailureCode::Paused, message).await;
                }
                self.look_again().await;
                self.tell_connections().await;
                Ok(())
            }
            Change::Disconnect(id) => self.disconnect(&id).await,
        }
    }

    async fn set_settings(&mut self, settings: Settings) -> Result<(), ChangeError> {
        if !(1..=Settings::MAX_RETENTION_DAYS).contains(&settings.retention_days) {
            return Err(ChangeError::Invalid(
                "captures are kept between 1 and 3650 days",
            ));
        }
        if settings.place.is_some() && settings.typed_place().is_none() {
            return Err(ChangeError::Invalid(
                "that is no place: latitudes lie between -90 and 90 degrees, longitudes between \
                 -180 and 180, and an accuracy is more than 0 metres",
            ));
        }
        if settings.commands_per_minute == 0 {
            return Err(ChangeError::Invalid(
                "a hub may send at least 1 command a minute: pause the connection to hear none",
            ));
        }
        let is_plain = |path: &Path| {
            let climbs = path.components().any(|part| part == Component::ParentDir);
            path.is_absolute() && !climbs
        };
        if !settings.folders.iter().all(|folder| is_plain(&folder.path)) {
            return Err(ChangeError::Invalid(
                "a folder for programs is given by its whole path, without `..`",
            ));
        }
        let entry = Entry::SettingsChanged {
            which: changed(&self.settings, &settings),
        };
        let row = row(&entry)?;
        // Whoever may hear what is played was not allowed the microphone by that, nor the other way.
        let other_sound = self.settings.recording_sound != settings.recording_sound;
        let asked_anew = other_sound.then_some(Capability::Microphone);
        let set = self
            .vault
            .set_setting(SETTINGS, &settings, asked_anew, Some(row))
            .await;
        self.wrote(set).await?;
        self.settings = Arc::new(settings);
        self.tell(Update::Settings(Box::new((*self.settings).clone())))
            .await;
        self.tell_entry(entry).await;
        self.look_again().await;
        Ok(())
    }

    pub(super) async fn add_rule(&mut self, rule: Rule) -> Result<(), ChangeError> {
        let mut rules = self.rules.rules().to_vec();
        rules.push(rule.clone());
        let (book, refused) = RuleBook::load(rules);
        if let Some(refused) = refused.into_iter().find(|refused| refused.rule == rule) {
            return Err(ChangeError::Rule(refused.problem));
        }
        let entry = Entry::RuleAdded {
            rule: Box::new(rule.clone()),
        };
        let row = row(&entry)?;
        let document = serde_json::to_value(&rule).map_err(|source| {
            ChangeError::Unrecorded(VaultError::Encode {
                what: "a rule",
                source,
            })
        })?;
        let lasting = if rule.until_lock && rule.is_grant() {
            Lasting::UntilLock
        } else {
            Lasting::UntilDenied
        };
        let added = self
            .vault
            .add_rule(
                rule.id.as_str(),
                document,
                lasting,
                rule.created_at,
                Some(row),
            )
            .await;
        self.wrote(added).await?;
        self.rules = book;
        self.tell(Update::Rules).await;
        self.tell_entry(entry).await;
        Ok(())
    }

    async fn remove_rule(&mut self, id: &RuleId) -> Result<(), ChangeError> {
        let stored = self.vault.rules().await.map_err(ChangeError::Unrecorded)?;
        let stored = stored
            .into_iter()
            .find(|stored| stored.id == id.as_str())
            .ok_or(ChangeError::NoRule)?;
        let entry = Entry::RuleRemoved { rule: id.clone() };
        let row = row(&entry)?;
        let removed = self
            .vault
            .remove_rule(&stored.id, stored.version, Some(row))
            .await;
        self.wrote(removed).await?;
        let left = self.rules.rules().iter().filter(|rule| rule.id != *id);
        self.rules = RuleBook::load(left.cloned().collect()).0;
        self.refused_rules.retain(|refused| refused.rule.id != *id);
        self.tell(Update::Rules).await;
        self.tell_entry(entry).await;
        Ok(())
    }

    /// The screen was locked: what was to last until then ends.
    pub(super) async fn on_screen_locked(&mut self) {
        let ending = self.vault.end_with_lock(|rules, answers| {
            let ended = answers.saturating_add(u64::try_from(rules.len()).unwrap_or(u64::MAX));
            if ended == 0 {
                return None;
            }
            Entry::Locked { ended }.row(Timestamp::now()).ok()
        });
        match ending.await {
            Ok((rules, answers)) => {
                self.lock_pending = false;
                // Also those whose file was not as it should be: what lasts until then is over.
                self.end_rules_with_lock().await;
                let ended = answers.saturating_add(u64::try_from(rules.len()).unwrap_or(u64::MAX));
                if ended > 0 {
                    self.tell_entry(Entry::Locked { ended }).await;
                }
            }
            Err(error) => {
                // Over here and now; written when there is room, or it would be back after a restart.
                self.lock_pending = true;
                self.end_rules_with_lock().await;
                self.not_written(&error).await;
            }
        }
    }

    async fn end_rules_with_lock(&mut self) {
        if !self.rules.on_lock().is_empty() {
            self.tell(Update::Rules).await;
        }
    }

    async fn set_agent_ceiling(
        &mut self,
        connection: ConnectionId,
        agent: AgentId,
        ceiling: Option<Maturity>,
    ) -> Result<(), ChangeError> {
        let entry = Entry::AgentCeiling {
            connection: self.name_of(&connection),
            agent: agent.clone(),
            ceiling,
        };
        let row = row(&entry)?;
        self.met(&connection, &agent).await?;
        let set = self
            .vault
            .set_agent_ceiling(&connection, &agent, ceiling, Timestamp::now(), Some(row))
            .await;
        self.wrote(set).await?;
        if let Some(known) = self.agents.find_mut(&connection, &agent) {
            known.ceiling = ceiling;
        }
        self.tell(Update::Agents).await;
        self.tell_entry(entry).await;
        self.look_again().await;
        Ok(())
    }

    async fn set_agent_muted(
        &mut self,
        connection: ConnectionId,
        agent: AgentId,
        muted: bool,
    ) -> Result<(), ChangeError> {
        let entry = Entry::AgentMuted {
            connection: self.name_of(&connection),
            agent: agent.clone(),
            muted,
        };
        let row = row(&entry)?;
        self.met(&connection, &agent).await?;
        let set = self
            .vault
            .set_agent_muted(&connection, &agent, muted, Some(row))
            .await;
        self.wrote(set).await?;
        if let Some(known) = self.agents.find_mut(&connection, &agent) {
            known.muted = muted;
        }
        self.tell(Update::Agents).await;
        if muted {
            let is = |asker: Option<&Agent>| asker.is_some_and(|asker| asker.id == agent);
            self.recordings.stop_agent(&connection, &agent);
            self.stop_runs(Stopped::Person, |run| {
                run.case.connection == connection && is(run.case.asked.agent.as_ref())
            });
            let (code, message) = (
                FailureCode::Forbidden,
                "the person wants to hear nothing of this agent",
            );
            for number in self.desk.of(Some((&connection, &agent))) {
                self.withdraw(number, code, message).await;
            }
            self.drop_planning(code, message, |case| {
                case.connection == connection && is(case.asked.agent.as_ref())
            })
            .await;
        }
        self.tell_entry(entry).await;
        Ok(())
    }

    /// Makes sure that the vault knows an agent that this run of the device has met.
    async fn met(&self, connection: &ConnectionId, id: &AgentId) -> Result<(), ChangeError> {
        let known = self
            .agents
            .find(connection, id)
            .ok_or(ChangeError::NoAgent)?;
        let agent = Agent {
            id: known.id.clone(),
            name: known.name.clone(),
            maturity: known.claim,
            confidence: None,
        };
        let seen = self.vault.see_agent(connection, &agent, known.last_seen_at);
        seen.await.map(drop).map_err(ChangeError::Unrecorded)
    }

    /// Keeps a connection, in place of one of that name.
    pub(super) fn connect(&mut self, config: ConnectionConfig) {
        let connection = Connection {
            id: config.link.connection.clone(),
            name: config.name,
            address: config.address,
            ceiling: config.ceiling,
            dialect: config.link.dialect.profile().id,
            paused: config.paused,
            stored: config.stored,
            state: ConnectionState::starting(),
            since: Timestamp::now(),
            last_trouble: None,
            told: HubTold::of(config.link.dialect.switches()),
        };
        // The old link ends with its handle, before the new one begins.
        self.links.remove(&connection.id);
        let largest = config.link.dialect.profile().max_up_bytes;
        let link = (!config.paused).then(|| {
            Link::open(
                config.link,
                self.links_say.clone(),
                &self.tracker,
                &self.cancel,
            )
        });
        let id = connection.id.clone();
        let linked = Linked {
            connection,
            link,
            largest,
        };
        self.links.insert(id.clone(), linked);
        self.give_undelivered(&id);
    }

    async fn disconnect(&mut self, id: &ConnectionId) -> Result<(), ChangeError> {
        self.links.remove(id).ok_or(ChangeError::NoConnection)?;
        let message = "the person ended this pairing";
        self.end_connection(id, FailureCode::Cancelled, message)
            .await;
        self.undelivered.retain(|(of, _), _| of != id);
        self.unmarked.retain(|(of, _)| of != id);
        self.deliveries.forget(id);
        self.hearing.forget(id);
        self.exactness.retain(|(of, _), _| of != id);
        self.agents.forget_connection(id);
        self.tell(Update::Agents).await;
        self.tell_connections().await;
        Ok(())
    }

    /// Ends everything that came through a connection.
    async fn end_connection(&mut self, id: &ConnectionId, code: FailureCode, message: &str) {
        self.recordings.stop(Some(id));
        self.stop_runs(Stopped::Person, |run| run.case.connection == *id);
        for number in self.desk.of_connection(id) {
            self.withdraw(number, code, message).await;
        }
        self.drop_planning(code, message, |case| case.connection == *id)
            .await;
        for case in self.recordings.take_all_wanted(Some(id)) {
            let outcome = Outcome::failure(code, message, Timestamp::now());
            self.settle(case, Ending::Cancelled, outcome).await;
        }
    }

    pub(super) async fn tell_connections(&self) {
        self.tell(Update::Connections(self.connections())).await;
    }

    async fn wrote<T>(&mut self, written: Result<T, VaultError>) -> Result<T, ChangeError> {
        match written {
            Ok(done) => {
                self.written().await;
                Ok(done)
            }
            Err(error) => {
                self.not_written(&error).await;
                Err(ChangeError::Unrecorded(error))
            }
        }
    }

    /// Tells those who watch of an entry that went in with a change.
    async fn tell_entry(&mut self, entry: Entry) {
        if let Ok(rows) = self.vault.record_page(None, 1, &[entry.kind()]).await
            && let Some(row) = rows.first()
        {
            let (seq, at) = (row.seq, row.at);
            self.tell(Update::Recorded {
                seq,
                at,
                entry: Box::new(entry),
            })
            .await;
        }
    }
}

/// What the vault holds of the settings, or those of a fresh install.
pub(super) async fn settings(vault: &chaperone_vault::Vault) -> Result<Settings, VaultError> {
    Ok(vault.setting(SETTINGS).await?.unwrap_or_default())
}

/// Which settings differ, by name.
fn changed(old: &Settings, new: &Settings) -> Vec<String> {
    let as_map = |settings: &Settings| match serde_json::to_value(settings) {
        Ok(serde_json::Value::Object(map)) => map,
        Ok(_) | Err(_) => serde_json::Map::new(),
    };
    let (old, new) = (as_map(old), as_map(new));
    new.into_iter()
        .filter(|(name, value)| old.get(name) != Some(value))
        .map(|(name, _)| name)
        .collect()
}

fn row(entry: &Entry) -> Result<RecordEntry, ChangeError> {
    entry.row(Timestamp::now()).map_err(ChangeError::Unrecorded)
}
