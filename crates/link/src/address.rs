//! Where a hub listens.
//!
//! What can be shown of a URL and nothing else: the token is added at the last moment, for the one
//! request that carries it.

use std::{fmt, fmt::Write as _, net::IpAddr, str::FromStr};

use chaperone_dialects::{Credential, Profile};
use chaperone_protocol::DeviceId;
use tokio_tungstenite::tungstenite::http::Uri;

use crate::{Error, Secret};

/// A hub's address, checked: encrypted, or on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    encrypted: bool,
    /// Host and port.
    authority: String,
    /// Empty where the dialect's own path is meant.
    path: String,
}

impl Address {
    /// Takes `wss://` and `https://` URLs, and `ws://` and `http://` ones of this computer. Without
    /// a path the dialect's own is meant.
    pub fn parse(text: &str) -> Result<Self, Error> {
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
        if !encrypted && !is_loopback(host) {
            return Err(Error::Unencrypted {
                host: host.to_owned(),
            });
        }
        Ok(Self {
            encrypted,
            authority: authority.as_str().to_ascii_lowercase(),
            path: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Whether the way there is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// The whole URL, token and all. Only for the request itself.
    pub(crate) fn request_url(
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

/// Names are not looked up: whoever answers for another name decides where it leads.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn percent_encode(text: &str, url: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
}
