//! What agents do of their own accord while a person looks on: to watch it, to step in, and to say
//! afterwards how it went.
//!
//! A session is a command, and goes by its id. It goes on while the command does, or the recording
//! that it began.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, Uri},
    response::{Response, sse},
    routing::{get, post},
};
use chaperone_protocol::{
    AgentId, CommandId, DeviceId, FailureCode, Maturity, Outcome, SessionId, Timestamp, Value,
};
use futures_util::stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::Instant;

use super::{
    Refusal, agent_governance, ask,
    body::Body,
    caller::{Caller, Proven},
    live,
    proposals::{self, fits},
};
use crate::{
    app::App,
    call::{self, Ending},
    events::{Event, Next, View},
    governance::Feedback,
    store::{Intervention, Moved, Supervision},
};

const DEFAULT_SESSIONS: u32 = 50;
const MAX_SESSIONS: u32 = 1_000;
/// How often whoever looks on is told that it is still so, and a recording's end is looked for.
const LOOK: Duration = Duration::from_secs(5);

#[derive(Deserialize, JsonSchema)]
pub(super) struct InterveneBody {
    intervention_type: Intervention,
    guidance: String,
}

#[derive(Deserialize)]
struct Rating {
    supervisor_rating: u8,
    feedback: String,
}

#[derive(Deserialize)]
struct Limit {
    limit: Option<u32>,
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Stage {
    Running,
    /// It goes on, and its agent begins nothing more.
    Interrupted,
    Completed,
    Terminated,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct SupervisionView {
    #[schemars(with = "String")]
    session_id: CommandId,
    #[schemars(with = "String")]
    execution_id: CommandId,
    #[schemars(with = "String")]
    agent_id: AgentId,
    agent_name: String,
    #[schemars(with = "String")]
    device_node_id: DeviceId,
    action_type: String,
    supervisor_id: String,
    supervisor_type: &'static str,
    status: Stage,
    #[schemars(with = "String")]
    started_at: Timestamp,
    #[schemars(with = "Option<String>")]
    completed_at: Option<Timestamp>,
    duration_seconds: Option<i64>,
    intervention_count: u32,
    /// Whether its agent begins nothing more until it is corrected here, be it over or not.
    paused: bool,
    /// What the person said last when they stepped in.
    guidance: Option<String>,
    supervisor_rating: Option<u8>,
    feedback: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Intervened {
    success: bool,
    message: &'static str,
    session_state: Stage,
}

/// What a rating moved.
#[derive(Serialize, JsonSchema)]
pub(super) struct Rated {
    success: bool,
    #[schemars(with = "String")]
    session_id: CommandId,
    duration_seconds: i64,
    intervention_count: u32,
    confidence_boost: f64,
    new_confidence: Option<f64>,
    #[schemars(with = "Option<String>")]
    new_status: Option<Maturity>,
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/supervision/sessions", get(all))
        .route("/api/supervision/sessions/active", get(active))
        .route("/api/supervision/sessions/{supervision}", get(one))
        .route(
            "/api/supervision/sessions/{supervision}/intervene",
            post(intervene),
        )
        .route(
            "/api/supervision/sessions/{supervision}/complete",
            post(complete),
        )
        .route("/api/supervision/agents/{agent}/sessions", get(history))
        .route("/api/supervision/{execution}/stream", get(watch))
        .route(
            "/api/supervision/proposals/{proposal}/autonomous-approve",
            post(leave_to_an_agent),
        )
}

/// What goes on and what is over, newest first.
async fn all(
    State(app): State<Arc<App>>,
    caller: Caller,
    limit: Result<Query<Limit>, QueryRejection>,
) -> Result<Json<Vec<SupervisionView>>, Refusal> {
    let agent = own_name(&caller);
    newest(&app, &caller, agent, limit).await
}

async fn active(
    State(app): State<Arc<App>>,
    caller: Caller,
    limit: Result<Query<Limit>, QueryRejection>,
) -> Result<Json<Vec<SupervisionView>>, Refusal> {
    let limit = read(limit)?;
    let now = Timestamp::now();
    let account = caller.account().clone();
    let open = app
        .store
        .open_supervisions(account, own_name(&caller), now, MAX_SESSIONS);
    let going_on = open
        .await?
        .into_iter()
        .filter(|one| goes_on(&app, one, now));
    let views = going_on
        .take(limit)
        .map(|one| view(&app, &caller, one, now));
    Ok(Json(views.collect()))
}

async fn one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<SupervisionView>, Refusal> {
    let session = seen(&app, &caller, &id).await?;
    Ok(Json(view(&app, &caller, session, Timestamp::now())))
}

async fn history(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(agent): Path<String>,
    limit: Result<Query<Limit>, QueryRejection>,
) -> Result<Json<Vec<SupervisionView>>, Refusal> {
    let agent = agent_governance::named(&app, &caller, &agent).await?;
    newest(&app, &caller, Some(agent.agent.id), limit).await
}

/// Of one agent, or of all.
async fn newest(
    app: &App,
    caller: &Caller,
    agent: Option<AgentId>,
    limit: Result<Query<Limit>, QueryRejection>,
) -> Result<Json<Vec<SupervisionView>>, Refusal> {
    let limit = u32::try_from(read(limit)?).unwrap_or(MAX_SESSIONS);
    let account = caller.account().clone();
    let all = app.store.supervisions(account, agent, limit);
    let (all, now) = (all.await?.into_iter(), Timestamp::now());
    Ok(Json(all.map(|one| view(app, caller, one, now)).collect()))
}

/// A person steps in.
async fn intervene(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    uri: Uri,
    Body(body): Body<InterveneBody>,
) -> Result<Json<Intervened>, Refusal> {
    let account = proposals::person(&caller)?.clone();
    let session = seen(&app, &caller, &id).await?;
    fits("guidance", &body.guidance)?;
    let intervention = body.intervention_type;
    // An agent that waits for a word gets it, however long the command itself has been over.
    let waits = intervention == Intervention::Correct && session.paused;
    if !waits && !goes_on(&app, &session, Timestamp::now()) {
        return Err(over(&id));
    }
    // Apart from the call: once begun it is seen through, whoever goes.
    let tasks = app.tasks.clone();
    let stepping_in = async move {
        if intervention == Intervention::Terminate
            && !end(&app, &caller, &session, uri.path()).await?
        {
            return Err(over(&id));
        }
        let now = Timestamp::now();
        let store = &app.store;
        store
            .intervene(account, session, intervention, body.guidance, now)
            .await?;
        let (message, session_state) = match intervention {
            Intervention::Pause => (
                "The agent begins nothing more until it is corrected; what runs goes on",
                Stage::Interrupted,
            ),
            Intervention::Correct => ("The agent can read the guidance", Stage::Running),
            Intervention::Terminate => ("It was ended", Stage::Terminated),
        };
        Ok(Intervened {
            success: true,
            message,
            session_state,
        })
    };
    let stepped_in = tasks.spawn(stepping_in).await;
    stepped_in.map_err(|_| Refusal::stopping())?.map(Json)
}

/// Ends a session's command, or the recording that it began; no where it had ended by itself.
async fn end(
    app: &Arc<App>,
    caller: &Caller,
    session: &Supervision,
    path: &str,
) -> Result<bool, Refusal> {
    let mut ended = false;
    if let Some(mut waiter) = call::join(app, &session.command) {
        call::take_back(app, &session.command, "whoever looked on ended it");
        ended = matches!(
            waiter.ended().await?,
            Ending::Over(Outcome::Failure {
                code: FailureCode::Cancelled,
                ..
            })
        );
    }
    let (account, command) = (caller.account().clone(), session.command.clone());
    let row = app.store.supervision(account, command).await?;
    let recording = row.filter(|row| records(row, Timestamp::now()));
    if let Some(session_id) = recording.and_then(|row| row.recording) {
        let body = json!({ "session_id": session_id });
        let stop = ask::stop_order(app, caller, &body, &HeaderMap::new(), path).await?;
        stop.carry_out(app, caller).await?;
        ended = true;
    }
    Ok(ended)
}

fn over(id: &str) -> Refusal {
    let detail = format!("Supervision session {id} is over");
    Refusal::new(StatusCode::CONFLICT, "not_active", detail)
}

/// What a person thinks of it, once.
async fn complete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    rating: Result<Query<Rating>, QueryRejection>,
) -> Result<Json<Rated>, Refusal> {
    let account = proposals::person(&caller)?.clone();
    let session = seen(&app, &caller, &id).await?;
    let refused = "supervisor_rating: from 1 to 5, with feedback: as text";
    let Query(rating) = rating.map_err(|_| Refusal::unprocessable(refused))?;
    let stars = rating.supervisor_rating;
    let feedback = Feedback::of_stars(stars).ok_or_else(|| Refusal::unprocessable(refused))?;
    fits("feedback", &rating.feedback)?;
    let now = Timestamp::now();
    if goes_on(&app, &session, now) {
        let detail = format!("Supervision session {id} goes on: wait for its end, or terminate it");
        return Err(Refusal::new(StatusCode::CONFLICT, "active", detail));
    }
    if session.settled_at.is_none() {
        // It came to nothing.
        return Err(over(&id));
    }
    let (text, what) = (rating.feedback, (stars, feedback));
    let rated = app.store.rate(account, session.clone(), what, text, now);
    let moved = rated.await?.ok_or_else(|| {
        let detail = format!("Supervision session {id} was rated before");
        Refusal::new(StatusCode::CONFLICT, "not_active", detail)
    })?;
    let view = view(&app, &caller, session, now);
    Ok(Json(Rated {
        success: true,
        session_id: view.session_id,
        duration_seconds: view.duration_seconds.unwrap_or_default(),
        intervention_count: view.intervention_count,
        confidence_boost: moved.map_or(0.0, Moved::by),
        new_confidence: moved.map(|moved| moved.to.1.score()),
        new_status: moved.map(|moved| moved.to.0),
    }))
}

/// No agent decides about an agent, and the hub does not pick one that would.
async fn leave_to_an_agent(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let kind = crate::store::ProposalKind::Action;
    proposals::find(&app, proposals::person(&caller)?, kind, &id).await?;
    let detail = format!(
        "Only a person decides about a proposal: POST /api/maturity/proposals/{id}/approve"
    );
    Err(Refusal::new(StatusCode::CONFLICT, "person_decides", detail))
}

/// What happens in a session, until it is over.
async fn watch(
    State(app): State<Arc<App>>,
    proven: Proven,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let session = seen(&app, &proven.caller, &id).await?;
    let view = live::look(&app, &proven, None)?;
    let watcher = Watcher {
        app,
        proven,
        session,
        view,
        stage: Watching::Begun,
        look_at: Instant::now(),
    };
    let events = stream::unfold(watcher, |mut watcher| async move {
        let (kind, data) = watcher.next().await?;
        let event = sse::Event::default().event(kind).data(data.to_string());
        Some((Ok::<_, Infallible>(event), watcher))
    });
    Ok(live::as_it_happens(events))
}

/// Somebody who looks on at one session.
struct Watcher {
    app: Arc<App>,
    proven: Proven,
    session: Supervision,
    view: View,
    stage: Watching,
    /// When to look whether it is over: after what concerns it, and now and then, because a
    /// recording may end by itself.
    look_at: Instant,
}

enum Watching {
    Begun,
    GoingOn,
    Ended,
    Done,
}

type Said = (&'static str, Value);

impl Watcher {
    async fn next(&mut self) -> Option<Said> {
        match self.stage {
            Watching::Begun => {
                self.stage = Watching::GoingOn;
                return Some(say(
                    "connected",
                    json!({
                        "execution_id": self.session.command,
                        "agent_id": self.session.agent,
                        "agent_name": self.session.agent_name,
                    }),
                ));
            }
            Watching::GoingOn => {}
            Watching::Ended => {
                self.stage = Watching::Done;
                let body = json!({ "execution_id": self.session.command });
                return Some(say("done", body));
            }
            Watching::Done => return None,
        }
        loop {
            // What was said before its end is told before it.
            if self.look_at <= Instant::now() && !self.view.ear.has_more() {
                self.look_at = Instant::now() + LOOK;
                if let Some(end) = self.over().await {
                    return Some(end);
                }
            }
            let next = tokio::select! {
                () = self.app.stopping.cancelled() => return None,
                next = self.view.ear.next() => Some(next),
                () = tokio::time::sleep_until(self.look_at) => None,
            };
            if let Some(Next::Event(event)) = &next
                && !self.concerns(event)
            {
                continue;
            }
            self.look_at = Instant::now();
            if !self.proven.stands(&self.app).await {
                return None;
            }
            match next {
                Some(Next::Event(event)) => {
                    let body = json!({ "event_type": event.kind, "data": event.data() });
                    return Some(say("supervision_event", body));
                }
                Some(Next::Missed(lost)) => {
                    let message = format!("{lost} events were not read in time");
                    return Some(say("error", json!({ "message": message })));
                }
                None => {}
            }
        }
    }

    /// How it ended, if it did, and everything that was said of it before has been told.
    async fn over(&mut self) -> Option<Said> {
        let account = self.proven.caller.account().clone();
        let found = self
            .app
            .store
            .supervision(account, self.session.command.clone());
        let session = match found.await {
            Ok(session) => session?,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a session cannot be read"
                );
                return None;
            }
        };
        let now = Timestamp::now();
        if goes_on(&self.app, &session, now) {
            return None;
        }
        self.stage = Watching::Ended;
        let failed = session.failed;
        let view = view(&self.app, &self.proven.caller, session, now);
        let kind = if failed {
            "execution_failed"
        } else {
            "execution_completed"
        };
        let body = json!({ "event_type": kind, "data": { "status": view.status } });
        Some(say("supervision_event", body))
    }

    fn concerns(&self, event: &Event) -> bool {
        let recording = self.session.recording.as_ref();
        event.text("command_id") == Some(self.session.command.as_str())
            || (recording.is_some() && event.text("session_id") == recording.map(SessionId::as_str))
    }
}

fn say(kind: &'static str, mut body: Value) -> Said {
    if let Some(body) = body.as_object_mut() {
        body.insert("timestamp".to_owned(), json!(Timestamp::now()));
    }
    (kind, body)
}

/// A session of the caller's account; an agent sees its own.
async fn seen(app: &App, caller: &Caller, id: &str) -> Result<Supervision, Refusal> {
    let unknown = || {
        let detail = format!("Supervision session not found: {id}");
        Refusal::new(StatusCode::NOT_FOUND, "not_found", detail)
    };
    let command = CommandId::new(id).map_err(|_| unknown())?;
    let found = app.store.supervision(caller.account().clone(), command);
    let own = own_name(caller);
    found
        .await?
        .filter(|session| own.is_none_or(|own| own == session.agent))
        .ok_or_else(unknown)
}

fn own_name(caller: &Caller) -> Option<AgentId> {
    match caller {
        Caller::Person(_) => None,
        Caller::Agent(row) => Some(row.agent.id.clone()),
    }
}

fn goes_on(app: &App, session: &Supervision, now: Timestamp) -> bool {
    call::is_underway(app, &session.command) || records(session, now)
}

fn records(session: &Supervision, now: Timestamp) -> bool {
    session.recorded_until.is_some_and(|until| until > now)
}

fn view(app: &App, caller: &Caller, session: Supervision, now: Timestamp) -> SupervisionView {
    let status = match (goes_on(app, &session, now), session.intervention) {
        (true, _) if session.paused => Stage::Interrupted,
        (true, _) => Stage::Running,
        (false, Some(Intervention::Terminate)) => Stage::Terminated,
        (false, _) => Stage::Completed,
    };
    let over = matches!(status, Stage::Completed | Stage::Terminated);
    let completed_at = session
        .settled_at
        .max(session.recorded_until)
        .filter(|_| over);
    let lasted = completed_at.map(|end| end.duration_since(session.started_at).as_secs());
    SupervisionView {
        execution_id: session.command.clone(),
        session_id: session.command,
        agent_id: session.agent,
        agent_name: session.agent_name,
        device_node_id: session.device,
        action_type: session.action,
        supervisor_id: caller.account().as_str().to_owned(),
        supervisor_type: "user",
        status,
        started_at: session.started_at,
        completed_at,
        duration_seconds: lasted,
        intervention_count: session.interventions,
        paused: session.paused,
        guidance: session.guidance,
        supervisor_rating: session.rating,
        feedback: session.feedback,
    }
}

fn read(limit: Result<Query<Limit>, QueryRejection>) -> Result<usize, Refusal> {
    let refused = || Refusal::unprocessable(format!("limit: must be between 1 and {MAX_SESSIONS}"));
    let Query(Limit { limit }) = limit.map_err(|_| refused())?;
    let limit = limit.unwrap_or(DEFAULT_SESSIONS);
    let fits = (1..=MAX_SESSIONS).contains(&limit);
    let limit = usize::try_from(limit).map_err(|_| refused())?;
    fits.then_some(limit).ok_or_else(refused)
}
