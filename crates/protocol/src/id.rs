//! Opaque names of things.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An id that is empty, too long, or holds a control character.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id needs 1 to {} printable characters", MAX_ID_BYTES)]
pub struct InvalidId;

/// Long enough for any UUID, URL-ish or prefixed id; short enough to log and index.
const MAX_ID_BYTES: usize = 200;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes any printable text of at most 200 bytes.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let printable = !text.chars().any(char::is_control);
                if text.is_empty() || text.len() > MAX_ID_BYTES || !printable {
                    return Err(InvalidId);
                }
                Ok(Self(text))
            }

            /// The id as it came.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id!(
    /// One command, as the hub that sent it names it.
    CommandId
);
id!(
    /// An agent, as its hub names it.
    AgentId
);
id!(
    /// This computer, as one hub names it.
    DeviceId
);
id!(
    /// One pairing of this computer with a hub, as this computer names it.
    ConnectionId
);
id!(
    /// One recording, as the hub that began it names it.
    SessionId
);
id!(
    /// One picture or recording, as the hub that keeps it names it.
    ArtifactId
);
