//! Looking entries up, newest first.
//!
//! A page goes on from the number of the last entry seen, so that what is added meanwhile moves
//! nothing, and the thousandth page costs what the first one does. The order is that of the
//! writing: a clock that jumps back does not change it.

use std::collections::HashMap;

use chaperone_protocol::{AgentId, Capability, ConnectionId, SignedDuration, Timestamp};
use rusqlite::{Connection, Row, params_from_iter, types::Value as Cell};
use serde_json::Value;

use super::{RecordRow, hex};
use crate::{Error, column};

/// More than any screen shows; a longer answer would only be slow.
const LONGEST_PAGE: u32 = 1_000;
/// More words than anybody looks for; each costs a look into the index.
const MOST_WORDS: usize = 16;

/// A range of time with so few entries that they can be sorted.
const SHORT_RANGE: SignedDuration = SignedDuration::from_hours(2 * 24);

/// Which entries are wanted; whatever is left out does not narrow it down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordQuery {
    /// Only entries with lower numbers: the `next` of the page before.
    pub before: Option<u64>,
    /// At most so many, and never more than a thousand.
    pub limit: u32,
    /// Only of these kinds.
    pub kinds: Vec<String>,
    /// Only about this pairing.
    pub connection: Option<ConnectionId>,
    /// Only about this agent; ids of several hubs can be the same.
    pub agent: Option<AgentId>,
    /// Only about this capability.
    pub capability: Option<Capability>,
    /// Only with this verdict.
    pub verdict: Option<String>,
    /// Only from this second on: with `until`, a day.
    pub from: Option<Timestamp>,
    /// Only before this second.
    pub until: Option<Timestamp>,
    /// Only with all of these words, or words that begin so, in what people see.
    pub words: Option<String>,
}

/// A part of the answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecordPage {
    /// The entries, newest first.
    pub rows: Vec<RecordRow>,
    /// Where the next page begins, if there is more.
    pub next: Option<u64>,
}

/// Reads one page.
pub(crate) fn run(connection: &Connection, query: &RecordQuery) -> Result<RecordPage, Error> {
    let limit = query.limit.min(LONGEST_PAGE);
    let mut page = RecordPage::default();
    let Some(mut conditions) = Conditions::of(query) else {
        return Ok(page);
    };
    // One more than wanted tells whether there is a next page.
    conditions.cells.push((i64::from(limit) + 1).into());
    let sql = format!(
        "SELECT record.seq, at, kind, body, hash FROM {} ORDER BY {} DESC LIMIT ?",
        conditions.clause, conditions.order
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(conditions.cells))?;
    while let Some(row) = rows.next()? {
        if page.rows.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
            page.next = page.rows.last().map(|last| last.seq);
            break;
        }
        page.rows.push(read(row)?);
    }
    Ok(page)
}

/// How many entries of a kind there are about each agent, by connection and agent.
pub(crate) fn counts_by_agent(
    connection: &Connection,
    kind: &str,
) -> Result<HashMap<(String, String), u64>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT connection, agent, count(*) FROM record
         WHERE agent IS NOT NULL AND connection IS NOT NULL AND kind = ?1
         GROUP BY connection, agent",
    )?;
    let rows = statement.query_map([kind], |row| {
        let count: i64 = row.get(2)?;
        Ok(((row.get(0)?, row.get(1)?), column::from_row(count)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A query in the words of the database.
pub(super) struct Conditions {
    /// From where, and which.
    pub(super) clause: String,
    /// What to order by.
    pub(super) order: &'static str,
    /// What stands for the question marks.
    pub(super) cells: Vec<Cell>,
}

impl Conditions {
    /// None where nothing can be found.
    pub(super) fn of(query: &RecordQuery) -> Option<Self> {
        let mut parts: Vec<String> = Vec::new();
        let mut cells: Vec<Cell> = Vec::new();
        let mut narrow = |part: String, cell: Cell| {
            parts.push(part);
            cells.push(cell);
        };
        let (tables, order) = match &query.words {
            Some(words) => {
                narrow("record_text MATCH ?".to_owned(), phrases(words)?.into());
                // The words first, in the order of the index; "cross" keeps it that way round.
                let tables = "record_text CROSS JOIN record ON record.seq = record_text.rowid";
                (tables, "record_text.rowid")
            }
            None => ("record", "record.seq"),
        };
        if let Some(before) = query.before {
            narrow(format!("{order} < ?"), column::to_row(before).into());
        }
        // The likeliest to be rare first: one index answers in the right order, and the plus keeps
        // the others out of it.
        let equal = [
            ("agent", query.agent.as_ref().map(AgentId::as_str)),
            ("verdict", query.verdict.as_deref()),
            ("capability", query.capability.map(Capability::as_str)),
            (
                "connection",
                query.connection.as_ref().map(ConnectionId::as_str),
            ),
        ];
        let mut plus = "";
        for (name, value) in equal {
            if let Some(value) = value {
                narrow(format!("{plus}record.{name} = ?"), value.to_owned().into());
                plus = "+";
            }
        }
        // Few entries are sorted quickly; from many, walking back finds a page sooner.
        let short = query.from.zip(query.until).is_some_and(|(from, until)| {
            until.duration_since(from) <= SHORT_RANGE && plus.is_empty()
        });
        let range_plus = if short { "" } else { "+" };
        let range = [(">=", query.from), ("<", query.until)];
        for (compare, moment) in range {
            if let Some(moment) = moment {
                let part = format!("{range_plus}record.second {compare} ?");
                narrow(part, column::second(moment).into());
            }
        }
        match query.kinds.as_slice() {
            [] => {}
            [kind] => {
                let plus = if short { "+" } else { plus };
                narrow(format!("{plus}record.kind = ?"), kind.clone().into());
            }
            kinds => {
                let marks = vec!["?"; kinds.len()].join(", ");
                // Several kinds are mostly nearly all: walking back beats sorting, hence the plus,
                // which keeps the index out of it.
                parts.push(format!("+record.kind IN ({marks})"));
                cells.extend(kinds.iter().map(|kind| Cell::from(kind.clone())));
            }
        }
        let clause = if parts.is_empty() {
            tables.to_owned()
        } else {
            format!("{tables} WHERE {}", parts.join(" AND "))
        };
        Some(Self {
            clause,
            order,
            cells,
        })
    }
}

/// Every word as a beginning that has to occur. Nothing in it is taken for the index's own
/// language; a word without a letter or digit is in no index.
fn phrases(words: &str) -> Option<String> {
    let phrases: Vec<String> = words
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .take(MOST_WORDS)
        .map(|word| format!("\"{}\"*", word.replace(['"', '\0'], " ")))
        .collect();
    (!phrases.is_empty()).then(|| phrases.join(" "))
}

fn read(row: &Row<'_>) -> Result<RecordRow, Error> {
    let at = text(row, 1)?;
    let body = text(row, 3)?;
    let hash = row.get_ref(4)?.as_bytes().unwrap_or_default();
    Ok(RecordRow {
        seq: column::from_row(row.get(0)?),
        // What was tampered with is shown as it stands; `verify` says what is wrong with it.
        at: at.parse().unwrap_or(Timestamp::UNIX_EPOCH),
        kind: text(row, 2)?,
        hash: hex(hash),
        body: serde_json::from_str(&body).unwrap_or(Value::String(body)),
    })
}

/// What stands there, readable whatever was done to it.
pub(super) fn text(row: &Row<'_>, column: usize) -> Result<String, Error> {
    let bytes = row.get_ref(column)?.as_bytes().unwrap_or_default();
    Ok(String::from_utf8_lossy(bytes).into_owned())
}
