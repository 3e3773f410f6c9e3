//! Columns for people. What stands in a cell is never cut; the last column may be as long as it is.

use chaperone_api::visible;
use unicode_width::UnicodeWidthStr as _;

use crate::screen::{Colour, Screen};

const GAP: &str = "  ";

/// Rows under headings.
pub(crate) struct Table {
    heads: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

/// What stands at one place, and how it is painted.
pub(crate) struct Cell {
    text: String,
    colour: Option<Colour>,
}

impl Cell {
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        Self {
            text: one_line(text.as_ref()),
            colour: None,
        }
    }

    pub(crate) fn painted(colour: Colour, text: impl AsRef<str>) -> Self {
        Self {
            colour: Some(colour),
            ..Self::new(text)
        }
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

impl Table {
    pub(crate) fn new(heads: &[&str]) -> Self {
        Self {
            heads: heads.iter().map(|head| (*head).to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// The lines; instead of an empty table, the sentence that says so.
    pub(crate) fn lines(&self, screen: &Screen, empty: &str) -> Vec<String> {
        if self.rows.is_empty() {
            return vec![empty.to_owned()];
        }
        let widths: Vec<usize> = self
            .heads
            .iter()
            .enumerate()
            .map(|(column, head)| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells
                    .map(|cell| cell.text.width())
                    .chain([head.width()])
                    .max()
                    .unwrap_or_default()
            })
            .collect();
        let heads = self
            .heads
            .iter()
            .map(|head| Cell::painted(Colour::Faint, head))
            .collect::<Vec<_>>();
        [&heads]
            .into_iter()
            .chain(&self.rows)
            .map(|row| line(row, &widths, screen))
            .collect()
    }
}

fn line(row: &[Cell], widths: &[usize], screen: &Screen) -> String {
    let mut line = String::new();
    for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
        if column > 0 {
            line.push_str(GAP);
        }
        match cell.colour {
            Some(colour) => line.push_str(&screen.paint(colour, &cell.text)),
            None => line.push_str(&cell.text),
        }
        if column + 1 < row.len() {
            line.extend(std::iter::repeat_n(
                ' ',
                width.saturating_sub(cell.text.width()),
            ));
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// A text that can do nothing to a terminal, on one line.
pub(crate) fn one_line(text: &str) -> String {
    visible(text).replace('\n', " ⏎ ").replace('\t', " ⇥ ")
}

/// A text that can do nothing to a terminal, on as many lines as it has.
pub(crate) fn many_lines(text: &str) -> Vec<String> {
    visible(text)
        .lines()
        .map(|line| line.replace('\t', "    "))
        .collect()
}

/// Puts a long line on as many lines as it needs.
pub(crate) fn wrapped(line: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut used = 0;
    for c in line.chars() {
        let wide = unicode_width::UnicodeWidthChar::width(c).unwrap_or_default();
        if used + wide > width {
            lines.push(std::mem::take(&mut current));
            used = 0;
        }
        current.push(c);
        used += wide;
    }
    lines.push(current);
    lines
}
