//! Requests to a hub, over the same streams as its sockets.
//!
//! One at a time, each with a deadline and an answer of limited size. The stream is kept for the
//! next request; whoever gives a request up drops both.

use std::{error::Error as _, fmt::Write as _, future::Future, pin::Pin, time::Duration};

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{
    Method, Request,
    body::{Bytes, Incoming},
    client::conn::http1::{SendRequest, handshake},
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue, RETRY_AFTER},
};
use hyper_util::rt::TokioIo;
use tokio::{sync::Mutex, time::timeout};

use crate::{
    Secret,
    address::percent_encode,
    dial::{DialError, Dialer},
};

/// A request with its answer takes no longer than this.
const DEADLINE: Duration = Duration::from_secs(30);

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    pub(crate) path: String,
    pub(crate) bearer: Option<Secret>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

/// A body is as secret as what is in it.
#[derive(Clone)]
pub(crate) enum Body {
    Nothing,
    Json(Secret),
    Form(Secret),
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Body(…)")
    }
}

impl Body {
    pub(crate) fn json(value: &serde_json::Value) -> Self {
        Self::Json(Secret::new(value.to_string()))
    }

    pub(crate) fn form(fields: &[(&str, &str)]) -> Self {
        let mut form = String::new();
        for (name, value) in fields {
            let mark = if form.is_empty() { "" } else { "&" };
            let _ = write!(form, "{mark}{name}=");
            percent_encode(value, &mut form);
        }
        Self::Form(Secret::new(form))
    }
}

impl Asking {
    pub(crate) fn new(path: impl Into<String>, body: Body) -> Self {
        Self {
            path: path.into(),
            bearer: None,
            headers: Vec::new(),
            body,
        }
    }

    pub(crate) fn bearing(self, bearer: &Secret) -> Self {
        Self {
            bearer: Some(bearer.clone()),
            ..self
        }
    }
}

/// What the hub answered.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Secret,
    /// How long the hub wants to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

impl Answer {
    /// The body as JSON, where it is an object.
    pub(crate) fn json(&self) -> serde_json::Map<String, serde_json::Value> {
        match serde_json::from_str(self.body.expose()) {
            Ok(serde_json::Value::Object(fields)) => fields,
            Ok(_) | Err(_) => serde_json::Map::new(),
        }
    }
}

