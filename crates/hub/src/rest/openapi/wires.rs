//! What devices call: their sockets, and what some wires have beside them.

use chaperone_protocol::{Map, Value};

use super::operations::{Operation, operation};
use crate::door;

/// The sockets, and what some wires have beside them.
pub(super) fn operations() -> Vec<Operation> {
    let mut paths: Vec<String> = Vec::new();
    for dialect in chaperone_dialects::ALL {
        let profile = dialect.profile();
        for path in [
            profile.native_path.to_owned(),
            format!("/dialects/{}/ws", profile.id),
        ] {
            // Two wires have the same native path.
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    let socket = |path| {
        operation("sockets", "get", path, "A device's socket")
            .query(&[("token", "where the wire has one")])
            .status("101")
            .open()
    };
    let mut all: Vec<Operation> = paths.into_iter().map(socket).collect();
    all.extend(door::BESIDE.iter().map(|beside| {
        let described = operation("wires", beside.method, beside.path, beside.summary);
        let described = described.status(beside.status);
        // Each has fields of its own, and some take more than they name.
        let described = match beside.method {
            "post" | "put" => described.takes::<Map<String, Value>>(),
            _ => described,
        };
        if beside.open {
            described.open()
        } else {
            described
        }
    }));
    all
}
