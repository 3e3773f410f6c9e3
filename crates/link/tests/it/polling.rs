//! Commands fetched over HTTP, against a hub that takes no sockets or takes them back.

use std::time::Duration;

use chaperone_link::{LinkEvent, LinkSettings};
use chaperone_protocol::{ConnectionPhase, Remedy};
use serde_json::{Value, json};
use tokio::{io::AsyncReadExt, time::timeout};

use crate::{
    device::{Device, Setup, command},
    hub::{EDGE, Hub, PATIENCE},
    web::{Asks, Visit, Web},
};

const NOTHING: &str = r#"{"commands":[],"ack_events":[]}"#;
const SYNC: &str = "/edge/sync";
const ACK: &str = "/edge/command/ack";

fn order(id: &str) -> Value {
    json!({"command_id": id, "command_type": "dance", "payload": {}})
}

fn polling_only() -> LinkSettings {
    LinkSettings {
        socket: false,
        ..LinkSettings::default()
    }
}

/// The next request there; sockets are refused, and other requests answered with nothing.
async fn asked(hub: &Web, path: &str) -> Asks {
    loop {
        match hub.visit().await {
            Visit::Knocks(stream) => Hub::refuse_on(Box::new(stream), 403).await,
            Visit::Asks(asks) if asks.line == format!("POST {path} HTTP/1.1") => return asks,
            Visit::Asks(asks) => drop(asks.answer(200, NOTHING).await),
        }
    }
}

fn start(hub: &Web, settings: LinkSettings) -> Device {
    Setup::at(hub.address())
        .speaking(&EDGE)
        .bearing(chaperone_link::Secret::new("shared").into())
        .with(settings)
        .start()
}

async fn takes(device: &mut Device, id: &str) {
    match device.event().await {
        LinkEvent::Command(remote) => assert_eq!(remote.id, command(id)),
        event => panic!("no command: {event:?}"),
    }
}

#[tokio::test]
async fn a_refused_socket_is_replaced_by_requests_until_it_is_taken() {
    let hub = Web::listen().await;
    let mut device = start(&hub, LinkSettings::default());

    let asks = asked(&hub, SYNC).await;
    assert_eq!(asks.bearer(), Some("shared"));
    assert_eq!(asks.headers["x-edge-protocol-version"], "1.0");
    assert_eq!(asks.headers["x-edge-agent-id"], "desk");
    asks.headers["x-edge-timestamp"].parse::<i64>().unwrap();
    let said = asks.json();
    assert_eq!(said["edge_agent_id"], "desk");
    assert_eq!(said["last_command_id"], Value::Null);
    let answer = json!({"commands": [order("c-1")], "ack_events": []});
    drop(asks.answer(200, answer).await);
    takes(&mut device, "c-1").await;

    // Again and again, and by the name of what came last.
    for _ in 0..3 {
        let asks = asked(&hub, SYNC).await;
        assert_eq!(asks.json()["last_command_id"], "c-1");
        drop(asks.answer(200, NOTHING).await);
    }

    // The answer goes the same way, and goes again when the hub did not take it.
    device.answer("c-1");
    let asks = asked(&hub, ACK).await;
    assert_eq!(asks.json()["command_id"], "c-1");
    drop(asks.answer(503, "").await);
    let asks = asked(&hub, ACK).await;
    let said = asks.json();
    assert_eq!(
        (&said["command_id"], &said["success"]),
        (&json!("c-1"), &json!(false))
    );
    drop(asks.answer(200, "{}").await);
    assert_eq!(device.event().await, LinkEvent::Delivered(command("c-1")));

    // The hub offers one command both ways: it is the same one by its id.
    let asks = asked(&hub, SYNC).await;
    let answer = json!({"commands": [order("c-2")], "ack_events": []});
    drop(asks.answer(200, answer).await);
    takes(&mut device, "c-2").await;
    let mut socket = loop {
        match hub.visit().await {
            Visit::Knocks(stream) => break Hub::accept_on(Box::new(stream)).await.0,
            Visit::Asks(asks) => drop(asks.answer(200, NOTHING).await),
        }
    };
    device.reaches(ConnectionPhase::Connected).await;
    socket
        .say(json!({"type": "command", "data": order("c-2")}))
        .await;
    takes(&mut device, "c-2").await;
    device.answer("c-2");
    let ack = socket.next("command_ack").await;
    assert_eq!(ack["data"]["command_id"], "c-2");
    assert_eq!(device.event().await, LinkEvent::Delivered(command("c-2")));

    // With the socket back nobody asks any more, except for what was asked before.
    while let Ok(visit) = timeout(Duration::from_millis(150), hub.visit()).await {
        match visit {
            Visit::Asks(asks) => drop(asks.answer(200, NOTHING).await),
            Visit::Knocks(_) => panic!("the socket is there already"),
        }
    }
    assert!(!hub.visited_within(Duration::from_millis(400)).await);
}

