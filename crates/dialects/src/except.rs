//! A map without some of its members, said without copying it.
//!
//! For frames that have members of their own beside those of a map: a name that stands twice in
//! one object is no JSON that two readers read alike.

use chaperone_protocol::{Map, Value};
use serde::{Serialize, Serializer};

/// The members of `map` but those with one of these names.
pub(crate) struct Except<'a> {
    pub(crate) map: &'a Map<String, Value>,
    pub(crate) names: &'static [&'static str],
}

impl Serialize for Except<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kept = |(name, _): &(&String, &Value)| !self.names.contains(&name.as_str());
        serializer.collect_map(self.map.iter().filter(kept))
    }
}
