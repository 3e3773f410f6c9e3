use chaperone_protocol::{
    Action, Agent, AgentId, CommandId, Data, DeviceId, FailureCode, Maturity, Notified, Notify,
    Outcome, SignedDuration, Timestamp,
};
use tempfile::TempDir;

use super::{
    AccountId, Added, GivenUp, Key, NewCommand, Place, SealKey, Settled, Start, State, Store,
    Survives,
};
use std::sync::Arc;

use crate::{Error, events::Events, webhooks::Inbox};

/// Where a test keeps its books: in a file, or in a database of its own at the server that the
/// environment names.
struct Shelf {
    folder: TempDir,
    place: Place,
}

impl Shelf {
    fn new() -> Self {
        let place = std::env::var("CHAPERONE_TEST_DATABASE").map_or(Place::File, |server| {
            Place::Database(fresh_database(server))
        });
        Self {
            folder: TempDir::new().unwrap(),
            place,
        }
    }

    fn open(&self) -> Result<Store, Error> {
        let (folder, place) = (self.folder.path().to_owned(), self.place.clone());
        let open = move || {
            let lock = Store::lock(&folder)?;
            let events = Arc::new(Events::new(Inbox::default())?);
            Store::open(lock, &place, SealKey::from_seed(&[7; 32]), events)
        };
        // Connecting to a server blocks in a way that an asynchronous thread must not.
        std::thread::spawn(open).join().unwrap()
    }
}

fn fresh_database(server: String) -> String {
    let name = format!(
        "chaperone_{}",
        crate::secrets::fresh_id().unwrap().replace('-', "")
    );
    let url = format!("{server} dbname={name}");
    let make = move || {
        let postgres = format!("{server} dbname=postgres");
        let mut client = postgres::Client::connect(&postgres, postgres::NoTls).unwrap();
        client
            .execute(&format!("CREATE DATABASE {name}"), &[])
            .unwrap();
    };
    std::thread::spawn(make).join().unwrap();
    url
}

