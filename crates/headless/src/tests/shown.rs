use std::io::Write as _;

use chaperone_api::{DoorError, LogLine, Refusal};
use serde_json::{Map, Value, json};

use super::{NOW, review, sample, shell_request};
use crate::{
    arguments::NamedAgent,
    ending::{self, Refused, Wrong},
    files, json as look,
    screen::Screen,
    table::{Table, wrapped},
    words::{
        agents, artifacts, connections, doctor, explain, logs, pair, record, requests, rules,
        running, settings, switches,
    },
};

macro_rules! shown {
    ($lines:expr) => {
        insta::assert_snapshot!($lines.join("\n"))
    };
}

#[test]
fn columns_line_up_whatever_stands_in_them() {
    let mut table = Table::new(&["NAME", "WHAT"]);
    table.row(vec!["日本語".into(), "wide".into()]);
    table.row(vec!["e\u{301}".into(), "joined".into()]);
    table.row(vec!["two\nlines".into(), "\u{1b}[31mred".into()]);
    shown!(table.lines(&Screen::fixed(), "empty"));
    let none = Table::new(&["NAME"]).lines(&Screen::fixed(), "Nothing.");
    assert_eq!(none, ["Nothing."]);
}

#[test]
fn long_lines_are_put_on_several() {
    assert_eq!(wrapped("", 10), [""]);
    assert_eq!(wrapped("abcdefghij", 10), ["abcdefghij"]);
    assert_eq!(wrapped("abcdefghijk", 10), ["abcdefghij", "k"]);
    assert_eq!(wrapped("日本語日本語", 10), ["日本語日本", "語"]);
}

#[test]
fn times_are_said_in_their_largest_unit() {
    let screen = Screen::fixed();
    for (milliseconds, says) in [
        (500, "now"),
        (30_000, "30 s ago"),
        (600_000, "10 min ago"),
        (10_800_000, "3 h ago"),
        (864_000_000, "10 days ago"),
    ] {
        assert_eq!(screen.ago(NOW - milliseconds), says);
    }
    assert_eq!(screen.left(NOW + 28_000), "in 28 s");
    assert_eq!(screen.left(NOW - 1), "now");
    assert_eq!(screen.moment(0), "1970-01-01 00:00:00");
    for (count, says) in [(12, "12 bytes"), (1536, "1.5 KiB"), (3 << 20, "3.0 MiB")] {
        assert_eq!(look::bytes(count), says);
    }
}

#[test]
fn requests_are_shown_whole() {
    let screen = Screen::fixed();
    let mut script = shell_request("3", "for x in *; do\n\techo $x\ndone");
    script["action"]["scriptBecause"] = "it holds a loop".into();
    script["action"]["needsShell"] = json!({ "type": "loop" });
    script["action"]["containment"] = json!({ "type": "none" });
    let camera = sample(
        r#"{ "id": "5", "digest": "55", "connection": "Team",
            "agent": { "name": "Eye", "claimed": "intern", "level": "intern" },
            "action": { "type": "camera", "camera": "Front", "width": 1280, "height": 720,
                        "flash": null, "region": { "left": 1, "top": 2 } },
            "risks": [], "expiresAt": 1795262460000, "decisions": ["deny", "allowOnce"] }"#,
    );
    let unknown = sample(
        r#"{ "id": "6", "digest": "66", "connection": "Team",
            "agent": { "name": "Eye", "claimed": "intern", "level": "intern" },
            "action": { "type": "smell", "of": "coffee" },
            "risks": [{ "kind": "new danger", "part": null }], "decisions": ["deny"] }"#,
    );
    let recording = |id: &str, hears: Value| {
        json!({ "id": id, "digest": id, "connection": "Team",
            "agent": { "name": "Eye", "claimed": "intern", "level": "intern" },
            "action": { "type": "recording", "session": "film", "display": "Desk", "seconds": 60,
                        "hears": hears, "format": "mp4" },
            "risks": [], "decisions": ["deny", "allowOnce"] })
    };
    let all = [
        shell_request("7", "rm -r build"),
        script,
        camera,
        recording("9", "microphone".into()),
        recording("10", "output".into()),
        recording("11", Value::Null),
        unknown,
        review(),
    ];
    shown!(requests::list(&screen, &all));
    assert_eq!(requests::list(&screen, &[]), ["Nothing waits for you."]);
}

