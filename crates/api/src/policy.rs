//! What the calls about rules, agents, capabilities and settings do.

use std::path::{Path, PathBuf};

use chaperone_device::{Change, ChangeError, FolderAccess, Place, Settings, ShellFolder};
use chaperone_gate::{Rule, RuleId};
use chaperone_protocol::{AgentId, ConnectionId, in_full, visible};
use serde_json::Value;

use crate::{
    Api,
    answer::{failed, invalid},
    convert, log, rule, table,
    view::{
        AddRuleParams, AddRuleResponse, AgentCeilingParams, AgentHistoryParams,
        AgentHistoryResponse, AgentMuteParams, AgentsResponse, AllowAlwaysParams, ApiError,
        ChangedByView, Done, ErrorCode, FolderAccessView, FolderView, KnownAgentView,
        LevelChangeView, LevelKindView, PlaceView, RemoveRuleParams, RulesResponse,
        SetCapabilityParams, SetSettingsParams, SetStandingParams, SettingsView, SuggestParams,
        SuggestResponse,
    },
};

impl Api {
    pub(crate) async fn rules(&self) -> Result<RulesResponse, ApiError> {
        let look = self.inner.device.look().await?;
        let stored = self.inner.vault.rules().await?;
        let uses = stored.into_iter().map(|stored| (stored.id, stored.uses));
        let uses: rule::Uses = uses.collect();
        let rules = look.rules.iter().map(|one| rule::counted(one, &uses));
        let refused = look.refused_rules.iter();
        Ok(RulesResponse {
            rules: rules.collect(),
            refused: refused.map(|one| rule::refused(one, &uses)).collect(),
        })
    }

    pub(crate) fn suggest(&self, params: &SuggestParams) -> Result<SuggestResponse, ApiError> {
        let request = self
            .snapshot()
            .requests
            .into_iter()
            .find(|request| request.id == params.id)
            .ok_or_else(|| ApiError::new(ErrorCode::Gone, "this request no longer waits"))?;
        Ok(SuggestResponse {
            rules: request.rules,
        })
    }

    pub(crate) async fn add_rule(
        &self,
        params: AddRuleParams,
    ) -> Result<AddRuleResponse, ApiError> {
        let rule = read_rule(params.rule)?;
        let id = rule.id.to_string();
        self.inner
            .device
            .change(Change::AddRule(Box::new(rule)))
            .await?;
        Ok(AddRuleResponse { id })
    }

    pub(crate) async fn remove_rule(&self, params: RemoveRuleParams) -> Result<Done, ApiError> {
        let id = RuleId::new(params.id).map_err(|error| invalid(error.to_string()))?;
        self.inner.device.change(Change::RemoveRule(id)).await?;
        Ok(Done {})
    }

    pub(crate) async fn allow_always(&self, params: AllowAlwaysParams) -> Result<Done, ApiError> {
        let number = crate::answer::number(&params.id)?;
        let rule = Box::new(read_rule(params.rule)?);
        let answer = chaperone_device::Answer::AllowAlways(rule);
        self.inner
            .device
            .answer(number, params.digest, answer)
            .await?;
        Ok(Done {})
    }

    pub(crate) async fn agents(&self) -> Result<AgentsResponse, ApiError> {
        let look = self.inner.device.look().await?;
        let counts_of = self.inner.vault.counts_by_agent("settled").await?;
        let agents = look.agents.iter().map(|agent| {
            let connection = look
                .connections
                .iter()
                .find(|connection| connection.id == agent.connection);
            let of_connection = connection.map(|connection| connection.ceiling);
            let counts = [agent.ceiling, of_connection]
                .into_iter()
                .flatten()
                .fold(agent.claim, Ord::min);
            KnownAgentView {
                connection: agent.connection.to_string(),
                connection_name: visible(
                    connection
                        .map_or_else(|| agent.connection.as_str(), |connection| &connection.name),
                ),
                id: agent.id.to_string(),
                name: visible(&agent.name),
                claim: convert::level(agent.claim),
                ceiling: agent.ceiling.map(convert::level),
                counts: convert::level(counts),
                muted: agent.muted,
                commands: counts_of
                    .get(&(agent.connection.to_string(), agent.id.to_string()))
                    .copied()
                    .unwrap_or(0),
                first_seen_at: convert::millis(agent.first_seen_at),
                last_seen_at: convert::millis(agent.last_seen_at),
            }
        });
        Ok(AgentsResponse {
            agents: agents.collect(),
        })
    }

