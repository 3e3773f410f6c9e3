//! Whom something is shown to: a person or a program, in colour or not, in which time zone.
//!
//! Texts from outside come made visible already; here this is done once more, because a terminal
//! obeys what it is shown.

use std::io::{IsTerminal as _, Write as _};

use anyhow::Error;
use chaperone_api::visible;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::ending;

/// Where output goes, and how.
#[derive(Debug, Clone)]
pub(crate) struct Screen {
    json: bool,
    colours: bool,
    now: Option<Timestamp>,
    zone: TimeZone,
}

/// What a colour means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    /// The headline of something.
    Strong,
    /// Less important than the rest.
    Faint,
    /// As it should be.
    Good,
    /// Look here.
    Careful,
    /// Not as it should be.
    Bad,
}

impl Screen {
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            colours: !json && wants_colours(),
            now: None,
            zone: TimeZone::system(),
        }
    }

    /// One that shows the same anywhere and at any time.
    #[cfg(test)]
    pub(crate) fn fixed() -> Self {
        Self {
            json: false,
            colours: false,
            now: Timestamp::from_millisecond(crate::tests::NOW).ok(),
            zone: TimeZone::UTC,
        }
    }

    /// Whether a program reads it.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether a person sits in front of it and can answer.
    pub(crate) fn is_conversation(&self) -> bool {
        !self.json && std::io::stdout().is_terminal() && std::io::stdin().is_terminal()
    }

    /// Writes what a word did: a sentence for people, an object for programs.
    pub(crate) fn done(&self, sentence: &str, value: &Value) {
        if self.json {
            self.value(value);
        } else {
            say(sentence);
        }
    }

    /// Writes a list: lines for people, an object a line for programs.
    pub(crate) fn list(&self, values: &[Value], shown: impl FnOnce(&[Value]) -> Vec<String>) {
        if self.json {
            for value in values {
                self.value(value);
            }
        } else {
            for line in shown(values) {
                say(line);
            }
        }
    }

    /// Writes one thing: lines for people, one object for programs.
    pub(crate) fn one(&self, value: &Value, shown: impl FnOnce(&Value) -> Vec<String>) {
        if self.json {
            self.value(value);
        } else {
            for line in shown(value) {
                say(line);
            }
        }
    }

    /// Writes an object on a line of its own.
    #[expect(clippy::unused_self, reason = "only who has a screen may write on it")]
    pub(crate) fn value(&self, value: &Value) {
        say(value);
    }

    pub(crate) fn error(&self, error: &Error) {
        let code = ending::code(error);
        let mut stderr = std::io::stderr().lock();
        // Nobody reading it is no failure of ours.
        let _ = if self.json {
            writeln!(
                stderr,
                "{}",
                json!({ "error": format!("{error:#}"), "exitCode": code })
            )
        } else {
            writeln!(
                stderr,
                "chaperone-headless: {}",
                visible(&format!("{error:#}"))
            )
        };
    }

    pub(crate) fn paint(&self, colour: Colour, text: &str) -> String {
        if !self.colours {
            return text.to_owned();
        }
        let code = match colour {
            Colour::Strong => "1",
            Colour::Faint => "2",
            Colour::Good => "32",
            Colour::Careful => "33",
            Colour::Bad => "31;1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// The same without colours.
    pub(crate) fn without_colours(&self) -> Self {
        Self {
            colours: false,
            ..self.clone()
        }
    }

    fn now(&self) -> i64 {
        self.now.unwrap_or_else(Timestamp::now).as_millisecond()
    }

    /// A moment, as a date and a time of day here.
    pub(crate) fn moment(&self, milliseconds: i64) -> String {
        match Timestamp::from_millisecond(milliseconds) {
            Ok(at) => at
                .to_zoned(self.zone.clone())
                .strftime("%Y-%m-%d %H:%M:%S")
                .to_string(),
            Err(_) => milliseconds.to_string(),
        }
    }

    /// How long ago a moment is.
    pub(crate) fn ago(&self, milliseconds: i64) -> String {
        match self.now() - milliseconds {
            ..1_000 => "now".to_owned(),
            passed => format!("{} ago", span(passed)),
        }
    }

    /// How long it is until a moment.
    pub(crate) fn left(&self, milliseconds: i64) -> String {
        match milliseconds - self.now() {
            ..1_000 => "now".to_owned(),
            left => format!("in {}", span(left)),
        }
    }

    /// The moment a person means.
    pub(crate) fn meant(&self, text: &str) -> Option<i64> {
        if let Some(unit) = text.chars().last()
            && let Some(number) = text.strip_suffix(unit)
            && let Ok(number) = number.parse::<i64>()
        {
            let seconds = match unit {
                's' => 1,
                'm' => 60,
                'h' => 3_600,
                'd' => 86_400,
                'w' => 604_800,
                _ => return None,
            };
            return self.now().checked_sub(number.checked_mul(seconds * 1_000)?);
        }
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some(at.as_millisecond());
        }
        let local = text.parse::<jiff::civil::DateTime>().ok()?;
        let at = local.to_zoned(self.zone.clone()).ok()?;
        Some(at.timestamp().as_millisecond())
    }
}

/// A span of time in its largest unit.
fn span(milliseconds: i64) -> String {
    let seconds = milliseconds / 1_000;
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// Writes a line. Nobody reading it (a closed pipe) is no failure of ours.
pub(crate) fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

fn wants_colours() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    std::io::stdout().is_terminal()
        && !set("NO_COLOR")
        && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
}
