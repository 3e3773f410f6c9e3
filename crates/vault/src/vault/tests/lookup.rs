//! Looking the record up, and taking it elsewhere.

use std::{fs, path::Path};

use chaperone_protocol::{AgentId, Capability, ConnectionId, Timestamp};
use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::{arrival, connection, entry, moment, open, run};
use crate::{
    About, Error, ExportFormat, NewArtifact, NewConnection, Problem, RecordEntry, RecordQuery,
    Secret, SecretStore, Vault, checkpoint, mend_search, store, verify, verify_since,
};

fn about(agent: &str, capability: Capability, verdict: &str, text: &str) -> About {
    About {
        connection: Some(connection()),
        agent: AgentId::new(agent).ok(),
        capability: Some(capability),
        verdict: Some(verdict.to_owned()),
        text: text.to_owned(),
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Five entries: two agents, two days, a clock that jumps back.
fn filled(dir: &TempDir) -> Vault {
    let vault = open(dir.path());
    let rows = [
        (
            "asked",
            "2026-03-01T10:00:00Z",
            Some(("anna", "ask", "take a picture of the Café")),
        ),
        (
            "asked",
            "2026-03-01T23:59:59.9Z",
            Some(("bert", "free", "ls -l /home/anna")),
        ),
        (
            "settled",
            "2026-03-02T00:00:00.1Z",
            Some(("anna", "forbid", "rm \"--force\" *")),
        ),
        // The clock was set back by a day.
        (
            "settled",
            "2026-03-01T08:00:00Z",
            Some(("bert", "ask", "=HYPERLINK(1)")),
        ),
        ("started", "2026-03-02T09:00:00Z", None),
    ];
    run(async {
        for (kind, time, asked) in rows {
            let mut entry = RecordEntry::new(kind, &json!({ "n": 1 }), at(time)).unwrap();
            if let Some((agent, verdict, text)) = asked {
                let capability = match verdict {
                    "free" => Capability::Shell,
                    _ => Capability::Camera,
                };
                entry = entry
                    .about(&about(agent, capability, verdict, text))
                    .unwrap();
            }
            vault.append(entry).await.unwrap();
        }
    });
    vault
}

#[track_caller]
fn finds(vault: &Vault, query: RecordQuery, expected: &[u64]) {
    let page = run(vault.record_query(RecordQuery {
        limit: 100,
        ..query
    }))
    .unwrap();
    let found: Vec<u64> = page.rows.iter().map(|row| row.seq).collect();
    assert_eq!((found.as_slice(), page.next), (expected, None));
}

fn words(words: &str) -> RecordQuery {
    RecordQuery {
        words: Some(words.to_owned()),
        ..RecordQuery::default()
    }
}

#[test]
fn the_record_is_narrowed_down_by_what_people_ask_for() {
    let dir = TempDir::new().unwrap();
    let vault = filled(&dir);
    let all = RecordQuery::default;
    finds(&vault, all(), &[5, 4, 3, 2, 1]);
    let anna = RecordQuery {
        agent: AgentId::new("anna").ok(),
        ..all()
    };
    finds(&vault, anna.clone(), &[3, 1]);
    finds(
        &vault,
        RecordQuery {
            verdict: Some("ask".to_owned()),
            ..anna.clone()
        },
        &[1],
    );
    finds(
        &vault,
        RecordQuery {
            capability: Some(Capability::Camera),
            ..all()
        },
        &[4, 3, 1],
    );
    finds(
        &vault,
        RecordQuery {
            connection: Some(connection()),
            ..all()
        },
        &[4, 3, 2, 1],
    );
    let nobody = ConnectionId::new("nobody").ok();
    finds(
        &vault,
        RecordQuery {
            connection: nobody,
            ..all()
        },
        &[],
    );
    finds(
        &vault,
        RecordQuery {
            kinds: vec!["settled".to_owned()],
            ..all()
        },
        &[4, 3],
    );
    let kinds = vec!["settled".to_owned(), "started".to_owned()];
    finds(&vault, RecordQuery { kinds, ..all() }, &[5, 4, 3]);
    // A day, to its last fraction; the order stays that of the writing.
    let day = RecordQuery {
        from: Some(at("2026-03-01T00:00:00Z")),
        until: Some(at("2026-03-02T00:00:00Z")),
        ..all()
    };
    finds(&vault, day.clone(), &[4, 2, 1]);
    finds(
        &vault,
        RecordQuery {
            agent: anna.agent,
            ..day
        },
        &[1],
    );
}

#[test]
fn words_are_found_as_people_type_them() {
    let dir = TempDir::new().unwrap();
    let vault = filled(&dir);
    finds(&vault, words("picture"), &[1]);
    // In any case, without accents, in any order, by their beginnings.
    finds(&vault, words("cafe PICT"), &[1]);
    finds(&vault, words("anna"), &[2]);
    finds(&vault, words("/home/ann"), &[2]);
    finds(&vault, words("picture anna"), &[]);
    // Nothing is taken for a language of the index.
    for harmless in [
        "\"",
        "*",
        "- AND",
        "NOT",
        "text:picture",
        "a\" OR \"b",
        "(",
        "{}",
        "\0",
    ] {
        finds(&vault, words(harmless), &[]);
    }
    finds(&vault, words("\"--force\""), &[3]);
    finds(&vault, words(""), &[]);
    let narrowed = RecordQuery {
        agent: AgentId::new("bert").ok(),
        ..words("anna")
    };
    finds(&vault, narrowed, &[2]);
}

#[test]
fn pages_go_on_where_the_last_one_ended_whatever_is_added() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let asked = |number: u64| {
        let agent = if number.is_multiple_of(3) {
            "anna"
        } else {
            "bert"
        };
        let about = about(
            agent,
            Capability::Shell,
            "ask",
            &format!("word{number} every"),
        );
        entry("asked").about(&about).unwrap()
    };
    run(async {
        for number in 1..=40 {
            vault.append(asked(number)).await.unwrap();
        }
        for query in [
            words("every"),
            RecordQuery::default(),
            RecordQuery {
                kinds: vec!["asked".to_owned()],
                ..RecordQuery::default()
            },
        ] {
            let mut seen = Vec::new();
            let mut before = None;
            loop {
                let page = RecordQuery {
                    limit: 7,
                    before,
                    ..query.clone()
                };
                let page = vault.record_query(page).await.unwrap();
                seen.extend(page.rows.iter().map(|row| row.seq));
                vault.append(asked(1)).await.unwrap();
                before = page.next;
                if before.is_none() {
                    break;
                }
            }
            let newest = seen[0];
            assert_eq!(seen, (1..=newest).rev().collect::<Vec<u64>>());
        }
        let anna = RecordQuery {
            limit: 13,
            agent: AgentId::new("anna").ok(),
            ..RecordQuery::default()
        };
        let page = vault.record_query(anna).await.unwrap();
        // Exactly as many as were asked for, and no more of them.
        assert_eq!((page.rows.len(), page.next), (13, None));
    });
}

#[test]
fn what_an_entry_is_about_is_covered_by_the_chain() {
    let dir = TempDir::new().unwrap();
    let vault = filled(&dir);
    let row = &run(vault.record_page(Some(2), 1, &[])).unwrap()[0];
    let expected = json!({
        "connection": "local", "agent": "anna", "capability": "camera", "verdict": "ask",
        "text": "take a picture of the Café",
    });
    assert_eq!(row.body["about"], expected);
    drop(vault);
    let raw = Connection::open(store::path_in(dir.path())).unwrap();
    // There is no other copy that could be changed: these columns only show the body.
    assert!(raw.execute_batch("UPDATE record SET agent = 'x'").is_err());
    raw.execute_batch("UPDATE record SET body = replace(body, 'anna', 'otto') WHERE seq = 1")
        .unwrap();
    drop(raw);
    let broken = verify(dir.path(), &SecretStore::file(dir.path()))
        .unwrap()
        .broken
        .unwrap();
    assert_eq!((broken.seq, broken.problem), (1, Problem::Changed));

    let taken = RecordEntry::new("a", &json!({ "about": 1 }), moment(1)).unwrap();
    assert!(matches!(
        taken.about(&About::default()),
        Err(Error::AboutTaken)
    ));
    let no_object = RecordEntry::new("a", &json!("text"), moment(1)).unwrap();
    assert!(matches!(
        no_object.about(&About::default()),
        Err(Error::AboutTaken)
    ));
}

#[test]
fn an_index_of_words_that_hides_something_is_found_and_made_again() {
    let dir = TempDir::new().unwrap();
    let vault = filled(&dir);
    assert!(!run(vault.mend_search()).unwrap());
    for sql in [
        "DELETE FROM record_text_docsize WHERE id = 2",
        "INSERT INTO record_text (record_text, rowid, text)
             VALUES ('delete', 2, 'ls -l /home/anna')",
    ] {
        let raw = Connection::open(store::path_in(dir.path())).unwrap();
        raw.execute_batch(sql).unwrap();
        drop(raw);
        assert!(run(vault.mend_search()).unwrap(), "{sql}");
        finds(&vault, words("anna"), &[2]);
        assert!(!run(vault.mend_search()).unwrap());
    }
    assert_eq!(verify(dir.path(), vault.secrets()).unwrap().broken, None);
}

#[test]
fn an_index_of_words_is_made_again_where_nobody_has_the_vault_open() {
    let dir = TempDir::new().unwrap();
    let vault = filled(&dir);
    assert!(matches!(mend_search(dir.path()), Err(Error::InUse { .. })));
    drop(vault);
    assert!(!mend_search(dir.path()).unwrap());
    let raw = Connection::open(store::path_in(dir.path())).unwrap();
    raw.execute_batch("DELETE FROM record_text_docsize WHERE id = 2")
        .unwrap();
    drop(raw);
    assert!(mend_search(dir.path()).unwrap());
    assert!(!mend_search(dir.path()).unwrap());
    let vault = open(dir.path());
    finds(&vault, words("anna"), &[2]);
    assert_eq!(verify(dir.path(), vault.secrets()).unwrap().broken, None);
    // Nothing is made where nothing was kept.
    let empty = TempDir::new().unwrap();
    assert!(mend_search(empty.path()).is_err());
    assert!(!store::path_in(empty.path()).exists());
}

#[test]
fn a_damaged_index_of_words_costs_nothing_else() {
    for sql in [
        "DELETE FROM record_text_data WHERE id > 10",
        "UPDATE record_text_data SET block = zeroblob(20) WHERE id > 10",
    ] {
        let dir = TempDir::new().unwrap();
        drop(filled(&dir));
        let raw = Connection::open(store::path_in(dir.path())).unwrap();
        raw.execute_batch(sql).unwrap();
        drop(raw);
        let vault = open(dir.path());
        let opening = vault.opening();
        assert!(opening.words_rebuilt && opening.set_aside.is_none());
        let said = "The index that a search of the record uses was damaged, and was made again \
                    from the record.";
        assert_eq!(vault.notices(), [said]);
        finds(&vault, words("anna"), &[2]);
        let found = verify(dir.path(), vault.secrets()).unwrap();
        assert_eq!((found.entries, found.broken), (5, None));
        drop(vault);
        assert!(!open(dir.path()).opening().words_rebuilt);
    }
}

fn exported(vault: &Vault, format: ExportFormat, query: RecordQuery) -> (u64, String) {
    let (count, bytes) = run(vault.export_record(format, query, Vec::new())).unwrap();
    (count, String::from_utf8(bytes).unwrap())
}

#[test]
fn json_lines_can_be_checked_with_nothing_else() {
    let dir = TempDir::new().unwrap();
    let vault = filled(&dir);
    let (count, text) = exported(&vault, ExportFormat::JsonLines, RecordQuery::default());
    assert_eq!((count, text.lines().count()), (5, 5));
    let mut previous = "0".repeat(64);
    for (line, number) in text.lines().zip(1_u64..) {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert_eq!(entry["number"], number);
        assert_eq!(entry["previous"], previous.as_str());
        let (_, rest) = line.split_once("\"body\":").unwrap();
        let (body, _) = rest.rsplit_once(",\"previous\"").unwrap();
        let mut hasher = Sha256::new();
        hasher.update(b"chaperone record entry 1\0");
        hasher.update(number.to_be_bytes());
        let parts = [
            entry["at"].as_str().unwrap(),
            entry["kind"].as_str().unwrap(),
            body,
        ];
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        let bytes: Vec<u8> = (0..32)
            .map(|place| u8::from_str_radix(&previous[place * 2..place * 2 + 2], 16).unwrap())
            .collect();
        hasher.update(bytes);
        previous = crate::record::hex(&hasher.finalize());
        assert_eq!(entry["hash"], previous.as_str());
    }
    assert_eq!(verify(dir.path(), vault.secrets()).unwrap().head, previous);
    let anna = RecordQuery {
        agent: AgentId::new("anna").ok(),
        limit: 1,
        ..RecordQuery::default()
    };
    let (count, text) = exported(&vault, ExportFormat::JsonLines, anna);
    assert!(count == 1 && text.starts_with("{\"number\":1,"), "{text}");
}

#[test]
fn a_spreadsheet_gets_cells_and_no_formulas() {
    let dir = TempDir::new().unwrap();
    let vault = filled(&dir);
    let (count, text) = exported(&vault, ExportFormat::Csv, RecordQuery::default());
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!((count, lines.len()), (5, 6));
    assert_eq!(
        lines[0],
        "number,at,kind,connection,agent,capability,verdict,text,body,hash"
    );
    let begins =
        "1,2026-03-01T10:00:00Z,asked,local,anna,camera,ask,take a picture of the Café,\"{";
    assert!(lines[1].starts_with(begins), "{}", lines[1]);
    assert!(
        lines[3].contains(",\"rm \"\"--force\"\" *\",\"{"),
        "{}",
        lines[3]
    );
    assert!(lines[4].contains(",'=HYPERLINK(1),\"{"), "{}", lines[4]);
    assert!(
        lines[5].starts_with("5,2026-03-02T09:00:00Z,started,,,,,,\"{"),
        "{}",
        lines[5]
    );
    let (count, text) = exported(&vault, ExportFormat::Csv, words("nothing"));
    assert_eq!((count, text.lines().count()), (0, 1));
}

#[test]
fn a_checkpoint_kept_elsewhere_shows_what_no_file_here_does() {
    let dir = TempDir::new().unwrap();
    let vault = filled(&dir);
    let noted = run(vault.checkpoint()).unwrap();
    assert_eq!(noted.entries(), 5);
    assert_eq!(
        checkpoint(dir.path(), vault.secrets()).unwrap().as_ref(),
        Some(&noted)
    );
    run(vault.append(entry("later"))).unwrap();
    let since = |vault: &Vault| verify_since(dir.path(), vault.secrets(), &noted).unwrap();
    assert_eq!((since(&vault).entries, since(&vault).broken), (6, None));
    drop(vault);

    // Somebody begins the whole folder anew, with keys and all.
    for name in ["vault.db", "secrets"] {
        let path = dir.path().join(name);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }
    let vault = filled(&dir);
    assert_eq!(verify(dir.path(), vault.secrets()).unwrap().broken, None);
    let problem = since(&vault).broken.unwrap().problem;
    assert_eq!(problem, Problem::CheckpointForeign);
}

#[test]
fn a_clock_that_jumps_back_keeps_the_order() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    run(async {
        for second in [100, 50, 200, 0, 150] {
            let entry = RecordEntry::new("ticked", &json!({}), moment(second)).unwrap();
            vault.append(entry).await.unwrap();
        }
        let rows = vault.record_page(None, 10, &[]).await.unwrap();
        let seconds: Vec<i64> = rows.iter().map(|row| row.at.as_second()).collect();
        assert_eq!(seconds, [150, 0, 200, 50, 100]);
    });
    assert_eq!(verify(dir.path(), vault.secrets()).unwrap().broken, None);
}

