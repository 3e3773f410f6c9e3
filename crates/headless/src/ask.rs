//! Words that talk to a Chaperone that runs, or look at what it left.

use std::{
    io::{BufRead as _, IsTerminal as _},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use chaperone_api::{Door, DoorClient, DoorError, offline};
use serde_json::{Value, json};

use crate::{
    arguments::{ExplainOptions, RequestsWord},
    say,
};

pub(crate) fn requests(data_dir: &Path, word: Option<RequestsWord>) -> Result<ExitCode> {
    let door = DoorClient::find(data_dir)?;
    match word.unwrap_or(RequestsWord::List { json: false }) {
        RequestsWord::List { json } => {
            let requests = waiting(&door)?;
            if requests.is_empty() && !json {
                say("Nothing waits for you.");
            }
            for request in &requests {
                if json {
                    say(request);
                } else {
                    describe(request);
                }
            }
        }
        RequestsWord::Allow { id, digest } => {
            let digest = match digest {
                Some(digest) => digest,
                None => confirm(&find(&door, &id)?)?,
            };
            answer(&door, &id, &digest, "allowOnce")?;
            say("Allowed, this once.");
        }
        RequestsWord::Deny { id } => {
            let request = find(&door, &id)?;
            answer(&door, &id, text(&request, "digest"), "deny")?;
            say("Denied.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn pause(data_dir: &Path, paused: bool) -> Result<ExitCode> {
    match DoorClient::find(data_dir)
        .and_then(|door| door.call("pause/set", &json!({ "paused": paused })))
    {
        // Nothing runs: the pause is written down, and holds from the next start.
        Err(DoorError::NotRunning) => offline::set_paused(data_dir, paused)?,
        other => {
            other?;
        }
    }
    say(if paused {
        "Paused. Nothing runs until you resume."
    } else {
        "Resumed."
    });
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn verify(data_dir: &Path) -> Result<ExitCode> {
    let verified = offline::verify(data_dir)?;
    match verified.broken {
        None => {
            say(format_args!(
                "The record is whole: {} entries.",
                verified.entries
            ));
            Ok(ExitCode::SUCCESS)
        }
        Some(broken) => {
            say(format_args!("The record is BROKEN: {}", broken.problem));
            Ok(ExitCode::from(2))
        }
    }
}

pub(crate) fn explain(data_dir: &Path, options: &ExplainOptions) -> Result<ExitCode> {
    let door = DoorClient::find(data_dir)?;
    let explained = door.call(
        "gate/explain",
        &json!({
            "line": options.line,
            "level": options.level,
            "agent": options.agent,
            "connection": options.connection,
        }),
    )?;
    if options.json {
        say(&explained);
        return Ok(ExitCode::SUCCESS);
    }
    say(text(&explained, "verdict").to_uppercase());
    if let Some(because) = explained.get("scriptBecause").and_then(Value::as_str) {
        say(format_args!("It is a script: {because}."));
    }
    let list = |name: &str| explained.get(name).and_then(Value::as_array).cloned();
    for (mark, name) in [("-", "sentences"), ("?", "missed")] {
        for sentence in list(name).unwrap_or_default() {
            say(format_args!(
                "{mark} {}",
                sentence.as_str().unwrap_or_default()
            ));
        }
    }
    say("The step that decided is the last of those marked with a dash.");
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn key(data_dir: &Path, agent: &str) -> Result<ExitCode> {
    say(offline::agent_key(data_dir, agent)?);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn link(data_dir: &Path) -> Result<ExitCode> {
    if !Door::is_open(data_dir) {
        bail!(DoorError::NotRunning);
    }
    say(DoorClient::find(data_dir)?.link()?);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn doctor() -> ExitCode {
    let findings = offline::doctor();
    say("How programs can be kept from doing harm on this computer:");
    for finding in &findings {
        say(format_args!("- {finding}"));
    }
    let broken = findings
        .iter()
        .map(|finding| finding.profile)
        .find(|wanted| {
            !findings
                .iter()
                .any(|finding| finding.profile == *wanted && finding.serves)
        });
    match broken {
        None => ExitCode::SUCCESS,
        Some(profile) => {
            say(format_args!(
                "Nothing here keeps the promise “{profile}”, so no program is run that needs it."
            ));
            ExitCode::from(2)
        }
    }
}

fn waiting(door: &DoorClient) -> Result<Vec<Value>> {
    let snapshot = door.call("state/snapshot", &json!({}))?;
    Ok(snapshot
        .get("requests")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default())
}

fn find(door: &DoorClient, id: &str) -> Result<Value> {
    waiting(door)?
        .into_iter()
        .find(|request| text(request, "id") == id)
        .with_context(|| format!("no request {id} waits (see `chaperone-headless requests`)"))
}

fn answer(door: &DoorClient, id: &str, digest: &str, decision: &str) -> Result<()> {
    door.call(
        "requests/answer",
        &json!({ "id": id, "digest": digest, "decision": decision }),
    )?;
    Ok(())
}

/// Shows a request and asks; the digest of what was shown is the answer.
fn confirm(request: &Value) -> Result<String> {
    if !std::io::stdin().is_terminal() {
        bail!(
            "allowing needs --digest with the digest that `requests list` shows, or a terminal to ask on"
        );
    }
    describe(request);
    say("Type \"allow\" to let it run, anything else leaves it waiting:");
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("reading your answer")?;
    if line.trim() != "allow" {
        bail!("left waiting");
    }
    Ok(text(request, "digest").to_owned())
}

fn describe(request: &Value) {
    let agent = request.get("agent").unwrap_or(&Value::Null);
    let action = request.get("action").unwrap_or(&Value::Null);
    say(format_args!(
        "{}  {} ({}) from {}",
        text(request, "id"),
        text(agent, "name"),
        text(agent, "level"),
        text(request, "connection"),
    ));
    if text(action, "type") == "shell" {
        say("    wants to run");
        for line in text(action, "line").lines() {
            say(format_args!("      {line}"));
        }
        if let Some(because) = action.get("scriptBecause").and_then(Value::as_str) {
            say(format_args!("    a script: {because}"));
        }
        for program in action
            .get("programs")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            say(format_args!("    program  {}", text(program, "path")));
        }
        for variable in action
            .get("environment")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            say(format_args!(
                "    with     {}={}",
                text(variable, "name"),
                text(variable, "value")
            ));
        }
        say(format_args!("    folder   {}", text(action, "workingDir")));
        say("    sandbox  read-only, no network");
        let limit = action
            .get("timeoutSeconds")
            .and_then(Value::as_u64)
            .unwrap_or_default();
        say(format_args!("    stops after {limit} s"));
    } else {
        say("    wants to notify you");
        say(format_args!("      {}", text(action, "title")));
        for line in text(action, "body").lines() {
            say(format_args!("      {line}"));
        }
    }
    say(format_args!("    digest   {}", text(request, "digest")));
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
