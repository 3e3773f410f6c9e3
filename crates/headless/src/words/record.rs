//! The record: listed, exported, checked.

use std::{
    io::{BufWriter, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use chaperone_api::{
    DoorError,
    offline::{self, ExportFormat},
};
use serde_json::{Map, Value, json};

use super::{Desk, requests::describe, switches};
use crate::{
    arguments::{ExportForm, ExportOptions, RecordListOptions, RecordWord},
    ending::{self, Wrong},
    files,
    json::{is, list as elements, member, number, text, words},
    screen::{Colour, Screen},
    table::{Cell, Table, one_line},
};

/// As many lines as the door gives at once.
const PAGE: u32 = 200;
/// Said when the index of words had to be made again.
const SEARCH_MENDED: &str =
    "What searches use did not agree with it, and was made again from the record.";

pub(crate) fn record(desk: &Desk<'_>, word: Option<RecordWord>) -> Result<ExitCode> {
    match word.unwrap_or_else(|| RecordWord::List(RecordListOptions::usual())) {
        RecordWord::List(options) => {
            let entries = entries(desk, &options)?;
            desk.screen.list(&entries, |them| list(desk.screen, them));
        }
        RecordWord::Export(options) => export(desk, &options)?,
        RecordWord::Verify { since } => return verify(desk, since.as_deref()),
        RecordWord::Checkpoint => {
            let answer = desk.call("record/checkpoint", &json!({}))?;
            desk.screen.done(text(&answer, "checkpoint"), &answer);
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl RecordListOptions {
    fn usual() -> Self {
        Self {
            limit: 50,
            ..Self::default()
        }
    }
}

fn entries(desk: &Desk<'_>, options: &RecordListOptions) -> Result<Vec<Value>> {
    let mut params = filters(desk.screen, options)?;
    let mut entries: Vec<Value> = Vec::new();
    let mut before = options.before;
    loop {
        let missing = options.limit.saturating_sub(u32::try_from(entries.len())?);
        params.insert("before".to_owned(), before.into());
        params.insert("limit".to_owned(), missing.min(PAGE).into());
        let answer = desk.call("activity/list", &Value::Object(params.clone()))?;
        let page = elements(&answer, "entries");
        entries.extend_from_slice(page);
        before = page.last().and_then(|entry| entry.get("seq")?.as_u64());
        let more = answer.get("more").and_then(Value::as_bool) == Some(true);
        if !more || before.is_none() || entries.len() >= options.limit as usize {
            return Ok(entries);
        }
    }
}

/// The filters that are set; those that are not are left out.
pub(crate) fn filters(screen: &Screen, options: &RecordListOptions) -> Result<Map<String, Value>> {
    let moment = |name: &str, text: &Option<String>| {
        match text {
        None => Ok(None),
        Some(text) => screen.meant(text).map(Some).ok_or_else(|| {
            Wrong(format!(
                "--{name} {} is no time; say 2026-11-21, 2026-11-21T08:30, or how long ago (2h, 7d)",
                one_line(text)
            ))
        }),
    }
    };
    let all = [
        ("agent", options.agent.clone().map(Value::from)),
        (
            "capability",
            options.capability.map(|it| switches::name(it).into()),
        ),
        (
            "verdict",
            options.verdict.map(|it| switches::name(it).into()),
        ),
        ("from", moment("from", &options.from)?.map(Value::from)),
        ("until", moment("until", &options.until)?.map(Value::from)),
        ("words", options.words.clone().map(Value::from)),
    ];
    let set = all
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Ok(set.collect())
}

fn export(desk: &Desk<'_>, options: &ExportOptions) -> Result<()> {
    let format = match options.format {
        ExportForm::Jsonl => ExportFormat::JsonLines,
        ExportForm::Csv => ExportFormat::Csv,
    };
    let Some(path) = &options.out else {
        let mut out = BufWriter::new(std::io::stdout().lock());
        offline::export(desk.data_dir, format, &mut out)?;
        return out
            .flush()
            .context("writing to the standard output; see whether there is room");
    };
    let count = files::fresh(path, |file| {
        let mut out = BufWriter::new(file);
        let count = offline::export(desk.data_dir, format, &mut out)?;
        out.flush()?;
        Ok(count)
    })?;
    desk.screen.done(
        &format!("Wrote {count} entries to {}.", path.display()),
        &json!({ "entries": count, "file": path }),
    );
    Ok(())
}

fn verify(desk: &Desk<'_>, since: Option<&Path>) -> Result<ExitCode> {
    let since = since
        .map(|path| {
            std::fs::read_to_string(path).with_context(|| {
                format!(
                    "reading the checkpoint in {}; name a file that is there",
                    path.display()
                )
            })
        })
        .transpose()?;
    let mut verified = offline::verify(desk.data_dir, since.as_deref().map(str::trim))?;
    // What is broken stays as it was found.
    if verified.broken.is_none() {
        verified.search_mended = mend_search(desk);
    }
    let value = json!(verified);
    match verified.broken {
        None => {
            let whole = format!("The record is whole: {} entries.", verified.entries);
            let sentence = if verified.search_mended {
                format!("{whole} {SEARCH_MENDED}")
            } else {
                whole
            };
            desk.screen.done(&sentence, &value);
            Ok(ExitCode::SUCCESS)
        }
        Some(broken) => {
            let sentence = format!("The record is BROKEN: {}", broken.problem);
            let sentence = desk.screen.paint(Colour::Bad, &sentence);
            desk.screen.done(&sentence, &value);
            Ok(ending::found_something())
        }
    }
}

/// Whoever has the record open makes sure that searches find what it holds. That this cannot be
/// done says nothing about the record.
fn mend_search(desk: &Desk<'_>) -> bool {
    let mended = match desk.call("record/mendSearch", &json!({})) {
        Ok(answer) => Ok(is(&answer, "mended")),
        Err(DoorError::NotRunning) => offline::mend_search(desk.data_dir).map_err(Into::into),
        Err(error) => Err(anyhow::Error::from(error)),
    };
    mended.unwrap_or_else(|error| {
        desk.screen
            .error(&error.context("looking whether searches find what the record holds"));
        false
    })
}

pub(crate) fn list(screen: &Screen, entries: &[Value]) -> Vec<String> {
    let mut table = Table::new(&["NUMBER", "WHEN", "WHAT", "AGENT", "CONNECTION", "MORE"]);
    for entry in entries {
        let what = member(entry, "what");
        let kind = text(what, "type");
        let (shown, more) = if kind == "command" {
            (ended(text(what, "ended")), command(what))
        } else {
            (words(kind).into(), others(what))
        };
        table.row(vec![
            number(entry, "seq").unwrap_or_default().to_string().into(),
            number(entry, "at")
                .map(|at| screen.moment(at))
                .unwrap_or_default()
                .into(),
            shown,
            text(member(what, "agent"), "name").into(),
            text(what, "connection").into(),
            more.into(),
        ]);
    }
    table.lines(screen, "Nothing of that kind happened.")
}

fn command(what: &Value) -> String {
    use std::fmt::Write as _;
    let mut more = describe::short(member(what, "action"));
    if let Some(code) = number(what, "exitCode").filter(|code| *code != 0) {
        let _ = write!(more, " (exit code {code})");
    }
    if !text(what, "message").is_empty() {
        let _ = write!(more, ": {}", text(what, "message"));
    }
    more
}

/// Whatever an entry says beyond its kind and what has a column. What a rule says in parts, its
/// sentence says as well.
fn others(what: &Value) -> String {
    let others = what.as_object().into_iter().flatten();
    others
        .filter(|(name, _)| !["type", "connection", "agent", "terms"].contains(&name.as_str()))
        .map(|(name, value)| format!("{} {}", words(name), describe::plain(value)))
        .collect::<Vec<_>>()
        .join(", ")
}

fn ended(how: &str) -> Cell {
    let colour = match how {
        "free" | "watched" | "allowed" => Colour::Good,
        "denied" | "forbidden" | "expired" | "cancelled" => Colour::Careful,
        _ => Colour::Bad,
    };
    Cell::painted(colour, how)
}
