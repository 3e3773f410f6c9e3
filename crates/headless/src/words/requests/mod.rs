//! What waits for the person, and the answers to it.

pub(crate) mod describe;
mod follow;
pub(crate) mod live;

use anyhow::Result;
use serde_json::{Value, json};

use super::{Desk, rules};
use crate::{
    arguments::RequestsWord,
    ending::{Refused, Wrong},
    json::{list as elements, text},
    screen::{Screen, say},
    table::one_line,
    terminal,
};

pub(crate) fn requests(desk: &Desk<'_>, word: Option<RequestsWord>) -> Result<()> {
    match word {
        None if desk.screen.is_conversation() => follow::follow(desk)?,
        None | Some(RequestsWord::List) => {
            let requests = waiting(desk)?;
            desk.screen.list(&requests, |them| list(desk.screen, them));
        }
        Some(RequestsWord::Show { id }) => {
            let request = find(desk, &id)?;
            desk.screen
                .one(&request, |it| describe::request(desk.screen, it));
        }
        Some(RequestsWord::Allow { id, digest, always }) => match always {
            None => agree(
                desk,
                &id,
                digest,
                "allowOnce",
                "allow",
                "Allowed, this once.",
            )?,
            Some(number) => always_allow(desk, &id, digest, number)?,
        },
        Some(RequestsWord::Deny {
            id: Some(id),
            all: _,
            agent: _,
        }) => refuse(desk, &id, "deny", "Denied.")?,
        Some(RequestsWord::Deny {
            id: None, agent, ..
        }) => {
            let sentence = match &agent {
                None => "Denied all that waited.".to_owned(),
                Some(agent) => format!("Denied all that {} wanted.", one_line(agent)),
            };
            desk.act("requests/denyAll", &json!({ "agent": agent }), &sentence)?;
        }
        Some(RequestsWord::Send { id, digest }) => {
            agree(desk, &id, digest, "send", "send", "Sent.")?;
        }
        Some(RequestsWord::Retake { id }) => {
            refuse(desk, &id, "retake", "It is taken anew.")?;
        }
        Some(RequestsWord::Discard { id }) => {
            refuse(
                desk,
                &id,
                "discard",
                "Thrown away; nothing left this computer.",
            )?;
        }
    }
    Ok(())
}

pub(crate) fn list(screen: &Screen, requests: &[Value]) -> Vec<String> {
    if requests.is_empty() {
        return vec!["Nothing waits for you.".to_owned()];
    }
    requests
        .iter()
        .flat_map(|request| describe::request(screen, request))
        .collect()
}

fn waiting(desk: &Desk<'_>) -> Result<Vec<Value>> {
    Ok(elements(&desk.snapshot()?, "requests").to_vec())
}

fn find(desk: &Desk<'_>, id: &str) -> Result<Value> {
    waiting(desk)?
        .into_iter()
        .find(|request| text(request, "id") == id)
        .ok_or_else(|| {
            Refused(format!(
                "no request {} waits (see `chaperone-headless requests list`)",
                one_line(id)
            ))
            .into()
        })
}

/// Says yes, bound to the digest of what the person saw: now, or where the digest was listed.
fn agree(
    desk: &Desk<'_>,
    id: &str,
    digest: Option<String>,
    decision: &str,
    word: &str,
    sentence: &str,
) -> Result<()> {
    let request = find(desk, id)?;
    offered(&request, decision)?;
    let digest = match digest {
        Some(digest) => digest,
        None => confirm(desk.screen, &request, &[], word)?,
    };
    answer(desk, id, &digest, decision, sentence)
}

/// Says a kind of no, for which nothing has to be seen first.
fn refuse(desk: &Desk<'_>, id: &str, decision: &str, sentence: &str) -> Result<()> {
    let request = find(desk, id)?;
    offered(&request, decision)?;
    answer(desk, id, text(&request, "digest"), decision, sentence)
}

fn always_allow(desk: &Desk<'_>, id: &str, digest: Option<String>, number: usize) -> Result<()> {
    let request = find(desk, id)?;
    let rules = rules::suggestions(desk, id)?;
    let rule = number
        .checked_sub(1)
        .and_then(|at| rules.get(at))
        .ok_or_else(|| {
            Wrong(format!(
                "there is no rule {number} for this; `chaperone-headless rules suggest {}` lists them",
                one_line(id)
            ))
        })?;
    let digest = if let Some(digest) = digest {
        digest
    } else {
        let shown = rules::show(desk.screen, rule);
        confirm(desk.screen, &request, &shown, "always")?
    };
    let params = json!({ "id": id, "digest": digest, "rule": rule });
    let sentence = format!(
        "Allowed, and from now on: {}",
        one_line(text(rule, "sentence"))
    );
    desk.act("requests/allowAlways", &params, &sentence)?;
    Ok(())
}

fn answer(desk: &Desk<'_>, id: &str, digest: &str, decision: &str, sentence: &str) -> Result<()> {
    let params = json!({ "id": id, "digest": digest, "decision": decision });
    desk.act("requests/answer", &params, sentence)?;
    Ok(())
}

/// Whether this is one of the answers that the request takes.
pub(crate) fn offered(request: &Value, decision: &str) -> Result<()> {
    let decisions: Vec<&str> = elements(request, "decisions")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    if decisions.contains(&decision) {
        return Ok(());
    }
    let words: Vec<&str> = decisions.iter().map(|it| word_of(it)).collect();
    Err(Refused(format!(
        "this request does not take that answer; it takes {}",
        words.join(", ")
    ))
    .into())
}

/// The word that gives an answer.
pub(crate) fn word_of(decision: &str) -> &str {
    match decision {
        "allowOnce" => "allow",
        other => other,
    }
}

/// Shows a request and asks; the digest of what was shown is the answer.
fn confirm(screen: &Screen, request: &Value, more: &[String], word: &str) -> Result<String> {
    if !screen.is_conversation() {
        return Err(Wrong(
            "a yes needs --digest with the digest that `requests list` shows, or a terminal to ask on"
                .to_owned(),
        )
        .into());
    }
    for line in describe::request(screen, request).iter().chain(more) {
        say(line);
    }
    match terminal::ask(&format!(
        "Type \"{word}\", anything else leaves it waiting: "
    ))? {
        said if said == word => Ok(text(request, "digest").to_owned()),
        _ => Err(Refused("left waiting".to_owned()).into()),
    }
}