#[tokio::test]
async fn without_its_socket_a_link_polls_and_says_how_that_goes() {
    let hub = Web::listen().await;
    let mut device = start(&hub, polling_only());
    drop(hub.asks().await.answer(503, "").await);
    let state = device.reaches(ConnectionPhase::Waiting).await;
    assert!(state.trouble.unwrap().contains("HTTP 503"));
    assert_eq!(state.failed_attempts, 1);
    assert!(state.next_try_at.is_some());

    drop(hub.asks().await.answer(200, NOTHING).await);
    let state = device.reaches(ConnectionPhase::Polling).await;
    assert_eq!((state.trouble, state.failed_attempts), (None, 0));

    drop(hub.asks().await.answer(401, "").await);
    let state = device.reaches(ConnectionPhase::Refused).await;
    assert_eq!(state.remedy, Some(Remedy::SignIn));
    device.link().try_now();
    drop(hub.asks().await.answer(200, NOTHING).await);
    device.reaches(ConnectionPhase::Polling).await;
}

#[tokio::test]
async fn without_requests_a_link_has_its_socket_alone() {
    let hub = Web::listen().await;
    let settings = LinkSettings {
        polling: false,
        ..LinkSettings::default()
    };
    let mut device = start(&hub, settings);
    for _ in 0..2 {
        let Visit::Knocks(stream) = hub.visit().await else {
            panic!("nobody may ask")
        };
        Hub::refuse_on(Box::new(stream), 403).await;
        device.reaches(ConnectionPhase::Refused).await;
        device.link().try_now();
    }
}

#[tokio::test]
async fn strange_answers_are_named_and_outlived() {
    let hub = Web::listen().await;
    let mut device = start(&hub, polling_only());
    let huge = format!(
        "HTTP/1.1 200 So\r\ncontent-length: {}\r\n\r\n{}",
        2 * 1024 * 1024,
        "x".repeat(2 * 1024 * 1024)
    );
    for (answer, part) in [
        (huge.as_str(), "beyond the limit"),
        ("HTTP/1.1 200 So\r\ncontent-length: 9\r\n\r\n{", "broke off"),
        ("SSH-2.0-x\r\n\r\n", "is no hub"),
        (
            "HTTP/1.1 302 So\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n",
            "HTTP 302",
        ),
        (
            "HTTP/1.1 200 So\r\ncontent-length: 2\r\n\r\n\u{00ff}",
            "is no text",
        ),
        ("", "broke off"),
    ] {
        let bytes: Vec<u8> = match part {
            "is no text" => [&answer.as_bytes()[..answer.len() - 2], &[0xff, 0xff]].concat(),
            _ => answer.as_bytes().to_vec(),
        };
        drop(hub.asks().await.answer_raw(&bytes).await);
        let trouble = loop {
            let state = device.reaches(ConnectionPhase::Waiting).await;
            let trouble = state.trouble.unwrap();
            if trouble.contains(part) {
                break trouble;
            }
        };
        assert!(!trouble.contains("shared"));
    }
    drop(hub.asks().await.answer(200, NOTHING).await);
    device.reaches(ConnectionPhase::Polling).await;
}

#[tokio::test]
async fn one_stream_serves_many_requests_and_a_closed_one_is_replaced() {
    let hub = Web::listen().await;
    let mut device = start(&hub, polling_only());
    let mut stream = hub.asks().await.answer(200, NOTHING).await;
    for _ in 0..3 {
        let asks = Asks::read(stream).await.expect("the same stream");
        stream = asks.answer(200, NOTHING).await;
    }
    // The hub reads the next request and goes without an answer: it is asked again.
    let asks = Asks::read(stream).await.unwrap();
    drop(asks);
    drop(hub.asks().await.answer(200, NOTHING).await);
    device.reaches(ConnectionPhase::Polling).await;
    while let Ok((_, event)) = device.events.try_recv() {
        assert!(
            matches!(&event, LinkEvent::State(state) if state.phase == ConnectionPhase::Polling),
            "{event:?}"
        );
    }
}

#[tokio::test]
async fn a_hub_that_wants_to_rest_is_left_alone() {
    let hub = Web::listen().await;
    let _device = start(&hub, polling_only());
    let asks = hub.asks().await;
    drop(asks.answer_with(429, "retry-after: 1\r\n", "").await);
    assert!(!hub.visited_within(Duration::from_millis(500)).await);
    drop(hub.asks().await.answer(200, NOTHING).await);
}

#[tokio::test]
async fn a_hub_that_never_answers_is_given_up() {
    let hub = Web::listen().await;
    let mut device = start(&hub, polling_only());
    let asks = hub.asks().await;
    tokio::time::pause();
    let trouble = loop {
        let (_, event) = device.events.recv().await.unwrap();
        if let LinkEvent::State(state) = event
            && let Some(trouble) = state.trouble
        {
            break trouble;
        }
    };
    assert_eq!(trouble, "the hub did not answer in time");
    drop(asks);
}

#[tokio::test]
async fn stopping_breaks_a_request_off() {
    let hub = Web::listen().await;
    let device = start(&hub, polling_only());
    let mut stream = hub.asks().await.answer_raw(b"").await;
    device.cancel.cancel();
    let mut rest = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
    assert_eq!(read.expect("the device should hang up").unwrap_or(0), 0);
    device.tracker.close();
    timeout(PATIENCE, device.tracker.wait()).await.unwrap();
}
