//! The pause: it ends everything, and only a person lifts it.

use std::time::{Duration, Instant};

use chaperone_device::{Answer, AnswerError, Update};
use chaperone_senses::fake::{ScriptedCameras, ScriptedDisplays, ScriptedLocator};
use serde_json::{Value, json};

use crate::support::{Home, Setup, agent, autonomous, gist, intern, supervised};

const SAID: (bool, &str, &str) = (false, "paused", "the person stopped everything");

#[tokio::test]
#[cfg_attr(not(target_os = "linux"), ignore = "no program runs there")]
async fn everything_ends_within_a_second() {
    let home = Home::new().await;
    let cameras = ScriptedCameras::new([("cam-1", "Front")]).then_nothing();
    let locator = ScriptedLocator::hanging();
    let device = home
        .start_with(Setup {
            cameras,
            locator,
            ..Setup::default()
        })
        .await;
    home.hub
        .ask("c-1", "camera_snap", json!({}), &intern())
        .await;
    device.say(Answer::AllowOnce).await;
    home.hub
        .ask("l-1", "get_location", json!({}), &intern())
        .await;
    device.say(Answer::AllowOnce).await;
    home.hub
        .ask(
            "x-1",
            "execute_command",
            json!({"command": "sleep 60"}),
            &autonomous(),
        )
        .await;
    device.say(Answer::AllowOnce).await;
    home.hub
        .ask(
            "r-1",
            "screen_record_start",
            json!({"session_id": "film"}),
            &supervised(),
        )
        .await;
    device.say(Answer::AllowOnce).await;
    home.hub.answer("r-1").await;
    home.hub.notify("n-1", &agent("spy", "intern")).await;
    device.request().await;
    device
        .until("four runs", |look| (look.running.len() == 4).then_some(()))
        .await;

    let began = Instant::now();
    device.device.pause(true).await.unwrap();
    device.rests().await;
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(device.look().await.requests.len(), 0);
    for id in ["c-1", "l-1", "x-1", "n-1"] {
        assert_eq!(gist(&home.hub.answer(id).await), SAID, "{id}");
    }
    assert_eq!(
        home.log
            .entries()
            .iter()
            .filter(|entry| *entry == "light off")
            .count(),
        2
    );
    let told = device
        .updates()
        .into_iter()
        .any(|update| matches!(update, Update::Paused(true)));
    assert!(told);
    device.shut().await;
}

#[tokio::test]
async fn it_holds_over_a_restart_and_only_a_person_lifts_it() {
    let home = Home::new().await;
    let device = home.start().await;
    device.device.pause(true).await.unwrap();
    device.device.pause(true).await.unwrap();
    home.hub.notify("n-1", &intern()).await;
    let said = (
        false,
        "paused",
        "everything is paused on this device; a person must resume it",
    );
    assert_eq!(gist(&home.hub.answer("n-1").await), said);
    device.kill().await;

    let device = home.start().await;
    assert!(device.look().await.paused);
    home.hub.notify("n-2", &intern()).await;
    assert_eq!(gist(&home.hub.answer("n-2").await), said);
    for kind in ["resume", "configure", "unpause"] {
        home.hub.say(json!({"type": kind, "paused": false})).await;
    }
    home.hub
        .ask("n-3", "resume", json!({}), &autonomous())
        .await;
    assert_eq!(home.hub.answer("n-3").await["success"], false);
    assert!(device.look().await.paused);
    device.device.pause(false).await.unwrap();
    home.hub.notify("n-4", &intern()).await;
    device.request().await;
    assert_eq!(device.recorded(&["paused", "resumed"]).await.len(), 2);
    device.shut().await;
}

#[tokio::test]
async fn a_photo_that_was_to_be_looked_at_is_deleted() {
    let home = Home::new().await;
    let device = home.start().await;
    home.hub
        .ask("c-1", "camera_snap", json!({}), &intern())
        .await;
    device.say(Answer::AllowOnce).await;
    home.hub.progress("c-1", "reviewing").await;
    let review = device.request().await;
    device.device.pause(true).await.unwrap();
    assert_eq!(gist(&home.hub.answer("c-1").await), SAID);
    assert_eq!(device.artifacts().await, 0);
    let answered = device.try_answer(&review, Answer::Send).await;
    assert!(matches!(answered, Err(AnswerError::Paused)), "{answered:?}");
    device.shut().await;
}

#[tokio::test]
async fn a_photo_that_is_taken_while_everything_stops_does_not_leave() {
    // Whatever comes first, the photo or the pause: it was not sent by then, so it stays.
    for _ in 0..3 {
        let home = Home::new().await;
        let device = home.start().await;
        home.hub
            .ask("c-1", "camera_snap", json!({}), &autonomous())
            .await;
        let request = device.request().await;
        let (answered, paused) = tokio::join!(
            device.try_answer(&request, Answer::AllowOnce),
            device.device.pause(true),
        );
        paused.unwrap();
        assert!(
            matches!(answered, Ok(()) | Err(AnswerError::Paused)),
            "{answered:?}"
        );
        assert_eq!(gist(&home.hub.answer("c-1").await), SAID);
        assert_eq!(device.artifacts().await, 0);
        device.shut().await;
    }
}

#[tokio::test]
async fn what_is_still_being_planned_ends_too() {
    let home = Home::new().await;
    let device = home
        .start_with(Setup {
            displays: Some(ScriptedDisplays::hanging()),
            ..Setup::default()
        })
        .await;
    home.hub
        .ask("s-1", "screen_snap", json!({}), &supervised())
        .await;
    home.hub
        .ask("u-1", "unknown", json!({}), &supervised())
        .await;
    // Commands of one hub are taken in order.
    home.hub.answer("u-1").await;
    device.device.pause(true).await.unwrap();
    assert_eq!(gist(&home.hub.answer("s-1").await), SAID);
    assert_eq!(home.hub.answers("s-1").len(), 1);
    assert_ne!(home.hub.answers("s-1"), [Value::Null]);
    device.shut().await;
}
