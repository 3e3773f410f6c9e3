use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::operations::document;
use crate::rest::paths;

const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

/// What the router holds, read from its own words about itself.
fn mounted() -> BTreeSet<(String, String)> {
    let text = format!("{:?}", paths());
    let (text, _) = text.split_once(", fallback_router: ").unwrap();
    let (routes, paths) = text.split_once(", node: Node { paths: {").unwrap();
    let numbered = |text: &str| -> BTreeMap<String, String> {
        let entries = text.split("RouteId(").skip(1);
        entries
            .map(|entry| {
                let (number, rest) = entry.split_once("): ").unwrap();
                (number.to_owned(), rest.to_owned())
            })
            .collect()
    };
    let routes = numbered(routes);
    let paths = numbered(paths);
    assert_eq!(routes.len(), paths.len());
    let mut found = BTreeSet::new();
    for (number, path) in paths {
        let path = path.split('"').nth(1).unwrap().to_owned();
        for method in METHODS {
            if routes[&number].contains(&format!("{method}: BoxedHandler")) {
                found.insert((method.to_owned(), path.clone()));
            }
        }
    }
    found
}

#[test]
fn every_path_is_described_and_nothing_else() {
    let document = document();
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| (method.clone(), path.clone()))
        })
        .collect();
    let mounted = mounted();
    assert!(mounted.contains(&("post".to_owned(), "/api/devices/camera/snap".to_owned())));
    assert_eq!(described, mounted);
}

#[test]
fn every_reference_leads_somewhere() {
    fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50, "{found:?}");
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn a_body_is_described_by_the_type_that_reads_it() {
    let document = document();
    let body = &document["paths"]["/api/devices/execute"]["post"]["requestBody"];
    let parts = body["content"]["application/json"]["schema"]["allOf"]
        .as_array()
        .unwrap();
    let required: Vec<&str> = parts
        .iter()
        .flat_map(|part| {
            let pointer = part["$ref"].as_str().unwrap().strip_prefix('#').unwrap();
            let required = document.pointer(pointer).unwrap()["required"].as_array();
            required.into_iter().flatten().filter_map(Value::as_str)
        })
        .collect();
    assert_eq!(required, ["device_node_id", "command"]);
}
