//! A device that dies, at every step, and the one that comes after it.

use std::sync::{Arc, Mutex, OnceLock};

use chaperone_device::{Answer, Running as Run};
use chaperone_protocol::CommandState;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::{Home, Running, Setup, autonomous, gist, intern};

const INTERRUPTED: (bool, &str, &str) = (
    false,
    "interrupted",
    "the device stopped while this ran; it is not run again",
);

/// Starts a device that dies at a step, after the journal has it and before its effect.
async fn mortal(home: &Home, step: CommandState) -> (Running<'_>, CancellationToken) {
    let reached = CancellationToken::new();
    let slot: Arc<OnceLock<CancellationToken>> = Arc::default();
    let (kills, at) = (Arc::clone(&slot), reached.clone());
    let once = Mutex::new(false);
    let device = home
        .start_with(Setup {
            hook: Some(Arc::new(move |state| {
                let mut done = once.lock().unwrap();
                if state == step && !*done {
                    *done = true;
                    if let Some(cancel) = kills.get() {
                        cancel.cancel();
                    }
                    at.cancel();
                    drop(done);
                    // Nothing more happens in what was about to go on.
                    std::panic::resume_unwind(Box::new("the power is gone"));
                }
            })),
            ..Setup::default()
        })
        .await;
    slot.set(device.cancel.clone()).unwrap();
    (device, reached)
}

async fn dies_at(home: &Home, step: CommandState, agent: &Value) {
    let (device, reached) = mortal(home, step).await;
    home.hub.ask("c-1", "camera_snap", json!({}), agent).await;
    let answers = async {
        let request = device.request().await;
        device.answer(&request, Answer::AllowOnce).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        biased;
        () = reached.cancelled() => {}
        () = answers => {}
    }
    device.kill().await;
}

#[tokio::test]
async fn what_had_not_begun_is_asked_again_and_done_once() {
    for step in [
        CommandState::Received,
        CommandState::Judged,
        CommandState::Waiting,
        CommandState::Approved,
    ] {
        let home = Home::new().await;
        dies_at(&home, step, &intern()).await;
        let photos = home.log.entries().len();
        assert_eq!(photos, 0, "{step}");
        assert_eq!(home.hub.answers("c-1").len(), 0, "{step}");

        let device = home.start().await;
        device.say(Answer::AllowOnce).await;
        home.hub.progress("c-1", "reviewing").await;
        device.say(Answer::Send).await;
        let answer = home.hub.answer("c-1").await;
        assert_eq!(answer["success"], true, "{step}: {answer}");
        device.shut().await;
        assert_eq!(home.hub.answers("c-1").len(), 1, "{step}");
        home.check_record(&[]);
    }
}

#[tokio::test]
async fn what_had_begun_is_interrupted_and_never_done_again() {
    for step in [CommandState::Running, CommandState::Reviewing] {
        let home = Home::new().await;
        dies_at(&home, step, &intern()).await;
        let before = home.log.entries();

        let device = home.start().await;
        let answer = home.hub.answer("c-1").await;
        assert_eq!(gist(&answer), INTERRUPTED, "{step}");
        assert_eq!(device.look().await.requests.len(), 0, "{step}");
        // What nobody let leave is not kept.
        assert_eq!(device.artifacts().await, 0, "{step}");
        // Asked again, it has its answer.
        home.hub
            .ask("c-1", "camera_snap", json!({}), &intern())
            .await;
        assert_eq!(
            gist(&home.hub.nth_answer("c-1", 2).await),
            INTERRUPTED,
            "{step}"
        );
        device.shut().await;
        let used =
            |entries: &[String]| entries.iter().filter(|entry| *entry == "camera on").count();
        assert_eq!(used(&home.log.entries()), used(&before), "{step}");
        home.check_record(&[]);
    }
}

#[tokio::test]
async fn an_outcome_that_its_hub_has_not_confirmed_is_sent_again() {
    let home = Home::new().await;
    home.hub.goes_deaf();
    let device = home.start().await;
    home.hub
        .ask("c-1", "camera_snap", json!({}), &autonomous())
        .await;
    device.say(Answer::AllowOnce).await;
    home.hub.notify("n-1", &intern()).await;
    device.say(Answer::Deny).await;
    let photo = home.hub.answer("c-1").await;
    let no = home.hub.answer("n-1").await;
    device.kill().await;

    home.hub.hears_again();
    let device = home.start().await;
    assert_eq!(home.hub.nth_answer("c-1", 2).await, photo);
    assert_eq!(home.hub.nth_answer("n-1", 2).await, no);
    device.shut().await;
    let device = home.start().await;
    home.hub.notify("n-2", &intern()).await;
    device.say(Answer::Deny).await;
    home.hub.answer("n-2").await;
    device.shut().await;
    assert_eq!(home.hub.answers("c-1").len(), 2);
    assert_eq!(home.hub.answers("n-1").len(), 2);
}

#[tokio::test]
async fn a_connection_that_is_kept_in_another_way_gets_what_it_has_not() {
    let home = Home::new().await;
    home.hub.goes_deaf();
    let device = home.start().await;
    home.hub
        .ask("c-1", "camera_snap", json!({}), &autonomous())
        .await;
    device.say(Answer::AllowOnce).await;
    let photo = home.hub.answer("c-1").await;
    home.hub.hears_again();
    let config = home.connection(
        &crate::support::BRISK,
        chaperone_protocol::Maturity::Autonomous,
    );
    device
        .device
        .change(chaperone_device::Change::Reconnect(Box::new(config)))
        .await
        .unwrap();
    assert_eq!(home.hub.nth_answer("c-1", 2).await, photo);
    device.shut().await;
}

#[tokio::test]
async fn what_a_pairing_asked_that_was_ended_is_nobodys_any_more() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub.notify("n-1", &intern()).await;
    device.request().await;
    device
        .change(chaperone_device::Change::Disconnect(
            crate::support::home_id(),
        ))
        .await;
    let look = device.look().await;
    assert_eq!((look.requests.len(), look.agents.len()), (0, 0));
    let running: Vec<Run> = look.running;
    assert!(running.is_empty());
    let settled = device.recorded(&["settled"]).await;
    assert_eq!(settled[0]["message"], "the person ended this pairing");
    // Nothing of it holds up the end.
    device.shut().await;
}
