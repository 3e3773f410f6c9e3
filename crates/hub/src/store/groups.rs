//! Groups of devices, to ask several at once.

use chaperone_protocol::{DeviceId, Timestamp};
use serde_json::json;

use super::{AccountId, Books, Line, Row, Sql, Store, accounts::account_line, cells, damaged};
use crate::Error;

/// A group and who is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) account: AccountId,
    pub(crate) name: String,
    pub(crate) devices: Vec<DeviceId>,
    pub(crate) created_at: Timestamp,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    Done,
    /// Another group of the account has that name.
    Taken,
    /// This is no device of the account.
    Stranger(DeviceId),
    /// There is no such group of the account.
    Unknown,
}

const COLUMNS: &str = "SELECT id, account, name, created_at FROM device_groups";

impl Store {
    /// An account's groups, by name.
    pub(crate) async fn groups(&self, account: AccountId) -> Result<Vec<Group>, Error> {
        self.read(move |sql| {
            let question = format!("{COLUMNS} WHERE account = ?1 ORDER BY name, id");
            let rows = sql.rows(&question, cells![account.as_str()])?;
            rows.iter().map(|row| group(sql, row)).collect()
        })
        .await
    }

    /// An account's group of that id.
    pub(crate) async fn group(
        &self,
        account: AccountId,
        id: String,
    ) -> Result<Option<Group>, Error> {
        self.read(move |sql| {
            let question = format!("{COLUMNS} WHERE id = ?1 AND account = ?2");
            let row = sql.row(&question, cells![id, account.as_str()])?;
            row.as_ref().map(|row| group(sql, row)).transpose()
        })
        .await
    }

    /// Makes a group, with its devices.
    pub(crate) async fn add_group(&self, new: Group) -> Result<Kept, Error> {
        self.write(move |books| {
            if let Some(stranger) = stranger(books, &new.account, &new.devices)? {
                return Ok(Kept::Stranger(stranger));
            }
            let made = books.execute(
                "INSERT INTO device_groups (id, account, name, created_at)
                 VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                cells![&new.id, new.account.as_str(), &new.name, new.created_at],
            )?;
            if made == 0 {
                return Ok(Kept::Taken);
            }
            fill(books, &new.id, &new.devices)?;
            let body = json!({ "group": new.id, "name": new.name, "devices": new.devices });
            account_line(books, &new.account, "group made", body, new.created_at)?;
            Ok(Kept::Done)
        })
        .await
    }

    /// Renames a group, or puts other devices in it.
    pub(crate) async fn change_group(
        &self,
        account: AccountId,
        id: String,
        name: Option<String>,
        devices: Option<Vec<DeviceId>>,
        now: Timestamp,
    ) -> Result<Kept, Error> {
        self.write(move |books| {
            if !is_there(books, &account, &id)? {
                return Ok(Kept::Unknown);
            }
            if let Some(name) = &name {
                let other = books.row(
                    "SELECT id FROM device_groups WHERE account = ?1 AND name = ?2 AND id <> ?3",
                    cells![account.as_str(), name, &id],
                )?;
                if other.is_some() {
                    return Ok(Kept::Taken);
                }
            }
            if let Some(devices) = &devices {
                if let Some(stranger) = stranger(books, &account, devices)? {
                    return Ok(Kept::Stranger(stranger));
                }
                books.execute(
                    "DELETE FROM group_members WHERE device_group = ?1",
                    cells![&id],
                )?;
                fill(books, &id, devices)?;
            }
            if let Some(name) = &name {
                books.execute(
                    "UPDATE device_groups SET name = ?2 WHERE id = ?1",
                    cells![&id, name],
                )?;
            }
            let body = json!({ "group": id, "name": name, "devices": devices });
            account_line(books, &account, "group changed", body, now)?;
            Ok(Kept::Done)
        })
        .await
    }

