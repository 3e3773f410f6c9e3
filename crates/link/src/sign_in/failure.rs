//! Why a sign-in came to nothing.

use chaperone_protocol::visible;

use crate::http::{Answer, NoAnswer};

/// A sign-in that came to nothing, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The hub was not reached, or what was reached is none.
    #[error("{problem}")]
    Unreachable {
        /// What is in the way.
        problem: String,
    },
    /// The hub said no, and typing something else does not help.
    #[error("the hub refuses: {said}")]
    Refused {
        /// What it said.
        said: String,
    },
    /// The person said no on the hub's page.
    #[error("the sign-in was denied on the hub's page")]
    Denied,
    /// The code was not confirmed in time.
    #[error("the code has expired before it was confirmed: begin again")]
    Expired,
    /// The hub does not have this way.
    #[error("this hub does not offer this way to sign in (HTTP {status})")]
    NotOffered {
        /// What it answered.
        status: u16,
    },
    /// Hubs of this kind do not have this way.
    #[error("hubs of this kind do not take passwords: choose another way to sign in")]
    NoSuchWay,
    /// The hub cannot do it now.
    #[error("the hub cannot sign anybody in now (HTTP {status}): try again later")]
    Busy {
        /// What it answered.
        status: u16,
    },
    /// The hub answered something that holds no token.
    #[error("the hub's answer holds no token")]
    Senseless,
}

impl From<NoAnswer> for Failure {
    fn from(error: NoAnswer) -> Self {
        Self::Unreachable {
            problem: error.to_string(),
        }
    }
}

impl Failure {
    /// What a status means that a way does not know better.
    pub(super) fn of_status(answer: &Answer) -> Self {
        match answer.status {
            404 | 405 | 501 => Self::NotOffered {
                status: answer.status,
            },
            300..=499 if answer.status != 429 => Self::Refused {
                said: said(answer).unwrap_or_else(|| format!("HTTP {}", answer.status)),
            },
            status => Self::Busy { status },
        }
    }
}

/// What the hub says about it, as far as it can be shown.
pub(super) fn said(answer: &Answer) -> Option<String> {
    const MAX_CHARS: usize = 200;

    let fields = answer.json();
    let text = ["error_description", "detail", "message", "error"]
        .into_iter()
        .find_map(|name| fields.get(name)?.as_str())?;
    let short: String = text.trim().chars().take(MAX_CHARS).collect();
    let shown = visible(&short).replace('\n', " ");
    Some(shown).filter(|shown| !shown.is_empty())
}
