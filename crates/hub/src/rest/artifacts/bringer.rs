//! Who brings a file: somebody who may call, or a device that was asked for it.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, StatusCode, request::Parts},
};
use chaperone_dialects::{Proving, credential_hash};
use chaperone_protocol::{CommandId, DeviceId, Timestamp};

use super::unknown;
use crate::{
    app::App,
    device_key::{DeviceKey, Proof},
    rest::{Refusal, bearer, caller::Caller},
    secrets::KEY_PREFIX,
    store::{AccountId, Artifact},
    token::Scope,
};

/// A device's proof of the key that it was paired with.
const PROOF: HeaderName = HeaderName::from_static("chaperone-proof");

/// Whoever brings a file.
pub(super) enum Bringer {
    Caller(Caller),
    Device {
        account: AccountId,
        /// The only device that its token is good for, if it says one.
        device: Option<String>,
        /// The key that it goes by, if it was paired with one.
        key: Option<Box<Bound>>,
    },
}

/// A device's token that is worth something only together with the proof of a key.
pub(super) struct Bound {
    key: DeviceKey,
    credential: [u8; 32],
    proof: Proof,
}

/// Whose a file will be, and what it is for.
pub(super) struct Whose {
    pub(super) account: AccountId,
    pub(super) device: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) command: Option<String>,
}

impl FromRequestParts<Arc<App>> for Bringer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let credential = bearer(&parts.headers).ok_or_else(Refusal::unauthorized)?;
        if !credential.starts_with(KEY_PREFIX)
            && let Some(holder) = app.holder(credential).await?
            && holder.claims.scope == Some(Scope::Device)
        {
            let signature = parts.headers.get(PROOF).and_then(|value| {
                let text = value.to_str().ok()?;
                Some(text.to_owned())
            });
            let key = holder.key.map(|key| {
                Box::new(Bound {
                    key,
                    credential: credential_hash(credential),
                    proof: Proof::new(&parts.headers, signature),
                })
            });
            return Ok(Self::Device {
                account: holder.account.id,
                device: holder.claims.device,
                key,
            });
        }
        let caller = Caller::from_request_parts(parts, app).await?;
        Ok(Self::Caller(caller))
    }
}

impl Bound {
    fn proves(&self, of: &str, device: &str) -> bool {
        let proving = Proving::Upload { of };
        self.proof.is_of(self.key, proving, device, self.credential)
    }
}

fn unproven() -> Refusal {
    Refusal::forbidden(
        "this device was paired with a key: sign the upload with it (Chaperone-Proof)",
    )
}

impl Bringer {
    fn bound(&self) -> Option<&Bound> {
        match self {
            Self::Caller(_) => None,
            Self::Device { key, .. } => key.as_deref(),
        }
    }

    fn account(&self) -> &AccountId {
        match self {
            Self::Caller(caller) => caller.account(),
            Self::Device { account, .. } => account,
        }
    }

    /// Whose a new file is. A device's is that of whoever asked.
    pub(super) async fn whose(
        &self,
        app: &App,
        command: Option<CommandId>,
    ) -> Result<Whose, Refusal> {
        let account = self.account().clone();
        let only = match self {
            Self::Caller(caller) => {
                return Ok(Whose {
                    account,
                    device: None,
                    agent: match caller {
                        Caller::Agent(row) => Some(row.agent.id.to_string()),
                        Caller::Person(_) => None,
                    },
                    // Only a device brings what a command asked for.
                    command: None,
                });
            }
            Self::Device { device, .. } => device.as_deref(),
        };
        let needed = "command_id: name the command that the file was asked for with";
        let command = command.ok_or_else(|| Refusal::unprocessable(needed))?;
        let asked = app.store.asked(command.clone()).await?;
        let asked = asked.filter(|asked| {
            asked.account == account && only.is_none_or(|only| only == asked.device)
        });
        let Some(asked) = asked else {
            let detail = "There is no such command for this device";
            return Err(Refusal::new(StatusCode::NOT_FOUND, "not_found", detail));
        };
        let proved = if let Some(bound) = self.bound() {
            bound.proves(command.as_str(), &asked.device)
        } else {
            let id = DeviceId::new(asked.device.clone()).map_err(|_| unproven())?;
            let owner = app.store.device_owner(id).await?;
            owner.is_none_or(|(_, keyed)| !keyed)
        };
        if !proved {
            return Err(unproven());
        }
        if !asked.open {
            let detail = "the command has its outcome already";
            return Err(Refusal::new(StatusCode::CONFLICT, "settled", detail));
        }
        Ok(Whose {
            account,
            device: Some(asked.device),
            agent: asked.agent,
            command: Some(command.to_string()),
        })
    }

    /// A file of the same account, and for an agent or a device one of its own. Another's is as good
    /// as none.
    pub(super) async fn own(&self, app: &App, id: &str) -> Result<Artifact, Refusal> {
        let artifact = app.store.artifact(id.to_owned()).await?;
        let now = Timestamp::now();
        let whose = artifact.as_ref().and_then(|one| one.device.as_deref());
        if let (Some(bound), Some(device)) = (self.bound(), whose)
            && !bound.proves(id, device)
        {
            return Err(unproven());
        }
        artifact
            .filter(|artifact| artifact.account == *self.account() && artifact.expires_at > now)
            .filter(|artifact| match self {
                Self::Caller(Caller::Person(_)) => true,
                Self::Caller(Caller::Agent(row)) => {
                    artifact.agent.as_deref() == Some(row.agent.id.as_str())
                }
                Self::Device { device, .. } => {
                    artifact.device.is_some() && (device.is_none() || *device == artifact.device)
                }
            })
            .ok_or_else(unknown)
    }
}
