//! What a hub says of something, as a few values with a name each.

use chaperone_protocol::{Map, Reading, ReadingValue, Value};

use crate::json::shortened;

/// As many as anybody looks at.
const MOST: usize = 12;

/// A member that means something here.
pub(crate) struct Known {
    /// Its name on the wire.
    pub(crate) member: &'static str,
    /// What it is.
    pub(crate) name: &'static str,
    /// How to read a number.
    pub(crate) scale: Scale,
}

impl Known {
    pub(crate) const fn new(member: &'static str, name: &'static str, scale: Scale) -> Self {
        Self {
            member,
            name,
            scale,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// From 0 to 100.
    Percent,
    /// Its own.
    Own,
}

/// The members that are words, numbers or yes and no: the known ones first, the others under their
/// own names. What has parts of its own is left out, and so is what is more than a card holds.
pub(crate) fn readings(
    members: &Map<String, Value>,
    known: &[Known],
    left_out: &[&str],
) -> Vec<Reading> {
    let first = known.iter().filter_map(|known| {
        let value = value(members.get(known.member)?, known.scale)?;
        let name = known.name.to_owned();
        Some(Reading { name, value })
    });
    let others = members
        .iter()
        .filter(|(name, _)| {
            let name = name.as_str();
            !name.is_empty()
                && !left_out.contains(&name)
                && !known
                    .iter()
                    .any(|known| [known.member, known.name].contains(&name))
        })
        .filter_map(|(name, is)| {
            let value = value(is, Scale::Own)?;
            let name = shortened(name);
            Some(Reading { name, value })
        });
    let mut all: Vec<Reading> = Vec::new();
    for reading in first.chain(others) {
        if all.len() == MOST {
            break;
        }
        // Two long names may be the same once they are shortened.
        if !all.iter().any(|one| one.name == reading.name) {
            all.push(reading);
        }
    }
    all
}

fn value(value: &Value, scale: Scale) -> Option<ReadingValue> {
    match value {
        Value::Bool(is) => Some(ReadingValue::Flag(*is)),
        Value::Number(number) => {
            let share = number.as_f64().filter(|_| scale == Scale::Percent);
            let share = share.and_then(percent);
            let text = || ReadingValue::Text(shortened(&number.to_string()));
            Some(share.map_or_else(text, ReadingValue::Percent))
        }
        Value::String(text) if !text.trim().is_empty() => Some(ReadingValue::Text(shortened(text))),
        Value::String(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A share that is one.
fn percent(share: f64) -> Option<u8> {
    (0..=100).find(|whole| (share - f64::from(*whole)).abs() <= 0.5)
}