    /// Puts a device into a group.
    pub(crate) async fn add_member(
        &self,
        account: AccountId,
        id: String,
        device: DeviceId,
        now: Timestamp,
    ) -> Result<Kept, Error> {
        self.write(move |books| {
            if !is_there(books, &account, &id)? {
                return Ok(Kept::Unknown);
            }
            let devices = [device.clone()];
            if let Some(stranger) = stranger(books, &account, &devices)? {
                return Ok(Kept::Stranger(stranger));
            }
            fill(books, &id, &devices)?;
            member_line(books, &account, &id, &device, "group member added", now)?;
            Ok(Kept::Done)
        })
        .await
    }

    /// Takes a device out of a group.
    pub(crate) async fn remove_member(
        &self,
        account: AccountId,
        id: String,
        device: DeviceId,
        now: Timestamp,
    ) -> Result<Kept, Error> {
        self.write(move |books| {
            if !is_there(books, &account, &id)? {
                return Ok(Kept::Unknown);
            }
            let gone = books.execute(
                "DELETE FROM group_members WHERE device_group = ?1 AND device = ?2",
                cells![&id, device.as_str()],
            )?;
            if gone == 0 {
                return Ok(Kept::Stranger(device.clone()));
            }
            member_line(books, &account, &id, &device, "group member removed", now)?;
            Ok(Kept::Done)
        })
        .await
    }

    /// Ends a group; its devices stay.
    pub(crate) async fn remove_group(
        &self,
        account: AccountId,
        id: String,
        now: Timestamp,
    ) -> Result<Kept, Error> {
        self.write(move |books| {
            let gone = books.execute(
                "DELETE FROM device_groups WHERE id = ?1 AND account = ?2",
                cells![&id, account.as_str()],
            )?;
            if gone == 0 {
                return Ok(Kept::Unknown);
            }
            let body = json!({ "group": id });
            account_line(books, &account, "group removed", body, now)?;
            Ok(Kept::Done)
        })
        .await
    }
}

fn is_there(books: &mut Books, account: &AccountId, id: &str) -> Result<bool, Error> {
    let row = books.row(
        "SELECT id FROM device_groups WHERE id = ?1 AND account = ?2",
        cells![id, account.as_str()],
    )?;
    Ok(row.is_some())
}

fn stranger(
    books: &mut Books,
    account: &AccountId,
    devices: &[DeviceId],
) -> Result<Option<DeviceId>, Error> {
    for device in devices {
        let known = books.row(
            "SELECT id FROM devices WHERE id = ?1 AND account = ?2",
            cells![device.as_str(), account.as_str()],
        )?;
        if known.is_none() {
            return Ok(Some(device.clone()));
        }
    }
    Ok(None)
}

fn fill(books: &mut Books, id: &str, devices: &[DeviceId]) -> Result<(), Error> {
    for device in devices {
        books.execute(
            "INSERT INTO group_members (device_group, device) VALUES (?1, ?2)
             ON CONFLICT DO NOTHING",
            cells![id, device.as_str()],
        )?;
    }
    Ok(())
}

fn member_line(
    books: &mut Books,
    account: &AccountId,
    id: &str,
    device: &DeviceId,
    kind: &'static str,
    now: Timestamp,
) -> Result<(), Error> {
    books.write_down(&Line {
        at: now,
        kind,
        body: json!({ "group": id }),
        account: Some(account.clone()),
        device: Some(device.clone()),
        agent: None,
    })
}

fn group(sql: &mut dyn Sql, row: &Row) -> Result<Group, Error> {
    let id: String = row.get("id")?;
    let members = sql.rows(
        "SELECT device FROM group_members WHERE device_group = ?1 ORDER BY device",
        cells![&id],
    )?;
    let devices = members
        .iter()
        .map(|row| {
            let device: String = row.get("device")?;
            DeviceId::new(device).map_err(|_| damaged("device", &id))
        })
        .collect::<Result<_, _>>()?;
    Ok(Group {
        account: AccountId::new(row.get("account")?),
        name: row.get("name")?,
        created_at: row.get("created_at")?,
        devices,
        id,
    })
}
