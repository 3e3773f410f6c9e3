//! The requests a session wants made: one at a time, in their order.

use std::{collections::VecDeque, future, sync::Arc, time::Duration};

use chaperone_dialects::{Context, Credential, Dialect, Input, Purpose};
use chaperone_protocol::DeviceId;
use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep_until};

use crate::{
    Secret, TokenSource,
    dial::Dialer,
    http::{Answer, Asking, Body, NoAnswer, Requester},
    socket::is_refusal,
};

/// The longest a hub may ask to be left alone.
const LONGEST_REST: Duration = Duration::from_mins(5);

/// What it takes to ask a hub for this device.
pub(crate) struct Desk {
    requester: Requester,
    tokens: TokenSource,
    device: DeviceId,
    dialect: &'static dyn Dialect,
}

/// Requests that wait and the one under way. A session has at most one of each purpose at a time,
/// so this stays small: a newer one takes the place of an older one that has not left.
pub(crate) struct Requests {
    desk: Arc<Desk>,
    waiting: VecDeque<(Purpose, &'static str, String)>,
    under_way: Option<(Purpose, BoxFuture<'static, Asked>)>,
    /// When the hub wants to hear from us again.
    rest_until: Option<Instant>,
}

struct Asked {
    answer: Result<(u16, String), String>,
    rest: Option<Duration>,
}

impl Requests {
    pub(crate) fn new(
        dialer: Dialer,
        tokens: TokenSource,
        device: DeviceId,
        dialect: &'static dyn Dialect,
    ) -> Self {
        let limit_bytes = dialect.profile().max_down_bytes;
        Self {
            desk: Arc::new(Desk {
                requester: Requester::new(dialer, limit_bytes),
                tokens,
                device,
                dialect,
            }),
            waiting: VecDeque::new(),
            under_way: None,
            rest_until: None,
        }
    }

    pub(crate) fn put(&mut self, purpose: Purpose, path: &'static str, body: String) {
        self.waiting.retain(|(other, ..)| *other != purpose);
        self.waiting.push_back((purpose, path, body));
    }

    /// Forgets what waits and breaks off what is under way.
    pub(crate) fn stop(&mut self) {
        self.waiting.clear();
        self.under_way = None;
    }

    /// Waits for the next answer. Nothing is lost if the waiting is given up.
    pub(crate) async fn next(&mut self) -> Input {
        if self.under_way.is_none() {
            if self.waiting.is_empty() {
                return future::pending().await;
            }
            if let Some(until) = self.rest_until {
                sleep_until(until).await;
                self.rest_until = None;
            }
            if let Some((purpose, path, body)) = self.waiting.pop_front() {
                let desk = Arc::clone(&self.desk);
                let asked = Box::pin(async move { desk.ask(path, body).await });
                self.under_way = Some((purpose, asked));
            }
        }
        let Some((_, asked)) = &mut self.under_way else {
            return future::pending().await;
        };
        let Asked { answer, rest } = asked.await;
        self.rest_until = rest.map(|rest| Instant::now() + rest.min(LONGEST_REST));
        match self.under_way.take() {
            Some((purpose, _)) => Input::Answered { purpose, answer },
            None => future::pending().await,
        }
    }
}

impl Desk {
    async fn ask(&self, path: &'static str, body: String) -> Asked {
        let body = Body::Json(Secret::new(body));
        match self.exchange(path, &body).await {
            Ok(answer) => Asked {
                rest: answer
                    .retry_after
                    .filter(|_| matches!(answer.status, 429 | 503)),
                answer: Ok((answer.status, answer.body.expose().to_owned())),
            },
            Err(Unasked::SignIn) => Asked {
                // What any hub answers to somebody without a token.
                answer: Ok((401, String::new())),
                rest: None,
            },
            Err(Unasked::NoToken(problem)) => Asked {
                answer: Err(problem),
                rest: None,
            },
            Err(Unasked::NoAnswer(error)) => Asked {
                answer: Err(error.to_string()),
                rest: None,
            },
        }
    }

    async fn exchange(&self, path: &'static str, body: &Body) -> Result<Answer, Unasked> {
        let token = self.token().await?;
        let answer = self.exchange_with(path, body, &token).await?;
        if is_refusal(answer.status) && self.tokens.refused(&token).await {
            let token = self.token().await?;
            return self.exchange_with(path, body, &token).await;
        }
        Ok(answer)
    }

    async fn token(&self) -> Result<Secret, Unasked> {
        if self.dialect.profile().credential == Credential::Nothing {
            return Ok(Secret::new(""));
        }
        self.tokens.token().await.map_err(|error| {
            if error.wants_sign_in() {
                Unasked::SignIn
            } else {
                Unasked::NoToken(error.to_string())
            }
        })
    }

    async fn exchange_with(
        &self,
        path: &'static str,
        body: &Body,
        token: &Secret,
    ) -> Result<Answer, Unasked> {
        let dialer = self.requester.dialer();
        let path = dialer.address().request_path(self.dialect.profile(), path);
        let mut asking = Asking::new(path, body.clone());
        if let Some(wire) = self.dialect.polling() {
            let cx = Context::at(dialer.world().now()).of(Some(&self.device));
            asking.headers = wire.headers(token.expose(), cx);
        }
        if !token.is_empty() {
            asking = asking.bearing(token);
        }
        Ok(self.requester.post(&asking).await?)
    }
}

enum Unasked {
    SignIn,
    NoToken(String),
    NoAnswer(NoAnswer),
}

impl From<NoAnswer> for Unasked {
    fn from(error: NoAnswer) -> Self {
        Self::NoAnswer(error)
    }
}
