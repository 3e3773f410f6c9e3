//! What would happen with a command line, and why.

use anyhow::Result;
use serde_json::{Value, json};

use super::Desk;
use crate::{
    arguments::ExplainOptions,
    json::{list as elements, text},
    screen::{Colour, Screen},
    table::one_line,
};

pub(crate) fn explain(desk: &Desk<'_>, options: &ExplainOptions) -> Result<()> {
    let explained = desk.call(
        "gate/explain",
        &json!({
            "line": options.line,
            "level": options.level,
            "agent": options.agent,
            "connection": options.connection,
        }),
    )?;
    desk.screen.one(&explained, |it| show(desk.screen, it));
    Ok(())
}

pub(crate) fn show(screen: &Screen, explained: &Value) -> Vec<String> {
    let verdict = text(explained, "verdict");
    let colour = match verdict {
        "forbid" => Colour::Bad,
        "ask" => Colour::Careful,
        _ => Colour::Good,
    };
    let mut lines = vec![screen.paint(colour, &verdict.to_uppercase())];
    if let Some(because) = explained.get("scriptBecause").and_then(Value::as_str) {
        lines.push(format!("It is a script: {}.", one_line(because)));
    }
    for (mark, name) in [("-", "sentences"), ("?", "missed")] {
        let sentences = elements(explained, name).iter().filter_map(Value::as_str);
        lines.extend(sentences.map(|sentence| format!("{mark} {}", one_line(sentence))));
    }
    lines.push("The step that decided is the last of those marked with a dash.".to_owned());
    lines
}