#[test]
fn an_answer_that_is_not_offered_is_refused() {
    assert!(requests::offered(&review(), "send").is_ok());
    let error = requests::offered(&review(), "allowOnce").unwrap_err();
    assert_eq!(
        error.to_string(),
        "this request does not take that answer; it takes send, retake, discard"
    );
}

#[test]
fn connections_are_shown() {
    let connections = sample(
        r#"[
        { "id": "this-computer", "name": "This computer", "address": "ws://127.0.0.1:7377/",
          "phase": "connected", "failedAttempts": 0, "nextTryAt": null, "roundTripMs": 0.42,
          "trouble": null, "ceiling": "autonomous" },
        { "id": "team", "name": "Team", "address": "wss://hub.example/", "phase": "waiting",
          "failedAttempts": 3, "nextTryAt": 1795262408000, "roundTripMs": null,
          "trouble": "nobody answers there", "ceiling": "intern" },
        { "id": "old", "name": "Old", "address": "wss://old.example/", "phase": "connected",
          "paused": true, "ceiling": "student" }
    ]"#,
    );
    let screen = Screen::fixed();
    let connections = connections.as_array().unwrap();
    shown!(connections::list(&screen, connections));
    shown!(connections::show(&screen, &connections[1]));
}

#[test]
fn rules_are_shown() {
    let rules = sample(
        r#"[
        { "id": "r1", "sentence": "Builder may run “git status” in /home/me/work",
          "answer": "allow", "lastUsedAt": 1795262340000, "createdAt": 1795000000000, "uses": 12,
          "document": { "id": "r1", "match": ["git", "status"] } },
        { "id": "r2", "sentence": "nobody may run “sudo …”", "answer": "deny",
          "lastUsedAt": null, "createdAt": 1795000000000, "uses": 0, "document": {} }
    ]"#,
    );
    let refused = sample(
        r#"[{ "rule": { "id": "r3", "sentence": "everybody may run “ls”" },
             "problem": "its example “ls -l” is not covered", "counts": false }]"#,
    );
    let screen = Screen::fixed();
    let rules = rules.as_array().unwrap();
    shown!(rules::list(&screen, rules, refused.as_array().unwrap()));
    shown!(rules::show(&screen, &rules[0]));
    shown!(rules::suggest(&screen, "7", rules));
}

#[test]
fn agents_are_shown_and_found() {
    let agents = sample(
        r#"[
        { "connection": "team", "connectionName": "Team", "id": "a1", "name": "Builder",
          "claim": "autonomous", "ceiling": null, "counts": "intern", "muted": false,
          "firstSeenAt": 1795000000000, "lastSeenAt": 1795262340000 },
        { "connection": "lab", "connectionName": "Lab", "id": "a1", "name": "Other",
          "claim": "student", "ceiling": "student", "counts": "student", "muted": true,
          "firstSeenAt": 1795000000000, "lastSeenAt": 1795000000000 }
    ]"#,
    );
    let agents = agents.as_array().unwrap();
    shown!(agents::list(&Screen::fixed(), agents));
    let named = |connection: Option<&str>, agent: &str| NamedAgent {
        agent: agent.to_owned(),
        connection: connection.map(str::to_owned),
    };
    assert_eq!(
        agents::meant(agents, &named(Some("lab"), "a1")).unwrap(),
        ("lab".to_owned(), "a1".to_owned())
    );
    let several = agents::meant(agents, &named(None, "a1")).unwrap_err();
    assert_eq!(ending::code(&several), 2);
    assert!(several.to_string().contains("--connection (team, lab)"));
    let nobody = agents::meant(agents, &named(None, "a2")).unwrap_err();
    assert_eq!(ending::code(&nobody), 4);

    let changes = sample(
        r#"[
        { "what": "claim", "by": "hub", "at": 1795000000000, "from": null, "to": "autonomous" },
        { "what": "ceiling", "by": "person", "at": 1795000060000, "from": "intern", "to": null }
    ]"#,
    );
    shown!(agents::history(
        &Screen::fixed(),
        changes.as_array().unwrap()
    ));
}

