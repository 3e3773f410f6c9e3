use chaperone_protocol::{
    Action, Agent, AgentId, CommandId, Data, DeviceId, FailureCode, Maturity, Notified, Notify,
    Outcome, SignedDuration, Timestamp,
};
use tempfile::TempDir;

use super::{GivenUp, NewCommand, OwnerId, Settled, Store};
use crate::Error;

fn command(id: &str, now: Timestamp) -> NewCommand {
    NewCommand {
        id: CommandId::new(id).unwrap(),
        owner: OwnerId::first(),
        device: device("pc"),
        asker: Agent {
            id: AgentId::new("intern").unwrap(),
            name: "Intern agent".to_owned(),
            maturity: Maturity::Intern,
            confidence: None,
        },
        by_agent: true,
        action: Action::Notify(Notify {
            title: "Tea".to_owned(),
            body: String::new(),
            icon: None,
            sound: None,
        }),
        created_at: now,
        deadline_at: now + SignedDuration::from_mins(2),
    }
}

fn device(id: &str) -> DeviceId {
    DeviceId::new(id).unwrap()
}

fn shown(now: Timestamp) -> Outcome {
    Outcome::Success {
        data: Data::Notified(Notified { shown_as: Some(7) }),
        finished_at: now,
    }
}

fn gone() -> GivenUp {
    GivenUp {
        code: FailureCode::Cancelled,
        message: "gone".to_owned(),
    }
}

#[tokio::test]
async fn the_first_outcome_counts_and_a_late_one_is_kept() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let now = Timestamp::now();
    for id in ["in-time", "late"] {
        store.add_command(command(id, now)).await.unwrap();
    }
    let settle = async |by: &str, id: &str| {
        let id = CommandId::new(id).unwrap();
        store.settle(device(by), id, shown(now), now).await.unwrap()
    };
    assert_eq!(settle("another", "in-time").await, Settled::Unknown);
    assert_eq!(settle("pc", "in-time").await, Settled::InTime);
    assert_eq!(settle("pc", "in-time").await, Settled::Duplicate);
    assert_eq!(settle("pc", "never-sent").await, Settled::Unknown);

    let late = CommandId::new("late").unwrap();
    let given_up = store.give_up(late.clone(), gone(), now).await.unwrap();
    assert_eq!(given_up, None);
    let unwanted = store.unwanted(device("pc"), now).await.unwrap();
    assert_eq!(unwanted, std::slice::from_ref(&late));
    assert_eq!(settle("pc", "late").await, Settled::Late);
    assert_eq!(store.unwanted(device("pc"), now).await.unwrap(), []);
    // Giving up what is settled returns what it was settled with.
    let given_up = store.give_up(late, gone(), now).await.unwrap();
    assert_eq!(given_up, Some(shown(now)));

    let audit = store
        .audit(OwnerId::first(), device("pc"), 10)
        .await
        .unwrap();
    let lines: Vec<_> = audit
        .iter()
        .rev()
        .map(|line| (line.command.as_deref().unwrap(), line.success, line.late))
        .collect();
    assert_eq!(
        lines,
        [
            ("in-time", true, false),
            ("late", false, false),
            ("late", true, true)
        ]
    );
}

#[tokio::test]
async fn a_new_run_gives_up_what_the_last_one_waited_for() {
    let folder = TempDir::new().unwrap();
    let now = Timestamp::now();
    let store = Store::open(folder.path()).unwrap();
    store.add_command(command("open", now)).await.unwrap();
    assert!(matches!(
        Store::open(folder.path()),
        Err(Error::InUse { .. })
    ));
    store.close().await;
    assert!(matches!(
        store.owner("owner".to_owned()).await,
        Err(Error::Stopped)
    ));

    let store = Store::open(folder.path()).unwrap();
    store.give_up_all(gone(), now).await.unwrap();
    let id = CommandId::new("open").unwrap();
    let settled = store
        .settle(device("pc"), id, shown(now), now)
        .await
        .unwrap();
    assert_eq!(settled, Settled::Late);
}

#[tokio::test]
async fn books_of_a_later_version_are_left_alone() {
    let folder = TempDir::new().unwrap();
    Store::open(folder.path()).unwrap().close().await;
    let connection = rusqlite::Connection::open(folder.path().join(super::FILE)).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    assert!(matches!(
        Store::open(folder.path()),
        Err(Error::TooNew {
            found: 99,
            known: 2
        })
    ));
}
