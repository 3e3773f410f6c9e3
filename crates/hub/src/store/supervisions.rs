//! What agents did of their own accord while a person looked on, and what the person did about it.

use chaperone_protocol::{AgentId, CommandId, DeviceId, SessionId, Timestamp};
use serde_json::json;

use super::{
    AccountId, Books, Line, Row, Store,
    agents::{Moved, feed_back},
    cells, damaged,
};
use crate::{
    Error,
    events::{News, Subject},
    governance::Feedback,
};

/// Something that an agent begins while a person looks on.
#[derive(Debug, Clone)]
pub(crate) struct NewSupervision {
    pub(crate) command: CommandId,
    pub(crate) account: AccountId,
    pub(crate) agent: AgentId,
    pub(crate) agent_name: String,
    pub(crate) device: DeviceId,
    pub(crate) action: &'static str,
    /// The recording that it begins, if it begins one.
    pub(crate) recording: Option<SessionId>,
    pub(crate) started_at: Timestamp,
}

/// The same, with what became of it so far.
#[derive(Debug, Clone)]
pub(crate) struct Supervision {
    pub(crate) command: CommandId,
    pub(crate) agent: AgentId,
    pub(crate) agent_name: String,
    pub(crate) device: DeviceId,
    pub(crate) action: String,
    pub(crate) recording: Option<SessionId>,
    pub(crate) started_at: Timestamp,
    pub(crate) interventions: u32,
    /// The last one, and what the person said with it.
    pub(crate) intervention: Option<Intervention>,
    pub(crate) guidance: Option<String>,
    pub(crate) rating: Option<u8>,
    pub(crate) feedback: Option<String>,
    /// When the command was over, if it is known to be.
    pub(crate) settled_at: Option<Timestamp>,
    /// Until when its recording runs, or ran.
    pub(crate) recorded_until: Option<Timestamp>,
}

/// How a person steps in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Intervention {
    /// The agent begins nothing more until it is corrected.
    Pause,
    /// The agent goes on, and reads what the person says.
    Correct,
    /// What it does is ended.
    Terminate,
}

impl Intervention {
    const ALL: [Self; 3] = [Self::Pause, Self::Correct, Self::Terminate];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Correct => "correct",
            Self::Terminate => "terminate",
        }
    }
}

const QUESTION: &str = "SELECT supervisions.command, supervisions.agent, supervisions.agent_name,
        supervisions.device, supervisions.action, supervisions.recording, supervisions.started_at,
        supervisions.interventions, supervisions.intervention, supervisions.guidance,
        supervisions.rating, supervisions.feedback, commands.settled_at, recordings.closed_at,
        recordings.ends_at
    FROM supervisions
    LEFT JOIN commands ON commands.id = supervisions.command
    LEFT JOIN recordings ON recordings.session_id = supervisions.recording";

