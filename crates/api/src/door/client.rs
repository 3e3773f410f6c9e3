//! The command line's side of the door.
//!
//! One request over a plain socket: loopback, small bodies, a server that is ours. That needs no
//! HTTP library.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use serde_json::Value;

use super::entry::{self, Card};

/// Longer than any call takes, the check of a long record included.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why a call through the door failed.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// No Chaperone runs on this data folder.
    #[error("Chaperone is not running (start it, or name its data folder with --data-dir)")]
    NotRunning,
    /// The card is there and cannot be read.
    #[error("reading how to reach the running Chaperone")]
    Card(#[source] std::io::Error),
    /// It runs and does not answer.
    #[error("talking to the running Chaperone")]
    Talk(#[source] std::io::Error),
    /// It answered with something else than JSON.
    #[error("the running Chaperone gave an answer that makes no sense")]
    Nonsense,
    /// It refused.
    #[error("{message}{}", hint.as_ref().map(|hint| format!("\n{hint}")).unwrap_or_default())]
    Refused {
        /// The sentence it refused with.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
}

/// Calls a Chaperone that runs on this machine.
pub struct DoorClient {
    card: Card,
}

impl DoorClient {
    /// Finds the door of the Chaperone that runs on `data_dir`.
    pub fn find(data_dir: &Path) -> Result<Self, DoorError> {
        let text = std::fs::read(entry::path(data_dir)).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => DoorError::NotRunning,
            _ => DoorError::Card(error),
        })?;
        let card = serde_json::from_slice(&text).map_err(|error| DoorError::Card(error.into()))?;
        Ok(Self { card })
    }

    /// Makes one call.
    pub fn call(&self, name: &str, params: &Value) -> Result<Value, DoorError> {
        self.post(&format!("/call/{name}"), params)
    }

    /// Asks for a link that lets one browser in.
    pub fn link(&self) -> Result<String, DoorError> {
        let answer = self.post("/link", &Value::Object(serde_json::Map::new()))?;
        let code = answer
            .get("code")
            .and_then(Value::as_str)
            .ok_or(DoorError::Nonsense)?;
        Ok(entry::link(self.card.address, code))
    }

    fn post(&self, path: &str, params: &Value) -> Result<Value, DoorError> {
        let Card { address, token } = &self.card;
        let body = params.to_string();
        let request = format!(
            "POST {path} HTTP/1.0\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len(),
        );
        let talk = || {
            let mut socket = TcpStream::connect(address)?;
            socket.set_read_timeout(Some(PATIENCE))?;
            socket.write_all(request.as_bytes())?;
            let mut answer = Vec::new();
            socket.read_to_end(&mut answer)?;
            Ok(answer)
        };
        let answer = talk().map_err(|error: std::io::Error| match error.kind() {
            // The card of a process that was killed.
            std::io::ErrorKind::ConnectionRefused => DoorError::NotRunning,
            _ => DoorError::Talk(error),
        })?;
        let answer = String::from_utf8(answer).map_err(|_| DoorError::Nonsense)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or(DoorError::Nonsense)?;
        let accepted = head.split(' ').nth(1) == Some("200");
        let value: Value = serde_json::from_str(body).map_err(|_| DoorError::Nonsense)?;
        if accepted {
            return Ok(value);
        }
        let text = |name| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Err(DoorError::Refused {
            message: text("message").ok_or(DoorError::Nonsense)?,
            hint: text("hint"),
        })
    }
}
