//! The devices that ever said hello, and whose they are.

use chaperone_protocol::{DeviceId, DeviceInfo, Timestamp};

use super::{AccountId, Row, Store, cells, damaged};
use crate::{Error, device_key::DeviceKey};

/// Whether a device may connect for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    Welcome,
    /// The id is another account's device.
    Foreign,
    /// The device was paired with a key that was not proved.
    Unproven,
}

/// A device as it last described itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeviceRow {
    pub(crate) account: AccountId,
    pub(crate) dialect: String,
    pub(crate) info: DeviceInfo,
    pub(crate) key: Option<DeviceKey>,
    pub(crate) last_seen_at: Timestamp,
    pub(crate) last_command_at: Option<Timestamp>,
}

const COLUMNS: &str = "SELECT id, account, dialect, name, kind, more, platform, platform_version,
    architecture, capabilities, public_key, last_seen_at,
    (SELECT MAX(commands.created_at) FROM commands WHERE commands.device = devices.id)
        AS last_command_at
    FROM devices";

impl Store {
    /// Takes a device's description down, unless the id is another account's, or it was paired
    /// with another key than the one that it proved.
    pub(crate) async fn admit(
        &self,
        account: AccountId,
        dialect: &'static str,
        device: DeviceInfo,
        proved: Option<DeviceKey>,
        now: Timestamp,
    ) -> Result<Admission, Error> {
        let id = device.id.clone();
        let capabilities = serde_json::to_string(&device.capabilities)?;
        let more = serde_json::to_string(&device.more)?;
        let whose = account.clone();
        let changed = self
            .write(move |books| {
                books.execute(
                    "INSERT INTO devices (id, account, dialect, name, kind, more, platform,
                        platform_version, architecture, capabilities, created_at, last_seen_at,
                        public_key)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12)
                     ON CONFLICT (id) DO UPDATE SET
                        dialect = excluded.dialect,
                        name = excluded.name,
                        kind = excluded.kind,
                        more = excluded.more,
                        platform = excluded.platform,
                        platform_version = excluded.platform_version,
                        architecture = excluded.architecture,
                        capabilities = excluded.capabilities,
                        last_seen_at = excluded.last_seen_at,
                        public_key = excluded.public_key
                     WHERE devices.account = excluded.account
                        AND (devices.public_key IS NULL
                            OR devices.public_key = excluded.public_key)",
                    cells![
                        device.id.as_str(),
                        account.as_str(),
                        dialect,
                        &device.name,
                        &device.kind,
                        &more,
                        &device.platform,
                        &device.platform_version,
                        &device.architecture,
                        &capabilities,
                        now,
                        proved.map(DeviceKey::to_bytes),
                    ],
                )
            })
            .await?;
        if changed == 0 {
            return Ok(match self.device(id).await? {
                Some(row) if row.account == whose => Admission::Unproven,
                Some(_) | None => Admission::Foreign,
            });
        }
        if let Err(since) = self.memory.devices.get(&id) {
            // It is known now, and whose does not change by a hello.
            let known = (whose, proved.is_some());
            self.memory.devices.keep(since, id, known);
        }
        Ok(Admission::Welcome)
    }

    /// Takes down when a device was last there.
    pub(crate) async fn seen(&self, device: DeviceId, at: Timestamp) -> Result<(), Error> {
        self.write(move |books| {
            books.execute(
                "UPDATE devices SET last_seen_at = ?2 WHERE id = ?1",
                cells![device.as_str(), at],
            )?;
            Ok(())
        })
        .await
    }

    /// Whose a device is.
    pub(crate) async fn device_account(&self, id: DeviceId) -> Result<Option<AccountId>, Error> {
        let owner = self.device_owner(id).await?;
        Ok(owner.map(|(account, _)| account))
    }

    /// Whose a device is, and whether it was paired with a key.
    pub(crate) async fn device_owner(
        &self,
        id: DeviceId,
    ) -> Result<Option<(AccountId, bool)>, Error> {
        let since = match self.memory.devices.get(&id) {
            Ok(owner) => return Ok(Some(owner)),
            Err(since) => since,
        };
        let wanted = id.clone();
        let found = self
            .read(move |sql| {
                sql.row(
                    "SELECT id, account, public_key FROM devices WHERE id = ?1",
                    cells![wanted.as_str()],
                )?
                .map(|row| {
                    let key: Option<[u8; 32]> = row.get("public_key")?;
                    Ok((AccountId::new(row.get("account")?), key.is_some()))
                })
                .transpose()
            })
            .await?;
        if let Some(owner) = &found {
            self.memory.devices.keep(since, id, owner.clone());
        }
        Ok(found)
    }

    /// The device of that id, whoever's it is.
    pub(crate) async fn device(&self, id: DeviceId) -> Result<Option<DeviceRow>, Error> {
        self.read(move |sql| {
            let row = sql.row(&format!("{COLUMNS} WHERE id = ?1"), cells![id.as_str()])?;
            row.as_ref().map(device).transpose()
        })
        .await
    }

    /// An account's devices, by name.
    pub(crate) async fn devices(&self, account: AccountId) -> Result<Vec<DeviceRow>, Error> {
        self.read(move |sql| {
            let question = format!("{COLUMNS} WHERE account = ?1 ORDER BY name, id");
            let rows = sql.rows(&question, cells![account.as_str()])?;
            rows.iter().map(device).collect()
        })
        .await
    }
}

fn device(row: &Row) -> Result<DeviceRow, Error> {
    let id: String = row.get("id")?;
    let key: Option<[u8; 32]> = row.get("public_key")?;
    let capabilities: String = row.get("capabilities")?;
    let more: String = row.get("more")?;
    Ok(DeviceRow {
        account: AccountId::new(row.get("account")?),
        dialect: row.get("dialect")?,
        key: key.map(DeviceKey::from_bytes),
        last_seen_at: row.get("last_seen_at")?,
        last_command_at: row.get("last_command_at")?,
        info: DeviceInfo {
            name: row.get("name")?,
            kind: row.get("kind")?,
            more: serde_json::from_str(&more).map_err(|_| damaged("more", &id))?,
            platform: row.get("platform")?,
            platform_version: row.get("platform_version")?,
            architecture: row.get("architecture")?,
            capabilities: serde_json::from_str(&capabilities)
                .map_err(|_| damaged("capabilities", &id))?,
            id: DeviceId::new(id.clone()).map_err(|_| damaged("id", &id))?,
        },
    })
}
