//! Events as they happen, as server-sent events and over a WebSocket.
//!
//! Both say the same: `ready` first, then what was missed since `Last-Event-ID`, or `reset` where
//! that is not known any more, then what happens. Whoever reads too slowly hears `lost` with how
//! many were. Nothing that comes in over the WebSocket means anything.
//!
//! A person hears everything of their account; an agent what devices do and what becomes of its own
//! commands and proposals, as elsewhere.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{
        Query, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{self, KeepAlive, Sse},
    },
    routing::get,
};
use bytes::Bytes;
use futures_util::{Stream, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior};

use super::{
    Refusal,
    caller::{Caller, Proven},
};
use crate::{
    app::App,
    events::{Event, LOOKERS, Looking, Missed, Next, View},
};

/// How often somebody who hears nothing hears at least that.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a WebSocket may be silent: it answers every heartbeat.
const SILENCE: Duration = Duration::from_secs(40);
/// How long one message may take to be written.
const WRITE_WITHIN: Duration = Duration::from_secs(10);
const LONGEST_MESSAGE: usize = 4 * 1024;

const RESTARTING: u16 = 1012;
const NOT_ALLOWED: u16 = 1008;

#[derive(Deserialize)]
struct From {
    last_event_id: Option<String>,
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/events", get(sse))
        .route("/api/events/ws", get(socket))
}

/// `GET /api/events`
async fn sse(
    State(app): State<Arc<App>>,
    proven: Proven,
    from: Query<From>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let looker = Looker::new(app, proven, from.0, &headers)?;
    let events = stream::unfold(looker, |mut looker| async move {
        let said = looker.next().await.ok()?;
        let mut event = sse::Event::default()
            .event(said.kind)
            .data(said.body.to_string());
        if let Some(id) = said.id {
            event = event.id(id);
        }
        Some((Ok::<_, Infallible>(event), looker))
    });
    Ok(as_it_happens(events))
}

/// An answer that goes on for as long as there are events.
pub(super) fn as_it_happens(
    events: impl Stream<Item = Result<sse::Event, Infallible>> + Send + 'static,
) -> Response {
    let events = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    // A proxy that gathers them would leave whoever listens without any, and looking on.
    ([("x-accel-buffering", "no")], events).into_response()
}

/// `GET /api/events/ws`
async fn socket(
    State(app): State<Arc<App>>,
    proven: Proven,
    from: Query<From>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let upgrade = upgrade.map_err(|rejection| {
        let detail = "this path speaks WebSocket only; /api/events has the same as a plain stream";
        Refusal::new(rejection.status(), "upgrade_required", detail)
    })?;
    let looker = Looker::new(Arc::clone(&app), proven, from.0, &headers)?;
    let upgrade = upgrade
        .max_message_size(LONGEST_MESSAGE)
        .max_frame_size(LONGEST_MESSAGE);
    Ok(upgrade.on_upgrade(move |socket| {
        let tasks = app.tasks.clone();
        tasks.track_future(tell(looker, socket))
    }))
}

async fn tell(mut looker: Looker, mut socket: WebSocket) {
    let mut heard_at = Instant::now();
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let close = loop {
        let message = tokio::select! {
            said = looker.next() => match said {
                Ok(said) => Message::text(said.body.to_string()),
                Err(over) => break over,
            },
            _ = heartbeat.tick() => {
                if heard_at.elapsed() > SILENCE {
                    return;
                }
                if !looker.proven.stands(&looker.app).await {
                    break Over::Refused;
                }
                Message::Ping(Bytes::new())
            }
            heard = socket.recv() => match heard {
                Some(Ok(_)) => {
                    heard_at = Instant::now();
                    continue;
                }
                Some(Err(_)) | None => return,
            },
        };
        let written = tokio::time::timeout(WRITE_WITHIN, socket.send(message)).await;
        if !matches!(written, Ok(Ok(()))) {
            return;
        }
    };
    let (code, reason) = match close {
        Over::Stopping => (RESTARTING, "the hub is stopping"),
        Over::Refused => (NOT_ALLOWED, "the credential is not valid any more"),
    };
    let frame = Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }));
    let _ = tokio::time::timeout(WRITE_WITHIN, socket.send(frame)).await;
}

