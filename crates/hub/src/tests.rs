use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use chaperone_dialects::{Asked, Downstream, RemoteCommand};
use chaperone_protocol::{Agent, AgentId, Capability, CommandId, DeviceId, Maturity, Timestamp};

use crate::{
    Secrets, SecretsError,
    events::Events,
    governance, secrets,
    store::AccountId,
    switchboard::{Crowded, Kept, Switchboard, Unsent},
    token::{Claims, Scope, Signed, Tokens},
    webhooks::Inbox,
};

/// The header `{"alg":"HS256","typ":"JWT"}`, the payload `{"sub":"user-1","exp":4102444800}` and
/// the secret `unit-test-secret`, signed by another implementation.
const FOREIGN_TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\
    eyJzdWIiOiJ1c2VyLTEiLCJleHAiOjQxMDI0NDQ4MDB9.YfqDGEfen5P40ppabOX_Xcdfp5TBbNGSNPmrBa7YH2s";

#[test]
fn tokens_of_other_implementations_are_read() {
    let claims = Tokens::new("unit-test-secret", &[1; 32]).check(FOREIGN_TOKEN);
    let expected = Claims {
        sub: "user-1".to_owned(),
        exp: 4_102_444_800,
        sid: None,
        scope: None,
        device: None,
    };
    assert_eq!(claims, Some(expected));
    assert_eq!(Tokens::new("another", &[2; 32]).check(FOREIGN_TOKEN), None);
}

#[test]
fn a_token_keeps_its_scope_and_ends() {
    let tokens = Tokens::new("unit-test-secret", &[1; 32]);
    let minute = Duration::from_mins(1);
    for signed in [Signed::Shared, Signed::Own] {
        let sign = |now| {
            let mut claims = Claims::of("me", now, minute);
            claims.scope = Some(Scope::Device);
            tokens.sign(signed, &claims).unwrap()
        };
        let token = sign(Timestamp::now());
        let claims = tokens.check(&token).unwrap();
        assert_eq!(claims.scope, Some(Scope::Device));
        assert_eq!(claims.sub, "me");
        assert_eq!(tokens.check(&sign(Timestamp::UNIX_EPOCH)), None);
        // Neither key opens what the other closed.
        let other = Tokens::new("another", &[2; 32]);
        assert_eq!(other.check(&token), None);
    }
}

#[test]
fn no_token_is_read_by_another_algorithm_than_ours() {
    let tokens = Tokens::new("unit-test-secret", &[1; 32]);
    // {"alg":"none"} and no signature.
    let payload = FOREIGN_TOKEN.split('.').nth(1).unwrap();
    for header in ["eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzUxMiJ9"] {
        assert_eq!(tokens.check(&format!("{header}.{payload}.")), None);
    }
}

#[test]
fn levels_are_compared_exactly() {
    let refused = |capability, maturity| {
        let agent = Agent {
            id: AgentId::new("a").unwrap(),
            name: "A".to_owned(),
            maturity,
            confidence: None,
        };
        governance::refusal(&agent, capability).is_some()
    };
    let table: Vec<(Capability, [bool; 4])> = Capability::ALL
        .into_iter()
        .map(|capability| {
            (
                capability,
                Maturity::ALL.map(|level| refused(capability, level)),
            )
        })
        .collect();
    let from_intern = [true, false, false, false];
    assert_eq!(
        table,
        [
            (Capability::Notification, from_intern),
            (Capability::Location, from_intern),
            (Capability::Camera, from_intern),
            (Capability::Microphone, [true, true, false, false]),
            (Capability::Screen, [true, true, false, false]),
            (Capability::Agents, [true, true, true, false]),
            (Capability::Network, [true, true, true, false]),
            (Capability::Shell, [true, true, true, false]),
        ]
    );
}

#[derive(Default)]
struct Memory(Mutex<HashMap<String, String>>);

impl Secrets for Memory {
    fn get(&self, name: &str) -> Result<Option<String>, SecretsError> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn set(&self, name: &str, text: &str) -> Result<(), SecretsError> {
        self.0
            .lock()
            .unwrap()
            .insert(name.to_owned(), text.to_owned());
        Ok(())
    }
}

