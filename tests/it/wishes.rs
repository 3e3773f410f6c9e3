//! What agents wish for in these tests, and what became of it.

use std::time::Duration;

use anyhow::{Context as _, Result};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chaperone_protocol::{
    Action, Agent, AgentId, Content, Data, Execute, FailureCode, Maturity, Notify, Outcome,
    RecordingFormat, SessionId, Snap, StartRecording, StopRecording,
};
use serde_json::{Value, json};
use support::Chaperone;

pub(crate) fn agent(maturity: Maturity) -> Result<Agent> {
    Ok(Agent {
        id: AgentId::new(format!("scout-{}", maturity.as_str()))?,
        name: "Scout".to_owned(),
        maturity,
        confidence: None,
    })
}

pub(crate) fn execute(line: &str) -> Action {
    Action::Execute(Execute {
        line: line.to_owned(),
        working_dir: None,
        timeout: Execute::DEFAULT_TIMEOUT,
        environment: std::collections::BTreeMap::new(),
    })
}

pub(crate) fn notify(title: &str) -> Action {
    Action::Notify(Notify {
        title: title.to_owned(),
        body: String::new(),
        icon: None,
        sound: None,
    })
}

pub(crate) fn photo() -> Action {
    Action::Snap(Snap::default())
}

pub(crate) fn record(session: &str) -> Result<Action> {
    Ok(Action::StartRecording(StartRecording {
        session: SessionId::new(session)?,
        display: None,
        duration: Duration::from_mins(10),
        audio: false,
        resolution: None,
        format: RecordingFormat::Mp4,
    }))
}

pub(crate) fn hand_over(session: &str) -> Result<Action> {
    Ok(Action::StopRecording(StopRecording {
        session: SessionId::new(session)?,
    }))
}

pub(crate) fn code(outcome: &Outcome) -> Option<FailureCode> {
    match outcome {
        Outcome::Failure { code, .. } => Some(*code),
        Outcome::Success { .. } => None,
    }
}

/// The bytes that a hub got.
pub(crate) fn bytes(outcome: &Outcome) -> Result<Vec<u8>> {
    let content = match outcome {
        Outcome::Success {
            data: Data::Pictured(pictured),
            ..
        } => pictured.content.as_ref(),
        Outcome::Success {
            data: Data::Recorded(recorded),
            ..
        } => recorded.content.as_ref(),
        other => anyhow::bail!("nothing was captured: {other:?}"),
    };
    match content.context("no content")? {
        Content::Inline { base64, .. } => Ok(STANDARD.decode(base64)?),
        other => anyhow::bail!("the bytes are not in it: {other:?}"),
    }
}

pub(crate) fn artifacts(chaperone: &Chaperone<'_>) -> Result<Vec<Value>> {
    let all = chaperone.call("artifacts/list", &json!({ "before": null, "limit": 50 }))?;
    Ok(list(&all, "/artifacts"))
}

/// What runs, by the type of its action.
pub(crate) fn running(chaperone: &Chaperone<'_>) -> Result<Vec<String>> {
    let state = chaperone.call("state/snapshot", &json!({}))?;
    let names = list(&state, "/running")
        .iter()
        .filter_map(|one| one.pointer("/action/type")?.as_str().map(str::to_owned))
        .collect();
    Ok(names)
}

fn list(answer: &Value, at: &str) -> Vec<Value> {
    let all = answer.pointer(at).and_then(Value::as_array);
    all.cloned().unwrap_or_default()
}
