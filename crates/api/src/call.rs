//! The calls a face makes: their names, parameters and answers, in one list for every host.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    Api,
    face::Face,
    view::{
        ActivityListParams, AddRuleParams, AgentCeilingParams, AgentHistoryParams,
        AgentLimitParams, AgentMuteParams, AllowAlwaysParams, AnswerParams, ApiError,
        ArtifactDeleteParams, ArtifactListParams, ArtifactReadParams, ArtifactThumbnailParams,
        ArtifactTrimParams, ChangeConnectionParams, CreateAgentParams, DenyAllParams, ErrorCode,
        ExplainParams, GetConnectionParams, HubSwitchParams, NewKeyParams, OfferParams,
        OutputParams, PauseParams, PracticeParams, RemoveAgentParams, RemoveConnectionParams,
        RemoveRuleParams, RevokeKeyParams, SetCapabilityParams, SetSettingsParams,
        SetStandingParams, ShownParams, SignInCancelParams, SignInParams, SignInStepParams,
        StopParams, SuggestParams, TryCancelParams, TryNowParams, TryParams,
    },
};

/// One call, understood.
pub(crate) enum Call {
    Snapshot,
    Answer(AnswerParams),
    DenyAll(DenyAllParams),
    Shown(ShownParams),
    Stop(StopParams),
    Pause(PauseParams),
    TryNow(TryNowParams),
    ActivityList(ActivityListParams),
    Output(OutputParams),
    Verify,
    MendSearch,
    Starters,
    Explain(ExplainParams),
    Rules,
    Suggest(SuggestParams),
    AddRule(AddRuleParams),
    RemoveRule(RemoveRuleParams),
    AllowAlways(AllowAlwaysParams),
    Agents,
    AgentCeiling(AgentCeilingParams),
    AgentMute(AgentMuteParams),
    AgentHistory(AgentHistoryParams),
    Capabilities,
    Devices,
    SetCapability(SetCapabilityParams),
    Try(TryParams),
    TryCancel(TryCancelParams),
    SetStanding(SetStandingParams),
    Settings,
    SetSettings(SetSettingsParams),
    Offer(OfferParams),
    SignIn(SignInParams),
    SignInStep(SignInStepParams),
    SignInCancel(SignInCancelParams),
    GetConnection(GetConnectionParams),
    ChangeConnection(ChangeConnectionParams),
    RemoveConnection(RemoveConnectionParams),
    Switch(HubSwitchParams),
    Artifacts(ArtifactListParams),
    ReadArtifact(ArtifactReadParams),
    ArtifactThumbnail(ArtifactThumbnailParams),
    TrimArtifact(ArtifactTrimParams),
    DeleteArtifact(ArtifactDeleteParams),
    OwnAgents,
    CreateAgent(CreateAgentParams),
    NewAgentKey(NewKeyParams),
    RevokeAgentKey(RevokeKeyParams),
    LimitAgent(AgentLimitParams),
    RemoveAgent(RemoveAgentParams),
    Practice(PracticeParams),
    Checkpoint,
}

impl Call {
    /// Understands a call by its name.
    pub(crate) fn read(name: &str, params: Value) -> Result<Self, ApiError> {
        Ok(match name {
            "state/snapshot" => Self::Snapshot,
            "requests/answer" => Self::Answer(read(params)?),
            "requests/denyAll" => Self::DenyAll(read(params)?),
            "requests/shown" => Self::Shown(read(params)?),
            "running/stop" => Self::Stop(read(params)?),
            "pause/set" => Self::Pause(read(params)?),
            "connections/tryNow" => Self::TryNow(read(params)?),
            "activity/list" => Self::ActivityList(read(params)?),
            "activity/output" => Self::Output(read(params)?),
            "record/verify" => Self::Verify,
            "record/mendSearch" => Self::MendSearch,
            "agents/starters" => Self::Starters,
            "gate/explain" => Self::Explain(read(params)?),
            "rules/list" => Self::Rules,
            "rules/suggest" => Self::Suggest(read(params)?),
            "rules/add" => Self::AddRule(read(params)?),
            "rules/remove" => Self::RemoveRule(read(params)?),
            "requests/allowAlways" => Self::AllowAlways(read(params)?),
            "agents/list" => Self::Agents,
            "agents/ceiling" => Self::AgentCeiling(read(params)?),
            "agents/mute" => Self::AgentMute(read(params)?),
            "agents/history" => Self::AgentHistory(read(params)?),
            "capabilities/list" => Self::Capabilities,
            "capabilities/devices" => Self::Devices,
            "capabilities/set" => Self::SetCapability(read(params)?),
            "capabilities/try" => Self::Try(read(params)?),
            "capabilities/tryCancel" => Self::TryCancel(read(params)?),
            "standing/set" => Self::SetStanding(read(params)?),
            "settings/get" => Self::Settings,
            "settings/set" => Self::SetSettings(read(params)?),
            "connections/offer" => Self::Offer(read(params)?),
            "connections/signIn" => Self::SignIn(read(params)?),
            "connections/signInStep" => Self::SignInStep(read(params)?),
            "connections/signInCancel" => Self::SignInCancel(read(params)?),
            "connections/get" => Self::GetConnection(read(params)?),
            "connections/change" => Self::ChangeConnection(read(params)?),
            "connections/remove" => Self::RemoveConnection(read(params)?),
            "connections/switch" => Self::Switch(read(params)?),
            "artifacts/list" => Self::Artifacts(read(params)?),
            "artifacts/read" => Self::ReadArtifact(read(params)?),
            "artifacts/thumbnail" => Self::ArtifactThumbnail(read(params)?),
            "artifacts/trim" => Self::TrimArtifact(read(params)?),
            "artifacts/delete" => Self::DeleteArtifact(read(params)?),
            "agents/own" => Self::OwnAgents,
            "agents/create" => Self::CreateAgent(read(params)?),
            "agents/newKey" => Self::NewAgentKey(read(params)?),
            "agents/revokeKey" => Self::RevokeAgentKey(read(params)?),
            "agents/limit" => Self::LimitAgent(read(params)?),
            "agents/remove" => Self::RemoveAgent(read(params)?),
            "requests/practice" => Self::Practice(read(params)?),
            "record/checkpoint" => Self::Checkpoint,
            _ => {
                return Err(ApiError::new(ErrorCode::Invalid, "there is no such call"));
            }
        })
    }
}

