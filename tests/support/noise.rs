//! What a hub that is broken, or means ill, might send: documented frames bent out of shape, and
//! frames that are none.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value, json};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

use crate::Dice;

/// What a device takes at most, on every wire.
const LARGEST_BYTES: usize = 1024 * 1024;
/// As many ids are about, so that most come again, with something else under them.
const IDS: u64 = 200;
/// Among so many frames one is as large as it may be or larger, or ends the connection.
const SELDOM: u64 = 150;

/// Makes noise on one wire.
pub struct Noise {
    frames: Vec<String>,
    dice: Dice,
}

impl Noise {
    pub fn new(dialect: &str, dice: Dice) -> Result<Self> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../crates/dialects/src")
            .join(dialect)
            .join("fixtures/down");
        let mut frames = Vec::new();
        for file in fs::read_dir(&folder).with_context(|| format!("{}", folder.display()))? {
            let path = file?.path();
            if path.is_file() {
                frames.push(fs::read_to_string(path)?);
            }
        }
        frames.sort();
        ensure!(!frames.is_empty(), "{dialect} has no frames");
        Ok(Self { frames, dice })
    }

    /// What comes next: one message, or the frames of one.
    pub fn make(&mut self) -> Vec<Message> {
        if self.dice.below(SELDOM) == 0 {
            return self.seldom();
        }
        match self.dice.below(12) {
            0 => vec![Message::text(self.frame())],
            1 => vec![Message::text(self.cut())],
            2 => vec![Message::text(self.flipped())],
            3 => vec![Message::text(self.nested())],
            4 => vec![Message::binary(self.frame())],
            5 => self.pieces(),
            6 => vec![Message::Ping(vec![7; self.dice.index(126)].into())],
            7 => vec![Message::Pong(vec![7; self.dice.index(126)].into())],
            8 => vec![Message::text(self.odd_text())],
            _ => vec![Message::text(self.bent())],
        }
    }

    fn frame(&mut self) -> String {
        self.dice.pick(&self.frames).cloned().unwrap_or_default()
    }

    fn cut(&mut self) -> String {
        let frame = self.frame();
        let ends: Vec<usize> = frame.char_indices().map(|(at, _)| at).collect();
        let end = self.dice.pick(&ends).copied().unwrap_or_default();
        frame.get(..end).unwrap_or_default().to_owned()
    }

    fn flipped(&mut self) -> String {
        let mut bytes = self.frame().into_bytes();
        for _ in 0..=self.dice.below(4) {
            let at = self.dice.index(bytes.len());
            let bit = self.dice.below(7);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << bit;
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn nested(&mut self) -> String {
        let depth = 1 << self.dice.below(16);
        let (open, close) = if self.dice.below(2) == 0 {
            ("[", "]")
        } else {
            ("{\"data\":", "}")
        };
        let inside = self.frame();
        format!("{}{inside}{}", open.repeat(depth), close.repeat(depth))
    }

    fn odd_text(&mut self) -> String {
        let odd = [
            "",
            " ",
            "null",
            "0",
            "\u{feff}{}",
            "{}",
            "[]",
            "\"type\"",
            "{\"type\":null}",
            "{\"type\":{\"type\":\"command\"}}",
            "{\"type\":\"command\",\"type\":\"command\"}",
            "{\"type\":\"\u{202e}dnammoc\"}",
            "{\"type\":\"command\\u0000\"}",
            "{\"type\":\"\\ud800\"}",
            "NaN",
            "{\"a\":1}{\"a\":1}",
        ];
        self.dice.pick(&odd).copied().unwrap_or_default().to_owned()
    }

    /// A documented frame in which something is something else.
    fn bent(&mut self) -> String {
        let frame = self.frame();
        let Ok(mut value) = serde_json::from_str::<Value>(&frame) else {
            return frame;
        };
        self.rename(&mut value);
        for _ in 0..self.dice.below(4) {
            self.bend(&mut value);
        }
        // Numbers that no number type holds exist in text only.
        let text = value.to_string();
        let huge = [
            "1e400",
            "-1e400",
            "99999999999999999999999999999999",
            "1e-400",
            "-0",
        ];
        match self.dice.pick(&huge) {
            Some(number) => text.replace("\"a huge number\"", number),
            None => text,
        }
    }

    /// Gives commands other ids, of which there are not many.
    fn rename(&mut self, value: &mut Value) {
        if let Value::Object(fields) = value {
            for (name, field) in fields.iter_mut() {
                if name.ends_with("id") && field.is_string() {
                    *field = json!(format!("id-{}", self.dice.below(IDS)));
                } else {
                    self.rename(field);
                }
            }
        }
    }

    fn bend(&mut self, value: &mut Value) {
        let deeper = self.dice.below(4) > 0;
        match value {
            Value::Object(fields) if deeper && !fields.is_empty() => {
                let names: Vec<String> = fields.keys().cloned().collect();
                let name = self.dice.pick(&names).cloned().unwrap_or_default();
                match self.dice.below(8) {
                    0 => drop(fields.remove(&name)),
                    1 => {
                        let other = self.anything();
                        fields.insert(format!("{name}s"), other);
                    }
                    _ => {
                        if let Some(field) = fields.get_mut(&name) {
                            self.bend(field);
                        }
                    }
                }
            }
            Value::Array(items) if deeper && !items.is_empty() => {
                let at = self.dice.index(items.len());
                if let Some(item) = items.get_mut(at) {
                    self.bend(item);
                }
            }
            other => *other = self.anything(),
        }
    }

    fn anything(&mut self) -> Value {
        match self.dice.below(12) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!("a huge number"),
            3 => json!(i64::MIN),
            4 => json!(u64::MAX),
            5 => json!(1e308),
            6 => json!(""),
            7 => json!("x".repeat(self.dice.index(20_000))),
            8 => json!("\u{202e}\u{0}\n\u{1b}[31m\u{fffd}é字🦀"),
            9 => json!([[], {}, null, -1]),
            10 => Value::Object(
                (0..self.dice.below(50))
                    .map(|number| (format!("field-{number}"), json!(number)))
                    .collect::<Map<_, _>>(),
            ),
            _ => {
                let words = [
                    "command",
                    "execute_command",
                    "9999-12-31T23:59:59Z",
                    "autonomous",
                ];
                json!(self.dice.pick(&words))
            }
        }
    }

    /// One message in several frames, with a ping between them.
    fn pieces(&mut self) -> Vec<Message> {
        let bytes = self.bent().into_bytes();
        let size = 1 + self.dice.index(bytes.len().max(1));
        let pieces: Vec<&[u8]> = bytes.chunks(size).take(50).collect();
        let mut frames = Vec::new();
        for (number, piece) in pieces.iter().enumerate() {
            let code = if number == 0 {
                Data::Text
            } else {
                Data::Continue
            };
            frames.push(piece_of(piece, code, number + 1 == pieces.len()));
            if number == 0 {
                frames.push(Message::Ping(Vec::new().into()));
            }
        }
        frames
    }

    /// Large ones, and those that break the connection.
    fn seldom(&mut self) -> Vec<Message> {
        match self.dice.below(7) {
            0 => vec![piece_of(&[0xff, 0xfe, b'{', 0xc0], Data::Text, true)],
            1 => vec![piece_of(b"{\"type\":\"comm", Data::Text, false)],
            2 => vec![piece_of(b"and more", Data::Continue, true)],
            3 => vec![Message::text("x".repeat(LARGEST_BYTES + 1))],
            4 => vec![Message::binary(vec![0; LARGEST_BYTES * 2])],
            5 => vec![Message::text(
                json!({ "type": "command", "command_id": "x".repeat(LARGEST_BYTES - 100) })
                    .to_string(),
            )],
            _ => {
                // As large as it may be, and of more values than bytes of any of them.
                let many = "0,".repeat(LARGEST_BYTES / 2 - 40);
                vec![Message::text(format!(
                    "{{\"type\":\"command\",\"params\":[{many}0]}}"
                ))]
            }
        }
    }
}

fn piece_of(bytes: &[u8], code: Data, last: bool) -> Message {
    Message::Frame(Frame::message(bytes.to_vec(), OpCode::Data(code), last))
}
