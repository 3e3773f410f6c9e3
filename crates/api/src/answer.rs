//! What each call does.

use chaperone_device::{Answer, Entry};
use chaperone_protocol::{AgentId, ConnectionId, Data, Outcome, Timestamp, in_full, visible};
use chaperone_vault::{RecordQuery, RecordRow, Vault};

use crate::{
    Api, convert, offline,
    view::{
        ActivityEntry, ActivityListParams, ActivityListResponse, AnswerParams, ApiError,
        CheckpointResponse, Decision, DenyAllParams, Done, ErrorCode, MendSearchResponse,
        OutputParams, OutputResponse, PauseParams, ShownParams, StarterView, StartersResponse,
        StopParams, TryNowParams, VerifyResponse,
    },
};

/// As many lines of the timeline as one call gives.
const PAGE: u32 = 200;
/// As many as "just now" shows.
const RECENT: u32 = 20;

impl Api {
    pub(crate) async fn answer(&self, params: AnswerParams) -> Result<Done, ApiError> {
        let number = number(&params.id)?;
        let answer = match params.decision {
            Decision::Deny => Answer::Deny,
            Decision::AllowOnce => Answer::AllowOnce,
            Decision::AllowCoarse => Answer::AllowCoarse,
            Decision::Send => Answer::Send,
            Decision::Retake => Answer::Retake,
            Decision::Discard => Answer::Discard,
            Decision::AllowAlways => {
                return Err(invalid("that answer comes with a rule")
                    .hint("Call requests/allowAlways with the rule."));
            }
        };
        self.inner
            .device
            .answer(number, params.digest, answer)
            .await?;
        Ok(Done {})
    }

    pub(crate) async fn deny_all(&self, params: DenyAllParams) -> Result<Done, ApiError> {
        let Some(id) = params.agent else {
            self.inner.device.deny_all(None).await?;
            return Ok(Done {});
        };
        let agent = AgentId::new(id).map_err(|error| invalid(error.to_string()))?;
        let connections: Vec<_> = self
            .snapshot()
            .connections
            .into_iter()
            .map(|connection| connection.id)
            .collect();
        for connection in connections {
            let connection =
                ConnectionId::new(connection).map_err(|error| invalid(error.to_string()))?;
            self.inner
                .device
                .deny_all(Some((connection, agent.clone())))
                .await?;
        }
        Ok(Done {})
    }

    /// Notes how long it took until the person could see it.
    pub(crate) fn shown(&self, params: &ShownParams) -> Done {
        let now = chaperone_protocol::Timestamp::now().as_millisecond();
        let asked = self
            .snapshot()
            .requests
            .into_iter()
            .find(|request| request.id == params.id);
        if let Some(request) = asked {
            tracing::info!(
                id = params.id,
                after_ms = now - request.asked_at,
                "request shown"
            );
        }
        Done {}
    }

    pub(crate) async fn stop(&self, params: &StopParams) -> Result<Done, ApiError> {
        self.inner.device.stop(number(&params.id)?).await?;
        Ok(Done {})
    }

    pub(crate) async fn pause(&self, params: &PauseParams) -> Result<Done, ApiError> {
        self.inner.device.pause(params.paused).await?;
        Ok(Done {})
    }

    pub(crate) async fn try_now(&self, params: &TryNowParams) -> Result<Done, ApiError> {
        let connection =
            ConnectionId::new(params.id.clone()).map_err(|error| invalid(error.to_string()))?;
        self.inner.device.try_now(connection).await?;
        Ok(Done {})
    }

    pub(crate) async fn activity(
        &self,
        params: &ActivityListParams,
    ) -> Result<ActivityListResponse, ApiError> {
        let limit = params.limit.clamp(1, PAGE);
        let agent = match &params.agent {
            None => None,
            Some(id) => Some(AgentId::new(id.clone()).map_err(|error| invalid(error.to_string()))?),
        };
        let moment = |at: Option<i64>| match at.map(Timestamp::from_millisecond).transpose() {
            Ok(at) => Ok(at),
            Err(error) => Err(invalid(error.to_string())),
        };
        let capability = params.capability.map(convert::capability_named);
        let verdict = params.verdict.map(convert::verdict_named);
        let found = self
            .inner
            .vault
            .record_query(RecordQuery {
                before: params.before,
                limit: limit + 1,
                kinds: Entry::TIMELINE.map(str::to_owned).to_vec(),
                connection: None,
                agent,
                capability,
                verdict: verdict.map(|verdict| verdict.as_str().to_owned()),
                from: moment(params.from)?,
                until: moment(params.until)?,
                words: params
                    .words
                    .clone()
                    .filter(|words| !words.trim().is_empty()),
            })
            .await?;
        let more = found.rows.len() > limit as usize;
        let rows = found.rows.into_iter().take(limit as usize);
        Ok(ActivityListResponse {
            entries: rows.filter_map(line).collect(),
            more,
        })
    }

