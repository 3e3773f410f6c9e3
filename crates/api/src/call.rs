//! The calls a face makes: their names, parameters and answers, in one list for every host.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    Api,
    face::Face,
    view::{
        ActivityListParams, AnswerParams, ApiError, DenyAllParams, ErrorCode, ExplainParams,
        OutputParams, PauseParams, ShownParams, StopParams, TryNowParams,
    },
};

/// One call, understood.
#[derive(Debug)]
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
    Starters,
    Explain(ExplainParams),
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
            "agents/starters" => Self::Starters,
            "gate/explain" => Self::Explain(read(params)?),
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
            Call::Starters => write(self.starters()),
            Call::Explain(params) => write(self.explain(params).await?),
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