#[test]
fn neither_secrets_nor_content_get_into_the_database_or_an_export() {
    const CANARIES: [&str; 4] = [
        "canary-token",
        "canary-secret",
        "canary-picture",
        "canary-thumb",
    ];
    let dir = TempDir::new().unwrap();
    let vault = filled(&dir);
    run(async {
        let hub = NewConnection {
            id: connection(),
            name: "Hub".to_owned(),
            dialect: "atom".to_owned(),
            address: "wss://hub.example".to_owned(),
            device: chaperone_protocol::DeviceId::new("laptop").unwrap(),
            ceiling: chaperone_protocol::Maturity::Intern,
            settings: json!({}),
        };
        vault
            .add_connection(hub, moment(1), Some(entry("paired")))
            .await
            .unwrap();
        let token = Secret::new("canary-token");
        vault
            .set_connection_secret(&connection(), "token", token)
            .await
            .unwrap();
        vault
            .secrets()
            .set("other", &Secret::new("canary-secret"))
            .unwrap();
        let about = NewArtifact::new("image/jpeg", None, moment(1));
        let content = b"canary-picture".repeat(10_000);
        let thumbnail = Some(b"canary-thumb".to_vec());
        vault
            .keep_artifact(about, content, thumbnail, Some(entry("captured")))
            .await
            .unwrap();
        vault.receive(arrival("c1")).await.unwrap();
    });
    let (_, mut seen) = exported(&vault, ExportFormat::JsonLines, RecordQuery::default());
    seen.push_str(&exported(&vault, ExportFormat::Csv, RecordQuery::default()).1);
    let keys = ["record-key", "artifact-key"].map(|name| vault.secrets().get(name).unwrap());
    let search = |bytes: &[u8]| {
        let found = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
        for canary in CANARIES {
            assert!(!found(canary.as_bytes()), "{canary}");
        }
        for key in keys.iter().flatten() {
            assert!(!found(key.expose()));
        }
        // What is there is found.
        assert!(found(b"take a picture"));
    };
    search(seen.as_bytes());
    // While the vault is open, and after it was closed: everything but the secrets' own folder.
    search(&everything(dir.path()));
    drop(vault);
    search(&everything(dir.path()));
}

/// All files of a vault, but for its secrets.
fn everything(dir: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for file in fs::read_dir(dir).unwrap() {
        let path = file.unwrap().path();
        if path.ends_with("secrets") {
            continue;
        }
        if path.is_dir() {
            bytes.extend(everything(&path));
        } else {
            bytes.extend(fs::read(path).unwrap());
        }
    }
    bytes
}