    pub(crate) async fn output(&self, params: &OutputParams) -> Result<OutputResponse, ApiError> {
        let entry = self
            .inner
            .vault
            .entry(number(&params.id)?)
            .await
            .map_err(failed)?;
        let gone = || {
            ApiError::new(
                ErrorCode::Gone,
                "this command printed nothing that was kept",
            )
        };
        let executed = match entry.ok_or_else(gone)?.outcome {
            Some(Outcome::Success {
                data: Data::Executed(executed),
                ..
            }) => executed,
            Some(Outcome::Failure {
                partial: Some(executed),
                ..
            }) => *executed,
            _ => return Err(gone()),
        };
        Ok(OutputResponse {
            stdout: visible(&executed.stdout),
            stderr: visible(&executed.stderr),
            cut_bytes: executed.cut_bytes,
            containment: executed.containment,
        })
    }

    pub(crate) async fn verify(&self) -> Result<VerifyResponse, ApiError> {
        let data_dir = self.data_dir().to_owned();
        let mut verified = tokio::task::spawn_blocking(move || offline::verify(&data_dir, None))
            .await
            .map_err(failed)?
            .map_err(failed)?;
        // What is broken stays as it was found.
        if verified.broken.is_none() {
            verified.search_mended = self.inner.vault.mend_search().await?;
        }
        Ok(verified)
    }

    pub(crate) async fn mend_search(&self) -> Result<MendSearchResponse, ApiError> {
        let mended = self.inner.vault.mend_search().await?;
        Ok(MendSearchResponse { mended })
    }

    pub(crate) async fn checkpoint(&self) -> Result<CheckpointResponse, ApiError> {
        let checkpoint = self.inner.vault.checkpoint().await?;
        Ok(CheckpointResponse {
            checkpoint: checkpoint.to_string(),
        })
    }

    pub(crate) fn starters(&self) -> StartersResponse {
        let address = self.inner.hub_address;
        let starters = self
            .inner
            .starters
            .iter()
            .map(|starter| StarterView {
                id: starter.id.to_string(),
                name: starter.name.clone(),
                level: convert::level(starter.maturity),
                key: starter.key.clone(),
                curl: curl(address, starter.maturity, &starter.key),
            })
            .collect();
        StartersResponse { starters }
    }
}

/// A first request to paste: a notification, or a command for the level that may ask for one.
pub(crate) fn curl(
    hub: std::net::SocketAddr,
    level: chaperone_protocol::Maturity,
    key: &str,
) -> String {
    let (path, body) = if level == chaperone_protocol::Maturity::Autonomous {
        (
            "execute",
            r#"{"device_node_id":"this-computer","command":"uname -a"}"#,
        )
    } else {
        (
            "notification",
            r#"{"device_node_id":"this-computer","title":"Hello","body":"From your first agent"}"#,
        )
    };
    format!(
        "curl http://{hub}/api/devices/{path} \\\n  -H 'Authorization: Bearer {key}' \\\n  \
         -H 'Content-Type: application/json' \\\n  -d '{body}'"
    )
}

/// What "just now" begins with.
pub(crate) async fn recent(vault: &Vault) -> Result<Vec<ActivityEntry>, chaperone_vault::Error> {
    timeline(vault, None, RECENT).await
}

async fn timeline(
    vault: &Vault,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<ActivityEntry>, chaperone_vault::Error> {
    let rows = vault.record_page(before, limit, &Entry::TIMELINE).await?;
    Ok(rows.into_iter().filter_map(line).collect())
}

pub(crate) fn line(row: RecordRow) -> Option<ActivityEntry> {
    match serde_json::from_value::<Entry>(row.body) {
        Ok(entry) => convert::activity(row.seq, row.at, &entry),
        Err(error) => {
            // Written by another version; the record keeps it, this one cannot draw it.
            tracing::warn!(seq = row.seq, %error, "an entry of the record cannot be shown");
            None
        }
    }
}

pub(crate) fn number(id: &str) -> Result<u64, ApiError> {
    id.parse()
        .map_err(|_| invalid(format!("{id:?} is no request's number")))
}

pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::Invalid, message)
}

pub(crate) fn failed(error: impl std::error::Error) -> ApiError {
    ApiError::new(ErrorCode::Failed, in_full(&error))
}

impl From<chaperone_vault::Error> for ApiError {
    fn from(error: chaperone_vault::Error) -> Self {
        failed(error)
    }
}

impl From<chaperone_device::AnswerError> for ApiError {
    fn from(error: chaperone_device::AnswerError) -> Self {
        use chaperone_device::AnswerError;
        match error {
            AnswerError::Gone => Self::new(ErrorCode::Gone, error.to_string()),
            AnswerError::Changed => Self::new(ErrorCode::Changed, error.to_string())
                .hint("Look at it again before you answer."),
            AnswerError::Paused => {
                Self::new(ErrorCode::NotAllowed, error.to_string()).hint("Resume first.")
            }
            AnswerError::NotOffered | AnswerError::RuleMisses => {
                Self::new(ErrorCode::Invalid, error.to_string())
            }
            AnswerError::Rule(error) => error.into(),
            error @ (AnswerError::Unrecorded(_) | AnswerError::Stopping) => failed(error),
        }
    }
}
