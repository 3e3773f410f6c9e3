//! Small things that must outlive a hub, each under a name, as JSON.

use chaperone_protocol::{CommandId, DeviceId, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use super::{AccountId, Line, Store, cells, damaged};
use crate::Error;

impl Store {
    /// What is kept under a name.
    pub(crate) async fn kept<T>(&self, name: String) -> Result<Option<T>, Error>
    where
        T: DeserializeOwned + Send + 'static,
    {
        self.read(move |sql| {
            let row = sql.row(
                "SELECT name, value FROM memory WHERE name = ?1",
                cells![&name],
            )?;
            let text: Option<String> = row.map(|row| row.get("value")).transpose()?;
            text.map(|text| serde_json::from_str(&text).map_err(|_| damaged("value", &name)))
                .transpose()
        })
        .await
    }

    /// Changes what is kept under a name, which begins as nothing; says what the change says. The
    /// change may be made more than once, each time on what is kept.
    pub(crate) async fn change<T, A>(
        &self,
        name: String,
        mut change: impl FnMut(&mut T) -> A + Send + 'static,
    ) -> Result<A, Error>
    where
        T: Default + Serialize + DeserializeOwned + Send + 'static,
        A: Send + 'static,
    {
        self.write(move |books| {
            let row = books.row(
                "SELECT name, value FROM memory WHERE name = ?1",
                cells![&name],
            )?;
            let text: Option<String> = row.map(|row| row.get("value")).transpose()?;
            let mut kept: T = match &text {
                Some(text) => serde_json::from_str(text).map_err(|_| damaged("value", &name))?,
                None => T::default(),
            };
            // A change that came to nothing leaves nothing behind.
            let before = match text {
                Some(text) => text,
                None => serde_json::to_string(&kept)?,
            };
            let answer = change(&mut kept);
            let changed = serde_json::to_string(&kept)?;
            if before != changed {
                books.execute(
                    "INSERT INTO memory (name, value) VALUES (?1, ?2)
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    cells![&name, &changed],
                )?;
            }
            Ok(answer)
        })
        .await
    }

    /// Forgets what is kept under a name, and says what it was.
    pub(crate) async fn take<T>(&self, name: String) -> Result<Option<T>, Error>
    where
        T: DeserializeOwned + Send + 'static,
    {
        self.write(move |books| {
            let row = books.row(
                "SELECT name, value FROM memory WHERE name = ?1",
                cells![&name],
            )?;
            let Some(row) = row else {
                return Ok(None);
            };
            books.execute("DELETE FROM memory WHERE name = ?1", cells![&name])?;
            let text: String = row.get("value")?;
            // What cannot be read any more is gone now as well.
            Ok(serde_json::from_str(&text).ok())
        })
        .await
    }

    /// The device that a command of an account went to.
    pub(crate) async fn command_device(
        &self,
        account: AccountId,
        id: CommandId,
    ) -> Result<Option<DeviceId>, Error> {
        if let Some(begun) = self.begun(&id) {
            return Ok((begun.account == account).then(|| begun.device.clone()));
        }
        self.read(move |sql| {
            let row = sql.row(
                "SELECT id, device FROM commands WHERE id = ?1 AND account = ?2",
                cells![id.as_str(), account.as_str()],
            )?;
            row.map(|row| {
                let device: String = row.get("device")?;
                DeviceId::new(device).map_err(|_| damaged("device", id.as_str()))
            })
            .transpose()
        })
        .await
    }

    /// Takes down that a device told of events: their kinds and names, not what they say.
    pub(crate) async fn device_told(
        &self,
        account: AccountId,
        device: DeviceId,
        events: Vec<(String, String)>,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write(move |books| {
            for (id, kind) in &events {
                books.write_down(&Line {
                    at: now,
                    kind: "device event",
                    body: json!({ "event": id, "event_type": kind }),
                    account: Some(account.clone()),
                    device: Some(device.clone()),
                    agent: None,
                })?;
            }
            Ok(())
        })
        .await
    }
}
