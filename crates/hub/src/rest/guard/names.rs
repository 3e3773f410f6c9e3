//! What this hub is called, and whose pages may call it.

use std::net::SocketAddr;

use crate::reach::{Entrance, Origin, Reach};

const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// The names of one hub.
#[derive(Debug)]
pub(crate) struct Names {
    port: u16,
    encrypted: bool,
    behind_proxy: bool,
    public: Option<Origin>,
    extra: Vec<String>,
    origins: Vec<Origin>,
}

/// Whose page a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// The hub's own, at the name that was called.
    Own,
    /// One that was told of.
    Listed,
    /// Anybody's.
    Foreign,
}

impl Names {
    pub(crate) fn new(reach: Reach, listening: SocketAddr) -> Self {
        Self {
            port: listening.port(),
            encrypted: matches!(reach.entrance, Entrance::Tls(_)),
            behind_proxy: matches!(reach.entrance, Entrance::BehindProxy),
            public: reach.public_url,
            extra: reach.names,
            origins: reach.origins,
        }
    }

    /// Where others find this hub; else where this caller did, whose `Host` was let in.
    pub(crate) fn base(&self, host: Option<&str>) -> String {
        if let Some(public) = &self.public {
            return public.as_str().to_owned();
        }
        match host {
            Some(host) => format!("{}://{host}", self.scheme()),
            None => format!("{}://127.0.0.1:{}", self.scheme(), self.port),
        }
    }

    /// Whether requests come through a proxy, which is where they all seem to come from.
    pub(crate) fn is_behind_proxy(&self) -> bool {
        self.behind_proxy
    }

    /// Whether browsers are to come back encrypted only, when they called it so.
    pub(super) fn is_encrypted_at(&self, authority: &str) -> bool {
        let public = self.public.as_ref();
        public.is_some_and(|public| public.is_encrypted() && names(authority, public))
    }

    /// Whether `Host` means this hub.
    pub(super) fn are(&self, authority: &str) -> bool {
        let own = if self.encrypted { 443 } else { 80 };
        let loopback = LOOPBACK
            .into_iter()
            .any(|name| is(authority, name, self.port, own));
        loopback
            || self
                .public
                .as_ref()
                .is_some_and(|public| names(authority, public))
            || self.extra.iter().any(|name| {
                authority.eq_ignore_ascii_case(name) || is(authority, name, self.port, own)
            })
    }

    /// Whose page this is, of a request to that authority.
    pub(super) fn page(&self, origin: &str, authority: &str) -> Page {
        let own = match &self.public {
            Some(public) if names(authority, public) => origin == public.as_str(),
            _ => origin
                .strip_prefix(self.scheme())
                .and_then(|rest| rest.strip_prefix("://"))
                .is_some_and(|named| named == authority && self.are(named)),
        };
        if own {
            Page::Own
        } else if self.origins.iter().any(|listed| listed.as_str() == origin) {
            Page::Listed
        } else {
            Page::Foreign
        }
    }

    fn scheme(&self) -> &'static str {
        if self.encrypted { "https" } else { "http" }
    }
}

fn names(authority: &str, origin: &Origin) -> bool {
    let own = if origin.is_encrypted() { 443 } else { 80 };
    is(authority, origin.host(), origin.port(), own)
}

/// Whether the authority is that name with that port, which may be left away where it is the
/// scheme's own.
fn is(authority: &str, name: &str, port: u16, own: u16) -> bool {
    let Some(rest) = authority
        .get(..name.len())
        .filter(|start| start.eq_ignore_ascii_case(name))
        .and_then(|_| authority.get(name.len()..))
    else {
        return false;
    };
    rest == format!(":{port}") || (rest.is_empty() && port == own)
}
