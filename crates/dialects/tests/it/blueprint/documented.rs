//! The frames of the system's document, field by field.

use chaperone_dialects::Upstream;
use chaperone_protocol::{Report, Value};
use serde_json::json;

use super::{EVENTS, blueprint, event, fixture, reported, said, up};
use crate::support::{NOW, fixtures};

#[test]
fn every_documented_frame_is_heard_with_data_and_without() {
    for (name, text) in fixtures("blueprint", "up") {
        let nested = said(&text);
        let Some(data) = nested["data"].as_object() else {
            continue;
        };
        let mut flat = nested.clone();
        let object = flat.as_object_mut().unwrap();
        object.remove("data");
        object.extend(data.clone());
        assert_eq!(up(&flat), up(&nested), "{name}");
    }
}

#[test]
fn documented_events_keep_everything() {
    for name in EVENTS {
        let frame = said(&fixture("up", name));
        let expected = event(name, frame["data"].clone());
        assert_eq!(up(&frame), Upstream::Report(Report::Event(expected)));
        let mut more = frame.clone();
        more["data"]["x_new"] = json!({"a": [1, null]});
        let Upstream::Report(Report::Event(kept)) = up(&more) else {
            panic!("{name}")
        };
        assert_eq!(Value::Object(kept.data), more["data"]);
        let bare = json!({"type": name});
        assert_eq!(
            up(&bare),
            reported(name, json!({})),
            "everything is optional"
        );
    }
}

/// Everything in a payload that holds something, with the way there.
fn leaves(value: &Value, way: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                leaves(inner, &format!("{way}/{name}"), found);
            }
        }
        Value::Array(list) if list.iter().any(Value::is_object) => {
            leaves(&list[0], &format!("{way}/0"), found);
        }
        Value::Null => {}
        _ => found.push(way.to_owned()),
    }
    if !way.is_empty() && value.is_object() {
        found.push(way.to_owned());
    }
}

#[test]
fn every_documented_field_is_looked_at() {
    // The members of these are anything at all.
    const OPEN: [&str; 3] = ["/features/", "/context/", "/services/"];
    let mut looked_at = 0;
    for name in
        EVENTS
            .into_iter()
            .chain(["agent_register", "agent_heartbeat", "systemHealth", "error"])
    {
        let frame = said(&fixture("up", name));
        let mut ways = Vec::new();
        leaves(&frame["data"], "", &mut ways);
        for way in ways {
            if OPEN.iter().any(|open| way.starts_with(open)) {
                continue;
            }
            let right = frame["data"].pointer(&way).unwrap().clone();
            let wrong = [
                json!("text"),
                json!(7),
                json!(true),
                json!({}),
                json!([]),
                json!([7, {}]),
            ];
            let mut refused = 0;
            for value in wrong {
                let same_kind = std::mem::discriminant(&value) == std::mem::discriminant(&right);
                let mut damaged = frame.clone();
                *damaged["data"].pointer_mut(&way).unwrap() = value.clone();
                match blueprint().decode_up(&damaged.to_string(), NOW) {
                    Ok(_) => assert!(same_kind, "{name}{way} takes {value}"),
                    Err(error) => {
                        let field = way
                            .trim_start_matches('/')
                            .replace("/0", "")
                            .replace('/', ".");
                        let said = error.to_string();
                        let start = format!("the {name} frame is malformed: {field}");
                        assert!(said.starts_with(&start), "{said}");
                        refused += 1;
                    }
                }
            }
            assert!(refused >= 4, "{name}{way}: {refused}");
            if way.ends_with("/0") {
                continue;
            }
            // A null counts as absent.
            let mut damaged = frame.clone();
            *damaged["data"].pointer_mut(&way).unwrap() = Value::Null;
            up(&damaged);
            looked_at += 1;
        }
    }
    assert!(looked_at > 90, "{looked_at}");
}
