//! What this machine has for Chaperone. Each part adds its rows to one table; only a promise that
//! nothing keeps is a finding.

use std::process::ExitCode;

use chaperone_api::{
    DoorError,
    offline::{self, SenseFound},
};
use serde_json::{Value, json};

use super::Desk;
use crate::{
    ending,
    json::{is, list as elements, member, text},
    screen::{Colour, Screen, say},
    table::{Cell, Table},
};

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// As it should be.
    Good,
    /// It works, and the person should know something.
    Note,
    /// It is not there, and what needs it is refused.
    Missing,
    /// It cannot be told.
    Unknown,
}

/// One thing that was looked at.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) area: &'static str,
    pub(crate) what: String,
    pub(crate) state: State,
    pub(crate) note: String,
}

pub(crate) fn doctor(desk: &Desk<'_>) -> ExitCode {
    let (mut rows, broken) = sandboxes();
    // A part that can be looked at without a running Chaperone adds its rows here.
    rows.extend(secrets(desk));
    match running(desk) {
        Ok(more) => rows.extend(more),
        // Then this process looks itself.
        Err(DoorError::NotRunning) => rows.extend(senses()),
        Err(error) => rows.push(untold(&error)),
    }
    if desk.screen.is_json() {
        for row in &rows {
            desk.screen.value(&row.value());
        }
    } else {
        for line in shown(desk.screen, &rows) {
            say(line);
        }
    }
    if broken.is_empty() {
        return ExitCode::SUCCESS;
    }
    if !desk.screen.is_json() {
        for profile in broken {
            say(desk.screen.paint(
                Colour::Bad,
                &format!(
                    "Nothing here keeps the promise “{profile}”, so no program is run that needs it."
                ),
            ));
        }
    }
    ending::found_something()
}

/// The sandboxes, each really tried, and the promises that none keeps.
fn sandboxes() -> (Vec<Row>, Vec<String>) {
    let findings = offline::doctor();
    let rows = findings.iter().map(|finding| Row {
        area: "sandbox",
        what: format!("{} by {}", finding.profile, finding.backend),
        state: match &finding.problem {
            None => State::Good,
            Some(_) => State::Missing,
        },
        note: match &finding.problem {
            None if finding.serves => "works, and is used".to_owned(),
            None => "works".to_owned(),
            Some(problem) => problem.to_string(),
        },
    });
    let mut broken = Vec::new();
    for wanted in &findings {
        let kept = findings
            .iter()
            .any(|finding| finding.profile == wanted.profile && finding.serves);
        let name = wanted.profile.to_string();
        if !kept && !broken.contains(&name) {
            broken.push(name);
        }
    }
    (rows.collect(), broken)
}

/// Where tokens and keys lie.
fn secrets(desk: &Desk<'_>) -> Vec<Row> {
    let row = |state, note: String| Row {
        area: "secrets",
        what: "tokens and keys".to_owned(),
        state,
        note,
    };
    vec![match offline::secrets_kept(desk.data_dir) {
        Ok(kept) => match kept.problem {
            Some(problem) => row(
                State::Missing,
                format!("cannot be kept in {}: {problem}", kept.place),
            ),
            None if kept.in_keyring => row(State::Good, format!("in {}", kept.place)),
            None => row(State::Note, format!("in {}", kept.place)),
        },
        Err(error) => row(State::Unknown, error.to_string()),
    }]
}

/// What this process finds of the senses; whether each is switched on, only a running Chaperone
/// says.
fn senses() -> Vec<Row> {
    match offline::senses() {
        Ok(found) => found.iter().map(sense).collect(),
        Err(error) => vec![untold(&error)],
    }
}

pub(crate) fn sense(one: &SenseFound) -> Row {
    let (state, note) = match &one.found {
        Ok(note) => (State::Good, note),
        Err(note) => (State::Missing, note),
    };
    Row {
        area: "capability",
        what: json!(one.capability)
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        state,
        note: note.clone(),
    }
}

fn untold(error: &dyn std::error::Error) -> Row {
    Row {
        area: "capability",
        what: "camera, screen, location…".to_owned(),
        state: State::Unknown,
        note: error.to_string(),
    }
}

/// What the running Chaperone says of itself.
fn running(desk: &Desk<'_>) -> Result<Vec<Row>, DoorError> {
    let snapshot = desk.snapshot()?;
    let mut rows: Vec<Row> = elements(&snapshot, "notices")
        .iter()
        .filter_map(Value::as_str)
        .map(|notice| Row {
            area: "notice",
            what: "Chaperone says".to_owned(),
            state: State::Note,
            note: notice.to_owned(),
        })
        .collect();
    let hub = text(member(&snapshot, "device"), "hubAddress").to_owned();
    rows.push(Row {
        area: "hub",
        what: "for agents of this machine".to_owned(),
        state: if hub.is_empty() {
            State::Missing
        } else {
            State::Good
        },
        note: hub,
    });
    let capabilities = desk.listed("capabilities/list", &json!({}), "capabilities");
    rows.extend(match capabilities {
        Ok(capabilities) => capabilities.iter().map(capability).collect(),
        Err(error) => vec![untold(&error)],
    });
    Ok(rows)
}

pub(crate) fn capability(one: &Value) -> Row {
    let denied = text(one, "permission") == "denied";
    let note = match text(one, "note") {
        "" if denied => "the system does not permit it",
        "" if !is(one, "on") => "switched off",
        note => note,
    };
    Row {
        area: "capability",
        what: text(one, "capability").to_owned(),
        state: if denied || !is(one, "available") {
            State::Missing
        } else if is(one, "on") {
            State::Good
        } else {
            State::Note
        },
        note: note.to_owned(),
    }
}

impl Row {
    fn value(&self) -> Value {
        let state = self.state.name();
        json!({ "area": self.area, "what": self.what, "state": state, "note": self.note })
    }
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Note => "note",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }

    fn colour(self) -> Colour {
        match self {
            Self::Good => Colour::Good,
            Self::Note | Self::Unknown => Colour::Careful,
            Self::Missing => Colour::Bad,
        }
    }
}

pub(crate) fn shown(screen: &Screen, rows: &[Row]) -> Vec<String> {
    let mut table = Table::new(&["", "WHAT", "STATE", "NOTE"]);
    for row in rows {
        table.row(vec![
            row.area.into(),
            row.what.as_str().into(),
            Cell::painted(row.state.colour(), row.state.name()),
            row.note.as_str().into(),
        ]);
    }
    table.lines(screen, "Nothing was looked at.")
}
