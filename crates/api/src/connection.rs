//! Connections as they are kept: from the vault into links, and changed by the person.

use std::sync::Arc;

use chaperone_device::{Change, ConnectionConfig, Entry};
use chaperone_link::{
    Address, BoxFuture, DeviceKey, LinkConfig, LinkSettings, Renewal, Secret, Signer, StoreError,
    Token, TokenSource, TokenStore, this_computer,
};
use chaperone_protocol::{ConnectionId, DeviceId, DeviceInfo, Timestamp};
use chaperone_vault::{ConnectionChange, StoredConnection, Vault};
use serde::{Deserialize, Serialize};
use tokio_util::task::TaskTracker;

use crate::{
    Api,
    answer::invalid,
    convert, kept, place,
    view::{
        ApiError, ChangeConnectionParams, ConnectionDetails, Done, ErrorCode, GetConnectionParams,
        RemoveConnectionParams,
    },
};

/// The secret of a connection.
const TOKEN: &str = "token";

/// Everything about a connection that the vault does not look into.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    #[serde(default)]
    pub(crate) link: LinkSettings,
    /// None where nobody has to sign in.
    #[serde(default)]
    pub(crate) renewal: Option<Renewal>,
}

/// Why a connection that is kept cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("this version does not speak {0}")]
    Dialect(String),
    #[error(transparent)]
    Link(#[from] chaperone_link::Error),
    #[error("its settings cannot be read")]
    Settings(#[from] serde_json::Error),
}

/// What links are made with.
#[derive(Clone)]
pub(crate) struct Linking {
    pub(crate) vault: Vault,
    pub(crate) tracker: TaskTracker,
}

impl Linking {
    /// The connection, ready to be kept up.
    pub(crate) fn config(&self, stored: &StoredConnection) -> Result<ConnectionConfig, Unusable> {
        let dialect = chaperone_dialects::dialect(&stored.dialect)
            .ok_or_else(|| Unusable::Dialect(stored.dialect.clone()))?;
        let kept: Kept = serde_json::from_value(stored.settings.clone())?;
        let address = Address::parse_exposed(&stored.address)?;
        let tokens = match kept.renewal {
            None => TokenSource::fixed(Secret::new("")),
            Some(renewal) => TokenSource::kept(
                renewal,
                Some((device_key(&self.vault), stored.device.clone())),
                Arc::new(self.store(&stored.id)),
                (dialect.profile(), &address, &kept.link),
                this_computer(),
                &self.tracker,
            ),
        };
        let link = LinkConfig::new(
            stored.id.clone(),
            dialect,
            address,
            tokens,
            this_device(stored.device.clone()),
            kept.link,
        )?
        .proving(device_key(&self.vault));
        Ok(ConnectionConfig {
            name: stored.name.clone(),
            address: stored.address.clone(),
            ceiling: stored.ceiling,
            paused: stored.paused,
            stored: true,
            link,
        })
    }

    pub(crate) fn store(&self, connection: &ConnectionId) -> VaultTokens {
        VaultTokens {
            vault: self.vault.clone(),
            connection: connection.clone(),
        }
    }
}

/// This device's key, for its links.
pub(crate) fn device_key(vault: &Vault) -> DeviceKey {
    DeviceKey::new(Keeper(vault.device_key().clone()))
}

/// The key where it is kept.
struct Keeper(chaperone_vault::DeviceKey);

impl Signer for Keeper {
    fn public(&self) -> [u8; 32] {
        self.0.public()
    }

    fn sign(&self, text: &str) -> [u8; 64] {
        self.0.sign(text)
    }
}

/// What hubs learn of this computer.
pub(crate) fn this_device(id: DeviceId) -> DeviceInfo {
    let capabilities = [
        "notification",
        "location",
        "camera",
        "screen_recording",
        "execute_command",
    ];
    DeviceInfo {
        id,
        name: place::computer_name(),
        kind: match std::env::consts::OS {
            "macos" => "desktop_mac".to_owned(),
            system => format!("desktop_{system}"),
        },
        more: chaperone_protocol::Map::new(),
        platform: std::env::consts::OS.to_owned(),
        platform_version: String::new(),
        architecture: std::env::consts::ARCH.to_owned(),
        capabilities: capabilities.map(str::to_owned).to_vec(),
    }
}

/// The token of one connection, in the keyring.
pub(crate) struct VaultTokens {
    vault: Vault,
    connection: ConnectionId,
}

impl TokenStore for VaultTokens {
    fn load(&self) -> BoxFuture<'_, Result<Option<Token>, StoreError>> {
        Box::pin(async {
            let secret = self
                .vault
                .connection_secret(&self.connection, TOKEN)
                .await?;
            let text = secret
                .as_ref()
                .and_then(chaperone_vault::Secret::expose_str);
            Ok(text.and_then(Token::from_text))
        })
    }

    fn save<'a>(&'a self, token: Option<&'a Token>) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            match token {
                Some(token) => {
                    let text = token.to_text();
                    let secret = chaperone_vault::Secret::new(text.expose());
                    let setting = self
                        .vault
                        .set_connection_secret(&self.connection, TOKEN, secret);
                    Ok(setting.await?)
                }
                None => Ok(self
                    .vault
                    .delete_connection_secret(&self.connection, TOKEN)
                    .await?),
            }
        })
    }
}