fn command(id: &str, now: Timestamp) -> NewCommand {
    NewCommand {
        id: CommandId::new(id).unwrap(),
        account: AccountId::first(),
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
        from_device: None,
        key: None,
        batch: None,
        start: Start::Waiting,
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
    let shelf = Shelf::new();
    let store = shelf.open().unwrap();
    let now = Timestamp::now();
    for id in ["in-time", "late"] {
        store
            .add_command(command(id, now), Survives::Crash)
            .await
            .unwrap();
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
        .audit(AccountId::first(), device("pc"), 10)
        .await
        .unwrap();
    let lines: Vec<_> = audit
        .iter()
        .rev()
        .map(|line| {
            let said = &line.said;
            (said.command.as_deref().unwrap(), said.success, said.late)
        })
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
async fn what_devices_brought_is_forgotten_after_a_day() {
    let shelf = Shelf::new();
    let store = shelf.open().unwrap();
    let now = Timestamp::now();
    for (id, survives) in [("ended", Survives::Crash), ("open", Survives::PowerCut)] {
        store.add_command(command(id, now), survives).await.unwrap();
    }
    let id = CommandId::new("ended").unwrap();
    let settled = store
        .settle(device("pc"), id.clone(), shown(now), now)
        .await;
    assert_eq!(settled.unwrap(), Settled::InTime);
    let again = async || {
        let settled = store
            .settle(device("pc"), id.clone(), shown(now), now)
            .await;
        settled.unwrap()
    };
    store
        .forget_commands(now + SignedDuration::from_hours(23))
        .await
        .unwrap();
    assert_eq!(again().await, Settled::Duplicate);
    store
        .forget_commands(now + SignedDuration::from_hours(25))
        .await
        .unwrap();
    assert_eq!(again().await, Settled::Unknown);
    let open = CommandId::new("open").unwrap();
    let settled = store.settle(device("pc"), open, shown(now), now).await;
    assert_eq!(settled.unwrap(), Settled::InTime);
    // That it was stays.
    let lines = store
        .audit(AccountId::first(), device("pc"), 10)
        .await
        .unwrap();
    assert_eq!(lines.len(), 2);
}

#[tokio::test]
async fn a_new_run_gives_up_what_the_last_one_waited_for() {
    let shelf = Shelf::new();
    let now = Timestamp::now();
    let store = shelf.open().unwrap();
    store
        .add_command(command("open", now), Survives::Crash)
        .await
        .unwrap();
    assert!(matches!(shelf.open(), Err(Error::InUse { .. })));
    store.close().await;
    assert!(matches!(store.accounts().await, Err(Error::Stopped)));

    let store = shelf.open().unwrap();
    store.give_up_all(gone(), now).await.unwrap();
    let id = CommandId::new("open").unwrap();
    let settled = store
        .settle(device("pc"), id, shown(now), now)
        .await
        .unwrap();
    assert_eq!(settled, Settled::Late);
}

#[tokio::test]
async fn what_only_its_caller_waited_for_is_found_after_a_crash() {
    let shelf = Shelf::new();
    let now = Timestamp::now();
    let store = shelf.open().unwrap();
    let ids = ["ended", "open", "asked-about"].map(|id| CommandId::new(id).unwrap());
    let [ended, open, _] = &ids;
    for id in &ids {
        let added = store.add_command(command(id.as_str(), now), Survives::Crash);
        assert_eq!(added.await.unwrap(), Added::New);
    }
    let settled = store.settle(device("pc"), ended.clone(), shown(now), now);
    assert_eq!(settled.await.unwrap(), Settled::InTime);
    let states = async |store: &Store| {
        let rows = store.commands(AccountId::first(), None, None, 10).await;
        let mut states: Vec<_> = rows
            .unwrap()
            .into_iter()
            .map(|row| (row.id.to_string(), row.state))
            .collect();
        states.sort_by(|one, other| one.0.cmp(&other.0));
        states
    };
    let expected = [
        ("asked-about".to_owned(), State::Waiting),
        ("ended".to_owned(), State::Settled),
        ("open".to_owned(), State::Waiting),
    ];
    assert_eq!(states(&store).await, expected);
    let row = store.command(open.clone()).await.unwrap().unwrap();
    assert_eq!((row.state, row.device), (State::Waiting, device("pc")));

    // Nothing is closed.
    drop(store);
    let store = shelf.open().unwrap();
    assert_eq!(states(&store).await, expected);
    store.give_up_all(gone(), now).await.unwrap();
    let lines = store.audit(AccountId::first(), device("pc"), 10).await;
    assert_eq!(lines.unwrap().len(), 3);
    drop(store);

    // What was taken over once is not taken over again.
    let store = shelf.open().unwrap();
    store.give_up_all(gone(), now).await.unwrap();
    let lines = store.audit(AccountId::first(), device("pc"), 10).await;
    assert_eq!(lines.unwrap().len(), 3);
}

#[tokio::test]
async fn books_of_a_later_version_are_left_alone() {
    let shelf = Shelf::new();
    shelf.open().unwrap().close().await;
    match &shelf.place {
        Place::File => {
            let file = shelf.folder.path().join(super::FILE);
            let connection = rusqlite::Connection::open(file).unwrap();
            connection.pragma_update(None, "user_version", 99).unwrap();
        }
        Place::Database(url) => {
            let url = url.clone();
            let change = move || {
                let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
                client
                    .execute("UPDATE version SET number = 99", &[])
                    .unwrap();
            };
            std::thread::spawn(change).join().unwrap();
        }
    }
    assert!(matches!(
        shelf.open(),
        Err(Error::TooNew {
            found: 99,
            known: super::schema::KNOWN
        })
    ));
}

#[tokio::test]
async fn many_who_write_at_once_all_find_what_they_wrote() {
    let shelf = Shelf::new();
    let store = shelf.open().unwrap();
    let now = Timestamp::now();
    let tasks: Vec<_> = (0..200)
        .map(|number| {
            let store = store.clone();
            async move {
                // Every tenth asks for what there is already, and fails alone.
                let id = if number % 10 == 9 {
                    "c-0".to_owned()
                } else {
                    format!("c-{number}")
                };
                store
                    .add_command(command(&id, now), Survives::PowerCut)
                    .await
                    .is_ok()
            }
        })
        .collect();
    let mut worked = 0;
    let mut set = tokio::task::JoinSet::new();
    for task in tasks {
        set.spawn(task);
    }
    while let Some(done) = set.join_next().await {
        worked += usize::from(done.unwrap());
    }
    assert_eq!(worked, 180);
    store.give_up_all(gone(), now).await.unwrap();
    let lines = store
        .audit(AccountId::first(), device("pc"), 1_000)
        .await
        .unwrap();
    assert_eq!(lines.len(), 180);
    let verified = store.verify().await.unwrap();
    assert_eq!((verified.entries, verified.broken), (180, None));
}

#[tokio::test]
async fn whatever_was_done_to_the_audit_is_found() {
    const WAYS: [(&str, &str); 5] = [
        (
            "UPDATE audit SET body = '{}' WHERE seq = 2",
            "entry 2 was changed",
        ),
        ("DELETE FROM audit WHERE seq = 2", "entry 2 is missing"),
        (
            "DELETE FROM audit WHERE seq >= 3",
            "entries 3 to 4 are missing at the end",
        ),
        (
            "UPDATE audit SET seq = 9 WHERE seq = 4",
            "entry 4 is missing",
        ),
        ("DELETE FROM audit_seal", "the seal is missing"),
    ];
    for (way, expected) in WAYS {
        let shelf = Shelf::new();
        let store = shelf.open().unwrap();
        let now = Timestamp::now();
        for number in 0..4 {
            let id = format!("c-{number}");
            store
                .add_command(command(&id, now), Survives::Crash)
                .await
                .unwrap();
            let id = CommandId::new(id).unwrap();
            store.give_up(id, gone(), now).await.unwrap();
        }
        assert_eq!(store.verify().await.unwrap().broken, None);
        store.write(move |books| books.batch(way)).await.unwrap();
        let verified = store.verify().await.unwrap();
        assert_eq!(verified.broken.as_deref(), Some(expected), "{way}");
    }
}

#[tokio::test]
async fn a_key_stands_for_one_command() {
    let shelf = Shelf::new();
    let store = shelf.open().unwrap();
    let now = Timestamp::now();
    let keyed = |id: &str, digest: u8| NewCommand {
        key: Some(Key {
            text: "agent intern/once".to_owned(),
            digest: [digest; 32],
        }),
        ..command(id, now)
    };
    let first = CommandId::new("first").unwrap();
    let add = async |new| store.add_command(new, Survives::Crash).await.unwrap();
    assert_eq!(add(keyed("first", 1)).await, Added::New);
    assert_eq!(add(keyed("second", 1)).await, Added::Known(first));
    assert_eq!(add(keyed("third", 2)).await, Added::Mismatched);
    let second = CommandId::new("second").unwrap();
    assert!(store.command(second).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_kept_for_a_device_is_bounded_and_ends() {
    let shelf = Shelf::new();
    let store = shelf.open().unwrap();
    let now = Timestamp::now();
    let kept = |id: &str, deadline_at| NewCommand {
        start: Start::Queued,
        deadline_at,
        ..command(id, now)
    };
    let soon = now + SignedDuration::from_secs(1);
    let late = now + SignedDuration::from_hours(1);
    assert_eq!(
        store
            .add_command(kept("soon", soon), Survives::Crash)
            .await
            .unwrap(),
        Added::New
    );
    for number in 0..99 {
        let new = kept(&format!("late-{number:02}"), late);
        assert_eq!(
            store.add_command(new, Survives::Crash).await.unwrap(),
            Added::New
        );
    }
    let more = store
        .add_command(kept("more", late), Survives::Crash)
        .await
        .unwrap();
    assert_eq!(more, Added::Full);
    // A restart loses nothing of it.
    store.give_up_all(gone(), now).await.unwrap();
    store.expire_queued(soon).await.unwrap();
    assert_eq!(store.queued(device("pc")).await.unwrap().len(), 99);
    let id = CommandId::new("soon").unwrap();
    let row = store.command(id.clone()).await.unwrap().unwrap();
    assert_eq!(row.state, State::Settled);
    assert!(matches!(
        row.outcome,
        Some(Outcome::Failure {
            code: FailureCode::Expired,
            ..
        })
    ));
    assert!(!store.take_from_queue(id).await.unwrap());
    let id = CommandId::new("late-00").unwrap();
    assert!(store.take_from_queue(id.clone()).await.unwrap());
    assert!(!store.take_from_queue(id).await.unwrap());
}