impl Store {
    /// Takes down that a person looks on.
    pub(crate) async fn supervise(&self, new: NewSupervision) -> Result<(), Error> {
        self.write(move |books| {
            books.execute(
                "INSERT INTO supervisions (command, account, agent, agent_name, device, action,
                    recording, started_at, interventions)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)",
                cells![
                    new.command.as_str(),
                    new.account.as_str(),
                    new.agent.as_str(),
                    &new.agent_name,
                    new.device.as_str(),
                    new.action,
                    new.recording.as_ref().map(SessionId::as_str),
                    new.started_at,
                ],
            )?;
            let subject = Subject {
                account: &new.account,
                device: &new.device,
                agent: Some(&new.agent),
                id: &new.command,
            };
            let news = subject.supervision_started();
            say(
                books,
                subject,
                "supervision begun",
                json!({}),
                news,
                new.started_at,
            )
        })
        .await
    }

    /// What an account looked on at under that command.
    pub(crate) async fn supervision(
        &self,
        account: AccountId,
        command: CommandId,
    ) -> Result<Option<Supervision>, Error> {
        self.read(move |sql| {
            let question =
                format!("{QUESTION} WHERE supervisions.command = ?1 AND supervisions.account = ?2");
            let row = sql.row(&question, cells![command.as_str(), account.as_str()])?;
            row.as_ref().map(supervision).transpose()
        })
        .await
    }

    /// What an account looked on at since then, of one agent or of all, newest first.
    pub(crate) async fn supervisions(
        &self,
        account: AccountId,
        agent: Option<AgentId>,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Supervision>, Error> {
        self.read(move |sql| {
            let question = format!(
                "{QUESTION} WHERE supervisions.account = ?1
                    AND (supervisions.agent = ?2 OR ?2 = '') AND supervisions.started_at >= ?3
                 ORDER BY supervisions.started_at DESC, supervisions.command LIMIT ?4"
            );
            let agent = agent.as_ref().map(AgentId::as_str).unwrap_or_default();
            let rows = sql.rows(&question, cells![account.as_str(), agent, since, limit])?;
            rows.iter().map(supervision).collect()
        })
        .await
    }

    /// Takes down that the person stepped in.
    pub(crate) async fn intervene(
        &self,
        account: AccountId,
        supervision: Supervision,
        intervention: Intervention,
        guidance: String,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write(move |books| {
            books.execute(
                "UPDATE supervisions SET interventions = interventions + 1, intervention = ?2,
                    guidance = ?3
                 WHERE command = ?1",
                cells![
                    supervision.command.as_str(),
                    intervention.as_str(),
                    &guidance
                ],
            )?;
            let subject = supervision.subject(&account);
            let news = subject.supervision_changed(intervention.as_str());
            let body = json!({ "intervention": intervention, "guidance": guidance });
            say(books, subject, "supervisor stepped in", body, news, now)
        })
        .await
    }

    /// Takes down what the person thinks of it, which moves the agent's score; no where they have
    /// said so before.
    pub(crate) async fn rate(
        &self,
        account: AccountId,
        supervision: Supervision,
        (stars, feedback): (u8, Feedback),
        text: String,
        now: Timestamp,
    ) -> Result<Option<Option<Moved>>, Error> {
        let rated = self
            .write(move |books| {
                let rated = books.execute(
                    "UPDATE supervisions SET rated_at = ?2, rating = ?3, feedback = ?4
                     WHERE command = ?1 AND rated_at IS NULL",
                    cells![supervision.command.as_str(), now, i64::from(stars), &text],
                )? == 1;
                if !rated {
                    return Ok(None);
                }
                let subject = supervision.subject(&account);
                let news = subject.supervision_changed("rated");
                let body = json!({ "rating": stars, "feedback": text });
                say(books, subject, "supervision ended", body, news, now)?;
                let reason = format!("{stars} of 5 stars: {text}");
                let whose = (&account, &supervision.agent);
                feed_back(books, whose, feedback, &reason, now).map(Some)
            })
            .await?;
        self.people_changed();
        Ok(rated)
    }
}

impl Supervision {
    fn subject<'a>(&'a self, account: &'a AccountId) -> Subject<'a> {
        Subject {
            account,
            device: &self.device,
            agent: Some(&self.agent),
            id: &self.command,
        }
    }
}

/// Into the audit, and to those who look on.
fn say(
    books: &mut Books,
    subject: Subject<'_>,
    kind: &'static str,
    mut body: serde_json::Value,
    news: News,
    at: Timestamp,
) -> Result<(), Error> {
    books.tell(news);
    if let Some(body) = body.as_object_mut() {
        body.insert("command".to_owned(), json!(subject.id));
    }
    books.write_down(&Line {
        at,
        kind,
        body,
        account: Some(subject.account.clone()),
        device: Some(subject.device.clone()),
        agent: subject.agent.cloned(),
    })
}

fn supervision(row: &Row) -> Result<Supervision, Error> {
    let id: String = row.get("command")?;
    let whose = |what| damaged(what, &id);
    let (agent, device): (String, String) = (row.get("agent")?, row.get("device")?);
    let recording: Option<String> = row.get("recording")?;
    let intervention: Option<String> = row.get("intervention")?;
    let rating: Option<i64> = row.get("rating")?;
    let closed_at: Option<Timestamp> = row.get("closed_at")?;
    let ends_at: Option<Timestamp> = row.get("ends_at")?;
    Ok(Supervision {
        command: CommandId::new(id.clone()).map_err(|_| whose("command"))?,
        agent: AgentId::new(agent).map_err(|_| whose("agent"))?,
        agent_name: row.get("agent_name")?,
        device: DeviceId::new(device).map_err(|_| whose("device"))?,
        action: row.get("action")?,
        recording: recording
            .map(SessionId::new)
            .transpose()
            .map_err(|_| whose("recording"))?,
        started_at: row.get("started_at")?,
        interventions: row.get("interventions")?,
        intervention: intervention
            .map(|text| {
                let known = Intervention::ALL.into_iter();
                let mut known = known.filter(|known| known.as_str() == text);
                known.next().ok_or_else(|| whose("intervention"))
            })
            .transpose()?,
        guidance: row.get("guidance")?,
        rating: rating
            .map(u8::try_from)
            .transpose()
            .map_err(|_| whose("rating"))?,
        feedback: row.get("feedback")?,
        settled_at: row.get("settled_at")?,
        recorded_until: closed_at.or(ends_at),
    })
}
