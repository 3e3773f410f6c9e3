//! What the writer writes in: the tables, and the end of the audit's chain.
//!
//! Every transaction that adds to the chain also renews the seal, so that what was committed is
//! signed. What it has to tell is told once it is committed. Who may write what is not decided here.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use chaperone_chain::{Content, Head, canonical};
use chaperone_protocol::{AgentId, DeviceId, Timestamp, Value};

use super::{
    AccountId, Lock,
    seal::SealKey,
    sql::{Sql, Survives, cells},
};
use crate::{
    Error,
    events::{Events, News},
};

pub(crate) struct Books {
    sql: Box<dyn Sql + Send>,
    key: SealKey,
    events: Arc<Events>,
    /// What is told once this transaction is committed.
    news: Vec<News>,
    /// Where the chain ends; unknown until it is read, and again after a rollback.
    head: Option<Head>,
    /// Whether this transaction added to it.
    grown: bool,
    /// Let go of last, when everything is on disk.
    _lock: Lock,
}

/// A line of the audit, before it has its place.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) at: Timestamp,
    pub(crate) kind: &'static str,
    /// An object. No secret, and nothing that a device brought.
    pub(crate) body: Value,
    pub(crate) account: Option<AccountId>,
    pub(crate) device: Option<DeviceId>,
    pub(crate) agent: Option<AgentId>,
}

impl Books {
    pub(super) fn new(
        sql: Box<dyn Sql + Send>,
        key: SealKey,
        events: Arc<Events>,
        lock: Lock,
    ) -> Self {
        Self {
            sql,
            key,
            events,
            news: Vec::new(),
            head: None,
            grown: false,
            _lock: lock,
        }
    }

    pub(super) fn begin(&mut self, survives: Survives) -> Result<(), Error> {
        self.grown = false;
        self.news.clear();
        self.sql.begin(survives)
    }

    pub(super) fn commit(&mut self) -> Result<(), Error> {
        if self.grown
            && let Some(head) = self.head
        {
            self.key.seal(self.sql.as_mut(), head)?;
        }
        self.sql.commit()?;
        for news in self.news.drain(..) {
            self.events.publish(news);
        }
        Ok(())
    }

    pub(super) fn undo(&mut self) {
        self.head = None;
        self.grown = false;
        self.news.clear();
        // There may be none to undo: a full disk ends a transaction by itself.
        let _ = self.sql.batch("ROLLBACK");
    }

    /// Has something told, if it comes to be.
    pub(super) fn tell(&mut self, news: News) {
        self.news.push(news);
    }

    /// Adds a line to the chain.
    pub(crate) fn write_down(&mut self, line: &Line) -> Result<(), Error> {
        let before = match self.head {
            Some(head) => head,
            None => last(self.sql.as_mut())?,
        };
        let at = line.at.to_string();
        let body = canonical(&line.body)?;
        let content = Content {
            at: at.as_bytes(),
            kind: line.kind.as_bytes(),
            body: body.as_bytes(),
        };
        let head = before.then(content).ok_or(Error::Full)?;
        let seq = i64::try_from(head.seq).map_err(|_| Error::Full)?;
        self.sql.execute(
            "INSERT INTO audit (seq, at, kind, body, previous, hash, account, device, agent)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            cells![
                seq,
                at,
                line.kind,
                body,
                before.hash,
                head.hash,
                line.account.as_ref().map(AccountId::as_str),
                line.device.as_ref().map(DeviceId::as_str),
                line.agent.as_ref().map(AgentId::as_str),
            ],
        )?;
        self.head = Some(head);
        self.grown = true;
        Ok(())
    }
}

impl Deref for Books {
    type Target = dyn Sql + Send;

    fn deref(&self) -> &Self::Target {
        self.sql.as_ref()
    }
}

impl DerefMut for Books {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.sql.as_mut()
    }
}

/// Where the chain ends.
pub(super) fn last(sql: &mut dyn Sql) -> Result<Head, Error> {
    let row = sql.row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", &[])?;
    row.map_or(Ok(Head::START), |row| {
        Ok(Head {
            seq: row.get("seq")?,
            hash: row.get("hash")?,
        })
    })
}
