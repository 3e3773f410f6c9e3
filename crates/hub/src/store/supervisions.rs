//! What agents did of their own accord while a person looked on, and what the person did about it.

use chaperone_protocol::{AgentId, CommandId, DeviceId, Outcome, SessionId, Timestamp};
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
    /// Whether its agent begins nothing because of it.
    pub(crate) paused: bool,
    /// The last one, and what the person said with it.
    pub(crate) intervention: Option<Intervention>,
    pub(crate) guidance: Option<String>,
    pub(crate) rating: Option<u8>,
    pub(crate) feedback: Option<String>,
    /// When the command was over, if it is known to be.
    pub(crate) settled_at: Option<Timestamp>,
    /// Whether the device, or the hub for it, said no.
    pub(crate) failed: bool,
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
        supervisions.interventions, supervisions.paused, supervisions.intervention,
        supervisions.guidance, supervisions.rating, supervisions.feedback,
        COALESCE(commands.settled_at, supervisions.settled_at) AS settled_at, commands.outcome,
        recordings.closed_at, recordings.ends_at
    FROM supervisions
    LEFT JOIN commands ON commands.id = supervisions.command
    LEFT JOIN recordings ON recordings.session_id = supervisions.recording";

impl Store {
    /// Takes down that a person looks on.
    pub(crate) async fn supervise(&self, new: NewSupervision) -> Result<(), Error> {
        self.write(move |books| {
            books.execute(
                "INSERT INTO supervisions (command, account, agent, agent_name, device, action,
                    recording, started_at, interventions, paused)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0)",
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

    /// What an account looked on at, of one agent or of all, newest first.
    pub(crate) async fn supervisions(
        &self,
        account: AccountId,
        agent: Option<AgentId>,
        limit: u32,
    ) -> Result<Vec<Supervision>, Error> {
        self.read(move |sql| {
            let question = format!(
                "{QUESTION} WHERE supervisions.account = ?1
                    AND (supervisions.agent = ?2 OR ?2 = '')
                 ORDER BY supervisions.started_at DESC, supervisions.command LIMIT ?3"
            );
            let agent = agent.as_ref().map(AgentId::as_str).unwrap_or_default();
            let rows = sql.rows(&question, cells![account.as_str(), agent, limit])?;
            rows.iter().map(supervision).collect()
        })
        .await
    }

    /// What an account looks on at that may go on, of one agent or of all, newest first.
    pub(crate) async fn open_supervisions(
        &self,
        account: AccountId,
        agent: Option<AgentId>,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Supervision>, Error> {
        self.read(move |sql| {
            let question = format!(
                "{QUESTION} WHERE supervisions.account = ?1
                    AND (supervisions.agent = ?2 OR ?2 = '')
                    AND (COALESCE(commands.settled_at, supervisions.settled_at) IS NULL
                        OR (recordings.closed_at IS NULL AND recordings.ends_at > ?3))
                 ORDER BY supervisions.started_at DESC, supervisions.command LIMIT ?4"
            );
            let agent = agent.as_ref().map(AgentId::as_str).unwrap_or_default();
            let rows = sql.rows(&question, cells![account.as_str(), agent, now, limit])?;
            rows.iter().map(supervision).collect()
        })
        .await
    }

    /// Forgets what came to nothing: there is no such command.
    pub(crate) async fn forget_supervision(&self, command: CommandId) -> Result<(), Error> {
        self.write(move |books| {
            books.execute(
                "DELETE FROM supervisions WHERE command = ?1",
                cells![command.as_str()],
            )?;
            Ok(())
        })
        .await
    }

    /// Takes down that the person stepped in. A pause keeps the agent from beginning anything, unless
    /// it was paused already; a correction lets it go on that was paused here, and nowhere else.
    pub(crate) async fn intervene(
        &self,
        account: AccountId,
        supervision: Supervision,
        intervention: Intervention,
        guidance: String,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write_people(move |books| {
            let (command, agent) = (supervision.command.as_str(), supervision.agent.as_str());
            let move_agent = |books: &mut Books, from: &str, to: &str| {
                books.execute(
                    "UPDATE agents SET state = ?3 WHERE id = ?1 AND state = ?2",
                    cells![agent, from, to],
                )
            };
            let mark = |books: &mut Books, from: i64, to: i64| {
                books.execute(
                    "UPDATE supervisions SET paused = ?3 WHERE command = ?1 AND paused = ?2",
                    cells![command, from, to],
                )
            };
            match intervention {
                Intervention::Pause => {
                    let others = paused_by(books, agent)? > 0;
                    if move_agent(books, "active", "paused")? == 1 || others {
                        mark(books, 0, 1)?;
                    }
                }
                Intervention::Correct => {
                    if mark(books, 1, 0)? == 1 && paused_by(books, agent)? == 0 {
                        move_agent(books, "paused", "active")?;
                    }
                }
                Intervention::Terminate => {}
            }
            books.execute(
                "UPDATE supervisions SET interventions = interventions + 1, intervention = ?2,
                    guidance = ?3
                 WHERE command = ?1",
                cells![command, intervention.as_str(), &guidance],
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
        self.write_people(move |books| {
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
        .await
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

/// How many sessions keep an agent paused.
fn paused_by(books: &mut Books, agent: &str) -> Result<i64, Error> {
    let question = "SELECT COUNT(*) AS count FROM supervisions WHERE agent = ?1 AND paused = 1";
    let row = books.row(question, cells![agent])?;
    row.map_or(Ok(0), |row| row.get("count"))
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
    let outcome: Option<String> = row.get("outcome")?;
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
        paused: row.get::<i64>("paused")? != 0,
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
        failed: outcome
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|_| whose("outcome"))?
            .is_some_and(|outcome| matches!(outcome, Outcome::Failure { .. })),
        recorded_until: closed_at.or(ends_at),
    })
}
