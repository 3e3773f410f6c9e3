//! The other side of the command line's socket, played by a test: it answers as it was told, and
//! remembers what it was asked.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    os::unix::net::{UnixListener, UnixStream},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use serde_json::Value;

/// The calls that were made, each with its parameters.
type Asked = Arc<Mutex<Vec<(String, Value)>>>;

pub struct FakeDoor {
    asked: Asked,
}

impl FakeDoor {
    /// Opens one in a data folder. Whatever has no answer there is refused as no call.
    pub fn open(data_dir: &Path, answers: Vec<(&'static str, Value)>) -> Result<Self> {
        std::fs::create_dir_all(data_dir)?;
        let listener = UnixListener::bind(data_dir.join("door.sock"))?;
        let asked = Asked::default();
        let ears = asked.clone();
        std::thread::spawn(move || {
            let mut answers = answers;
            while let Ok((stream, _)) = listener.accept() {
                // A client that breaks off is what its own test will tell.
                let _ = serve(stream, &mut answers, &ears);
            }
        });
        Ok(Self { asked })
    }

    /// What was asked since the last time.
    pub fn asked(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn serve(
    stream: UnixStream,
    answers: &mut Vec<(&'static str, Value)>,
    asked: &Asked,
) -> Result<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let path = first.split(' ').nth(1).context("no path")?.to_owned();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let name = path.strip_prefix("/call/").unwrap_or(&path).to_owned();
    let params = serde_json::from_slice(&body).unwrap_or(Value::Null);
    asked
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push((name.clone(), params));

    // The first that fits; one that is there again is another answer to the next call.
    let at = answers.iter().position(|(known, _)| *known == name);
    let (status, answer) = match at {
        None => (
            422,
            r#"{"code":"invalid","message":"there is no such call"}"#.to_owned(),
        ),
        Some(at) => {
            let again = answers.iter().filter(|(known, _)| *known == name).count() > 1;
            let answer = if again {
                answers.remove(at).1
            } else {
                answers
                    .get(at)
                    .map(|(_, answer)| answer.clone())
                    .unwrap_or_default()
            };
            match answer {
                Value::String(bytes) => (200, bytes),
                answer => (200, answer.to_string()),
            }
        }
    };
    let mut stream = reader.into_inner();
    write!(
        stream,
        "HTTP/1.0 {status} OK\r\nContent-Length: {}\r\n\r\n{answer}",
        answer.len()
    )?;
    Ok(())
}
