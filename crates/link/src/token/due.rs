//! Whether a token is to be used or replaced first. Pure: the time comes in.

use chaperone_protocol::{SignedDuration, Timestamp};

use super::{Renewal, Token};

/// What to do with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// It is good.
    Not,
    /// It is good for a little while: replace it if that is possible.
    Soon,
    /// It is good no more.
    Now,
}

impl Due {
    pub(super) fn of(token: &Token, renew_at: Option<Timestamp>, now: Timestamp) -> Self {
        match (token.expires_at, renew_at) {
            (Some(end), _) if now >= end => Self::Now,
            (_, Some(renew_at)) if now >= renew_at => Self::Soon,
            _ => Self::Not,
        }
    }
}

/// When a token that was had at that moment is to be replaced.
pub(super) fn renew_at(token: &Token, had_at: Timestamp, renewal: &Renewal) -> Option<Timestamp> {
    let end = token.expires_at?;
    let usual = renewal.ahead();
    let left = end.duration_since(had_at);
    // A token that lives shorter than that would otherwise be replaced all the time.
    let ahead = usual.min(left.max(SignedDuration::ZERO) / 5);
    end.checked_sub(ahead).ok()
}
