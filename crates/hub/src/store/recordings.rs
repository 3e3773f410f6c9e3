//! Recordings that run on devices, as far as their devices have said.

use chaperone_protocol::{Action, AgentId, DeviceId, SessionId, SignedDuration, Timestamp};
use serde_json::json;

use super::{AccountId, Books, Row, Store, cells, damaged};
use crate::{Error, events::Subject};

/// A recording.
#[derive(Debug, Clone)]
pub(crate) struct RecordingRow {
    pub(crate) session: SessionId,
    pub(crate) account: AccountId,
    pub(crate) device: DeviceId,
    pub(crate) agent: Option<AgentId>,
    pub(crate) configuration: serde_json::Value,
    pub(crate) created_at: Timestamp,
}

const COLUMNS: &str = "SELECT session_id, account, device, agent, configuration, created_at
    FROM recordings";

impl Store {
    /// The recording of that name, whoever's it is.
    pub(crate) async fn recording(&self, id: SessionId) -> Result<Option<RecordingRow>, Error> {
        self.read(move |sql| {
            let question = format!("{COLUMNS} WHERE session_id = ?1");
            let row = sql.row(&question, cells![id.as_str()])?;
            row.as_ref().map(recording).transpose()
        })
        .await
    }

    /// An account's recordings that run, oldest first.
    pub(crate) async fn recordings(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<RecordingRow>, Error> {
        self.read(move |sql| {
            // One that has had its time ended by itself.
            let question = format!(
                "{COLUMNS} WHERE account = ?1 AND status = 'active' AND ends_at > ?2
                 ORDER BY created_at, session_id"
            );
            let rows = sql.rows(&question, cells![account.as_str(), now])?;
            rows.iter().map(recording).collect()
        })
        .await
    }
}

/// What is shown of how a recording was asked for.
pub(crate) fn configuration(start: &chaperone_protocol::StartRecording) -> serde_json::Value {
    json!({
        "duration_seconds": start.duration.as_secs(),
        "audio_enabled": start.audio,
        "resolution": start.resolution.map(|size| size.to_string()),
        "output_format": start.format.as_str(),
    })
}

/// Takes down what a device's success says about recordings, whenever it comes.
pub(super) fn note(
    books: &mut Books,
    command: Subject<'_>,
    action: &Action,
    now: Timestamp,
) -> Result<(), Error> {
    match action {
        Action::StartRecording(start) => {
            let length = SignedDuration::try_from(start.duration).unwrap_or(SignedDuration::MAX);
            let begun = books.execute(
                "INSERT INTO recordings (session_id, account, device, agent, configuration, status,
                    created_at, ends_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, 'active', ?6, ?7) ON CONFLICT DO NOTHING",
                cells![
                    start.session.as_str(),
                    command.account.as_str(),
                    command.device.as_str(),
                    command.agent.map(AgentId::as_str),
                    configuration(start).to_string(),
                    now,
                    now.checked_add(length).unwrap_or(Timestamp::MAX),
                ],
            )?;
            if begun == 1 {
                books.tell(command.recording_started(&start.session));
            }
        }
        Action::StopRecording(stop) => {
            let ended = books.execute(
                "UPDATE recordings SET status = 'closed', closed_at = ?2
                 WHERE session_id = ?1 AND status = 'active'",
                cells![stop.session.as_str(), now],
            )?;
            if ended == 1 {
                books.tell(command.recording_ended(&stop.session));
            }
        }
        Action::Notify(_)
        | Action::Locate(_)
        | Action::Snap(_)
        | Action::Screenshot(_)
        | Action::Execute(_)
        | Action::RunAgent(_) => {}
    }
    Ok(())
}

fn recording(row: &Row) -> Result<RecordingRow, Error> {
    let id: String = row.get("session_id")?;
    let whose = |what| damaged(what, &id);
    let (device, agent): (String, Option<String>) = (row.get("device")?, row.get("agent")?);
    let configuration: String = row.get("configuration")?;
    Ok(RecordingRow {
        session: SessionId::new(id.clone()).map_err(|_| whose("session_id"))?,
        account: AccountId::new(row.get("account")?),
        device: DeviceId::new(device).map_err(|_| whose("device"))?,
        agent: agent
            .map(AgentId::new)
            .transpose()
            .map_err(|_| whose("agent"))?,
        configuration: serde_json::from_str(&configuration).map_err(|_| whose("configuration"))?,
        created_at: row.get("created_at")?,
    })
}
