//! What a link lives through.

use std::time::{Duration, Instant};

use chaperone_dialects::Asked;
use chaperone_link::LinkEvent;
use chaperone_protocol::{CommandState, ConnectionPhase};
use serde_json::json;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::{
    device::{Device, command},
    hub::{HASTY, Hub, PATIENCE},
};

#[tokio::test]
async fn says_hello_takes_commands_and_answers() {
    let hub = Hub::listen().await;
    let mut device = Device::of(&hub);
    let (mut socket, asked) = hub.accept().await;
    assert_eq!(asked, "/api/devices/ws?token=a%2Bb%2Fc%3D%26d%20%C3%A9");
    let hello = socket.next("register").await;
    assert_eq!(hello["device_info"]["name"], "Desk");
    device.reaches(ConnectionPhase::Connecting).await;
    // A hub may command before it has said `registered`.
    socket
        .say(json!({"type": "command", "command_id": "c-1", "command": "dance"}))
        .await;
    let LinkEvent::Command(remote) = device.event().await else {
        panic!("no command")
    };
    assert_eq!(
        remote.asked,
        Asked::Foreign {
            name: "dance".to_owned(),
            parameters: chaperone_protocol::Map::new(),
        }
    );
    device.answer("c-1");
    socket.say(json!({"type": "registered"})).await;
    let result = socket.next("result").await;
    assert_eq!(
        (&result["command_id"], &result["success"]),
        (&json!("c-1"), &json!(false))
    );
    assert_eq!(device.event().await, LinkEvent::Delivered(command("c-1")));

    socket.say(json!({"type": "heartbeat_probe"})).await;
    socket.next("heartbeat").await;
    socket.say(json!({"type": "heartbeat_ack"})).await;
    let state = device.reaches(ConnectionPhase::Connected).await;
    assert!(state.round_trip.is_some());

    socket
        .say(json!({"type": "cancel", "command_id": "c-2"}))
        .await;
    assert_eq!(device.event().await, LinkEvent::Cancel(command("c-2")));
}

#[tokio::test]
async fn outlives_its_hub() {
    let hub = Hub::listen().await;
    let address = hub.address();
    let mut device = Device::of(&hub);
    let socket = hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    drop((socket, hub));
    let state = device.reaches(ConnectionPhase::Waiting).await;
    assert!(
        state.next_try_at.is_some() && state.trouble.is_some(),
        "{state:?}"
    );
    // Nothing listens for a while, and outcomes wait.
    device.answer("c-1");
    let state = device.reaches(ConnectionPhase::Waiting).await;
    let trouble = state.trouble.unwrap();
    assert!(
        trouble.starts_with("nothing listens at ws://127.0.0.1:"),
        "{trouble}"
    );

    let hub = Hub::listen_at(address).await;
    let mut socket = hub.register(&[]).await;
    assert_eq!(socket.next("result").await["command_id"], "c-1");
    assert_eq!(device.event().await, LinkEvent::Delivered(command("c-1")));
}

#[tokio::test]
async fn sends_a_result_until_it_is_acknowledged() {
    let hub = Hub::listen().await;
    let mut device = Device::of(&hub);
    device.answer("c-1");
    for _ in 0..3 {
        let mut socket = hub.register(&["result_ack"]).await;
        assert_eq!(socket.next("result").await["command_id"], "c-1");
        socket.close(1012, "restart").await;
    }
    let mut socket = hub.register(&["result_ack"]).await;
    socket.next("result").await;
    socket
        .say(json!({"type": "result_ack", "command_id": "c-1"}))
        .await;
    assert_eq!(device.event().await, LinkEvent::Delivered(command("c-1")));
    drop(socket);

    // Acknowledged means never again; the next result is another one.
    let mut socket = hub.register(&["result_ack"]).await;
    device.answer("c-2");
    assert_eq!(socket.next("result").await["command_id"], "c-2");
}

#[tokio::test]
async fn a_refused_token_stops_the_knocking_until_a_person_wants_it() {
    let hub = Hub::listen().await;
    let mut device = Device::of(&hub);
    for status in [403, 401, 500] {
        hub.refuse(status).await;
        let state = device.reaches(ConnectionPhase::Refused).await;
        let trouble = state.trouble.unwrap();
        assert!(trouble.contains(&format!("HTTP {status}")), "{trouble}");
        assert!(!hub.knocked_within(Duration::from_millis(300)).await);
        device.link().try_now();
    }
    hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
}

#[tokio::test]
async fn a_busy_hub_is_tried_again() {
    let hub = Hub::listen().await;
    let mut device = Device::of(&hub);
    hub.refuse(503).await;
    hub.refuse(404).await;
    hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
}

#[tokio::test]
async fn gives_up_a_socket_on_which_nothing_is_heard() {
    let hub = Hub::listen().await;
    let mut device = Device::at_pace(&HASTY, &hub);
    // Half open in every stage: before the upgrade, before `registered`, and after it.
    let deaf = hub.knock().await;
    device.reaches(ConnectionPhase::Waiting).await;
    let (mute, _) = hub.accept().await;
    device.reaches(ConnectionPhase::Waiting).await;
    let asleep = hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    let state = device.reaches(ConnectionPhase::Waiting).await;
    assert_eq!(
        state.trouble.as_deref(),
        Some("nothing was heard from the hub any more")
    );
    let _back = hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    drop((deaf, mute, asleep));
}

