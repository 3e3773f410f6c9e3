//! A file of every earlier format becomes one of this, with everything in it.

use chaperone_protocol::{AgentId, Capability, CommandId, CommandState, ConnectionId};
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use super::{STEPS, migrate};
use crate::{
    RecordQuery, SecretStore, Vault,
    record::{Head, RecordEntry, append_as_format_1, load_key, write_seal},
    store, verify,
};

/// A vault as the first format left it, with something in every table.
fn format_1(path: &std::path::Path, secrets: &SecretStore) {
    let connection = Connection::open(store::path_in(path)).unwrap();
    connection.execute_batch(STEPS[0]).unwrap();
    connection
        .execute_batch(
            r#"PRAGMA journal_mode = WAL;
            PRAGMA user_version = 1;
            INSERT INTO journal VALUES (7, 'local', 'c1', 'received', '{"asked":1}', NULL, NULL,
                NULL, '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z', '2026-01-01T00:00:00Z');
            INSERT INTO setting VALUES ('paused', 'true');
            INSERT INTO acquaintance VALUES ('local', 'bot', 'shell', '2026-01-02T00:00:00Z');
            INSERT INTO acquaintance VALUES ('local', '', 'camera', '2026-01-03T00:00:00Z');"#,
        )
        .unwrap();
    let mut head = Head::START;
    for number in 1..=3 {
        let at = format!("2026-01-01T00:00:0{number}Z").parse().unwrap();
        let entry = RecordEntry::new("stepped", &json!({ "number": number }), at).unwrap();
        head = append_as_format_1(&connection, head, &entry);
    }
    write_seal(&connection, head, &load_key(secrets).unwrap()).unwrap();
}

#[test]
fn the_first_format_is_brought_up_to_date() {
    let dir = TempDir::new().unwrap();
    let secrets = SecretStore::file(dir.path());
    format_1(dir.path(), &secrets);

    let vault = Vault::open(dir.path(), secrets).unwrap();
    assert_eq!(vault.notices(), [] as [String; 0]);
    assert_eq!(vault.opening().older_format, Some(1));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let commands = vault.unsettled().await.unwrap();
        assert_eq!(
            (
                commands[0].number,
                commands[0].state,
                commands[0].id.clone()
            ),
            (7, CommandState::Received, CommandId::new("c1").unwrap())
        );
        assert_eq!(vault.setting("paused").await.unwrap(), Some(true));
        let hub = ConnectionId::new("local").unwrap();
        let bot = AgentId::new("bot").unwrap();
        let before = async |agent: Option<&AgentId>, capability| {
            let asker = crate::Asker {
                connection: hub.clone(),
                agent: agent.cloned(),
                capability,
            };
            let answers = vault.answers(asker).await.unwrap();
            answers.first_allowed_at.is_some()
        };
        assert!(before(Some(&bot), Capability::Shell).await);
        assert!(before(None, Capability::Camera).await);
        assert!(!before(None, Capability::Shell).await);

        // The record goes on, and what is new can be looked up.
        let entry = RecordEntry::new(
            "stepped",
            &json!({}),
            "2026-01-05T00:00:00Z".parse().unwrap(),
        );
        let about = crate::About {
            text: "took a picture".to_owned(),
            ..crate::About::default()
        };
        let entry = entry.unwrap().about(&about).unwrap();
        assert_eq!(vault.append(entry).await.unwrap(), 4);
        let found = vault
            .record_query(RecordQuery {
                limit: 10,
                words: Some("PICT".to_owned()),
                ..RecordQuery::default()
            })
            .await
            .unwrap();
        assert_eq!(found.rows.len(), 1);
        assert_eq!(vault.record_page(None, 10, &[]).await.unwrap().len(), 4);
    });
    let found = verify(dir.path(), vault.secrets()).unwrap();
    assert_eq!((found.entries, found.broken), (4, None));
    let secrets = vault.secrets().clone();
    drop(vault);
    let vault = Vault::open(dir.path(), secrets).unwrap();
    assert_eq!(vault.opening().older_format, None);
}

#[test]
fn every_earlier_format_ends_as_the_newest() {
    let tables = |connection: &Connection| -> Vec<String> {
        let mut statement = connection
            .prepare("SELECT coalesce(sql, name) FROM sqlite_master ORDER BY name")
            .unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let mut newest = Connection::open_in_memory().unwrap();
    migrate(&mut newest).unwrap();
    for format in 1..=STEPS.len() {
        let mut older = Connection::open_in_memory().unwrap();
        for step in &STEPS[..format] {
            older.execute_batch(step).unwrap();
        }
        older
            .execute_batch(&format!("PRAGMA user_version = {format}"))
            .unwrap();
        migrate(&mut older).unwrap();
        assert_eq!(tables(&older), tables(&newest), "from format {format}");
    }
}

#[test]
fn a_step_that_fails_leaves_the_file_as_it_was() {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(STEPS[0]).unwrap();
    // Something of the name that the next step wants to give.
    connection
        .execute_batch("PRAGMA user_version = 1; CREATE TABLE rule (mine TEXT)")
        .unwrap();
    assert!(migrate(&mut connection).is_err());
    let version: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, 1);
    connection
        .execute_batch("INSERT INTO acquaintance VALUES ('a', 'b', 'c', 'd')")
        .unwrap();
}
