//! One message and whatever the hub answers, in the session that the client thinks it has.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use anyhow::{Context as _, Error, Result, anyhow};
use axum::http::{HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{
    REFUSED, failure,
    hub::{Answer, Hub},
    lock, sse,
};

/// The longest answer in one piece.
const LONGEST_ANSWER: usize = 64 * 1024 * 1024;
const SESSION_ID: &str = "mcp-session-id";

/// What the hub knows a client of an older revision by.
#[derive(Debug, Clone, Default)]
pub(super) struct Session {
    pub(super) id: Option<HeaderValue>,
    pub(super) version: Option<HeaderValue>,
    /// What the client began it with, to begin it again when the hub has forgotten it.
    hello: Option<Value>,
}

/// The session, and who may begin it anew.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    pub(super) now: Mutex<Session>,
    renewing: tokio::sync::Mutex<()>,
}

/// One message on its way.
pub(super) struct Exchange {
    pub(super) hub: Arc<Hub>,
    pub(super) sessions: Arc<Sessions>,
    pub(super) answers: mpsc::Sender<Value>,
    pub(super) message: Value,
}

/// What the hub said no with.
#[derive(Debug)]
struct Refused {
    sentence: String,
    data: Value,
}

impl Exchange {
    /// Hands it over, and what comes back to the client. A request is always answered.
    pub(super) async fn carry(self) {
        let (Err(problem), Some(id)) = (self.talk().await, self.id()) else {
            return;
        };
        let sentence = format!("{problem:#}");
        let data = problem.downcast::<Refused>().ok();
        let data = data.map(|refused| refused.data);
        self.deliver(failure(id, REFUSED, &sentence, data)).await;
    }

    async fn talk(&self) -> Result<()> {
        let session = self.session();
        let mut answer = self.hub.post(&self.message, &session).await?;
        let forgotten = answer.status() == StatusCode::NOT_FOUND && session.id.is_some();
        if forgotten && !self.begins() {
            self.renew(&session).await?;
            answer = self.hub.post(&self.message, &self.session()).await?;
        }
        if !answer.status().is_success() {
            return self.refused(answer).await;
        }
        if self.begins() {
            *lock(&self.sessions.now) = Session {
                id: answer.header(SESSION_ID).cloned(),
                version: None,
                hello: Some(self.message.clone()),
            };
        }
        self.read(answer).await
    }

    /// Begins a session anew that the hub has forgotten, as after a restart.
    async fn renew(&self, old: &Session) -> Result<()> {
        let _alone = self.sessions.renewing.lock().await;
        if self.session().id != old.id {
            // Another message has done it meanwhile.
            return Ok(());
        }
        let hello = old
            .hello
            .as_ref()
            .context("the hub has forgotten this session")?;
        let mut begun = self.hub.post(hello, &Session::default()).await?;
        if !begun.status().is_success() {
            return self.refused(begun).await;
        }
        let session = Session {
            id: begun.header(SESSION_ID).cloned(),
            ..old.clone()
        };
        // What it says the client has heard already.
        whole(begun.body()).await?;
        let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        self.hub.post(&ready, &session).await?;
        *lock(&self.sessions.now) = session;
        Ok(())
    }

    /// Carries what the hub says until it is all said.
    async fn read(&self, mut answer: Answer) -> Result<()> {
        let kind = answer.header(header::CONTENT_TYPE.as_str());
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let mut answered = self.id().is_none();
        if kind.starts_with("text/event-stream") {
            let mut reader = sse::Reader::default();
            while let Some(frame) = answer.body().frame().await {
                let frame = frame.context("the hub hung up before it had answered")?;
                let bytes = frame.into_data().unwrap_or_default();
                let events = reader.take(&bytes);
                for event in events.map_err(|_| anyhow!("the hub's answer is too large"))? {
                    answered |= self.hand_on(event.as_bytes()).await?;
                }
            }
        } else {
            let body = whole(answer.body()).await?;
            if !body.is_empty() {
                answered |= self.hand_on(&body).await?;
            }
        }
        if answered {
            Ok(())
        } else {
            Err(anyhow!("the hub ended before it had answered"))
        }
    }

    /// Hands one message on; says whether it is the answer.
    async fn hand_on(&self, message: &[u8]) -> Result<bool> {
        let message: Value = serde_json::from_slice(message)
            .context("the hub's answer makes no sense; is this the address of a hub?")?;
        let answers = self.id().is_some()
            && message.get("id") == self.id()
            && message.get("method").is_none();
        if self.begins()
            && let Some(version) = message.pointer("/result/protocolVersion")
            && let Some(Ok(version)) = version.as_str().map(HeaderValue::from_str)
        {
            lock(&self.sessions.now).version = Some(version);
        }
        self.deliver(message).await;
        Ok(answers)
    }

    /// What a hub that said no is answered to the client as.
    async fn refused(&self, mut answer: Answer) -> Result<()> {
        let status = answer.status();
        let body = whole(answer.body()).await.unwrap_or_default();
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        if body.get("jsonrpc").is_some() && self.id().is_some() && body.get("id") == self.id() {
            self.deliver(body).await;
            return Ok(());
        }
        let said = ["detail", "message"]
            .into_iter()
            .find_map(|name| body.get(name));
        let said = said.or_else(|| body.pointer("/error/message"));
        let said = said
            .and_then(Value::as_str)
            .unwrap_or("no reason was given");
        let hint = match status {
            StatusCode::UNAUTHORIZED => {
                "; give the key of an agent of this hub, which may have been ended"
            }
            StatusCode::NOT_FOUND => "; is this the address of a hub?",
            _ => "",
        };
        let sentence = format!("the hub refused ({}): {said}{hint}", status.as_u16());
        let data = json!({ "status": status.as_u16(), "code": body.get("code") });
        Err(Error::new(Refused { sentence, data }))
    }

    fn session(&self) -> Session {
        lock(&self.sessions.now).clone()
    }

    /// The id of a request; anything else has no answer.
    fn id(&self) -> Option<&Value> {
        self.message.get("method")?;
        self.message.get("id")
    }

    fn begins(&self) -> bool {
        self.message.get("method").and_then(Value::as_str) == Some("initialize")
    }

    async fn deliver(&self, message: Value) {
        // Nobody reads any more; the bridge ends with that.
        let _ = self.answers.send(message).await;
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Refused {}

async fn whole(body: &mut Incoming) -> Result<Vec<u8>> {
    let body = Limited::new(body, LONGEST_ANSWER).collect().await;
    let body = body.map_err(|problem| anyhow!("the hub's answer broke off: {problem}"))?;
    Ok(body.to_bytes().to_vec())
}
