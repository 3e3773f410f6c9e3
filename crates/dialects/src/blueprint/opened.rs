//! A frame taken apart: who it is about, what it says, and what else stood beside that.
//!
//! What it says is `data`; where there is none, everything that is not the envelope.

use chaperone_protocol::{Map, Value};

use crate::DecodeError;

/// A frame of a kind we know, without its type.
pub(super) struct Opened {
    /// Whom it names as the one it comes from or is for.
    pub(super) agent: Option<String>,
    /// What it says.
    pub(super) payload: Map<String, Value>,
    /// What stood beside `data`, in frames that say some of it twice.
    pub(super) beside: Map<String, Value>,
}

impl Opened {
    pub(super) fn new(
        mut frame: Map<String, Value>,
        kind: &'static str,
    ) -> Result<Self, DecodeError> {
        frame.remove("timestamp");
        let agent = match frame.remove("agentId") {
            None | Some(Value::Null) => None,
            Some(Value::String(agent)) => Some(agent),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                return Err(malformed(kind, "agentId is not text"));
            }
        };
        let (payload, beside) = match frame.remove("data") {
            None | Some(Value::Null) => (frame, Map::new()),
            Some(Value::Object(data)) => (data, frame),
            Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
                return Err(malformed(kind, "data is not an object"));
            }
        };
        Ok(Self {
            agent,
            payload,
            beside,
        })
    }

    /// What it says, with the name of the one it comes from in it.
    pub(super) fn with_agent(self) -> Map<String, Value> {
        let Self {
            agent, mut payload, ..
        } = self;
        if let Some(agent) = agent {
            payload
                .entry("agentId")
                .or_insert_with(|| Value::String(agent));
        }
        payload
    }
}

pub(super) fn malformed(kind: &'static str, problem: &str) -> DecodeError {
    DecodeError::malformed(kind, format!("the {kind} frame is malformed: {problem}"))
}
