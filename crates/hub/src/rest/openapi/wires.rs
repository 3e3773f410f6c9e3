//! What devices call: their sockets, and what some wires have beside them.

use super::operations::{Operation, operation};

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
    let wire = |method, path, summary| operation("wires", method, path, summary);
    let table = "/dialects/blueprint/api/devices";
    let mut all: Vec<Operation> = paths.into_iter().map(socket).collect();
    all.extend([
        wire("get", "/health", "Whether the hub is there").open(),
        wire("get", "/api/v1/health", "Whether the hub is there").open(),
        wire("post", "/api/v1/agents/trigger", "Begin an agent run").status("202"),
        wire("get", "/api/v1/agents/runs", "Agent runs"),
        wire("post", "/api/v1/system/status", "How things are; signed").open(),
        wire(
            "post",
            "/api/v1/system/module-control",
            "Switch a module; signed",
        )
        .open(),
        wire("post", "/api/v1/mobile/test", "Try a signature").open(),
        wire("post", "/edge/register", "Make an edge agent known").open(),
        wire("post", "/edge/sync", "Ask for commands, bring events"),
        wire("post", "/edge/command/ack", "Say how a command ended"),
        wire("post", "/edge/ack_command", "The same, by its older name"),
        wire("post", "/edge/message", "Pass a message on"),
        wire(
            "put",
            "/dialects/archety/agents/{device}/config",
            "How an edge agent is to behave",
        ),
        operation("wires", "get", table, "The table of devices"),
        operation("wires", "post", table, "Put one into it").status("201"),
        operation("wires", "put", format!("{table}/{{id}}"), "Change one"),
        operation("wires", "delete", format!("{table}/{{id}}"), "Take one out"),
    ]);
    all
}
