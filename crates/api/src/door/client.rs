//! The command line's side of the door.
//!
//! One request over a plain socket of this machine: small bodies, a server that is ours. That
//! needs no HTTP library.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    error::{DoorError, Refusal},
    platform::{self, Wire},
};

/// Longer than any call takes, the check of a long record included.
const PATIENCE: Duration = Duration::from_mins(1);

/// Calls a Chaperone that runs on this machine.
#[derive(Debug, Clone)]
pub struct DoorClient {
    data_dir: PathBuf,
}

impl DoorClient {
    /// Finds the door of the Chaperone that runs on `data_dir`.
    pub fn find(data_dir: &Path) -> Result<Self, DoorError> {
        if !platform::is_there(data_dir) {
            return Err(DoorError::NotRunning);
        }
        Ok(Self {
            data_dir: data_dir.to_owned(),
        })
    }

    /// Makes one call.
    pub fn call(&self, name: &str, params: &Value) -> Result<Value, DoorError> {
        self.call_within(PATIENCE, name, params)
    }

    /// Makes one call that may take longer than others.
    pub fn call_within(
        &self,
        patience: Duration,
        name: &str,
        params: &Value,
    ) -> Result<Value, DoorError> {
        let mut answer = self.ask("POST", &format!("/call/{name}"), params, Some(patience))?;
        answer.json()
    }

    /// Asks for a link that lets one browser in.
    pub fn link(&self) -> Result<String, DoorError> {
        let answer = self
            .ask("POST", "/link", &json!({}), Some(PATIENCE))?
            .json()?;
        let link = answer.get("link").and_then(Value::as_str);
        Ok(link.ok_or(DoorError::Nonsense)?.to_owned())
    }

    /// The state, and each change to it from now on.
    pub fn events(&self) -> Result<Events, DoorError> {
        let answer = self.ask("GET", "/events", &Value::Null, None)?;
        Ok(Events(answer.body))
    }

    /// Carries what lies at a path of the door (a capture's bytes) into `out`, and says how much
    /// it was.
    pub fn fetch(&self, path: &str, out: &mut dyn Write) -> Result<u64, DoorError> {
        let mut answer = self.ask("GET", path, &Value::Null, Some(PATIENCE))?;
        let mut buffer = vec![0; 64 * 1024];
        let mut carried = 0;
        loop {
            let count = answer.body.read(&mut buffer).map_err(DoorError::Talk)?;
            if count == 0 {
                break;
            }
            carried += count as u64;
            out.write_all(buffer.get(..count).unwrap_or_default())
                .map_err(DoorError::Write)?;
        }
        if answer.length.is_some_and(|length| length != carried) {
            return Err(DoorError::Talk(std::io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(carried)
    }

    fn ask(
        &self,
        method: &str,
        path: &str,
        params: &Value,
        patience: Option<Duration>,
    ) -> Result<Answer, DoorError> {
        let (mut wire, head) = platform::connect(&self.data_dir)?;
        let body = if params.is_null() {
            String::new()
        } else {
            params.to_string()
        };
        let request = format!(
            "{method} {path} HTTP/1.0\r\n{head}Content-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len(),
        );
        wire.set_read_timeout(patience).map_err(DoorError::Talk)?;
        wire.write_all(request.as_bytes())
            .map_err(DoorError::Talk)?;
        let mut answer = Answer::read(wire)?;
        if answer.accepted {
            Ok(answer)
        } else {
            Err(answer.refusal())
        }
    }
}

/// The changes, one after the other. Waits for each.
#[derive(Debug)]
pub struct Events(BufReader<Wire>);

impl Iterator for Events {
    type Item = Result<Value, DoorError>;

    /// `None` when the Chaperone ends.
    fn next(&mut self) -> Option<Self::Item> {
        let mut data = String::new();
        loop {
            let mut line = String::new();
            match self.0.read_line(&mut line) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => return Some(Err(DoorError::Talk(error))),
            }
            let line = line.trim_end_matches(['\r', '\n']);
            if let Some(part) = line.strip_prefix("data:") {
                data.push_str(part.trim_start());
            } else if line.is_empty() && !data.is_empty() {
                return Some(serde_json::from_str(&data).map_err(|_| DoorError::Nonsense));
            }
        }
    }
}

struct Answer {
    accepted: bool,
    length: Option<u64>,
    body: BufReader<Wire>,
}

impl Answer {
    fn read(wire: Wire) -> Result<Self, DoorError> {
        let mut body = BufReader::new(wire);
        let mut status = None;
        let mut length = None;
        loop {
            let mut line = String::new();
            if body.read_line(&mut line).map_err(DoorError::Talk)? == 0 {
                // Hung up before it said anything: the door does not open for this user.
                return Err(DoorError::Talk(std::io::ErrorKind::UnexpectedEof.into()));
            }
            let line = line.trim_end();
            if status.is_none() {
                let code = line.split(' ').nth(1).ok_or(DoorError::Nonsense)?;
                status = Some(code == "200");
            } else if line.is_empty() {
                break;
            } else if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok();
            }
        }
        Ok(Self {
            accepted: status == Some(true),
            length,
            body,
        })
    }

    fn json(&mut self) -> Result<Value, DoorError> {
        let mut text = Vec::new();
        self.body.read_to_end(&mut text).map_err(DoorError::Talk)?;
        serde_json::from_slice(&text).map_err(|_| DoorError::Nonsense)
    }

    fn refusal(&mut self) -> DoorError {
        let value = match self.json() {
            Ok(value) => value,
            Err(error) => return error,
        };
        let text = |name| value.get(name).and_then(Value::as_str);
        let Some(message) = text("message") else {
            return DoorError::Nonsense;
        };
        DoorError::Refused {
            refusal: match text("code") {
                Some("gone") => Refusal::Gone,
                Some("changed") => Refusal::Changed,
                Some("invalid" | "unencrypted") => Refusal::Invalid,
                Some("notAllowed") => Refusal::NotAllowed,
                _ => Refusal::Failed,
            },
            message: message.to_owned(),
            hint: text("hint").map(str::to_owned),
        }
    }
}
