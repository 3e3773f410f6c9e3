//! What can be wrong with a frame.
//!
//! A peer's mistake is data, not our failure: sessions answer it and go on.

/// A frame that makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// More than the wire takes in one frame.
    #[error("the frame is {bytes} bytes long: at most {limit} are taken")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Objects in lists in objects, beyond any sense.
    #[error("the frame is nested too deeply: at most {limit} levels are taken")]
    TooDeep {
        /// The limit.
        limit: u8,
    },
    /// A key that stands twice in one object, so that two readers may read two things.
    #[error("the frame has the key {key:?} twice in one object")]
    Twice {
        /// The key, shortened if absurdly long.
        key: String,
    },
    /// Not JSON at all.
    #[error("the frame is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// JSON, but no object.
    #[error("the frame is not a JSON object")]
    NotAnObject,
    /// An object that does not say what it is.
    #[error("the frame names no type")]
    NoType,
    /// A kind we know, with something missing or wrong in it.
    #[error("{problem}")]
    Malformed {
        /// The kind.
        kind: &'static str,
        /// What is wrong, as a sentence.
        problem: String,
    },
}

impl DecodeError {
    /// Something missing or wrong in a frame of a kind we know.
    pub(crate) fn malformed(kind: &'static str, problem: impl Into<String>) -> Self {
        Self::Malformed {
            kind,
            problem: problem.into(),
        }
    }

    /// What is wrong, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::TooDeep { .. } => "too_deep",
            Self::Twice { .. } => "duplicate_key",
            Self::NotJson(_) => "not_json",
            Self::NotAnObject => "not_an_object",
            Self::NoType => "no_type",
            Self::Malformed { .. } => "malformed",
        }
    }
}

/// A message this wire cannot carry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// The dialect has no words for it.
    #[error("this hub's protocol has no words for {what}")]
    Unsupported {
        /// What was to be said.
        what: &'static str,
    },
    /// The frame would be larger than the wire takes.
    #[error("the frame would be {bytes} bytes long: at most {limit} are taken")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
}
