//! Proxies: which one, if any, and a tunnel through it.

use std::fmt;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use zeroize::Zeroizing;

use crate::Address;

/// Who stands between this computer and others. Addresses on this computer are always reached
/// directly.
pub struct Proxies(Matcher);

impl Proxies {
    /// What `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say, also in lower case.
    pub fn from_environment() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// The same from other variables than the environment's.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| {
            variable(name)
                .filter(|value| !value.trim().is_empty())
                .or_else(|| variable(&name.to_ascii_lowercase()))
                .unwrap_or_default()
        };
        let matcher = Matcher::builder()
            .all(value("ALL_PROXY"))
            .http(value("HTTP_PROXY"))
            .https(value("HTTPS_PROXY"))
            .no(value("NO_PROXY"));
        Self(matcher.build())
    }

    /// None at all.
    pub fn none() -> Self {
        Self(Matcher::builder().build())
    }

    pub(super) fn before(&self, address: &Address) -> Option<Result<Proxy, ProxyError>> {
        if address.is_loopback() {
            return None;
        }
        let scheme = if address.is_encrypted() {
            "https"
        } else {
            "http"
        };
        let target: Uri = format!("{scheme}://{}/", address.authority())
            .parse()
            .ok()?;
        let found = self.0.intercept(&target)?;
        let (Some(host), scheme) = (found.uri().host(), found.uri().scheme_str()) else {
            return None;
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if scheme != Some("http") {
            return Some(Err(ProxyError::Kind {
                scheme: scheme.unwrap_or_default().to_owned(),
            }));
        }
        let authorization = found
            .basic_auth()
            .and_then(|value| value.to_str().ok())
            .map(|value| Zeroizing::new(value.to_owned()));
        Some(Ok(Proxy {
            host: host.to_owned(),
            port: found.uri().port_u16().unwrap_or(80),
            authorization,
        }))
    }
}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The library's own hides names and passwords, but that is its promise, not ours.
        f.write_str("Proxies(…)")
    }
}

/// A proxy that is asked for a tunnel.
pub(super) struct Proxy {
    pub(super) host: String,
    pub(super) port: u16,
    authorization: Option<Zeroizing<String>>,
}

/// What went wrong with a proxy.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProxyError {
    #[error("the proxy is of the kind {scheme}://, which is not spoken here: set one with http://")]
    Kind { scheme: String },
    #[error("the proxy wants a name and a password, or other ones: put them into its address")]
    Credentials,
    #[error("the proxy refuses the way there (HTTP {status})")]
    Refused { status: u16 },
    #[error("what answers as the proxy is none")]
    NoProxy,
    #[error("the proxy broke off")]
    Broken(#[from] std::io::Error),
}

impl Proxy {
    /// Asks for a way to that address through the stream, which is one to the proxy.
    pub(super) async fn tunnel(
        &self,
        stream: &mut TcpStream,
        address: &Address,
    ) -> Result<(), ProxyError> {
        let target = address.host_and_port();
        let mut request =
            Zeroizing::new(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n"));
        if let Some(authorization) = &self.authorization {
            request.push_str("Proxy-Authorization: ");
            request.push_str(authorization);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).await?;
        match answered(stream).await? {
            200..=299 => Ok(()),
            407 => Err(ProxyError::Credentials),
            status => Err(ProxyError::Refused { status }),
        }
    }
}

/// Reads the answer's head and not a byte more: what follows is not the proxy's.
async fn answered(stream: &mut TcpStream) -> Result<u16, ProxyError> {
    const MAX_HEAD_BYTES: usize = 8 * 1024;

    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= MAX_HEAD_BYTES {
            return Err(ProxyError::NoProxy);
        }
        head.push(stream.read_u8().await?);
    }
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = std::str::from_utf8(line).map_err(|_| ProxyError::NoProxy)?;
    let mut words = line.split(' ');
    if !words.next().unwrap_or_default().starts_with("HTTP/1.") {
        return Err(ProxyError::NoProxy);
    }
    words
        .next()
        .and_then(|status| status.parse().ok())
        .ok_or(ProxyError::NoProxy)
}
