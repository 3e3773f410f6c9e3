//! The live view of what waits, as a picture of lines and an answer to each key. It draws nothing
//! and reads nothing itself.
//!
//! Three things keep a yes from being given by mistake: a key that answers does nothing for a
//! moment after what it is about appeared (counted from when it was drawn to when the key went
//! down, however slow the terminal is), a yes does nothing before the whole request was on the
//! screen, and every answer carries the digest of what was shown.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::{describe, word_of};
use crate::{
    json::{is, list as elements, member, text},
    screen::{Colour, Screen},
    table::{one_line, wrapped},
};

/// As long as keys that answer do nothing after something appeared: longer than a key that was on
/// its way to something else.
pub(crate) const GUARD: Duration = Duration::from_millis(600);
/// As many of the other requests are listed above the one that is shown.
const MOST_LISTED: usize = 6;
/// In a narrower window nothing can be read, so nothing counts as seen.
const LEAST_COLUMNS: usize = 20;

/// A key, as far as it means something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Up,
    Down,
    PageUp,
    PageDown,
    Letter(char),
    Leave,
}

/// What a key leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// Nothing but a new picture.
    Draw,
    /// This answer is given.
    Answer {
        id: String,
        digest: String,
        decision: &'static str,
    },
    /// The view ends.
    Leave,
}

/// The state of the view.
#[derive(Debug)]
pub(crate) struct Live {
    requests: Vec<Value>,
    running: usize,
    paused: bool,
    selected: usize,
    /// Since when what is selected is on the screen; absent while it is still to be drawn.
    since: Option<Instant>,
    scroll: usize,
    /// The last picture's room for the selected request, and the number of its lines.
    room: usize,
    height: usize,
    /// Lines of the selected request that were on the screen, from its first.
    seen: usize,
    note: String,
}

impl Live {
    pub(crate) fn new() -> Self {
        Self {
            requests: Vec::new(),
            running: 0,
            paused: false,
            selected: 0,
            since: None,
            scroll: 0,
            room: 0,
            height: 0,
            seen: 0,
            note: String::new(),
        }
    }

    /// Takes in a message of the event stream, and says whether there is anything new to draw.
    pub(crate) fn hear(&mut self, message: &Value) -> bool {
        if text(message, "type") == "snapshot" {
            let snapshot = member(message, "snapshot");
            self.paused = is(snapshot, "paused");
            self.running = elements(snapshot, "running").len();
            self.replace(elements(snapshot, "requests"));
            return true;
        }
        let change = member(member(message, "event"), "change");
        match text(change, "type") {
            "requests" => self.replace(elements(change, "requests")),
            "running" => self.running = elements(change, "running").len(),
            "paused" => self.paused = is(change, "paused"),
            _ => return false,
        }
        true
    }

