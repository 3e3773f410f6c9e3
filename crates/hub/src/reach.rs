//! From where a hub can be reached, and under which names.
//!
//! Whether a request is let in with them is the guard's to say.

use std::{fmt, net::SocketAddr, path::PathBuf, str::FromStr};

use axum::http::{Uri, uri::Scheme};

use crate::Error;

/// From where a hub can be reached, and how far it reaches itself. By default only from its own
/// computer.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// What comes to the listening address, and how.
    pub entrance: Entrance,
    /// Where the hub is for others: the start of its every address.
    pub public_url: Option<Origin>,
    /// Other names that requests may call it by, as they stand in `Host`.
    pub names: Vec<String>,
    /// Whose pages may call it, beside its own.
    pub origins: Vec<Origin>,
    /// Where webhooks may lead.
    pub webhooks: WebhookReach,
}

/// What comes to the listening address.
#[derive(Debug, Clone, Default)]
pub enum Entrance {
    /// Plain HTTP from this computer.
    #[default]
    Local,
    /// Plain HTTP from a proxy that has TLS, and says in `X-Forwarded-For` whom it speaks for.
    BehindProxy,
    /// TLS.
    Tls(TlsFiles),
}

/// Where webhooks may lead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WebhookReach {
    /// Out to the world over HTTPS, and to no address that only this computer or its network has.
    #[default]
    Outside,
    /// Also to this computer and its network, and there without encryption: whoever has an account
    /// can have the hub send something to whatever listens there.
    Inside,
}

/// Where the certificate lies, and its key, both as PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, and then those that vouch for it.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// A scheme, a host and perhaps a port, as they stand in `Origin`: `https://hub.example.org`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    text: String,
    host: String,
    port: Option<u16>,
    encrypted: bool,
}

/// It is not `https://…` or `http://…` with a host and nothing behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be like https://hub.example.org, with nothing behind the host and port")]
pub struct NotAnOrigin;

/// How much is taken from one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests from one address in a minute; as many as come, where it is `None`.
    pub requests_per_minute: Option<u32>,
    /// Failed sign-ins in a minute, by name and by address, before both wait for five.
    pub sign_in_failures_per_minute: u32,
    /// TLS handshakes at a time; beyond it they wait for their turn.
    pub handshakes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_minute: None,
            sign_in_failures_per_minute: 10,
            handshakes: 256,
        }
    }
}

impl Reach {
    /// Whether it is meant for others than those on its own computer.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.entrance, Entrance::Local)
    }

    /// Whether the address may be listened on.
    pub(crate) fn check(&self, address: SocketAddr) -> Result<(), Error> {
        if address.ip().is_loopback() {
            return Ok(());
        }
        match (&self.entrance, &self.public_url) {
            (Entrance::Local, _) => Err(Error::NotLoopback { address }),
            (_, None) => Err(Error::NoPublicUrl { address }),
            (_, Some(url)) if !url.encrypted => {
                Err(Error::PublicUrlInTheClear { url: url.clone() })
            }
            (_, Some(_)) => Ok(()),
        }
    }
}

impl Origin {
    /// As it stands in `Origin`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, in small letters; an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, also where it is the scheme's own.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.encrypted { 443 } else { 80 })
    }

    /// Whether it is `https`.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let uri: Uri = text.parse().map_err(|_| NotAnOrigin)?;
        let encrypted = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(_) | None => return Err(NotAnOrigin),
        };
        let authority = uri.authority().ok_or(NotAnOrigin)?;
        let bare = uri.path() == "/" && uri.query().is_none() && !text.contains(['#', '@']);
        if !bare || authority.host().is_empty() {
            return Err(NotAnOrigin);
        }
        let own = if encrypted { 443 } else { 80 };
        let port = match authority.port() {
            // Browsers leave the scheme's own port away.
            Some(port) if port.as_u16() == own => None,
            Some(port) => Some(port.as_u16()),
            None if authority.as_str().ends_with(':') => return Err(NotAnOrigin),
            None => None,
        };
        let host = authority.host().to_ascii_lowercase();
        let scheme = if encrypted { "https" } else { "http" };
        let text = match port {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        };
        Ok(Self {
            text,
            host,
            port,
            encrypted,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_as_browsers_do() {
        for (text, written) in [
            ("https://Hub.Example.org", "https://hub.example.org"),
            ("https://hub.example.org/", "https://hub.example.org"),
            ("https://hub.example.org:443", "https://hub.example.org"),
            (
                "https://hub.example.org:8443",
                "https://hub.example.org:8443",
            ),
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().as_str(), written);
        }
        for text in [
            "",
            "*",
            "null",
            "hub.example.org",
            "//hub.example.org",
            "ftp://hub.example.org",
            "https://hub.example.org/hub",
            "https://hub.example.org?a",
            "https://hub.example.org#a",
            "https://someone@hub.example.org",
            "https://hub.example.org:",
            "https://",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(NotAnOrigin), "{text}");
        }
    }

    #[test]
    fn nothing_but_loopback_is_listened_on_in_the_clear() {
        let everywhere = SocketAddr::from(([0, 0, 0, 0], 8443));
        let url = |text: &str| Some(text.parse().unwrap());
        let check = |entrance, public_url| {
            let reach = Reach {
                entrance,
                public_url,
                ..Reach::default()
            };
            assert!(reach.check(SocketAddr::from(([127, 0, 0, 1], 1))).is_ok());
            reach.check(everywhere).is_ok()
        };
        assert!(!check(Entrance::Local, None));
        assert!(!check(Entrance::Local, url("https://hub.example.org")));
        assert!(!check(Entrance::BehindProxy, None));
        assert!(!check(Entrance::BehindProxy, url("http://hub.example.org")));
        assert!(check(Entrance::BehindProxy, url("https://hub.example.org")));
    }
}
