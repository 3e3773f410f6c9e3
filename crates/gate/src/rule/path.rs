//! Whether one path lies in or below another, by their words alone.
//!
//! Nothing is looked up: a link that leads elsewhere is for the sandbox to stop.

use super::Certainty;

/// Whether an absolute path is the folder or lies below it. A path that climbs never does.
pub(crate) fn within(path: &str, folder: &str) -> bool {
    match (Absolute::read(path), Absolute::read(folder)) {
        (Some(path), Some(folder)) => !path.climbs() && !folder.climbs() && path.is_below(&folder),
        (None, _) | (_, None) => false,
    }
}

/// Whether a folder may stand in a rule: absolute, and without a step up.
pub(crate) fn is_plain_folder(folder: &str) -> bool {
    !folder.contains('\0') && Absolute::read(folder).is_some_and(|folder| !folder.climbs())
}

/// Whether a word of a command that runs in `base` names something in or below `folder`.
pub(crate) fn is_below(word: &str, base: Option<&str>, folder: &str, certainty: Certainty) -> bool {
    let Some(folder) = Absolute::read(folder) else {
        return false;
    };
    let possible = certainty == Certainty::Possible;
    let path = match (Absolute::read(word), base.and_then(Absolute::read)) {
        (Some(path), _) => path,
        (None, Some(base)) => match base.join(word) {
            Some(path) => path,
            None => return false,
        },
        (None, None) => return possible,
    };
    match certainty {
        Certainty::Sure => !path.climbs() && path.is_below(&folder),
        Certainty::Possible => path.climbed().is_below(&folder),
    }
}

/// Whose separators and roots a path has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Unix,
    Windows,
}

/// A path from its root on, name by name.
#[derive(Debug, Clone)]
struct Absolute<'a> {
    style: Style,
    names: Vec<&'a str>,
}

impl<'a> Absolute<'a> {
    fn read(path: &'a str) -> Option<Self> {
        let style = if path.starts_with('/') {
            Style::Unix
        } else if path.starts_with(r"\\") || starts_with_drive(path) {
            Style::Windows
        } else {
            return None;
        };
        let names = style.names(path).collect();
        Some(Self { style, names })
    }

    /// The path of a word that is relative to this one.
    fn join(mut self, word: &'a str) -> Option<Self> {
        // A drive, a root of its own, or a stream of a file.
        let strange = word.contains(':') || word.starts_with(['/', '\\']);
        if self.style == Style::Windows && strange {
            return None;
        }
        self.names.extend(self.style.names(word));
        Some(self)
    }

    fn climbs(&self) -> bool {
        self.names.contains(&"..")
    }

    /// Where the path leads if every step up leaves the name before it.
    fn climbed(self) -> Self {
        let mut names = Vec::with_capacity(self.names.len());
        for name in self.names {
            if name == ".." {
                names.pop();
            } else {
                names.push(name);
            }
        }
        Self { names, ..self }
    }

    fn is_below(&self, folder: &Self) -> bool {
        self.style == folder.style && self.names.starts_with(&folder.names)
    }
}

impl Style {
    fn names(self, path: &str) -> impl Iterator<Item = &str> {
        path.split(move |letter| letter == '/' || (self == Self::Windows && letter == '\\'))
            .filter(|name| !name.is_empty() && *name != ".")
    }
}

fn starts_with_drive(path: &str) -> bool {
    let mut letters = path.chars();
    letters
        .next()
        .is_some_and(|drive| drive.is_ascii_alphabetic())
        && letters.next() == Some(':')
        && letters
            .next()
            .is_some_and(|root| matches!(root, '/' | '\\'))
}
