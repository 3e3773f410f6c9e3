//! Where a hub listens.
//!
//! What can be shown of a URL and nothing else: the token is added at the last moment, for the one
//! request that carries it.

use std::{fmt, fmt::Write as _, net::IpAddr, str::FromStr};

use chaperone_dialects::{Credential, Profile};
use chaperone_protocol::DeviceId;
use tokio_tungstenite::tungstenite::http::Uri;

use crate::{Error, Secret};

/// A hub's address, checked: encrypted, or on this computer, or marked as exposed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    encrypted: bool,
    /// A name, or a number without brackets.
    host: String,
    port: u16,
    /// Host and port as they were given.
    authority: String,
    /// Empty where the dialect's own path is meant.
    path: String,
}

impl Address {
    /// Takes `wss://` and `https://` URLs, and `ws://` and `http://` ones of this computer. Without
    /// a path the dialect's own is meant.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let address = Self::parse_exposed(text)?;
        if address.is_exposed() {
            return Err(Error::Unencrypted { host: address.host });
        }
        Ok(address)
    }

    /// Takes `ws://` and `http://` URLs of other computers as well. A link still refuses those
    /// unless its settings say that the person wants it so.
    pub fn parse_exposed(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        // The URL parser drops fragments silently.
        if text.contains('#') {
            return Err(Error::Query);
        }
        let uri: Uri = text.parse().map_err(|_| Error::NotAnAddress)?;
        let encrypted = match uri.scheme_str() {
            Some("wss" | "https") => true,
            Some("ws" | "http") => false,
            Some(_) => return Err(Error::Scheme),
            None => return Err(Error::NotAnAddress),
        };
        let authority = uri.authority().ok_or(Error::NotAnAddress)?;
        if authority.as_str().contains('@') {
            return Err(Error::Credentials);
        }
        if uri.query().is_some() {
            return Err(Error::Query);
        }
        let host = authority.host();
        if host.is_empty() {
            return Err(Error::NotAnAddress);
        }
        let port = match (authority.port_u16(), authority.port()) {
            (Some(0), _) | (None, Some(_)) => return Err(Error::NotAnAddress),
            (Some(port), _) => port,
            (None, None) if encrypted => 443,
            (None, None) => 80,
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        Ok(Self {
            encrypted,
            host: host.to_ascii_lowercase(),
            port,
            authority: authority.as_str().to_ascii_lowercase(),
            path: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// The kind of hub that it speaks for, by the dialect's id: by the path of its socket, and where
    /// two kinds share one, or there is none, by the port that one of them has to itself.
    pub fn kind(&self) -> Option<&'static str> {
        let profiles = || {
            chaperone_dialects::ALL
                .iter()
                .map(|dialect| dialect.profile())
        };
        let longest = profiles()
            .filter(|profile| self.path.ends_with(profile.native_path))
            .map(|profile| profile.native_path.len())
            .max();
        let by_path = profiles().filter(|profile| match longest {
            None => self.path.is_empty(),
            Some(longest) => {
                self.path.ends_with(profile.native_path) && profile.native_path.len() == longest
            }
        });
        let mut candidates: Vec<&Profile> = by_path.collect();
        if candidates.len() > 1 {
            // The ports of the web say nothing.
            candidates.retain(|profile| {
                profile.usual_port == Some(self.port) && !matches!(self.port, 80 | 443)
            });
        }
        match candidates.as_slice() {
            [profile] => Some(profile.id),
            _ => None,
        }
    }

    /// Whether the way there is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Whether a token would cross a network in the clear.
    pub fn is_exposed(&self) -> bool {
        !self.encrypted && !self.is_loopback()
    }

    /// Whether it is on this computer, by what it says. Names are not looked up: whoever answers
    /// for another name decides where it leads.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host == "localhost"
            || self
                .host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }

    /// A name, or a number without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Host and port as the `Host` header has them.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// Host and port as a tunnel is asked for.
    pub(crate) fn host_and_port(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// The path of a request. What stands before the dialect's own path is where the whole hub
    /// is; any other path is the socket's alone.
    pub(crate) fn request_path(&self, profile: &Profile, path: &str) -> String {
        let before = self.path.strip_suffix(profile.native_path).unwrap_or("");
        format!("{before}{path}")
    }

    /// The whole URL, token and all. Only for the request itself.
    pub(crate) fn socket_url(
        &self,
        profile: &Profile,
        token: &Secret,
        device: &DeviceId,
    ) -> String {
        let mut url = self.to_string();
        if self.path.is_empty() {
            url.push_str(profile.native_path);
        }
        let token = match profile.credential {
            Credential::Query(name) => Some((name, token.expose())),
            Credential::Bearer | Credential::Nothing => None,
        };
        let id = profile.id_query.map(|name| (name, device.as_str()));
        for (mark, (name, value)) in ['?', '&'].into_iter().zip(id.into_iter().chain(token)) {
            let _ = write!(url, "{mark}{name}=");
            percent_encode(value, &mut url);
        }
        url
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.encrypted { "wss" } else { "ws" };
        write!(f, "{scheme}://{}{}", self.authority, self.path)
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

/// As in a URL's query and in a form.
pub(crate) fn percent_encode(text: &str, url: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
}