/// Looks on for a caller, from after the event of that id if one is named.
pub(super) fn look(app: &App, proven: &Proven, after: Option<&str>) -> Result<View, Refusal> {
    let looking = match &proven.caller {
        Caller::Person(_) => Looking::Person,
        Caller::Agent(row) => Looking::Agent(row.agent.id.clone()),
    };
    let account = proven.caller.account();
    app.events.look(account, looking, after).map_err(|_| {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let detail = format!("at most {LOOKERS} may look on at a time; end one first");
        Refusal::new(status, "too_many", detail).after(30)
    })
}

/// Somebody who looks on.
struct Looker {
    app: Arc<App>,
    proven: Proven,
    /// To be said first.
    first: VecDeque<Said>,
    taken: Option<Said>,
    view: View,
}

/// One thing that is said.
struct Said {
    kind: &'static str,
    id: Option<String>,
    body: Value,
}

/// Why nothing more is said.
enum Over {
    Stopping,
    Refused,
}

impl Looker {
    fn new(
        app: Arc<App>,
        proven: Proven,
        from: From,
        headers: &HeaderMap,
    ) -> Result<Self, Refusal> {
        let named = headers
            .get("last-event-id")
            .map(|id| id.to_str().unwrap_or_default().to_owned())
            .or(from.last_event_id);
        let mut view = look(&app, &proven, named.as_deref())?;
        let mut first = VecDeque::new();
        let missed = std::mem::replace(&mut view.missed, Missed::Unknown);
        match missed {
            Missed::These(events) => {
                // Its id is that of what was read already, so that nothing is passed over.
                let id = named.unwrap_or_else(|| view.last.clone());
                first.push_back(Said::own("ready", Some(id), &json!({})));
                first.extend(events.iter().map(|event| Said::of(event)));
            }
            Missed::Unknown => {
                let id = Some(view.last.clone());
                first.push_back(Said::own("ready", id.clone(), &json!({})));
                let data = json!({ "reason": "what happened since is not known any more" });
                first.push_back(Said::own("reset", id, &data));
            }
        }
        Ok(Self {
            app,
            proven,
            first,
            taken: None,
            view,
        })
    }

    async fn next(&mut self) -> Result<Said, Over> {
        if let Some(said) = self.first.pop_front() {
            return Ok(said);
        }
        // Whoever calls this may drop the future: what was taken out must not get lost with it.
        while self.taken.is_none() {
            tokio::select! {
                () = self.app.stopping.cancelled() => return Err(Over::Stopping),
                next = self.view.ear.next() => self.taken = Some(match next {
                    Next::Event(event) => Said::of(&event),
                    Next::Missed(lost) => {
                        let data = json!({ "reason": "read too slowly", "lost": lost });
                        Said::own("lost", None, &data)
                    }
                }),
                () = tokio::time::sleep(HEARTBEAT) => {
                    if !self.proven.stands(&self.app).await {
                        return Err(Over::Refused);
                    }
                }
            }
        }
        // What happened after the end of a key is not for whoever had it.
        if !self.proven.stands(&self.app).await {
            return Err(Over::Refused);
        }
        self.taken.take().ok_or(Over::Stopping)
    }
}

impl Said {
    fn of(event: &Event) -> Self {
        Self {
            kind: event.kind,
            id: Some(event.id()),
            body: event.view(),
        }
    }

    fn own(kind: &'static str, id: Option<String>, data: &Value) -> Self {
        Self {
            kind,
            body: json!({ "id": id, "type": kind, "data": data }),
            id,
        }
    }
}
