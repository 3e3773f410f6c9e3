//! Which addresses are taken, and what is shown of them.

use chaperone_link::{Address, Error, Secret};

#[test]
fn encrypted_or_on_this_computer() {
    for (text, shown) in [
        ("wss://hub.example", "wss://hub.example"),
        (" https://Hub.Example:8443/ ", "wss://hub.example:8443"),
        ("ws://127.0.0.1:8000", "ws://127.0.0.1:8000"),
        ("http://localhost:8000/hub/", "ws://localhost:8000/hub"),
        ("ws://127.8.8.8/x", "ws://127.8.8.8/x"),
        ("ws://[::1]:8000", "ws://[::1]:8000"),
    ] {
        assert_eq!(Address::parse(text).unwrap().to_string(), shown);
    }
}

#[test]
fn anything_else_is_refused_without_repeating_it() {
    let unencrypted = |host: &str| Error::Unencrypted {
        host: host.to_owned(),
    };
    for (text, error) in [
        ("", Error::NotAnAddress),
        ("hub.example", Error::NotAnAddress),
        ("wss://", Error::NotAnAddress),
        ("a b", Error::NotAnAddress),
        ("ftp://hub.example", Error::Scheme),
        ("ws://hub.example", unencrypted("hub.example")),
        ("http://192.168.1.7:8000", unencrypted("192.168.1.7")),
        ("ws://0.0.0.0:8000", unencrypted("0.0.0.0")),
        ("ws://localhost.example", unencrypted("localhost.example")),
        ("ws://127.0.0.1.example", unencrypted("127.0.0.1.example")),
        ("ws://localhost@hub.example", Error::Credentials),
        ("wss://me:hunter2@hub.example", Error::Credentials),
        ("wss://hub.example/?token=hunter2", Error::Query),
        ("wss://hub.example/#hunter2", Error::Query),
    ] {
        let found = Address::parse(text).unwrap_err();
        assert_eq!(found, error, "{text}");
        assert!(!found.to_string().contains("hunter2"), "{found}");
    }
}

#[test]
fn an_exposed_address_is_taken_only_by_that_name() {
    for (text, exposed) in [
        ("ws://192.168.1.7:8000", true),
        ("http://hub.example/hub", true),
        ("wss://hub.example", false),
        ("ws://[::1]:8000", false),
    ] {
        let address = Address::parse_exposed(text).unwrap();
        assert_eq!(address.is_exposed(), exposed, "{text}");
        assert_eq!(Address::parse(text).is_err(), exposed, "{text}");
    }
    let error = Address::parse_exposed("ws://me:hunter2@hub.example").unwrap_err();
    assert_eq!(error, Error::Credentials);
    assert_eq!(
        Address::parse("wss://hub.example:0").unwrap_err(),
        Error::NotAnAddress
    );
}

#[test]
fn a_token_does_not_show() {
    let token = Secret::new("hunter2");
    assert_eq!(token.expose(), "hunter2");
    assert_eq!(format!("{token:?}"), "Secret(…)");
}

#[test]
fn an_address_may_say_what_kind_of_hub_it_is() {
    for (text, kind) in [
        ("wss://hub.example/api/devices/ws", Some("atom")),
        ("wss://hub.example/behind/api/v1/ws/device", Some("adiuva")),
        ("wss://hub.example/edge/ws", Some("archety")),
        // Two kinds listen there.
        ("wss://hub.example/ws", None),
        ("ws://127.0.0.1:8000/ws", Some("angela")),
        ("ws://127.0.0.1:5000/ws", Some("blueprint")),
        ("ws://127.0.0.1:5000", Some("blueprint")),
        // Two kinds have that port, and the web's says nothing.
        ("ws://127.0.0.1:8000", None),
        ("wss://hub.example", None),
        ("wss://hub.example/elsewhere", None),
    ] {
        assert_eq!(Address::parse(text).unwrap().kind(), kind, "{text}");
    }
}
