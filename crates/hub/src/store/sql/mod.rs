//! One way to say a statement to either database.
//!
//! Statements are written once, with `?1`, `?2`, … for values, in the words that SQLite and
//! PostgreSQL share: whole numbers (also for truth and for times), text and bytes. Nothing here
//! knows what the tables mean.

mod postgres;
mod sqlite;

use std::sync::Arc;

use chaperone_protocol::Timestamp;

pub(super) use self::{
    postgres::Postgres,
    sqlite::{Access, Sqlite},
};
use crate::Error;

/// One cell, on its way in or out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// One row of an answer.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    columns: Arc<[String]>,
    cells: Vec<Cell>,
}

/// A connection to a database, of either kind.
pub(crate) trait Sql {
    /// Does something; says how many rows it changed.
    fn execute(&mut self, statement: &str, cells: &[Cell]) -> Result<u64, Error>;

    /// Asks for rows.
    fn rows(&mut self, statement: &str, cells: &[Cell]) -> Result<Vec<Row>, Error>;

    /// Begins a transaction, which survives that much once it is committed.
    fn begin(&mut self, survives: Survives) -> Result<(), Error>;

    /// Commits it.
    fn commit(&mut self) -> Result<(), Error>;

    /// Runs statements that take no values.
    fn batch(&mut self, statements: &str) -> Result<(), Error>;

    /// Says it in this database's words: what differs is named in the schema only.
    fn dialect(&self) -> Flavour;

    /// Asks for the first row.
    fn row(&mut self, statement: &str, cells: &[Cell]) -> Result<Option<Row>, Error> {
        Ok(self.rows(statement, cells)?.into_iter().next())
    }
}

/// What a transaction outlives once it is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Survives {
    /// The end of this process, however sudden. A loss of power may take it back, though never
    /// without whatever was committed after it.
    Crash,
    /// A loss of power, too: it is on the disk.
    PowerCut,
}

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    Sqlite,
    Postgres,
}

/// What can be read out of a cell.
pub(crate) trait FromCell: Sized {
    fn from_cell(cell: &Cell) -> Option<Self>;
}

impl Row {
    fn new(columns: Arc<[String]>, cells: Vec<Cell>) -> Self {
        Self { columns, cells }
    }

    /// The cell under that name.
    pub(crate) fn get<T: FromCell>(&self, column: &'static str) -> Result<T, Error> {
        self.columns
            .iter()
            .position(|name| name == column)
            .and_then(|place| self.cells.get(place))
            .and_then(T::from_cell)
            .ok_or_else(|| Error::Damaged {
                what: column,
                row: self.first(),
            })
    }

    /// What tells the row from others in an error: its first cell, which is its key.
    fn first(&self) -> String {
        match self.cells.first() {
            Some(Cell::Text(text)) => text.clone(),
            Some(Cell::Number(number)) => number.to_string(),
            Some(Cell::Null | Cell::Bytes(_)) | None => "a row".to_owned(),
        }
    }
}

impl FromCell for i64 {
    fn from_cell(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Number(number) => Some(*number),
            Cell::Null | Cell::Text(_) | Cell::Bytes(_) => None,
        }
    }
}

impl FromCell for u64 {
    fn from_cell(cell: &Cell) -> Option<Self> {
        i64::from_cell(cell)?.try_into().ok()
    }
}

impl FromCell for u32 {
    fn from_cell(cell: &Cell) -> Option<Self> {
        i64::from_cell(cell)?.try_into().ok()
    }
}

impl FromCell for bool {
    fn from_cell(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Number(0) => Some(false),
            Cell::Number(1) => Some(true),
            Cell::Null | Cell::Number(_) | Cell::Text(_) | Cell::Bytes(_) => None,
        }
    }
}

impl FromCell for String {
    fn from_cell(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Text(text) => Some(text.clone()),
            Cell::Null | Cell::Number(_) | Cell::Bytes(_) => None,
        }
    }
}

impl FromCell for Vec<u8> {
    fn from_cell(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Bytes(bytes) => Some(bytes.clone()),
            Cell::Null | Cell::Number(_) | Cell::Text(_) => None,
        }
    }
}

impl<const N: usize> FromCell for [u8; N] {
    fn from_cell(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Bytes(bytes) => bytes.as_slice().try_into().ok(),
            Cell::Null | Cell::Number(_) | Cell::Text(_) => None,
        }
    }
}

impl<T: FromCell> FromCell for Option<T> {
    fn from_cell(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::from_cell(cell).map(Some),
        }
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Cell {
    fn from(truth: bool) -> Self {
        Self::Number(truth.into())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&[u8]> for Cell {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<const N: usize> From<[u8; N]> for Cell {
    fn from(bytes: [u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<Vec<u8>> for Cell {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<Timestamp> for Cell {
    /// Times are kept as microseconds, which sort and compare as numbers.
    fn from(at: Timestamp) -> Self {
        Self::Number(at.as_microsecond())
    }
}

impl FromCell for Timestamp {
    fn from_cell(cell: &Cell) -> Option<Self> {
        Self::from_microsecond(i64::from_cell(cell)?).ok()
    }
}

/// The cells of a statement, in order.
macro_rules! cells {
    ($($value:expr),* $(,)?) => {
        &[$($crate::store::Cell::from($value)),*]
    };
}
pub(crate) use cells;