impl Api {
    /// Answers one call of a face.
    pub async fn call(&self, face: Face, name: &str, params: Value) -> Result<Value, ApiError> {
        let call = Call::read(name, params)?;
        if !face.may(&call) {
            return Err(
                ApiError::new(ErrorCode::NotAllowed, "this cannot be done from here")
                    .hint("Do it in Chaperone's window."),
            );
        }
        match call {
            Call::Snapshot => write(self.snapshot()),
            Call::Answer(params) => write(self.answer(params).await?),
            Call::DenyAll(params) => write(self.deny_all(params).await?),
            Call::Shown(params) => write(self.shown(&params)),
            Call::Stop(params) => write(self.stop(&params).await?),
            Call::Pause(params) => write(self.pause(&params).await?),
            Call::TryNow(params) => write(self.try_now(&params).await?),
            Call::ActivityList(params) => write(self.activity(&params).await?),
            Call::Output(params) => write(self.output(&params).await?),
            Call::Verify => write(self.verify().await?),
            Call::MendSearch => write(self.mend_search().await?),
            Call::Starters => write(self.starters()),
            Call::Explain(params) => write(self.explain(params).await?),
            Call::Rules => write(self.rules().await?),
            Call::Suggest(params) => write(self.suggest(&params)?),
            Call::AddRule(params) => write(self.add_rule(params).await?),
            Call::RemoveRule(params) => write(self.remove_rule(params).await?),
            Call::AllowAlways(params) => write(self.allow_always(params).await?),
            Call::Agents => write(self.agents().await?),
            Call::AgentCeiling(params) => write(self.agent_ceiling(params).await?),
            Call::AgentMute(params) => write(self.agent_mute(params).await?),
            Call::AgentHistory(params) => write(self.agent_history(params).await?),
            Call::Capabilities => write(self.capabilities().await?),
            Call::Devices => write(self.devices().await?),
            Call::SetCapability(params) => write(self.set_capability(params).await?),
            Call::Try(params) => write(self.try_out(params).await?),
            Call::TryCancel(params) => write(self.try_cancel(params).await?),
            Call::SetStanding(params) => write(self.set_standing(params).await?),
            Call::Settings => write(self.settings().await?),
            Call::SetSettings(params) => write(self.set_settings(params).await?),
            Call::Offer(params) => write(Self::offer(&params)?),
            Call::SignIn(params) => write(self.sign_in(params).await?),
            Call::SignInStep(params) => write(self.sign_in_step(params).await?),
            Call::SignInCancel(params) => write(self.sign_in_cancel(&params)),
            Call::GetConnection(params) => write(self.connection(&params).await?),
            Call::ChangeConnection(params) => write(self.change_connection(params).await?),
            Call::RemoveConnection(params) => write(self.remove_connection(params).await?),
            Call::Switch(params) => write(self.switch(params).await?),
            Call::Artifacts(params) => write(self.artifacts(params).await?),
            Call::ReadArtifact(params) => write(self.artifact_part(params).await?),
            Call::ArtifactThumbnail(params) => write(self.artifact_thumbnail(&params).await?),
            Call::TrimArtifact(params) => write(self.trim_artifact(params).await?),
            Call::DeleteArtifact(params) => write(self.delete_artifact(params).await?),
            Call::OwnAgents => write(self.own_agents().await?),
            Call::CreateAgent(params) => write(self.create_agent(params).await?),
            Call::NewAgentKey(params) => write(self.new_agent_key(params).await?),
            Call::RevokeAgentKey(params) => write(self.revoke_agent_key(params).await?),
            Call::LimitAgent(params) => write(self.limit_agent(params).await?),
            Call::RemoveAgent(params) => write(self.remove_agent(params).await?),
            Call::Practice(params) => write(self.practice(params).await?),
            Call::Checkpoint => write(self.checkpoint().await?),
        }
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, ApiError> {
    serde_json::from_value(params).map_err(|error| {
        ApiError::new(
            ErrorCode::Invalid,
            format!("the call makes no sense: {error}"),
        )
    })
}

fn write<T: Serialize>(answer: T) -> Result<Value, ApiError> {
    serde_json::to_value(answer)
        .map_err(|error| ApiError::new(ErrorCode::Failed, format!("writing the answer: {error}")))
}

impl ApiError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
