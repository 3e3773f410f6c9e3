//! How words are written and how answers are shown, on samples of what the door says.

mod arguments;
mod live;
mod shown;

use clap::Parser as _;
use serde_json::Value;

use crate::arguments::Arguments;

/// The moment at which everything here is shown.
pub(crate) const NOW: i64 = 1_795_262_400_000;

fn parse(line: &str) -> Result<Arguments, clap::Error> {
    let words = line.split_whitespace();
    Arguments::try_parse_from(["chaperone-headless"].into_iter().chain(words))
}

fn sample(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// A command that waits.
fn shell_request(id: &str, line: &str) -> Value {
    serde_json::json!({
        "id": id,
        "digest": format!("{id}{id}{id}{id}"),
        "agent": { "id": "a1", "name": "Builder", "claimed": "autonomous", "level": "supervised" },
        "connection": "This computer",
        "action": {
            "type": "shell",
            "line": line,
            "scriptBecause": null,
            "needsShell": null,
            "programs": [{ "argv": ["rm"], "path": "/usr/bin/rm" }],
            "workingDir": "/home/me/work",
            "environment": [{ "name": "LANG", "value": "C" }],
            "containment": { "type": "write", "folder": "/home/me/work" },
            "timeoutSeconds": 30
        },
        "reasons": [],
        "risks": [{ "kind": "destructive", "part": "rm -r" }],
        "askedAt": NOW - 2_000,
        "expiresAt": NOW + 28_000,
        "decisions": ["deny", "allowOnce"]
    })
}

/// A picture that waits to be looked at.
fn review() -> Value {
    serde_json::json!({
        "id": "8",
        "digest": "8888",
        "agent": { "id": "a1", "name": "Builder", "claimed": "intern", "level": "intern" },
        "connection": "Team",
        "action": {
            "type": "review",
            "artifact": {
                "id": "p1", "mediaType": "image/jpeg", "bytes": 250_000, "width": 1280, "height": 720
            }
        },
        "reasons": [],
        "risks": [],
        "askedAt": NOW,
        "expiresAt": NOW + 60_000,
        "decisions": ["send", "retake", "discard"]
    })
}
