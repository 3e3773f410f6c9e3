//! A network that fails in the ways networks fail.

use std::{net::SocketAddr, time::Duration};

use chaperone_link::LinkEvent;
use chaperone_protocol::ConnectionPhase;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    time::sleep,
};
use tokio_util::task::TaskTracker;

use crate::{
    device::{Device, Setup, command},
    hub::{HASTY, Hub, Socket},
    wake::SLOW,
    world::Small,
};

/// What the network does with what passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    Fair,
    /// Nobody gets through, and whoever was through is cut off.
    Cut,
    /// Everybody gets through, and nothing they say does.
    Silent,
    /// A byte at a time.
    Slow,
    /// Three of ten pieces come late.
    Rough,
}

/// A stretch of network between a device and its hub.
struct Network {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
}

impl Network {
    async fn before(hub: SocketAddr, tracker: &TaskTracker) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let weather = watch::Sender::new(Weather::Fair);
        let report = weather.subscribe();
        let streams = tracker.clone();
        tracker.spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                if *report.borrow() == Weather::Cut {
                    continue;
                }
                let Ok(far) = TcpStream::connect(hub).await else {
                    continue;
                };
                let (near_in, near_out) = near.into_split();
                let (far_in, far_out) = far.into_split();
                streams.spawn(carry(near_in, far_out, report.clone()));
                streams.spawn(carry(far_in, near_out, report.clone()));
            }
        });
        Self { address, weather }
    }

    fn turn(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut report: watch::Receiver<Weather>,
) {
    let mut buffer = [0; 1024];
    let mut pieces = 0_u32;
    let mut lost = false;
    loop {
        let read = tokio::select! {
            read = from.read(&mut buffer) => read,
            Ok(()) = report.changed() => {
                if *report.borrow() == Weather::Cut {
                    return;
                }
                continue;
            }
        };
        let piece = match read {
            Ok(1..) if lost => continue,
            Ok(read @ 1..) => &buffer[..read],
            Ok(0) | Err(_) => return,
        };
        pieces += 1;
        let weather = *report.borrow();
        let carried = match weather {
            Weather::Fair => to.write_all(piece).await,
            Weather::Cut => return,
            Weather::Silent => {
                // What was lost once leaves a gap that nothing later may fill.
                lost = true;
                Ok(())
            }
            Weather::Slow => {
                let mut written = Ok(());
                for byte in piece {
                    sleep(Duration::from_micros(100)).await;
                    written = to.write_all(&[*byte]).await;
                }
                written
            }
            Weather::Rough => {
                if pieces % 10 < 3 {
                    sleep(Duration::from_millis(40)).await;
                }
                to.write_all(piece).await
            }
        };
        if carried.is_err() {
            return;
        }
    }
}

async fn says(socket: &mut Socket, id: &str) {
    let frame = json!({"type": "command", "command_id": id, "command": "dance"});
    socket.say(frame).await;
}

async fn takes(device: &mut Device, id: &str) {
    match device.event().await {
        LinkEvent::Command(remote) => assert_eq!(remote.id, command(id)),
        event => panic!("no command: {event:?}"),
    }
}

/// Waits until it is up again, and checks that no more than one attempt came to nothing meanwhile:
/// the one that was under way when the network came back.
async fn back_within_a_step(device: &mut Device) {
    let mut waits = 0;
    loop {
        match device.any_event().await {
            LinkEvent::State(state) => match state.phase {
                ConnectionPhase::Connected => break,
                ConnectionPhase::Waiting => waits += 1,
                _ => {}
            },
            event => panic!("{event:?} out of turn"),
        }
    }
    assert!(waits <= 1, "{waits} attempts failed");
}

/// Forgets what was reported up to now.
fn drain(device: &mut Device) {
    while device.events.try_recv().is_ok() {}
}

#[tokio::test]
async fn what_is_cut_comes_back_and_nothing_is_lost() {
    let tracker = TaskTracker::new();
    let hub = Hub::listen().await;
    let network = Network::before(hub.address(), &tracker).await;
    let mut device = Setup::at(network.address).start();
    let mut socket = hub.register(&["result_ack"]).await;
    device.reaches(ConnectionPhase::Connected).await;
    for round in 0..3 {
        let id = format!("c-{round}");
        says(&mut socket, &id).await;
        takes(&mut device, &id).await;
        network.turn(Weather::Cut);
        device.reaches(ConnectionPhase::Waiting).await;
        device.answer(&id);
        device.reaches(ConnectionPhase::Waiting).await;
        network.turn(Weather::Fair);
        drain(&mut device);
        socket = hub.register(&["result_ack"]).await;
        back_within_a_step(&mut device).await;
        assert_eq!(socket.next("result").await["command_id"], id.as_str());
        socket
            .say(json!({"type": "result_ack", "command_id": id}))
            .await;
        assert_eq!(device.event().await, LinkEvent::Delivered(command(&id)));
    }
}

