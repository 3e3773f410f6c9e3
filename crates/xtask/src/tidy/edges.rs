//! Which package may use which: layers with arrows that point down only, and no sideways ones.

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::workspace::{cargo, quietly};

/// A package of ours, its layer, and what of ours it may use.
struct Member {
    name: &'static str,
    layer: u8,
    uses: &'static [&'static str],
}

const MEMBERS: &[Member] = &[
    member("chaperone-protocol", 0, &[]),
    member("chaperone-chain", 0, &[]),
    member("chaperone-dialects", 1, &["chaperone-protocol"]),
    member("chaperone-gate", 1, &["chaperone-protocol"]),
    member(
        "chaperone-link",
        2,
        &["chaperone-dialects", "chaperone-protocol"],
    ),
    member(
        "chaperone-hub",
        2,
        &[
            "chaperone-chain",
            "chaperone-dialects",
            "chaperone-protocol",
        ],
    ),
    member("chaperone-senses", 2, &["chaperone-protocol"]),
    // Running something and allowing it are kept apart: the shell cannot even ask the gate.
    member("chaperone-shell", 2, &["chaperone-protocol"]),
    member(
        "chaperone-vault",
        2,
        &["chaperone-chain", "chaperone-protocol"],
    ),
    member(
        "chaperone-device",
        3,
        &[
            "chaperone-dialects",
            "chaperone-gate",
            "chaperone-link",
            "chaperone-protocol",
            "chaperone-senses",
            "chaperone-shell",
            "chaperone-vault",
        ],
    ),
    // Puts the engines together into a device, so it names each of them once.
    member(
        "chaperone-api",
        4,
        &[
            "chaperone-device",
            "chaperone-dialects",
            "chaperone-gate",
            "chaperone-hub",
            "chaperone-link",
            "chaperone-protocol",
            "chaperone-senses",
            "chaperone-shell",
            "chaperone-vault",
        ],
    ),
    // It runs a hub without any device, too: there is nothing of the device to go through.
    member("chaperone-headless", 5, &["chaperone-api", "chaperone-hub"]),
    member("chaperone", 5, &["chaperone-api"]),
];

/// The desktop host, the one package that may name Tauri, and that system tests must not need.
const DESKTOP: &str = "chaperone";
const SYSTEM_TESTS: &str = "system-tests";
const CHORES: &str = "xtask";

/// Packages without tasks, sockets, files or databases, however indirectly.
pub(super) const PURE: [&str; 4] = [
    "chaperone-protocol",
    "chaperone-chain",
    "chaperone-dialects",
    "chaperone-gate",
];
const IMPURE: [&str; 8] = [
    "axum",
    "hyper",
    "keyring",
    "mio",
    "rusqlite",
    "rustls",
    "tokio",
    "tokio-tungstenite",
];

/// Who may speak WebSocket: the device's side and what plays one in tests. The hub has axum's.
const WEBSOCKETS: [&str; 2] = ["chaperone-link", SYSTEM_TESTS];

const fn member(name: &'static str, layer: u8, uses: &'static [&'static str]) -> Member {
    Member { name, layer, uses }
}

/// What cargo says of our packages and what they name.
pub(super) fn metadata() -> Result<Value> {
    let text = quietly(&mut cargo([
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--offline",
    ]))?;
    serde_json::from_str(&text).context("reading what cargo says of the packages")
}

/// Every edge that must not be.
pub(super) fn findings(metadata: &Value) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .context("finding the packages")?;
    let ours: Vec<&str> = packages
        .iter()
        .map(|package| text(package, "name"))
        .collect();
    for package in packages {
        let from = text(package, "name");
        if layer(from).is_none() && ![SYSTEM_TESTS, CHORES].contains(&from) {
            findings.push(format!(
                "{from} has no layer: give it one in crates/xtask/src/tidy/edges.rs"
            ));
            continue;
        }
        for edge in package
            .get("dependencies")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let to = text(edge, "name");
            let in_tests = edge.get("kind").and_then(Value::as_str) == Some("dev");
            if let Some(because) = forbidden(from, to, in_tests, ours.contains(&to)) {
                findings.push(format!("{from} uses {to}: {because}"));
            }
        }
    }
    Ok(findings)
}

/// What a pure package is built with and must not be; `tree` has a package a line.
pub(super) fn impure(package: &str, tree: &str) -> Vec<String> {
    let named = tree.lines().filter_map(|line| line.split(' ').next());
    let mut found: Vec<&str> = named.filter(|name| IMPURE.contains(name)).collect();
    found.sort_unstable();
    found.dedup();
    found
        .into_iter()
        .map(|name| format!("{package} is built with {name}, and is to be pure"))
        .collect()
}

