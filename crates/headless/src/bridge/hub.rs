//! The hub's side: where it is, with which key, and one request over a connection of its own.

use std::{fmt, path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use chaperone_api::Secret;
use http_body_util::Full;
use hyper::{
    body::{Bytes, Incoming},
    client::conn::http1,
};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::OnceCell,
};
use tokio_rustls::TlsConnector;
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::exchange::Session;
use crate::{
    ending::Wrong,
    json::{member, text},
    words::Desk,
};

/// Where a key is taken from that is in no file.
pub(crate) const KEY_VARIABLE: &str = "CHAPERONE_AGENT_KEY";
const PATH: &str = "/mcp";
/// How long the hub may take to be reached. Its answer takes as long as a person does.
const REACH_WITHIN: Duration = Duration::from_secs(10);
/// How long ending a session may hold up the end.
const END_WITHIN: Duration = Duration::from_secs(2);
/// The methods that call something by its name.
const NAMED: [&str; 2] = ["tools/call", "prompts/get"];
const VERSION_IN_BODY: &str = "/params/_meta/io.modelcontextprotocol~1protocolVersion";

/// Where a hub is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    encrypted: bool,
    host: String,
    port: u16,
    /// Before `/mcp`, where a proxy has the hub under a path.
    under: String,
}

/// An agent's key.
pub(crate) struct Key(Secret);

impl Address {
    /// Reads one. A key crosses the world encrypted or not at all.
    pub(crate) fn read(url: &str) -> Result<Self, Wrong> {
        let wrong = |problem: &str| Wrong(format!("--hub {url}: {problem}"));
        let uri: Uri = url
            .parse()
            .map_err(|_| wrong("this is no address; give one like https://hub.example.org"))?;
        let authority = uri
            .authority()
            .ok_or_else(|| wrong("this names no host; give one like https://hub.example.org"))?;
        if authority.as_str().contains('@') {
            return Err(wrong(
                "leave name and password out; the agent's key is what counts",
            ));
        }
        let host = authority
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']');
        let encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if is_this_computer(host) => false,
            Some("http") => {
                return Err(wrong(
                    "only a hub on this computer is called by http; give https",
                ));
            }
            _ => {
                return Err(wrong(
                    "give an address that begins with https:// (or http:// on this computer)",
                ));
            }
        };
        let under = uri.path().trim_end_matches('/');
        Ok(Self {
            encrypted,
            port: authority
                .port_u16()
                .unwrap_or(if encrypted { 443 } else { 80 }),
            under: under.strip_suffix(PATH).unwrap_or(under).to_owned(),
            host: host.to_owned(),
        })
    }

    /// That of the Chaperone that runs on this computer.
    pub(crate) fn found(desk: &Desk<'_>) -> Result<Self> {
        let state = desk.call("state/snapshot", &Value::Object(serde_json::Map::new()))?;
        let address = text(member(&state, "device"), "hubAddress");
        Self::read(address).context("the Chaperone that runs here tells no address of its hub")
    }

    fn authority(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        let usual = if self.encrypted { 443 } else { 80 };
        if self.port == usual {
            host
        } else {
            format!("{host}:{}", self.port)
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.encrypted { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.under)
    }
}

impl Key {
    /// From a file, or from the environment.
    pub(crate) fn read(file: Option<&Path>) -> Result<Self> {
        let text = match file {
            Some(path) => std::fs::read_to_string(path)
                .with_context(|| format!("reading the key from {}", path.display()))?,
            None => std::env::var(KEY_VARIABLE).map_err(|_| {
                Wrong(format!(
                    "no agent's key: name a file that holds one with --key-file, or set {KEY_VARIABLE}"
                ))
            })?,
        };
        let text = Secret::new(text);
        let key = text.expose().trim();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Wrong("the agent's key must be one word of plain text".to_owned()).into());
        }
        Ok(Self(Secret::new(key)))
    }
}

/// A hub that can be asked.
pub(super) struct Hub {
    address: Address,
    key: Key,
    encryption: OnceCell<Arc<ClientConfig>>,
    tasks: TaskTracker,
}

/// What a hub answers. Dropping it hangs up.
pub(super) struct Answer {
    response: Response<Incoming>,
    _open: DropGuard,
}

