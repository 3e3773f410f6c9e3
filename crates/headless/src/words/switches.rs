//! The capabilities of this computer, and what agents of each level may do with them.

use anyhow::Result;
use clap::ValueEnum;
use serde_json::{Value, json};

use super::Desk;
use crate::{
    arguments::{CapabilityName, StandingWord, SwitchesWord},
    json::{is, list as elements, member, number, text},
    screen::{Colour, Screen},
    table::{Cell, Table},
};

const LEVELS: [&str; 4] = ["student", "intern", "supervised", "autonomous"];

pub(crate) fn switches(desk: &Desk<'_>, word: Option<SwitchesWord>) -> Result<()> {
    match word.unwrap_or(SwitchesWord::List) {
        SwitchesWord::List => {
            let capabilities = desk.listed("capabilities/list", &json!({}), "capabilities")?;
            desk.screen
                .list(&capabilities, |them| list(desk.screen, them));
        }
        SwitchesWord::On { capability } => set(desk, capability, true)?,
        SwitchesWord::Off { capability } => set(desk, capability, false)?,
    }
    Ok(())
}

pub(crate) fn standing(desk: &Desk<'_>, word: Option<StandingWord>) -> Result<()> {
    match word.unwrap_or(StandingWord::Show) {
        StandingWord::Show => {
            let rows = elements(&desk.snapshot()?, "standing").to_vec();
            desk.screen.list(&rows, |rows| table(desk.screen, rows));
        }
        StandingWord::Set {
            capability,
            level,
            verdict,
        } => {
            let (capability, verdict) = (name(capability), name(verdict));
            let params = json!({ "capability": capability, "level": level, "verdict": verdict });
            let sentence = format!("{capability}, {level}: {verdict}.");
            desk.act("standing/set", &params, &sentence)?;
        }
    }
    Ok(())
}

fn set(desk: &Desk<'_>, capability: CapabilityName, on: bool) -> Result<()> {
    let name = name(capability);
    let sentence = format!("{name} is {} now.", if on { "on" } else { "off" });
    let params = json!({ "capability": name, "on": on });
    Ok(desk.act("capabilities/set", &params, &sentence)?)
}

/// As the calls name it, which is as it is written here.
pub(crate) fn name(value: impl ValueEnum + Copy) -> String {
    value
        .to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}

pub(crate) fn list(screen: &Screen, capabilities: &[Value]) -> Vec<String> {
    let mut table = Table::new(&["CAPABILITY", "SWITCH", "PERMISSION", "HERE", "NOTE"]);
    for one in capabilities {
        let switch = if is(one, "on") {
            Cell::painted(Colour::Good, "on")
        } else {
            Cell::painted(Colour::Faint, "off")
        };
        let permission = match text(one, "permission") {
            "denied" => Cell::painted(Colour::Bad, "denied"),
            other => other.into(),
        };
        let here = if is(one, "available") { "yes" } else { "no" };
        table.row(vec![
            text(one, "capability").into(),
            switch,
            permission,
            here.into(),
            text(one, "note").into(),
        ]);
    }
    table.lines(screen, "This device can do nothing for agents.")
}

pub(crate) fn table(screen: &Screen, rows: &[Value]) -> Vec<String> {
    let mut table = Table::new(&["", "STUDENT", "INTERN", "SUPERVISED", "AUTONOMOUS"]);
    for row in rows {
        let cells = LEVELS.iter().map(|level| verdict(member(row, level)));
        table.row(
            [text(row, "capability").into()]
                .into_iter()
                .chain(cells)
                .collect(),
        );
    }
    table.lines(screen, "This device can do nothing for agents.")
}

fn verdict(cell: &Value) -> Cell {
    match (text(cell, "verdict"), number(cell, "perMinute")) {
        ("forbid", _) => Cell::painted(Colour::Faint, "–"),
        (verdict, Some(limit)) => format!("{verdict}, {limit} a minute").into(),
        (verdict, None) => verdict.into(),
    }
}
