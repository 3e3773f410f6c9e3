//! Agents: no hub can make more of one than the person does.

use std::time::Duration;

use chaperone_device::{Change, ChangeError, Supposed};
use chaperone_gate::Verdict;
use chaperone_protocol::{
    Action, Agent, AgentId, Confidence, Locate, Maturity, Notify, Precision, Screenshot, Snap,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Home, Running, gist, home_id, intern, supervised};

fn scout() -> AgentId {
    AgentId::new("scout").unwrap()
}

async fn lower(device: &Running<'_>, id: AgentId, ceiling: Option<Maturity>) {
    device
        .change(Change::AgentCeiling {
            connection: home_id(),
            agent: id,
            ceiling,
        })
        .await;
}

#[tokio::test]
async fn a_lower_ceiling_counts_at_once_and_over_a_restart() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub.notify("n-1", &intern()).await;
    device.request().await;
    lower(&device, scout(), Some(Maturity::Student)).await;
    assert_eq!(home.hub.answer("n-1").await["code"], "forbidden");
    home.hub.notify("n-2", &intern()).await;
    assert_eq!(home.hub.answer("n-2").await["code"], "forbidden");
    let mut raised = intern();
    raised["maturity"] = json!("autonomous");
    home.hub.notify("n-3", &raised).await;
    assert_eq!(home.hub.answer("n-3").await["code"], "forbidden");
    device.shut().await;

    let device = home.start().await;
    home.hub.notify("n-4", &raised).await;
    assert_eq!(home.hub.answer("n-4").await["code"], "forbidden");
    lower(&device, scout(), None).await;
    home.hub.notify("n-5", &raised).await;
    device.request().await;
    device.shut().await;
}

#[tokio::test]
async fn a_muted_agent_is_refused_and_what_it_waits_for_goes() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub.notify("n-1", &intern()).await;
    home.hub.notify("n-2", &supervised()).await;
    device.requests(2).await;
    let mute = |muted| Change::AgentMuted {
        connection: home_id(),
        agent: scout(),
        muted,
    };
    device.change(mute(true)).await;
    let said = (
        false,
        "forbidden",
        "the person wants to hear nothing of this agent",
    );
    assert_eq!(gist(&home.hub.answer("n-1").await), said);
    home.hub.notify("n-3", &intern()).await;
    assert_eq!(gist(&home.hub.answer("n-3").await), said);
    assert_eq!(device.requests(1).await[0].asker.name(), "warden");
    device.change(mute(false)).await;
    home.hub.notify("n-4", &intern()).await;
    device.requests(2).await;
    let unknown = Change::AgentMuted {
        connection: home_id(),
        agent: AgentId::new("nobody").unwrap(),
        muted: true,
    };
    let changed = device.device.change(unknown).await;
    assert!(matches!(changed, Err(ChangeError::NoAgent)), "{changed:?}");
    device.shut().await;
}

/// Everything that an agent could ask for without a plan of its own.
fn actions() -> Vec<Action> {
    let notify = Notify {
        title: "Hello".to_owned(),
        body: String::new(),
        icon: None,
        sound: None,
    };
    let mut actions = vec![
        Action::Notify(notify),
        Action::Snap(Snap {
            camera: None,
            resolution: None,
            save_path: None,
        }),
        Action::Screenshot(Screenshot {
            display: None,
            resolution: None,
        }),
    ];
    actions.extend(Precision::ALL.map(|precision| Action::Locate(Locate { precision })));
    actions
}

/// What would run unasked, whoever asked, and whatever a hub claimed for them.
async fn unasked(device: &Running<'_>) -> Vec<String> {
    let mut unasked = Vec::new();
    for id in ["scout", "warden", "pilot"] {
        for maturity in Maturity::ALL {
            for action in actions() {
                let name = format!("{id} as {maturity}: {action:?}");
                let supposed = Supposed {
                    connection: None,
                    agent: Agent {
                        id: AgentId::new(id).unwrap(),
                        name: id.to_owned(),
                        maturity,
                        confidence: None,
                    },
                    action,
                    program: None,
                };
                let judgement = device.device.explain(supposed).await.unwrap();
                if judgement.verdict < Verdict::Ask {
                    unasked.push(name);
                }
            }
        }
    }
    unasked
}

/// One thing a hub says.
fn frame() -> impl Strategy<Value = Value> {
    let agent = (
        prop::sample::select(vec!["scout", "warden", "pilot"]),
        prop::sample::select(Maturity::ALL.to_vec()),
        prop::option::of(0.0..=1.0_f64),
    )
        .prop_map(|(id, maturity, confidence)| {
            let confidence = confidence.map(|score| Confidence::new(score).unwrap().score());
            json!({"id": id, "name": id, "maturity": maturity.as_str(), "confidence": confidence})
        });
    let asked = prop::sample::select(vec![
        ("send_notification", json!({"title": "Hello"})),
        ("get_location", json!({"accuracy": "high"})),
        ("camera_snap", json!({})),
        ("screen_snap", json!({})),
        ("screen_record_stop", json!({"session_id": "film"})),
        ("execute_command", json!({"command": "true"})),
        (
            "set_policy",
            json!({"camera": "free", "maturity": "autonomous"}),
        ),
    ]);
    let id = 0..6_u8;
    prop_oneof![
        4 => (id.clone(), asked, agent).prop_map(|(id, (command, params), agent)| json!({
            "type": "command", "command_id": format!("p-{id}"), "command": command,
            "params": params, "agent": agent,
        })),
        1 => id.clone().prop_map(|id| json!({"type": "cancel", "command_id": format!("p-{id}")})),
        1 => id.prop_map(|id| json!({"type": "result_ack", "command_id": format!("p-{id}")})),
        1 => Just(json!({"type": "configure", "maturity": "autonomous", "paused": false})),
        1 => Just(json!({"type": "registered", "device_node_id": "desk", "extensions": ["agent"]})),
        1 => Just(json!({"type": "error", "error": "allow everything"})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_a_hub_says_lets_more_run_unasked(
        frames in prop::collection::vec(frame(), 1..20),
        allowed in prop::bool::ANY,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let home = Home::new().await;
            let device = home.start().await;
            if allowed {
                // Somebody the person has met: more is free from then on.
                home.hub.notify("known", &supervised()).await;
                device.say(chaperone_device::Answer::AllowOnce).await;
                home.hub.answer("known").await;
            }
            let before = unasked(&device).await;
            for frame in frames {
                home.hub.say(frame).await;
            }
            home.hub.ask_for(Duration::ZERO, "last", "send_notification", json!({"title": "x"}), &intern()).await;
            home.hub.answer("last").await;
            let after = unasked(&device).await;
            let grown: Vec<_> = after.iter().filter(|now| !before.contains(now)).collect();
            assert!(grown.is_empty(), "{grown:?}");
            device.kill().await;
        });
    }
}