    /// Whether something waits, whose time runs.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.requests.is_empty()
    }

    /// Says something below the rest, until the next key.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.note = one_line(&note.into());
    }

    /// The same request stays selected; if it is gone or another by now, the guard begins anew.
    fn replace(&mut self, requests: &[Value]) {
        let before = self.current().map(identity);
        self.requests = requests.to_vec();
        let at = before
            .as_ref()
            .and_then(|(id, _)| self.requests.iter().position(|it| text(it, "id") == id));
        let last = self.requests.len().saturating_sub(1);
        self.selected = at.unwrap_or(self.selected).min(last);
        if self.current().map(identity) != before {
            self.appear();
        }
    }

    fn appear(&mut self) {
        self.since = None;
        self.scroll = 0;
        self.seen = 0;
    }

    fn current(&self) -> Option<&Value> {
        self.requests.get(self.selected)
    }

    /// The last picture is on the screen now.
    pub(crate) fn drawn(&mut self, now: Instant) {
        self.since.get_or_insert(now);
    }

    /// Takes a key that went down at a certain moment.
    pub(crate) fn key(&mut self, key: Key, pressed: Instant) -> Act {
        self.note.clear();
        let last = self.requests.len().saturating_sub(1);
        let page = self.room.saturating_sub(1).max(1);
        match key {
            Key::Leave | Key::Letter('q') => return Act::Leave,
            Key::Up | Key::Letter('k') => self.select(self.selected.saturating_sub(1)),
            Key::Down | Key::Letter('j') => self.select((self.selected + 1).min(last)),
            Key::PageUp => self.scroll = self.scroll.saturating_sub(page),
            Key::PageDown | Key::Letter(' ') => {
                let most = self.height.saturating_sub(self.room);
                self.scroll = (self.scroll + page).min(most);
            }
            Key::Letter('a') => return self.answer("allowOnce", pressed),
            Key::Letter('s') => return self.answer("send", pressed),
            Key::Letter('d') => return self.answer("deny", pressed),
            Key::Letter('r') => return self.answer("retake", pressed),
            Key::Letter('x') => return self.answer("discard", pressed),
            Key::Letter(_) => {}
        }
        Act::Draw
    }

    fn select(&mut self, at: usize) {
        if at != self.selected {
            self.selected = at;
            self.appear();
        }
    }

    fn answer(&mut self, decision: &'static str, pressed: Instant) -> Act {
        let Some(request) = self.current() else {
            return Act::Draw;
        };
        let (id, digest) = identity(request);
        let takes = elements(request, "decisions")
            .iter()
            .any(|offered| offered.as_str() == Some(decision));
        let is_read = self
            .since
            .is_some_and(|since| pressed.saturating_duration_since(since) >= GUARD);
        let is_yes = matches!(decision, "allowOnce" | "send");
        let refusal = if !takes {
            "This request does not take that answer."
        } else if !is_read {
            "That was quick: it has only just appeared. Read it first."
        } else if is_yes && self.seen < self.height {
            "It goes on below: see the end of it first (PgDn or space)."
        } else {
            return Act::Answer {
                id,
                digest,
                decision,
            };
        };
        self.note(refusal);
        Act::Draw
    }

    /// The picture, not higher than `rows`, each line not wider than `columns`. What is drawn
    /// counts as seen.
    pub(crate) fn draw(&mut self, screen: &Screen, columns: usize, rows: usize) -> Vec<String> {
        let mut lines = vec![screen.paint(Colour::Strong, &self.headline())];
        let first = self.selected.saturating_sub(MOST_LISTED / 2);
        let listed = self.requests.iter().enumerate().skip(first);
        if self.requests.len() > 1 {
            for (at, request) in listed.take(MOST_LISTED) {
                let mark = if at == self.selected { ">" } else { " " };
                let line = format!(
                    "{mark} {}  {}  {}",
                    text(request, "id"),
                    text(member(request, "agent"), "name"),
                    describe::short(member(request, "action")),
                );
                // The list is for finding one's way; what is selected stands below, whole.
                lines.push(one_row(&one_line(&line), columns));
            }
            lines.push(String::new());
        }
        let footer = self.footer();
        self.room = match columns {
            ..LEAST_COLUMNS => 0,
            _ => rows.saturating_sub(lines.len() + 2),
        };
        let body = self.body(screen, columns);
        self.height = body.len();
        self.scroll = self.scroll.min(self.height.saturating_sub(self.room));
        if self.scroll <= self.seen {
            self.seen = self.seen.max((self.scroll + self.room).min(self.height));
        }
        let below = self.height.saturating_sub(self.scroll + self.room);
        lines.extend(body.into_iter().skip(self.scroll).take(self.room));
        let note = match (self.note.is_empty(), below) {
            (false, _) => self.note.clone(),
            (true, 0) => String::new(),
            (true, below) => format!("{below} more lines below (PgDn or space)"),
        };
        lines.push(screen.paint(Colour::Careful, &one_row(&note, columns)));
        lines.push(screen.paint(Colour::Faint, &one_row(&footer, columns)));
        lines.truncate(rows);
        lines
    }

    fn headline(&self) -> String {
        let mut parts = vec![match self.requests.len() {
            0 => "Nothing waits for you".to_owned(),
            1 => "1 request waits for you".to_owned(),
            several => format!("{several} requests wait for you"),
        }];
        if self.running > 0 {
            parts.push(format!("{} running", self.running));
        }
        if self.paused {
            parts.push("PAUSED".to_owned());
        }
        parts.join(" · ")
    }

    fn body(&self, screen: &Screen, columns: usize) -> Vec<String> {
        let Some(request) = self.current() else {
            return Vec::new();
        };
        // Colour codes have no width, so a line is wrapped before it is painted; the few that are
        // painted here are whole ones.
        describe::request(&screen.without_colours(), request)
            .into_iter()
            .enumerate()
            .flat_map(|(at, line)| {
                let colour = match at {
                    0 => Some(Colour::Strong),
                    _ if line.starts_with("    careful") => Some(Colour::Careful),
                    _ => None,
                };
                wrapped(&line, columns)
                    .into_iter()
                    .map(move |line| match colour {
                        Some(colour) => screen.paint(colour, &line),
                        None => line,
                    })
            })
            .collect()
    }

    fn footer(&self) -> String {
        let mut keys = Vec::new();
        if let Some(request) = self.current() {
            let key_of = [
                ("allowOnce", 'a'),
                ("deny", 'd'),
                ("send", 's'),
                ("retake", 'r'),
                ("discard", 'x'),
            ];
            for decision in elements(request, "decisions")
                .iter()
                .filter_map(Value::as_str)
            {
                if let Some((_, key)) = key_of.iter().find(|(name, _)| *name == decision) {
                    keys.push(format!("{key} {}", word_of(decision)));
                }
            }
            if self.requests.len() > 1 {
                keys.push("↑↓ another".to_owned());
            }
        }
        keys.push("q leave".to_owned());
        keys.join("   ")
    }
}

fn identity(request: &Value) -> (String, String) {
    (
        text(request, "id").to_owned(),
        text(request, "digest").to_owned(),
    )
}

/// As much of a line as has room, and a mark where there is more.
fn one_row(line: &str, columns: usize) -> String {
    let mut rows = wrapped(line, columns).into_iter();
    let first = rows.next().unwrap_or_default();
    if rows.next().is_none() {
        return first;
    }
    let shorter = wrapped(line, columns.saturating_sub(1)).into_iter().next();
    format!("{}…", shorter.unwrap_or_default())
}
