//! What each word asks of the running Chaperone, and what becomes of the answer. The other side is
//! played, so that no word depends on what the engine happens to do.

use std::{
    io::Write as _,
    process::{Output, Stdio},
};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use support::{FakeDoor, Home};

use crate::home;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A word with something on its standard input.
fn told(home: &Home, words: &[&str], input: &str) -> Result<Output> {
    let mut child = home
        .command()
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().context("no input")?;
    stdin.write_all(input.as_bytes())?;
    drop(stdin);
    Ok(child.wait_with_output()?)
}

fn snapshot() -> Value {
    json!({
        "seq": 1, "device": { "hubAddress": null }, "paused": false,
        "connections": [{ "id": "team", "name": "Team", "address": "wss://hub.example/",
                          "phase": "connected", "ceiling": "intern" }],
        "requests": [{ "id": "7", "digest": "d7", "agent": { "name": "Eye" },
                       "connection": "Team", "action": { "type": "camera" },
                       "decisions": ["deny", "allowOnce"] },
                     { "id": "8", "digest": "d8", "agent": { "name": "Eye" },
                       "connection": "Team",
                       "action": { "type": "review", "artifact": { "id": "p1" } },
                       "decisions": ["send", "retake", "discard"] }],
        "running": [], "standing": [], "notices": [],
    })
}

