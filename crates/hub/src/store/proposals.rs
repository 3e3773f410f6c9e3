//! What agents would do, until a person has decided.

use chaperone_protocol::{AgentId, DeviceId, Timestamp, Value};
use serde_json::json;

use super::{AccountId, Books, Line, Row, Store, accounts::account_line, cells, damaged};
use crate::{Error, events::News};

/// Where a proposal stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    PendingApproval,
    Approved,
    Rejected,
    Cancelled,
    Executed,
    ExecutionFailed,
}

/// What is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ProposalKind {
    /// That the agent does something.
    Action,
    /// That a person trains the agent.
    Training,
}

impl ProposalKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Training => "training",
        }
    }
}

/// A proposal to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewProposal {
    pub(crate) id: String,
    pub(crate) account: AccountId,
    pub(crate) agent: AgentId,
    /// The device that it is about, if it is about one.
    pub(crate) device: Option<DeviceId>,
    pub(crate) body: Value,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// A proposal.
#[derive(Debug, Clone)]
pub(crate) struct Proposal {
    pub(crate) id: String,
    pub(crate) agent: AgentId,
    pub(crate) device: Option<DeviceId>,
    pub(crate) body: Value,
    pub(crate) status: Status,
    pub(crate) result: Option<Value>,
    pub(crate) decided_by: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) decided_at: Option<Timestamp>,
}

impl Status {
    pub(crate) const ALL: [Self; 6] = [
        Self::PendingApproval,
        Self::Approved,
        Self::Rejected,
        Self::Cancelled,
        Self::Executed,
        Self::ExecutionFailed,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::PendingApproval => "pending_approval",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Executed => "executed",
            Self::ExecutionFailed => "execution_failed",
        }
    }
}

pub(super) const COLUMNS: &str =
    "SELECT id, agent, device, body, status, result, decided_by, reason,
    created_at, expires_at, decided_at FROM proposals";

impl Store {
    /// Takes a proposal down.
    pub(crate) async fn propose(&self, new: NewProposal) -> Result<(), Error> {
        self.write(move |books| add(books, ProposalKind::Action, &new))
            .await
    }

    /// An account's proposal of that id.
    pub(crate) async fn proposal(
        &self,
        kind: ProposalKind,
        account: AccountId,
        id: String,
    ) -> Result<Option<Proposal>, Error> {
        self.read(move |sql| {
            let question = format!("{COLUMNS} WHERE id = ?1 AND account = ?2 AND kind = ?3");
            let row = sql.row(&question, cells![id, account.as_str(), kind.as_str()])?;
            row.as_ref().map(proposal).transpose()
        })
        .await
    }

    /// An account's proposals, newest first.
    pub(crate) async fn proposals(
        &self,
        kind: ProposalKind,
        account: AccountId,
        agent: Option<AgentId>,
        status: Option<Status>,
        limit: u32,
    ) -> Result<Vec<Proposal>, Error> {
        self.read(move |sql| {
            let question = format!(
                "{COLUMNS} WHERE account = ?1 AND (agent = ?2 OR ?2 = '')
                    AND (status = ?3 OR ?3 = '') AND kind = ?5
                 ORDER BY created_at DESC, id LIMIT ?4"
            );
            let rows = sql.rows(
                &question,
                cells![
                    account.as_str(),
                    agent.as_ref().map(AgentId::as_str).unwrap_or_default(),
                    status.map(Status::as_str).unwrap_or_default(),
                    limit,
                    kind.as_str(),
                ],
            )?;
            rows.iter().map(proposal).collect()
        })
        .await
    }

    /// Takes a decision down; no if there was one already, or it came too late.
    pub(crate) async fn decide(
        &self,
        account: AccountId,
        id: String,
        status: Status,
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.write(move |books| {
            let changed = books.execute(
                "UPDATE proposals SET status = ?3, decided_by = ?2, reason = ?4, decided_at = ?5
                 WHERE id = ?1 AND account = ?2 AND status = 'pending_approval'
                    AND expires_at > ?5",
                cells![&id, account.as_str(), status.as_str(), reason.as_ref(), now],
            )?;
            if changed == 1 {
                let body = json!({ "proposal": id, "status": status.as_str(), "reason": reason });
                account_line(books, &account, "proposal decided", body, now)?;
                tell(books, &id, status)?;
            }
            Ok(changed == 1)
        })
        .await
    }

