//! What a hub tells about itself, for the person to look at. It asks for nothing, and nothing here
//! is decided by it.

use serde::{Deserialize, Serialize};

/// One thing that a hub tells about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HubNews {
    /// A part of it is on or off.
    Switch(HubSwitch),
    /// How something of it is.
    Card(HubCard),
}

/// A part of a hub that can be switched on and off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubSwitch {
    /// The hub's name for it.
    pub name: String,
    /// Whether it is on, or is wished to be.
    pub on: bool,
}

/// A few named values that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubCard {
    /// What they are about.
    pub kind: CardKind,
    /// The hub's name for it; empty where it has none.
    pub name: String,
    /// What is said of it.
    pub readings: Vec<Reading>,
}

/// What a card is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// Somebody who lives there, such as a pet.
    Companion,
    /// The hub, or what it watches over.
    Report,
}

/// One value of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What it is.
    pub name: String,
    /// How it stands.
    pub value: ReadingValue,
}

/// How something stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadingValue {
    /// A share of the most there is, of 100.
    Percent(u8),
    /// So, or not.
    Flag(bool),
    /// The hub's own words or number.
    Text(String),
}
