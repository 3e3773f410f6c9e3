//! What runs right now.

use anyhow::Result;
use serde_json::{Value, json};

use super::{Desk, requests::describe};
use crate::{
    arguments::RunningWord,
    json::{list as elements, member, number, text},
    screen::Screen,
    table::Table,
};

pub(crate) fn running(desk: &Desk<'_>, word: Option<RunningWord>) -> Result<()> {
    match word.unwrap_or(RunningWord::List) {
        RunningWord::List => {
            let running = elements(&desk.snapshot()?, "running").to_vec();
            desk.screen.list(&running, |them| list(desk.screen, them));
        }
        RunningWord::Stop { id } => {
            desk.act("running/stop", &json!({ "id": id }), "Stopped.")?;
        }
    }
    Ok(())
}

pub(crate) fn list(screen: &Screen, running: &[Value]) -> Vec<String> {
    let mut table = Table::new(&["NUMBER", "AGENT", "CONNECTION", "SINCE", "WHAT"]);
    for one in running {
        let since = number(one, "startedAt").map(|at| screen.ago(at));
        table.row(vec![
            text(one, "id").into(),
            text(member(one, "agent"), "name").into(),
            text(one, "connection").into(),
            since.unwrap_or_default().into(),
            describe::short(member(one, "action")).into(),
        ]);
    }
    table.lines(screen, "Nothing runs.")
}