/// Why there is no answer, in sentences for people.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    #[error(transparent)]
    Dial(#[from] DialError),
    #[error("the hub did not answer in time")]
    Late,
    #[error("the hub's answer is beyond the limit")]
    TooLarge,
    #[error("what answers at {address} is no hub")]
    Foreign {
        address: crate::Address,
        #[source]
        source: hyper::Error,
    },
    #[error("the hub broke off its answer")]
    Broken(#[source] hyper::Error),
    #[error("the hub's answer is no text")]
    NoText,
    #[error("the token holds characters that no token has")]
    Token,
    #[error("the request cannot be put into words")]
    Unsayable(#[source] hyper::http::Error),
}

/// Asks one hub.
pub(crate) struct Requester {
    dialer: Dialer,
    limit_bytes: usize,
    alive: Mutex<Option<Alive>>,
}

/// A stream between two requests. Nobody drives it meanwhile: whether the hub has closed it is seen
/// when it is wanted.
struct Alive {
    sender: SendRequest<Full<Bytes>>,
    connection: Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>,
}

impl Requester {
    pub(crate) fn new(dialer: Dialer, limit_bytes: usize) -> Self {
        Self {
            dialer,
            limit_bytes,
            alive: Mutex::new(None),
        }
    }

    pub(crate) fn dialer(&self) -> &Dialer {
        &self.dialer
    }

    /// Asks and waits for the answer.
    pub(crate) async fn post(&self, asking: &Asking) -> Result<Answer, NoAnswer> {
        let answered = timeout(DEADLINE, self.exchange(asking)).await;
        answered.map_err(|_| NoAnswer::Late)?
    }

    async fn exchange(&self, asking: &Asking) -> Result<Answer, NoAnswer> {
        let mut kept = self.alive.lock().await;
        if let Some(mut alive) = kept.take()
            && alive.is_ready().await
        {
            match self.exchange_over(&mut alive, asking).await {
                // The hub had closed the stream, which crossed our request.
                Err(NoAnswer::Broken(error) | NoAnswer::Foreign { source: error, .. })
                    if error.is_canceled() || error.is_incomplete_message() => {}
                answered => {
                    if answered.is_ok() {
                        *kept = Some(alive);
                    }
                    return answered;
                }
            }
        }
        let stream = self.dialer.dial().await?;
        let (sender, connection) = handshake(TokioIo::new(stream))
            .await
            .map_err(|source| self.foreign(source))?;
        let mut alive = Alive {
            sender,
            connection: Box::pin(connection),
        };
        let answer = self.exchange_over(&mut alive, asking).await?;
        *kept = Some(alive);
        Ok(answer)
    }

    async fn exchange_over(&self, alive: &mut Alive, asking: &Asking) -> Result<Answer, NoAnswer> {
        let request = self.request(asking)?;
        let Alive { sender, connection } = alive;
        let mut answer = std::pin::pin!(async {
            let response = sender
                .send_request(request)
                .await
                .map_err(|source| self.foreign(source))?;
            let status = response.status().as_u16();
            let retry_after = response
                .headers()
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok()?.trim().parse().ok())
                .map(Duration::from_secs);
            let body = self.read(response.into_body()).await?;
            Ok(Answer {
                status,
                body,
                retry_after,
            })
        });
        let mut over = false;
        loop {
            tokio::select! {
                biased;
                answer = &mut answer => return answer,
                // Its errors are the answer's as well.
                _ = &mut *connection, if !over => over = true,
            }
        }
    }

    async fn read(&self, body: Incoming) -> Result<Secret, NoAnswer> {
        let collected = Limited::new(body, self.limit_bytes).collect().await;
        let bytes = collected.map_err(|error| {
            if error.is::<LengthLimitError>() {
                return NoAnswer::TooLarge;
            }
            match error.downcast() {
                Ok(error) => NoAnswer::Broken(*error),
                Err(_) => NoAnswer::TooLarge,
            }
        })?;
        let bytes = Vec::from(bytes.to_bytes());
        String::from_utf8(bytes)
            .map(Secret::new)
            .map_err(|_| NoAnswer::NoText)
    }

    fn request(&self, asking: &Asking) -> Result<Request<Full<Bytes>>, NoAnswer> {
        let (kind, body) = match &asking.body {
            Body::Nothing => (None, ""),
            Body::Json(body) => (Some("application/json"), body.expose()),
            Body::Form(body) => (Some("application/x-www-form-urlencoded"), body.expose()),
        };
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(&asking.path)
            .header(HOST, self.dialer.address().authority())
            .header(ACCEPT, "application/json");
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        for (name, value) in &asking.headers {
            request = request.header(HeaderName::from_static(name), value);
        }
        if let Some(bearer) = &asking.bearer {
            request = request.header(AUTHORIZATION, bearer_value(bearer)?);
        }
        let body = Full::new(Bytes::copy_from_slice(body.as_bytes()));
        request.body(body).map_err(NoAnswer::Unsayable)
    }

    fn foreign(&self, source: hyper::Error) -> NoAnswer {
        let broken = source.is_incomplete_message()
            || source.is_canceled()
            || source
                .source()
                .is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
        if broken {
            return NoAnswer::Broken(source);
        }
        NoAnswer::Foreign {
            address: self.dialer.address().clone(),
            source,
        }
    }
}

impl Alive {
    /// Whether the hub still listens on it.
    async fn is_ready(&mut self) -> bool {
        tokio::select! {
            biased;
            _ = &mut self.connection => false,
            ready = self.sender.ready() => ready.is_ok(),
        }
    }
}

/// The header that carries a token.
pub(crate) fn bearer_value(token: &Secret) -> Result<HeaderValue, NoAnswer> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
        .map_err(|_| NoAnswer::Token)?;
    value.set_sensitive(true);
    Ok(value)
}
