//! What a face draws.

use chaperone_device::Update;
use chaperone_protocol::ConnectionPhase;

use crate::support::Home;

#[tokio::test]
async fn the_first_state_and_the_changes_to_it_tell_everything() {
    let home = Home::new().await;
    let device = home.start().await;
    let first = &device.first.connections[0].state;
    assert_eq!(first.phase, ConnectionPhase::Connecting, "{first:?}");
    device
        .until("connected", |look| {
            let state = &look.connections[0].state;
            (state.phase == ConnectionPhase::Connected).then_some(())
        })
        .await;
    let mut connections = device.first.connections.clone();
    for update in device.updates() {
        if let Update::Connections(changed) = update {
            connections = changed;
        }
    }
    assert_eq!(connections, device.look().await.connections);
    device.shut().await;
}