    /// Takes down what came of an approved proposal.
    pub(crate) async fn finish(
        &self,
        account: AccountId,
        id: String,
        status: Status,
        result: Value,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write(move |books| {
            books.execute(
                "UPDATE proposals SET status = ?2, result = ?3
                 WHERE id = ?1 AND status = 'approved'",
                cells![&id, status.as_str(), result.to_string()],
            )?;
            let body = json!({ "proposal": id, "status": status.as_str() });
            tell(books, &id, status)?;
            account_line(books, &account, "proposal finished", body, now)
        })
        .await
    }

    /// Ends what nobody decided in time.
    pub(crate) async fn expire_proposals(&self, now: Timestamp) -> Result<(), Error> {
        self.write(move |books| {
            let overdue = books.rows(
                "SELECT id FROM proposals WHERE status = 'pending_approval' AND expires_at <= ?1",
                cells![now],
            )?;
            for row in &overdue {
                let id: String = row.get("id")?;
                books.execute(
                    "UPDATE proposals SET status = 'cancelled', reason = 'nobody decided in time'
                     WHERE id = ?1",
                    cells![&id],
                )?;
                tell(books, &id, Status::Cancelled)?;
            }
            Ok(())
        })
        .await
    }

    /// Marks what an earlier run of the hub was carrying out when it ended.
    pub(crate) async fn fail_unfinished(&self) -> Result<(), Error> {
        let result = json!({
            "success": false,
            "error": "the hub stopped before the device answered",
            "code": "interrupted",
        });
        self.write(move |books| {
            books.execute(
                "UPDATE proposals SET status = 'execution_failed', result = ?1
                 WHERE status = 'approved' AND device IS NOT NULL AND kind = 'action'",
                cells![result.to_string()],
            )?;
            Ok(())
        })
        .await
    }
}

pub(super) fn add(books: &mut Books, kind: ProposalKind, new: &NewProposal) -> Result<(), Error> {
    books.execute(
        "INSERT INTO proposals (id, account, agent, device, kind, body, status, created_at,
            expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        cells![
            &new.id,
            new.account.as_str(),
            new.agent.as_str(),
            new.device.as_ref().map(DeviceId::as_str),
            kind.as_str(),
            new.body.to_string(),
            Status::PendingApproval.as_str(),
            new.created_at,
            new.expires_at,
        ],
    )?;
    books.tell(News::proposal(
        &new.account,
        new.agent.clone(),
        new.device.as_ref().map(DeviceId::as_str),
        &new.id,
        Status::PendingApproval.as_str(),
    ));
    books.write_down(&Line {
        at: new.created_at,
        kind: "proposal made",
        body: json!({
            "proposal": new.id,
            "proposal_type": kind,
            "action_type": new.body.get("action_type"),
        }),
        account: Some(new.account.clone()),
        device: new.device.clone(),
        agent: Some(new.agent.clone()),
    })
}

/// Says where one stands now.
pub(super) fn tell(books: &mut Books, id: &str, status: Status) -> Result<(), Error> {
    let question = "SELECT account, agent, device FROM proposals WHERE id = ?1";
    let Some(row) = books.row(question, cells![id])? else {
        return Ok(());
    };
    let agent = AgentId::new(row.get::<String>("agent")?).map_err(|_| damaged("agent", id))?;
    let account = AccountId::new(row.get("account")?);
    let device: Option<String> = row.get("device")?;
    let news = News::proposal(&account, agent, device.as_deref(), id, status.as_str());
    books.tell(news);
    Ok(())
}

pub(super) fn proposal(row: &Row) -> Result<Proposal, Error> {
    let id: String = row.get("id")?;
    let whose = |what| damaged(what, &id);
    let (agent, device): (String, Option<String>) = (row.get("agent")?, row.get("device")?);
    let (body, status): (String, String) = (row.get("body")?, row.get("status")?);
    let result: Option<String> = row.get("result")?;
    Ok(Proposal {
        agent: AgentId::new(agent).map_err(|_| whose("agent"))?,
        device: device
            .map(DeviceId::new)
            .transpose()
            .map_err(|_| whose("device"))?,
        body: serde_json::from_str(&body).map_err(|_| whose("body"))?,
        status: Status::ALL
            .into_iter()
            .find(|known| known.as_str() == status)
            .ok_or_else(|| whose("status"))?,
        result: result
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|_| whose("result"))?,
        decided_by: row.get("decided_by")?,
        reason: row.get("reason")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        decided_at: row.get("decided_at")?,
        id,
    })
}
