//! What would happen with a command, and why: a judgement from which nothing follows.

use std::collections::BTreeMap;

use chaperone_device::{ExplainError, Supposed};
use chaperone_protocol::{
    Action, Agent, AgentId, ConnectionId, Execute, Program, in_full, visible,
};

use crate::{
    Api, convert, rule, unread,
    view::{ApiError, ErrorCode, ExplainParams, ExplainResponse},
};

impl Api {
    pub(crate) async fn explain(&self, params: ExplainParams) -> Result<ExplainResponse, ApiError> {
        let ExplainParams {
            line,
            level,
            agent,
            connection,
        } = params;
        let invalid = |problem: String| ApiError::new(ErrorCode::Invalid, problem);
        let program = chaperone_gate::parse(&line).map_err(|error| invalid(error.to_string()))?;
        let risks = chaperone_gate::risks(&line, &program);
        let because = match &program {
            Program::Script { because, .. } => Some(because),
            Program::Plain { .. } => None,
        };
        let script_because = because.map(|because| visible(&because.to_string()));
        let needs_shell = because.map(unread::needs_shell);
        let id = agent.unwrap_or_else(|| "somebody".to_owned());
        let agent = Agent {
            id: AgentId::new(id.clone()).map_err(|error| invalid(error.to_string()))?,
            name: id,
            maturity: convert::maturity(level),
            confidence: None,
        };
        let connection = connection
            .map(ConnectionId::new)
            .transpose()
            .map_err(|error| invalid(error.to_string()))?;
        let action = Action::Execute(Execute {
            line,
            working_dir: None,
            timeout: Execute::DEFAULT_TIMEOUT,
            environment: BTreeMap::new(),
        });
        action
            .validate()
            .map_err(|problem| invalid(problem.to_string()))?;
        let supposed = Supposed {
            connection,
            agent,
            action,
            program: Some(program),
        };
        let judgement = self.inner.device.explain(supposed).await?;
        let sentences = judgement
            .reasons
            .iter()
            .map(|reason| visible(&reason.to_string()));
        let missed = judgement
            .missed
            .iter()
            .map(|miss| visible(&miss.to_string()));
        Ok(ExplainResponse {
            verdict: convert::verdict(judgement.verdict),
            reasons: convert::reasons(&judgement),
            sentences: sentences.collect(),
            missed: missed.collect(),
            misses: judgement.missed.iter().map(rule::miss).collect(),
            risks: risks.iter().map(convert::risk).collect(),
            script_because,
            needs_shell,
        })
    }
}

impl From<ExplainError> for ApiError {
    fn from(error: ExplainError) -> Self {
        match &error {
            ExplainError::NoConnection => Self::new(ErrorCode::Gone, error.to_string()),
            ExplainError::Vault(_) | ExplainError::Stopping => {
                Self::new(ErrorCode::Failed, in_full(&error))
            }
        }
    }
}
