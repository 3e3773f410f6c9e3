//! Where this computer is.

use serde::{Deserialize, Serialize};

/// How exactly the place is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locate {
    /// A wish; the person may allow less.
    pub precision: Precision,
}

/// How exact a place is.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// The town.
    Low,
    /// The street.
    Medium,
    /// As exact as the device can tell.
    #[default]
    High,
}

impl Precision {
    /// Every precision, the coarsest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The word on every wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}
