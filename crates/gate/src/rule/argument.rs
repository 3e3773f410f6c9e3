//! What one argument of a command may be.

use chaperone_protocol::visible;
use serde::{Deserialize, Serialize};

use super::{Certainty, WhyNot, path};

/// One argument of a command, or all that are left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Argument {
    /// This word.
    Exact {
        /// The word, without quotes.
        word: String,
    },
    /// One of these words.
    OneOf {
        /// The words, without quotes.
        words: Vec<String>,
    },
    /// Exactly one word, which is no option.
    Any {},
    /// A path that stays in this folder or below it.
    Below {
        /// An absolute path.
        folder: String,
    },
    /// All further words, however many. Stands last.
    Rest {
        /// Whether options may be among them.
        options: bool,
    },
}

impl Argument {
    fn fits(&self, word: &str, folder: Option<&str>, certainty: Certainty) -> bool {
        let tame = |options: bool| match certainty {
            Certainty::Sure => is_seen(word) && (options || !word.starts_with('-')),
            Certainty::Possible => true,
        };
        match self {
            Self::Exact { word: own } => own == word,
            Self::OneOf { words } => words.iter().any(|own| own == word),
            Self::Any {} => tame(false),
            Self::Rest { options } => tame(*options),
            Self::Below { folder: own } => {
                tame(false) && !word.is_empty() && path::is_below(word, folder, own, certainty)
            }
        }
    }
}

/// Whether these words are what the patterns mean.
pub(super) fn fit(
    patterns: &[Argument],
    words: &[String],
    folder: Option<&str>,
    certainty: Certainty,
) -> Result<(), WhyNot> {
    let mut words = words.iter().enumerate();
    for pattern in patterns {
        if let Argument::Rest { .. } = pattern {
            return match words.find(|(_, word)| !pattern.fits(word, folder, certainty)) {
                Some((at, _)) => Err(WhyNot::Argument { at }),
                None => Ok(()),
            };
        }
        match words.next() {
            Some((_, word)) if pattern.fits(word, folder, certainty) => {}
            Some((at, _)) => return Err(WhyNot::Argument { at }),
            None => return Err(WhyNot::TooFewArguments),
        }
    }
    match words.next() {
        Some((at, _)) => Err(WhyNot::Argument { at }),
        None => Ok(()),
    }
}

/// Whether a person who looks at the word sees all of it.
fn is_seen(word: &str) -> bool {
    let plain = |byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    word.bytes().all(plain) || visible(word) == word
}
