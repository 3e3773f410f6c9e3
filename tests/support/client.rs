//! One HTTP exchange over a plain socket, with every byte under the test's control.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    thread::JoinHandle,
    time::Duration,
};

use anyhow::{Context as _, Result, anyhow};
use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

/// A call that waits for its answer on a thread of its own.
pub struct Call(JoinHandle<Result<Answer>>);

impl Call {
    pub fn answer(self) -> Result<Answer> {
        self.0
            .join()
            .map_err(|_| anyhow!("the calling thread broke"))?
    }

    pub fn is_answered(&self) -> bool {
        self.0.is_finished()
    }

    pub fn start(address: SocketAddr, request: String) -> Self {
        Self(std::thread::spawn(move || exchange(address, &request)))
    }
}

/// Sends `request` as it is, and reads the answer to its end.
pub fn exchange(address: SocketAddr, request: &str) -> Result<Answer> {
    let mut socket = TcpStream::connect(address).context("connecting")?;
    // Longer than any agent here waits: some wait for a device that is being killed again and again.
    socket.set_read_timeout(Some(Duration::from_mins(11)))?;
    converse(&mut socket, request)
}

/// The same over the command line's socket.
#[cfg(unix)]
pub fn exchange_inside(door: &Path, request: &str) -> Result<Answer> {
    let mut socket = std::os::unix::net::UnixStream::connect(door).context("connecting")?;
    socket.set_read_timeout(Some(Duration::from_mins(1)))?;
    converse(&mut socket, request)
}

/// The same over the command line's socket, which only other systems have.
#[cfg(not(unix))]
pub fn exchange_inside(_door: &Path, _request: &str) -> Result<Answer> {
    Err(anyhow!("sockets have no files here"))
}

fn converse(socket: &mut (impl Read + Write), request: &str) -> Result<Answer> {
    socket.write_all(request.as_bytes()).context("sending")?;
    let mut text = Vec::new();
    socket
        .read_to_end(&mut text)
        .context("reading the answer")?;
    let text = String::from_utf8_lossy(&text);
    let (head, body) = text
        .split_once("\r\n\r\n")
        .context("an answer without a head")?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .context("an answer without a status")?;
    Ok(Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}
