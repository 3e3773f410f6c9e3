//! How a device gets an id before it can connect: the bodies of `POST /edge/register`.
//!
//! Bodies only. Whoever signs a device in makes the request and keeps what comes back.

use std::fmt;

use chaperone_protocol::DeviceId;
use serde::Serialize;

use super::profile::PROFILE;
use crate::{
    DecodeError, EncodeError,
    json::{self, Fields},
    shorten::written,
};

const KIND: &str = "register";

/// What a device says to be given an id.
#[derive(Clone, PartialEq, Eq)]
pub struct EdgeRegistration {
    /// The number of the person whose device it is.
    pub user_phone: String,
    /// Their account with the maker of the device, where there is one.
    pub apple_id: Option<String>,
    /// The version of the program.
    pub version: String,
    /// What it can do.
    pub capabilities: Vec<String>,
    /// The token that lets it register.
    pub auth_token: String,
}

/// What a hub answers.
#[derive(Clone, PartialEq, Eq)]
pub struct EdgeRegistered {
    /// The device's id from now on.
    pub edge_agent_id: DeviceId,
    /// A token of its own, where the hub gives it one.
    pub auth_token: Option<String>,
}

impl EdgeRegistration {
    /// Where it is sent.
    pub const PATH: &'static str = "/edge/register";

    /// The body of the request.
    pub fn written(&self) -> Result<String, EncodeError> {
        let body = RegistrationBody {
            user_phone: &self.user_phone,
            apple_id: self.apple_id.as_deref(),
            version: &self.version,
            capabilities: &self.capabilities,
            auth_token: &self.auth_token,
        };
        written(&body, PROFILE.max_up_bytes)
    }

    /// Reads such a body.
    pub fn read(text: &str) -> Result<Self, DecodeError> {
        let body = json::frame(text, PROFILE.max_up_bytes)?;
        let fields = Fields::of(&body);
        let text = |name: &str| fields.text(name).map_err(malformed);
        let needed = |name: &str| {
            text(name)?
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
                .ok_or_else(|| malformed(format!("{name} is missing")))
        };
        Ok(Self {
            user_phone: needed("user_phone")?,
            apple_id: text("apple_id")?.map(str::to_owned),
            version: text("version")?.unwrap_or_default().to_owned(),
            capabilities: fields.texts("capabilities").map(str::to_owned).collect(),
            auth_token: needed("auth_token")?,
        })
    }
}

impl EdgeRegistered {
    /// The body of the answer.
    pub fn written(&self) -> Result<String, EncodeError> {
        let body = RegisteredBody {
            edge_agent_id: self.edge_agent_id.as_str(),
            auth_token: self.auth_token.as_deref(),
        };
        written(&body, PROFILE.max_down_bytes)
    }

    /// Reads such a body.
    pub fn read(text: &str) -> Result<Self, DecodeError> {
        let body = json::frame(text, PROFILE.max_down_bytes)?;
        let fields = Fields::of(&body);
        let id = fields.text("edge_agent_id").map_err(malformed)?;
        let id = id.ok_or_else(|| malformed("edge_agent_id is missing"))?;
        let token = fields.text("auth_token").map_err(malformed)?;
        Ok(Self {
            edge_agent_id: DeviceId::new(id)
                .map_err(|_| malformed("edge_agent_id is empty, too long or not printable"))?,
            auth_token: token.map(str::to_owned),
        })
    }
}

/// Without the token, and without what is nobody's business.
impl fmt::Debug for EdgeRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EdgeRegistration")
            .field("version", &self.version)
            .field("capabilities", &self.capabilities)
            .finish_non_exhaustive()
    }
}

/// Without the token.
impl fmt::Debug for EdgeRegistered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EdgeRegistered")
            .field("edge_agent_id", &self.edge_agent_id)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct RegistrationBody<'a> {
    user_phone: &'a str,
    apple_id: Option<&'a str>,
    version: &'a str,
    capabilities: &'a [String],
    auth_token: &'a str,
}

#[derive(Serialize)]
struct RegisteredBody<'a> {
    edge_agent_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_token: Option<&'a str>,
}

fn malformed(problem: impl Into<String>) -> DecodeError {
    let problem = problem.into();
    DecodeError::malformed(
        KIND,
        format!("the registration body is malformed: {problem}"),
    )
}
