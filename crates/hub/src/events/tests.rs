//! What those who come back get, and what nobody else may.

use chaperone_protocol::{AgentId, CommandId, DeviceId, Timestamp};
use futures_util::FutureExt as _;

use super::{
    ACCOUNTS, Crowded, Ear, Events, KEPT, LOOKERS, Looking, Missed, News, Next, Subject, ear,
};
use crate::{store::AccountId, webhooks::Inbox};

fn events() -> Events {
    Events::new(Inbox::default()).unwrap()
}

fn connected(account: &AccountId) -> News {
    News::device_connected(account, &DeviceId::new("pc").unwrap())
}

fn created(account: &AccountId, agent: Option<&str>) -> News {
    let agent = agent.map(|id| AgentId::new(id).unwrap());
    let subject = Subject {
        account,
        device: &DeviceId::new("pc").unwrap(),
        agent: agent.as_ref(),
        id: &CommandId::new("c").unwrap(),
    };
    subject.created("get_location", "waiting", Timestamp::UNIX_EPOCH)
}

fn numbers(missed: Missed) -> Option<Vec<u64>> {
    match missed {
        Missed::These(events) => Some(events.iter().map(|event| event.number).collect()),
        Missed::Unknown => None,
    }
}

fn since(events: &Events, id: &str) -> Option<Vec<u64>> {
    let view = events.look(&AccountId::first(), Looking::Person, Some(id));
    numbers(view.unwrap().missed)
}

/// What waits to be read: the numbers of events, and how many are lost.
fn ready(ear: &Ear) -> Vec<Result<u64, u64>> {
    let mut heard = Vec::new();
    while let Some(next) = ear.next().now_or_never() {
        heard.push(match next {
            Next::Event(event) => Ok(event.number),
            Next::Missed(lost) => Err(lost),
        });
    }
    heard
}

#[test]
fn whoever_comes_back_gets_what_it_missed_or_hears_that_it_cannot() {
    let events = events();
    let (account, other) = (AccountId::first(), AccountId::new("other".to_owned()));
    for whose in [&account, &other, &account, &account] {
        events.publish(connected(whose));
    }
    let id = |number: u64| format!("{}-{number}", events.run);
    assert_eq!(since(&events, &id(1)), Some(vec![3, 4]));
    assert_eq!(since(&events, &id(2)), Some(vec![3, 4]));
    assert_eq!(since(&events, &id(4)), Some(vec![]));
    for unknown in ["", "1", "another-1", &id(5), &format!("{}-x", events.run)] {
        assert_eq!(since(&events, unknown), None, "{unknown}");
    }
    for _ in 0..KEPT {
        events.publish(connected(&account));
    }
    // The fourth was the last to go.
    assert_eq!(since(&events, &id(3)), None);
    let missed = since(&events, &id(4)).map(|missed| missed.len());
    assert_eq!(missed, Some(KEPT));
}

#[test]
fn nobody_hears_what_is_not_theirs() {
    let events = events();
    let (mine, other) = (AccountId::first(), AccountId::new("other".to_owned()));
    let agent = |id: &str| Looking::Agent(AgentId::new(id).unwrap());
    let look = |account, looking| events.look(account, looking, None).unwrap().ear;
    let stranger = look(&other, Looking::Person);
    let person = look(&mine, Looking::Person);
    let (one, another) = (look(&mine, agent("one")), look(&mine, agent("another")));
    events.publish(connected(&mine));
    events.publish(created(&mine, Some("one")));
    events.publish(created(&mine, None));
    assert_eq!(ready(&stranger), []);
    assert_eq!(ready(&person), [Ok(1), Ok(2), Ok(3)]);
    assert_eq!(ready(&one), [Ok(1), Ok(2)]);
    assert_eq!(ready(&another), [Ok(1)]);
    let again = events.look(&mine, agent("another"), Some(&format!("{}-0", events.run)));
    assert_eq!(numbers(again.unwrap().missed), Some(vec![1]));
}

#[test]
fn who_reads_slowly_hears_how_many_are_lost_and_where() {
    let events = events();
    let account = AccountId::first();
    let ear = events.look(&account, Looking::Person, None).unwrap().ear;
    for _ in 0..ear::WAITING + 3 {
        events.publish(connected(&account));
    }
    let heard = ready(&ear);
    assert_eq!(heard.len(), ear::WAITING + 1);
    assert_eq!(heard.last(), Some(&Err(3)));
    events.publish(connected(&account));
    let next = u64::try_from(ear::WAITING).unwrap() + 4;
    assert_eq!(ready(&ear), [Ok(next)]);
}

#[test]
fn only_so_many_look_on() {
    let events = events();
    let account = AccountId::first();
    let look = || events.look(&account, Looking::Person, None);
    let views: Vec<_> = (0..LOOKERS).map(|_| look().unwrap()).collect();
    assert_eq!(look().err(), Some(Crowded));
    drop(views);
    assert!(look().is_ok());
}

#[test]
fn an_account_that_was_forgotten_does_not_get_others_events_for_its_own() {
    let events = events();
    let account = AccountId::first();
    events.publish(connected(&account));
    for number in 0..ACCOUNTS {
        events.publish(connected(&AccountId::new(number.to_string())));
    }
    events.publish(connected(&account));
    let first = format!("{}-1", events.run);
    assert_eq!(since(&events, &first), None);
    let kept = events.lines().by_account.len();
    assert_eq!(kept, ACCOUNTS);
}
