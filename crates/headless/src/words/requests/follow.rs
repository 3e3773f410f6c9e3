//! The live view on a real terminal: keys and changes come in, pictures go out.

use std::{
    io::Write as _,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use chaperone_api::{DoorClient, DoorError};
use crossterm::{
    cursor,
    event::{self, Event, KeyCode, KeyEvent, KeyEventKind},
    queue, terminal,
};
use serde_json::{Value, json};

use super::live::{Act, Key, Live};
use crate::{
    screen::Screen,
    terminal::{Raw, is_end},
    words::Desk,
};

/// Changes and keys that were not looked at yet; beyond that whoever sends them waits.
const WAITING: usize = 64;
/// While something waits, the time that is left is drawn as often as this.
const SECOND: Duration = Duration::from_secs(1);

enum News {
    Key(Key, Instant),
    /// The window has another size.
    Size,
    Message(Value),
    Ended(Option<DoorError>),
    Deaf(std::io::Error),
}

pub(super) fn follow(desk: &Desk<'_>) -> Result<()> {
    let door = desk.door()?;
    // Before the screen is taken: whoever is not running is told so in plain words.
    let events = door.events()?;
    let _canvas = Canvas::begin()?;
    let (sender, news) = sync_channel(WAITING);
    let keys = sender.clone();
    // Both end with the process, which ends with this view.
    thread::spawn(move || read_keys(&keys));
    thread::spawn(move || {
        for event in events {
            let (news, last) = match event {
                Ok(message) => (News::Message(message), false),
                Err(error) => (News::Ended(Some(error)), true),
            };
            if sender.send(news).is_err() || last {
                return;
            }
        }
        let _ = sender.send(News::Ended(None));
    });
    watch(desk.screen, &door, &news)
}

fn watch(screen: &Screen, door: &DoorClient, news: &Receiver<News>) -> Result<()> {
    let mut live = Live::new();
    loop {
        draw(&mut live, screen)?;
        live.drawn(Instant::now());
        let heard = if live.is_waiting() {
            match news.recv_timeout(SECOND) {
                Err(RecvTimeoutError::Timeout) => continue,
                other => other.ok(),
            }
        } else {
            news.recv().ok()
        };
        match heard {
            Some(News::Size) => {}
            Some(News::Message(message)) => {
                live.hear(&message);
            }
            Some(News::Key(key, pressed)) => match live.key(key, pressed) {
                Act::Draw => {}
                Act::Leave => return Ok(()),
                Act::Answer {
                    id,
                    digest,
                    decision,
                } => {
                    let params = json!({ "id": id, "digest": digest, "decision": decision });
                    match door.call("requests/answer", &params) {
                        Ok(_) => live.note(format!("{id}: {}", super::word_of(decision))),
                        Err(error @ DoorError::Refused { .. }) => live.note(error.to_string()),
                        Err(error) => return Err(error.into()),
                    }
                }
            },
            Some(News::Ended(Some(error))) => return Err(error.into()),
            Some(News::Deaf(error)) => {
                return Err(error).context("reading keys from this terminal; use another");
            }
            Some(News::Ended(None)) | None => return Err(DoorError::NotRunning.into()),
        }
    }
}

fn draw(live: &mut Live, screen: &Screen) -> Result<()> {
    let (columns, rows) = terminal::size().unwrap_or((80, 24));
    let lines = live.draw(screen, usize::from(columns), usize::from(rows));
    let mut out = Vec::new();
    let paint = |out: &mut Vec<u8>| {
        queue!(out, terminal::BeginSynchronizedUpdate)?;
        for (row, line) in (0_u16..).zip(&lines) {
            queue!(
                out,
                cursor::MoveTo(0, row),
                terminal::Clear(terminal::ClearType::CurrentLine)
            )?;
            write!(out, "{line}")?;
        }
        if lines.len() < usize::from(rows) {
            queue!(
                out,
                cursor::MoveTo(0, u16::try_from(lines.len()).unwrap_or(rows)),
                terminal::Clear(terminal::ClearType::FromCursorDown)
            )?;
        }
        queue!(out, terminal::EndSynchronizedUpdate)?;
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(out)?;
        stdout.flush()
    };
    paint(&mut out).context("drawing on this terminal")
}

fn read_keys(news: &SyncSender<News>) {
    loop {
        let heard = match event::read() {
            Ok(Event::Key(key)) => match meaning(&key) {
                Some(key) => News::Key(key, Instant::now()),
                None => continue,
            },
            Ok(Event::Resize(..)) => News::Size,
            Ok(_) => continue,
            Err(error) => {
                // The view is told once; it ends then.
                let _ = news.send(News::Deaf(error));
                return;
            }
        };
        if news.send(heard).is_err() {
            return;
        }
    }
}

fn meaning(key: &KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    if is_end(key) {
        return Some(Key::Leave);
    }
    Some(match key.code {
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Esc => Key::Leave,
        // A letter with Ctrl or Alt is another key, and answers nothing.
        KeyCode::Char(letter) if key.modifiers.is_empty() => Key::Letter(letter),
        _ => return None,
    })
}

/// The terminal's other page, where keys come one by one; given back when this is dropped.
struct Canvas {
    _raw: Raw,
}

impl Canvas {
    fn begin() -> Result<Self> {
        let raw = Raw::begin()?;
        crossterm::execute!(
            std::io::stdout(),
            terminal::EnterAlternateScreen,
            cursor::Hide
        )
        .context("this terminal cannot be drawn on; use `requests list`")?;
        Ok(Self { _raw: raw })
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that went away.
        let _ = crossterm::execute!(
            std::io::stdout(),
            cursor::Show,
            terminal::LeaveAlternateScreen
        );
    }
}
