//! A request, or what it is about, in words. Nothing of it is left out: what has no words of its
//! own yet is shown by its name.

use serde_json::Value;

use crate::{
    json::{bytes, list as elements, member, number, text, words},
    screen::{Colour, Screen},
    table::{many_lines, one_line},
};

/// The members of a shell action that have words of their own.
const SHELL: [&str; 9] = [
    "type",
    "line",
    "scriptBecause",
    "needsShell",
    "programs",
    "workingDir",
    "environment",
    "containment",
    "timeoutSeconds",
];

/// Everything about a request.
pub(crate) fn request(screen: &Screen, request: &Value) -> Vec<String> {
    let agent = member(request, "agent");
    let mut lines = vec![screen.paint(
        Colour::Strong,
        &one_line(&format!(
            "{}  {} ({}) from {}",
            text(request, "id"),
            text(agent, "name"),
            text(agent, "level"),
            text(request, "connection"),
        )),
    )];
    if text(agent, "claimed") != text(agent, "level") {
        row(
            &mut lines,
            "claimed",
            &format!("its hub says {}", text(agent, "claimed")),
        );
    }
    lines.extend(action(member(request, "action")));
    if let Some(artifact) = member(request, "action")
        .get("artifact")
        .or_else(|| request.get("artifact"))
        .filter(|artifact| artifact.is_object())
    {
        lines.extend(taken(artifact));
    }
    for risk in elements(request, "risks") {
        let part = match text(risk, "part") {
            "" => String::new(),
            part => format!(": {}", one_line(part)),
        };
        lines.push(screen.paint(
            Colour::Careful,
            &format!("    careful  {}{part}", danger(text(risk, "kind"))),
        ));
    }
    if let Some(at) = number(request, "expiresAt") {
        row(
            &mut lines,
            "answer",
            &format!("{}, or it is a no", screen.left(at)),
        );
    }
    let answers: Vec<&str> = elements(request, "decisions")
        .iter()
        .filter_map(Value::as_str)
        .map(super::word_of)
        .collect();
    row(&mut lines, "takes", &answers.join(", "));
    row(&mut lines, "digest", text(request, "digest"));
    lines
}

fn action(action: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    let kind = text(action, "type");
    let wants = match kind {
        "shell" => "wants to run",
        "notification" => "wants to notify you",
        "location" => "wants to know where this computer is",
        "camera" => "wants a picture from the camera",
        "screenshot" => "wants a picture of the screen",
        "recording" => "wants to record the screen",
        "review" => "was allowed, and waits to be looked at before it leaves",
        _ => "wants something this command line has no words for",
    };
    lines.push(format!("    {wants}"));
    let known: &[&str] = match kind {
        "shell" => {
            shell(&mut lines, action);
            &SHELL
        }
        "notification" => {
            quoted(&mut lines, text(action, "title"));
            quoted(&mut lines, text(action, "body"));
            &["type", "title", "body"]
        }
        "recording" => {
            row(&mut lines, "hears", &heard(text(action, "hears")));
            &["type", "hears"]
        }
        "location" | "camera" | "screenshot" | "review" => &["type", "artifact"],
        _ => &[],
    };
    for (name, value) in action.as_object().into_iter().flatten() {
        if known.contains(&name.as_str()) || value.is_null() {
            continue;
        }
        if matches!(value, Value::Object(_)) {
            for (inner, value) in value.as_object().into_iter().flatten() {
                row(
                    &mut lines,
                    &format!("{} {}", words(name), words(inner)),
                    &plain(value),
                );
            }
        } else {
            row(&mut lines, &words(name), &plain(value));
        }
    }
    lines
}

fn shell(lines: &mut Vec<String>, action: &Value) {
    quoted(lines, text(action, "line"));
    if !text(action, "scriptBecause").is_empty() {
        let because = one_line(text(action, "scriptBecause"));
        lines.push(format!("    a script: {because}"));
    }
    for program in elements(action, "programs") {
        row(lines, "program", text(program, "path"));
    }
    for variable in elements(action, "environment") {
        let set = format!("{}={}", text(variable, "name"), text(variable, "value"));
        row(lines, "with", &set);
    }
    row(lines, "folder", text(action, "workingDir"));
    row(
        lines,
        "sandbox",
        &containment(member(action, "containment")),
    );
    if let Some(limit) = number(action, "timeoutSeconds") {
        row(lines, "stops", &format!("after {limit} s"));
    }
}

/// What a recording hears, in words.
fn heard(sound: &str) -> String {
    match sound {
        "" => "nothing".to_owned(),
        "microphone" => "the microphone".to_owned(),
        "output" => "what this computer plays".to_owned(),
        other => words(other),
    }
}

fn containment(containment: &Value) -> String {
    let folder = text(containment, "folder");
    match text(containment, "type") {
        "readOnly" => "read-only, no network".to_owned(),
        "write" => format!("writes in {folder}, no network"),
        "writeNetwork" => format!("writes in {folder}, and has the network"),
        "none" => "NONE: it can do whatever you can".to_owned(),
        other => words(other),
    }
}

fn taken(artifact: &Value) -> Vec<String> {
    use std::fmt::Write as _;
    let id = one_line(text(artifact, "id"));
    let size = number(artifact, "bytes").map(bytes).unwrap_or_default();
    let mut what = format!("{}, {size}", one_line(text(artifact, "mediaType")));
    if let (Some(width), Some(height)) = (number(artifact, "width"), number(artifact, "height")) {
        let _ = write!(what, ", {width} × {height}");
    }
    vec![
        format!("    taken    {what}"),
        format!("    look     chaperone-headless artifacts save {id} FILE"),
    ]
}

/// What is risky, in words.
fn danger(kind: &str) -> String {
    match kind {
        "script" => "what it does cannot be told from its words alone".to_owned(),
        "wrapper" => "runs another program that is named in its words".to_owned(),
        "destructive" => "deletes or overwrites".to_owned(),
        "privilege" => "becomes another user".to_owned(),
        "network" => "talks to the network".to_owned(),
        "lookAlike" => "has letters that look like others".to_owned(),
        "hidden" => "has characters that cannot be seen".to_owned(),
        other => words(other),
    }
}

/// What is asked for, on one line.
pub(crate) fn short(action: &Value) -> String {
    match text(action, "type") {
        "shell" => one_line(text(action, "line")),
        "notification" => format!("notification: {}", one_line(text(action, "title"))),
        "review" => "taken already, to be looked at".to_owned(),
        "unknown" => format!("unknown: {}", one_line(text(action, "name"))),
        kind => {
            let others = action.as_object().into_iter().flatten();
            let others: Vec<String> = others
                .filter(|(name, value)| *name != "type" && !value.is_null())
                .map(|(name, value)| format!("{} {}", words(name), plain(value)))
                .collect();
            if others.is_empty() {
                words(kind)
            } else {
                format!("{} ({})", words(kind), others.join(", "))
            }
        }
    }
}

/// A value, on one line.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => one_line(text),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Null => "none".to_owned(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => one_line(&other.to_string()),
    }
}

fn row(lines: &mut Vec<String>, name: &str, value: &str) {
    lines.push(format!("    {name:<8} {}", one_line(value)));
}

fn quoted(lines: &mut Vec<String>, text: &str) {
    lines.extend(
        many_lines(text)
            .into_iter()
            .map(|line| format!("      {line}")),
    );
}