#[test]
fn keys_are_kept_and_only_spoilt_ones_replaced() {
    let memory = Memory::default();
    let keys = || -> Vec<String> {
        let starters = secrets::starters(&memory).unwrap();
        starters
            .into_iter()
            .map(|(starter, _)| starter.key)
            .collect()
    };
    let first = keys();
    assert!(
        first
            .iter()
            .all(|key| key.len() == 48 && key.starts_with("chap_"))
    );
    assert_eq!(keys(), first);
    memory
        .set(&secrets::agent_key_name("intern"), "chap_")
        .unwrap();
    let second = keys();
    assert_eq!(second[0], first[0]);
    assert_ne!(second[1], first[1]);
    assert_eq!(second[2..], first[2..]);
}

#[test]
fn a_starter_does_not_show_its_key() {
    let (starter, _) = secrets::starters(&Memory::default()).unwrap().remove(0);
    assert!(!format!("{starter:?}").contains(&starter.key));
}

#[test]
fn ids_look_like_version_4_uuids() {
    let id = secrets::fresh_id().unwrap();
    let groups: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(groups, [8, 4, 4, 4, 12]);
    assert_eq!(id.as_bytes()[14], b'4');
    assert!(matches!(id.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
    assert_ne!(id, secrets::fresh_id().unwrap());
}

fn command(id: &str) -> RemoteCommand {
    RemoteCommand {
        id: CommandId::new(id).unwrap(),
        agent: None,
        deadline_at: None,
        asked: Asked::Senseless {
            problem: "for a test".to_owned(),
        },
    }
}

fn board() -> Arc<Switchboard> {
    let events = Events::new(Inbox::default()).unwrap();
    Arc::new(Switchboard::new(Arc::new(events)))
}

#[tokio::test]
async fn the_end_of_an_old_socket_leaves_the_new_one_alone() {
    let board = board();
    let pc = DeviceId::new("pc").unwrap();
    let now = Timestamp::now();
    let [first, second] = [board.line(now), board.line(now)];
    let (old, _) = board.seat(&AccountId::first(), &pc, Kept::Device, &first);
    let (new, _) = board.seat(&AccountId::first(), &pc, Kept::Device, &second);
    assert_eq!(first.next().await, None);
    drop(old);
    assert_eq!(board.tell(&pc, Downstream::Heartbeat), Ok(()));
    drop(new);
    assert_eq!(board.tell(&pc, Downstream::Heartbeat), Err(Unsent::Offline));
}

#[test]
fn a_new_socket_is_given_what_went_out_over_the_old_one() {
    let board = board();
    let pc = DeviceId::new("pc").unwrap();
    let now = Timestamp::now();
    let _expected = ["sent", "kept"].map(|id| board.expect(&pc, command(id)).unwrap());
    let (_old, again) = board.seat(&AccountId::first(), &pc, Kept::Device, &board.line(now));
    assert_eq!(again, []);
    board.call(&CommandId::new("sent").unwrap()).unwrap();
    let (_new, again) = board.seat(&AccountId::first(), &pc, Kept::Device, &board.line(now));
    assert_eq!(again, [command("sent")]);
}

#[test]
fn nothing_grows_without_bound() {
    let board = board();
    let pc = DeviceId::new("pc").unwrap();
    let mut expected = Vec::new();
    let crowded = loop {
        match board.expect(&pc, command(&expected.len().to_string())) {
            Ok(answer) => expected.push(answer),
            Err(crowded) => break crowded,
        }
    };
    assert_eq!((crowded, expected.len()), (Crowded, 64));
    let laptop = DeviceId::new("laptop").unwrap();
    assert!(board.expect(&laptop, command("another")).is_ok());

    let line = board.line(Timestamp::now());
    let (_unread, _) = board.seat(&AccountId::first(), &pc, Kept::Device, &line);
    let told = (0..1_000).find_map(|_| board.tell(&pc, Downstream::Heartbeat).err());
    assert_eq!(told, Some(Unsent::Stuck));
}
