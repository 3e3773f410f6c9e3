//! The catalogue of a wire: every kind of frame that is known of it, and what becomes of it.
//!
//! Documentation that is checked: the tests hold each entry to what the code does with an example
//! of it, and the table in `docs/dialects.md` is made from it.

/// One kind of frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameKind {
    /// What it is called on the wire; for one without a name, how it is told.
    pub name: &'static str,
    /// Who says it.
    pub from: Speaker,
    /// Where it is known from.
    pub known: Known,
    /// What becomes of it here.
    pub fate: Fate,
    /// A frame of this kind, as it stands on the wire.
    pub example: &'static str,
}

/// Who says a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speaker {
    /// The device.
    Device,
    /// The hub.
    Hub,
}

/// Where a frame is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// The system's own document shows or names it.
    Documented,
    /// The system's programs send it, whatever its document says.
    Observed,
    /// Found in passages about it; parts are guesswork.
    Inferred,
    /// Our own addition.
    Ours,
}

/// What becomes of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is said and understood; the word of our vocabulary it stands for.
    Spoken(&'static str),
    /// It is understood and never said; the word it stands for.
    Heard(&'static str),
    /// It is passed over, for this reason.
    Ignored(&'static str),
}