    pub(crate) async fn agent_ceiling(&self, params: AgentCeilingParams) -> Result<Done, ApiError> {
        let (connection, agent) = named(params.connection, params.agent)?;
        let ceiling = params.ceiling.map(convert::maturity);
        let change = Change::AgentCeiling {
            connection,
            agent,
            ceiling,
        };
        self.inner.device.change(change).await?;
        Ok(Done {})
    }

    pub(crate) async fn agent_mute(&self, params: AgentMuteParams) -> Result<Done, ApiError> {
        let (connection, agent) = named(params.connection, params.agent)?;
        let change = Change::AgentMuted {
            connection,
            agent,
            muted: params.muted,
        };
        self.inner.device.change(change).await?;
        Ok(Done {})
    }

    pub(crate) async fn agent_history(
        &self,
        params: AgentHistoryParams,
    ) -> Result<AgentHistoryResponse, ApiError> {
        use chaperone_vault::{ChangedBy, LevelKind};
        let (connection, agent) = named(params.connection, params.agent)?;
        let changes = self.inner.vault.level_changes(&connection, &agent).await?;
        let changes = changes.into_iter().map(|change| LevelChangeView {
            what: match change.what {
                LevelKind::Claim => LevelKindView::Claim,
                LevelKind::Ceiling => LevelKindView::Ceiling,
            },
            by: match change.by {
                ChangedBy::Hub => ChangedByView::Hub,
                ChangedBy::Person => ChangedByView::Person,
            },
            at: convert::millis(change.at),
            from: change.from.map(convert::level),
            to: change.to.map(convert::level),
        });
        Ok(AgentHistoryResponse {
            changes: changes.collect(),
        })
    }

    pub(crate) async fn set_capability(
        &self,
        params: SetCapabilityParams,
    ) -> Result<Done, ApiError> {
        self.change_settings(|settings| {
            let capability = convert::capability_named(params.capability);
            settings.switches.set(capability, params.on);
            Ok(())
        })
        .await?;
        Ok(Done {})
    }

    pub(crate) async fn set_standing(&self, params: SetStandingParams) -> Result<Done, ApiError> {
        self.change_settings(|settings| table::set(&mut settings.standing, &params))
            .await?;
        Ok(Done {})
    }

    pub(crate) async fn settings(&self) -> Result<SettingsView, ApiError> {
        let settings = self.inner.device.look().await?.settings;
        Ok(view(&settings, self.data_dir()))
    }

    pub(crate) async fn set_settings(
        &self,
        params: SetSettingsParams,
    ) -> Result<SettingsView, ApiError> {
        self.change_settings(|settings| apply(settings, params))
            .await
    }

    /// Changes settings as they are now; two who do so at once do not undo each other.
    async fn change_settings(
        &self,
        change: impl FnOnce(&mut Settings) -> Result<(), ApiError>,
    ) -> Result<SettingsView, ApiError> {
        let _one_at_a_time = self.inner.changing.lock().await;
        let mut settings = self.inner.device.look().await?.settings;
        change(&mut settings)?;
        let shown = view(&settings, self.data_dir());
        let change = Change::Settings(Box::new(settings));
        self.inner.device.change(change).await?;
        Ok(shown)
    }
}

