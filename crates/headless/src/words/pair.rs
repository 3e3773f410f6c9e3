//! Connecting with a hub elsewhere: a conversation with that hub's sign-in, led by the running
//! Chaperone. Secrets are typed unseen or come from a file; they are never arguments.

use std::{
    io::Read as _,
    path::Path,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result};
use chaperone_api::DoorError;
use serde_json::{Map, Value, json};

use super::Desk;
use crate::{
    arguments::{PairOptions, Way},
    ending::{Refused, Wrong},
    json::{is, list as elements, member, number, text, words},
    screen::{Colour, Screen},
    table::one_line,
    terminal,
};

/// How long one call may wait for a person who confirms a code elsewhere.
const CONFIRMATION: Duration = Duration::from_mins(20);
/// Between two looks, where the door does not wait by itself.
const MOMENT: Duration = Duration::from_secs(1);
/// As many times as a hub may ask again before this is no conversation.
const MOST_QUESTIONS: usize = 20;

pub(crate) fn pair(desk: &Desk<'_>, options: &PairOptions) -> Result<()> {
    let mut answers = answers(options)?;
    let params = opening(desk, options, &answers)?;
    let mut answer = desk.call("connections/signIn", &params)?;
    let ticket = text(&answer, "ticket").to_owned();
    let mut shown = String::new();
    let mut questions = 0;
    while questions < MOST_QUESTIONS {
        let step = member(&answer, "step").clone();
        let given = match text(&step, "type") {
            "needs" => {
                questions += 1;
                given(desk.screen, &step, &mut answers)?
            }
            "show" => {
                if shown == text(&step, "code") {
                    thread::sleep(MOMENT);
                } else {
                    text(&step, "code").clone_into(&mut shown);
                    desk.screen.one(&step, |step| show(desk.screen, step));
                }
                if expired(&step) {
                    return Err(Refused(
                        "nobody confirmed the code in time; start again".to_owned(),
                    )
                    .into());
                }
                Map::new()
            }
            "done" => {
                let connection = text(&step, "connection");
                let sentence = format!(
                    "Connected. `chaperone-headless connections show {}` says how it goes.",
                    one_line(connection)
                );
                desk.screen.done(&sentence, &step);
                return Ok(());
            }
            "failed" => {
                return Err(Refused(one_line(text(&step, "message"))).into());
            }
            _ => return Err(DoorError::Nonsense.into()),
        };
        answer = desk.door()?.call_within(
            CONFIRMATION,
            "connections/signInStep",
            &json!({ "ticket": ticket, "given": given }),
        )?;
    }
    Err(Refused("that hub asks without end; ask whoever runs it".to_owned()).into())
}

/// What the sign-in begins with. The way and the dialect are asked for where there is a choice.
fn opening(desk: &Desk<'_>, options: &PairOptions, answers: &Map<String, Value>) -> Result<Value> {
    let address = match (&options.again, &options.address) {
        (Some(connection), _) => {
            let snapshot = desk.snapshot()?;
            elements(&snapshot, "connections")
                .iter()
                .find(|it| text(it, "id") == connection)
                .map(|it| text(it, "address").to_owned())
                .ok_or_else(|| {
                    Refused(format!(
                        "there is no connection {} (see `chaperone-headless connections`)",
                        one_line(connection)
                    ))
                })?
        }
        (None, Some(address)) => address.clone(),
        (None, None) => return Err(Wrong("name the hub's address".to_owned()).into()),
    };
    let offer = desk.call("connections/offer", &json!({ "address": address }))?;
    let dialect = dialect(desk.screen, &offer, options.dialect.as_deref())?;
    let wanted = match options.way {
        None if answers.contains_key("token") => Some(Way::Token),
        way => way,
    };
    let way = way(desk.screen, dialect, wanted)?;
    let mut params = Map::from_iter([
        ("address".to_owned(), address.into()),
        ("dialect".to_owned(), text(dialect, "id").into()),
        ("way".to_owned(), way.named().into()),
    ]);
    let more = [
        ("connection", options.again.clone().map(Value::from)),
        ("name", options.name.clone().map(Value::from)),
        ("device", options.device.clone().map(Value::from)),
        ("ceiling", options.ceiling.map(|level| json!(level))),
    ];
    for (name, value) in more {
        if let Some(value) = value {
            params.insert(name.to_owned(), value);
        }
    }
    Ok(Value::Object(params))
}

/// What a script brought along.
fn answers(options: &PairOptions) -> Result<Map<String, Value>> {
    if let Some(path) = &options.token_file {
        let token = read(path)?;
        return Ok(Map::from_iter([("token".to_owned(), token.trim().into())]));
    }
    let Some(path) = &options.answers else {
        return Ok(Map::new());
    };
    match serde_json::from_str(&read(path)?) {
        Ok(Value::Object(answers)) => Ok(answers),
        // Not the parser's own words: they quote what they read.
        _ => Err(Wrong(format!(
            "{} holds no JSON object such as {{\"email\": …, \"password\": …}}",
            path.display()
        ))
        .into()),
    }
}

