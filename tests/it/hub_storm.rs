//! `kill -9` of a hub again and again, with a thousand commands on their way through it: none is
//! lost, none goes out twice, and what it wrote down is whole.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::{Value, json};
use support::{Answer, Dice, Fleet, Server, exchange};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chaperone-under-test");
const COMMANDS: u64 = 1_000;
/// A device is heard a hundred times a minute.
const DEVICES: u64 = 25;
const CALLERS: u64 = 8;
/// Deaths, unless the environment says otherwise.
const USUAL: u64 = 6;
/// One in so many commands is asked for twice at once.
const TWINS: u64 = 10;

fn deaths() -> u64 {
    let given = std::env::var("CHAPERONE_KILLS").ok();
    given
        .and_then(|deaths| deaths.parse().ok())
        .unwrap_or(USUAL)
}

/// One command, as its caller asks for it.
struct Wish {
    address: std::net::SocketAddr,
    request: String,
}

impl Wish {
    fn new(server: &Server, key: &str, number: u64) -> Self {
        let body = json!({
            "device_node_id": Fleet::name(number % DEVICES),
            "title": format!("number {number}"),
            "body": "",
        });
        let own = format!("Idempotency-Key: wish-{number}\r\n");
        Self {
            address: server.address(),
            request: server.request("POST /api/devices/notification", key, &own, &body),
        }
    }

    /// Asks until it is a command, and that is over: its id, and the answer.
    fn insist(&self) -> Result<(String, Answer)> {
        loop {
            // The hub may be away, or go away within the answer.
            if let Ok(answer) = exchange(self.address, &self.request) {
                let body = answer.json();
                if let Some(id) = body["command_id"].as_str() {
                    return Ok((id.to_owned(), answer));
                }
                let again = ["device_offline", "busy", "stopping"];
                let code = body["code"].as_str().unwrap_or_default();
                // An answer that was cut off says nothing.
                ensure!(
                    again.contains(&code) || body.is_null(),
                    "{} {}",
                    answer.status,
                    answer.body
                );
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// What all callers heard: for each command's id what its asker was told.
type Heard = BTreeMap<String, Answer>;

/// Asks for what nobody has asked for yet, until there is no more.
fn call(wishes: &[Wish], next: &AtomicU64, over: &AtomicU64) -> Result<Heard> {
    let mut heard = Heard::new();
    loop {
        let number = next.fetch_add(1, Ordering::SeqCst);
        let Some(wish) = usize::try_from(number).ok().and_then(|at| wishes.get(at)) else {
            return Ok(heard);
        };
        let (id, answer) = if number.is_multiple_of(TWINS) {
            thread::scope(|scope| {
                let twin = scope.spawn(|| wish.insist());
                let (id, answer) = wish.insist()?;
                let (other, _) = twin.join().map_err(|_| anyhow!("a caller broke"))??;
                ensure!(id == other, "one key, two commands: {id} and {other}");
                Ok((id, answer))
            })?
        } else {
            wish.insist()?
        };
        over.fetch_add(1, Ordering::SeqCst);
        let before = heard.insert(id.clone(), answer);
        ensure!(before.is_none(), "two keys, one command: {id}");
    }
}

/// Kills the hub and starts it again, evenly among the commands but never at the same moment.
fn kill_again_and_again(server: &mut Server, over: &AtomicU64) -> Result<()> {
    let mut dice = Dice::of_this_run();
    let deaths = deaths();
    for death in 1..=deaths {
        let due = COMMANDS * death / (deaths + 1);
        server.soon("so many commands are over", || {
            Ok(over.load(Ordering::SeqCst) >= due)
        })?;
        thread::sleep(Duration::from_millis(dice.below(50)));
        server.kill()?;
        thread::sleep(Duration::from_millis(dice.below(200)));
        server.start()?;
    }
    Ok(())
}

#[test]
fn whenever_it_is_killed_no_command_is_lost_and_none_is_told_twice() -> Result<()> {
    let mut server = Server::new(PROGRAM)?;
    server.start()?;
    let token = server.sign_in()?;
    let key = server.key(&token)?;
    let fleet = Fleet::start(server.address(), &token, DEVICES)?;
    server.soon("every device is there", || {
        let devices = server.call("GET /api/devices?status=online", &key, "", &Value::Null)?;
        let there = devices.json().as_array().map(Vec::len);
        Ok(there.unwrap_or_default() as u64 == DEVICES)
    })?;

    let wishes: Arc<[Wish]> = (0..COMMANDS)
        .map(|number| Wish::new(&server, &key, number))
        .collect();
    let (next, over) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (wishes, next, over) = (Arc::clone(&wishes), Arc::clone(&next), Arc::clone(&over));
            thread::spawn(move || call(&wishes, &next, &over))
        })
        .collect();
    kill_again_and_again(&mut server, &over)?;
    let mut heard = Heard::new();
    for caller in callers {
        heard.extend(caller.join().map_err(|_| anyhow!("a caller broke"))??);
    }
    assert_eq!(heard.len() as u64, COMMANDS);

    // The same key is the same command, for whoever asks again.
    for wish in wishes.iter() {
        let (id, _) = wish.insist()?;
        ensure!(heard.contains_key(&id), "another command: {id}");
    }
    // All of them are in the books with an end, and nothing else is.
    let known = || -> Result<BTreeMap<String, Value>> {
        let answer = server.call("GET /api/commands?limit=1000", &key, "", &Value::Null)?;
        let rows = answer.json().as_array().cloned().unwrap_or_default();
        let named = |row: Value| Some((row["command_id"].as_str()?.to_owned(), row));
        Ok(rows.into_iter().filter_map(named).collect())
    };
    let books = known()?;
    let ids = |map: &BTreeMap<String, Value>| map.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(ids(&books), heard.keys().cloned().collect());
    for (id, row) in &books {
        ensure!(!row["outcome"].is_null(), "{id} has no end: {row}");
    }

    let asked = fleet.asked();
    for (id, one) in &asked {
        let row = books
            .get(id)
            .with_context(|| format!("{id} went out unknown"))?;
        assert_eq!(row["device_node_id"], one.device.as_str(), "{id}");
        assert_eq!(one.done, 1, "{id}: {one:?}");
        assert!(one.acknowledges || one.heard == 1, "{id}: {one:?}");
    }
    let mut done = 0;
    for (id, answer) in &heard {
        if answer.status == 200 {
            done += 1;
            ensure!(asked.contains_key(id), "{id} was done by nobody");
        }
    }
    // The deaths cost some; most went through.
    assert!(done > COMMANDS / 2, "{done} of {COMMANDS} were done");
    // What such a device did while the hub was away it brings when the hub is back.
    server.soon("every result is there", || {
        let books = known()?;
        let brought = |(id, one): (&String, &support::Asked)| {
            !one.acknowledges || books[id]["state"] == "settled"
        };
        Ok(asked.iter().all(brought))
    })?;

    server.end()?;
    let verified = server.verify()?;
    assert!(verified["entries"].as_u64() >= Some(COMMANDS), "{verified}");
    Ok(())
}
