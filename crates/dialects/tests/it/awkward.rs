//! Messages whose members are called like something the wire needs for itself.

use std::collections::BTreeMap;

use chaperone_dialects::{DecodeError, Decoded, Dialect, Downstream, EncodeError, Upstream};
use chaperone_protocol::{Map, Value};
use proptest::{collection, prelude::*, sample};

use crate::support::NOW;

/// Members with any of these names, holding anything.
pub(crate) fn members(names: &'static [&'static str]) -> impl Strategy<Value = Map<String, Value>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z:A-Z ]{0,6}".prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(2, 6, 3, move |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            collection::btree_map(sample::select(names), inner, 0..3)
                .prop_map(|map| Value::Object(owned(map))),
        ]
    });
    collection::btree_map(sample::select(names), value, 0..5).prop_map(owned)
}

fn owned(map: BTreeMap<&str, Value>) -> Map<String, Value> {
    map.into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// What a device says is heard as declared, or not said at all.
pub(crate) fn up(dialect: &dyn Dialect, message: &Upstream) {
    let said = dialect.encode_up(message, NOW);
    let heard = said.map(|text| dialect.decode_up(&text, NOW));
    let declared = dialect.heard_up(message.clone());
    compare(message, heard, declared.as_ref());
}

/// What a hub says is heard as declared, or not said at all.
pub(crate) fn down(dialect: &dyn Dialect, message: &Downstream) {
    let said = dialect.encode_down(message, NOW);
    let heard = said.map(|text| dialect.decode_down(&text, NOW));
    let declared = dialect.heard_down(message.clone());
    compare(message, heard, declared.as_ref());
}

fn compare<T: std::fmt::Debug + PartialEq>(
    message: &T,
    heard: Result<Result<Decoded<T>, DecodeError>, EncodeError>,
    declared: Option<&T>,
) {
    match heard {
        Ok(Ok(Decoded::Message(heard))) => assert_eq!(Some(&heard), declared, "{message:?}"),
        Err(EncodeError::Unsupported { .. }) => assert_eq!(None, declared, "{message:?}"),
        other => panic!("{message:?}: {other:?}"),
    }
}
