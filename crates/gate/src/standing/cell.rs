//! One cell of the table, and how two of them compare.

use std::time::Duration;

use chaperone_protocol::{Precision, SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Verdict;

/// One cell of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The answer.
    pub verdict: Verdict,
    /// The most times a minute it may run without asking; absent means as often as it likes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_minute: Option<u32>,
    /// What a yes of the person is good for afterwards. It counts only where the answer is to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Memory>,
    /// Whether the person looks at what was captured before it leaves.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub preview: bool,
    /// The most exact place that is given without a further question; absent means any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
}

/// How long a yes counts, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// For how long.
    #[serde(with = "seconds")]
    pub lasts: Duration,
    /// The answer meanwhile.
    pub verdict: Verdict,
}

impl Cell {
    /// An answer without a limit.
    pub const fn new(verdict: Verdict) -> Self {
        Self {
            verdict,
            per_minute: None,
            memory: None,
            preview: false,
            precision: None,
        }
    }

    /// An answer that holds so many times a minute.
    pub const fn limited(verdict: Verdict, per_minute: u32) -> Self {
        Self {
            per_minute: Some(per_minute),
            ..Self::new(verdict)
        }
    }

    /// Asks, and takes a yes for an answer to the same question for a while.
    pub const fn asking_once(lasts: Duration, verdict: Verdict) -> Self {
        Self {
            memory: Some(Memory { lasts, verdict }),
            ..Self::new(Verdict::Ask)
        }
    }

    /// The same, with a look before it leaves.
    #[must_use]
    pub const fn previewed(self) -> Self {
        Self {
            preview: true,
            ..self
        }
    }

    /// The same, with a further question for anything more exact.
    #[must_use]
    pub const fn at_most(self, precision: Precision) -> Self {
        Self {
            precision: Some(precision),
            ..self
        }
    }

    /// The memory that counts now, if the person's last yes is recent enough.
    pub(crate) fn remembered(
        &self,
        allowed_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Memory> {
        let memory = self.memory.filter(|_| self.verdict == Verdict::Ask)?;
        let age = now.duration_since(allowed_at?);
        // A yes from the future means that the clock was set back: nobody knows how old it is.
        (!age.is_negative() && age < signed(memory.lasts)).then_some(memory)
    }

    /// Makes it at least as strict as the cell of the level above.
    pub(super) fn tighten(&mut self, above: &Self) {
        self.verdict = self.verdict.max(above.verdict);
        self.preview |= above.preview;
        self.precision = match (self.precision, above.precision) {
            (Some(own), Some(other)) => Some(own.min(other)),
            (own, other) => own.or(other),
        };
        self.memory = match (self.memory, above.memory) {
            (Some(own), _) if above.verdict < Verdict::Ask => Some(Memory {
                verdict: own.verdict.max(above.verdict),
                ..own
            }),
            (Some(own), Some(other)) => Some(Memory {
                lasts: own.lasts.min(other.lasts),
                verdict: own.verdict.max(other.verdict),
            }),
            (_, None) | (None, _) => None,
        };
    }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// Whole seconds, which people can read and write.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        lasts: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(lasts.as_secs())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_secs)
    }
}
