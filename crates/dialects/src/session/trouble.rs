//! What went wrong with a connection, in plain words, and whether only a person can mend it.
//!
//! Text from the hub is shown with everything invisible escaped and is never taken whole.

use chaperone_protocol::visible;

use super::{Close, CloseReason, ConnectFailure};

/// A failure, judged.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    /// For people.
    pub(super) said: String,
    /// Whether the hub does not accept who we are.
    pub(super) refused: bool,
}

impl Trouble {
    pub(super) fn passing(said: impl Into<String>) -> Self {
        Self {
            said: said.into(),
            refused: false,
        }
    }

    /// A try that did not even open the socket.
    pub(super) fn from_connect(failure: &ConnectFailure) -> Self {
        match failure {
            // A backend that cannot read the token at all answers 500 where it should say 403.
            ConnectFailure::Refused {
                status: status @ (401 | 403 | 500),
            } => Self {
                said: format!(
                    "the hub does not accept this device's token (HTTP {status}): sign in again"
                ),
                refused: true,
            },
            ConnectFailure::Refused { status: 404 } => Self::passing(
                "there is no hub for devices at this address (HTTP 404): check the address",
            ),
            ConnectFailure::Refused { status } => {
                Self::passing(format!("the hub takes no connection now (HTTP {status})"))
            }
            ConnectFailure::Network(said) => Self::passing(said.clone()),
        }
    }

    /// A socket the hub closed, `registered` or not.
    pub(super) fn from_close(
        close: &CloseReason,
        registered: bool,
        hub_said: Option<&str>,
    ) -> Self {
        let reason = if close.reason.is_empty() {
            hub_said.unwrap_or_default()
        } else {
            &close.reason
        };
        let reason = quote(reason);
        let Some(code) = close.code else {
            return Self::passing(format!("the connection to the hub broke{reason}"));
        };
        // Before the hello was answered, 1008 is the hub's no to the token. A time limit wears the
        // same number, and so does the end of a working connection; trying again tells them apart.
        let refused = code == Close::POLICY
            && !registered
            && !reason.to_ascii_lowercase().contains("timeout");
        if refused {
            return Self {
                said: format!("the hub refused this device{reason}: sign in again"),
                refused,
            };
        }
        Self::passing(format!(
            "the hub closed the connection{reason} (code {code})"
        ))
    }
}

/// What the hub said, ready to be appended to a sentence.
pub(super) fn quote(text: &str) -> String {
    const MAX_CHARS: usize = 200;
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let short: String = text.chars().take(MAX_CHARS).collect();
    let mark = if short.len() < text.len() { "…" } else { "" };
    format!(": {}{mark}", visible(&short).replace('\n', " "))
}
