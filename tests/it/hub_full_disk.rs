//! A hub without room for its books: it keeps nothing that it could not write down, says so in one
//! way, and works again once there is room.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use support::{Fleet, Server};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chaperone-under-test");
/// Enough to start with, soon too small for the books.
const ROOM_BYTES: u64 = 1_000_000;

#[test]
fn without_room_it_refuses_says_so_and_recovers() -> Result<()> {
    let mut server = Server::new(PROGRAM)?;
    server.start_cramped(ROOM_BYTES)?;
    let token = server.sign_in()?;
    let key = server.key(&token)?;
    let fleet = Fleet::start(server.address(), &token, 1)?;
    let mut number = 0;
    let mut ask = |deadline: u64| {
        number += 1;
        let body = json!({
            "device_node_id": Fleet::name(0),
            "title": format!("number {number}"),
            "body": "x".repeat(1_000),
            "deadline_seconds": deadline,
        });
        server.call("POST /api/devices/notification", &key, "", &body)
    };
    let ready = || -> Result<(u16, Value)> {
        let answer = server.call("GET /readyz", "", "", &Value::Null)?;
        Ok((answer.status, answer.json()["code"].clone()))
    };
    server.soon("it works", || Ok(ask(60)?.status == 200))?;
    assert_eq!(ready()?, (200, Value::Null));

    // A device is heard a hundred times a minute: most of this is refused by itself.
    let mut last = ask(1)?;
    for _ in 0..3_000 {
        if last.status == 507 {
            break;
        }
        let odd = ![200, 400].contains(&last.status);
        ensure!(!odd, "{} {}", last.status, last.body);
        last = ask(1)?;
    }
    assert_eq!(
        (last.status, &last.json()["code"]),
        (507, &json!("disk_full"))
    );
    let said = last.json()["detail"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(said.contains("disk is full"), "{said}");
    for _ in 0..20 {
        assert_eq!(ask(1)?.json()["code"], "disk_full");
    }
    server.soon("it says that it is not ready", || {
        Ok(ready()? == (503, json!("not_ready")))
    })?;
    // It lives, and what is in the books can be read.
    assert_eq!(
        server.call("GET /healthz", "", "", &Value::Null)?.status,
        200
    );
    let rows = server.call("GET /api/commands?limit=1000", &key, "", &Value::Null)?;
    assert_eq!(rows.status, 200);

    server.make_room()?;
    server.soon("it is ready", || Ok(ready()?.0 == 200))?;
    server.soon("it works again", || Ok(ask(60)?.status == 200))?;
    server.soon("what was left open has an end", || {
        let rows = server.call("GET /api/commands?limit=1000", &key, "", &Value::Null)?;
        let rows = rows.json().as_array().cloned().unwrap_or_default();
        Ok(rows.iter().all(|row| row["state"] != "waiting"))
    })?;
    drop(fleet);
    server.end()?;
    server.verify()?;
    Ok(())
}
