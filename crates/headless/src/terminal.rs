//! Talking with the person who sits at the terminal. Questions go to the standard error stream, so
//! that an answer that is piped on stays clean.

use std::io::{BufRead as _, Write as _};

use anyhow::{Context as _, Result};
use crossterm::{
    event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers},
    terminal,
};

use crate::{
    ending::{Refused, Wrong},
    screen::Screen,
};

/// Asks for a line.
pub(crate) fn ask(question: &str) -> Result<String> {
    print(question)?;
    let mut line = String::new();
    let count = std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("reading your answer")?;
    if count == 0 {
        return Err(left().into());
    }
    Ok(line.trim().to_owned())
}

/// Says something between two questions.
pub(crate) fn tell(line: &str) -> Result<()> {
    print(&format!("{line}\n"))
}

/// Asks for a line that nobody may see.
pub(crate) fn ask_unseen(question: &str) -> Result<String> {
    let line = {
        // Before the question: whoever answers quickly must not be seen either.
        let _raw = Raw::begin()?;
        print(question)?;
        read_unseen()
    };
    print("\n")?;
    line
}

fn read_unseen() -> Result<String> {
    let mut line = String::new();
    loop {
        let Event::Key(key) = event::read().context("reading your answer")? else {
            continue;
        };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match key {
            key if is_end(&key) => return Err(left().into()),
            KeyEvent {
                code: KeyCode::Enter,
                ..
            } => return Ok(line),
            KeyEvent {
                code: KeyCode::Backspace,
                ..
            } => {
                line.pop();
            }
            KeyEvent {
                code: KeyCode::Char(c),
                modifiers,
                ..
            } if !modifiers.contains(KeyModifiers::CONTROL) => line.push(c),
            _ => {}
        }
    }
}

/// Asks which of several things is meant.
pub(crate) fn choose(question: &str, names: &[&str]) -> Result<usize> {
    use std::fmt::Write as _;
    let mut text = format!("{question}\n");
    for (number, name) in (1..).zip(names) {
        let _ = writeln!(text, "  {number}  {}", crate::table::one_line(name));
    }
    print(&text)?;
    loop {
        let answer = ask("Number: ")?;
        match answer.parse::<usize>() {
            Ok(number) if (1..=names.len()).contains(&number) => return Ok(number - 1),
            _ => print(&format!("Say a number from 1 to {}.\n", names.len()))?,
        }
    }
}

/// Goes on only if the person says yes.
pub(crate) fn sure(screen: &Screen, question: &str) -> Result<()> {
    if !screen.is_conversation() {
        return Err(Wrong(format!(
            "{question} Nobody is here to answer: say --yes, or ask on a terminal"
        ))
        .into());
    }
    match ask(&format!("{question} Type \"yes\": "))?.as_str() {
        "yes" => Ok(()),
        _ => Err(Refused("left as it was".to_owned()).into()),
    }
}

/// Whether a key means to leave: Ctrl+C and Ctrl+D are no signals while keys are read one by one.
pub(crate) fn is_end(key: &KeyEvent) -> bool {
    key.modifiers.contains(KeyModifiers::CONTROL) && matches!(key.code, KeyCode::Char('c' | 'd'))
}

/// Keys come one by one and unseen, until this is dropped.
pub(crate) struct Raw;

impl Raw {
    pub(crate) fn begin() -> Result<Self> {
        terminal::enable_raw_mode()
            .context("this terminal cannot be read key by key; use another")?;
        Ok(Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that went away.
        let _ = terminal::disable_raw_mode();
    }
}

fn print(text: &str) -> Result<()> {
    let mut stderr = std::io::stderr().lock();
    stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush())
        .context("asking you")
}

fn left() -> Refused {
    Refused("left without an answer".to_owned())
}
