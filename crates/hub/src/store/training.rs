//! What agents that may nothing yet were refused, as proposals to train them.

use chaperone_protocol::{AgentId, Timestamp, Value};
use serde_json::json;

use super::{
    AccountId, Store,
    accounts::account_line,
    agents::{Moved, feed_back},
    cells,
    proposals::{self, NewProposal, ProposalKind, Status},
};
use crate::{Error, governance::Feedback};

/// What a training ended with.
pub(crate) struct Trained {
    pub(crate) agent: AgentId,
    /// None if the agent is gone.
    pub(crate) moved: Option<Moved>,
}

impl Store {
    /// Takes a proposal to train an agent down, and says which one stands: the same is not proposed
    /// twice, nor again so soon after a person said no.
    pub(crate) async fn propose_training(
        &self,
        new: NewProposal,
        not_since: Timestamp,
    ) -> Result<Option<String>, Error> {
        self.write(move |books| {
            let body = new.body.to_string();
            let row = books.row(
                "SELECT id, status FROM proposals
                 WHERE account = ?1 AND agent = ?2 AND kind = ?3 AND body = ?4
                    AND (status = 'approved' OR (status = 'pending_approval' AND expires_at > ?5)
                        OR (status = 'rejected' AND created_at > ?6))
                 ORDER BY created_at DESC LIMIT 1",
                cells![
                    new.account.as_str(),
                    new.agent.as_str(),
                    ProposalKind::Training.as_str(),
                    &body,
                    new.created_at,
                    not_since,
                ],
            )?;
            if let Some(row) = row {
                let status: String = row.get("status")?;
                let rejected = status == Status::Rejected.as_str();
                return Ok((!rejected).then_some(row.get("id")?));
            }
            proposals::add(books, ProposalKind::Training, &new)?;
            Ok(Some(new.id.clone()))
        })
        .await
    }

    /// Ends a training that goes on, with how the agent did; none if there is no such training, or
    /// it has ended.
    pub(crate) async fn complete_training(
        &self,
        account: AccountId,
        id: String,
        (feedback, result): (Feedback, Value),
        reason: String,
        now: Timestamp,
    ) -> Result<Option<Trained>, Error> {
        self.write_people(move |books| {
            let question = format!(
                "{} WHERE id = ?1 AND account = ?2 AND kind = ?3 AND status = 'approved'",
                proposals::COLUMNS
            );
            let kind = ProposalKind::Training.as_str();
            let row = books.row(&question, cells![&id, account.as_str(), kind])?;
            let Some(proposal) = row.as_ref().map(proposals::proposal).transpose()? else {
                return Ok(None);
            };
            let status = Status::Executed;
            books.execute(
                "UPDATE proposals SET status = ?2, result = ?3 WHERE id = ?1",
                cells![&id, status.as_str(), result.to_string()],
            )?;
            let body = json!({ "proposal": id, "status": status.as_str() });
            account_line(books, &account, "proposal finished", body, now)?;
            proposals::tell(books, &id, status)?;
            let whose = (&account, &proposal.agent);
            let moved = feed_back(books, whose, feedback, &reason, now)?;
            Ok(Some(Trained {
                agent: proposal.agent,
                moved,
            }))
        })
        .await
    }
}
