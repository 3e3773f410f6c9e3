//! What went wrong with a connection, in plain words, and what that means for the next try.
//!
//! Text from the hub is shown with everything invisible escaped and is never taken whole.

use chaperone_protocol::{Remedy, visible};

use super::{Close, CloseReason, ConnectFailure};

/// Said where the hub wants the proof of a key that is not this device's.
const OTHER_KEY: &str = "this hub knows this device by another key: pair it again";

/// A failure, judged.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    /// For people.
    pub(super) said: String,
    /// For the next try.
    pub(super) means: Means,
}

/// What a failure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// The hub does not accept who we are: only signing in helps.
    Refused,
    /// We do not speak its language, or not at the right place: trying soon does not help.
    Misplaced,
    /// The hub asked to be called again at once.
    Again,
    /// Anything that passes.
    Passing,
}

impl Means {
    pub(super) fn remedy(self) -> Option<Remedy> {
        match self {
            Self::Refused => Some(Remedy::SignIn),
            Self::Misplaced => Some(Remedy::CheckAddress),
            Self::Again | Self::Passing => None,
        }
    }
}

impl Trouble {
    pub(super) fn passing(said: impl Into<String>) -> Self {
        Self::new(Means::Passing, said)
    }

    fn new(means: Means, said: impl Into<String>) -> Self {
        Self {
            said: said.into(),
            means,
        }
    }

    /// A try that did not even open the socket.
    pub(super) fn from_connect(failure: &ConnectFailure) -> Self {
        match failure {
            ConnectFailure::Refused { status } => Self::from_status(*status),
            ConnectFailure::SignIn(said) => Self::new(Means::Refused, said.clone()),
            ConnectFailure::Untrusted(said) => Self::new(Means::Misplaced, said.clone()),
            ConnectFailure::Network(said) => Self::passing(said.clone()),
        }
    }

    /// An HTTP answer other than yes.
    pub(super) fn from_status(status: u16) -> Self {
        match status {
            // A backend that cannot read the token at all answers 500 where it should say 403.
            401 | 403 | 500 => Self::new(
                Means::Refused,
                format!(
                    "the hub does not accept this device's token (HTTP {status}): sign in again"
                ),
            ),
            400 | 404 | 405 | 426 => Self::new(
                Means::Misplaced,
                format!(
                    "there is no hub of this kind at this address (HTTP {status}): check the address"
                ),
            ),
            status => Self::passing(format!("the hub takes no connection now (HTTP {status})")),
        }
    }

    /// A socket the hub closed. `proved` tells whether the hub had shown before that it takes us
    /// for who we are.
    pub(super) fn from_close(close: &CloseReason, proved: bool, hub_said: Option<&str>) -> Self {
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
        let timed_out = reason.to_ascii_lowercase().contains("timeout");
        let refused =
            code == Close::UNAUTHORIZED || (code == Close::POLICY && !proved && !timed_out);
        if refused {
            let said = format!("the hub refused this device{reason}: sign in again");
            return Self::new(Means::Refused, said);
        }
        match code {
            // What the hub says besides would not help: there is one thing to do.
            Close::UNPROVEN => Self::new(Means::Refused, OTHER_KEY),
            Close::PROTOCOL | Close::UNSUPPORTED => Self::new(
                Means::Misplaced,
                format!("the hub does not understand this device{reason} (code {code})"),
            ),
            Close::REPLACED => Self::new(
                Means::Misplaced,
                "another program is connected to the hub as this device",
            ),
            Close::RESTARTING => Self::new(Means::Again, "the hub restarts"),
            code => Self::passing(format!(
                "the hub closed the connection{reason} (code {code})"
            )),
        }
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