impl Answer {
    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(super) fn header(&self, name: &str) -> Option<&HeaderValue> {
        self.response.headers().get(name)
    }

    pub(super) fn body(&mut self) -> &mut Incoming {
        self.response.body_mut()
    }
}

impl Hub {
    pub(super) fn new(address: Address, key: Key, tasks: TaskTracker) -> Self {
        Self {
            address,
            key,
            tasks,
            encryption: OnceCell::new(),
        }
    }

    /// Hands the hub a message, in a session if there is one.
    pub(super) async fn post(&self, message: &Value, session: &Session) -> Result<Answer> {
        let mut request = self.request(Method::POST, session)?;
        let headers = request.headers_mut();
        let found = |pointer| message.pointer(pointer).and_then(Value::as_str);
        let method = found("/method").unwrap_or_default();
        let name = NAMED.contains(&method).then(|| found("/params/name"));
        // The newest revision wants in headers what is in the message.
        for (header, value) in [
            ("mcp-method", (!method.is_empty()).then_some(method)),
            ("mcp-name", name.flatten()),
            ("mcp-protocol-version", found(VERSION_IN_BODY)),
        ] {
            if let Some(Ok(value)) = value.map(HeaderValue::from_str) {
                headers.insert(header, value);
            }
        }
        *request.body_mut() = Full::new(Bytes::from(message.to_string()));
        self.send(request).await
    }

    /// Ends a session, if the hub is there to hear it.
    pub(super) async fn end(&self, session: &Session) {
        if session.id.is_none() {
            return;
        }
        let ending = async {
            let request = self.request(Method::DELETE, session)?;
            self.send(request).await
        };
        let _ = tokio::time::timeout(END_WITHIN, ending).await;
    }

    fn request(&self, method: Method, session: &Session) -> Result<Request<Full<Bytes>>> {
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", self.key.0.expose()))
            .context("the agent's key cannot be sent")?;
        bearer.set_sensitive(true);
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{PATH}", self.address.under))
            .header(header::HOST, self.address.authority())
            .header(header::AUTHORIZATION, bearer)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json, text/event-stream");
        if let Some(id) = &session.id {
            request = request.header("mcp-session-id", id);
        }
        if let Some(version) = &session.version {
            request = request.header("mcp-protocol-version", version);
        }
        request
            .body(Full::default())
            .context("the hub's address cannot be asked")
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Answer> {
        let reaching = self.reach();
        let stream = tokio::time::timeout(REACH_WITHIN, reaching)
            .await
            .with_context(|| format!("{} does not answer", self.address))??;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let open = CancellationToken::new();
        let hung_up = open.clone();
        self.tasks.spawn(async move {
            // Whatever breaks is noticed by whoever reads.
            let _ = hung_up.run_until_cancelled(connection).await;
        });
        let open = open.drop_guard();
        let response = sender.send_request(request).await;
        let response = response.with_context(|| format!("{} hung up", self.address))?;
        Ok(Answer {
            response,
            _open: open,
        })
    }

    async fn reach(&self) -> Result<Box<dyn Stream>> {
        let Address {
            host,
            port,
            encrypted,
            ..
        } = &self.address;
        let stream = TcpStream::connect((host.as_str(), *port))
            .await
            .with_context(|| {
                format!(
                    "{} cannot be reached; is Chaperone running there?",
                    self.address
                )
            })?;
        let _ = stream.set_nodelay(true);
        if !encrypted {
            return Ok(Box::new(stream));
        }
        let config = self.encryption.get_or_try_init(encryption).await?;
        let name = ServerName::try_from(host.clone()).context("the hub's host is no name")?;
        let stream = TlsConnector::from(Arc::clone(config))
            .connect(name, stream)
            .await
            .with_context(|| format!("{} cannot be trusted", self.address))?;
        Ok(Box::new(stream))
    }
}

/// What goes both ways.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn encryption() -> Result<Arc<ClientConfig>> {
    // Reading the roots takes a while on some systems.
    let read = tokio::task::spawn_blocking(|| {
        let mut roots = RootCertStore::empty();
        // Whatever cannot be read is missed when a certificate is checked.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder =
            ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let config = builder.with_root_certificates(roots).with_no_client_auth();
        Ok::<_, rustls::Error>(Arc::new(config))
    });
    Ok(read.await??)
}

fn is_this_computer(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}