fn read(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("reading the standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(path)
        .with_context(|| format!("reading {}; name a file that is there", path.display()))
}

fn dialect<'a>(screen: &Screen, offer: &'a Value, wanted: Option<&str>) -> Result<&'a Value> {
    let dialects = elements(offer, "dialects");
    let ids: Vec<&str> = dialects.iter().map(|it| text(it, "id")).collect();
    let at = if let Some(wanted) = wanted {
        ids.iter().position(|id| *id == wanted).ok_or_else(|| {
            Wrong(format!(
                "{} is not spoken there; --dialect can be {}",
                one_line(wanted),
                ids.join(", ")
            ))
        })?
    } else {
        let names: Vec<&str> = dialects.iter().map(|it| text(it, "name")).collect();
        choose(
            screen,
            "Which protocol does that hub speak?",
            &names,
            "--dialect",
            &ids,
        )?
    };
    Ok(dialects.get(at).unwrap_or(&Value::Null))
}

fn way(screen: &Screen, dialect: &Value, wanted: Option<Way>) -> Result<Way> {
    let ways: Vec<Way> = elements(dialect, "ways")
        .iter()
        .filter_map(|way| Way::of_name(way.as_str()?))
        .collect();
    let ids: Vec<String> = ways.iter().map(|way| super::switches::name(*way)).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let at = if let Some(wanted) = wanted {
        ways.iter().position(|way| *way == wanted).ok_or_else(|| {
            Wrong(format!(
                "one cannot sign in there like that; --way can be {}",
                ids.join(", ")
            ))
        })?
    } else {
        let names: Vec<&str> = ways.iter().map(|way| in_words(*way)).collect();
        choose(screen, "How do you sign in there?", &names, "--way", &ids)?
    };
    ways.get(at)
        .copied()
        .ok_or_else(|| DoorError::Nonsense.into())
}

fn in_words(way: Way) -> &'static str {
    match way {
        Way::DeviceCode => "with a code that you confirm in a browser",
        Way::Password => "with an account there",
        Way::Registration => "by registering this computer with a secret of that hub",
        Way::Token => "with a token that you copied there",
    }
}

/// Where only one thing can be meant, nobody is asked.
fn choose(
    screen: &Screen,
    question: &str,
    names: &[&str],
    flag: &str,
    ids: &[&str],
) -> Result<usize> {
    match names.len() {
        0 => Err(Refused("nobody here knows how to talk with that hub".to_owned()).into()),
        1 => Ok(0),
        _ if screen.is_conversation() => terminal::choose(question, names),
        _ => Err(Wrong(format!(
            "there is a choice; say {flag} {}",
            ids.join(&format!(" or {flag} "))
        ))
        .into()),
    }
}

/// What the hub wants to know now. What a script brought is used once: a hub that asks again did
/// not like it.
pub(crate) fn given(
    screen: &Screen,
    step: &Value,
    answers: &mut Map<String, Value>,
) -> Result<Map<String, Value>> {
    if !text(step, "problem").is_empty() && screen.is_conversation() {
        terminal::tell(&screen.paint(Colour::Careful, &one_line(text(step, "problem"))))?;
    }
    let mut given = Map::new();
    for one in elements(step, "what") {
        let need = text(one, "need");
        let value = match answers.remove(need) {
            Some(value) => value,
            None if screen.is_conversation() => {
                let question = format!("{}: ", one_line(&words(need)));
                if is(one, "secret") {
                    terminal::ask_unseen(&question)?.into()
                } else {
                    terminal::ask(&question)?.into()
                }
            }
            None => {
                let problem = match text(step, "problem") {
                    "" => String::new(),
                    problem => format!("{}; ", one_line(problem)),
                };
                return Err(Wrong(format!(
                    "{problem}that hub wants to know {}; give it with --answers, or answer on a terminal",
                    one_line(need)
                ))
                .into());
            }
        };
        given.insert(need.to_owned(), value);
    }
    Ok(given)
}

/// A code to confirm elsewhere.
pub(crate) fn show(screen: &Screen, step: &Value) -> Vec<String> {
    let mut lines = vec![
        "Open this address in a browser, on any computer, and confirm the code there:".to_owned(),
        format!("    address  {}", one_line(text(step, "uri"))),
        format!(
            "    code     {}",
            screen.paint(Colour::Strong, &one_line(text(step, "code")))
        ),
    ];
    if !text(step, "fingerprint").is_empty() {
        lines.push(format!(
            "    key      {} (this device's; where the page shows one, it is the same)",
            one_line(text(step, "fingerprint"))
        ));
    }
    if !text(step, "completeUri").is_empty() {
        lines.push(format!(
            "    or both  {}",
            one_line(text(step, "completeUri"))
        ));
    }
    if let Some(at) = number(step, "expiresAt") {
        lines.push(screen.paint(
            Colour::Faint,
            &format!("Waiting for you; the code ends {}.", screen.left(at)),
        ));
    }
    lines
}

fn expired(step: &Value) -> bool {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    number(step, "expiresAt")
        .and_then(|at| u128::try_from(at).ok())
        .is_none_or(|at| at <= now)
}