#[tokio::test]
async fn a_silent_network_is_noticed_and_what_was_said_into_it_is_said_again() {
    let tracker = TaskTracker::new();
    let hub = Hub::listen().await;
    let network = Network::before(hub.address(), &tracker).await;
    let mut device = Setup::at(network.address).speaking(&HASTY).start();
    let mut socket = hub.register(&["result_ack"]).await;
    device.reaches(ConnectionPhase::Connected).await;
    says(&mut socket, "c-1").await;
    takes(&mut device, "c-1").await;
    network.turn(Weather::Silent);
    device.answer("c-1");
    device.reaches(ConnectionPhase::Waiting).await;
    // A try into the silence: accepted by something, and never answered.
    device.reaches(ConnectionPhase::Waiting).await;
    network.turn(Weather::Fair);
    // What was half open at the hub is over; the first that speaks is the new one.
    let mut socket = loop {
        let stream = hub.knock().await;
        let accepted = Hub::try_accept_on(stream);
        let accepted = tokio::time::timeout(Duration::from_millis(300), accepted).await;
        if let Ok(Ok((mut socket, _))) = accepted {
            socket.register(&["result_ack"]).await;
            break socket;
        }
    };
    device.reaches(ConnectionPhase::Connected).await;
    assert_eq!(socket.next("result").await["command_id"], "c-1");
    socket
        .say(json!({"type": "result_ack", "command_id": "c-1"}))
        .await;
    assert_eq!(device.event().await, LinkEvent::Delivered(command("c-1")));
}

#[tokio::test]
async fn a_slow_or_rough_network_only_takes_longer() {
    for weather in [Weather::Slow, Weather::Rough] {
        let tracker = TaskTracker::new();
        let hub = Hub::listen().await;
        let network = Network::before(hub.address(), &tracker).await;
        let mut device = Setup::at(network.address).speaking(&SLOW).start();
        // The library takes an upgrade in single bytes for an attack, on either side.
        let mut socket = hub.register(&["result_ack"]).await;
        device.reaches(ConnectionPhase::Connected).await;
        network.turn(weather);
        for number in 0..4 {
            let id = format!("c-{number}");
            says(&mut socket, &id).await;
            takes(&mut device, &id).await;
            device.answer(&id);
            assert_eq!(socket.next("result").await["command_id"], id.as_str());
            socket
                .say(json!({"type": "result_ack", "command_id": id}))
                .await;
            assert_eq!(
                device.event().await,
                LinkEvent::Delivered(command(&id)),
                "{weather:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_name_that_is_not_found_is_found_later() {
    let hub = Hub::listen().await;
    let world = Small::new();
    let mut device = Setup::at(hub.address())
        .address("ws://hub.test:80")
        .with(chaperone_link::LinkSettings {
            unencrypted: true,
            ..chaperone_link::LinkSettings::default()
        })
        .within(std::sync::Arc::clone(&world) as _)
        .start();
    let state = device.reaches(ConnectionPhase::Waiting).await;
    let trouble = state.trouble.unwrap();
    assert!(
        trouble.contains("the name hub.test is not found"),
        "{trouble}"
    );
    device.reaches(ConnectionPhase::Waiting).await;
    world.name(Some(hub.address()));
    drain(&mut device);
    hub.register(&[]).await;
    back_within_a_step(&mut device).await;
}

#[tokio::test]
async fn a_hub_that_restarts_again_and_again_loses_nothing_and_gets_nothing_unnamed_twice() {
    let hub = Hub::listen().await;
    let mut device = Device::of(&hub);
    let mut delivered: Vec<String> = Vec::new();
    let mut got = Vec::new();
    for restart in 0..6 {
        let id = format!("c-{restart}");
        device.answer(&id);
        let mut socket = hub.register(&["result_ack"]).await;
        // Some go before anything is acknowledged, some after, some in between.
        for _ in 0..restart % 3 {
            let result = socket.next("result").await;
            let id = result["command_id"].as_str().unwrap().to_owned();
            socket
                .say(json!({"type": "result_ack", "command_id": id}))
                .await;
            got.push(id);
        }
        if restart % 2 == 0 {
            socket.close(1012, "restart").await;
        }
        while let Ok((_, event)) = device.events.try_recv() {
            if let LinkEvent::Delivered(id) = event {
                delivered.push(id.as_str().to_owned());
            }
        }
    }
    let mut socket = hub.register(&["result_ack"]).await;
    while delivered.len() < 6 {
        tokio::select! {
            event = device.event() => match event {
                LinkEvent::Delivered(id) => delivered.push(id.as_str().to_owned()),
                event => panic!("{event:?}"),
            },
            result = socket.next("result") => {
                let id = result["command_id"].as_str().unwrap().to_owned();
                socket.say(json!({"type": "result_ack", "command_id": id})).await;
                got.push(id);
            }
        }
    }
    let all: Vec<String> = (0..6).map(|number| format!("c-{number}")).collect();
    delivered.sort();
    assert_eq!(delivered, all, "each is delivered once");
    got.sort();
    got.dedup();
    assert_eq!(got, all, "each arrived under its own id");
}