#[test]
fn switches_and_the_table_are_shown() {
    let capabilities = sample(
        r#"[
        { "capability": "camera", "on": true, "permission": "unknown", "available": true,
          "note": "Front, Back" },
        { "capability": "screen", "on": true, "permission": "denied", "available": true,
          "note": null },
        { "capability": "microphone", "on": false, "permission": "unknown", "available": false,
          "note": "there is none" }
    ]"#,
    );
    let screen = Screen::fixed();
    let capabilities = capabilities.as_array().unwrap();
    shown!(switches::list(&screen, capabilities));
    let rows: Vec<_> = capabilities.iter().map(doctor::capability).collect();
    shown!(doctor::shown(&screen, &rows));
    let standing = sample(
        r#"[{ "capability": "notification",
             "student": { "verdict": "forbid", "perMinute": null },
             "intern": { "verdict": "ask", "perMinute": null },
             "supervised": { "verdict": "free", "perMinute": 10 },
             "autonomous": { "verdict": "watch", "perMinute": null } }]"#,
    );
    shown!(switches::table(&screen, standing.as_array().unwrap()));
    let settings = sample(
        r#"{ "graduatedShell": false, "retentionDays": 7, "camera": null, "recordingSound": "microphone",
            "place": { "latitude": 1.5, "longitude": 2.5, "accuracy": 10 }, "brandNew": "x" }"#,
    );
    shown!(settings::show(&screen, &settings));
}

#[test]
fn the_record_is_shown() {
    let entries = sample(
        r#"[
        { "seq": 12, "at": 1795262340000, "what": { "type": "command", "id": "7",
          "agent": { "name": "Builder" }, "connection": "Team", "ended": "allowed",
          "action": { "type": "shell", "line": "make\ntest" }, "message": null, "exitCode": 2 } },
        { "seq": 11, "at": 1795262330000, "what": { "type": "command", "id": "6",
          "agent": { "name": "Builder" }, "connection": "Team", "ended": "forbidden",
          "action": { "type": "camera", "camera": "Front" }, "message": "the camera is off" } },
        { "seq": 10, "at": 1795262320000, "what": { "type": "ruleAdded",
              "sentence": "run without asking: `ls`",
              "terms": { "answer": "free", "agent": null } } },
        { "seq": 9, "at": 1795262310000, "what": { "type": "connected", "connection": "Team" } }
    ]"#,
    );
    shown!(record::list(&Screen::fixed(), entries.as_array().unwrap()));
}

#[test]
fn what_runs_and_what_was_taken_is_shown() {
    let screen = Screen::fixed();
    let running = sample(
        r#"[{ "id": "7", "agent": { "name": "Builder" }, "connection": "Team",
             "action": { "type": "recording", "display": "1", "seconds": 60 },
             "startedAt": 1795262390000 }]"#,
    );
    shown!(running::list(&screen, running.as_array().unwrap()));
    let taken = sample(
        r#"[{ "id": "p1", "number": 1, "mediaType": "image/jpeg", "bytes": 250000,
             "createdAt": 1795262340000, "expiresAt": 1795867200000, "command": "7" }]"#,
    );
    shown!(artifacts::list(&screen, taken.as_array().unwrap()));
    assert!(artifacts::checked("p-1_a").is_ok());
    for id in ["", "..", "a/b", "a?b", "a\r\nb", "ä"] {
        assert!(artifacts::checked(id).is_err(), "{id}");
    }
}

