//! The devices that ever said hello, and whose they are.

use chaperone_protocol::{DeviceId, DeviceInfo, Timestamp};
use rusqlite::{OptionalExtension as _, Row, params};

use super::{OwnerId, Store, damaged, micros, moment};
use crate::Error;

/// Whether a device may connect for an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    Welcome,
    /// The id is another owner's device.
    Foreign,
}

/// A device as it last described itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeviceRow {
    pub(crate) owner: String,
    pub(crate) info: DeviceInfo,
    pub(crate) last_seen_at: Timestamp,
}

const COLUMNS: &str =
    "SELECT id, owner, name, kind, more, platform, platform_version, architecture,
    capabilities, last_seen_at FROM devices";

impl Store {
    /// Takes a device's description down, unless the id is another owner's.
    pub(crate) async fn admit(
        &self,
        owner: OwnerId,
        device: DeviceInfo,
        now: Timestamp,
    ) -> Result<Admission, Error> {
        self.call(move |connection| {
            let capabilities = serde_json::to_string(&device.capabilities)?;
            let more = serde_json::to_string(&device.more)?;
            let changed = connection
                .prepare_cached(
                    "INSERT INTO devices (id, owner, name, platform, platform_version,
                        architecture, capabilities, created_at, last_seen_at, kind, more)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10)
                     ON CONFLICT (id) DO UPDATE SET
                        name = excluded.name,
                        kind = excluded.kind,
                        more = excluded.more,
                        platform = excluded.platform,
                        platform_version = excluded.platform_version,
                        architecture = excluded.architecture,
                        capabilities = excluded.capabilities,
                        last_seen_at = excluded.last_seen_at
                     WHERE owner = excluded.owner",
                )?
                .execute(params![
                    device.id.as_str(),
                    owner.as_str(),
                    device.name,
                    device.platform,
                    device.platform_version,
                    device.architecture,
                    capabilities,
                    micros(now),
                    device.kind,
                    more,
                ])?;
            Ok(if changed == 0 {
                Admission::Foreign
            } else {
                Admission::Welcome
            })
        })
        .await
    }

    /// Takes down when a device was last there.
    pub(crate) async fn seen(&self, device: DeviceId, at: Timestamp) -> Result<(), Error> {
        self.call(move |connection| {
            connection
                .prepare_cached("UPDATE devices SET last_seen_at = ?2 WHERE id = ?1")?
                .execute(params![device.as_str(), micros(at)])?;
            Ok(())
        })
        .await
    }

    /// The device of that id, whoever's it is.
    pub(crate) async fn device(&self, id: DeviceId) -> Result<Option<DeviceRow>, Error> {
        self.call(move |connection| {
            connection
                .prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?
                .query_row([id.as_str()], |row| Ok(device(row)))
                .optional()?
                .transpose()
        })
        .await
    }

    /// An owner's devices, by name.
    pub(crate) async fn devices(&self, owner: OwnerId) -> Result<Vec<DeviceRow>, Error> {
        self.call(move |connection| {
            connection
                .prepare_cached(&format!("{COLUMNS} WHERE owner = ?1 ORDER BY name, id"))?
                .query_and_then([owner.as_str()], device)?
                .collect()
        })
        .await
    }
}

fn device(row: &Row<'_>) -> Result<DeviceRow, Error> {
    let id: String = row.get("id")?;
    let capabilities: String = row.get("capabilities")?;
    let more: String = row.get("more")?;
    Ok(DeviceRow {
        owner: row.get("owner")?,
        last_seen_at: moment(row.get("last_seen_at")?, &id)?,
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
