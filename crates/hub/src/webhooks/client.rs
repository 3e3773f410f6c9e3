//! One request to one target: no redirect is followed, and of the answer only the status counts.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request,
    client::conn::http1,
    header::{CONTENT_TYPE, HOST, USER_AGENT},
};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::OnceCell,
};
use tokio_rustls::TlsConnector;

use super::target::Target;
use crate::Error;

/// A request with its answer takes no longer than this.
const WITHIN: Duration = Duration::from_secs(10);

/// What targets are spoken to with.
#[derive(Default)]
pub(crate) struct Client {
    encryption: OnceCell<Arc<ClientConfig>>,
}

/// What is sent.
pub(super) struct Post {
    pub(super) body: String,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Client {
    /// Sends it; a sentence says why it was not taken.
    pub(super) async fn post(&self, target: &Target, post: Post) -> Result<(), String> {
        match tokio::time::timeout(WITHIN, self.send(target, post)).await {
            Ok(sent) => sent,
            Err(_) => Err(format!("no answer within {} s", WITHIN.as_secs())),
        }
    }

    async fn send(&self, target: &Target, post: Post) -> Result<(), String> {
        let address = target.resolve().await?;
        let stream = TcpStream::connect(address)
            .await
            .map_err(|error| format!("cannot connect: {}", error.kind()))?;
        if !target.encrypted {
            return exchange(stream, target, post).await;
        }
        let config = self
            .encryption
            .get_or_try_init(config)
            .await
            .map_err(|error| error.to_string())?;
        let name = ServerName::try_from(target.host.clone())
            .map_err(|_| "the host's name is no name".to_owned())?;
        let stream = TlsConnector::from(Arc::clone(config))
            .connect(name, stream)
            .await
            .map_err(|error| format!("cannot encrypt: {error}"))?;
        exchange(stream, target, post).await
    }
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    target: &Target,
    post: Post,
) -> Result<(), String> {
    let failed = |_| "the connection broke".to_owned();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(failed)?;
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(&target.path)
        .header(HOST, target.authority())
        .header(CONTENT_TYPE, "application/json")
        .header(
            USER_AGENT,
            concat!("chaperone-hub/", env!("CARGO_PKG_VERSION")),
        );
    for (name, value) in post.headers {
        request = request.header(name, value);
    }
    let request = request
        .body(Full::new(Bytes::from(post.body)))
        .map_err(|_| "the URL cannot be sent".to_owned())?;
    let mut sending = std::pin::pin!(sender.send_request(request));
    // Both ends go when this does, with whatever the other side still wants to say.
    let response = tokio::select! {
        response = &mut sending => response,
        // The answer may have come with the end.
        _ = connection => sending.await,
    };
    let response = response.map_err(failed)?;
    match response.status() {
        status if status.is_success() => Ok(()),
        status if status.is_redirection() => Err(format!(
            "answered {}: redirects are not followed",
            status.as_u16()
        )),
        status => Err(format!("answered {}", status.as_u16())),
    }
}

async fn config() -> Result<Arc<ClientConfig>, Error> {
    // Reading the roots takes a while on some systems.
    let read = tokio::task::spawn_blocking(|| {
        let mut roots = RootCertStore::empty();
        // Whatever cannot be read is missed when a certificate is checked.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(Error::Tls)?;
        let config = builder.with_root_certificates(roots).with_no_client_auth();
        Ok(Arc::new(config))
    });
    read.await.map_err(|_| Error::Stopped)?
}