pub(crate) fn apply(settings: &mut Settings, params: SetSettingsParams) -> Result<(), ApiError> {
    if let Some(on) = params.graduated_shell {
        settings.graduated_shell = on;
    }
    if let Some(days) = params.retention_days {
        settings.retention_days = days;
    }
    if let Some(place) = params.place {
        settings.place = place.map(|place| Place {
            latitude: place.latitude,
            longitude: place.longitude,
            accuracy: place.accuracy,
        });
    }
    if let Some(camera) = params.camera {
        settings.camera = Some(camera).filter(|camera| !camera.is_empty());
    }
    if let Some(display) = params.display {
        settings.display = Some(display).filter(|display| !display.is_empty());
    }
    if let Some(sound) = params.recording_sound {
        settings.recording_sound = convert::recording_sound_named(sound);
    }
    if let Some(on) = params.capture_unseen {
        settings.capture_unseen = on;
    }
    if let Some(limit) = params.commands_per_minute {
        if !(1..=100_000).contains(&limit) {
            return Err(invalid(
                "a hub may send between 1 and 100000 commands a minute",
            ));
        }
        settings.commands_per_minute = limit;
    }
    if let Some(folders) = params.folders {
        let folders = folders.into_iter().map(folder);
        settings.folders = folders.collect::<Result<_, _>>()?;
    }
    Ok(())
}

fn folder(folder: FolderView) -> Result<ShellFolder, ApiError> {
    let FolderView { path, access } = folder;
    // The real path is what programs will be found to work in.
    let real = PathBuf::from(&path)
        .canonicalize()
        .map_err(|error| invalid(format!("the folder {path} cannot be used: {error}")))?;
    if !real.is_dir() {
        return Err(invalid(format!("{path} is not a folder")));
    }
    Ok(ShellFolder {
        path: real,
        access: match access {
            FolderAccessView::Write => FolderAccess::Write,
            FolderAccessView::WriteNetwork => FolderAccess::WriteNetwork,
            FolderAccessView::Uncontained => FolderAccess::Uncontained,
        },
    })
}

pub(crate) fn view(settings: &Settings, data_dir: &Path) -> SettingsView {
    SettingsView {
        graduated_shell: settings.graduated_shell,
        retention_days: settings.retention_days,
        place: settings.place.map(|place| PlaceView {
            latitude: place.latitude,
            longitude: place.longitude,
            accuracy: place.accuracy,
        }),
        camera: settings.camera.clone(),
        display: settings.display.clone(),
        recording_sound: convert::recording_sound(settings.recording_sound),
        capture_unseen: settings.capture_unseen,
        commands_per_minute: settings.commands_per_minute,
        folders: settings
            .folders
            .iter()
            .map(|folder| FolderView {
                path: folder.path.display().to_string(),
                access: match folder.access {
                    FolderAccess::Write => FolderAccessView::Write,
                    FolderAccess::WriteNetwork => FolderAccessView::WriteNetwork,
                    FolderAccess::Uncontained => FolderAccessView::Uncontained,
                },
            })
            .collect(),
        log_folder: log::log_dir(data_dir).display().to_string(),
    }
}

/// A rule as its document, or as it was listed.
fn read_rule(mut rule: Value) -> Result<Rule, ApiError> {
    let document = rule
        .get_mut("document")
        .map_or_else(|| Value::Null, Value::take);
    let document = if document.is_null() { rule } else { document };
    serde_json::from_value(document).map_err(|error| invalid(format!("that is no rule: {error}")))
}

fn named(connection: String, agent: String) -> Result<(ConnectionId, AgentId), ApiError> {
    let connection = ConnectionId::new(connection).map_err(|error| invalid(error.to_string()))?;
    let agent = AgentId::new(agent).map_err(|error| invalid(error.to_string()))?;
    Ok((connection, agent))
}

impl From<ChangeError> for ApiError {
    fn from(error: ChangeError) -> Self {
        let code = match error {
            ChangeError::NoRule | ChangeError::NoAgent | ChangeError::NoConnection => {
                ErrorCode::Gone
            }
            ChangeError::Rule(_) | ChangeError::Invalid(_) => ErrorCode::Invalid,
            ChangeError::Unrecorded(_) | ChangeError::Stopping => return failed(error),
        };
        Self::new(code, visible(&in_full(&error)))
    }
}
