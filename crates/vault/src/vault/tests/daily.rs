//! Everything in order, or refused in order.

#[cfg(unix)]
use std::{fs, path::Path};

use chaperone_protocol::{AgentId, Capability, CommandId, CommandState};
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use super::{arrival, connection, entry, moment, open, outcome, receive, run};
use crate::{
    Answer, Asker, Ending, Error, JournalEntry, Lasting, Received, RecordEntry, SecretStore, Step,
    Vault, store, verify,
};

#[test]
fn a_command_goes_its_way_and_comes_back_after_a_restart() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let number = run(async {
        let new = vault
            .receive_recorded(arrival("c1"), |number| {
                RecordEntry::new("stepped", &json!({ "number": number }), moment(1)).unwrap()
            })
            .await
            .unwrap();
        let Received::New(new) = new else {
            panic!("{new:?}")
        };
        assert_eq!(new.state, CommandState::Received);
        assert_eq!(new.deadline_at, arrival("c1").deadline_at);
        let digest = || "sha".to_owned();
        for step in [
            Step::Judged {
                judgement: json!({ "verdict": "ask" }),
            },
            Step::Waiting { digest: digest() },
            Step::Approved { digest: digest() },
            Step::Running,
        ] {
            vault
                .transition(new.number, step, moment(5), Some(entry("stepped")))
                .await
                .unwrap();
        }
        assert_eq!(vault.unsettled().await.unwrap().len(), 1);
        let ended = Step::Ended {
            ending: Ending::Finished,
            outcome: outcome(),
        };
        let seq = vault
            .transition(new.number, ended, moment(9), Some(entry("settled")))
            .await
            .unwrap();
        assert_eq!(seq, Some(6));
        new.number
    });
    drop(vault);

    let vault = open(dir.path());
    assert_eq!(vault.notices(), [] as [String; 0]);
    run(async {
        let expected = JournalEntry {
            number,
            connection: connection(),
            id: CommandId::new("c1").unwrap(),
            state: CommandState::Finished,
            request: json!({ "asked": "c1" }),
            judgement: Some(json!({ "verdict": "ask" })),
            digest: Some("sha".to_owned()),
            outcome: Some(outcome()),
            received_at: moment(1),
            deadline_at: arrival("c1").deadline_at,
            updated_at: moment(9),
        };
        assert_eq!(vault.entry(number).await.unwrap(), Some(expected.clone()));
        assert_eq!(vault.unsettled().await.unwrap(), []);
        assert_eq!(
            vault.undelivered().await.unwrap(),
            std::slice::from_ref(&expected)
        );
        // The same id again is answered from the journal, and neither writes nor records.
        let known = vault
            .receive_recorded(arrival("c1"), |_| entry("twice"))
            .await
            .unwrap();
        assert_eq!(known, Received::Known(expected));
        vault
            .transition(number, Step::Delivered, moment(10), None)
            .await
            .unwrap();
        assert_eq!(vault.undelivered().await.unwrap(), []);
        assert_eq!(vault.entry(number + 1).await.unwrap(), None);
    });
    let found = verify(dir.path(), vault.secrets()).unwrap();
    assert_eq!((found.entries, found.broken), (6, None));
}

#[test]
fn an_illegal_step_changes_neither_journal_nor_record() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    run(async {
        let received = receive(&vault, "c1").await;
        let number = received.number;
        let error = vault
            .transition(number, Step::Running, moment(5), Some(entry("stepped")))
            .await
            .unwrap_err();
        assert!(matches!(
            error,
            Error::IllegalStep {
                from: CommandState::Received,
                to: CommandState::Running,
                ..
            }
        ));
        assert_eq!(
            error.to_string(),
            "command 1 cannot go from received to running"
        );
        let error = vault
            .transition(77, Step::Running, moment(5), None)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::UnknownEntry { number: 77 }));
        assert_eq!(vault.entry(number).await.unwrap(), Some(received));
        assert_eq!(vault.record_page(None, 10, &[]).await.unwrap(), []);
    });
}

#[test]
fn the_record_is_read_back_by_page_and_kind() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    run(async {
        for kind in ["started", "stepped", "stepped", "settled"] {
            vault.append(entry(kind)).await.unwrap();
        }
        let page = async |before, limit, kinds: &[&str]| {
            let page = vault.record_page(before, limit, kinds).await.unwrap();
            page.into_iter().map(|row| row.seq).collect::<Vec<u64>>()
        };
        assert_eq!(page(None, 10, &[]).await, [4, 3, 2, 1]);
        assert_eq!(page(Some(4), 2, &[]).await, [3, 2]);
        assert_eq!(page(None, 10, &["started", "settled"]).await, [4, 1]);
        let rows = vault.record_page(None, 1, &[]).await.unwrap();
        assert_eq!(
            (rows[0].at, &rows[0].body),
            (moment(5), &json!({ "a": 2, "b": 1 }))
        );
        let error = vault.append(entry("vault.begun_anew")).await.unwrap_err();
        assert!(matches!(error, Error::ReservedKind { .. }));
    });
}

#[test]
fn settings_and_acquaintances_stay() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let agent = AgentId::new("bot").unwrap();
    run(async {
        assert_eq!(vault.setting::<bool>("paused").await.unwrap(), None);
        vault
            .set_setting("paused", &true, None, Some(entry("paused")))
            .await
            .unwrap();
        vault
            .set_setting("paused", &false, None, None)
            .await
            .unwrap();
        assert_eq!(vault.setting("paused").await.unwrap(), Some(false));
        assert!(matches!(
            vault.setting::<u32>("paused").await,
            Err(Error::Decode { .. })
        ));

        let asker = |who: Option<&AgentId>, capability| Asker {
            connection: connection(),
            agent: who.cloned(),
            capability,
        };
        let before = async |asker| {
            let answers = vault.answers(asker).await.unwrap();
            answers.first_allowed_at.is_some()
        };
        for who in [None, Some(&agent)] {
            let asker = asker(who, Capability::Shell);
            assert!(!before(asker.clone()).await);
            for at in [moment(1), moment(2)] {
                let (yes, lasting) = (Answer::Allowed, Lasting::UntilDenied);
                let kept = vault.remember_answer(asker.clone(), yes, lasting, at).await;
                kept.unwrap();
            }
            assert!(before(asker).await);
        }
        assert!(!before(asker(Some(&agent), Capability::Notification)).await);
    });
}

