//! What a face draws.

use chaperone_device::{Change, Update};
use chaperone_gate::{Rule, RuleId, Scope, Shape, Verdict};
use chaperone_protocol::{AgentId, ConnectionPhase, Timestamp};

use crate::support::{Home, home_id, intern, supervised};

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

#[tokio::test]
async fn whoever_watches_hears_of_agents_and_rules_that_another_changed() {
    let home = Home::new().await;
    let device = home.start().await;
    let heard = || {
        let updates = device.updates();
        let agents = updates.iter().filter(|one| matches!(one, Update::Agents));
        let rules = updates.iter().filter(|one| matches!(one, Update::Rules));
        (agents.count(), rules.count())
    };
    home.hub.notify("n-1", &intern()).await;
    device.request().await;
    assert_eq!(heard(), (1, 0));
    // Nothing is new about it.
    home.hub.notify("n-2", &intern()).await;
    device.requests(2).await;
    assert_eq!(heard(), (1, 0));
    let mut raised = intern();
    raised["maturity"] = supervised()["maturity"].clone();
    home.hub.notify("n-3", &raised).await;
    device.requests(3).await;
    assert_eq!(heard(), (2, 0));
    let muted = Change::AgentMuted {
        connection: home_id(),
        agent: AgentId::new("scout").unwrap(),
        muted: true,
    };
    device.change(muted).await;
    assert_eq!(heard(), (3, 0));
    let rule = Rule {
        id: RuleId::new("no-camera").unwrap(),
        answer: Verdict::Forbid,
        shape: Shape::Camera { camera: None },
        scope: Scope::default(),
        folder: None,
        expires_at: None,
        until_lock: false,
        examples: Vec::new(),
        created_at: Timestamp::UNIX_EPOCH,
        last_used_at: None,
    };
    device.change(Change::AddRule(Box::new(rule.clone()))).await;
    device.change(Change::RemoveRule(rule.id)).await;
    // What the loop told before it answered has been heard by now.
    device.look().await;
    assert_eq!(heard(), (3, 2));
    device.shut().await;
}
