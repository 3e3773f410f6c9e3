//! Links of the form `chaperone://pair?address=wss://hub.example.org`, which anybody may send to
//! anybody. All that such a link does is to fill in an address for the person to look at.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chaperone_api::{Address, visible};
use serde::Serialize;
use tauri::{Url, ipc::Channel};

/// Longer than any address that a person could look over.
const LONGEST: usize = 500;

/// What a page is told of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(crate) enum Link {
    /// An address to fill in.
    Pair { address: String },
    /// Why it leads nowhere.
    Refused { because: String },
}

/// Links on their way to the panel, which may be closed yet. Only the last one is kept.
#[derive(Default)]
pub(crate) struct Links(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    page: Option<Channel<Link>>,
    last: Option<Link>,
}

impl Links {
    /// Brings a link to the panel, now or when it listens.
    pub(crate) fn bring(&self, text: &str) {
        let link = read(text);
        if let Link::Refused { because } = &link {
            // Not the link itself: whoever made it may have put a secret into it.
            tracing::warn!(because, "a link was refused");
        }
        let mut waiting = self.lock();
        waiting.last = match &waiting.page {
            Some(page) if page.send(link.clone()).is_ok() => None,
            _ => Some(link),
        };
    }

    /// The panel listens.
    pub(crate) fn listen(&self, page: Channel<Link>) {
        let mut waiting = self.lock();
        if let Some(link) = waiting.last.take()
            && let Err(error) = page.send(link)
        {
            tracing::debug!(%error, "the panel stopped listening");
        }
        waiting.page = Some(page);
    }

    /// The panel is gone.
    pub(crate) fn gone(&self) {
        self.lock().page = None;
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(text: &str) -> Link {
    match address(text) {
        Ok(address) => Link::Pair { address },
        Err(because) => Link::Refused { because },
    }
}

fn address(text: &str) -> Result<String, String> {
    if text.len() > LONGEST {
        return Err("the link is too long to be an address: type the address instead".to_owned());
    }
    let form = || {
        "the link does not say where to pair: it should begin with chaperone://pair?address="
            .to_owned()
    };
    let link = Url::parse(text).map_err(|_| form())?;
    let bare = link.username().is_empty()
        && link.password().is_none()
        && link.port().is_none()
        && link.fragment().is_none();
    if link.scheme() != "chaperone" || link.host_str() != Some("pair") || !bare {
        return Err(form());
    }
    if !matches!(link.path(), "" | "/") {
        return Err(form());
    }
    let mut said = link.query_pairs();
    let address = match (said.next(), said.next()) {
        (Some((name, address)), None) if name == "address" => address.into_owned(),
        _ => return Err(form()),
    };
    // Before it is parsed: parsing takes some of them away.
    let strange = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
    if [text, &address]
        .iter()
        .any(|shown| shown.chars().any(strange) || visible(shown) != **shown)
    {
        return Err("the link holds characters that cannot be seen: do not trust it".to_owned());
    }
    let hub = Url::parse(&address).map_err(|_| form())?;
    if !matches!(hub.scheme(), "wss" | "ws") {
        return Err(
            "the link leads to something else than a hub: those begin with wss://".to_owned(),
        );
    }
    if !hub.username().is_empty() || hub.password().is_some() {
        return Err(
            "the link carries a name or a password: sign in with your own instead".to_owned(),
        );
    }
    if hub.query().is_some() || hub.fragment().is_some() {
        return Err("the link carries more than an address: type the address instead".to_owned());
    }
    // As it is understood, so that no letter looks like another one.
    let address = hub.to_string();
    Address::parse_exposed(&address).map_err(|error| error.to_string())?;
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_fills_in_an_address() {
        for (link, address) in [
            (
                "chaperone://pair?address=wss://hub.example.org",
                "wss://hub.example.org/",
            ),
            (
                "chaperone://pair?address=wss%3A%2F%2Fhub.example.org%3A8443%2Fteam",
                "wss://hub.example.org:8443/team",
            ),
            (
                "chaperone://pair/?address=ws://127.0.0.1:7377",
                "ws://127.0.0.1:7377/",
            ),
            // Cyrillic letters that look like Latin ones are shown for what they are.
            (
                "chaperone://pair?address=wss://%D0%B0%D1%80%D1%80le.com",
                "wss://xn--le-6kc8da.com/",
            ),
        ] {
            let pair = Link::Pair {
                address: address.to_owned(),
            };
            assert_eq!(read(link), pair, "{link}");
        }
    }

    #[test]
    fn a_hostile_link_is_refused_with_a_reason() {
        let long = format!("chaperone://pair?address=wss://{}", "a".repeat(LONGEST));
        for (link, word) in [
            (long.as_str(), "too long"),
            ("", "where to pair"),
            ("chaperone:", "where to pair"),
            ("chaperone://", "where to pair"),
            ("chaperone://pair", "where to pair"),
            ("chaperone://pair?address=", "where to pair"),
            (
                "chaperone://unpair?address=wss://a.example",
                "where to pair",
            ),
            (
                "chaperone://pair/x?address=wss://a.example",
                "where to pair",
            ),
            (
                "chaperone://me:pw@pair?address=wss://a.example",
                "where to pair",
            ),
            (
                "chaperone://pair?address=wss://a.example&token=x",
                "where to pair",
            ),
            (
                "chaperone://pair?address=wss://a.example#x",
                "where to pair",
            ),
            ("https://pair/?address=wss://a.example", "where to pair"),
            ("--data-dir=/tmp", "where to pair"),
            (
                "chaperone://pair?address=wss://a.example%0d%0aHost:b",
                "cannot be seen",
            ),
            (
                "chaperone://pair?address=wss://a.example\n",
                "cannot be seen",
            ),
            (
                "chaperone://pair?address=wss://a.example/%E2%80%AEgro",
                "cannot be seen",
            ),
            (
                "chaperone://pair?address=wss://a.example%5C@b",
                "cannot be seen",
            ),
            (
                "chaperone://pair?address=javascript:alert(1)",
                "something else",
            ),
            (
                "chaperone://pair?address=file:///etc/passwd",
                "something else",
            ),
            (
                "chaperone://pair?address=https://a.example",
                "something else",
            ),
            (
                "chaperone://pair?address=wss://me:pw@a.example",
                "name or a password",
            ),
            (
                "chaperone://pair?address=wss://me@a.example",
                "name or a password",
            ),
            (
                "chaperone://pair?address=wss://a.example/?token=x",
                "more than an address",
            ),
            (
                "chaperone://pair?address=wss://a.example/%23x",
                "more than an address",
            ),
        ] {
            match read(link) {
                Link::Refused { because } => assert!(because.contains(word), "{link}: {because}"),
                Link::Pair { address } => panic!("{link} led to {address}"),
            }
        }
    }
}
