//! A bridge from the standard input and output of a process to a hub's `/mcp`, for clients of the
//! Model Context Protocol that start a program rather than call an address.
//!
//! It carries messages and understands as little of them as it can: who asks, what is allowed and
//! what a tool does is the hub's matter. Nothing but messages goes to the standard output.

mod exchange;
mod hub;
mod sse;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _},
    sync::{Semaphore, mpsc},
};
use tokio_util::{
    codec::{FramedRead, LinesCodec, LinesCodecError},
    sync::CancellationToken,
    task::TaskTracker,
};

pub(crate) use self::hub::{Address, Key};
use self::{
    exchange::{Exchange, Sessions},
    hub::Hub,
};

/// The longest line that is read: what the hub takes at most.
const LONGEST_LINE: usize = 1024 * 1024;
/// How many requests may be underway; any more are refused.
const TOGETHER: usize = 64;
/// How many answers may wait to be written; beyond it, the hub's are read more slowly.
const WAITING: usize = 64;

const PARSE_ERROR: i64 = -32_700;
const INVALID_REQUEST: i64 = -32_600;
/// In the range that JSON-RPC leaves to servers.
const REFUSED: i64 = -32_000;

/// Carries messages until the input ends, then ends what is underway.
pub(crate) async fn carry(
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin + Send + 'static,
    address: Address,
    key: Key,
) -> Result<()> {
    let (answers, written) = mpsc::channel(WAITING);
    let tasks = TaskTracker::new();
    let writing = tasks.spawn(write(output, written));
    let bridge = Bridge {
        hub: Arc::new(Hub::new(address, key, tasks.clone())),
        sessions: Arc::default(),
        answers,
        underway: Arc::default(),
        room: Arc::new(Semaphore::new(TOGETHER)),
        stop: CancellationToken::new(),
        tasks: tasks.clone(),
    };
    let mut lines = FramedRead::new(input, LinesCodec::new_with_max_length(LONGEST_LINE));
    let read = loop {
        let line = tokio::select! {
            line = lines.next() => line,
            // Whoever started this does not read what it says.
            () = bridge.answers.closed() => break Ok(()),
        };
        match line {
            Some(Ok(line)) => bridge.take(&line).await,
            Some(Err(LinesCodecError::MaxLineLengthExceeded)) => {
                let problem = format!("a message may have at most {LONGEST_LINE} bytes");
                bridge
                    .say(failure(&Value::Null, INVALID_REQUEST, &problem, None))
                    .await;
            }
            Some(Err(LinesCodecError::Io(error))) => {
                break Err(error).context("reading the standard input");
            }
            None => break Ok(()),
        }
    };
    bridge.end().await;
    tasks.close();
    drop(bridge);
    let written = writing.await.context("writing answers")?;
    tasks.wait().await;
    read.and(written.context("writing to the standard output"))
}

async fn write(
    mut output: impl AsyncWrite + Unpin,
    mut answers: mpsc::Receiver<Value>,
) -> std::io::Result<()> {
    while let Some(answer) = answers.recv().await {
        let mut line = answer.to_string();
        line.push('\n');
        output.write_all(line.as_bytes()).await?;
        output.flush().await?;
    }
    Ok(())
}

/// The one bridge of a process.
struct Bridge {
    hub: Arc<Hub>,
    sessions: Arc<Sessions>,
    answers: mpsc::Sender<Value>,
    /// What gives each request up that has no answer yet.
    underway: Arc<Mutex<HashMap<String, CancellationToken>>>,
    room: Arc<Semaphore>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Bridge {
    async fn take(&self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        let message: Value = match serde_json::from_str(line) {
            Ok(message @ Value::Object(_)) => message,
            Ok(_) => {
                let problem = "one message a line, and no list of them";
                return self
                    .say(failure(&Value::Null, INVALID_REQUEST, problem, None))
                    .await;
            }
            Err(problem) => {
                let problem = format!("this is no JSON: {problem}");
                return self
                    .say(failure(&Value::Null, PARSE_ERROR, &problem, None))
                    .await;
            }
        };
        let method = message.get("method").and_then(Value::as_str);
        match (method, message.get("id")) {
            // Whatever comes next counts on the session that this begins.
            (Some("initialize"), Some(_)) => self.exchange(message).carry().await,
            (Some(_), Some(id)) => self.begin(id.to_string(), message).await,
            (Some("notifications/cancelled"), None) if !self.has_session() => {
                self.give_up(&message);
            }
            // In order: what follows may count on it.
            _ => self.exchange(message).carry().await,
        }
    }

    /// Has a request answered while others come.
    async fn begin(&self, id: String, message: Value) {
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            let problem = format!("at most {TOGETHER} requests may be underway");
            let id = message.get("id").unwrap_or(&Value::Null);
            return self.say(failure(id, REFUSED, &problem, None)).await;
        };
        let gone = self.stop.child_token();
        lock(&self.underway).insert(id.clone(), gone.clone());
        let exchange = self.exchange(message);
        let underway = Arc::clone(&self.underway);
        self.tasks.spawn(async move {
            // Hanging up is how the hub hears that nobody waits any more.
            let _ = gone.run_until_cancelled(exchange.carry()).await;
            lock(&underway).remove(&id);
            drop(place);
        });
    }

    /// Without a session the hub knows a request by its connection only.
    fn give_up(&self, cancelled: &Value) {
        let id = cancelled.pointer("/params/requestId");
        let underway = lock(&self.underway);
        if let Some(gone) = id.and_then(|id| underway.get(&id.to_string())) {
            gone.cancel();
        }
    }

    fn exchange(&self, message: Value) -> Exchange {
        Exchange {
            hub: Arc::clone(&self.hub),
            sessions: Arc::clone(&self.sessions),
            answers: self.answers.clone(),
            message,
        }
    }

    fn has_session(&self) -> bool {
        lock(&self.sessions.now).id.is_some()
    }

    async fn say(&self, answer: Value) {
        // Nobody reads any more; the input ends with that.
        let _ = self.answers.send(answer).await;
    }

    /// Gives up what is underway, and the session.
    async fn end(&self) {
        self.stop.cancel();
        let session = std::mem::take(&mut *lock(&self.sessions.now));
        self.hub.end(&session).await;
    }
}

/// Tables are whole between any two operations, so a poisoned lock is as good as any.
fn lock<T>(table: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a request is answered with that the hub did not answer.
fn failure(id: &Value, code: i64, message: &str, data: Option<Value>) -> Value {
    let mut error = json!({ "code": code, "message": message });
    if let (Some(fields), Some(data)) = (error.as_object_mut(), data) {
        fields.insert("data".to_owned(), data);
    }
    json!({ "jsonrpc": "2.0", "id": id, "error": error })
}

#[cfg(test)]
mod tests;