#[test]
fn a_judgement_is_shown() {
    let explained = sample(
        r#"{ "verdict": "ask", "scriptBecause": "it sets a variable",
            "needsShell": { "type": "variable" },
            "sentences": ["the level is enough", "the table says ask"],
            "missed": ["rule r1 is for another folder"] }"#,
    );
    shown!(explain::show(&Screen::fixed(), &explained));
}

#[test]
fn a_code_is_shown() {
    let step = json!({
        "type": "show", "code": "ABCD-EFGH", "uri": "https://hub.example/device",
        "completeUri": "https://hub.example/device?code=ABCD-EFGH", "expiresAt": NOW + 600_000,
        "fingerprint": "21fe 31df a154 a261",
    });
    shown!(pair::show(&Screen::fixed(), &step));
}

#[test]
fn a_hub_is_told_once_what_a_script_brought() {
    let screen = Screen::fixed();
    let step = json!({
        "type": "needs", "problem": null,
        "what": [{ "need": "email", "secret": false }, { "need": "password", "secret": true }],
    });
    let mut answers = Map::from_iter([
        ("email".to_owned(), "me@example.org".into()),
        ("password".to_owned(), "canary".into()),
        ("code".to_owned(), "123".into()),
    ]);
    let given = pair::given(&screen, &step, &mut answers).unwrap();
    assert_eq!(
        Value::Object(given),
        json!({ "email": "me@example.org", "password": "canary" })
    );
    let again = json!({
        "type": "needs", "problem": "that is not your password",
        "what": [{ "need": "password", "secret": true }],
    });
    let error = pair::given(&screen, &again, &mut answers).unwrap_err();
    assert_eq!(ending::code(&error), 2);
    assert_eq!(
        error.to_string(),
        "that is not your password; that hub wants to know password; give it with --answers, or answer on a terminal"
    );
}

#[test]
fn a_line_of_the_log_is_shown() {
    let whole = LogLine {
        at: Some("2026-01-02T03:04:05Z".to_owned()),
        level: Some("WARN".to_owned()),
        text: "chaperone_link: nobody answers".to_owned(),
    };
    let rest = LogLine {
        at: None,
        level: None,
        text: "and more".to_owned(),
    };
    let screen = Screen::fixed();
    shown!([logs::shown(&screen, &whole), logs::shown(&screen, &rest)]);
}

#[test]
fn each_kind_of_failure_has_its_code() {
    let refused = |refusal| DoorError::Refused {
        refusal,
        message: String::new(),
        hint: None,
    };
    for (error, code) in [
        (anyhow::anyhow!("anything"), 1),
        (Wrong(String::new()).into(), 2),
        (Refused(String::new()).into(), 4),
        (DoorError::NotRunning.into(), 3),
        (DoorError::Nonsense.into(), 1),
        (refused(Refusal::Gone).into(), 4),
        (refused(Refusal::Changed).into(), 4),
        (refused(Refusal::NotAllowed).into(), 4),
        (refused(Refusal::Invalid).into(), 2),
        (refused(Refusal::Failed).into(), 1),
        (
            anyhow::Error::from(DoorError::NotRunning).context("doing something"),
            3,
        ),
    ] {
        assert_eq!(ending::code(&error), code, "{error:?}");
    }
}

#[test]
fn a_file_is_whole_or_not_there_and_never_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    let failed = files::fresh(&path, |file| {
        file.write_all(b"half")?;
        anyhow::bail!("it broke off")
    });
    let failed: anyhow::Result<()> = failed;
    assert!(failed.is_err() && !path.exists());
    files::fresh(&path, |file| Ok(file.write_all(b"whole")?)).unwrap();
    assert!(files::fresh(&path, |file| Ok(file.write_all(b"other")?)).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), b"whole");
}
