//! What may be set for a connection, and what is said when it may not.

use std::time::Duration;

use chaperone_dialects::dialect;
use chaperone_link::{Address, Error, LinkSettings, Pin};
use serde_json::json;

fn check(kind: &str, address: &str, settings: &serde_json::Value) -> Result<(), Error> {
    let settings: LinkSettings = serde_json::from_value(settings.clone()).unwrap();
    let address = Address::parse_exposed(address).unwrap();
    settings.check(dialect(kind).unwrap(), &address)
}

const HERE: &str = "ws://127.0.0.1:8000";
const ELSEWHERE: &str = "ws://192.168.1.7:8000";

#[test]
fn what_is_within_bounds_is_taken() {
    for (kind, address, settings) in [
        ("atom", HERE, json!({})),
        ("atom", HERE, json!({"heartbeat_seconds": 1})),
        ("atom", HERE, json!({"heartbeat_seconds": 30})),
        ("atom", HERE, json!({"polling": false})),
        ("archety", HERE, json!({"socket": false})),
        (
            "archety",
            HERE,
            json!({"poll_seconds": 5, "attempts_before_slowest": 1}),
        ),
        (
            "archety",
            HERE,
            json!({"poll_seconds": 300, "attempts_before_slowest": 1000}),
        ),
        ("atom", ELSEWHERE, json!({"unencrypted": true})),
        ("angela", HERE, json!({"heartbeat_seconds": 10})),
    ] {
        assert_eq!(check(kind, address, &settings), Ok(()), "{kind} {settings}");
    }
}

#[test]
fn what_is_not_is_refused_with_the_bounds() {
    let pin = "00".repeat(32);
    for (kind, address, settings, part) in [
        (
            "atom",
            HERE,
            json!({"heartbeat_seconds": 0}),
            "every 1 to 30 seconds",
        ),
        (
            "atom",
            HERE,
            json!({"heartbeat_seconds": 31}),
            "every 1 to 30 seconds",
        ),
        (
            "adiuva",
            HERE,
            json!({"heartbeat_seconds": 10}),
            "Adiuva hubs ask for heartbeats",
        ),
        (
            "archety",
            HERE,
            json!({"poll_seconds": 4}),
            "every 5 to 300 seconds",
        ),
        (
            "archety",
            HERE,
            json!({"poll_seconds": 301}),
            "every 5 to 300 seconds",
        ),
        (
            "atom",
            HERE,
            json!({"attempts_before_slowest": 0}),
            "between 1 and 1000",
        ),
        (
            "atom",
            HERE,
            json!({"attempts_before_slowest": 1001}),
            "between 1 and 1000",
        ),
        (
            "atom",
            HERE,
            json!({"socket": false}),
            "Atom hubs can only be reached by their socket",
        ),
        (
            "archety",
            HERE,
            json!({"socket": false, "polling": false}),
            "switch it on",
        ),
        (
            "atom",
            ELSEWHERE,
            json!({}),
            "192.168.1.7 is another computer",
        ),
        (
            "atom",
            HERE,
            json!({"pin": pin}),
            "only be pinned for an encrypted address",
        ),
    ] {
        let error = check(kind, address, &settings).unwrap_err().to_string();
        assert!(error.contains(part), "{kind} {settings}: {error}");
    }
}

#[test]
fn settings_keep_their_form() {
    let settings = LinkSettings {
        socket: false,
        attempts_before_slowest: Some(3),
        poll_every: Some(Duration::from_secs(20)),
        pin: Some(Pin::parse(&"ab".repeat(32)).unwrap()),
        ..LinkSettings::default()
    };
    let text = serde_json::to_value(&settings).unwrap();
    assert_eq!(
        text,
        json!({
            "socket": false, "polling": true, "attempts_before_slowest": 3,
            "heartbeat_seconds": null, "poll_seconds": 20, "unencrypted": false,
            "pin": (["AB"; 32].join(":")),
        })
    );
    assert_eq!(
        serde_json::from_value::<LinkSettings>(text).unwrap(),
        settings
    );
}

#[test]
fn a_fingerprint_may_be_written_in_several_ways() {
    let pin = Pin::parse(&"0f".repeat(32)).unwrap();
    let base64 = "Dw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8=";
    for text in [
        pin.to_string(),
        ["0F"; 32].join(":"),
        format!("sha256:{}", "0f".repeat(32)),
        format!("sha256//{base64}"),
        format!(" {} ", base64.trim_end_matches('=')),
    ] {
        assert_eq!(Pin::parse(&text), Ok(pin), "{text}");
    }
    for text in ["", "0f", &"0g".repeat(32), &"0f".repeat(33), "é"] {
        assert_eq!(Pin::parse(text), Err(Error::Pin), "{text}");
    }
}