#[test]
fn each_word_asks_for_exactly_what_it_says() -> Result<()> {
    let home = home()?;
    let done = json!({});
    let rule = json!({ "id": "s1", "sentence": "Eye may look", "answer": "allow", "document": {} });
    let agents = json!({ "agents": [{ "connection": "team", "id": "a1", "name": "Eye" }] });
    let settings = json!({ "retentionDays": 7, "recordingSound": "microphone" });
    let answers = vec![
        ("state/snapshot", snapshot()),
        ("requests/answer", done.clone()),
        ("requests/denyAll", done.clone()),
        ("requests/allowAlways", done.clone()),
        ("running/stop", done.clone()),
        ("connections/tryNow", done.clone()),
        ("connections/change", done.clone()),
        ("connections/remove", done.clone()),
        ("rules/suggest", json!({ "rules": [rule] })),
        ("rules/add", json!({ "id": "r9" })),
        ("rules/remove", done.clone()),
        ("agents/list", agents),
        ("agents/ceiling", done.clone()),
        ("agents/mute", done.clone()),
        ("agents/history", json!({ "changes": [] })),
        ("capabilities/set", done.clone()),
        ("standing/set", done.clone()),
        ("settings/get", settings),
        ("settings/set", done.clone()),
        ("artifacts/list", json!({ "artifacts": [], "more": false })),
        (
            "artifacts/delete",
            json!({ "leftovers": "encrypted blocks" }),
        ),
        ("record/checkpoint", json!({ "checkpoint": "12 abc" })),
        ("activity/list", json!({ "entries": [], "more": false })),
        ("gate/explain", json!({ "verdict": "ask" })),
    ];
    let door = FakeDoor::open(&home.data_dir(), answers)?;
    let check = |words: &str, call: &str, params: Value| -> Result<()> {
        let words: Vec<&str> = words.split(' ').collect();
        let output = home.run(&words)?;
        assert!(output.status.success(), "{words:?}: {output:?}");
        assert!(!output.stdout.is_empty(), "{words:?} says nothing");
        let asked = door.asked();
        assert_eq!(
            asked.last(),
            Some(&(call.to_owned(), params)),
            "{words:?}: {asked:?}"
        );
        Ok(())
    };
    let answer = |id: &str, decision: &str| json!({ "id": id, "digest": format!("d{id}"), "decision": decision });
    check("requests deny 7", "requests/answer", answer("7", "deny"))?;
    check(
        "requests allow 7 --digest d7",
        "requests/answer",
        answer("7", "allowOnce"),
    )?;
    check(
        "requests send 8 --digest d8",
        "requests/answer",
        answer("8", "send"),
    )?;
    check(
        "requests retake 8",
        "requests/answer",
        answer("8", "retake"),
    )?;
    check(
        "requests discard 8",
        "requests/answer",
        answer("8", "discard"),
    )?;
    check(
        "requests deny --all",
        "requests/denyAll",
        json!({ "agent": null }),
    )?;
    check(
        "requests deny --all --agent a1",
        "requests/denyAll",
        json!({ "agent": "a1" }),
    )?;
    check(
        "requests allow 7 --digest d7 --always 1",
        "requests/allowAlways",
        json!({ "id": "7", "digest": "d7", "rule": rule }),
    )?;
    check("running stop 7", "running/stop", json!({ "id": "7" }))?;
    check(
        "connections try team",
        "connections/tryNow",
        json!({ "id": "team" }),
    )?;
    for (words, params) in [
        ("pause team", json!({ "id": "team", "paused": true })),
        ("resume team", json!({ "id": "team", "paused": false })),
        (
            "ceiling team student",
            json!({ "id": "team", "ceiling": "student" }),
        ),
        ("rename team Lab", json!({ "id": "team", "name": "Lab" })),
    ] {
        check(
            &format!("connections {words}"),
            "connections/change",
            params,
        )?;
    }
    check(
        "connections remove team --yes",
        "connections/remove",
        json!({ "id": "team" }),
    )?;
    check("rules suggest 7", "rules/suggest", json!({ "id": "7" }))?;
    check("rules remove r1", "rules/remove", json!({ "id": "r1" }))?;
    let named =
        |more: &str, value: Value| json!({ "connection": "team", "agent": "a1", more: value });
    check(
        "agents ceiling a1 intern",
        "agents/ceiling",
        named("ceiling", json!("intern")),
    )?;
    check(
        "agents ceiling a1 none",
        "agents/ceiling",
        named("ceiling", Value::Null),
    )?;
    check("agents mute a1", "agents/mute", named("muted", json!(true)))?;
    check(
        "agents unmute a1",
        "agents/mute",
        named("muted", json!(false)),
    )?;
    check(
        "agents history a1",
        "agents/history",
        json!({ "connection": "team", "agent": "a1" }),
    )?;
    check(
        "switches off camera",
        "capabilities/set",
        json!({ "capability": "camera", "on": false }),
    )?;
    check(
        "standing set shell autonomous ask",
        "standing/set",
        json!({ "capability": "shell", "level": "autonomous", "verdict": "ask" }),
    )?;
    check(
        "settings set retention-days 3",
        "settings/set",
        json!({ "retentionDays": 3 }),
    )?;
    check(
        "settings set recording-sound output",
        "settings/set",
        json!({ "recordingSound": "output" }),
    )?;
    check(
        "artifacts delete p1 --yes",
        "artifacts/delete",
        json!({ "id": "p1" }),
    )?;
    check(
        "artifacts list --before 9",
        "artifacts/list",
        json!({ "before": 9, "limit": 50 }),
    )?;
    check("record checkpoint", "record/checkpoint", json!({}))?;
    check(
        "record list --agent a1 --words make --limit 3",
        "activity/list",
        json!({ "agent": "a1", "words": "make", "before": null, "limit": 3 }),
    )?;
    let added = told(&home, &["rules", "add"], r#"{"id":"r9","answer":"deny"}"#)?;
    assert!(added.status.success(), "{added:?}");
    let (call, params) = door.asked().pop().context("nothing asked")?;
    assert_eq!(call, "rules/add");
    assert_eq!(
        params["rule"]["document"],
        json!({ "id": "r9", "answer": "deny" })
    );
    let wrong = told(&home, &["rules", "add"], "no rule")?;
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
    assert!(door.asked().is_empty());
    Ok(())
}

#[test]
fn a_picture_is_saved_whole() -> Result<()> {
    let home = home()?;
    let picture = json!("bytes of a picture\n".repeat(10_000));
    let _door = FakeDoor::open(&home.data_dir(), vec![("/artifacts/p1", picture.clone())])?;
    let file = home.folder().join("picture.jpg");
    let saved = home.run(&["artifacts", "save", "p1", &file.to_string_lossy()])?;
    assert!(saved.status.success(), "{saved:?}");
    assert_eq!(json!(std::fs::read_to_string(&file)?), picture);
    assert!(support::is_private(&file)?);
    let gone = home.folder().join("gone.jpg");
    let refused = home.run(&["artifacts", "save", "p2", &gone.to_string_lossy()])?;
    assert!(!refused.status.success());
    assert!(!gone.exists());
    Ok(())
}

#[test]
fn pairing_with_a_token_asks_nobody() -> Result<()> {
    let home = home()?;
    let needs =
        json!({ "type": "needs", "problem": null, "what": [{ "need": "token", "secret": true }] });
    let ways = json!(["password", "pastedToken"]);
    let answers = vec![
        (
            "connections/offer",
            json!({ "dialects": [{ "id": "angela", "name": "Angela", "ways": ways }] }),
        ),
        (
            "connections/signIn",
            json!({ "ticket": "t1", "step": needs }),
        ),
        (
            "connections/signInStep",
            json!({ "ticket": "t1", "step": { "type": "done", "connection": "team" } }),
        ),
    ];
    let door = FakeDoor::open(&home.data_dir(), answers)?;
    let words = [
        "pair",
        "wss://hub.example",
        "--token-file",
        "-",
        "--name",
        "Team",
        "--ceiling",
        "student",
    ];
    let paired = told(&home, &words, "canary-token\n")?;
    assert!(paired.status.success(), "{paired:?}");
    assert!(text(&paired.stdout).contains("Connected"), "{paired:?}");
    assert!(!text(&paired.stdout).contains("canary") && !text(&paired.stderr).contains("canary"));
    let asked = door.asked();
    assert_eq!(
        asked.get(1).map(|(_, params)| params),
        Some(&json!({
            "address": "wss://hub.example", "dialect": "angela", "way": "pastedToken",
            "name": "Team", "ceiling": "student",
        }))
    );
    assert_eq!(
        asked.get(2).map(|(_, params)| params),
        Some(&json!({ "ticket": "t1", "given": { "token": "canary-token" } }))
    );

    let choice = home.run(&["pair", "wss://hub.example"])?;
    assert_eq!(choice.status.code(), Some(2), "{choice:?}");
    assert!(
        text(&choice.stderr).contains("--way password or --way token"),
        "{choice:?}"
    );
    Ok(())
}

#[test]
fn pairing_with_a_code_shows_it_and_waits() -> Result<()> {
    let home = home()?;
    let show = json!({ "type": "show", "code": "ABCD-EFGH", "uri": "https://hub.example/device",
                       "completeUri": null, "expiresAt": 4_000_000_000_000_i64 });
    let step = |step: &Value| json!({ "ticket": "t1", "step": step });
    let answers = vec![
        (
            "connections/offer",
            json!({ "dialects": [{ "id": "atom", "name": "Atom", "ways": ["deviceCode"] }] }),
        ),
        ("connections/signIn", step(&show)),
        ("connections/signInStep", step(&show)),
        (
            "connections/signInStep",
            step(&json!({ "type": "failed", "message": "you said no there" })),
        ),
    ];
    let door = FakeDoor::open(&home.data_dir(), answers)?;
    let output = home.run(&["pair", "wss://hub.example", "--json"])?;
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let shown = text(&output.stdout);
    assert_eq!(shown.lines().count(), 1, "a code is shown once: {shown}");
    assert_eq!(serde_json::from_str::<Value>(&shown)?["code"], "ABCD-EFGH");
    assert!(
        text(&output.stderr).contains("you said no there"),
        "{output:?}"
    );
    assert_eq!(
        door.asked().pop(),
        Some((
            "connections/signInStep".to_owned(),
            json!({ "ticket": "t1", "given": {} })
        ))
    );
    Ok(())
}