#[tokio::test]
async fn protocol_pings_count_as_life_and_are_answered() {
    let hub = Hub::listen().await;
    let mut device = Device::at_pace(&HASTY, &hub);
    let mut socket = hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    let started = Instant::now();
    let mut pongs = 0;
    // Well beyond the limit of silence.
    while started.elapsed() < Duration::from_millis(1500) {
        socket.send(Message::Ping(vec![7].into())).await;
        while !matches!(socket.message().await, Message::Pong(_)) {}
        pongs += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(pongs > 3);
    while let Ok((_, event)) = device.events.try_recv() {
        assert!(
            matches!(&event, LinkEvent::State(state) if state.phase == ConnectionPhase::Connected),
            "{event:?}"
        );
    }
}

#[tokio::test]
async fn garbage_is_answered_and_outlived() {
    let hub = Hub::listen().await;
    let mut device = Device::of(&hub);
    let mut socket = hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    socket.send(Message::text("{")).await;
    assert_eq!(socket.next("error").await["error"], "the frame is not JSON");
    socket.send(Message::binary(vec![0, 159, 146, 150])).await;
    socket.say(json!({"type": "novelty"})).await;
    socket
        .say(json!({"type": "command", "command": "no id"}))
        .await;
    socket.next("error").await;
    // The same command twice arrives twice: the journal tells them apart, not the link.
    for _ in 0..2 {
        socket
            .say(
                json!({"type": "command", "command_id": "c-1", "command": "send_notification",
                "params": {"title": "Hi"}}),
            )
            .await;
        assert!(matches!(device.event().await, LinkEvent::Command(_)));
    }
}

#[tokio::test]
async fn a_frame_beyond_the_limit_ends_the_socket_and_nothing_more() {
    let hub = Hub::listen().await;
    let mut device = Device::of(&hub);
    let mut socket = hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    let huge = "x".repeat(1024 * 1024 + 1);
    socket.send_in_vain(Message::text(huge)).await;
    let state = device.reaches(ConnectionPhase::Waiting).await;
    let trouble = state.trouble.unwrap();
    assert!(trouble.contains("beyond the limit"), "{trouble}");
    hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
}

#[tokio::test]
async fn close_codes_are_understood() {
    let hub = Hub::listen().await;
    let mut device = Device::of(&hub);
    let socket = hub.register(&[]).await;
    socket.close(1008, "Heartbeat timeout").await;
    device.reaches(ConnectionPhase::Waiting).await;
    let (mut socket, _) = hub.accept().await;
    socket.next("register").await;
    socket.close(1008, "User not found").await;
    let state = device.reaches(ConnectionPhase::Refused).await;
    assert_eq!(
        state.trouble.as_deref(),
        Some("the hub refused this device: User not found: sign in again")
    );
}

#[tokio::test]
async fn progress_is_told_to_a_hub_that_wants_it() {
    let hub = Hub::listen().await;
    let mut device = Device::of(&hub);
    let mut socket = hub.register(&["progress"]).await;
    device.reaches(ConnectionPhase::Connected).await;
    device
        .link()
        .send_progress(command("c-1"), CommandState::Waiting);
    let progress = socket.next("progress").await;
    assert_eq!(progress["state"], "waiting");
}

#[tokio::test]
async fn stopping_says_what_is_left_and_goodbye() {
    let hub = Hub::listen().await;
    let mut device = Device::of(&hub);
    let mut socket = hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    device.answer("c-1");
    device.cancel.cancel();
    assert_eq!(socket.next("result").await["command_id"], "c-1");
    let goodbye = socket.end().await.unwrap();
    assert_eq!(u16::from(goodbye.code), 1000);
    assert_eq!(device.event().await, LinkEvent::Delivered(command("c-1")));
    device.reaches(ConnectionPhase::Stopped).await;
    device.tracker.close();
    timeout(PATIENCE, device.tracker.wait()).await.unwrap();
    assert!(!hub.knocked_within(Duration::from_millis(200)).await);
}

#[tokio::test]
async fn a_link_ends_with_its_handle_or_its_listener() {
    let hub = Hub::listen().await;
    let mut device = Device::of(&hub);
    device.link = None;
    device.reaches(ConnectionPhase::Stopped).await;
    device.tracker.close();
    timeout(PATIENCE, device.tracker.wait()).await.unwrap();

    let hub = Hub::listen().await;
    let device = Device::of(&hub);
    drop(device.events);
    device.tracker.close();
    timeout(PATIENCE, device.tracker.wait()).await.unwrap();
}

#[tokio::test]
async fn ends_promptly_while_nobody_takes_its_events() {
    let hub = Hub::listen().await;
    let device = Device::of(&hub);
    let mut socket = hub.register(&[]).await;
    for number in 0..40 {
        socket
            .say(json!({"type": "command", "command_id": format!("c-{number}"), "command": "x"}))
            .await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    device.cancel.cancel();
    device.tracker.close();
    let stopped = timeout(Duration::from_secs(4), device.tracker.wait()).await;
    assert!(stopped.is_ok());
}
