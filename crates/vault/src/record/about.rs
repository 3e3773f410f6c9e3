//! What an entry is about: by whom, for what, and in which words it is found again.

use chaperone_protocol::{AgentId, Capability, ConnectionId};
use serde::Serialize;
use serde_json::Value;

use crate::Error;

/// Where it stands in an entry's body. The tables read it there.
const KEY: &str = "about";

/// By what an entry of the record is looked up. Whatever is absent does not apply.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct About {
    /// The pairing concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
    /// The agent concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// What was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capability: Option<Capability>,
    /// What the gate said, in its own word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// The words that people see in it, for a search. Nothing that is secret, and no output.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// Puts it into a body.
pub(super) fn write(body: &mut Value, about: &About) -> Result<(), Error> {
    let about = serde_json::to_value(about).map_err(|source| Error::Encode {
        what: "record entry",
        source,
    })?;
    let object = body.as_object_mut().ok_or(Error::AboutTaken)?;
    if object.contains_key(KEY) {
        return Err(Error::AboutTaken);
    }
    object.insert(KEY.to_owned(), about);
    Ok(())
}

/// The words in a body.
pub(super) fn text(body: &Value) -> Option<&str> {
    body.get(KEY)?.get("text")?.as_str()
}
