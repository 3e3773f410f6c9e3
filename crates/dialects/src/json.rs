//! A careful reader of JSON objects from outside.
//!
//! Hubs and devices differ in what they leave out and how they write what they say, so frames are
//! read field by field, and a sentence says what is wrong. A `null` counts as absent everywhere.

use std::{cell::Cell, fmt, time::Duration};

use chaperone_protocol::{CommandId, Map, Timestamp, Value};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::{DecodeError, Extensions};

/// Deeper than anything a frame means to say.
const MAX_DEPTH: u8 = 64;

/// Reads a frame: one JSON object, in which every key stands once.
pub(crate) fn frame(text: &str, limit: usize) -> Result<Map<String, Value>, DecodeError> {
    if text.len() > limit {
        return Err(DecodeError::TooLarge {
            bytes: text.len(),
            limit,
        });
    }
    let flaw = Cell::new(None);
    let careful = Careful {
        depth: MAX_DEPTH,
        flaw: &flaw,
    };
    let mut source = serde_json::Deserializer::from_str(text);
    let value = careful
        .deserialize(&mut source)
        .and_then(|value| source.end().map(|()| value));
    match value {
        Ok(Value::Object(map)) => Ok(map),
        Ok(
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_),
        ) => Err(DecodeError::NotAnObject),
        Err(error) => Err(match flaw.into_inner() {
            Some(Flaw::Deep) => DecodeError::TooDeep { limit: MAX_DEPTH },
            Some(Flaw::Twice(key)) => DecodeError::Twice { key },
            None => DecodeError::NotJson(error),
        }),
    }
}

/// What a JSON parser lets pass and we do not.
enum Flaw {
    Deep,
    Twice(String),
}

/// Reads a value as `serde_json` does, but notices keys that stand twice: whoever else reads the
/// same frame may take the other one for true.
#[derive(Clone, Copy)]
struct Careful<'a> {
    depth: u8,
    flaw: &'a Cell<Option<Flaw>>,
}

impl Careful<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if let Some(depth) = self.depth.checked_sub(1) {
            return Ok(Self { depth, ..self });
        }
        self.flaw.set(Some(Flaw::Deep));
        Err(E::custom("too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Careful<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Careful<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(inner)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(inner)?;
            match map.entry(key) {
                serde_json::map::Entry::Vacant(vacant) => {
                    vacant.insert(value);
                }
                serde_json::map::Entry::Occupied(occupied) => {
                    self.flaw.set(Some(Flaw::Twice(shortened(occupied.key()))));
                    return Err(A::Error::custom("a key stands twice"));
                }
            }
        }
        Ok(Value::Object(map))
    }
}

/// A JSON object whose fields may or may not be what they should.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(Option<&'a Map<String, Value>>);

impl<'a> Fields<'a> {
    pub(crate) fn of(map: &'a Map<String, Value>) -> Self {
        Self(Some(map))
    }

    /// The fields of a value, if it is an object; an absent one has no fields.
    pub(crate) fn inside(value: Option<&'a Value>) -> Option<Self> {
        match value {
            None | Some(Value::Null) => Some(Self(None)),
            Some(Value::Object(map)) => Some(Self(Some(map))),
            Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => None,
        }
    }

    pub(crate) fn get(self, name: &str) -> Option<&'a Value> {
        self.0?.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn has(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn entries(self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.0.into_iter().flatten()
    }

    /// Everything but what stands under these names, as it came.
    pub(crate) fn without(self, names: &[&str]) -> Map<String, Value> {
        self.entries()
            .filter(|(name, _)| !names.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    pub(crate) fn text(self, name: &str) -> Result<Option<&'a str>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("{name} is not text")),
        }
    }

    /// A text that may be left out, and is taken for left out when it is something else.
    pub(crate) fn text_or_empty(self, name: &str) -> String {
        self.text(name)
            .ok()
            .flatten()
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn flag(self, name: &str) -> Result<Option<bool>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(format!("{name} is not true or false")),
        }
    }

    pub(crate) fn number(self, name: &str) -> Option<f64> {
        self.get(name).and_then(Value::as_f64)
    }

    pub(crate) fn integer(self, name: &str) -> Option<i64> {
        self.get(name).and_then(Value::as_i64)
    }

    pub(crate) fn count(self, name: &str) -> Option<u64> {
        self.get(name).and_then(Value::as_u64)
    }

    /// Whole seconds, as a number or as a text of digits; a fraction counts as a second more.
    pub(crate) fn seconds(self, name: &str) -> Result<Option<Duration>, String> {
        let number = match self.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_f64(),
        };
        number
            .and_then(|number: f64| Duration::try_from_secs_f64(number.ceil()).ok())
            .map(Some)
            .ok_or_else(|| format!("{name} is not a number of seconds"))
    }

    /// A length of time in seconds, to the fraction; nothing where it makes no sense.
    pub(crate) fn exact_seconds(self, name: &str) -> Option<Duration> {
        Duration::try_from_secs_f64(self.number(name)?).ok()
    }

    /// Another object inside; an absent one is empty.
    pub(crate) fn object(self, name: &str) -> Result<Self, String> {
        Self::inside(self.get(name)).ok_or_else(|| format!("{name} is not an object"))
    }

    /// The texts in a list; what is no text in it is passed over.
    pub(crate) fn texts(self, name: &str) -> impl Iterator<Item = &'a str> {
        let list = self.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str)
    }

    pub(crate) fn extensions(self) -> Extensions {
        Extensions::from_names(self.texts("extensions"))
    }

    /// The id that a frame of that kind carries under that name.
    pub(crate) fn command_id(
        self,
        kind: &'static str,
        name: &str,
    ) -> Result<CommandId, DecodeError> {
        let malformed =
            |what: String| DecodeError::malformed(kind, format!("the {kind} frame {what}"));
        let text = self
            .text(name)
            .map_err(|_| malformed(format!("has a {name} that is not text")))?
            .ok_or_else(|| malformed(format!("has no {name}")))?;
        CommandId::new(text).map_err(|_| {
            malformed(format!(
                "has a {name} that is empty, too long or not printable"
            ))
        })
    }

    /// A moment, if the field holds one. Python's `isoformat` leaves the zone out; such a time is
    /// taken for UTC, which is as good a guess as there is.
    pub(crate) fn moment(self, name: &str) -> Option<Timestamp> {
        let text = self.text(name).ok().flatten()?;
        let zoned = text.parse::<Timestamp>();
        zoned.ok().or_else(|| {
            let civil: jiff::civil::DateTime = text.parse().ok()?;
            Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
        })
    }
}

/// A peer's name for something, short enough to repeat.
pub(crate) fn shortened(name: &str) -> String {
    const MAX_CHARS: usize = 100;
    match name.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.to_owned(),
    }
}
