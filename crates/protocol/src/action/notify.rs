//! A message for the person.

use serde::{Deserialize, Serialize};

use super::{InvalidAction, within};

/// A message for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// The first line.
    pub title: String,
    /// The text below it; may be empty.
    pub body: String,
    /// A themed icon's name; paths are not taken from outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// `none` silences; anything else is the desktop's own sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound: Option<String>,
}

impl Notify {
    /// The longest title taken.
    pub const MAX_TITLE_BYTES: usize = 500;
    /// The longest body taken.
    pub const MAX_BODY_BYTES: usize = 10_000;

    pub(super) fn validate(&self) -> Result<(), InvalidAction> {
        if self.title.trim().is_empty() {
            return Err(InvalidAction::EmptyTitle);
        }
        within("title", &self.title, Self::MAX_TITLE_BYTES)?;
        within("body", &self.body, Self::MAX_BODY_BYTES)?;
        within("icon", self.icon.as_deref().unwrap_or_default(), 200)?;
        within("sound", self.sound.as_deref().unwrap_or_default(), 200)
    }
}
