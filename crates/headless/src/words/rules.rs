//! The person's standing answers.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::Desk;
use crate::{
    arguments::RulesWord,
    ending::{Refused, Wrong},
    json::{list as elements, member, number, text},
    screen::{Colour, Screen},
    table::{Cell, Table, many_lines, one_line},
};

pub(crate) fn rules(desk: &Desk<'_>, word: Option<RulesWord>) -> Result<()> {
    match word.unwrap_or(RulesWord::List) {
        RulesWord::List => {
            let answer = desk.call("rules/list", &json!({}))?;
            let (rules, refused) = (elements(&answer, "rules"), elements(&answer, "refused"));
            if desk.screen.is_json() {
                for rule in rules {
                    desk.screen.value(rule);
                }
                for rule in refused {
                    desk.screen.value(rule);
                }
            } else {
                desk.screen
                    .list(rules, |rules| list(desk.screen, rules, refused));
            }
        }
        RulesWord::Show { id } => {
            let answer = desk.call("rules/list", &json!({}))?;
            let refused = elements(&answer, "refused")
                .iter()
                .map(|refused| member(refused, "rule"));
            let rule = elements(&answer, "rules")
                .iter()
                .chain(refused)
                .find(|rule| text(rule, "id") == id)
                .ok_or_else(|| {
                    Refused(format!(
                        "there is no rule {id} (see `chaperone-headless rules`)"
                    ))
                })?;
            desk.screen.one(rule, |rule| show(desk.screen, rule));
        }
        RulesWord::Add { file } => {
            let rule = whole(read(file)?);
            let answer = desk.call("rules/add", &json!({ "rule": rule }))?;
            let sentence = format!("Added as {}.", one_line(text(&answer, "id")));
            desk.screen.done(&sentence, &answer);
        }
        RulesWord::Suggest { request } => {
            let rules = suggestions(desk, &request)?;
            desk.screen
                .list(&rules, |rules| suggest(desk.screen, &request, rules));
        }
        RulesWord::Remove { id } => {
            desk.act("rules/remove", &json!({ "id": id }), "Removed.")?;
        }
    }
    Ok(())
}

/// The rules that would answer a request, the narrowest first.
pub(crate) fn suggestions(desk: &Desk<'_>, request: &str) -> Result<Vec<Value>> {
    Ok(desk.listed("rules/suggest", &json!({ "id": request }), "rules")?)
}

fn read(file: Option<PathBuf>) -> Result<Value> {
    let name = file.filter(|file| file != Path::new("-"));
    let text = if let Some(file) = &name {
        std::fs::read_to_string(file).with_context(|| {
            format!(
                "reading the rule in {}; name a file that is there",
                file.display()
            )
        })?
    } else {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("reading the rule from the standard input")?;
        text
    };
    let rule: Value = serde_json::from_str(&text).map_err(|error| {
        Wrong(format!(
            "this is no JSON ({error}); `rules show ID --json` prints a rule that is one"
        ))
    })?;
    if !rule.is_object() {
        return Err(Wrong("a rule is one JSON object; add one at a time".to_owned()).into());
    }
    Ok(rule)
}

/// A rule as it is shown, made from its bare document where that is all there is.
fn whole(rule: Value) -> Value {
    if rule.get("document").is_some() {
        return rule;
    }
    json!({
        "id": text(&rule, "id"),
        "sentence": "",
        "answer": text(&rule, "answer"),
        "createdAt": 0,
        "lastUsedAt": null,
        "uses": 0,
        "document": rule,
    })
}

pub(crate) fn list(screen: &Screen, rules: &[Value], refused: &[Value]) -> Vec<String> {
    let mut table = Table::new(&["ID", "ANSWER", "USED", "LAST", "RULE"]);
    for rule in rules {
        let last = number(rule, "lastUsedAt").map(|at| screen.ago(at));
        table.row(vec![
            text(rule, "id").into(),
            answer(text(rule, "answer")),
            number(rule, "uses").unwrap_or_default().to_string().into(),
            last.unwrap_or_else(|| "never".to_owned()).into(),
            text(rule, "sentence").into(),
        ]);
    }
    let mut lines = table.lines(screen, "You have given no standing answers.");
    for one in refused {
        let rule = member(one, "rule");
        lines.push(screen.paint(
            Colour::Bad,
            &one_line(&format!(
                "{} does not count as it stands: {} ({})",
                text(rule, "id"),
                text(one, "problem"),
                text(rule, "sentence"),
            )),
        ));
    }
    lines
}

pub(crate) fn show(screen: &Screen, rule: &Value) -> Vec<String> {
    let mut lines = vec![screen.paint(Colour::Strong, &one_line(text(rule, "sentence")))];
    let mut row = |name: &str, value: String| lines.push(format!("    {name:<11}{value}"));
    row("id", one_line(text(rule, "id")));
    row("answer", one_line(text(rule, "answer")));
    if let Some(at) = number(rule, "createdAt") {
        row("since", screen.moment(at));
    }
    let last = number(rule, "lastUsedAt").map_or("never".to_owned(), |at| screen.moment(at));
    row("last used", last);
    row(
        "used",
        format!("{} times", number(rule, "uses").unwrap_or_default()),
    );
    lines.push("    document".to_owned());
    let document = serde_json::to_string_pretty(member(rule, "document")).unwrap_or_default();
    lines.extend(
        many_lines(&document)
            .into_iter()
            .map(|line| format!("      {line}")),
    );
    lines
}

pub(crate) fn suggest(screen: &Screen, request: &str, rules: &[Value]) -> Vec<String> {
    if rules.is_empty() {
        return vec!["No rule can answer this; it is asked each time.".to_owned()];
    }
    let mut lines = Vec::new();
    for (number, rule) in (1..).zip(rules) {
        lines.push(format!("{number}  {}", one_line(text(rule, "sentence"))));
    }
    lines.push(screen.paint(
        Colour::Faint,
        &format!(
            "`chaperone-headless requests allow {} --always NUMBER` shows one whole, and asks.",
            one_line(request)
        ),
    ));
    lines
}

fn answer(answer: &str) -> Cell {
    match answer {
        "allow" => Cell::painted(Colour::Good, answer),
        "deny" => Cell::painted(Colour::Bad, answer),
        _ => Cell::new(answer),
    }
}