fn forbidden(from: &str, to: &str, in_tests: bool, ours: bool) -> Option<&'static str> {
    if ours {
        return forbidden_among_us(from, to);
    }
    if (to == "tauri" || to == "tauri-build" || to.starts_with("tauri-plugin-")) && from != DESKTOP
    {
        return Some("only the desktop host may name Tauri");
    }
    // A test of one side plays the other.
    let plays = in_tests && ["chaperone-hub", "chaperone-device"].contains(&from);
    if to == "tokio-tungstenite" && !WEBSOCKETS.contains(&from) && !plays {
        return Some("WebSocket connections are the link's");
    }
    if !in_tests && PURE.contains(&from) && IMPURE.contains(&to) {
        return Some("it is to be pure");
    }
    None
}

fn forbidden_among_us(from: &str, to: &str) -> Option<&'static str> {
    if to == CHORES || to == SYSTEM_TESTS {
        return Some("nothing uses it");
    }
    match from {
        CHORES => Some("the chores use nothing of the product"),
        SYSTEM_TESTS => (to == DESKTOP).then_some("system tests must run without a web view"),
        _ => {
            let allowed = MEMBERS
                .iter()
                .find(|member| member.name == from)
                .is_some_and(|member| member.uses.contains(&to));
            (!allowed).then_some(
                "arrows point down, and only where crates/xtask/src/tidy/edges.rs draws one",
            )
        }
    }
}

fn layer(name: &str) -> Option<u8> {
    MEMBERS
        .iter()
        .find(|member| member.name == name)
        .map(|member| member.layer)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{MEMBERS, findings, impure, layer};

    fn check(from: &str, kind: Option<&str>, to: &str, forbidden: bool) {
        let names = MEMBERS
            .iter()
            .map(|member| member.name)
            .chain(["system-tests", "xtask"]);
        let packages: Vec<_> = names
            .map(|name| {
                let edges = if name == from {
                    json!([{ "name": to, "kind": kind }])
                } else {
                    json!([])
                };
                json!({ "name": name, "dependencies": edges })
            })
            .collect();
        let found = findings(&json!({ "packages": packages })).unwrap();
        assert_eq!(!found.is_empty(), forbidden, "{from} -> {to}: {found:?}");
    }

    #[test]
    fn the_drawn_arrows_point_down() {
        for member in MEMBERS {
            for used in member.uses {
                assert!(
                    layer(used) < Some(member.layer),
                    "{} -> {used}",
                    member.name
                );
            }
        }
    }

    #[test]
    fn siblings_and_upward_arrows_are_found() {
        check("chaperone-shell", None, "chaperone-protocol", false);
        check("chaperone-shell", None, "chaperone-gate", true);
        check("chaperone-link", None, "chaperone-hub", true);
        check("chaperone-link", Some("dev"), "chaperone-hub", true);
        check("chaperone-gate", None, "chaperone-device", true);
        check("chaperone-headless", None, "chaperone-device", true);
        check("chaperone-headless", None, "chaperone-hub", false);
        check("chaperone", None, "chaperone-hub", true);
        check("chaperone-api", None, "chaperone-device", false);
        check("system-tests", None, "chaperone-device", false);
        check("system-tests", None, "chaperone", true);
    }

    #[test]
    fn tauri_and_sockets_have_one_owner() {
        check("chaperone", None, "tauri", false);
        check("chaperone-api", None, "tauri", true);
        check("chaperone-senses", None, "tauri-plugin-notification", true);
        check("chaperone-link", None, "tokio-tungstenite", false);
        check("chaperone-hub", None, "tokio-tungstenite", true);
        check("chaperone-hub", Some("dev"), "tokio-tungstenite", false);
        check("chaperone-device", None, "tokio-tungstenite", true);
        check("chaperone-device", Some("dev"), "tokio-tungstenite", false);
        check("chaperone-dialects", None, "tokio", true);
        check("chaperone-dialects", None, "serde_json", false);
    }

    #[test]
    fn a_package_without_a_layer_is_found() {
        let found = findings(
            &json!({ "packages": [{ "name": "chaperone-telepathy", "dependencies": [] }] }),
        )
        .unwrap();
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn indirect_impurity_is_found() {
        let tree = "chaperone-gate v0.1.0 (/here)\nserde v1.0.0\ntokio v1.9.0\ntokio v1.9.0 (*)\ntokio-util v0.7.0";
        assert_eq!(impure("chaperone-gate", tree).len(), 1);
        assert!(impure("chaperone-gate", "serde v1.0.0\ntokio-like v1.0.0").is_empty());
    }
}
