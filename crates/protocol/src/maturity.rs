//! How far an agent has come.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An agent's level; later variants may do more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Maturity {
    /// Learns; touches nothing on the device.
    Student,
    /// May ask for small things, each time.
    Intern,
    /// Does small things alone, larger ones watched.
    Supervised,
    /// Works by the person's rules.
    Autonomous,
}

/// A level name that is none of the four.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown maturity (expected student, intern, supervised or autonomous)")]
pub struct UnknownMaturity;

impl Maturity {
    /// Every level, lowest first.
    pub const ALL: [Self; 4] = [
        Self::Student,
        Self::Intern,
        Self::Supervised,
        Self::Autonomous,
    ];

    /// The level a confidence score stands for. Anything that is not a number is the lowest.
    pub fn from_confidence(score: f64) -> Self {
        if score >= 0.9 {
            Self::Autonomous
        } else if score >= 0.7 {
            Self::Supervised
        } else if score >= 0.5 {
            Self::Intern
        } else {
            Self::Student
        }
    }

    /// The level's name on every wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Intern => "intern",
            Self::Supervised => "supervised",
            Self::Autonomous => "autonomous",
        }
    }
}

impl fmt::Display for Maturity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Maturity {
    type Err = UnknownMaturity;

    fn from_str(text: &str) -> Result<Self, UnknownMaturity> {
        Self::ALL
            .into_iter()
            .find(|level| level.as_str().eq_ignore_ascii_case(text))
            .ok_or(UnknownMaturity)
    }
}

/// A hub's score for an agent, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Confidence(f64);

/// A score that is not between 0 and 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a confidence is a number between 0 and 1")]
pub struct InvalidConfidence;

impl Confidence {
    /// Takes a number between 0 and 1.
    pub fn new(score: f64) -> Result<Self, InvalidConfidence> {
        if (0.0..=1.0).contains(&score) {
            Ok(Self(score))
        } else {
            Err(InvalidConfidence)
        }
    }

    /// The number.
    pub fn score(self) -> f64 {
        self.0
    }

    /// The level it stands for.
    pub fn maturity(self) -> Maturity {
        Maturity::from_confidence(self.0)
    }
}

// The constructor admits no NaN, the one number that differs from itself.
impl Eq for Confidence {}

impl TryFrom<f64> for Confidence {
    type Error = InvalidConfidence;

    fn try_from(score: f64) -> Result<Self, InvalidConfidence> {
        Self::new(score)
    }
}

impl From<Confidence> for f64 {
    fn from(confidence: Confidence) -> Self {
        confidence.0
    }
}
