//! Pictures and recordings.

use anyhow::Result;
use serde_json::{Value, json};

use super::Desk;
use crate::{
    arguments::ArtifactsWord,
    ending::Wrong,
    files,
    json::{bytes, number, text},
    screen::{Colour, Screen, say},
    table::{Table, one_line},
};

const PAGE: u32 = 200;

pub(crate) fn artifacts(desk: &Desk<'_>, word: Option<ArtifactsWord>) -> Result<()> {
    let word = word.unwrap_or(ArtifactsWord::List {
        limit: 50,
        before: None,
    });
    match word {
        ArtifactsWord::List { limit, before } => {
            let params = json!({ "before": before, "limit": limit.min(PAGE) });
            let artifacts = desk.listed("artifacts/list", &params, "artifacts")?;
            desk.screen.list(&artifacts, |them| list(desk.screen, them));
        }
        ArtifactsWord::Save { id, file } => {
            let path = format!("/artifacts/{}", checked(&id)?);
            let door = desk.door()?;
            let count = files::fresh(&file, |out| Ok(door.fetch(&path, out)?))?;
            let size = bytes(i64::try_from(count)?);
            desk.screen.done(
                &format!("Saved {size} to {}.", file.display()),
                &json!({ "id": id, "bytes": count, "file": file }),
            );
        }
        ArtifactsWord::Delete { id, yes } => {
            desk.sure(yes, &format!("Delete {} for good?", one_line(&id)))?;
            let answer = desk.call("artifacts/delete", &json!({ "id": id }))?;
            desk.screen.done("Deleted.", &answer);
            let leftovers = one_line(text(&answer, "leftovers"));
            if !desk.screen.is_json() && !leftovers.is_empty() {
                say(desk.screen.paint(Colour::Careful, &leftovers));
            }
        }
    }
    Ok(())
}

/// An id as it may stand in a path.
pub(crate) fn checked(id: &str) -> Result<&str> {
    let harmless = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if id.is_empty() || !id.chars().all(harmless) {
        return Err(Wrong(format!(
            "{} is no id of a picture or recording (see `chaperone-headless artifacts`)",
            one_line(id)
        ))
        .into());
    }
    Ok(id)
}

pub(crate) fn list(screen: &Screen, artifacts: &[Value]) -> Vec<String> {
    let mut table = Table::new(&["ID", "KIND", "SIZE", "TAKEN", "KEPT", "COMMAND"]);
    for artifact in artifacts {
        let taken = number(artifact, "createdAt").map(|at| screen.ago(at));
        let kept = number(artifact, "expiresAt").map(|at| screen.left(at));
        let command = match artifact.get("command") {
            Some(Value::String(command)) => command.clone(),
            Some(Value::Number(command)) => command.to_string(),
            _ => String::new(),
        };
        table.row(vec![
            text(artifact, "id").into(),
            text(artifact, "mediaType").into(),
            number(artifact, "bytes")
                .map(bytes)
                .unwrap_or_default()
                .into(),
            taken.unwrap_or_default().into(),
            kept.unwrap_or_default().replace("in ", "for ").into(),
            command.into(),
        ]);
    }
    table.lines(screen, "There are no pictures and no recordings.")
}