#[test]
fn a_full_disk_refuses_everything_and_is_got_over() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let limit = async |pages: &'static str| {
        let set = vault.shared.writer.submit(move |batch| {
            let sql = format!("PRAGMA max_page_count = {pages}");
            batch.connection.query_row(&sql, [], |_| Ok(()))?;
            Ok(())
        });
        set.await.unwrap();
    };
    let large = RecordEntry::new("large", &json!("x".repeat(100_000)), moment(5)).unwrap();
    run(async {
        let number = receive(&vault, "c1").await.number;
        limit("1").await;
        let step = Step::Judged {
            judgement: json!({}),
        };
        let error = vault
            .transition(number, step.clone(), moment(5), Some(large.clone()))
            .await
            .unwrap_err();
        assert!(error.is_unwritable(), "{error:?}");
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("full"), "{cause}");
        // Together with one that is not to blame.
        let (failed, small) = tokio::join!(
            vault.append(large.clone()),
            vault.set_setting("k", &1, None, None)
        );
        assert!(failed.unwrap_err().is_unwritable());
        if let Err(error) = small {
            assert!(error.is_unwritable());
        }
        // Nothing was written, and everything can still be read.
        let state = vault.entry(number).await.unwrap().unwrap().state;
        assert_eq!(state, CommandState::Received);
        assert_eq!(vault.record_page(None, 10, &[]).await.unwrap(), []);

        limit("1000000").await;
        vault
            .transition(number, step, moment(5), Some(large))
            .await
            .unwrap();
    });
    let found = verify(dir.path(), vault.secrets()).unwrap();
    assert_eq!((found.entries, found.broken), (1, None));
}

#[test]
fn a_second_opener_is_told_at_once_and_may_open_later() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let other = vault.clone();
    drop(vault);
    let second = Vault::open(dir.path(), SecretStore::file(dir.path()));
    assert!(matches!(second, Err(Error::InUse { .. })));
    drop(other);
    open(dir.path());
}

#[test]
fn what_was_asked_is_written_before_the_last_handle_is_gone() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    run(async {
        // Asked, and not waited for.
        let mut asked = std::pin::pin!(vault.append(entry("stopped")));
        let poll = std::future::poll_fn(|cx| std::task::Poll::Ready(asked.as_mut().poll(cx)));
        assert!(poll.await.is_pending());
    });
    drop(vault);
    let vault = open(dir.path());
    assert_eq!(run(vault.record_page(None, 10, &[])).unwrap().len(), 1);
}

#[test]
fn a_newer_file_is_left_alone() {
    let dir = TempDir::new().unwrap();
    drop(open(dir.path()));
    let raw = Connection::open(store::path_in(dir.path())).unwrap();
    raw.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(raw);
    let error = Vault::open(dir.path(), SecretStore::file(dir.path())).unwrap_err();
    assert!(matches!(
        error,
        Error::NewerFormat {
            found: 99,
            known: 2
        }
    ));
}

#[test]
fn many_ask_at_once_and_each_gets_its_own_answer() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    run(async {
        let asked = (0..200).map(|index| {
            let vault = vault.clone();
            Box::pin(async move {
                // Every second one is refused, amid the others' transaction.
                let number = receive(&vault, &format!("c{}", index / 2)).await.number;
                let step = Step::Judged {
                    judgement: json!(index),
                };
                let first = vault
                    .transition(number, step, moment(5), Some(entry("s")))
                    .await;
                let refused = vault
                    .transition(number, Step::Delivered, moment(5), None)
                    .await;
                assert!(matches!(refused, Err(Error::IllegalStep { .. })));
                first.is_ok()
            })
        });
        let mut waiting: Vec<_> = asked.collect();
        let done = std::future::poll_fn(|cx| {
            waiting.retain_mut(|one| one.as_mut().poll(cx).is_pending());
            if waiting.is_empty() {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        });
        done.await;
        assert_eq!(vault.unsettled().await.unwrap().len(), 100);
    });
    let found = verify(dir.path(), vault.secrets()).unwrap();
    assert_eq!((found.entries, found.broken), (200, None));
}

#[cfg(unix)]
#[test]
fn the_file_is_closed_to_others() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = TempDir::new().unwrap();
    let vault = open(&dir.path().join("deep/down"));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir.path().join("deep/down")), 0o700);
    for name in ["vault.db", "vault.db-wal", "vault.lock"] {
        assert_eq!(
            mode(&dir.path().join("deep/down").join(name)),
            0o600,
            "{name}"
        );
    }
    drop(vault);
}

#[test]
fn an_answer_means_durable() {
    let dir = TempDir::new().unwrap();
    let vault = open(dir.path());
    let asked = vault.shared.writer.submit(|batch| {
        let ask = |sql| {
            batch
                .connection
                .query_row(sql, [], |row| row.get::<_, rusqlite::types::Value>(0))
        };
        Ok((ask("PRAGMA synchronous")?, ask("PRAGMA journal_mode")?))
    });
    let full = 2;
    assert_eq!(run(asked).unwrap(), (full.into(), "wal".to_owned().into()));
}