impl Api {
    /// One connection, with everything there is to know of it.
    pub(crate) async fn connection(
        &self,
        params: &GetConnectionParams,
    ) -> Result<ConnectionDetails, ApiError> {
        let look = self.inner.device.look().await?;
        let connection = look
            .connections
            .iter()
            .find(|connection| connection.id.as_str() == params.id)
            .ok_or_else(|| ApiError::new(ErrorCode::Gone, "there is no such connection"))?;
        let stored = if connection.stored {
            Some(self.stored(&params.id).await?)
        } else {
            None
        };
        let settings = match &stored {
            None => None,
            Some(stored) => {
                let kept: Kept = serde_json::from_value(stored.settings.clone())
                    .map_err(|error| invalid(error.to_string()))?;
                Some(kept::settings(&kept.link))
            }
        };
        Ok(ConnectionDetails {
            connection: kept::connection(connection),
            device: stored.as_ref().map(|stored| stored.device.to_string()),
            fingerprint: self.inner.vault.fingerprint().to_owned(),
            paired_at: stored.map(|stored| convert::millis(stored.created_at)),
            settings,
            last_trouble: connection.last_trouble.as_ref().map(kept::trouble),
        })
    }

    pub(crate) async fn change_connection(
        &self,
        params: ChangeConnectionParams,
    ) -> Result<Done, ApiError> {
        let stored = self.stored(&params.id).await?;
        let mut kept: Kept = serde_json::from_value(stored.settings.clone())
            .map_err(|error| invalid(error.to_string()))?;
        let settings = match params.settings {
            None => None,
            Some(settings) => {
                kept::set(&mut kept.link, settings)?;
                Some(serde_json::to_value(&kept).map_err(|error| invalid(error.to_string()))?)
            }
        };
        let changed = StoredConnection {
            name: params.name.clone().unwrap_or(stored.name),
            ceiling: params.ceiling.map_or(stored.ceiling, convert::maturity),
            paused: params.paused.unwrap_or(stored.paused),
            settings: settings.clone().unwrap_or(stored.settings),
            ..stored
        };
        let config = self
            .inner
            .linking
            .config(&changed)
            .map_err(|error| invalid(error.to_string()))?;
        let change = ConnectionChange {
            name: params.name,
            ceiling: params.ceiling.map(convert::maturity),
            paused: params.paused,
            settings,
            ..ConnectionChange::default()
        };
        let entry = Entry::ConnectionChanged {
            connection: changed.name.clone(),
        };
        let row = entry.row(Timestamp::now())?;
        self.inner
            .vault
            .change_connection(&changed.id, changed.version, change, Some(row))
            .await?;
        let change = Change::Reconnect(Box::new(config));
        self.inner.device.change(change).await?;
        Ok(Done {})
    }

    pub(crate) async fn remove_connection(
        &self,
        params: RemoveConnectionParams,
    ) -> Result<Done, ApiError> {
        let stored = self.stored(&params.id).await?;
        let entry = Entry::Unpaired {
            connection: stored.name.clone(),
        };
        let row = entry.row(Timestamp::now())?;
        // The link first: it must not renew a token that is being deleted.
        self.inner
            .device
            .change(Change::Disconnect(stored.id.clone()))
            .await
            .or_else(|error| match error {
                // One that could not be used was never kept up.
                chaperone_device::ChangeError::NoConnection => Ok(()),
                error => Err(error),
            })?;
        self.inner
            .vault
            .remove_connection(&stored.id, Some(row))
            .await?;
        Ok(Done {})
    }

    pub(crate) async fn stored(&self, id: &str) -> Result<StoredConnection, ApiError> {
        let all = self.inner.vault.connections().await?;
        all.into_iter()
            .find(|stored| stored.id.as_str() == id)
            .ok_or_else(|| {
                ApiError::new(ErrorCode::Gone, "there is no such connection to change")
                    .hint("This computer's own hub and those named at the start stay as they are.")
            })
    }
}
