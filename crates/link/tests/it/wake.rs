//! After a sleep, on another network, with a clock that jumps.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use chaperone_dialects::{Dialect, Heartbeat, Profile};
use chaperone_link::LinkEvent;
use chaperone_protocol::{ConnectionPhase, SignedDuration};
use serde_json::json;

use crate::{
    device::{Device, Setup},
    hub::{BRISK, Hub, Paced},
    world::Small,
};

/// Does nothing for hours unless something happens.
pub(crate) static SLOW: Paced = Paced::of("atom", &SLOW_PROFILE);

static SLOW_PROFILE: LazyLock<Profile> = LazyLock::new(|| {
    const HOUR: Duration = Duration::from_hours(1);
    let mut profile = BRISK.profile().clone();
    if let Heartbeat::Device { every, .. } = &mut profile.heartbeat {
        *every = HOUR;
    }
    profile.retry.first = HOUR;
    profile.retry.most = HOUR;
    profile.open_within = HOUR;
    profile.silence_limit = Some(HOUR);
    profile.wake_limit = HOUR;
    profile
});

fn start(hub: &Hub) -> (Device, Arc<Small>) {
    let world = Small::new();
    let setup = Setup::at(hub.address()).speaking(&SLOW);
    (setup.within(Arc::clone(&world) as _).start(), world)
}

#[tokio::test]
async fn another_network_ends_a_long_wait() {
    let hub = Hub::listen().await;
    let (mut device, world) = start(&hub);
    hub.refuse(503).await;
    device.reaches(ConnectionPhase::Waiting).await;
    world.change_network();
    hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
}

#[tokio::test]
async fn another_network_begins_a_hanging_attempt_anew() {
    let hub = Hub::listen().await;
    let (mut device, world) = start(&hub);
    let hanging = hub.knock().await;
    world.change_network();
    hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    drop(hanging);
}

#[tokio::test]
async fn another_network_makes_a_link_ask_whether_the_hub_is_there() {
    let hub = Hub::listen().await;
    let (mut device, world) = start(&hub);
    let mut socket = hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    world.change_network();
    socket.next("heartbeat").await;
}

#[tokio::test]
async fn a_sleep_is_noticed_though_nothing_happens() {
    let hub = Hub::listen().await;
    let (mut device, world) = start(&hub);
    let mut socket = hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    world.jump(SignedDuration::from_mins(10));
    // The next comparison of the clocks comes by itself; only waiting for it is left out.
    tokio::time::pause();
    socket.next("heartbeat").await;
}

#[tokio::test]
async fn a_sleep_ends_a_long_wait() {
    let hub = Hub::listen().await;
    let (mut device, world) = start(&hub);
    hub.refuse(503).await;
    device.reaches(ConnectionPhase::Waiting).await;
    world.jump(SignedDuration::from_mins(10));
    tokio::time::pause();
    while !matches!(
        device.events.recv().await.unwrap().1,
        LinkEvent::State(state) if state.phase == ConnectionPhase::Connecting
    ) {}
    tokio::time::resume();
    hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
}

#[tokio::test]
async fn a_clock_that_jumps_either_way_breaks_nothing() {
    let hub = Hub::listen().await;
    let (mut device, world) = start(&hub);
    let mut socket = hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
    for (number, hours) in [-24 * 365, 24 * 365, -1, 1, 24 * 3_650, -24 * 3_650]
        .into_iter()
        .enumerate()
    {
        world.jump(SignedDuration::from_hours(hours));
        let id = format!("c-{number}");
        socket
            .say(json!({"type": "command", "command_id": id, "command": "dance"}))
            .await;
        let event = device.event().await;
        assert!(matches!(event, LinkEvent::Command(_)), "{event:?}");
        device.answer(&id);
        assert_eq!(socket.next("result").await["command_id"], id.as_str());
        let event = device.event().await;
        assert!(matches!(event, LinkEvent::Delivered(_)), "{event:?}");
    }
    // Down, with a clock behind the moment of the next try.
    socket.close(1001, "").await;
    device.reaches(ConnectionPhase::Waiting).await;
    world.jump(SignedDuration::from_hours(-48));
    device.link().try_now();
    hub.register(&[]).await;
    device.reaches(ConnectionPhase::Connected).await;
}
